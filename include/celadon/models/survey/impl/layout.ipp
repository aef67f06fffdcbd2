#pragma once

#include <celadon/models/survey/impl/engine.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace celadon::inline CELADON_ABI::survey::engine_detail {

namespace layout_detail {

/// Stable counting sort of `rows` by key; keys in [0, n_keys).
template <class Key>
std::vector<std::int32_t> sort_by(const std::vector<std::int32_t>& rows, std::int64_t n_keys, const Key& key) {
  std::vector<std::int64_t> begin(static_cast<std::size_t>(n_keys) + 1, 0);
  for (const std::int32_t row : rows) ++begin[static_cast<std::size_t>(key(row)) + 1];
  for (std::size_t k = 1; k < begin.size(); ++k) begin[k] += begin[k - 1];
  std::vector<std::int32_t> out(rows.size());
  for (const std::int32_t row : rows) out[static_cast<std::size_t>(begin[static_cast<std::size_t>(key(row))]++)] = row;
  return out;
}

inline Error invalid_argument(std::string name, std::string detail) {
  return make_error(Code::kInvalidArgument, {}, {{"name", std::move(name)}, {"detail", std::move(detail)}});
}

}  // namespace layout_detail

Result<Layout> make_layout(const Design& design, const Groups& groups) {
  using namespace layout_detail;
  if (groups.n_groups < 1) return invalid_argument("n_groups", "must be 1 or more");
  if (!groups.index.empty() && static_cast<std::int64_t>(groups.index.size()) != design.n_rows)
    return make_error(Code::kLengthMismatch, {},
                      {{"name", "groups"}, {"actual", std::to_string(groups.index.size())}, {"expected", std::to_string(design.n_rows)}});
  const auto group_of = [&](std::int64_t row) { return groups.index.empty() ? 0 : groups.index[static_cast<std::size_t>(row)]; };
  const auto unit_of = [&](std::int64_t row) { return design.unit.empty() ? -1 : design.unit[static_cast<std::size_t>(row)]; };
  Layout out;
  bool sorted = true;
  for (std::int64_t i = 0; i < design.n_rows; ++i) {
    const std::int32_t g = group_of(i);
    if (g < -1 || g >= groups.n_groups) return invalid_argument("groups", "a number is not in -1 ... n_groups - 1");
    if (g < 0 || design.weights[static_cast<std::size_t>(i)] <= 0.0) continue;
    if (!out.order.empty()) {
      const std::int64_t last = out.order.back();
      sorted = sorted && (group_of(last) < g || (group_of(last) == g && unit_of(last) <= unit_of(i)));
    }
    out.order.push_back(static_cast<std::int32_t>(i));
  }
  if (!sorted) {
    if (!design.unit.empty()) out.order = sort_by(out.order, design.n_units(), unit_of);
    out.order = sort_by(out.order, groups.n_groups, group_of);
  }
  out.group_begin.assign(static_cast<std::size_t>(groups.n_groups) + 1, 0);
  for (std::size_t p = 0; p < out.order.size(); ++p) {
    const std::int64_t row = out.order[p];
    const std::int32_t g = group_of(row);
    const std::int32_t u = unit_of(row);
    if (p == 0 || g != group_of(out.order[p - 1]) || u != out.cell_unit.back()) {
      out.cell_begin.push_back(static_cast<std::int64_t>(p));
      out.cell_unit.push_back(u);
      ++out.group_begin[static_cast<std::size_t>(g) + 1];
    }
  }
  for (std::size_t g = 1; g < out.group_begin.size(); ++g) out.group_begin[g] += out.group_begin[g - 1];
  out.cell_begin.push_back(static_cast<std::int64_t>(out.order.size()));
  return out;
}

Result<void> prepare(const Design& design, Plan& plan) {
  using namespace layout_detail;
  plan.n_imputations = 1;
  for (Source& source : plan.sources) {
    const Variable& v = *source.variable;
    if (v.columns.empty()) return invalid_argument(v.name, "has no column");
    for (const auto& column : v.columns)
      if (static_cast<std::int64_t>(column.size()) != design.n_rows)
        return make_error(Code::kLengthMismatch, {},
                          {{"name", v.name}, {"actual", std::to_string(column.size())}, {"expected", std::to_string(design.n_rows)}});
    const auto m = static_cast<int>(v.columns.size());
    if (m > 1 && plan.n_imputations > 1 && m != plan.n_imputations)
      return invalid_argument(v.name, "has another number of imputations than the other variables");
    plan.n_imputations = std::max(plan.n_imputations, m);
    if (source.kind != SourceKind::kValue) continue;
    constexpr std::int64_t kLooks = 1024;
    const std::int64_t step = std::max<std::int64_t>(1, design.n_rows / kLooks);
    double sum = 0.0;
    double n = 0.0;
    for (std::int64_t i = 0; i < design.n_rows; i += step) {
      const double x = v.columns[0][static_cast<std::size_t>(i)];
      if (!std::isfinite(x)) continue;
      sum += x;
      n += 1.0;
    }
    source.shift = n > 0.0 ? sum / n : 0.0;
  }
  return {};
}

}  // namespace celadon::inline CELADON_ABI::survey::engine_detail
