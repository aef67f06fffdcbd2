#pragma once

#include <celadon/core/math.hpp>
#include <celadon/core/text.hpp>
#include <celadon/evaluation/green/scale.hpp>
#include <celadon/models/ctt/item_analysis.hpp>
#include <celadon/models/ctt/reliability.hpp>
#include <celadon/models/irt/fit.hpp>
#include <celadon/models/irt/information.hpp>
#include <celadon/models/irt/score.hpp>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <utility>

namespace celadon::inline CELADON_ABI::green {

namespace scale_detail {

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

inline Error invalid(const char* name, const char* text) {
  return make_error(Code::kInvalidArgument, {}, {{"name", name}, {"detail", text}});
}

inline std::string shown(double x) {
  return format_number(std::floor(x * 1e3 + 0.5) / 1e3);
}

inline Result<void> check(const ScaleDefinition& d) {
  if (d.items.size() < 3) return make_error(Code::kTooFewItems, {}, {{"n", std::to_string(d.items.size())}, {"needed", "3"}});
  if (d.n_options < 2 || d.n_options > kMaxCategory + 1) return invalid("n_options", "must be 2 or more");
  if (!(d.least_answered > 0.0 && d.least_answered <= 1.0)) return invalid("least_answered", "must be above 0 and at most 1");
  if (!(d.least_reliability >= 0.0 && d.least_reliability < 1.0)) return invalid("least_reliability", "must be 0 or more and below 1");
  if (!std::isfinite(d.mean) || !(d.sd > 0.0) || !std::isfinite(d.sd)) return invalid("mean, sd", "sd must be above 0, both finite");
  if (d.reference_population.empty()) return invalid("reference_population", "a metric needs the name of its reference population");
  return {};
}

/// The answers of the scale's items, reversed where declared. Persons with too few answers keep their row without any answer.
struct Answers {
  Responses responses;
  std::vector<std::int32_t> n_answered;
  std::vector<std::uint8_t> enough;
  std::int64_t n_too_few = 0;
};

inline Result<Answers> read(const Responses& given, const ScaleDefinition& d) {
  const std::int64_t n = given.n_persons();
  const std::size_t k = d.items.size();
  std::vector<std::int64_t> column(k);
  std::vector<std::string> ids;
  ids.reserve(k);
  for (std::size_t j = 0; j < k; ++j) {
    const auto& all = given.item_ids();
    const auto found = std::find(all.begin(), all.end(), d.items[j].id);
    if (found == all.end()) return make_error(Code::kMissingColumn, {"questionnaire", d.items[j].id, -1, d.items[j].id});
    column[j] = found - all.begin();
    ids.push_back(d.items[j].id);
  }
  Answers out;
  out.n_answered.assign(static_cast<std::size_t>(n), 0);
  out.enough.assign(static_cast<std::size_t>(n), 0);
  Responses::Builder builder(n, ids);
  std::vector<std::uint8_t> cells(k);
  for (std::int64_t i = 0; i < n; ++i) {
    std::int32_t answered = 0;
    for (std::size_t j = 0; j < k; ++j) {
      cells[j] = given.at(i, column[j]);
      if (is_missing(cells[j])) continue;
      if (cells[j] >= d.n_options)
        return make_error(Code::kAnswerOutsideScale, {"questionnaire", {}, i + 1, d.items[j].id},
                          {{"limit", std::to_string(d.n_options - 1)}});
      if (d.items[j].reversed) cells[j] = static_cast<std::uint8_t>(d.n_options - 1 - cells[j]);
      ++answered;
    }
    const auto row = static_cast<std::size_t>(i);
    out.n_answered[row] = answered;
    // The margin is for shares such as 2/3 that are not exact.
    if (static_cast<double>(answered) + 1e-9 < d.least_answered * static_cast<double>(k)) {
      ++out.n_too_few;
      continue;
    }
    out.enough[row] = 1;
    for (std::size_t j = 0; j < k; ++j) builder.set(i, static_cast<std::int64_t>(j), cells[j]);
  }
  auto built = std::move(builder).build();
  if (!built) return built.error();
  out.responses = std::move(*built);
  return out;
}

inline void note_too_few(const ScaleDefinition& d, std::int64_t n, Findings& findings) {
  if (n > 0) findings.push_back(make_finding(Severity::kNote, Code::kScaleAnswersTooFew, {}, {{"name", d.name}, {"n", std::to_string(n)}}));
}

inline Finding groups_only(const ScaleDefinition& d, double reliability) {
  return make_finding(Severity::kWarning, Code::kScaleGroupsOnly, {},
                      {{"name", d.name}, {"value", shown(reliability)}, {"limit", shown(d.least_reliability)}});
}

/// Weights with sum n over persons who have one; 0 for persons with too few answers.
inline Result<std::vector<double>> weights_of(std::span<const double> given, const Answers& answers) {
  const std::size_t n = answers.enough.size();
  if (!given.empty() && given.size() != n)
    return make_error(Code::kLengthMismatch, {},
                      {{"name", "weights"}, {"actual", std::to_string(given.size())}, {"expected", std::to_string(n)}});
  std::vector<double> out(n, 0.0);
  double sum = 0.0;
  double count = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    const double w = given.empty() ? 1.0 : given[i];
    if (!(w >= 0.0) || !std::isfinite(w)) return invalid("weights", "each must be 0 or more");
    if (answers.enough[i] == 0 || w == 0.0) continue;
    out[i] = w;
    sum += w;
    count += 1.0;
  }
  if (count == 0.0) return make_error(Code::kNoPersons);
  for (double& w : out) w *= count / sum;
  return out;
}

/// What a sample of this size can carry.
inline Result<irt::FitOptions> plan(std::span<const double> weights, const irt::SampleSizeCuts& cuts) {
  double sum = 0.0;
  double squares = 0.0;
  for (const double w : weights) {
    sum += w;
    squares += w * w;
  }
  const double effective = sum * sum / squares;
  if (effective < cuts.rasch)
    return make_error(Code::kTooFewForCalibration, {},
                      {{"n", std::to_string(std::llround(effective))}, {"needed", std::to_string(std::llround(cuts.rasch))}});
  irt::FitOptions out;
  out.weights = weights;
  out.model = effective < cuts.two_parameter ? irt::ItemModel::kPartialCredit : irt::ItemModel::kGeneralizedPartialCredit;
  if (out.model == irt::ItemModel::kGeneralizedPartialCredit && effective < cuts.three_parameter)
    out.priors.push_back({"", irt::ParameterKind::kSlope, irt::PriorFamily::kLogNormal, 0.0, 0.5});
  return out;
}

/// Classical figures of the sum after reversing: item-rest correlations and alpha. What they cannot say is NaN.
inline void describe(const Answers& answers, std::span<const double> weights, const irt::Fit& fit, const ExecutionContext& context,
                     Scale& out) {
  Items items(out.definition.items.size());
  for (std::size_t j = 0; j < items.size(); ++j) {
    items[j].id = out.definition.items[j].id;
    items[j].full_mark = static_cast<double>(out.definition.n_options - 1);
  }
  ctt::Sample sample;
  sample.weights = weights;
  ctt::ItemAnalysisOptions options;
  options.group_share = 0.0;
  options.overlap_corrected = false;
  const auto analysis = ctt::item_analysis(answers.responses, items, sample, options, context);
  const auto reliability = ctt::reliability(answers.responses, items, sample, {}, context);
  out.alpha = reliability ? reliability->alpha : kNaN;
  out.alpha_lower = reliability ? reliability->alpha_lower : kNaN;
  out.alpha_upper = reliability ? reliability->alpha_upper : kNaN;
  out.items.reserve(items.size());
  for (std::size_t j = 0; j < items.size(); ++j) {
    ScaleItemStatistics s;
    s.id = items[j].id;
    s.reversed = out.definition.items[j].reversed;
    s.n = analysis ? analysis->items[j].n : 0;
    s.mean = analysis ? analysis->items[j].mean : kNaN;
    s.item_rest_r = analysis ? analysis->items[j].item_rest_r : kNaN;
    s.slope = s.slope_se = kNaN;
    for (const auto& p : fit.irt.parameters)
      if (p.item == s.id && p.name == "a") {
        s.slope = p.estimate;
        s.slope_se = p.se;
      }
    if (s.item_rest_r < 0.0)
      out.findings.push_back(make_finding(Severity::kWarning, Code::kScaleItemAgainst, {{}, {}, -1, s.id},
                                          {{"name", out.definition.name}, {"value", shown(s.item_rest_r)}}));
    out.items.push_back(std::move(s));
  }
}

}  // namespace scale_detail

