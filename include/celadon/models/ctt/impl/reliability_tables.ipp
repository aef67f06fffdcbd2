#pragma once

#include <celadon/models/ctt/reliability.hpp>

#include <limits>
#include <numeric>
#include <utility>

namespace celadon::inline CELADON_ABI::ctt {

Table Reliability::to_table() const {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  struct Row {
    const char* name;
    double value;
    double lower;
    double upper;
    double se;
  };
  const Row rows[] = {{"alpha", alpha, alpha_lower, alpha_upper, alpha_se},
                      {"alpha_hakstian", alpha, hakstian_lower, hakstian_upper, nan},
                      {"alpha_standardized", alpha_standardized, nan, nan, nan},
                      {"kr20", kr20, nan, nan, nan},
                      {"kr21", kr21, nan, nan, nan},
                      {"lambda1", lambda1, nan, nan, nan},
                      {"lambda2", lambda2, nan, nan, nan},
                      {"lambda3", lambda3, nan, nan, nan},
                      {"lambda4", lambda4, nan, nan, nan},
                      {"lambda5", lambda5, nan, nan, nan},
                      {"lambda6", lambda6, nan, nan, nan},
                      {"omega_total", omega_total, nan, nan, nan},
                      {"split_half_r", split_half_r, nan, nan, nan},
                      {"split_half_spearman_brown", split_half_spearman_brown, nan, nan, nan},
                      {"split_half_rulon", split_half_rulon, nan, nan, nan},
                      {"mean_correlation", mean_correlation, nan, nan, nan},
                      {"sem", sem, nan, nan, nan},
                      {"total_mean", total_mean, nan, nan, nan},
                      {"total_sd", total_sd, nan, nan, nan}};
  std::vector<std::string> names;
  std::vector<double> value, lower, upper, se;
  for (const Row& r : rows) {
    names.emplace_back(r.name);
    value.push_back(r.value);
    lower.push_back(r.lower);
    upper.push_back(r.upper);
    se.push_back(r.se);
  }
  Table table("reliability");
  table.add("coefficient", std::move(names));
  table.add("value", std::move(value));
  table.add("lower", std::move(lower));
  table.add("upper", std::move(upper));
  table.add("se", std::move(se));
  return table;
}

Table Reliability::items_table() const {
  const std::vector<double> none(item_ids.size(), std::numeric_limits<double>::quiet_NaN());
  Table table("reliability_items");
  table.add("item", item_ids);
  table.add("alpha_if_deleted", alpha_if_deleted);
  table.add("loading", loadings.empty() ? none : loadings);
  table.add("uniqueness", uniquenesses.empty() ? none : uniquenesses);
  return table;
}

Table StratifiedAlpha::to_table() const {
  auto names = strata;
  std::vector<std::uint8_t> valid(strata.size(), 1);
  names.emplace_back();
  valid.push_back(0);
  std::vector<std::int64_t> counts(n_items.begin(), n_items.end());
  counts.push_back(std::accumulate(counts.begin(), counts.end(), std::int64_t{0}));
  auto alphas = stratum_alpha;
  alphas.push_back(alpha);
  auto variances = stratum_variance;
  variances.push_back(std::numeric_limits<double>::quiet_NaN());
  Table table("stratified_alpha");
  table.add("stratum", std::move(names), std::move(valid));
  table.add("n_items", std::move(counts));
  table.add("alpha", std::move(alphas));
  table.add("variance", std::move(variances));
  return table;
}

}  // namespace celadon::inline CELADON_ABI::ctt
