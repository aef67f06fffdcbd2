#pragma once

#include <celadon/models/standard_setting/impl/rating_detail.hpp>

#include <array>

namespace celadon::inline CELADON_ABI::standard_setting {

namespace rating_detail {

/// Sums of squares of Henderson's method 1, less the correction for the mean, and their expectations as a 3 x 3 system in the components.
struct Equations {
  std::array<std::array<double, 3>, 3> a{};
  std::array<double, 3> b{};
};

inline Equations henderson(const Shares& s) {
  const auto n = static_cast<double>(s.n_ratings);
  double grand = 0.0;
  for (const double v : s.x)
    if (!std::isnan(v)) grand += v;
  grand /= n;
  double total = 0.0;
  double by_judge = 0.0;
  double by_item = 0.0;
  double judge_squares = 0.0;
  double item_squares = 0.0;
  std::vector<double> item_sums(s.n_items, 0.0);
  for (std::size_t j = 0; j < s.n_judges; ++j) {
    double sum = 0.0;
    for (std::size_t i = 0; i < s.n_items; ++i) {
      if (std::isnan(s(j, i))) continue;
      const double d = s(j, i) - grand;
      sum += d;
      total += d * d;
      item_sums[i] += d;
    }
    const auto m = static_cast<double>(s.rated[j]);
    if (s.rated[j] > 0) by_judge += sum * sum / m;
    judge_squares += m * m / n;
  }
  for (std::size_t i = 0; i < s.n_items; ++i) {
    const auto m = static_cast<double>(s.rated_by[i]);
    by_item += item_sums[i] * item_sums[i] / m;
    item_squares += m * m / n;
  }
  // Deviations from the mean sum to 0, so the correction for the mean is 0.
  const auto judges = static_cast<double>(s.n_active);
  const auto items = static_cast<double>(s.n_items);
  Equations out;
  out.a = {{{n - judge_squares, judges - item_squares, judges - 1.0},
            {items - judge_squares, n - item_squares, items - 1.0},
            {n - judge_squares, n - item_squares, n - 1.0}}};
  out.b = {by_judge, by_item, total};
  return out;
}

/// Gauss with pivots; false where the sources cannot be told apart.
inline bool solve(Equations& e) {
  for (std::size_t c = 0; c < 3; ++c) {
    std::size_t best = c;
    for (std::size_t r = c + 1; r < 3; ++r)
      if (std::fabs(e.a[r][c]) > std::fabs(e.a[best][c])) best = r;
    if (std::fabs(e.a[best][c]) < 1e-9) return false;
    std::swap(e.a[c], e.a[best]);
    std::swap(e.b[c], e.b[best]);
    for (std::size_t r = 0; r < 3; ++r) {
      if (r == c) continue;
      const double f = e.a[r][c] / e.a[c][c];
      for (std::size_t k = c; k < 3; ++k) e.a[r][k] -= f * e.a[c][k];
      e.b[r] -= f * e.b[c];
    }
  }
  for (std::size_t c = 0; c < 3; ++c) e.b[c] /= e.a[c][c];
  return true;
}

inline void note_negative(const char* name, double value, Findings& findings) {
  if (value < -1e-12) findings.push_back(detail::warning(Code::kNegativeComponent, {}, {{"name", name}, {"value", format_number(value)}}));
}

Result<Components> components(const Shares& s) {
  if (s.n_items < 2) return make_error(Code::kTooFewItems, {}, {{"n", std::to_string(s.n_items)}, {"needed", "2"}});
  if (s.n_active < 2) return make_error(Code::kSingleJudge, {}, {{"name", "judges"}, {"n", std::to_string(s.n_active)}});
  Equations e = henderson(s);
  if (!solve(e)) return make_error(Code::kSingleJudge, {}, {{"name", "ratings"}, {"n", std::to_string(s.n_ratings)}});
  Components out;
  out.mean = detail::mean(s.item_means);
  out.judge = e.b[0];
  out.item = e.b[1];
  out.residual = e.b[2];
  out.n_judges = s.n_active;
  out.n_items = static_cast<std::int64_t>(s.n_items);
  out.n_ratings = s.n_ratings;
  double inverse = 0.0;
  for (const std::int64_t m : s.rated_by) inverse += 1.0 / static_cast<double>(m);
  const double per_item = static_cast<double>(s.n_items) / inverse;
  const double item = std::max(out.item, 0.0);
  const double error = std::max(out.judge, 0.0) + std::max(out.residual, 0.0);
  const bool varies = item + error > 1e-15;
  out.icc_single = varies ? item / (item + error) : kNaN;
  out.icc_panel = varies ? item / (item + error / per_item) : kNaN;
  out.findings = s.findings;
  note_negative("judge", out.judge, out.findings);
  note_negative("item", out.item, out.findings);
  note_negative("residual", out.residual, out.findings);
  return out;
}

}  // namespace rating_detail

Table Components::to_table() const {
  const std::vector<double> values = {judge, item, residual};
  double sum = 0.0;
  for (const double v : values) sum += std::max(v, 0.0);
  std::vector<double> shares;
  shares.reserve(values.size());
  for (const double v : values) shares.push_back(sum > 0.0 ? std::max(v, 0.0) / sum : detail::kNaN);
  Table out("components");
  out.add("source", std::vector<std::string>{"judge", "item", "residual"});
  out.add("variance", values);
  out.add("share", shares);
  return out;
}

Result<Components> judge_item_components(const Ratings& ratings) {
  const auto shares = rating_detail::read(ratings);
  if (!shares) return shares.error();
  return rating_detail::components(*shares);
}

}  // namespace celadon::inline CELADON_ABI::standard_setting
