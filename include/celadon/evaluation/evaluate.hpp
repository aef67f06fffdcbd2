/// evaluate: everything that the data allow, from papers to gain and loss, in one call. What is not evaluated is listed with its reason.
///
/// Reports (reports/) draw from an Evaluation and compute nothing. Tables and statements are made when asked for, so that a city of a
/// million pupils is not held as text.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/execution.hpp>
#include <celadon/core/shared_value.hpp>
#include <celadon/core/table.hpp>
#include <celadon/evaluation/feedback/blueprint.hpp>
#include <celadon/evaluation/feedback/breakdown.hpp>
#include <celadon/evaluation/feedback/class_review.hpp>
#include <celadon/evaluation/feedback/comment_edits.hpp>
#include <celadon/evaluation/feedback/comments.hpp>
#include <celadon/evaluation/feedback/item_gain_loss.hpp>
#include <celadon/evaluation/feedback/levels.hpp>
#include <celadon/evaluation/feedback/mastery.hpp>
#include <celadon/evaluation/feedback/predictor.hpp>
#include <celadon/evaluation/feedback/statement.hpp>
#include <celadon/evaluation/paper.hpp>
#include <celadon/evaluation/paper_builder.hpp>
#include <celadon/evaluation/profile.hpp>
#include <celadon/evaluation/suppression.hpp>
#include <celadon/models/cdm/model.hpp>
#include <celadon/models/ctt/distractors.hpp>
#include <celadon/models/ctt/exam_statistics.hpp>
#include <celadon/models/ctt/item_analysis.hpp>
#include <celadon/models/ctt/reliability.hpp>
#include <celadon/models/ctt/score_distribution.hpp>
#include <celadon/models/ctt/sp_table.hpp>
#include <celadon/models/irt/default_model.hpp>
#include <celadon/models/irt/fit.hpp>
#include <celadon/models/irt/item_fit.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::inline CELADON_ABI::evaluation {

struct EvaluateOptions {
  PaperOptions papers;                       ///< how the data set is read
  std::vector<irt::ItemParameters> bank;     ///< item bank: items found in a paper keep these parameters; makes small papers calibrated
  std::optional<irt::ModelFamily> family;    ///< overrules the default by sample size; said in the findings
  std::vector<std::string> expected_levels;  ///< ability levels that the blueprint plans, for the blueprint check
  bool diagnose = true;                      ///< mastery of knowledge points, where the items name them
  SharedValue<cdm::Model> diagnosis_bank;    ///< calibrated diagnosis model; its items and points are matched by id and name
  /// Rules and sentences of the comments (io::default_comment_bank()); null: no comments.
  SharedValue<feedback::CommentBank> comments;
  bool calibrate = true;   ///< false: classical results only
  bool sp_tables = true;   ///< S-P table of each class
  bool keep_tails = true;  ///< predictive tail of every cell
  std::uint64_t seed = 1;  ///< of simulated p-values and of the choice among sentences
};

/// The item response model of a paper, or why there is none.
struct Calibration {
  irt::ModelFamily family = irt::ModelFamily::kClassical;
  bool overruled = false;       ///< the caller chose the family
  bool calibrated = false;      ///< `fit` holds a converged model
  double effective_n = 0.0;     ///< what the family was chosen by
  SharedValue<irt::Fit> fit;    ///< null when classical
  std::vector<double> ability;  ///< n_persons, EAP; NaN without answers; empty when not calibrated
  std::vector<double> ability_se;
  double reliability = 0.0;  ///< marginal reliability of the EAP scores; NaN when not calibrated
  /// Infit and outfit of the model's items over the counted pupils, in the order of fit->model.items; empty when not calibrated.
  std::vector<irt::MeanSquares> item_fit;
  Findings findings;
};

/// Something that the data did not allow.
struct NotEvaluated {
  std::string what;  ///< stable ASCII name: "calibration" "expected_scores" "sp_table" "distractors" "blueprint" "classes" ...
  Finding reason;
};

