/// Item gain and loss (逐题分析得失): for each pupil and item the points gained and lost, what this pupil was expected to gain, and whether
/// the loss stands out.
///
/// **Expected score** = posterior predictive mean of the pupil's points on the item given the pupil's *other* items (all sub-items of its
/// stem left out), over ability and item error; where few pupils sat the paper, item parameters are those without this pupil.
/// **Flag**: predictive probability of a score this low at most flags.tail, loss at least max(least_points, least_share of the full mark),
/// and kept by Benjamini-Hochberg over the pupil's items; the rarest first, flags.most at most. A bonus item is never flagged.
/// Sources: Rubin (1984), doi:10.1214/aos/1176346785 (posterior predictive); Benjamini & Hochberg (1995),
/// doi:10.1111/j.2517-6161.1995.tb02031.x.
#pragma once

#include <celadon/core/execution.hpp>
#include <celadon/evaluation/feedback/predictor.hpp>
#include <celadon/evaluation/paper.hpp>
#include <celadon/evaluation/profile.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace celadon::inline CELADON_ABI::feedback {

/// What a cell's gain or loss reads as; the words are in the wording files ("outcome." + name).
enum class Outcome : std::uint8_t {
  kNotCounted = 0,      ///< absent, not administered, or a missing kind that does not count
  kFullMarks = 1,       ///< nothing lost
  kLoss = 2,            ///< points lost; no expected score to compare with
  kLossAsExpected = 3,  ///< 失分(与预计相近)
  kLossToReview = 4,    ///< flagged: 值得先回看
};
/// "not_counted" "full_marks" "loss" "loss_as_expected" "loss_to_review".
[[nodiscard]] std::string_view outcome_name(Outcome outcome);

/// Where a cause comes from: the option taken with the item's note, an error code entered at marking, or nowhere (原因待老师确认).
enum class CauseSource : std::uint8_t { kNone = 0, kOption = 1, kErrorCode = 2 };
[[nodiscard]] std::string_view cause_source_name(CauseSource source);

/// Why points were lost, as far as the data say. Two items share a cause only if their error codes agree.
struct Cause {
  CauseSource source = CauseSource::kNone;
  std::int32_t code = -1;  ///< option category or index into paper.error_code_names; -1 unknown
  std::string text;        ///< the note of the option or the name of the code; empty when the school has noted none
};
/// The cause of a loss. An error code entered at marking goes before an option's note. Reentrant.
[[nodiscard]] Cause cause_of(const evaluation::Paper& paper, std::int64_t person, std::int64_t item);

struct GainLossOptions {
  /// Also keep the predictive tail of every cell (n_persons x n_items floats). Flagged cells keep theirs in any case.
  bool keep_tails = true;
};

/// A flagged loss.
struct Flag {
  std::int64_t person = 0;
  std::int32_t item = 0;
  double tail = 0.0;        ///< predictive P(score <= the pupil's score)
  double expected = 0.0;    ///< points
  double loss = 0.0;        ///< points
  bool borderline = false;  ///< tail or loss lies within rounding of its cut
};

/// Gain and loss of one paper. Cells are by row: [person * n_items + item].
struct GainLoss {
  std::int64_t n_persons = 0;
  std::int64_t n_items = 0;
  PredictorKind predictor = PredictorKind::kNone;
  bool leave_one_out = false;      ///< item parameters without the pupil
  std::vector<float> points;       ///< gained; NaN where the cell does not count
  std::vector<float> expected;     ///< NaN where there is none
  std::vector<float> expected_sd;  ///< predictive standard deviation of the points, one an item (mean over pupils); NaN without predictor
  std::vector<float> tail;         ///< empty unless kept; NaN where there is none
  std::vector<Outcome> outcomes;
  std::vector<Flag> flags;             ///< by person, then rarest first
  std::vector<double> total_points;    ///< by person: sum over counted cells; NaN when none
  std::vector<double> total_expected;  ///< by person: sum of expected over the cells that have one; stands beside total_points
  std::vector<double> ability;         ///< by person: posterior mean given all items, population N(0, 1) of the predictor; NaN without
  std::vector<double> ability_sd;
  Findings findings;  ///< kNoExpectedScore with the reason

  [[nodiscard]] std::size_t cell(std::int64_t person, std::int64_t item) const { return static_cast<std::size_t>(person * n_items + item); }
  /// The flags of one person, rarest first.
  [[nodiscard]] std::span<const Flag> flags_of(std::int64_t person) const;
};

/// Gain and loss without expected scores: points, losses, causes only.
/// With the working model fitted to these pupils, fewer than expectation.leave_one_out_below of them, item parameters are re-estimated
/// without each pupil: the pupil's expected counts are taken out and the items maximised again from there. A calibrated predictor is used
/// as it is: below that number take one from a bank only.
/// @param counted  one a pupil, non-zero = the pupil's cells count (levels.hpp).
/// Errors: kLengthMismatch, kCancelled. Cost: persons x items x nodes, plus persons x items x categories x nodes where pupils are left out.
/// Same bits for any number of threads. Reentrant.
[[nodiscard]] Result<GainLoss> item_gain_loss(const evaluation::Paper& paper, std::span<const std::uint8_t> counted,
                                              const Predictor& predictor, const evaluation::Profile& profile,
                                              const GainLossOptions& options = {}, const ExecutionContext& context = {});

/// Benjamini-Hochberg: 1 for each p-value kept at level `rate`; p-values of NaN are no tests. Ties stand together. O(n log n).
[[nodiscard]] std::vector<std::uint8_t> benjamini_hochberg(std::span<const double> p_values, double rate);

}  // namespace celadon::inline CELADON_ABI::feedback
