#pragma once

#include <celadon/models/composite/impl/columns_detail.hpp>
#include <celadon/models/composite/prepare.hpp>

#include <map>

namespace celadon::inline CELADON_ABI::composite {

std::vector<IndicatorStatistics> describe(const Matrix& data) {
  std::vector<IndicatorStatistics> out;
  for (std::int64_t j = 0; j < data.n_columns; ++j) {
    const std::vector<double> x = data.column(j);
    const auto m = columns_detail::moments(x.data(), x.size());
    IndicatorStatistics s;
    std::vector<double> sorted;
    for (const double v : x)
      if (!std::isnan(v)) sorted.push_back(v);
    std::sort(sorted.begin(), sorted.end());
    s.n_available = m.n;
    s.mean = m.mean;
    s.sd = m.sd;
    s.skewness = m.skewness;
    s.kurtosis = m.kurtosis;
    if (!sorted.empty()) {
      s.minimum = sorted.front();
      s.maximum = sorted.back();
      s.median = columns_detail::sorted_quantile(sorted, 0.5);
    }
    std::int64_t run = 0;
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      s.n_nonzero += sorted[i] != 0.0 ? 1 : 0;
      const bool fresh = i == 0 || sorted[i] != sorted[i - 1];
      s.n_unique += fresh ? 1 : 0;
      run = fresh ? 1 : run + 1;
      s.n_same = std::max(s.n_same, run);
    }
    out.push_back(s);
  }
  return out;
}

Table statistics_table(std::span<const IndicatorStatistics> statistics, std::span<const std::string> codes) {
  Table table("indicators");
  std::vector<std::string> names(codes.begin(), codes.end());
  if (names.empty()) {
    names.reserve(statistics.size());
    for (std::size_t j = 1; j <= statistics.size(); ++j) names.push_back(std::to_string(j));
  }
  table.add("indicator", std::move(names));
  const auto add = [&]<class T>(const char* name, T IndicatorStatistics::*field) {
    std::vector<T> column;
    column.reserve(statistics.size());
    for (const IndicatorStatistics& s : statistics) column.push_back(s.*field);
    table.add(name, std::move(column));
  };
  add("n_available", &IndicatorStatistics::n_available);
  add("n_nonzero", &IndicatorStatistics::n_nonzero);
  add("n_unique", &IndicatorStatistics::n_unique);
  add("n_same", &IndicatorStatistics::n_same);
  add("minimum", &IndicatorStatistics::minimum);
  add("maximum", &IndicatorStatistics::maximum);
  add("mean", &IndicatorStatistics::mean);
  add("median", &IndicatorStatistics::median);
  add("sd", &IndicatorStatistics::sd);
  add("skewness", &IndicatorStatistics::skewness);
  add("kurtosis", &IndicatorStatistics::kurtosis);
  return table;
}

Result<Denominated> denominate(const Matrix& data, const Tree& tree, const Matrix& denominators, std::span<const std::string> codes) {
  using columns_detail::at;
  if (data.n_columns != tree.n_indicators()) return columns_detail::length("data", data.n_columns, tree.n_indicators());
  if (static_cast<std::int64_t>(codes.size()) != denominators.n_columns)
    return columns_detail::length("denominator_codes", static_cast<std::int64_t>(codes.size()), denominators.n_columns);
  Denominated out;
  out.values = data;
  for (std::int64_t j = 0; j < data.n_columns; ++j) {
    const Node& node = tree.nodes()[at(j)];
    if (node.denominator.empty()) continue;
    const auto found = std::find(codes.begin(), codes.end(), node.denominator);
    if (found == codes.end()) return make_error(Code::kMissingColumn, {"denominators", node.denominator, -1, {}});
    if (denominators.n_rows != data.n_rows) return columns_detail::length("denominators", denominators.n_rows, data.n_rows);
    const auto d = static_cast<std::int64_t>(found - codes.begin());
    std::int64_t bad = 0;
    for (std::int64_t i = 0; i < data.n_rows; ++i) {
      if (std::isnan(data(i, j))) continue;
      const double by = denominators(i, d);
      const bool good = by > 0.0 && std::isfinite(by);
      bad += good ? 0 : 1;
      out.values(i, j) = good ? data(i, j) / by : kMissing;
    }
    if (bad > 0)
      out.findings.push_back(
          make_finding(Severity::kWarning, Code::kBadDenominator, {}, {{"node", node.code}, {"n", std::to_string(bad)}}));
  }
  return out;
}

Result<std::vector<std::int64_t>> screen_units(const Matrix& data, double min_available, double min_nonzero) {
  if (!(min_available >= 0.0 && min_available <= 1.0)) return columns_detail::invalid("min_available", "outside [0, 1]");
  if (!(min_nonzero >= 0.0 && min_nonzero <= 1.0)) return columns_detail::invalid("min_nonzero", "outside [0, 1]");
  std::vector<std::int64_t> out;
  for (std::int64_t i = 0; i < data.n_rows; ++i) {
    std::int64_t there = 0;
    std::int64_t nonzero = 0;
    for (std::int64_t j = 0; j < data.n_columns; ++j) {
      const double x = data(i, j);
      there += std::isnan(x) ? 0 : 1;
      nonzero += !std::isnan(x) && x != 0.0 ? 1 : 0;
    }
    // Shares, not products: 0.28 * 25 is above 7, and 7 / 25 is 0.28.
    const auto reaches = [](std::int64_t part, std::int64_t whole, double least) {
      return whole == 0 || static_cast<double>(part) / static_cast<double>(whole) >= least;
    };
    if (reaches(there, data.n_columns, min_available) && reaches(nonzero, there, min_nonzero)) out.push_back(i);
  }
  return out;
}

Result<Imputed> impute(const Matrix& data, Imputation method, std::span<const std::string> groups, const Tree* names) {
  using columns_detail::at;
  const bool by_group = method == Imputation::kGroupMean || method == Imputation::kGroupMedian;
  if (by_group && static_cast<std::int64_t>(groups.size()) != data.n_rows)
    return columns_detail::length("groups", static_cast<std::int64_t>(groups.size()), data.n_rows);
  Imputed out;
  out.values = data;
  if (method == Imputation::kNone) return out;
  std::map<std::string, std::vector<std::int64_t>> members;
  for (std::int64_t i = 0; i < data.n_rows; ++i) members[by_group ? groups[at(i)] : std::string()].push_back(i);
  const bool mean = method == Imputation::kMean || method == Imputation::kGroupMean;
  for (std::int64_t j = 0; j < data.n_columns; ++j) {
    std::int64_t left = 0;
    for (const auto& [group, rows] : members) {
      std::vector<double> there;
      for (const std::int64_t i : rows)
        if (!std::isnan(data(i, j))) there.push_back(data(i, j));
      if (there.size() == rows.size()) continue;
      double fill = kMissing;
      if (!there.empty())
        fill = mean ? std::accumulate(there.begin(), there.end(), 0.0) / static_cast<double>(there.size()) : columns_detail::median(there);
      for (const std::int64_t i : rows) {
        if (!std::isnan(data(i, j))) continue;
        out.values(i, j) = fill;
        (std::isnan(fill) ? left : out.n_imputed) += 1;
      }
    }
    if (left > 0)
      out.findings.push_back(
          make_finding(Severity::kWarning, Code::kStillMissing, {},
                       {{"node", names != nullptr ? names->nodes()[at(j)].code : std::to_string(j + 1)}, {"n", std::to_string(left)}}));
  }
  return out;
}

}  // namespace celadon::inline CELADON_ABI::composite
