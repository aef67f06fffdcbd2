/// An evaluation as one JSON text: every result table, what was found, and the profile's hash. The same bytes in C, C++ and Python.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/evaluation/evaluate.hpp>

#include <string>

namespace celadon::inline CELADON_ABI::io {

/// {"format": "celadon.evaluation", "version": 1, "library", "profile": {"id", "hash"}, "findings": [...], "tables": {name: table}};
/// findings are those about the data set and then about each paper; tables as in `to_json` of a table. Complete, for the school's own use.
/// Errors: those of evaluation::table. Cost: O(rows of all tables). Reentrant.
[[nodiscard]] Result<std::string> to_json(const evaluation::Evaluation& evaluation, Language language = Language::kChinese);

}  // namespace celadon::inline CELADON_ABI::io
