#pragma once

#include <celadon/core/random.hpp>
#include <celadon/models/multilevel/impl/model_frame.hpp>
#include <celadon/models/multilevel/pilot.hpp>

#include <boost/math/distributions/students_t.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace celadon::inline CELADON_ABI::multilevel {

namespace pilot_detail {

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Sums of one side of the start, times counted from the start.
struct Side {
  double n = 0.0, t = 0.0, y = 0.0, tt = 0.0, ty = 0.0;
  double first = std::numeric_limits<double>::infinity();
  double last = -std::numeric_limits<double>::infinity();

  void add(double time, double outcome) {
    n += 1.0;
    t += time;
    y += outcome;
    tt += time * time;
    ty += time * outcome;
    first = std::min(first, time);
    last = std::max(last, time);
  }
  [[nodiscard]] bool has_line() const { return last > first; }
  [[nodiscard]] double mean() const { return y / n; }
  [[nodiscard]] double slope() const { return (ty - t * y / n) / (tt - t * t / n); }
  [[nodiscard]] double at_start() const { return (y - slope() * t) / n; }
};

struct School {
  std::string label;
  int treated = -1;
  Side before;
  Side after;
};

inline Result<std::vector<School>> read(const arrow::DataTable& table, const PilotColumns& columns, const PilotOptions& options,
                                        PilotResult& out) {
  const auto invalid = [](const char* name, const char* detail) {
    return make_error(Code::kInvalidArgument, {}, {{"name", name}, {"detail", detail}});
  };
  if (!(options.confidence > 0.0 && options.confidence < 1.0)) return invalid("confidence", "outside (0, 1)");
  if (!std::isfinite(options.start)) return invalid("start", "not finite");
  if (options.n_permutations < 0 || options.needed_treated < 0 || options.needed_control < 0)
    return invalid("options", "a negative number");
  auto outcome = frame_detail::read_numbers(table, columns.outcome);
  if (!outcome) return outcome.error();
  auto time = frame_detail::read_numbers(table, columns.time);
  if (!time) return time.error();
  auto treated = frame_detail::read_numbers(table, columns.treated);
  if (!treated) return treated.error();
  auto school = frame_detail::read_categories(table, columns.school);
  if (!school) return school.error();
  for (auto* numbers : {&*outcome, &*time, &*treated})
    if (!numbers->own.empty()) numbers->values = numbers->own.data();
  std::vector<School> schools(school->levels.size());
  for (std::size_t s = 0; s < schools.size(); ++s) schools[s].label = school->levels[s];
  for (std::int64_t i = 0; i < table.n_rows(); ++i) {
    const double y = outcome->values[i];
    const double t = time->values[i];
    const double d = treated->values[i];
    const std::int32_t code = school->codes[static_cast<std::size_t>(i)];
    if (std::isinf(y) || std::isinf(t))
      return make_error(Code::kNotFinite, {{}, std::isinf(y) ? columns.outcome : columns.time, i + 1, {}});
    if (std::isnan(y) || std::isnan(t) || std::isnan(d) || code < 0) {
      ++out.n_rows_left_out;
      continue;
    }
    if (d != 0.0 && d != 1.0) return make_error(Code::kNotBinary, {{}, columns.treated, i + 1, {}}, {{"column", columns.treated}});
    School& s = schools[static_cast<std::size_t>(code)];
    const int mark = d == 1.0 ? 1 : 0;
    if (s.treated >= 0 && s.treated != mark)
      return make_error(Code::kMixedTreatment, {{}, columns.treated, i + 1, {}}, {{"row", std::to_string(i + 1)}});
    s.treated = mark;
    (t < options.start ? s.before : s.after).add(t - options.start, y);
  }
  schools.erase(std::remove_if(schools.begin(), schools.end(), [](const School& s) { return s.treated < 0; }), schools.end());
  return schools;
}

struct Welch {
  double difference = 0.0, se = 0.0, df = 0.0, mean_treated = 0.0, mean_control = 0.0;
};

/// Treated less control; the standard error is NaN where a side has fewer than two schools.
inline Welch welch(const std::vector<double>& change, const std::vector<std::uint8_t>& treated) {
  double n[2] = {};
  double mean[2] = {};
  double squares[2] = {};
  for (std::size_t i = 0; i < change.size(); ++i) {
    n[treated[i]] += 1.0;
    mean[treated[i]] += change[i];
  }
  for (int side = 0; side < 2; ++side) mean[side] /= n[side];
  for (std::size_t i = 0; i < change.size(); ++i) squares[treated[i]] += (change[i] - mean[treated[i]]) * (change[i] - mean[treated[i]]);
  Welch out{mean[1] - mean[0], kNaN, kNaN, mean[1], mean[0]};
  if (n[0] < 2.0 || n[1] < 2.0) return out;
  const double a = squares[1] / (n[1] - 1.0) / n[1];
  const double b = squares[0] / (n[0] - 1.0) / n[0];
  out.se = std::sqrt(a + b);
  out.df = (a + b) * (a + b) / (a * a / (n[1] - 1.0) + b * b / (n[0] - 1.0));
  return out;
}

inline Result<PilotEffect> compare(const std::string& name, std::size_t which, const PilotResult& result, const PilotOptions& options,
                                   const ExecutionContext& context) {
  std::vector<double> change;
  std::vector<std::uint8_t> treated;
  std::size_t n_treated = 0;
  for (const SchoolChange& s : result.schools)
    if (!std::isnan(s.change[which])) {
      change.push_back(s.change[which]);
      treated.push_back(s.treated ? 1 : 0);
      n_treated += s.treated ? 1 : 0;
    }
  PilotEffect out;
  out.name = name;
  out.se = out.df = out.lower = out.upper = out.p = out.p_permutation = kNaN;
  const Welch observed = welch(change, treated);
  out.estimate = observed.difference;
  out.mean_treated = observed.mean_treated;
  out.mean_control = observed.mean_control;
  const bool enough = n_treated >= static_cast<std::size_t>(options.needed_treated) &&
                      change.size() - n_treated >= static_cast<std::size_t>(options.needed_control);
  if (!enough || !(observed.se > 0.0)) return out;
  out.se = observed.se;
  out.df = observed.df;
  const boost::math::students_t t(out.df);
  const double half = boost::math::quantile(t, 0.5 + options.confidence / 2.0) * out.se;
  out.lower = out.estimate - half;
  out.upper = out.estimate + half;
  const double statistic = std::abs(out.estimate / out.se);
  out.p = 2.0 * boost::math::cdf(boost::math::complement(t, statistic));
  if (options.n_permutations == 0) return out;
  random::Stream stream(options.seed, random::purpose("multilevel.pilot"), which);
  int as_large = 1;  // the marks as they are
  std::vector<std::uint8_t> marks(treated.size());
  for (int k = 0; k < options.n_permutations; ++k) {
    if (context.cancelled()) return make_error(Code::kCancelled);
    const auto order = stream.permutation(static_cast<std::int64_t>(treated.size()));
    for (std::size_t i = 0; i < marks.size(); ++i) marks[i] = treated[static_cast<std::size_t>(order[i])];
    const Welch w = welch(change, marks);
    // Permutations that give the same split differ by rounding only.
    if (std::abs(w.difference) >= statistic * w.se * (1.0 - 1e-9)) ++as_large;
  }
  out.p_permutation = static_cast<double>(as_large) / (options.n_permutations + 1.0);
  return out;
}

/// What both designs end with: who is left, what is said, the comparisons.
inline Result<PilotResult> conclude(PilotResult out, const std::vector<std::string>& names, const PilotColumns& columns,
                                    const PilotOptions& options, const ExecutionContext& context) {
  out.confidence = options.confidence;
  for (const SchoolChange& s : out.schools) ++(s.treated ? out.n_treated : out.n_control);
  if (out.n_treated == 0 || out.n_control == 0)
    return make_error(Code::kTooFewGroups, {{}, columns.treated, -1, {}},
                      {{"group", columns.treated}, {"n", out.n_treated + out.n_control == 0 ? "0" : "1"}});
  if (out.n_rows_left_out > 0)
    out.findings.push_back(make_finding(Severity::kNote, Code::kRowsLeftOut, {}, {{"n", std::to_string(out.n_rows_left_out)}}));
  if (out.n_schools_left_out > 0)
    out.findings.push_back(make_finding(Severity::kNote, Code::kSchoolsLeftOut, {}, {{"n", std::to_string(out.n_schools_left_out)}}));
  out.descriptive = out.n_treated < options.needed_treated || out.n_control < options.needed_control;
  if (out.descriptive)
    out.findings.push_back(make_finding(Severity::kWarning, Code::kDescriptiveOnly, {},
                                        {{"treated", std::to_string(out.n_treated)},
                                         {"control", std::to_string(out.n_control)},
                                         {"needed_treated", std::to_string(options.needed_treated)},
                                         {"needed_control", std::to_string(options.needed_control)}}));
  for (std::size_t e = 0; e < names.size(); ++e) {
    auto effect = compare(names[e], e, out, options, context);
    if (!effect) return effect.error();
    out.effects.push_back(std::move(*effect));
  }
  return out;
}

}  // namespace pilot_detail

