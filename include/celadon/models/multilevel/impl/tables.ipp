#pragma once

#include <celadon/models/multilevel/fit.hpp>
#include <celadon/models/multilevel/logistic.hpp>

#include <celadon/core/math.hpp>

namespace celadon::inline CELADON_ABI::multilevel {

namespace tables_detail {

inline Table fixed_table(const std::vector<FixedEffect>& fixed) {
  std::vector<std::string> term;
  std::vector<std::vector<double>> v(5);
  for (const FixedEffect& e : fixed) {
    term.push_back(e.name);
    const double values[] = {e.estimate, e.se, e.z, e.lower, e.upper};
    for (std::size_t k = 0; k < 5; ++k) v[k].push_back(values[k]);
  }
  Table out("fixed");
  out.add("term", std::move(term));
  const char* names[] = {"estimate", "se", "z", "lower", "upper"};
  for (std::size_t k = 0; k < 5; ++k) out.add(names[k], std::move(v[k]));
  return out;
}

inline Table components_table(const std::vector<VarianceComponent>& components) {
  std::vector<std::vector<std::string>> text(3);
  std::vector<std::vector<std::uint8_t>> valid(3);
  std::vector<std::vector<double>> v(4);
  for (const VarianceComponent& c : components) {
    const std::string* names[] = {&c.group, &c.first, &c.second};
    for (std::size_t k = 0; k < 3; ++k) {
      text[k].push_back(*names[k]);
      valid[k].push_back(names[k]->empty() ? 0 : 1);
    }
    const double values[] = {c.value, c.sd_or_correlation, c.lower, c.upper};
    for (std::size_t k = 0; k < 4; ++k) v[k].push_back(values[k]);
  }
  Table out("components");
  const char* labels[] = {"group", "first", "second"};
  for (std::size_t k = 0; k < 3; ++k) out.add(labels[k], std::move(text[k]), std::move(valid[k]));
  const char* names[] = {"variance", "sd_or_correlation", "lower", "upper"};
  for (std::size_t k = 0; k < 4; ++k) out.add(names[k], std::move(v[k]));
  return out;
}

inline Table groups_table(const std::vector<GroupEffects>& groups) {
  std::vector<std::vector<std::string>> text(3);
  std::vector<std::vector<double>> v(3);
  std::vector<std::int64_t> n;
  for (const GroupEffects& g : groups)
    for (std::size_t i = 0; i < g.estimate.size(); ++i) {
      text[0].push_back(g.group);
      text[1].push_back(g.levels[i / g.terms.size()]);
      text[2].push_back(g.terms[i % g.terms.size()]);
      v[0].push_back(g.estimate[i]);
      v[1].push_back(g.conditional_sd[i]);
      v[2].push_back(g.comparative_se[i]);
      n.push_back(g.n_rows[i / g.terms.size()]);
    }
  Table out("groups");
  const char* labels[] = {"group", "level", "term"};
  for (std::size_t k = 0; k < 3; ++k) out.add(labels[k], std::move(text[k]));
  const char* names[] = {"estimate", "conditional_sd", "comparative_se"};
  for (std::size_t k = 0; k < 3; ++k) out.add(names[k], std::move(v[k]));
  out.add("n_rows", std::move(n));
  return out;
}

inline Table icc_table(const std::vector<IntraclassCorrelation>& icc) {
  std::vector<std::string> group;
  std::vector<std::vector<double>> v(3);
  for (const IntraclassCorrelation& c : icc) {
    group.push_back(c.group);
    const double values[] = {c.value, c.lower, c.upper};
    for (std::size_t k = 0; k < 3; ++k) v[k].push_back(values[k]);
  }
  Table out("icc");
  out.add("group", std::move(group));
  const char* names[] = {"icc", "lower", "upper"};
  for (std::size_t k = 0; k < 3; ++k) out.add(names[k], std::move(v[k]));
  return out;
}

}  // namespace tables_detail

Table Fit::fixed_table() const {
  return tables_detail::fixed_table(fixed);
}
Table Fit::components_table() const {
  return tables_detail::components_table(components);
}
Table Fit::groups_table() const {
  return tables_detail::groups_table(groups);
}
Table Fit::icc_table() const {
  return tables_detail::icc_table(icc);
}

Table LogisticFit::fixed_table() const {
  Table out = tables_detail::fixed_table(fixed);
  std::vector<std::vector<double>> v(3);
  for (const FixedEffect& e : fixed) {
    const double values[] = {e.estimate, e.lower, e.upper};
    for (std::size_t k = 0; k < 3; ++k) v[k].push_back(e.aliased ? values[k] : math::exp(values[k]));
  }
  const char* names[] = {"odds_ratio", "odds_ratio_lower", "odds_ratio_upper"};
  for (std::size_t k = 0; k < 3; ++k) out.add(names[k], std::move(v[k]));
  return out;
}
Table LogisticFit::components_table() const {
  return tables_detail::components_table(components);
}
Table LogisticFit::groups_table() const {
  return tables_detail::groups_table(groups);
}
Table LogisticFit::icc_table() const {
  return tables_detail::icc_table(icc);
}

}  // namespace celadon::inline CELADON_ABI::multilevel
