/// Papers from a data set: who sat what, with which answers and which marks. Tables and columns: docs/data-package.md.
///
/// What is in the data is taken as it stands; what is not in the data is asked about in a finding and never guessed:
/// - a status (缺考 缓考 免考 补考 作弊 absent deferred exempt make_up disqualified) is a status, never a score of 0;
/// - a blank gets the kind that the data set or the caller declares; without one it is set apart as kNotAdministered with a finding;
/// - a value that cannot be used (above full mark, not an option, not a number) becomes kInvalid with a finding;
/// - a duplicate keeps the first row with a finding for each further one;
/// - of a choice group one item counts for a pupil: the first answered or, where all are blank, the first (the others: not administered).
/// No row disappears without a finding that names it by number.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/execution.hpp>
#include <celadon/evaluation/paper.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace celadon::inline CELADON_ABI {
class Dataset;  // core/dataset.hpp
}  // namespace celadon::inline CELADON_ABI

namespace celadon::inline CELADON_ABI::evaluation {

/// What the caller knows beyond the tables. The defaults assume nothing.
struct PaperOptions {
  /// What a blank cell means where `papers.blank` does not say. Nothing: kNotAdministered, with a finding that asks.
  std::optional<Missing> blank;
  /// Cell values, written as text, that stand for a missing kind in every item ({"9", kOmitted}).
  std::vector<std::pair<std::string, Missing>> missing_values;
  /// A run of at least this many blanks up to the last item is reported as perhaps not reached; 0 turns the check off.
  int trailing_blanks = 3;
  /// A paper test in grades 1 and 2 gives a finding (the profile says whether the policy applies).
  bool flag_early_grades = true;
  /// Findings listed one by one for each code and column; further ones are counted in one finding. 0 lists every one.
  int max_findings = 200;
};

struct Papers {
  std::vector<Paper> papers;  ///< in the order of the papers table, else in order of appearance
  Findings findings;          ///< about every table that was read
};

/// Builds every paper of the data set. The row numbers of findings count data rows of the named table from 1.
/// Errors: kMissingTable (no responses), kMissingColumn (no pupil column; neither item columns nor item and value), kNoPersons (no rows),
/// kNoItems, kCancelled. Everything else is a finding.
/// Cost: O(rows x items); one pass over each column. Reentrant; the same result for any number of threads.
[[nodiscard]] Result<Papers> build_papers(const Dataset& data, const PaperOptions& options = {}, const ExecutionContext& context = {});

/// Status of a word in a status column or an answer cell ("缺考", "absent" ...); nothing when the word is no status.
[[nodiscard]] std::optional<Status> status_from_text(std::string_view text);
/// Missing kind of a word in an answer cell ("omitted", "未答", "not_reached", "未做到", "invalid", "无效" ...).
[[nodiscard]] std::optional<Missing> missing_from_text(std::string_view text);

}  // namespace celadon::inline CELADON_ABI::evaluation