Result<PilotResult> difference_in_differences(const arrow::DataTable& table, const PilotColumns& columns, const PilotOptions& options,
                                              const ExecutionContext& context) {
  using namespace pilot_detail;
  PilotResult out;
  const auto schools = read(table, columns, options, out);
  if (!schools) return schools.error();
  bool treated_lines = false;
  bool control_lines = false;
  for (const School& s : *schools) {
    if (s.before.n == 0.0 || s.after.n == 0.0) {
      ++out.n_schools_left_out;
      continue;
    }
    const double trend = s.before.has_line() ? s.before.slope() : kNaN;
    (s.treated == 1 ? treated_lines : control_lines) |= s.before.has_line();
    out.schools.push_back({s.label,
                           s.treated == 1,
                           static_cast<std::int64_t>(s.before.n),
                           static_cast<std::int64_t>(s.after.n),
                           {s.after.mean() - s.before.mean(), trend}});
  }
  std::vector<std::string> names{"difference_in_differences"};
  if (treated_lines && control_lines) {
    names.emplace_back("pre_trend");
  } else {
    for (SchoolChange& s : out.schools) s.change.pop_back();
  }
  return conclude(std::move(out), names, columns, options, context);
}

Result<PilotResult> interrupted_series(const arrow::DataTable& table, const PilotColumns& columns, const PilotOptions& options,
                                       const ExecutionContext& context) {
  using namespace pilot_detail;
  PilotResult out;
  const auto schools = read(table, columns, options, out);
  if (!schools) return schools.error();
  for (const School& s : *schools) {
    if (!s.before.has_line() || !s.after.has_line()) {
      ++out.n_schools_left_out;
      continue;
    }
    out.schools.push_back({s.label,
                           s.treated == 1,
                           static_cast<std::int64_t>(s.before.n),
                           static_cast<std::int64_t>(s.after.n),
                           {s.after.at_start() - s.before.at_start(), s.after.slope() - s.before.slope()}});
  }
  return conclude(std::move(out), {"level_change", "slope_change"}, columns, options, context);
}

