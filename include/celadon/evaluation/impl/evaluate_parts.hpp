/// The steps of evaluate, shared by its bodies. Each fills its part of a PaperEvaluation and lists what the data did not allow; only a
/// cancelled context ends the whole.
#pragma once

#include <celadon/evaluation/evaluate.hpp>
#include <celadon/evaluation/feedback/impl/base_paper.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::inline CELADON_ABI::evaluation::evaluate_detail {

struct Work {
  const Profile& profile;
  const EvaluateOptions& options;
  const ExecutionContext& context;
};

/// Lists something as not evaluated, with the message as its reason.
void set_aside(PaperEvaluation& out, std::string_view what, const Message& reason);

/// Counted pupils by class and school.
void fill_rows(PaperEvaluation& out);
/// Item analysis, exam statistics, distribution, alpha, distractors.
[[nodiscard]] Result<void> classical_analysis(PaperEvaluation& out, const Work& work, const feedback::base_paper_detail::BasePaper& base);
/// S-P tables by class.
[[nodiscard]] Result<void> sp_tables(PaperEvaluation& out, const Work& work, const feedback::base_paper_detail::BasePaper& base);
/// Statistics of groups where bonus items or choice groups make the full mark differ from the sum over columns.
[[nodiscard]] Result<void> settle_exam(PaperEvaluation& out, const Work& work, ctt::ExamStatistics& exam,
                                       const std::vector<std::vector<std::int64_t>>& unit_rows);

/// Whether the item parameters behind abilities or expected scores come from other pupils.
struct ModelSource {
  bool bank = false;          ///< anchored in a bank
  bool bank_only = false;     ///< every item of the model is the bank's
  bool covers_paper = false;  ///< every item with observed differences is the bank's
  bool one_scale = true;      ///< all items hang together
};
/// The item response model that the data can carry, or why there is none; abilities.
[[nodiscard]] Result<void> calibrate(PaperEvaluation& out, const Work& work, ModelSource& source);
/// Predictor of expected scores.
[[nodiscard]] Result<void> predict(PaperEvaluation& out, const Work& work, const ModelSource& source);

/// Mastery of knowledge points, or why there is none: then the points gained alone.
[[nodiscard]] Result<void> diagnose(PaperEvaluation& out, const Work& work);

/// The rule and numbers of a comment's sentence; nothing where the id is of no comment of this paper.
[[nodiscard]] std::optional<Explanation> explain_comment(const Evaluation& evaluation, const PaperEvaluation& paper, std::string_view id);

/// Collects the statements of one subject; ids begin with the subject's prefix.
class StatementMaker {
 public:
  StatementMaker(std::string prefix, feedback::SubjectKind subject, std::int64_t index)
      : prefix_(std::move(prefix)), subject_(subject), index_(index) {}
  /// Appends a statement; `tail` is appended to its id after the rule ("/q3"), empty for none.
  feedback::Statement& add(std::string_view rule, feedback::StatementRole role, std::vector<feedback::Slot> slots = {},
                           std::string_view tail = {});
  [[nodiscard]] std::vector<feedback::Statement> take() && { return std::move(statements_); }

 private:
  std::string prefix_;
  feedback::SubjectKind subject_;
  std::int64_t index_;
  std::vector<feedback::Statement> statements_;
};

/// The items that a caller has, or those of the row, kept in `own`. Throws LogicError where they are not one an item of the paper.
[[nodiscard]] inline std::span<const ItemOutcome> items_of(const PaperEvaluation& paper, std::int64_t person,
                                                           std::span<const ItemOutcome> items, std::vector<ItemOutcome>& own) {
  if (items.empty()) items = own = pupil_items(paper, person);
  if (items.size() != paper.paper.items.size()) throw LogicError("celadon::evaluation: outcomes of other items than the paper's");
  return items;
}

/// "3、5、7" and "3, 5, 7".
[[nodiscard]] LocalText text_list(const std::vector<std::string>& values);
/// The band of a level as the profile cuts it, "75%–84%": whole cuts name the last whole percent below the next cut.
[[nodiscard]] std::string band_text(const Profile& profile, int level);
/// Prefix of the ids of a pupil (row from 0), a class (index into units.classes, -1 for everybody), the paper.
[[nodiscard]] std::string pupil_prefix(const PaperEvaluation& paper, std::int64_t person);
[[nodiscard]] std::string class_prefix(const PaperEvaluation& paper, std::int32_t class_index);
[[nodiscard]] std::string paper_prefix(const PaperEvaluation& paper);

/// Rows of a table, cell by cell: columns are named up front with their kind, "n:i" (t text, d number, i integer, b boolean).
class RowTable {
 public:
  RowTable(std::string name, const std::vector<std::string>& columns);
  RowTable& put(std::string_view text);
  RowTable& put(const char* text) { return put(std::string_view(text)); }
  RowTable& put(const std::string& text) { return put(std::string_view(text)); }
  RowTable& put(double value);
  RowTable& put(std::int64_t value);
  RowTable& put(bool value);
  RowTable& null();
  /// The text, or null where it is empty.
  RowTable& put_or_null(std::string_view text);
  [[nodiscard]] Table take() &&;

 private:
  Column& next();
  std::string name_;
  std::vector<Column> columns_;
  std::size_t at_ = 0;
};

/// Identifier of a pupil: the key of the data, else the row from 1.
[[nodiscard]] std::string pupil_key(const PaperEvaluation& paper, std::int64_t row);
/// Identifier of a class or school, "" for none.
[[nodiscard]] std::string class_key(const PaperEvaluation& paper, std::int32_t class_index);
[[nodiscard]] std::int32_t class_of(const PaperEvaluation& paper, std::int64_t row);
[[nodiscard]] std::string_view status_name(Status status);

/// Tables by topic.
[[nodiscard]] Table pupil_items_table(const Evaluation& evaluation);
[[nodiscard]] Table pupil_levels_table(const Evaluation& evaluation, Language language);
[[nodiscard]] Table pupil_parts_table(const Evaluation& evaluation);
[[nodiscard]] Table wrong_items_table(const Evaluation& evaluation);
[[nodiscard]] Table sp_pupils_table(const Evaluation& evaluation);
[[nodiscard]] Table items_table(const Evaluation& evaluation);
[[nodiscard]] Table options_table(const Evaluation& evaluation);
[[nodiscard]] Table exam_statistics_table(const Evaluation& evaluation);
[[nodiscard]] Table exam_content_table(const Evaluation& evaluation);
[[nodiscard]] Table calibration_items_table(const Evaluation& evaluation);
[[nodiscard]] Table not_evaluated_table(const Evaluation& evaluation, Language language);
[[nodiscard]] Table class_parts_table(const Evaluation& evaluation);
[[nodiscard]] Table class_review_table(const Evaluation& evaluation);
[[nodiscard]] Table talk_groups_table(const Evaluation& evaluation);
[[nodiscard]] Table class_deviations_table(const Evaluation& evaluation);
[[nodiscard]] Table blueprint_check_table(const Evaluation& evaluation);
[[nodiscard]] Table blueprint_items_table(const Evaluation& evaluation);
[[nodiscard]] Table pupil_mastery_table(const Evaluation& evaluation);
[[nodiscard]] Table class_mastery_table(const Evaluation& evaluation);
[[nodiscard]] Table mastery_groups_table(const Evaluation& evaluation);
[[nodiscard]] Table pupil_comments_table(const Evaluation& evaluation, Language language);
[[nodiscard]] Table class_comments_table(const Evaluation& evaluation, Language language);

}  // namespace celadon::inline CELADON_ABI::evaluation::evaluate_detail
