#pragma once

#include <celadon/core/config.hpp>
#include <celadon/evaluation/impl/diagnose_parts.hpp>
#include <celadon/evaluation/impl/single_ability.hpp>
#include <celadon/models/cdm/fit.hpp>
#include <celadon/models/cdm/score.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

namespace celadon::inline CELADON_ABI::evaluation {

namespace diagnose_detail {

/// Knowledge points of the paper in the order of first appearance, and the columns that need each.
inline void find_points(const Paper& paper, feedback::Mastery& out) {
  for (std::size_t j = 0; j < paper.items.size(); ++j)
    for (const std::string& name : paper.items[j].knowledge) {
      const auto it = std::find(out.points.begin(), out.points.end(), name);
      const auto k = static_cast<std::size_t>(it - out.points.begin());
      if (it == out.points.end()) {
        out.points.push_back(name);
        out.items.emplace_back();
      }
      out.items[k].push_back(static_cast<std::int32_t>(j));
    }
  for (const PointOrder& order : paper.point_order) {
    const auto first = std::find(out.points.begin(), out.points.end(), order.first);
    const auto then = std::find(out.points.begin(), out.points.end(), order.then);
    if (first != out.points.end() && then != out.points.end() && first != then)
      out.prerequisites.emplace_back(static_cast<std::int32_t>(first - out.points.begin()),
                                     static_cast<std::int32_t>(then - out.points.begin()));
  }
}

/// What each pupil was given and gained on each point.
inline feedback::MasteryInput score_situation(const PaperEvaluation& paper, const feedback::Mastery& points) {
  feedback::MasteryInput in;
  in.points = points.points;
  in.n_persons = paper.n_persons();
  const std::size_t n_points = points.points.size();
  const std::size_t n_cells = static_cast<std::size_t>(in.n_persons) * n_points;
  in.modelled.assign(n_points, 0);
  in.identified.assign(n_cells, 0);
  in.n_items.assign(n_cells, 0);
  in.points_gained.assign(n_cells, 0.0);
  in.points_full.assign(n_cells, 0.0);
  for (std::int64_t i = 0; i < in.n_persons; ++i) {
    if (paper.counted[static_cast<std::size_t>(i)] == 0) continue;
    for (std::size_t k = 0; k < n_points; ++k) {
      const std::size_t cell = static_cast<std::size_t>(i) * n_points + k;
      for (const std::int32_t j : points.items[k]) {
        const double gained = paper.gain_loss.points[paper.gain_loss.cell(i, j)];
        if (std::isnan(gained)) continue;
        ++in.n_items[cell];
        in.points_gained[cell] += gained;
        in.points_full[cell] += paper.paper.items[static_cast<std::size_t>(j)].full_mark;
      }
    }
  }
  return in;
}

/// The model's view of the paper: points with enough items, those that share an item with them, and right or wrong answers of the items.
struct View {
  cdm::QMatrix q;
  std::vector<std::int32_t> point;  ///< of the paper, by attribute
  Responses responses;
  std::int64_t n_answering = 0;
  int n_cut = 0;  ///< items with part marks
};

inline std::optional<Message> build_view(const PaperEvaluation& paper, const feedback::Mastery& points, const DiagnosisRules& rules,
                                         View& out) {
  const auto thick = [&](std::size_t k) { return static_cast<int>(points.items[k].size()) >= rules.least_items; };
  const std::size_t n_items = paper.paper.items.size();
  std::vector<std::uint8_t> used(n_items, 0);
  for (std::size_t k = 0; k < points.points.size(); ++k)
    if (thick(k))
      for (const std::int32_t j : points.items[k]) used[static_cast<std::size_t>(j)] = 1;
  const auto n_thick = static_cast<int>(std::count_if(points.items.begin(), points.items.end(),
                                                      [&](const auto& of) { return static_cast<int>(of.size()) >= rules.least_items; }));
  const std::string& id = paper.paper.id;
  if (n_thick == 0)
    return make_finding(Severity::kNote, Code::kDiagnosisThinPoints, {}, {{"paper", id}, {"least", std::to_string(rules.least_items)}});
  if (n_thick > rules.most_points)
    return make_finding(Severity::kNote, Code::kDiagnosisManyPoints, {},
                        {{"paper", id}, {"n", std::to_string(n_thick)}, {"limit", std::to_string(rules.most_points)}});
  // A point with few items stands in the model where it shares an item with a judged one, as far as there is room.
  std::vector<std::uint8_t> kept(points.points.size(), 0);
  for (std::size_t k = 0; k < kept.size(); ++k) kept[k] = static_cast<std::uint8_t>(thick(k) ? 1 : 0);
  int room = rules.most_points - n_thick;
  for (std::size_t k = 0; k < kept.size() && room > 0; ++k) {
    const bool shares =
        std::any_of(points.items[k].begin(), points.items[k].end(), [&](std::int32_t j) { return used[static_cast<std::size_t>(j)] != 0; });
    if (kept[k] != 0 || !shares) continue;
    kept[k] = 1;
    --room;
  }
  std::vector<std::int32_t> attribute_of(points.points.size(), -1);
  for (std::size_t k = 0; k < kept.size(); ++k) {
    if (kept[k] == 0) continue;
    attribute_of[k] = static_cast<std::int32_t>(out.point.size());
    out.point.push_back(static_cast<std::int32_t>(k));
    out.q.attributes.push_back(points.points[k]);
  }
  std::vector<std::int64_t> columns;
  for (std::size_t j = 0; j < n_items; ++j)
    if (used[j] != 0) columns.push_back(static_cast<std::int64_t>(j));
  for (const std::int64_t j : columns) out.q.item_ids.push_back(paper.paper.items[static_cast<std::size_t>(j)].id);
  out.q.cells.assign(columns.size() * out.q.attributes.size(), 0);
  Responses::Builder builder(paper.n_persons(), out.q.item_ids);
  std::vector<std::uint8_t> answered(static_cast<std::size_t>(paper.n_persons()), 0);
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const auto j = static_cast<std::size_t>(columns[c]);
    const Item& item = paper.paper.items[j];
    for (std::size_t k = 0; k < points.points.size(); ++k)
      if (attribute_of[k] >= 0 &&
          std::find(points.items[k].begin(), points.items[k].end(), static_cast<std::int32_t>(j)) != points.items[k].end())
        out.q.cells[c * out.q.attributes.size() + static_cast<std::size_t>(attribute_of[k])] = 1;
    bool part_marks = false;
    for (std::int64_t i = 0; i < paper.n_persons(); ++i) {
      if (paper.counted[static_cast<std::size_t>(i)] == 0) continue;
      const double gained = paper.gain_loss.points[paper.gain_loss.cell(i, columns[c])];
      if (std::isnan(gained)) continue;
      const double share = decision_value(gained / item.full_mark);
      part_marks = part_marks || (share > 0.0 && share < 1.0);
      builder.set(i, static_cast<std::int64_t>(c), static_cast<std::uint8_t>(share >= decision_value(rules.right_from_share) ? 1 : 0));
      answered[static_cast<std::size_t>(i)] = 1;
    }
    out.n_cut += part_marks ? 1 : 0;
  }
  auto built = std::move(builder).build();
  if (!built) return built.error();
  out.responses = std::move(*built);
  out.n_answering = std::count(answered.begin(), answered.end(), std::uint8_t{1});
  return std::nullopt;
}

/// One way to calibrate that can be defended at this number of pupils.
struct Setting {
  std::string name;
  cdm::FitOptions options;
};

inline cdm::Priors priors_of(const DiagnosisPrior& prior) {
  cdm::Priors out = cdm::Priors::small_sample();
  out.lowest = {prior.guess_a, prior.guess_b};
  out.highest = {prior.right_a, prior.right_b};
  out.structure_sd = prior.structure_sd;
  return out;
}

/// Below small_sample DINA under each prior with independent points; up to general_model DINA with a higher-order structure under each;
/// from there on G-DINA, monotone, without a prior on the items. Its structure stays higher-order up to four times that number: at 1,000
/// pupils and soft items the 31 free classes of five points cost .15 points of accuracy more than its 10 parameters do
/// (docs/evidence/cdm-recovery.md).
inline std::vector<Setting> settings_for(std::int64_t n, std::size_t n_attributes, const DiagnosisRules& rules,
                                         const std::vector<cdm::Prerequisite>& prerequisites, std::uint64_t seed) {
  std::vector<Setting> out;
  const bool general = n >= rules.general_model;
  const std::size_t few = 3;  // a saturated structure of up to 3 points has no more parameters than a higher-order one
  for (const DiagnosisPrior& prior : rules.priors) {
    Setting s;
    s.name = general ? "none" : prior.id;
    s.options.rule = general ? cdm::Rule::kGdina : cdm::Rule::kDina;
    s.options.monotone = general;
    s.options.prerequisites = prerequisites;
    s.options.seed = seed;
    const bool saturated = n_attributes <= few || (n >= 4 * std::int64_t{rules.general_model} && n_attributes <= 5);
    if (n < rules.small_sample)
      s.options.structure = cdm::Structure::kIndependent;
    else
      s.options.structure = saturated ? cdm::Structure::kSaturated : cdm::Structure::kHigherOrder;
    // A hierarchy leaves few classes; only their free distribution knows of it.
    if (!prerequisites.empty()) s.options.structure = cdm::Structure::kSaturated;
    if (!general) s.options.priors = priors_of(prior);
    out.push_back(std::move(s));
    if (general) break;
  }
  return out;
}

/// Fills probability, bounds and intervals of the input from the scores under each setting.
inline void take_scores(const View& view, const std::vector<cdm::Scores>& scores, const std::vector<std::vector<double>>& spread,
                        double confidence, feedback::MasteryInput& in) {
  const std::size_t n_points = in.points.size();
  const std::size_t n_cells = in.n_items.size();
  in.probability.assign(scores.size(), std::vector<double>(n_cells, kNone));
  in.low.assign(n_cells, kNone);
  in.high.assign(n_cells, kNone);
  in.bounded.assign(n_cells, 0);
  for (std::int64_t i = 0; i < in.n_persons; ++i)
    for (std::size_t a = 0; a < view.point.size(); ++a) {
      const auto attribute = static_cast<int>(a);
      const std::size_t cell = static_cast<std::size_t>(i) * n_points + static_cast<std::size_t>(view.point[a]);
      const cdm::Scores& first = scores.front();
      in.identified[cell] = static_cast<std::uint8_t>((first.inseparable[static_cast<std::size_t>(i)] >> a & 1U) == 0 ? 1 : 0);
      for (std::size_t s = 0; s < scores.size(); ++s) in.probability[s][cell] = scores[s].mastery_of(i, attribute);
      const double lower = first.lower_of(i, attribute);
      const double upper = first.upper_of(i, attribute);
      if (decision_value(upper - lower) > 0.0) {
        in.bounded[cell] = 1;
        in.low[cell] = lower;
        in.high[cell] = upper;
        continue;
      }
      if (spread.empty()) continue;
      const Interval interval = probability_interval(first.mastery_of(i, attribute), spread[static_cast<std::size_t>(i)][a], confidence);
      in.low[cell] = interval.low;
      in.high[cell] = interval.high;
      for (std::size_t s = 1; s < scores.size(); ++s) {
        in.low[cell] = std::min(in.low[cell], in.probability[s][cell]);
        in.high[cell] = std::max(in.high[cell], in.probability[s][cell]);
      }
    }
}

/// Where the profile does not add to a single score, what that score alone says of each point.
inline void take_single_score(const View& view, const SingleAbility& single, feedback::MasteryInput& in) {
  in.single_score.clear();
  if (single.profile_adds()) return;
  const std::size_t n_points = in.points.size();
  const std::size_t n_attributes = view.point.size();
  in.single_score.assign(in.n_items.size(), kNone);
  for (std::size_t i = 0; i < static_cast<std::size_t>(in.n_persons); ++i)
    for (std::size_t a = 0; a < n_attributes; ++a)
      in.single_score[i * n_points + static_cast<std::size_t>(view.point[a])] = single.reached[i * n_attributes + a];
}

inline Message failed(const PaperEvaluation& paper, std::string detail) {
  return make_finding(Severity::kWarning, Code::kDiagnosisFailed, {}, {{"paper", paper.paper.id}, {"detail", std::move(detail)}});
}

/// Scores under each setting from models fitted to these pupils. An error of the models becomes the reason why there is none.
inline std::optional<Message> fit_settings(PaperEvaluation& paper, const evaluate_detail::Work& work, const View& view,
                                           feedback::MasteryInput& in, feedback::MasteryBasis& basis) {
  std::vector<cdm::Prerequisite> prerequisites;
  for (const auto& [first, then] : paper.mastery.prerequisites) {
    const auto a = std::find(view.point.begin(), view.point.end(), first);
    const auto b = std::find(view.point.begin(), view.point.end(), then);
    if (a != view.point.end() && b != view.point.end())
      prerequisites.push_back({static_cast<std::int32_t>(a - view.point.begin()), static_cast<std::int32_t>(b - view.point.begin())});
  }
  const DiagnosisRules& rules = work.profile.diagnosis;
  std::vector<cdm::Scores> scores;
  std::vector<std::vector<double>> spread;
  for (const Setting& setting : settings_for(view.n_answering, view.q.attributes.size(), rules, prerequisites, work.options.seed)) {
    auto fit = cdm::fit(view.responses, view.q, setting.options, work.context);
    if (!fit) return failed(paper, std::string(code_name(fit.error().code)));
    if (!fit->converged) return failed(paper, "not_converged");
    const bool reported = scores.empty();
    auto scored =
        cdm::score(fit->model, view.responses, {.missing = {}, .population = {}, .start = nullptr, .keep_state = reported}, work.context);
    if (!scored) return failed(paper, std::string(code_name(scored.error().code)));
    if (reported) {
      spread = mastery_spread(*fit, view.responses, *scored);
      auto single = compare_single_ability(*fit, *scored, view.responses, rules.single_score_share, work.context);
      if (!single) return failed(paper, std::string(code_name(single.error().code)));
      basis.gain_over_single_score = single->gain;
      take_single_score(view, *single, in);
      scored->state = {};
      basis.model = std::string(cdm::rule_name(setting.options.rule));
      basis.structure = std::string(cdm::structure_name(setting.options.structure));
      basis.n_used = fit->n_used;
      basis.log_likelihood = fit->log_likelihood;
      paper.mastery.findings.insert(paper.mastery.findings.end(), fit->findings.begin(), fit->findings.end());
    }
    basis.settings.push_back(setting.name);
    scores.push_back(std::move(*scored));
  }
  take_scores(view, scores, spread, rules.interval_confidence, in);
  return std::nullopt;
}

inline std::optional<Message> score_by_bank(const PaperEvaluation& paper, const evaluate_detail::Work& work, const View& view,
                                            feedback::MasteryInput& in, feedback::MasteryBasis& basis) {
  auto scored = cdm::score(*work.options.diagnosis_bank, view.responses, {}, work.context);
  if (!scored) return failed(paper, std::string(code_name(scored.error().code)));
  // Points by name: those of the bank that the paper does not name are passed over.
  std::vector<std::int32_t> point(scored->attributes.size(), -1);
  for (std::size_t a = 0; a < point.size(); ++a) {
    const auto it = std::find(in.points.begin(), in.points.end(), scored->attributes[a]);
    if (it == in.points.end()) continue;
    point[a] = static_cast<std::int32_t>(it - in.points.begin());
    in.modelled[static_cast<std::size_t>(point[a])] = 1;
  }
  take_bank_scores(point, *scored, in);
  basis.model = "bank";
  basis.from_bank = true;
  basis.structure = std::string(cdm::structure_name(work.options.diagnosis_bank->structure));
  basis.settings = {"bank"};
  return std::nullopt;
}

}  // namespace diagnose_detail

