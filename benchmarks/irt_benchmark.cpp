// models/irt: calibration of each model, packing and start included, standard errors where named. Counters say how far it came.
#include <celadon/models/irt/fit.hpp>

#include "data.hpp"

namespace {

using namespace celadon_bench;
using celadon::irt::ItemModel;

struct Case {
  const char* name;
  ItemModel model;
  bool standard_errors;
};

void fit(benchmark::State& state, const Case& what, const Size& size) {
  celadon::irt::FitOptions options;
  options.model = what.model;
  options.standard_errors = what.standard_errors;
  if (what.model == ItemModel::k3pl)
    options.priors.push_back({.parameter = celadon::irt::ParameterKind::kLower, .first = -1.5, .second = 0.5});
  const auto& responses = answers(what.model, size);
  celadon::irt::Fit result;
  for (auto _ : state) result = must(celadon::irt::fit(responses, options, one_thread()));
  count_cells(state, size);
  state.counters["log_likelihood"] = result.log_likelihood;
  state.counters["passes"] = result.iterations;
  state.counters["converged"] = result.converged ? 1.0 : 0.0;
}

const int kRegistered = [] {
  const auto add = [](const Case& what, const Size& size) {
    benchmark::RegisterBenchmark(name_of((std::string("irt/fit_") + what.name).c_str(), size).c_str(), [what, size](benchmark::State& s) {
      fit(s, what, size);
    })->Unit(benchmark::kMillisecond);
  };
  const Case cases[] = {{"rasch", ItemModel::kRasch, false}, {"2pl", ItemModel::k2pl, false},
                        {"2pl_se", ItemModel::k2pl, true},   {"3pl", ItemModel::k3pl, false},
                        {"grm", ItemModel::kGraded, false},  {"gpcm", ItemModel::kGeneralizedPartialCredit, false}};
  add(cases[0], kClass);  // a class carries no more
  for (const Case& what : cases)
    for (const Size& size : {kSchool, kCounty}) add(what, size);
  add(cases[1], kCity);
  return 0;
}();

}  // namespace
