#include "cdm_designs.hpp"

#include <celadon/core/math.hpp>
#include <celadon/core/random.hpp>
#include <celadon/models/cdm/score.hpp>
#include <celadon/models/cdm/simulate.hpp>

#include <array>
#include <bit>
#include <limits>
#include <utility>

namespace celadon_recovery {

namespace cdm = celadon::cdm;

namespace {

constexpr int kAttributes = 5;
constexpr std::uint64_t kSeed = 20261126;

double logit(double p) {
  return celadon::math::log(p / (1.0 - p));
}

/// The rows of the matrix: singles twice, pairs, triples.
std::vector<std::uint32_t> rows() {
  std::vector<std::uint32_t> out;
  for (int j = 0; j < 10; ++j) out.push_back(1U << (j % kAttributes));
  for (int size = 2; size <= 3; ++size)
    for (std::uint32_t set = 0; set < (1U << kAttributes); ++set)
      if (std::popcount(set) == size) out.push_back(set);
  return out;
}

cdm::ItemParameters item_of(const CdmDesign& design, std::uint32_t row, int number, celadon::random::Stream& draw) {
  cdm::ItemParameters item;
  item.id = "I" + std::to_string(number + 1);
  item.rule = std::popcount(row) == 1 ? cdm::Rule::kDina : design.rule;
  for (int k = 0; k < kAttributes; ++k)
    if ((row >> k & 1U) != 0) item.attributes.push_back(k);
  // Weights of the attributes, and how they work together under the general rule (below 1: any of them helps much; above 1: only all).
  std::vector<double> weight;
  double sum = 0.0;
  for (std::size_t l = 0; l < item.attributes.size(); ++l) sum += weight.emplace_back(draw.uniform(0.5, 1.5));
  const double power = celadon::math::exp(draw.uniform(-0.7, 0.7));
  const std::size_t n = std::size_t{1} << item.attributes.size();
  for (std::size_t g = 0; g < n; ++g) {
    double share = 0.0;
    for (std::size_t l = 0; l < item.attributes.size(); ++l)
      if ((g >> l & 1U) != 0) share += weight[l] / sum;
    if (g == n - 1) share = 1.0;
    double p = 0.0;
    if (item.rule == cdm::Rule::kDina) share = g == n - 1 ? 1.0 : 0.0;
    if (item.rule == cdm::Rule::kDino) share = g > 0 ? 1.0 : 0.0;
    if (item.rule == cdm::Rule::kGdina && share > 0.0) share = celadon::math::exp(power * celadon::math::log(share));
    if (item.rule == cdm::Rule::kLlm)
      p = celadon::math::logistic(logit(design.guess) * (1.0 - 2.0 * share));
    else if (item.rule == cdm::Rule::kRrum)
      p = celadon::math::exp((1.0 - share) * celadon::math::log(design.guess) + share * celadon::math::log(1.0 - design.guess));
    else
      p = design.guess + (1.0 - 2.0 * design.guess) * share;
    item.probability.push_back(p);
  }
  return item;
}

/// Appends what a model says, kind by kind; `fit` gives errors, null for the truth.
std::vector<Outcome> numbers(const cdm::Model& model, const cdm::Fit* fit) {
  std::vector<Outcome> out;
  const auto add = [&](std::string kind, std::string name, double value, double se) {
    out.push_back({std::move(kind), std::move(name), 0.0, value, se});
  };
  const double none = std::numeric_limits<double>::quiet_NaN();
  for (std::size_t j = 0; j < model.items.size(); ++j) {
    const cdm::ItemParameters& item = model.items[j];
    const std::size_t n = item.probability.size();
    const bool two = item.rule == cdm::Rule::kDina || item.rule == cdm::Rule::kDino;
    for (std::size_t g = 0; g < n; ++g) {
      const char* kind = g == 0 ? "P lowest" : (g == n - 1 ? "P highest" : "P between");
      if (two && g != 0 && g != n - 1) continue;
      add(kind, item.id + " P" + std::to_string(g), item.probability[g], fit != nullptr ? fit->items[j].probability_se[g] : none);
    }
    if (two) continue;
    const std::vector<double> parameters = item.parameters();
    const std::size_t m = item.attributes.size();
    for (std::size_t i = 1; i < parameters.size(); ++i) {  // d_0 is P of the lowest group, or its logit
      const char* kind = i <= m ? "main effect" : (i <= m + m * (m - 1) / 2 ? "interaction of 2" : "interaction of 3");
      add(kind, item.id + " d" + std::to_string(i), parameters[i], fit != nullptr ? fit->items[j].parameters_se[i] : none);
    }
  }
  const cdm::Population& population = model.populations.front();
  for (std::size_t c = 0; c < model.classes.size(); ++c)
    add("class", "class " + std::to_string(model.classes[c]), population.probability[c], fit != nullptr ? fit->class_se[0][c] : none);
  const std::vector<double> prevalence = model.prevalence();
  for (std::size_t k = 0; k < prevalence.size(); ++k)
    add("prevalence", "A" + std::to_string(k + 1), prevalence[k], fit != nullptr ? fit->prevalence_se[0][k] : none);
  return out;
}

/// Shares of attributes and of whole profiles that a model's P >= .5 gets right.
celadon::Result<std::pair<double, double>> accuracy(const cdm::Model& model, const celadon::Responses& answers,
                                                    const std::vector<std::uint32_t>& truth, const celadon::ExecutionContext& context) {
  const auto scores = cdm::score(model, answers, {}, context);
  if (!scores) return scores.error();
  double right = 0.0;
  double whole = 0.0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    int hits = 0;
    for (int k = 0; k < kAttributes; ++k)
      hits += (scores->mastery_of(static_cast<std::int64_t>(i), k) >= 0.5) == ((truth[i] >> k & 1U) != 0) ? 1 : 0;
    right += hits;
    whole += hits == kAttributes ? 1.0 : 0.0;
  }
  const auto n = static_cast<double>(truth.size());
  return std::pair(right / (n * kAttributes), whole / n);
}

}  // namespace

