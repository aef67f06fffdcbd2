#pragma once

#include <celadon/evaluation/impl/evaluate_parts.hpp>
#include <celadon/models/irt/information.hpp>
#include <celadon/models/irt/score.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace celadon::inline CELADON_ABI::evaluation::evaluate_detail {

namespace calibration_detail {

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
inline constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Priors of the families that carry them. Slopes: log-normal around 1 with sd .5; lower asymptotes: beta worth 20 answers around 1 over
/// the number of options. Source: Zimowski, Muraki, Mislevy & Bock (2003), BILOG-MG, the defaults.
inline constexpr double kSlopePriorSd = 0.5;
inline constexpr double kGuessPriorWeight = 20.0;
/// Fewer answers in a category are merged for the estimation. Source: Linacre (2002), Journal of Applied Measurement 3, 85-106.
inline constexpr int kLeastInCategory = 10;

struct Bank {
  std::vector<irt::ItemParameters> items;  ///< those found in the paper
  std::vector<std::uint8_t> anchored;      ///< one a column
  bool enough = false;
};

inline Bank bank_of(const PaperEvaluation& out, const EvaluateOptions& options, const Responses& scored) {
  Bank bank;
  bank.anchored.assign(scored.item_ids().size(), 0);
  std::size_t usable = 0;
  for (std::size_t j = 0; j < bank.anchored.size(); ++j) {
    usable += scored.n_categories()[j] > 0 ? 1 : 0;
    const auto at =
        std::find_if(options.bank.begin(), options.bank.end(), [&](const irt::ItemParameters& p) { return p.id == out.paper.items[j].id; });
    if (at == options.bank.end()) continue;
    bank.anchored[j] = 1;
    bank.items.push_back(*at);
  }
  const irt::LinkRule rule;
  const double needed = std::max(static_cast<double>(rule.least_items), std::ceil(rule.least_share * static_cast<double>(usable)));
  bank.enough = !bank.items.empty() && (static_cast<double>(bank.items.size()) >= needed || bank.items.size() >= usable);
  return bank;
}

inline irt::ModelFamily family_of(const std::vector<irt::ItemParameters>& items) {
  irt::ModelFamily out = irt::ModelFamily::kRasch;
  for (const irt::ItemParameters& item : items) {
    if (item.lower > 0.0 || item.upper < 1.0) return irt::ModelFamily::kThreeParameter;
    if (item.slope != items.front().slope) out = irt::ModelFamily::kTwoParameterPrior;
  }
  return out;
}

/// Cuts that lead to one family whatever the sample size.
inline irt::SampleSizeCuts cuts_for(irt::ModelFamily family) {
  switch (family) {
    case irt::ModelFamily::kClassical:
      return {kInfinity, kInfinity, kInfinity};
    case irt::ModelFamily::kRasch:
      return {0.0, kInfinity, kInfinity};
    case irt::ModelFamily::kTwoParameterPrior:
      return {0.0, 0.0, kInfinity};
    default:
      return {0.0, 0.0, 0.0};
  }
}

inline std::vector<irt::Prior> priors_for(irt::ModelFamily family, const Items& items, const std::vector<irt::ItemModel>& models) {
  std::vector<irt::Prior> out;
  if (family == irt::ModelFamily::kTwoParameterPrior || family == irt::ModelFamily::kThreeParameter)
    out.push_back({.item = {},
                   .parameter = irt::ParameterKind::kSlope,
                   .family = irt::PriorFamily::kLogNormal,
                   .first = 0.0,
                   .second = kSlopePriorSd});
  for (std::size_t j = 0; j < models.size(); ++j) {
    if (models[j] != irt::ItemModel::k3pl) continue;
    const double chance = 1.0 / static_cast<double>(std::max<std::size_t>(2, items[j].category_labels.size()));
    out.push_back({.item = items[j].id,
                   .parameter = irt::ParameterKind::kLower,
                   .family = irt::PriorFamily::kBeta,
                   .first = kGuessPriorWeight * chance + 1.0,
                   .second = kGuessPriorWeight * (1.0 - chance) + 1.0});
  }
  return out;
}

/// Counted pupils: their answers, rows and weights (scaled to sum to their number; empty for 1 each).
struct Sample {
  Responses scored;
  std::vector<std::int64_t> rows;
  std::vector<double> weights;
};

inline Result<Sample> sample_of(const PaperEvaluation& out) {
  Sample sample;
  const std::vector<double>& w = out.paper.units.weight;
  double sum = 0.0;
  for (std::size_t i = 0; i < out.counted.size(); ++i) {
    if (out.counted[i] == 0) continue;
    sample.rows.push_back(static_cast<std::int64_t>(i));
    if (!w.empty()) {
      sample.weights.push_back(w[i]);
      sum += w[i];
    }
  }
  for (double& x : sample.weights) x *= static_cast<double>(sample.rows.size()) / sum;
  if (static_cast<std::int64_t>(sample.rows.size()) == out.n_persons()) {
    sample.scored = out.paper.scored;
    return sample;
  }
  auto kept = out.paper.scored.select_persons(sample.rows);
  if (!kept) return kept.error();
  sample.scored = std::move(*kept);
  return sample;
}

/// The model chosen: its family, the fit's options, the columns that take part (empty for all).
struct Plan {
  irt::FitOptions fit;
  std::vector<std::int64_t> columns;
};

inline Plan plan_fit(PaperEvaluation& out, const Work& work, const irt::DefaultModel& chosen, const Sample& sample, const Bank& bank,
                     ModelSource& source) {
  Plan plan;
  plan.fit.missing = work.profile.missing;
  plan.fit.weights = sample.weights;
  plan.fit.min_category_count = kLeastInCategory;
  source.bank = bank.enough;
  if (bank.enough) {
    plan.fit.anchors = bank.items;
    out.calibration.findings.push_back(make_finding(Severity::kNote, Code::kBankUsed, {}, {{"count", std::to_string(bank.items.size())}}));
  }
  source.covers_paper = bank.enough;
  for (std::size_t j = 0; j < bank.anchored.size(); ++j)
    if (bank.anchored[j] == 0 && sample.scored.n_categories()[j] >= 2) source.covers_paper = false;
  if (out.calibration.family == irt::ModelFamily::kClassical) {
    // Too few pupils to estimate anything but their abilities: the bank's items alone.
    source.bank_only = true;
    out.calibration.family = family_of(bank.items);
    for (std::size_t j = 0; j < bank.anchored.size(); ++j)
      if (bank.anchored[j] != 0) plan.columns.push_back(static_cast<std::int64_t>(j));
    return plan;
  }
  source.bank_only = source.covers_paper;
  std::vector<irt::ItemModel> models = chosen.models;
  if (bank.enough && out.calibration.family == irt::ModelFamily::kRasch && family_of(bank.items) != irt::ModelFamily::kRasch) {
    // Slopes of 1 do not belong on a scale that the bank sets with slopes of its own.
    out.calibration.family = irt::ModelFamily::kTwoParameterPrior;
    for (irt::ItemModel& m : models)
      m = m == irt::ItemModel::kRasch ? irt::ItemModel::k2pl
                                      : (m == irt::ItemModel::kPartialCredit ? irt::ItemModel::kGeneralizedPartialCredit : m);
  }
  for (std::size_t j = 0; j < models.size(); ++j)
    if (bank.anchored[j] == 0 || !bank.enough) plan.fit.models.emplace_back(out.paper.items[j].id, models[j]);
  plan.fit.priors = priors_for(out.calibration.family, out.paper.items, models);
  std::erase_if(plan.fit.priors, [&](const irt::Prior& p) {
    return bank.enough && !p.item.empty() &&
           std::any_of(bank.items.begin(), bank.items.end(), [&](const irt::ItemParameters& b) { return b.id == p.item; });
  });
  return plan;
}

/// Infit and outfit over the counted pupils.
inline Result<void> add_item_fit(PaperEvaluation& out, const Work& work, const Sample& sample, const irt::Fit& fit) {
  std::vector<std::int32_t> population;
  if (!fit.person_population.empty() && fit.model.populations.size() > 1)
    for (const std::int32_t p : fit.person_population) population.push_back(std::max<std::int32_t>(0, p));
  irt::ScoreOptions options;
  options.missing = work.profile.missing;
  options.group = population;
  auto squares = irt::item_mean_squares(fit.model, sample.scored, options, work.context);
  if (squares) {
    out.calibration.item_fit = std::move(squares->items);
    return {};
  }
  if (squares.error().code == Code::kCancelled) return squares.error();
  set_aside(out, "item_fit", squares.error());
  return {};
}

inline Result<void> add_abilities(PaperEvaluation& out, const Work& work, const Sample& sample, const irt::Fit& fit) {
  const auto n = static_cast<std::size_t>(out.n_persons());
  std::vector<std::int32_t> population;
  if (!fit.person_population.empty() && fit.model.populations.size() > 1) {
    population.assign(n, 0);
    for (std::size_t i = 0; i < sample.rows.size(); ++i)
      population[static_cast<std::size_t>(sample.rows[i])] = std::max<std::int32_t>(0, fit.person_population[i]);
  }
  irt::ScoreOptions options;
  options.missing = work.profile.missing;
  options.group = population;
  auto scores = irt::score(fit.model, out.paper.scored, options, work.context);
  if (!scores) {
    if (scores.error().code == Code::kCancelled) return scores.error();
    set_aside(out, "abilities", scores.error());
    return {};
  }
  for (std::size_t i = 0; i < n; ++i)
    if (out.counted[i] == 0 || scores->n_answered[i] <= 0) scores->ability[i] = scores->ability_se[i] = kNaN;
  out.calibration.ability = scores->ability;
  out.calibration.ability_se = scores->ability_se;
  // Each linked set of items has its own scale, so a reliability over all of them would mean nothing.
  if (fit.model.populations.size() > 1) return {};
  if (auto reliability = irt::empirical_reliability(*scores)) out.calibration.reliability = *reliability;
  return {};
}

}  // namespace calibration_detail

