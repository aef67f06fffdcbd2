#pragma once

#include <celadon/models/ctt/grade_scaling.hpp>
#include <celadon/models/ctt/impl/scoring_detail.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace celadon::inline CELADON_ABI::ctt {

namespace grade_scaling_detail {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

inline Result<void> check(const GradeScalingProfile& profile) {
  const auto bad = [](std::string detail) { return make_error(Code::kInvalidArgument, {}, {{"name", "profile"}, {"detail", detail}}); };
  if (profile.bands.empty()) return bad("no bands");
  double sum = 0.0;
  for (std::size_t b = 0; b < profile.bands.size(); ++b) {
    const GradeBand& band = profile.bands[b];
    if (!(band.share >= 0.0)) return bad("grade " + band.grade + ": the share is negative");
    if (!std::isfinite(band.t_min) || !std::isfinite(band.t_max) || band.t_min > band.t_max)
      return bad("grade " + band.grade + ": the band runs from high to low");
    if (b > 0 && !(profile.bands[b - 1].t_min > band.t_max)) return bad("grade " + band.grade + ": the band overlaps the one above");
    sum += band.share;
  }
  if (std::fabs(sum - 1.0) > 1e-6) return bad("the shares do not sum to 1");
  return {};
}

/// Grade of each distinct mark, from the top down. A block of equal marks stays together.
inline std::vector<std::int32_t> assign(const scoring_detail::Distinct& d, const GradeScalingProfile& profile) {
  const double n = d.sum;
  const std::size_t last = profile.bands.size() - 1;
  std::vector<double> end(profile.bands.size());  // candidates at or above the end of a grade, as planned
  double cumulative = 0.0;
  for (std::size_t b = 0; b < end.size(); ++b) end[b] = (cumulative += profile.bands[b].share) * n;
  std::vector<std::int32_t> grade(d.value.size());
  std::size_t b = 0;
  double before = 0.0;
  for (std::size_t i = d.value.size(); i-- > 0;) {
    const double after = before + d.weight[i];
    constexpr double kSame = 1e-6;
    // A grade ends before this block when its end is reached, or when the tie rule sends a straddling block down.
    while (b < last) {
      if (before >= end[b] - kSame) {
        ++b;
        continue;
      }
      if (after <= end[b] + kSame) break;
      const bool down =
          profile.ties == CutTies::kLower || (profile.ties == CutTies::kNearest && (end[b] - before) < (after - end[b]) - kSame);
      if (!down) break;
      ++b;
    }
    grade[i] = static_cast<std::int32_t>(b);
    before = after;
  }
  return grade;
}

inline double scale(double raw, const GradeResult& g, const GradeScalingProfile& profile) {
  double t = 0.0;
  if (g.raw_min == g.raw_max) {
    switch (profile.single_value) {
      case SingleValue::kUpperEnd:
        t = g.t_max;
        break;
      case SingleValue::kMiddle:
        t = 0.5 * (g.t_min + g.t_max);
        break;
      case SingleValue::kLowerEnd:
        t = g.t_min;
        break;
    }
  } else {
    t = g.t_min + (raw - g.raw_min) * (g.t_max - g.t_min) / (g.raw_max - g.raw_min);
  }
  return profile.rounding == ScaledRounding::kHalfUp ? std::floor(scoring_detail::rounded(t) + 0.5) : t;
}

}  // namespace grade_scaling_detail

