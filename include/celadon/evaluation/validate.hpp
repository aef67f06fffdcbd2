/// Checks a data set before anything is estimated and lists every finding with its place, cause and fix.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/execution.hpp>
#include <celadon/core/table.hpp>
#include <celadon/evaluation/paper_builder.hpp>

namespace celadon::inline CELADON_ABI::evaluation {

/// Everything that is wrong, doubtful or worth knowing about a data set: unknown tables and columns, wrong types, duplicate and unknown
/// identifiers, statuses, blanks, marks outside their range, totals that differ from the sum of items, text that is not UTF-8.
/// What would stop the evaluation is in the list as an error; the call itself always answers.
/// Values are printed only for columns declared not personal. Reentrant. Cost: as build_papers with every finding listed.
[[nodiscard]] Findings validate(const Dataset& data, const PaperOptions& options = {}, const ExecutionContext& context = {});

/// Findings as rows: severity ("error" "warning" "note"), code, table, row, column, item, value, cause, fix. `value` is the argument
/// "value" of the finding, null where it has none.
[[nodiscard]] Table findings_table(const Findings& findings, Language language);

}  // namespace celadon::inline CELADON_ABI::evaluation
