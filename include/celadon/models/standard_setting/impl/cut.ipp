#pragma once

#include <celadon/models/standard_setting/cut.hpp>
#include <celadon/models/standard_setting/impl/detail.hpp>
#include <celadon/models/standard_setting/impl/scale.hpp>

namespace celadon::inline CELADON_ABI::standard_setting {

Table AbilityCut::to_table() const {
  Table out("ability_cut");
  out.add("ability", std::vector<double>{ability});
  out.add("se", std::vector<double>{se});
  out.add("raw_cut", std::vector<double>{raw_cut});
  out.add("raw_se", std::vector<double>{raw_se});
  out.add("slope", std::vector<double>{slope});
  out.add("sem_raw", std::vector<double>{sem_raw});
  out.add("full_mark", std::vector<double>{full_mark});
  return out;
}

Result<AbilityCut> ability_of_cut(const irt::Model& model, double raw_cut, double raw_se, const irt::CategoryPoints& points,
                                  double full_mark) {
  const auto start = irt::true_score(model, 0.0, points);
  if (!start) return start.error();
  if (!std::isfinite(raw_cut)) return detail::invalid("raw_cut", "not a finite number");
  if (raw_se < 0.0 || std::isinf(raw_se)) return detail::invalid("raw_se", "must be 0 or more, or missing");
  AbilityCut out;
  out.raw_cut = raw_cut;
  out.raw_se = raw_se;
  out.full_mark = scale_detail::full_mark(model, points);
  if (!std::isnan(full_mark) && std::fabs(full_mark - out.full_mark) > 1e-6)
    return detail::invalid("points", "the model's points add up to " + detail::shown(out.full_mark) + ", the paper's full mark is " +
                                         detail::shown(full_mark));
  const auto curve = [&](double ability) { return irt::true_score(model, ability, points).value().expected; };
  const auto found = scale_detail::root(curve, raw_cut);
  if (!found)
    return make_error(Code::kCutOutsideScale, {},
                      {{"name", "raw_cut"},
                       {"value", detail::shown(raw_cut)},
                       {"lowest", detail::shown(curve(scale_detail::kLowest))},
                       {"highest", detail::shown(curve(scale_detail::kHighest))}});
  out.ability = *found;
  out.sem_raw = irt::true_score(model, out.ability, points).value().sem;
  out.slope = scale_detail::slope(model, out.ability, points);
  if (!(out.slope > 0.0)) return detail::invalid("model", "the expected score does not rise with ability at the cut");
  out.se = raw_se / out.slope;
  return out;
}

Findings check_ascending(std::span<const double> cuts, std::string_view name) {
  // Decisions compare values rounded to 1e-6: the last digit of a sum does not make two cuts.
  const auto rounded = [](double x) { return std::floor(x * 1e6 + 0.5); };
  Findings out;
  double previous = detail::kNaN;
  for (std::size_t k = 0; k < cuts.size(); ++k) {
    if (std::isnan(cuts[k])) continue;
    if (!std::isnan(previous) && !(rounded(cuts[k]) > rounded(previous))) {
      // One place in a short list: no need to reserve.
      out.push_back(make_finding(Severity::kError, Code::kCutsNotAscending, {},  // NOLINT(performance-inefficient-vector-operation)
                                 {{"name", std::string(name)},
                                  {"level", std::to_string(k + 1)},
                                  {"value", detail::shown(cuts[k])},
                                  {"previous", detail::shown(previous)}}));
    }
    previous = cuts[k];
  }
  return out;
}

Table PanelAgreement::to_table() const {
  Table out("panels");
  out.add("n_panels", std::vector<std::int64_t>{n_panels});
  out.add("cut", std::vector<double>{cut});
  out.add("se", std::vector<double>{se});
  out.add("se_within", std::vector<double>{se_within});
  out.add("sd", std::vector<double>{sd});
  out.add("between_variance", std::vector<double>{between_variance});
  out.add("lowest", std::vector<double>{lowest});
  out.add("highest", std::vector<double>{highest});
  return out;
}

Result<PanelAgreement> across_panels(std::span<const double> cuts, std::span<const double> ses) {
  if (cuts.empty()) return detail::invalid("cuts", "no panel");
  if (!ses.empty() && ses.size() != cuts.size()) return detail::length("ses", ses.size(), static_cast<std::int64_t>(cuts.size()));
  for (std::size_t p = 0; p < cuts.size(); ++p) {
    if (!std::isfinite(cuts[p])) return make_error(Code::kNotFinite, {"panels", "cut", static_cast<std::int64_t>(p) + 1, {}});
    if (!ses.empty() && (ses[p] < 0.0 || std::isinf(ses[p]))) return detail::invalid("ses", "must be 0 or more, or missing");
  }
  PanelAgreement out;
  const auto n = static_cast<double>(cuts.size());
  out.n_panels = static_cast<std::int64_t>(cuts.size());
  out.cut = detail::mean(cuts);
  out.sd = detail::sd(cuts);
  out.se = out.sd / math::sqrt(n);
  double squares = ses.empty() ? detail::kNaN : 0.0;
  for (const double s : ses) squares += s * s;
  out.se_within = math::sqrt(squares) / n;
  out.between_variance = out.sd * out.sd - squares / n;
  out.lowest = *std::min_element(cuts.begin(), cuts.end());
  out.highest = *std::max_element(cuts.begin(), cuts.end());
  if (cuts.size() < 2)
    out.findings.push_back(detail::warning(Code::kSingleJudge, {}, {{"name", "panels"}, {"n", "1"}}));
  else if (detail::constant(cuts))
    out.findings.push_back(detail::warning(Code::kJudgesCoincide, {}, {{"name", "panels"}}));
  return out;
}

Table RoundChange::to_table() const {
  Table out("round_change");
  out.add("n_judges", std::vector<std::int64_t>{n_judges});
  out.add("mean", std::vector<double>{mean});
  out.add("mean_absolute", std::vector<double>{mean_absolute});
  out.add("se", std::vector<double>{se});
  out.add("sd_before", std::vector<double>{sd_before});
  out.add("sd_after", std::vector<double>{sd_after});
  out.add("correlation", std::vector<double>{correlation});
  out.add("n_moved", std::vector<std::int64_t>{n_moved});
  return out;
}

Result<RoundChange> round_change(std::span<const double> before, std::span<const double> after) {
  if (before.size() != after.size()) return detail::length("after", after.size(), static_cast<std::int64_t>(before.size()));
  std::vector<double> first;
  std::vector<double> second;
  std::vector<double> moved;
  first.reserve(before.size());
  second.reserve(before.size());
  moved.reserve(before.size());
  RoundChange out;
  for (std::size_t j = 0; j < before.size(); ++j) {
    if (std::isnan(before[j]) || std::isnan(after[j])) continue;
    first.push_back(before[j]);
    second.push_back(after[j]);
    moved.push_back(after[j] - before[j]);
    out.mean_absolute += std::fabs(moved.back());
    if (std::fabs(moved.back()) > 1e-9) ++out.n_moved;
  }
  if (moved.empty()) return make_error(Code::kTooFewPersons, {}, {{"n", "0"}, {"needed", "1"}});
  const auto n = static_cast<double>(moved.size());
  out.n_judges = static_cast<std::int64_t>(moved.size());
  out.mean = detail::mean(moved);
  out.mean_absolute /= n;
  out.se = detail::sd(moved) / math::sqrt(n);
  out.sd_before = detail::sd(first);
  out.sd_after = detail::sd(second);
  out.correlation = detail::correlation(first, second);
  return out;
}

}  // namespace celadon::inline CELADON_ABI::standard_setting
