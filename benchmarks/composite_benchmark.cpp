// models/composite: build, uncertainty, sensitivity, removal. The shape asem_51x49 is that of the index whose times in COINr are recorded
// (0.201 s a build, 21.82 s for 100 runs of uncertainty, 120.096 s for a sensitivity analysis of N = 100, 1.661 s for removals).
// What was varied there is inferred from its figures: tests/reference/composite_uncertainty_test.cpp. The times of the peer are recorded,
// those here are measured on whatever machine runs them.
#include <celadon/core/random.hpp>
#include <celadon/models/composite/compare.hpp>
#include <celadon/models/composite/uncertainty.hpp>

#include "data.hpp"

namespace {

using namespace celadon_bench;
namespace composite = celadon::composite;

/// Indicators in pillars of about six, pillars in two sub-indices; a fifth of the indicators has a long tail that needs treatment.
composite::Measures measures(const Size& size) {
  composite::Measures m;
  std::vector<composite::Node> nodes;
  const int n_pillars = (size.n_items + 5) / 6;
  for (int j = 0; j < size.n_items; ++j) {
    composite::Node node;
    node.code = "i" + std::to_string(j);
    node.parent = "p" + std::to_string(j % n_pillars);
    node.direction = j % 3 == 0 ? -1 : 1;
    nodes.push_back(node);
  }
  for (int p = 0; p < n_pillars + 3; ++p) {
    composite::Node node;
    node.code = p < n_pillars ? "p" + std::to_string(p) : p < n_pillars + 2 ? "s" + std::to_string(p - n_pillars) : "index";
    node.parent = p < n_pillars ? "s" + std::to_string(p % 2) : p < n_pillars + 2 ? "index" : "";
    node.level = p < n_pillars ? 2 : p < n_pillars + 2 ? 3 : 4;
    nodes.push_back(node);
  }
  m.tree = must(composite::Tree::make(nodes));
  m.values = composite::Matrix(size.n_persons, size.n_items);
  m.standard_errors = composite::Matrix(size.n_persons, size.n_items, 0.1);
  for (std::int64_t i = 0; i < size.n_persons; ++i) {
    celadon::random::Stream s(1, celadon::random::purpose("benchmark.composite"), static_cast<std::uint64_t>(i));
    const double common = s.normal();
    for (int j = 0; j < size.n_items; ++j) {
      const double x = 0.6 * common + s.normal();
      m.values(i, j) = j % 5 == 0 ? x * x * x * x : x;
    }
  }
  return m;
}

/// What the recorded analysis varied: points winsorised, scale (min-max, ranks), weights of the upper levels.
std::vector<composite::Factor> factors() {
  std::vector<composite::Factor> f(3);
  f[0].choice = composite::Choice::kTreatment;
  for (int most = 1; most <= 5; ++most) {
    f[0].treatments.emplace_back();
    f[0].treatments.back().max_winsorised = most;
  }
  f[1].choice = composite::Choice::kNormalisation;
  f[1].normalisations.resize(3);
  f[1].normalisations[1].method = composite::Normalisation::kRank;
  f[1].normalisations[2].method = composite::Normalisation::kPercentileRank;
  f[2].noise = {0.0, 0.25, 0.25};
  return f;
}

/// The documented example of the same program: z-scores beside min-max, geometric beside arithmetic means.
std::vector<composite::Factor> factors_with_means() {
  auto f = factors();
  f[1].normalisations.resize(2);
  f[1].normalisations[0].lower = 1.0;
  f[1].normalisations[1] = {};
  f[1].normalisations[1].method = composite::Normalisation::kZScore;
  f[1].normalisations[1].centre = 10.0;
  f[1].normalisations[1].spread = 1.0;
  f.emplace_back();
  f[3].choice = composite::Choice::kAggregation;
  f[3].aggregations.resize(2);
  f[3].aggregations[1].methods = {composite::Aggregation::kGeometric};
  return f;
}

void build(benchmark::State& state, const Size& size) {
  const auto m = measures(size);
  for (auto _ : state) benchmark::DoNotOptimize(must(composite::build(m)));
  count_cells(state, size);
}

void uncertainty_100(benchmark::State& state, const Size& size) {
  const auto m = measures(size);
  const auto f = factors();
  composite::UncertaintyOptions o;
  o.n_runs = 100;
  for (auto _ : state) benchmark::DoNotOptimize(must(composite::uncertainty(m, {}, f, o, one_thread())));
}

void uncertainty_100_with_means(benchmark::State& state, const Size& size) {
  const auto m = measures(size);
  const auto f = factors_with_means();
  composite::UncertaintyOptions o;
  o.n_runs = 100;
  for (auto _ : state) benchmark::DoNotOptimize(must(composite::uncertainty(m, {}, f, o, one_thread())));
}

void uncertainty_100_with_data_error(benchmark::State& state, const Size& size) {
  const auto m = measures(size);
  auto f = factors();
  f.emplace_back();
  f[3].choice = composite::Choice::kDataError;
  composite::UncertaintyOptions o;
  o.n_runs = 100;
  for (auto _ : state) benchmark::DoNotOptimize(must(composite::uncertainty(m, {}, f, o, one_thread())));
}

void sensitivity_100(benchmark::State& state, const Size& size) {
  const auto m = measures(size);
  const auto f = factors();
  composite::SensitivityOptions o;
  o.n_runs = 100;
  for (auto _ : state) benchmark::DoNotOptimize(must(composite::sensitivity(m, {}, f, o, one_thread())));
}

void removals(benchmark::State& state, const Size& size) {
  const auto m = measures(size);
  for (auto _ : state) benchmark::DoNotOptimize(must(composite::remove_one_at_a_time(m, {}, 1, one_thread())));
}

const int kRegistered = [] {
  const auto add = [](const char* what, const Size& size, auto run) {
    benchmark::RegisterBenchmark(name_of(what, size).c_str(), [size, run](benchmark::State& s) {
      run(s, size);
    })->Unit(benchmark::kMillisecond);
  };
  for (const Size& size : {Size{"asem_51x49", 51, 49}, Size{"district_600x60", 600, 60}}) {
    add("composite/build", size, build);
    add("composite/uncertainty_100", size, uncertainty_100);
    add("composite/uncertainty_100_with_means", size, uncertainty_100_with_means);
    add("composite/uncertainty_100_with_data_error", size, uncertainty_100_with_data_error);
    add("composite/sensitivity_100", size, sensitivity_100);
    add("composite/removals", size, removals);
  }
  return 0;
}();

}  // namespace
