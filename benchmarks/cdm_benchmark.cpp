// models/cdm: calibration by rule and scores by a stored model; 30 items, five attributes, guess = slip = .2.
#include <celadon/models/cdm/fit.hpp>
#include <celadon/models/cdm/score.hpp>

#include "cdm_designs.hpp"
#include "data.hpp"

#include <map>
#include <utility>

namespace {

using namespace celadon_bench;
using celadon::cdm::Rule;
using celadon_recovery::CdmSample;

constexpr Size kPaper{"class_40x30", 40, 30};
constexpr Size kGrade{"school_1500x30", 1'500, 30};
constexpr Size kDistrict{"district_10k_x30", 10'000, 30};
constexpr Size kMillion{"city_1m_x30", 1'000'000, 30};

/// Made once a process.
const CdmSample& sample(Rule rule, const Size& size) {
  static std::map<std::pair<Rule, std::int64_t>, CdmSample> made;
  const std::pair key(rule, size.n_persons);
  auto it = made.find(key);
  if (it == made.end()) {
    const auto* design = celadon_recovery::find_cdm_design(std::string(celadon::cdm::rule_name(rule)) + "-0.2");
    it = made.emplace(key, must(celadon_recovery::cdm_sample(*design, size.n_persons, 0))).first;
  }
  return it->second;
}

void fit(benchmark::State& state, Rule rule, const Size& size) {
  celadon::cdm::FitOptions options;
  options.rule = rule;
  options.errors = celadon::cdm::ErrorMethod::kNone;
  const CdmSample& data = sample(rule, size);
  const celadon::cdm::QMatrix q = celadon_recovery::cdm_matrix();
  double log_likelihood = 0.0, converged = 0.0;
  for (auto _ : state) {
    const celadon::cdm::Fit result = must(celadon::cdm::fit(data.answers, q, options, one_thread()));
    log_likelihood = result.log_likelihood;
    converged = result.converged ? 1.0 : 0.0;
  }
  count_cells(state, size);
  state.counters["log_likelihood"] = log_likelihood;
  state.counters["converged"] = converged;
}

void score(benchmark::State& state, Rule rule, const Size& size) {
  const CdmSample& data = sample(rule, size);
  for (auto _ : state) benchmark::DoNotOptimize(must(celadon::cdm::score(data.truth, data.answers, {}, one_thread())));
  count_cells(state, size);
  state.counters["persons_per_second"] =
      benchmark::Counter(static_cast<double>(size.n_persons), benchmark::Counter::kIsIterationInvariantRate);
}

const int kRegistered = [] {
  const auto add = [](const std::string& what, Rule rule, const Size& size, auto&& work) {
    const std::string name = "cdm/" + what + "_" + std::string(celadon::cdm::rule_name(rule));
    benchmark::RegisterBenchmark(name_of(name.c_str(), size).c_str(), [=](benchmark::State& s) {
      work(s, rule, size);
    })->Unit(benchmark::kMillisecond);
  };
  for (const Rule rule : {Rule::kDina, Rule::kDino, Rule::kAcdm, Rule::kLlm, Rule::kRrum, Rule::kGdina})
    for (const Size& size : {kGrade, kDistrict}) add("fit", rule, size, fit);
  add("fit", Rule::kDina, kPaper, fit);  // a class carries no more
  for (const Rule rule : {Rule::kDina, Rule::kGdina}) {
    add("fit", rule, kMillion, fit);
    for (const Size& size : {kPaper, kDistrict, kMillion}) add("score", rule, size, score);
  }
  return 0;
}();

}  // namespace