Table PilotResult::effects_table() const {
  std::vector<std::string> name;
  name.reserve(effects.size());
  std::vector<std::vector<double>> v(9);
  for (const PilotEffect& e : effects) {
    name.push_back(e.name);
    const double values[] = {e.estimate, e.se, e.df, e.lower, e.upper, e.p, e.p_permutation, e.mean_treated, e.mean_control};
    for (std::size_t k = 0; k < v.size(); ++k) v[k].push_back(values[k]);
  }
  Table out("effects");
  out.add("effect", std::move(name));
  const char* names[] = {"estimate", "se", "df", "lower", "upper", "p", "p_permutation", "mean_treated", "mean_control"};
  for (std::size_t k = 0; k < v.size(); ++k) out.add(names[k], std::move(v[k]));
  return out;
}

Table PilotResult::schools_table() const {
  std::vector<std::string> label;
  std::vector<std::int64_t> treated;
  std::vector<std::int64_t> before;
  std::vector<std::int64_t> after;
  std::vector<std::vector<double>> change(effects.size());
  label.reserve(schools.size());
  treated.reserve(schools.size());
  before.reserve(schools.size());
  after.reserve(schools.size());
  for (const SchoolChange& s : schools) {
    label.push_back(s.school);
    treated.push_back(s.treated ? 1 : 0);
    before.push_back(s.n_before);
    after.push_back(s.n_after);
    for (std::size_t e = 0; e < change.size(); ++e) change[e].push_back(s.change[e]);
  }
  Table out("schools");
  out.add("school", std::move(label));
  out.add("treated", std::move(treated));
  out.add("n_before", std::move(before));
  out.add("n_after", std::move(after));
  for (std::size_t e = 0; e < change.size(); ++e) out.add(effects[e].name, std::move(change[e]));
  return out;
}

}  // namespace celadon::inline CELADON_ABI::multilevel
