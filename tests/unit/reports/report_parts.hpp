/// Finds the parts of a report that a test asks about.
#pragma once

#include <celadon/reports/report.hpp>

#include <string_view>

namespace celadon::testing {

/// The report's table of this id, or nullptr.
inline const reports::DataTable* table_of(const reports::Report& report, std::string_view id) {
  for (const reports::DataTable* t : reports::tables(report))
    if (t->id == id) return t;
  return nullptr;
}

}  // namespace celadon::testing
