/// 讲评单: what a class teacher needs before the lesson, on one page; and the class's deviation from what its pupils' ability lets expect.
///
/// **Order of re-teaching** = expected recoverable points: pupils losing x mean loss x share of the losers with the commonest error (1 /
/// number of losers where no error is known to be common, so that such an item counts with the mean loss of one pupil). Not the lowest rate
/// (only the hardest items), not the largest residual (noise).
/// **Deviation**: mean residual of the class given its own pupils' expected scores, as a share of the full mark, tested over items by
/// Benjamini-Hochberg and shown shrunk against its own error: difference x max(0, 1 - (se / difference)^2), which is what it would be worth
/// if the variance of true differences were difference^2 - se^2 (one class on one item at a time, since a missed lesson is one class's on
/// one item and a variance over all classes and items would shrink it away). "No difference shown" is an answer.
#pragma once

#include <celadon/evaluation/feedback/item_gain_loss.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace celadon::inline CELADON_ABI::feedback {

/// Pupils of the class who made one error on one item: an option taken, or an error code. Never a group by ability.
struct ErrorGroup {
  std::int32_t item = 0;
  Cause cause;
  std::string option;              ///< label of the wrong option ("B"), empty where there is none
  std::vector<std::int64_t> rows;  ///< pupils, row order
};

/// How a group is best taken up.
enum class TalkForm : std::uint8_t {
  kWholeClass = 0,  ///< 集体讲
  kGroup = 1,       ///< 小组
  kSingle = 2,      ///< 个别面批
};
[[nodiscard]] std::string_view talk_form_name(TalkForm form);

/// One item on the page.
struct ReviewItem {
  std::int32_t item = 0;
  std::int64_t n = 0;  ///< pupils with a counted cell
  std::int64_t n_losing = 0;
  double rate = 0.0;                 ///< 得分率 of the class
  double mean_loss = 0.0;            ///< points, over those who lost
  double common_error_share = 0.0;   ///< of those who lost points: share with the commonest error; NaN where no error is known
  double recoverable = 0.0;          ///< expected recoverable points of the class
  bool common = false;               ///< 共性 (else 个别)
  std::vector<ErrorGroup> errors;    ///< commonest first; only known errors
  std::vector<std::int64_t> losing;  ///< pupils who lost points, row order
};

/// A list for the lesson: pupils with one shared error.
struct TalkGroup {
  TalkForm form = TalkForm::kGroup;
  ErrorGroup error;
};

enum class DeviationVerdict : std::uint8_t { kNotTested = 0, kNoDifference = 1, kBelow = 2, kAbove = 3 };
[[nodiscard]] std::string_view deviation_name(DeviationVerdict verdict);

/// The class on one item, given its own pupils.
struct ClassDeviation {
  std::int32_t item = 0;
  std::int64_t n = 0;
  double observed_rate = 0.0;
  double expected_rate = 0.0;   ///< from the pupils' expected scores
  double difference = 0.0;      ///< observed - expected, share of the full mark
  double standard_error = 0.0;  ///< from the larger of the pupils' spread around their expected scores and the predictive one
  double shrunk = 0.0;          ///< difference shrunk towards 0
  double p_value = 0.0;         ///< two-sided
  DeviationVerdict verdict = DeviationVerdict::kNotTested;
};

/// 错题清单 of one pupil: items with lost points by original 题号, paper order.
struct WrongItems {
  std::int64_t row = 0;
  std::vector<std::int32_t> items;
};

struct ClassReview {
  std::int32_t class_index = -1;  ///< into paper.units.classes; -1: every pupil of a paper without classes
  std::int64_t n = 0;             ///< counted pupils
  double mean = 0.0;              ///< points
  double score_rate = 0.0;
  std::vector<ReviewItem> items;           ///< every item that anybody lost points on, most recoverable first
  std::vector<std::int32_t> lesson;        ///< positions in `items`: those on the page, in lesson order (order of the paper)
  std::vector<TalkGroup> groups;           ///< for the items of the lesson: whole class first, then groups, then single pupils
  std::vector<WrongItems> wrong_items;     ///< counted pupils with any loss
  std::vector<ClassDeviation> deviations;  ///< one an item of the paper
  bool signed_by_teacher = false;          ///< until then the heading reads 诊断(系统草稿)
};

/// One review a class with a counted pupil, in the order of paper.units.classes (-1 first when the paper has no classes; pupils without a
/// class are in no review where there are classes).
/// @param external_items  the item parameters behind the expected scores come from other pupils (an item bank). Otherwise the residuals of
///                        all pupils of the paper average to about 0 by construction: a class that is everybody is not tested.
/// Errors: kLengthMismatch. Cost: O(pupils x items). Reentrant; deterministic.
[[nodiscard]] Result<std::vector<ClassReview>> class_reviews(const evaluation::Paper& paper, std::span<const std::uint8_t> counted,
                                                             const GainLoss& gain_loss, const evaluation::Profile& profile,
                                                             bool external_items = false);

}  // namespace celadon::inline CELADON_ABI::feedback