const std::vector<CdmDesign>& cdm_designs() {
  static const std::vector<CdmDesign> kDesigns = [] {
    std::vector<CdmDesign> out;
    for (const cdm::Rule rule :
         {cdm::Rule::kDina, cdm::Rule::kDino, cdm::Rule::kAcdm, cdm::Rule::kLlm, cdm::Rule::kRrum, cdm::Rule::kGdina}) {
      for (const auto& [text, guess] : {std::pair("-0.1", 0.1), std::pair("-0.2", 0.2)}) {
        CdmDesign& design = out.emplace_back();
        design.name = std::string(cdm::rule_name(rule)) + text;
        design.rule = rule;
        design.guess = guess;
      }
    }
    CdmDesign variant = out.back();
    variant.name = "gdina-0.2-monotone";
    variant.monotone = true;
    out.push_back(variant);
    variant.name = "gdina-0.2-priors";
    variant.monotone = false;
    variant.priors = cdm::Priors::small_sample();
    out.push_back(variant);
    variant.name = "gdina-0.2-higher";
    variant.priors = {};
    variant.structure = cdm::Structure::kHigherOrder;
    out.push_back(variant);
    variant.name = "gdina-0.2-both";
    variant.monotone = true;
    out.push_back(variant);
    return out;
  }();
  return kDesigns;
}

const CdmDesign* find_cdm_design(const std::string& name) {
  for (const CdmDesign& design : cdm_designs())
    if (design.name == name) return &design;
  return nullptr;
}

