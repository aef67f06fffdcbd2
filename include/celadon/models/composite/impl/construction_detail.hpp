/// The steps from raw values to the index on columns, shared by `build` and by the many runs of `uncertainty`.
#pragma once

#include <celadon/models/composite/construction.hpp>
#include <celadon/models/composite/impl/aggregate_detail.hpp>

#include <map>
#include <string_view>

namespace celadon::inline CELADON_ABI::composite::construction_detail {

using columns_detail::at;

/// Sizes and finiteness of the measures, before any step.
inline Result<void> check(const Measures& m) {
  const auto length = [](const char* name, auto actual, std::int64_t expected) {
    return columns_detail::length(name, static_cast<std::int64_t>(actual), expected);
  };
  if (m.tree.n_nodes() == 0) return columns_detail::invalid("tree", "empty");
  if (m.values.n_columns != m.tree.n_indicators()) return length("values", m.values.n_columns, m.tree.n_indicators());
  if (static_cast<std::int64_t>(m.values.values.size()) != m.values.n_rows * m.values.n_columns)
    return length("values", m.values.values.size(), m.values.n_rows * m.values.n_columns);
  if (m.values.n_rows < 1) return make_error(Code::kTooFewUnits, {}, {{"node", "*"}, {"n", "0"}, {"needed", "1"}});
  if (!m.unit_ids.empty() && static_cast<std::int64_t>(m.unit_ids.size()) != m.values.n_rows)
    return length("unit_ids", m.unit_ids.size(), m.values.n_rows);
  std::map<std::string_view, std::int64_t> rows;
  for (const std::string& id : m.unit_ids) {
    const auto row = static_cast<std::int64_t>(&id - m.unit_ids.data()) + 1;
    const auto [first, fresh] = rows.emplace(id, row);
    if (!fresh) return make_error(Code::kDuplicateId, {"units", {}, row, id}, {{"first", std::to_string(first->second)}});
  }
  if (!m.groups.empty() && static_cast<std::int64_t>(m.groups.size()) != m.values.n_rows)
    return length("groups", m.groups.size(), m.values.n_rows);
  if (!m.standard_errors.empty() && (m.standard_errors.n_rows != m.values.n_rows || m.standard_errors.n_columns != m.values.n_columns))
    return length("standard_errors", m.standard_errors.values.size(), m.values.n_rows * m.values.n_columns);
  for (std::int64_t i = 0; i < m.values.n_rows; ++i)
    for (std::int64_t j = 0; j < m.values.n_columns; ++j)
      if (std::isinf(m.values(i, j))) return make_error(Code::kNotFinite, {"", m.tree.nodes()[at(j)].code, i + 1, {}});
  return {};
}

/// After denomination and screening: what the choices work on.
struct Prepared {
  Matrix denominated;  ///< units kept x indicators
  std::vector<std::int64_t> rows;
  std::vector<std::string> unit_ids;
  std::vector<std::string> groups;
  Findings findings;
};

inline Matrix rows_of(const Matrix& m, const std::vector<std::int64_t>& rows) {
  Matrix out(static_cast<std::int64_t>(rows.size()), m.n_columns);
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::int64_t j = 0; j < m.n_columns; ++j) out(static_cast<std::int64_t>(i), j) = m(rows[i], j);
  return out;
}

inline Result<Prepared> prepare(const Measures& m, const Construction& c) {
  if (auto ok = check(m); !ok) return ok.error();
  Prepared out;
  Matrix values = m.values;
  if (c.denominate) {
    auto d = denominate(m.values, m.tree, m.denominators, m.denominator_codes);
    if (!d) return d.error();
    values = std::move(d->values);
    out.findings = std::move(d->findings);
  }
  auto rows = screen_units(values, c.min_available);
  if (!rows) return rows.error();
  out.rows = std::move(*rows);
  if (out.rows.empty()) return make_error(Code::kTooFewUnits, {}, {{"node", "*"}, {"n", "0"}, {"needed", "1"}});
  const auto screened = m.values.n_rows - static_cast<std::int64_t>(out.rows.size());
  if (screened > 0) out.findings.push_back(make_finding(Severity::kNote, Code::kUnitsScreened, {}, {{"n", std::to_string(screened)}}));
  out.denominated = rows_of(values, out.rows);
  for (const std::int64_t i : out.rows) {
    out.unit_ids.push_back(m.unit_ids.empty() ? std::to_string(i + 1) : m.unit_ids[at(i)]);
    if (!m.groups.empty()) out.groups.push_back(m.groups[at(i)]);
  }
  return out;
}

struct Normal {
  Matrix imputed;
  Matrix treated;
  Matrix normalised;
  std::vector<TreatmentRecord> treatment;
  std::int64_t n_imputed = 0;
  Findings findings;
};

/// Imputation, treatment, normalisation.
inline Result<Normal> normal(const Tree& tree, const Matrix& values, const std::vector<std::string>& groups, Imputation imputation,
                             std::span<const TreatOptions> treatment, std::span<const NormaliseOptions> normalisation) {
  Normal out;
  auto i = impute(values, imputation, groups, &tree);
  if (!i) return i.error();
  auto t = treat(i->values, treatment, &tree);
  if (!t) return t.error();
  auto n = normalise(t->values, tree, normalisation);
  if (!n) return n.error();
  out.imputed = std::move(i->values);
  out.n_imputed = i->n_imputed;
  out.treated = std::move(t->values);
  out.treatment = std::move(t->records);
  out.normalised = std::move(n->values);
  for (Findings* from : {&i->findings, &t->findings, &n->findings}) out.findings.insert(out.findings.end(), from->begin(), from->end());
  return out;
}

}  // namespace celadon::inline CELADON_ABI::composite::construction_detail
