// models/ctt: item analysis, reliability, distractors, exam statistics, S-P table.
#include <celadon/models/ctt/distractors.hpp>
#include <celadon/models/ctt/exam_statistics.hpp>
#include <celadon/models/ctt/item_analysis.hpp>
#include <celadon/models/ctt/reliability.hpp>
#include <celadon/models/ctt/sp_table.hpp>

#include "data.hpp"

namespace {

using namespace celadon_bench;
namespace ctt = celadon::ctt;

const celadon::Responses& right_wrong(const Size& size) {
  return answers(celadon::irt::ItemModel::k2pl, size);
}

/// Right/wrong answers read as raw options: two options, the second the key.
celadon::Items keyed(int n_items) {
  celadon::Items items(static_cast<std::size_t>(n_items));
  for (int j = 0; j < n_items; ++j) {
    auto& item = items[static_cast<std::size_t>(j)];
    item.id = std::to_string(j + 1);
    item.key = "B";
    item.category_labels = {"A", "B"};
    item.category_scores = {0.0, 1.0};
    item.knowledge = {"K" + std::to_string(j % 6)};
    item.ability_level = j % 3 == 0 ? "1" : "2";
  }
  return items;
}

void item_analysis(benchmark::State& state, const Size& size, bool all_statistics) {
  ctt::ItemAnalysisOptions options;
  options.overlap_corrected = all_statistics;
  options.group_share = all_statistics ? 0.27 : 0.0;
  for (auto _ : state) benchmark::DoNotOptimize(must(ctt::item_analysis(right_wrong(size), {}, {}, options, one_thread())));
  count_cells(state, size);
}

void reliability(benchmark::State& state, const Size& size) {
  for (auto _ : state) benchmark::DoNotOptimize(must(ctt::reliability(right_wrong(size), {}, {}, {}, one_thread())));
  count_cells(state, size);
}

void distractors(benchmark::State& state, const Size& size) {
  const auto items = keyed(size.n_items);
  for (auto _ : state) benchmark::DoNotOptimize(must(ctt::distractors(right_wrong(size), items, {}, {}, one_thread())));
  count_cells(state, size);
}

void exam_statistics(benchmark::State& state, const Size& size) {
  const auto items = keyed(size.n_items);
  for (auto _ : state) benchmark::DoNotOptimize(must(ctt::exam_statistics(right_wrong(size), items, {}, {}, one_thread())));
  count_cells(state, size);
}

void sp_table(benchmark::State& state, const Size& size) {
  for (auto _ : state) benchmark::DoNotOptimize(must(ctt::sp_table(right_wrong(size), {}, {}, {}, one_thread())));
  count_cells(state, size);
}

const int kRegistered = [] {
  const auto add = [](const char* what, const Size& size, auto run) {
    benchmark::RegisterBenchmark(name_of(what, size).c_str(), [size, run](benchmark::State& s) {
      run(s, size);
    })->Unit(benchmark::kMillisecond);
  };
  for (const Size& size : kSizes) {
    add("ctt/item_difficulty_and_rest_r", size, [](benchmark::State& s, const Size& n) { item_analysis(s, n, false); });
    add("ctt/item_analysis", size, [](benchmark::State& s, const Size& n) { item_analysis(s, n, true); });
    add("ctt/reliability", size, reliability);
    add("ctt/exam_statistics", size, exam_statistics);
    add("ctt/distractors", size, distractors);
  }
  add("ctt/sp_table", kClass, sp_table);
  return 0;
}();

}  // namespace