void Scale::visit(Visitor& visitor) {
  std::int64_t n_options = definition.n_options;
  visitor.field("name", definition.name);
  visitor.field("reference_population", definition.reference_population);
  visitor.field("n_options", n_options);
  definition.n_options = n_options >= 0 && n_options <= kMaxCategory + 1 ? static_cast<int>(n_options) : 0;  // 0: check() refuses it
  visitor.field("least_answered", definition.least_answered);
  visitor.field("least_reliability", definition.least_reliability);
  visitor.field("mean", definition.mean);
  visitor.field("sd", definition.sd);
  std::int64_t n_items = static_cast<std::int64_t>(items.size());
  visitor.begin_list("items", n_items);
  if (visitor.loading()) {
    items.assign(static_cast<std::size_t>(n_items), {});
    definition.items.assign(static_cast<std::size_t>(n_items), {});
  }
  for (std::size_t j = 0; j < items.size(); ++j) {
    ScaleItemStatistics& item = items[j];
    visitor.next();
    visitor.field("id", item.id);
    visitor.field("reversed", item.reversed);
    visitor.field("n", item.n);
    visitor.field("mean", item.mean);
    visitor.field("item_rest_r", item.item_rest_r);
    visitor.field("slope", item.slope);
    visitor.field("slope_se", item.slope_se);
    if (visitor.loading()) definition.items[j] = {item.id, item.reversed};
  }
  visitor.end();
  visitor.field("shift", shift);
  visitor.field("factor", factor);
  visitor.field("marginal_reliability", marginal_reliability);
  visitor.field("alpha", alpha);
  visitor.field("alpha_lower", alpha_lower);
  visitor.field("alpha_upper", alpha_upper);
  visitor.field("individual_scores", individual_scores);
  visitor.field("n_used", n_used);
  visitor.field("n_too_few", n_too_few);
  visitor.field("converged", converged);
  visitor.field("log_likelihood", log_likelihood);
  visitor.begin_record("model");
  model.visit(visitor);
  visitor.end();
}

