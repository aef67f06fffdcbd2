/// Diagnosis on pages: the comment, mastery with its uncertainty, prerequisites, groups.
#pragma once

#include <celadon/reports/impl/class_pages.hpp>
#include <celadon/reports/impl/page_parts.hpp>

#include <span>
#include <vector>

namespace celadon::inline CELADON_ABI::reports::pages_detail {

/// A comment as it goes on a page: generated, with the teacher's hand in it.
struct PageComment {
  std::vector<feedback::FinalSentence> sentences;
  std::string signed_by;  ///< of the comment's own edits, else of the options; empty: a draft of the system
  [[nodiscard]] bool empty() const { return sentences.empty(); }
};
[[nodiscard]] PageComment pupil_page_comment(const Scope& scope, std::int64_t person, feedback::CommentReader reader,
                                             std::span<const evaluation::ItemOutcome> items);
/// The sentences of some parts, marked in their order ("C1").
[[nodiscard]] StatementBlock comment_block(const PageComment& comment, const std::vector<feedback::CommentPart>& parts,
                                           StatementBlock::Form form, char series);

/// Whether a model speaks of the paper's points at all.
[[nodiscard]] bool has_mastery(const Scope& scope);
/// Mastery of one pupil: a picture with intervals, the numbers under it, and what is needed first.
void add_pupil_mastery(const Scope& scope, std::int64_t person, Report& report);
/// A class: the comment by parts, pupils on each point, who stands where.
void add_class_mastery(const ClassPage& page, Report& report);
/// A school or everybody: shares of pupils by point, suppressed where a group is small.
/// @param groups  name and counted rows of each group, with whether the group itself may be shown.
struct MasteryGroup {
  std::string name;
  std::vector<std::int64_t> rows;
  bool shown = true;
};
void add_school_mastery(const Scope& scope, const std::vector<MasteryGroup>& groups, const std::vector<std::int64_t>& everybody,
                        bool schools, Report& report);

}  // namespace celadon::inline CELADON_ABI::reports::pages_detail
