// models/irt: abilities by a stored model.
#include <celadon/models/irt/score.hpp>

#include "data.hpp"

namespace {

using namespace celadon_bench;
using celadon::irt::ItemModel;
using celadon::irt::ScoreMethod;

void score(benchmark::State& state, ItemModel model, ScoreMethod method, const Size& size) {
  const auto stored = make_model(model, size.n_items);
  const auto& responses = answers(model, size);
  celadon::irt::ScoreOptions options;
  options.method = method;
  double n_scored = 0.0;
  for (auto _ : state) n_scored = static_cast<double>(must(celadon::irt::score(stored, responses, options, one_thread())).n_scored);
  count_cells(state, size);
  state.counters["scored"] = n_scored;
  state.counters["persons_per_second"] =
      benchmark::Counter(static_cast<double>(size.n_persons), benchmark::Counter::kIsIterationInvariantRate);
}

const int kRegistered = [] {
  for (const ScoreMethod method : {ScoreMethod::kEap, ScoreMethod::kMap, ScoreMethod::kMl, ScoreMethod::kWle})
    for (const Size& size : kSizes) {
      const std::string what = "scoring/2pl_" + std::string(celadon::irt::score_method_name(method));
      benchmark::RegisterBenchmark(name_of(what.c_str(), size).c_str(), [=](benchmark::State& s) {
        score(s, ItemModel::k2pl, method, size);
      })->Unit(benchmark::kMillisecond);
    }
  for (const ScoreMethod method : {ScoreMethod::kEap, ScoreMethod::kMap})
    for (const ItemModel model : {ItemModel::k3pl, ItemModel::kGraded, ItemModel::kGeneralizedPartialCredit}) {
      const std::string what =
          "scoring/" + std::string(celadon::irt::model_name(model)) + "_" + std::string(celadon::irt::score_method_name(method));
      benchmark::RegisterBenchmark(name_of(what.c_str(), kCounty).c_str(), [=](benchmark::State& s) {
        score(s, model, method, kCounty);
      })->Unit(benchmark::kMillisecond);
    }
  return 0;
}();

}  // namespace