Result<void> check(const Scale& scale) {
  using scale_detail::invalid;
  if (auto ok = scale_detail::check(scale.definition); !ok) return ok;
  if (auto ok = irt::check(scale.model); !ok) return ok;
  const std::vector<ScaleItem>& items = scale.definition.items;
  if (scale.items.size() != items.size()) return invalid("items", "each item of the definition has its statistics");
  for (std::size_t j = 0; j < items.size(); ++j) {
    if (scale.items[j].id != items[j].id || scale.items[j].reversed != items[j].reversed)
      return invalid("items", "the statistics stand in the order of the definition");
    for (std::size_t k = 0; k < j; ++k)
      if (items[k].id == items[j].id) return make_error(Code::kDuplicateId, {{}, {}, -1, items[j].id});
  }
  if (scale.model.populations.size() != 1) return invalid("model", "a scale has one reference population");
  for (const irt::ItemParameters& item : scale.model.items)
    if (std::none_of(items.begin(), items.end(), [&](const ScaleItem& one) { return one.id == item.id; }))
      return invalid("model", "holds an item that the scale does not have");
  if (!std::isfinite(scale.shift) || !std::isfinite(scale.factor) || !(scale.factor > 0.0))
    return invalid("shift, factor", "factor must be above 0, both finite");
  if (!(scale.marginal_reliability >= 0.0 && scale.marginal_reliability <= 1.0))
    return invalid("marginal_reliability", "must be in [0, 1]");
  return {};
}

Result<Scale> fit_scale(const Responses& responses, const ScaleDefinition& definition, const ScaleOptions& options,
                        const ExecutionContext& context) {
  if (auto ok = scale_detail::check(definition); !ok) return ok.error();
  auto answers = scale_detail::read(responses, definition);
  if (!answers) return answers.error();
  const auto weights = scale_detail::weights_of(options.weights, *answers);
  if (!weights) return weights.error();
  const auto plan = scale_detail::plan(*weights, options.cuts);
  if (!plan) return plan.error();
  Scale out;
  out.definition = definition;
  auto fit = irt::fit(answers->responses, *plan, context);
  if (!fit) return fit.error();
  out.model = fit->model;
  out.converged = fit->converged;
  out.log_likelihood = fit->log_likelihood;
  out.findings = fit->findings;
  const irt::Population& reference = out.model.populations[0];
  out.factor = definition.sd / reference.sd;
  out.shift = definition.mean - out.factor * reference.mean;
  const auto marginal = irt::marginal_reliability(out.model, 0);
  if (!marginal) return marginal.error();
  out.marginal_reliability = *marginal;
  out.n_used = static_cast<std::int64_t>(std::count_if(weights->begin(), weights->end(), [](double w) { return w > 0.0; }));
  out.n_too_few = responses.n_persons() - out.n_used;
  scale_detail::describe(*answers, *weights, *fit, context, out);
  // Decisions compare values rounded to 1e-6.
  out.individual_scores = std::floor(*marginal * 1e6 + 0.5) >= std::floor(definition.least_reliability * 1e6 + 0.5);
  if (!out.individual_scores) out.findings.push_back(scale_detail::groups_only(definition, *marginal));
  scale_detail::note_too_few(definition, answers->n_too_few, out.findings);
  return out;
}