Result<GradeScaling> grade_scaling(std::span<const double> raw, const GradeScalingProfile& profile, std::span<const double> weights) {
  namespace detail = grade_scaling_detail;
  if (auto ok = detail::check(profile); !ok) return ok.error();
  if (!weights.empty() && weights.size() != raw.size())
    return make_error(Code::kLengthMismatch, {},
                      {{"name", "weights"}, {"actual", std::to_string(weights.size())}, {"expected", std::to_string(raw.size())}});
  for (const double w : weights)
    if (!std::isfinite(w) || w < 0.0)
      return make_error(Code::kInvalidArgument, {}, {{"name", "weights"}, {"detail", "a weight is negative or not finite"}});
  const auto counts = [&](std::size_t i) { return !std::isnan(raw[i]) && (weights.empty() || weights[i] > 0.0); };
  std::vector<double> marks;
  std::vector<double> of;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (std::isinf(raw[i]))
      return make_error(Code::kInvalidArgument, {}, {{"name", "raw"}, {"detail", "row " + std::to_string(i + 1) + " is infinite"}});
    if (!counts(i)) continue;
    marks.push_back(raw[i]);
    if (!weights.empty()) of.push_back(weights[i]);
  }
  if (marks.empty()) return make_error(Code::kNoPersons);
  GradeScaling out;
  out.profile_id = profile.id;
  out.n_used = static_cast<std::int64_t>(marks.size());
  const auto d = scoring_detail::distinct(std::move(marks), of);
  const auto grade = detail::assign(d, profile);
  for (const GradeBand& band : profile.bands)
    out.grades.push_back({band.grade, band.share, 0.0, 0, detail::kNaN, detail::kNaN, band.t_min, band.t_max});
  for (std::size_t i = d.value.size(); i-- > 0;) {
    GradeResult& g = out.grades[static_cast<std::size_t>(grade[i])];
    g.n += d.count[i];
    g.share += d.weight[i];
    if (std::isnan(g.raw_max)) g.raw_max = d.value[i];
    g.raw_min = d.value[i];
  }
  for (GradeResult& g : out.grades) {
    g.share /= d.sum;
    if (g.n == 0)
      out.findings.push_back(make_finding(Severity::kNote, Code::kEmptyGrade, {}, {{"grade", g.grade}}));
    else if (g.raw_min == g.raw_max)
      out.findings.push_back(make_finding(Severity::kNote, Code::kSingleValueGrade, {},
                                          {{"grade", g.grade}, {"value", scoring_detail::number(detail::scale(g.raw_min, g, profile))}}));
  }
  for (std::size_t i = d.value.size(); i-- > 0;) {
    out.raw_values.push_back(d.value[i]);
    out.raw_n.push_back(d.count[i]);
    out.raw_grade.push_back(grade[i]);
    out.raw_scaled.push_back(detail::scale(d.value[i], out.grades[static_cast<std::size_t>(grade[i])], profile));
  }
  out.scaled.assign(raw.size(), detail::kNaN);
  out.grade.assign(raw.size(), -1);
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (!counts(i)) continue;
    // Marks within rounding of each other are one mark; the first distinct value at or below is this one's.
    const auto at =
        std::lower_bound(out.raw_values.begin(), out.raw_values.end(), raw[i] + 1e-9 * std::max(1.0, std::fabs(raw[i])), std::greater<>());
    const auto index = std::min<std::size_t>(static_cast<std::size_t>(at - out.raw_values.begin()), out.raw_values.size() - 1);
    out.scaled[i] = out.raw_scaled[index];
    out.grade[i] = out.raw_grade[index];
  }
  return out;
}

Table GradeScaling::to_table() const {
  Table table("grade_scaling");
  std::vector<std::string> names;
  std::vector<std::int64_t> n;
  std::vector<double> planned, share, raw_min, raw_max, t_min, t_max;
  for (const GradeResult& g : grades) {
    names.push_back(g.grade);
    planned.push_back(g.planned_share);
    share.push_back(g.share);
    n.push_back(g.n);
    raw_min.push_back(g.raw_min);
    raw_max.push_back(g.raw_max);
    t_min.push_back(g.t_min);
    t_max.push_back(g.t_max);
  }
  table.add("grade", std::move(names));
  table.add("planned_share", std::move(planned));
  table.add("share", std::move(share));
  table.add("n", std::move(n));
  table.add("raw_min", std::move(raw_min));
  table.add("raw_max", std::move(raw_max));
  table.add("t_min", std::move(t_min));
  table.add("t_max", std::move(t_max));
  return table;
}

Table GradeScaling::conversion_table() const {
  Table table("grade_conversion");
  std::vector<std::string> names;
  for (const std::int32_t g : raw_grade) names.push_back(grades[static_cast<std::size_t>(g)].grade);
  table.add("raw", raw_values);
  table.add("n", raw_n);
  table.add("grade", std::move(names));
  table.add("scaled", raw_scaled);
  return table;
}

}  // namespace celadon::inline CELADON_ABI::ctt