/// Everything about one paper. Rows are the persons of `paper` in row order throughout.
struct PaperEvaluation {
  Paper paper;                                         ///< shares the packed cells
  std::vector<std::uint8_t> counted;                   ///< one a pupil: in denominators
  std::vector<std::vector<std::int64_t>> class_rows;   ///< counted pupils of each class, row order
  std::vector<std::vector<std::int64_t>> school_rows;  ///< of each school
  feedback::PupilLevels levels;                        ///< totals, levels, true-score intervals
  /// One row an item of the paper, totals without bonus marks and with a choice group once. The statistics of an item of a choice group are
  /// of the pupils who chose it.
  std::optional<ctt::ItemAnalysis> items;
  std::optional<ctt::ExamStatistics> exam;          ///< everybody, and each class
  std::optional<ctt::ExamStatistics> exam_schools;  ///< everybody, and each school; absent without schools
  std::optional<ctt::ScoreDistribution> distribution;
  std::optional<double> alpha;  ///< coefficient alpha of the counted pupils
  std::optional<ctt::Distractors> distractors;
  std::vector<std::optional<ctt::SpTable>> sp;  ///< one a class (one for everybody where there are no classes); persons index class_rows
  Calibration calibration;
  feedback::Predictor predictor;
  feedback::GainLoss gain_loss;
  std::vector<feedback::Part> parts;
  std::vector<feedback::ClassReview> reviews;
  feedback::BlueprintCheck blueprint;
  feedback::Mastery mastery;  ///< of knowledge points; no points where the items name none or diagnosis was off
  std::vector<NotEvaluated> not_evaluated;
  Findings findings;

  [[nodiscard]] std::int64_t n_persons() const { return paper.scored.n_persons(); }
  [[nodiscard]] std::int64_t n_items() const { return paper.scored.n_items(); }
  /// Index of the school of a pupil (by the class), -1 where not known.
  [[nodiscard]] std::int32_t school_of(std::int64_t person) const;
};

struct Evaluation {
  Profile profile;
  std::string library_version;
  std::optional<feedback::CommentEngine> comments;  ///< absent without a bank
  std::uint64_t comment_seed = 1;
  std::vector<PaperEvaluation> papers;      ///< each within itself: different papers are not put on one scale here
  Findings findings;                        ///< about the data set
  std::vector<NotEvaluated> not_evaluated;  ///< tables that are absent or feed systems not evaluated here
};

/// Reads the papers of a data set and evaluates each. A paper that cannot be evaluated is listed in not_evaluated and the rest goes on.
/// Errors: those of build_papers; kProfileNotLoaded; kCancelled.
/// Cost: about that of the calibration. Same bits for any number of threads. Reentrant.
[[nodiscard]] Result<Evaluation> evaluate(const Dataset& data, const Profile& profile, const EvaluateOptions& options = {},
                                          const ExecutionContext& context = {});
/// The same for papers that the host already holds. Of a choice group one item counts for a pupil: the first one answered, or, where all
/// are blank, the first one not left out of the booklet; the others become not administered in PaperEvaluation::paper.
[[nodiscard]] Result<Evaluation> evaluate(std::vector<Paper> papers, const Profile& profile, const EvaluateOptions& options = {},
                                          const ExecutionContext& context = {});

/// One item of one pupil, ready for a page.
struct ItemOutcome {
  std::int32_t item = 0;
  feedback::Outcome outcome = feedback::Outcome::kNotCounted;
  std::uint8_t cell = 255;  ///< the packed cell: tells a missing kind
  double points = 0.0;      ///< NaN where not counted
  double full_mark = 0.0;
  double loss = 0.0;      ///< NaN where not counted
  double expected = 0.0;  ///< for this pupil; NaN where there is none
  double tail = 0.0;      ///< NaN where not kept
  bool flagged = false;
  bool borderline = false;
  feedback::Cause cause;  ///< of a loss
  std::string option;     ///< label of the option taken, empty where there is none
  // For teachers only: mean points of the class, school and all; NaN for empty groups.
  double class_mean = 0.0;
  double school_mean = 0.0;
  double all_mean = 0.0;
};
/// Every item of a pupil in paper order. Throws LogicError for a row outside the paper. O(items).
[[nodiscard]] std::vector<ItemOutcome> pupil_items(const PaperEvaluation& evaluation, std::int64_t person);
/// Points by part of the paper. O(items).
[[nodiscard]] std::vector<feedback::PartScore> pupil_parts(const Evaluation& evaluation, const PaperEvaluation& paper, std::int64_t person);
/// Points by part of the paper of a class (index; -1 everybody). O(pupils of the class x items).
[[nodiscard]] std::vector<feedback::PartScore> class_parts(const Evaluation& evaluation, const PaperEvaluation& paper,
                                                           std::int32_t class_index);

