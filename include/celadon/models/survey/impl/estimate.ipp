#pragma once

#include <celadon/models/survey/estimate.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace celadon::inline CELADON_ABI::survey {

Estimate combine(std::span<const double> values, std::span<const double> sampling_variances, double design_df) {
  if (values.empty() || values.size() != sampling_variances.size()) throw LogicError("celadon: survey::combine: lengths differ");
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const auto m = static_cast<double>(values.size());
  Estimate out;
  for (std::size_t k = 0; k < values.size(); ++k) {
    out.value += values[k];
    out.sampling_variance += sampling_variances[k];
  }
  out.value /= m;
  out.sampling_variance /= m;
  out.degrees_of_freedom = design_df;
  out.rubin_degrees_of_freedom = kInfinity;
  double total = out.sampling_variance;
  if (values.size() > 1) {
    for (const double v : values) out.imputation_variance += (v - out.value) * (v - out.value);
    out.imputation_variance /= m - 1.0;
    const double between = (1.0 + 1.0 / m) * out.imputation_variance;
    total += between;
    if (between > 0.0) {
      out.missing_share = between / total;
      out.rubin_degrees_of_freedom = (m - 1.0) / (out.missing_share * out.missing_share);
      if (std::isfinite(design_df)) {
        const double observed = (design_df + 1.0) / (design_df + 3.0) * design_df * (1.0 - out.missing_share);
        out.degrees_of_freedom = 1.0 / (1.0 / out.rubin_degrees_of_freedom + 1.0 / observed);
      } else {
        out.degrees_of_freedom = out.rubin_degrees_of_freedom;
      }
    }
  }
  out.se = std::sqrt(total);
  return out;
}

const EstimateRow& Estimates::find(std::int32_t group, std::string_view statistic, std::string_view variable) const {
  for (const EstimateRow& row : rows)
    if (row.group == group && row.statistic == statistic && (variable.empty() || row.variable == variable)) return row;
  throw LogicError("celadon: survey::Estimates: no such estimate");
}

Table Estimates::to_table() const {
  Table table("survey_estimates");
  std::vector<std::int64_t> group;
  std::vector<std::int64_t> other;
  std::vector<std::uint8_t> other_valid;
  std::vector<std::string> statistic;
  std::vector<std::string> variable;
  for (const EstimateRow& row : rows) {
    group.push_back(row.group);
    other.push_back(row.other);
    other_valid.push_back(row.other >= 0 ? 1 : 0);
    statistic.push_back(row.statistic);
    variable.push_back(row.variable);
  }
  const auto numbers = [&](const char* name, double EstimateRow::*field) {
    std::vector<double> column;
    for (const EstimateRow& row : rows) {
      const double v = row.*field;
      column.push_back(std::isfinite(v) ? v : std::numeric_limits<double>::quiet_NaN());
    }
    table.add(name, std::move(column));
  };
  table.add("group", std::move(group));
  table.add("other", std::move(other), std::move(other_valid));
  table.add("statistic", std::move(statistic));
  table.add("variable", std::move(variable));
  numbers("level", &EstimateRow::level);
  numbers("value", &EstimateRow::value);
  numbers("se", &EstimateRow::se);
  numbers("sampling_variance", &EstimateRow::sampling_variance);
  numbers("imputation_variance", &EstimateRow::imputation_variance);
  numbers("missing_share", &EstimateRow::missing_share);
  numbers("degrees_of_freedom", &EstimateRow::degrees_of_freedom);
  numbers("n", &EstimateRow::n);
  numbers("effective_n", &EstimateRow::effective_n);
  numbers("weight", &EstimateRow::weight);
  return table;
}

}  // namespace celadon::inline CELADON_ABI::survey
