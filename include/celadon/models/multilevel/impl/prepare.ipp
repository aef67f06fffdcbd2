#pragma once

#include <celadon/models/multilevel/impl/prepare.hpp>

#include <algorithm>
#include <cmath>

namespace celadon::inline CELADON_ABI::multilevel::prepare_detail {

using namespace solve_detail;

Result<void> check_groups(const frame_detail::Frame& frame) {
  for (const auto& g : frame.groupings) {
    const std::size_t n = g.levels.size();
    if (n < 2) return make_error(Code::kTooFewGroups, {}, {{"group", g.name}, {"n", std::to_string(n)}});
  }
  for (const auto& t : frame.terms) {
    const std::size_t n = frame.groupings[t.grouping].levels.size() * t.columns.size();
    if (static_cast<std::int64_t>(n) >= frame.n_used)
      return make_error(Code::kTooManyEffects, {}, {{"group", frame.groupings[t.grouping].name}, {"n", std::to_string(n)}});
  }
  return {};
}

/// The plan of the frame without its rows.
Structure structure_of(frame_detail::Frame& frame, frame_detail::CrossProducts cells) {
  Structure s;
  s.nested = frame.nested;
  s.q = frame.columns.size();
  s.n_fixed_all = frame.n_fixed;
  s.n = frame.n_used;
  for (const auto& c : frame.columns) s.names.push_back(c.name);
  for (std::size_t g = 0; g < frame.groupings.size(); ++g) {
    Grouping made;
    made.name = frame.groupings[g].name;
    made.levels = std::move(frame.groupings[g].levels);
    if (frame.nested && g + 1 < frame.groupings.size()) made.parent = frame.parents[g];
    made.n_rows.assign(made.levels.size(), 0);
    s.groupings.push_back(std::move(made));
  }
  for (std::size_t cell = 0; cell < cells.n_cells; ++cell) {
    auto at = static_cast<std::int32_t>(cell);
    for (std::size_t g = 0; g < s.groupings.size(); ++g) {
      if (!frame.nested) at = frame.cell_group[g][cell];
      s.groupings[g].n_rows[static_cast<std::size_t>(at)] += cells.n_rows[cell];
      if (frame.nested && g + 1 < s.groupings.size()) at = s.groupings[g].parent[static_cast<std::size_t>(at)];
    }
  }
  for (const auto& t : frame.terms) {
    Grouping& g = s.groupings[t.grouping];
    s.terms.push_back({t.grouping, g.columns.size(), t.columns.size(), s.n_theta});
    s.n_theta += t.columns.size() * (t.columns.size() + 1) / 2;
    g.columns.insert(g.columns.end(), t.columns.begin(), t.columns.end());
  }
  s.cell_group = std::move(frame.cell_group);
  s.cells = std::move(cells);
  return s;
}

/// Which fixed columns can be estimated, in order; the rest of the outcome's sum of squares when they are taken out.
double settle_fixed(Structure& s) {
  const std::size_t q = s.q;
  std::vector<double> total(q * q, 0.0);
  const std::size_t packed = s.cells.packed();
  for (std::size_t cell = 0; cell < s.cells.n_cells; ++cell) {
    std::size_t e = cell * packed;
    for (std::size_t a = 0; a < q; ++a)
      for (std::size_t b = a; b < q; ++b) total[b * q + a] = total[a * q + b] += s.cells.values[e++];
  }
  const std::vector<double> before = total;
  for (std::size_t j = 0; j < s.n_fixed_all; ++j) {
    if (!(total[j * q + j] > 1e-11 * before[j * q + j])) continue;
    s.fixed.push_back(j);
    const double pivot = total[j * q + j];
    for (std::size_t a = 0; a < q; ++a) {
      if (a == j) continue;
      const double f = total[a * q + j] / pivot;
      for (std::size_t b = 0; b < q; ++b)
        if (b != j) total[a * q + b] -= f * total[j * q + b];
    }
    for (std::size_t a = 0; a < q; ++a) total[a * q + j] = total[j * q + a] = a == j ? pivot : 0.0;
  }
  const std::size_t y = s.outcome();
  return before[y * q + y] > 0.0 ? total[y * q + y] / before[y * q + y] : 0.0;
}

std::vector<double> start_at(const Structure& s, double scale) {
  std::vector<double> theta(s.n_theta, 0.0);
  for (const TermSpan& t : s.terms) {
    std::size_t at = t.theta;
    for (std::size_t c = 0; c < t.size; ++c) {
      theta[at] = scale;
      at += t.size - c;
    }
  }
  return theta;
}

/// Diagonals made not negative (a column of L may change its sign), and 0 where they make no difference to it.
void tidy(const Structure& s, std::vector<double>& theta, const std::function<double(std::span<const double>)>& f, double value) {
  for (const TermSpan& t : s.terms) {
    std::size_t at = t.theta;
    for (std::size_t c = 0; c < t.size; ++c) {
      if (std::abs(theta[at]) < 1e-3) {
        std::vector<double> zero = theta;
        zero[at] = 0.0;
        if (f(zero) <= value + 1e-8) theta = zero;
      }
      if (theta[at] < 0.0)
        for (std::size_t r = 0; r < t.size - c; ++r) theta[at + r] = -theta[at + r];
      at += t.size - c;
    }
  }
}

std::vector<GroupEffects> group_effects(const Structure& s, std::vector<Effects> effects) {
  std::vector<GroupEffects> out;
  for (std::size_t g = 0; g < s.groupings.size(); ++g) {
    GroupEffects made;
    made.group = s.groupings[g].name;
    for (const std::size_t c : s.groupings[g].columns) made.terms.push_back(s.names[c]);
    made.levels = s.groupings[g].levels;
    made.n_rows = s.groupings[g].n_rows;
    const std::size_t k = made.terms.size();
    made.estimate = std::move(effects[g].estimate);
    made.covariance = std::move(effects[g].covariance);
    made.comparative_se = std::move(effects[g].error);
    const auto root = [](double v) { return v < 0.0 ? 0.0 : std::sqrt(v); };  // NaN stays: std::max(0.0, v) would make it 0
    for (double& v : made.comparative_se) v = root(v);
    for (std::size_t i = 0; i < made.estimate.size(); ++i) made.conditional_sd.push_back(root(made.covariance[i * k + i % k]));
    out.push_back(std::move(made));
  }
  return out;
}

}  // namespace celadon::inline CELADON_ABI::multilevel::prepare_detail
