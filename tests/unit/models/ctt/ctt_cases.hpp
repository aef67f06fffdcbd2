/// Small data sets for the tests of classical analysis.
#pragma once

#include <celadon/core/items.hpp>
#include <celadon/core/random.hpp>
#include <celadon/core/responses.hpp>

#include <cmath>
#include <numeric>
#include <string>
#include <vector>

namespace ctt_cases {

/// A matrix by rows, -1 to -4 for the missing kinds.
inline celadon::Responses pack(const std::vector<std::vector<int>>& rows, std::vector<std::string> ids = {}) {
  std::vector<std::int32_t> flat;
  for (const auto& row : rows) flat.insert(flat.end(), row.begin(), row.end());
  const auto n = static_cast<std::int64_t>(rows.size());
  const auto k = static_cast<std::int64_t>(rows.empty() ? 0 : rows[0].size());
  return celadon::Responses::from_dense(celadon::DenseView<std::int32_t>{flat.data(), n, k, k, 1}, std::move(ids)).value();
}

/// Rows of a simulated test: item j has `categories[j]` categories; `missing` is the share of omitted cells.
inline std::vector<std::vector<int>> simulate(int n, const std::vector<int>& categories, double missing = 0.0, std::uint64_t seed = 1) {
  std::vector<std::vector<int>> rows(static_cast<std::size_t>(n));
  for (int i = 0; i < n; ++i) {
    celadon::random::Stream s(seed, celadon::random::purpose("test.ctt"), static_cast<std::uint64_t>(i));
    const double ability = s.normal();
    for (std::size_t j = 0; j < categories.size(); ++j) {
      const double level = (ability + s.normal() - 0.25 * static_cast<double>(j % 7) + 0.5) * 0.3 + 0.5;
      int c = static_cast<int>(std::floor(level * categories[j]));
      c = c < 0 ? 0 : (c >= categories[j] ? categories[j] - 1 : c);
      rows[static_cast<std::size_t>(i)].push_back(s.uniform() < missing ? -3 : c);
    }
  }
  return rows;
}

inline celadon::Item item(std::string id, double full_mark, std::vector<double> category_scores = {}) {
  celadon::Item out;
  out.id = std::move(id);
  out.full_mark = full_mark;
  out.category_scores = std::move(category_scores);
  return out;
}

inline std::vector<int> binary(int k) {
  return std::vector<int>(static_cast<std::size_t>(k), 2);
}

inline double pearson(const std::vector<double>& x, const std::vector<double>& y) {
  const auto n = static_cast<double>(x.size());
  const double mx = std::accumulate(x.begin(), x.end(), 0.0) / n, my = std::accumulate(y.begin(), y.end(), 0.0) / n;
  double xy = 0.0, xx = 0.0, yy = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xy += (x[i] - mx) * (y[i] - my);
    xx += (x[i] - mx) * (x[i] - mx);
    yy += (y[i] - my) * (y[i] - my);
  }
  return xy / std::sqrt(xx * yy);
}

}  // namespace ctt_cases