Result<void> calibrate(PaperEvaluation& out, const Work& work, ModelSource& source) {
  namespace detail = calibration_detail;
  Calibration& c = out.calibration;
  c.reliability = detail::kNaN;
  auto sample = detail::sample_of(out);
  if (!sample) return sample.error();
  std::vector<std::uint8_t> can_guess;
  for (const Item& item : out.paper.items)
    can_guess.push_back(static_cast<std::uint8_t>(out.paper.raw && item.category_labels.size() >= 2 ? 1 : 0));
  irt::DefaultModelOptions how;
  how.cuts = work.profile.model_cuts;
  how.missing = work.profile.missing;
  how.weights = sample->weights;
  how.can_guess = can_guess;
  auto chosen = irt::default_model(sample->scored, how);
  if (!chosen) {
    set_aside(out, "calibration", chosen.error());
    return {};
  }
  c.family = chosen->family;
  c.effective_n = chosen->effective_n;
  for (const Finding& f : chosen->findings)
    if (f.code != Code::kTooFewForCalibration) c.findings.push_back(f);
  if (!work.options.calibrate) {
    c.family = irt::ModelFamily::kClassical;
    set_aside(out, "calibration", make_finding(Severity::kNote, Code::kCalibrationOff, {}, {{"paper", out.paper.id}}));
    return {};
  }
  if (work.options.family && *work.options.family != chosen->family) {
    c.overruled = true;
    c.family = *work.options.family;
    c.findings.push_back(make_finding(
        Severity::kNote, Code::kFamilyOverruled, {},
        {{"family", std::string(irt::family_name(c.family))}, {"recommended", std::string(irt::family_name(chosen->family))}}));
    how.cuts = detail::cuts_for(c.family);
    chosen = irt::default_model(sample->scored, how);
    if (!chosen) return chosen.error();
  }
  const detail::Bank bank = detail::bank_of(out, work.options, sample->scored);
  if (!bank.items.empty() && !bank.enough) {
    const irt::LinkRule rule;
    const auto share = static_cast<int>(std::ceil(rule.least_share * static_cast<double>(out.n_items())));
    c.findings.push_back(
        make_finding(Severity::kWarning, Code::kBankTooSmall, {},
                     {{"count", std::to_string(bank.items.size())}, {"needed", std::to_string(std::max(rule.least_items, share))}}));
  }
  if (c.family == irt::ModelFamily::kClassical && !bank.enough) {
    set_aside(out, "calibration",
              make_finding(Severity::kNote, Code::kNoCalibration, {},
                           {{"paper", out.paper.id}, {"n", std::to_string(std::llround(c.effective_n))}}));
    return {};
  }
  const detail::Plan plan = detail::plan_fit(out, work, *chosen, *sample, bank, source);
  Responses used = sample->scored;
  if (!plan.columns.empty()) {
    std::vector<std::int64_t> rows(sample->rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<std::int64_t>(i);
    auto kept = used.select(rows, plan.columns);
    if (!kept) return kept.error();
    used = std::move(*kept);
  }
  auto fitted = irt::fit(used, plan.fit, work.context);
  if (!fitted) {
    if (fitted.error().code == Code::kCancelled) return fitted.error();
    set_aside(out, "calibration", fitted.error());
    return {};
  }
  for (const Finding& f : fitted->findings) {
    c.findings.push_back(f);
    if (f.code == Code::kNotConnected || f.code == Code::kWeakLink) set_aside(out, "common_scale", f);
    if (f.code == Code::kNotConnected) source.one_scale = false;
  }
  c.calibrated = fitted->converged;
  if (!c.calibrated) {
    set_aside(out, "calibration",
              make_finding(Severity::kWarning, Code::kCalibrationFailed, {},
                           {{"paper", out.paper.id}, {"detail", std::string(irt::stop_reason_name(fitted->stop))}}));
    return {};
  }
  c.fit = SharedValue<irt::Fit>(std::move(*fitted));
  if (auto ok = detail::add_abilities(out, work, *sample, *c.fit); !ok) return ok;
  return detail::add_item_fit(out, work, *sample, *c.fit);
}

Result<void> predict(PaperEvaluation& out, const Work& work, const ModelSource& source) {
  const std::int64_t n = out.levels.n_counted;
  // Item parameters from these very pupils would lean towards each of them; where they are few the working model leaves the pupil out.
  const bool calibrated =
      out.calibration.calibrated && source.one_scale &&
      (source.covers_paper || (!source.bank_only && n >= static_cast<std::int64_t>(work.profile.expectation.leave_one_out_below)));
  if (calibrated) {
    const double behind =
        source.covers_paper ? std::max(static_cast<double>(n), work.profile.model_cuts.three_parameter) : static_cast<double>(n);
    auto model = feedback::predictor_from_model(out.calibration.fit->model, out.paper.scored, out.paper.items, behind);
    if (model) {
      out.predictor = std::move(*model);
      out.findings.insert(out.findings.end(), out.predictor.findings.begin(), out.predictor.findings.end());
      return {};
    }
  }
  const feedback::CountedResponses counted{&out.paper.scored, &out.paper.items, out.counted, work.profile.missing};
  auto model = feedback::fit_working_model(counted, work.profile.expectation, work.context);
  if (model) {
    out.predictor = std::move(*model);
    out.findings.insert(out.findings.end(), out.predictor.findings.begin(), out.predictor.findings.end());
    return {};
  }
  if (model.error().code == Code::kCancelled) return model.error();
  const ExpectationRules& rules = work.profile.expectation;
  set_aside(out, "expected_scores",
            make_finding(Severity::kNote, Code::kNoExpectedScore, {},
                         {{"paper", out.paper.id},
                          {"n", std::to_string(n)},
                          {"items", std::to_string(out.n_items())},
                          {"least_n", std::to_string(rules.least_pupils)},
                          {"least_items", std::to_string(rules.least_items)}}));
  return {};
}

}  // namespace celadon::inline CELADON_ABI::evaluation::evaluate_detail