Result<void> evaluate_detail::diagnose(PaperEvaluation& out, const Work& work) {
  namespace detail = diagnose_detail;
  if (!work.options.diagnose) {
    set_aside(out, "diagnosis", make_finding(Severity::kNote, Code::kDiagnosisOff, {}, {{"paper", out.paper.id}}));
    return {};
  }
  detail::find_points(out.paper, out.mastery);
  if (out.mastery.points.empty()) {
    set_aside(out, "diagnosis", make_finding(Severity::kNote, Code::kNoKnowledgePoints, {}, {{"paper", out.paper.id}}));
    return {};
  }
  const DiagnosisRules& rules = work.profile.diagnosis;
  feedback::MasteryInput in = detail::score_situation(out, out.mastery);
  feedback::MasteryBasis basis;
  basis.version = CELADON_VERSION;
  basis.log_likelihood = basis.gain_over_single_score = detail::kNone;
  detail::View view;
  std::optional<Message> reason = detail::build_view(out, out.mastery, rules, view);
  const bool bank = work.options.diagnosis_bank != nullptr;
  if (!reason && !bank && view.n_answering < rules.least_pupils)
    reason =
        make_finding(Severity::kNote, Code::kDiagnosisFewPupils, {},
                     {{"paper", out.paper.id}, {"n", std::to_string(view.n_answering)}, {"least", std::to_string(rules.least_pupils)}});
  if (!reason) reason = bank ? detail::score_by_bank(out, work, view, in, basis) : detail::fit_settings(out, work, view, in, basis);
  if (work.context.cancelled()) return make_error(Code::kCancelled);
  if (reason) {
    set_aside(out, "diagnosis", *reason);
    in.probability.clear();
    in.low.clear();
    in.high.clear();
    in.bounded.clear();
    in.single_score.clear();
    basis.gain_over_single_score = detail::kNone;
    basis.model.clear();
    basis.structure.clear();
    basis.settings.clear();
  } else {
    if (!bank)
      for (const std::int32_t k : view.point) in.modelled[static_cast<std::size_t>(k)] = 1;
    out.findings.push_back(make_finding(Severity::kNote, Code::kDiagnosisModel, {},
                                        {{"paper", out.paper.id},
                                         {"n", std::to_string(view.n_answering)},
                                         {"model", basis.model},
                                         {"structure", basis.structure},
                                         {"settings", std::to_string(basis.settings.size())}}));
    if (!in.single_score.empty())
      out.findings.push_back(make_finding(Severity::kNote, Code::kDiagnosisSingleScore, {},
                                          {{"paper", out.paper.id}, {"gain", feedback::number_text(basis.gain_over_single_score, 3)}}));
    if (view.n_cut > 0)
      out.findings.push_back(make_finding(
          Severity::kNote, Code::kDiagnosisCut, {},
          {{"paper", out.paper.id}, {"n", std::to_string(view.n_cut)}, {"share", feedback::percent_text(rules.right_from_share)}}));
  }
  auto decided = feedback::decide_mastery(in, rules);
  if (!decided) return decided.error();
  decided->items = std::move(out.mastery.items);
  decided->prerequisites = std::move(out.mastery.prerequisites);
  decided->findings = std::move(out.mastery.findings);
  decided->basis = std::move(basis);
  out.mastery = std::move(*decided);
  return {};
}

}  // namespace celadon::inline CELADON_ABI::evaluation
