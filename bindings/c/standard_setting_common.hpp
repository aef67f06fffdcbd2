// Arguments shared by the files of standard setting.
#pragma once

#include "irt_common.hpp"

#include <celadon/models/irt/information.hpp>

namespace celadon_c {

/// Cells of a table that the caller keeps: rows times columns, where both are sound.
inline std::int64_t cells_of(std::int64_t rows, std::int64_t columns, const char* name) {
  constexpr std::int64_t kMost = std::int64_t{1} << 40;
  if (rows < 0 || columns < 0 || (columns > 0 && rows > kMost / columns)) refuse(name, "not a number of rows and columns");
  return rows * columns;
}

/// Element `index` of a list.
template <class T>
const T& one_of(const std::vector<T>& list, std::int64_t index, const char* name) {
  if (index < 0 || index >= static_cast<std::int64_t>(list.size())) refuse(name, "out of range");
  return list[static_cast<std::size_t>(index)];
}

inline celadon::irt::CategoryPoints category_points(const celadon_standard_setting_points* given) {
  celadon::irt::CategoryPoints out;
  if (given == nullptr) return out;
  const auto known = sized(given, celadon_standard_setting_points{}, "points");
  const auto values = span_of(known.values, known.n_values, "points");
  const auto counts = span_of(known.n_categories, known.n_items, "n_categories");
  std::size_t at = 0;
  out.reserve(counts.size());
  for (const std::int32_t n : counts) {
    if (n < 0 || static_cast<std::size_t>(n) > values.size() - at) refuse("n_categories", "the counts do not add up to n_values");
    const auto own = values.subspan(at, static_cast<std::size_t>(n));
    out.emplace_back(own.begin(), own.end());
    at += own.size();
  }
  if (at != values.size()) refuse("n_categories", "the counts do not add up to n_values");
  return out;
}

}  // namespace celadon_c