/// What is said about a pupil, in reading order: level, band, how sure; items to look at again; strengths; next steps. Empty claims for
/// a pupil who is not counted (one note). O(items).
/// @param with_diagnosis  false: the level and the items alone, without causes, strengths and next steps: beside a comment that says those.
/// @param items  pupil_items of the same row, from a caller who has them; empty: worked out here. LogicError where
///               their number is not the paper's. So too in the functions below.
[[nodiscard]] std::vector<feedback::Statement> pupil_statements(const Evaluation& evaluation, const PaperEvaluation& paper,
                                                                std::int64_t person, bool with_diagnosis = true,
                                                                std::span<const ItemOutcome> items = {});
/// About a class, for its teacher: index into paper.reviews.
[[nodiscard]] std::vector<feedback::Statement> class_statements(const Evaluation& evaluation, const PaperEvaluation& paper,
                                                                std::size_t review);
/// About the paper: model used and why, what is not evaluated, blueprint check.
[[nodiscard]] std::vector<feedback::Statement> paper_statements(const Evaluation& evaluation, const PaperEvaluation& paper);

/// What a pupil's comment rests on: items, points with their mastery, level. O(items). Throws LogicError for a row outside the paper.
[[nodiscard]] feedback::PupilEvidence pupil_evidence(const Evaluation& evaluation, const PaperEvaluation& paper, std::int64_t person,
                                                     std::span<const ItemOutcome> items = {});
/// What a class's comment rests on: index into paper.reviews. O(pupils of the class x points).
[[nodiscard]] feedback::ClassEvidence class_evidence(const Evaluation& evaluation, const PaperEvaluation& paper, std::size_t review);

/// A comment with the words of one language.
struct WordedComment {
  feedback::Comment comment;
  std::vector<feedback::WordedSentence> sentences;  ///< one a sentence of the comment
};
/// Empty for a pupil who is not counted, and without a bank or knowledge points. O(items + rules x points). Reentrant.
/// @param with_hash  false: sentences without their evidence_hash, a third of the work: for a page on which no edit lies.
[[nodiscard]] WordedComment pupil_comment(const Evaluation& evaluation, const PaperEvaluation& paper, std::int64_t person,
                                          feedback::CommentReader reader, Language language, bool with_hash = true,
                                          std::span<const ItemOutcome> items = {});
[[nodiscard]] WordedComment class_comment(const Evaluation& evaluation, const PaperEvaluation& paper, std::size_t review,
                                          Language language);

/// The rule and the numbers behind one statement.
struct Explanation {
  feedback::Statement statement;
  std::string profile_id;
  std::string profile_hash;
  std::string rule_source;  ///< source of the thresholds, or 示例
  std::string model;        ///< predictor behind expected scores or model of the diagnosis, "" where the statement uses none
  std::string library_version;
};
/// Errors: kUnknownStatement. Cost: that of the statements of one subject. Reentrant.
[[nodiscard]] Result<Explanation> explain(const Evaluation& evaluation, std::string_view statement_id);

/// Names of the tables that this evaluation can give: "pupil_items" "pupil_levels" "pupil_parts" "items" "options" "exam_statistics"
/// "exam_content" "class_parts" "class_review" "talk_groups" "class_deviations" "wrong_items" "blueprint_check" "blueprint_items"
/// "sp_pupils" "calibration_items" (parameters, infit and outfit) "pupil_mastery" "class_mastery" "mastery_groups" "pupil_comments"
/// "class_comments" "not_evaluated".
[[nodiscard]] std::vector<std::string> table_names();
/// One table over all papers; the first column is `paper`. Pupils appear by their identifier (person_ids), rows from 1 where there is none.
/// Tables are complete (for the school's own use): suppress before publishing (suppression.hpp).
/// Errors: kInvalidArgument (a name that is not in table_names()). Cost: O(rows).
[[nodiscard]] Result<Table> table(const Evaluation& evaluation, std::string_view name, Language language = Language::kChinese);

}  // namespace celadon::inline CELADON_ABI::evaluation