cdm::QMatrix cdm_matrix() {
  cdm::QMatrix out;
  for (int k = 0; k < kAttributes; ++k) out.attributes.push_back("A" + std::to_string(k + 1));
  for (const std::uint32_t row : rows()) {
    out.item_ids.push_back("I" + std::to_string(out.item_ids.size() + 1));
    for (int k = 0; k < kAttributes; ++k) out.cells.push_back(static_cast<std::uint8_t>(row >> k & 1U));
  }
  return out;
}

cdm::Model cdm_truth(const CdmDesign& design) {
  celadon::random::Stream draw(kSeed, celadon::random::purpose("recovery.cdm.items"));
  cdm::Model out;
  out.attributes = cdm_matrix().attributes;
  for (const std::uint32_t row : rows()) out.items.push_back(item_of(design, row, static_cast<int>(out.items.size()), draw));
  constexpr std::array<double, kAttributes + 1> kFactorial = {1.0, 1.0, 2.0, 6.0, 24.0, 120.0};
  out.populations = {{"all", {}, {}, {}}};
  for (std::uint32_t c = 0; c < (1U << kAttributes); ++c) {
    out.classes.push_back(c);
    const auto s = static_cast<std::size_t>(std::popcount(c));
    out.populations[0].probability.push_back(kFactorial[s] * kFactorial[kAttributes - s] / 720.0);
  }
  return out;
}

std::vector<Outcome> cdm_outcomes(const CdmDesign& design) {
  std::vector<Outcome> out = numbers(cdm_truth(design), nullptr);
  for (Outcome& o : out) o.truth = std::exchange(o.estimate, 0.0);
  return out;
}

celadon::Result<CdmSample> cdm_sample(const CdmDesign& design, std::int64_t n_persons, std::uint64_t number,
                                      const celadon::ExecutionContext& context) {
  cdm::Model truth = cdm_truth(design);
  const std::uint64_t seed = (number + 1) * 1000003ULL + static_cast<std::uint64_t>(n_persons);
  auto profiles = cdm::simulate_profiles(truth, n_persons, seed);
  if (!profiles) return profiles.error();
  auto answers = cdm::simulate(truth, *profiles, seed, context);
  if (!answers) return answers.error();
  return CdmSample{std::move(truth), std::move(*profiles), std::move(*answers)};
}

celadon::Result<CdmReplication> replicate(const CdmDesign& design, std::int64_t n_persons, std::uint64_t number, bool sandwich,
                                          const celadon::ExecutionContext& context) {
  const auto sample = cdm_sample(design, n_persons, number, context);
  if (!sample) return sample.error();
  const auto& [truth, profiles, answers] = *sample;
  cdm::FitOptions options;
  options.rule = design.rule;
  options.structure = design.structure;
  options.priors = design.priors;
  options.monotone = design.monotone;
  options.n_starts = 1;
  options.n_finals = 1;
  options.start = &truth;
  const auto fit = cdm::fit(answers, cdm_matrix(), options, context);
  if (!fit) return fit.error();
  CdmReplication out;
  out.converged = fit->converged;
  out.outcomes = cdm_outcomes(design);
  const std::vector<Outcome> seen = numbers(fit->model, &*fit);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    out.outcomes[i].estimate = seen[i].estimate;
    out.outcomes[i].se = seen[i].se;
  }
  if (sandwich) {
    options.start = &fit->model;
    options.errors = cdm::ErrorMethod::kSandwich;
    const auto again = cdm::fit(answers, cdm_matrix(), options, context);
    if (!again) return again.error();
    for (const Outcome& o : numbers(again->model, &*again)) out.sandwich_se.push_back(o.se);
  }
  const auto by_fit = accuracy(fit->model, answers, profiles, context);
  if (!by_fit) return by_fit.error();
  const auto by_truth = accuracy(truth, answers, profiles, context);
  if (!by_truth) return by_truth.error();
  out.right = by_fit->first;
  out.whole = by_fit->second;
  out.bound = by_truth->first;
  out.whole_bound = by_truth->second;
  return out;
}

}  // namespace celadon_recovery