Result<ScaleScores> score_scale(const Scale& scale, const Responses& responses, const ExecutionContext& context) {
  const auto answers = scale_detail::read(responses, scale.definition);
  if (!answers) return answers.error();
  auto scores = irt::score(scale.model, answers->responses, {}, context);
  if (!scores) return scores.error();
  ScaleScores out;
  const std::size_t n = answers->enough.size();
  out.score.assign(n, scale_detail::kNaN);
  out.score_se.assign(n, scale_detail::kNaN);
  out.n_answered = answers->n_answered;
  out.marginal_reliability = scale.marginal_reliability;
  out.alpha = scale.alpha;
  out.withheld = !scale.individual_scores;
  out.reference_population = scale.definition.reference_population;
  const auto empirical = irt::empirical_reliability(*scores);
  out.empirical_reliability = empirical ? *empirical : scale_detail::kNaN;
  for (std::size_t i = 0; i < n; ++i) {
    if (scores->status[i] != irt::ScoreStatus::kScored || answers->enough[i] == 0) {
      ++out.n_too_few;
      continue;
    }
    if (out.withheld) continue;
    ++out.n_scored;
    out.score[i] = scale.shift + scale.factor * scores->ability[i];
    out.score_se[i] = scale.factor * scores->ability_se[i];
  }
  // Persons without usable answers are counted below, under the rule of the scale.
  std::copy_if(scores->findings.begin(), scores->findings.end(), std::back_inserter(out.findings),
               [](const Finding& f) { return f.code != Code::kScoredWithoutAnswers; });
  if (out.withheld) out.findings.push_back(scale_detail::groups_only(scale.definition, scale.marginal_reliability));
  scale_detail::note_too_few(scale.definition, out.n_too_few, out.findings);
  return out;
}

Result<irt::PlausibleValues> scale_plausible_values(const Scale& scale, const Responses& responses,
                                                    const irt::PlausibleValueOptions& options, const ExecutionContext& context) {
  const auto answers = scale_detail::read(responses, scale.definition);
  if (!answers) return answers.error();
  const auto weights = scale_detail::weights_of(options.regression.weights, *answers);
  if (!weights) return weights.error();
  irt::PlausibleValueOptions own = options;
  own.regression.weights = *weights;
  auto out = irt::plausible_values(scale.model, answers->responses, own, context);
  if (!out) return out.error();
  const double square = scale.factor * scale.factor;
  for (double& v : out->values) v = scale.shift + scale.factor * v;
  for (double& v : out->residual_variance) v *= square;
  for (double& v : out->school_variance) v *= square;
  return out;
}

Table Scale::to_table() const {
  Table out("scale");
  const auto number = [&](const char* name, double v) { out.add(name, std::vector<double>{v}); };
  out.add("scale", std::vector<std::string>{definition.name});
  out.add("reference_population", std::vector<std::string>{definition.reference_population});
  out.add("n_items", std::vector<std::int64_t>{static_cast<std::int64_t>(definition.items.size())});
  out.add("n_used", std::vector<std::int64_t>{n_used});
  out.add("n_too_few", std::vector<std::int64_t>{n_too_few});
  number("mean", definition.mean);
  number("sd", definition.sd);
  number("alpha", alpha);
  number("alpha_lower", alpha_lower);
  number("alpha_upper", alpha_upper);
  number("marginal_reliability", marginal_reliability);
  out.add_boolean("individual_scores", {static_cast<std::uint8_t>(individual_scores ? 1 : 0)});
  return out;
}

Table Scale::item_table() const {
  std::vector<std::string> id;
  std::vector<std::uint8_t> reversed;
  std::vector<std::int64_t> n;
  std::vector<double> mean;
  std::vector<double> rest;
  std::vector<double> slope;
  std::vector<double> slope_se;
  id.reserve(items.size());
  reversed.reserve(items.size());
  n.reserve(items.size());
  for (auto* v : {&mean, &rest, &slope, &slope_se}) v->reserve(items.size());
  for (const ScaleItemStatistics& s : items) {
    id.push_back(s.id);
    reversed.push_back(s.reversed ? 1 : 0);
    n.push_back(s.n);
    mean.push_back(s.mean);
    rest.push_back(s.item_rest_r);
    slope.push_back(s.slope);
    slope_se.push_back(s.slope_se);
  }
  Table out("scale_items");
  out.add("item", id);
  out.add_boolean("reversed", reversed);
  out.add("n", n);
  out.add("mean", mean);
  out.add("item_rest_r", rest);
  out.add("slope", slope);
  out.add("slope_se", slope_se);
  return out;
}

Table ScaleScores::to_table() const {
  std::vector<std::int64_t> person(score.size());
  std::vector<std::int64_t> answered(n_answered.begin(), n_answered.end());
  for (std::size_t i = 0; i < person.size(); ++i) person[i] = static_cast<std::int64_t>(i) + 1;
  Table out("scale_scores");
  out.add("person", person);
  out.add("score", score);
  out.add("score_se", score_se);
  out.add("n_answered", answered);
  return out;
}

}  // namespace celadon::inline CELADON_ABI::green
