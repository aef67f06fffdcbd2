/// The ASEM index of COINr 1.1.14 (51 countries, 49 indicators) as the tests read it: data/indicators, reference/indicators.
#pragma once

#include "reference_data.hpp"

#include <celadon/models/composite/construction.hpp>

#include <algorithm>
#include <cmath>

namespace asem {

using namespace celadon;
using namespace celadon::composite;
using nlohmann::json;

inline double number(const std::string& cell) {
  return cell.empty() || cell == "NA" ? kMissing : std::stod(cell);
}
inline double number(const json& cell) {
  return cell.is_number() ? cell.get<double>() : kMissing;
}

/// Units in the order of the reference (by code), the tree of iMeta, denominators and the groups of the imputation.
inline Measures measures() {
  const auto data = reference::read_csv("indicators/asem_iData.csv");
  const auto meta = reference::read_csv("indicators/asem_iMeta.csv");
  Measures m;
  std::vector<Node> nodes;
  for (const auto& row : meta.rows) {
    const std::string& type = row[meta.column("Type")];
    if (type == "Denominator") m.denominator_codes.push_back(row[meta.column("iCode")]);
    if (type != "Indicator" && type != "Aggregate") continue;
    Node node;
    node.code = row[meta.column("iCode")];
    node.level = std::stoi(row[meta.column("Level")]);
    node.direction = std::stoi(row[meta.column("Direction")]);
    node.weight = number(row[meta.column("Weight")]);
    node.target = number(row[meta.column("Target")]);
    if (row[meta.column("Parent")] != "NA") node.parent = row[meta.column("Parent")];
    if (row[meta.column("Denominator")] != "NA") node.denominator = row[meta.column("Denominator")];
    nodes.push_back(node);
  }
  m.tree = Tree::make(nodes).value();
  auto rows = data.rows;
  const auto code = data.column("uCode");
  std::sort(rows.begin(), rows.end(), [&](const auto& a, const auto& b) { return a[code] < b[code]; });
  const auto n = static_cast<std::int64_t>(rows.size());
  m.values = Matrix(n, m.tree.n_indicators());
  m.denominators = Matrix(n, static_cast<std::int64_t>(m.denominator_codes.size()));
  for (std::int64_t i = 0; i < n; ++i) {
    const auto& row = rows[static_cast<std::size_t>(i)];
    m.unit_ids.push_back(row[code]);
    m.groups.push_back(row[data.column("EurAsia_group")]);
    for (std::int64_t j = 0; j < m.tree.n_indicators(); ++j)
      m.values(i, j) = number(row[data.column(m.tree.nodes()[static_cast<std::size_t>(j)].code)]);
    for (std::size_t d = 0; d < m.denominator_codes.size(); ++d)
      m.denominators(i, static_cast<std::int64_t>(d)) = number(row[data.column(m.denominator_codes[d])]);
  }
  return m;
}

/// The choices of COINr's example: impute by group, treat with up to five points, min-max 0 to 100, arithmetic means.
inline Construction choices() {
  Construction c;
  c.imputation = Imputation::kGroupMean;
  return c;
}

/// Columns of a JSON table of units as a matrix; the units must stand in the order of `unit_ids`.
inline Matrix table(const json& from, const std::vector<std::string>& unit_ids, const std::vector<std::string>& columns) {
  EXPECT_EQ(from.at("uCode").get<std::vector<std::string>>(), unit_ids);
  Matrix out(static_cast<std::int64_t>(unit_ids.size()), static_cast<std::int64_t>(columns.size()));
  for (std::size_t j = 0; j < columns.size(); ++j)
    for (std::size_t i = 0; i < unit_ids.size(); ++i)
      out(static_cast<std::int64_t>(i), static_cast<std::int64_t>(j)) = number(from.at(columns[j])[i]);
  return out;
}

/// The largest difference relative to max(1, |expected|); infinite where one is missing and the other is not.
inline double difference(const Matrix& actual, const Matrix& expected) {
  EXPECT_EQ(actual.n_rows, expected.n_rows);
  EXPECT_EQ(actual.n_columns, expected.n_columns);
  double out = 0.0;
  for (std::size_t c = 0; c < std::min(actual.values.size(), expected.values.size()); ++c) {
    const double a = actual.values[c];
    const double e = expected.values[c];
    if (std::isnan(a) != std::isnan(e)) return std::numeric_limits<double>::infinity();
    if (!std::isnan(a)) out = std::max(out, std::fabs(a - e) / std::max(1.0, std::fabs(e)));
  }
  return out;
}

inline Matrix columns_of(const Matrix& from, const std::vector<std::int64_t>& columns) {
  Matrix out(from.n_rows, static_cast<std::int64_t>(columns.size()));
  for (std::int64_t i = 0; i < from.n_rows; ++i)
    for (std::size_t j = 0; j < columns.size(); ++j) out(i, static_cast<std::int64_t>(j)) = from(i, columns[j]);
  return out;
}

inline std::vector<std::string> codes(const Tree& tree, std::int64_t first, std::int64_t last) {
  std::vector<std::string> out;
  for (std::int64_t k = first; k < last; ++k) out.push_back(tree.nodes()[static_cast<std::size_t>(k)].code);
  return out;
}

}  // namespace asem
