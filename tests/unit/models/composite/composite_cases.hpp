/// Small data sets for the tests of composite indicators.
#pragma once

#include <celadon/core/random.hpp>
#include <celadon/models/composite/construction.hpp>

#include <cmath>
#include <string>
#include <vector>

namespace composite_cases {

using namespace celadon;
using namespace celadon::composite;

inline Matrix matrix(const std::vector<std::vector<double>>& rows) {
  Matrix out(static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(rows.empty() ? 0 : rows[0].size()));
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t j = 0; j < rows[i].size(); ++j) out(static_cast<std::int64_t>(i), static_cast<std::int64_t>(j)) = rows[i][j];
  return out;
}

/// a1, a2 in A; b1, b2 in B; A (weight 2) and B (weight 1) in index. Less is better for b2.
inline Tree tree() {
  std::vector<Node> nodes(7);
  const char* codes[] = {"a1", "a2", "b1", "b2", "A", "B", "index"};
  const char* parents[] = {"A", "A", "B", "B", "index", "index", ""};
  for (std::size_t k = 0; k < 7; ++k) {
    nodes[k].code = codes[k];
    nodes[k].parent = parents[k];
    nodes[k].level = k < 4 ? 1 : k < 6 ? 2 : 3;
  }
  nodes[3].direction = -1;
  nodes[4].weight = 2.0;
  return Tree::make(nodes).value();
}

/// n units with values that share a common part, their standard errors and two groups.
inline Measures simulated(std::int64_t n, std::uint64_t seed = 1) {
  Measures m;
  m.tree = tree();
  m.values = Matrix(n, 4);
  m.standard_errors = Matrix(n, 4, 0.2);
  for (std::int64_t i = 0; i < n; ++i) {
    random::Stream s(seed, random::purpose("test.composite"), static_cast<std::uint64_t>(i));
    const double common = s.normal();
    for (std::int64_t j = 0; j < 4; ++j)
      m.values(i, j) = 10.0 + m.tree.nodes()[static_cast<std::size_t>(j)].direction * common + s.normal();
    m.unit_ids.push_back("u" + std::to_string(i));
    m.groups.push_back(i % 2 == 0 ? "even" : "odd");
  }
  return m;
}

}  // namespace composite_cases
