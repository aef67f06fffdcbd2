/// Reports as JSON, for a host's own pages. Schema: src/schemas/report.schema.json (installed with the library).
#pragma once

#include <celadon/reports/report.hpp>
#include <celadon/reports/text_buffer.hpp>

#include <string>

namespace celadon::inline CELADON_ABI::reports {

/// Version of the JSON layout; a reader refuses a higher one.
inline constexpr int kReportJsonVersion = 1;

/// Appends the report as one JSON object without line breaks. Numbers are the shortest that read back as the same double; a number that
/// does not exist is null. Charts hold their rows and a Vega-Lite specification. Cost: O(size). Reentrant.
void append_json(const Report& report, TextBuffer& out);
[[nodiscard]] std::string to_json(const Report& report);

}  // namespace celadon::inline CELADON_ABI::reports
