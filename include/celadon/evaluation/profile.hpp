/// The profile: every threshold, name and choice that a report applies. Policy is data; nothing here has a value of its own.
///
/// A profile comes from a JSON text (io/profile_json.hpp; schema: src/profiles/profile.schema.json). Each group of values carries its
/// source, or says 示例 (example). The library ships one, src/profiles/default.json, as an example that a district replaces. The hash of a
/// profile stands in every result and in every `explain`, so that a reader knows by which rules a page was made.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/responses.hpp>
#include <celadon/models/ctt/exam_statistics.hpp>
#include <celadon/models/ctt/grade_scaling.hpp>
#include <celadon/models/irt/default_model.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace celadon::inline CELADON_ABI::evaluation {

/// The same text in both languages. Value type.
struct LocalText {
  std::string zh;
  std::string en;
  [[nodiscard]] const std::string& in(Language language) const { return language == Language::kChinese ? zh : en; }
  [[nodiscard]] bool empty() const { return zh.empty() && en.empty(); }
};
/// A text that is the same in both languages (a label, a number).
[[nodiscard]] inline LocalText same_text(const std::string& text) {
  return {text, text};
}

/// One level of achievement. A pupil has the first level (from the best down) whose cut the share of points reaches.
struct Level {
  std::string id;
  LocalText name;
  double from_share = 0.0;  ///< lower cut as a share of the full mark, in [0, 1); 0 for the lowest level
};

/// How much of a group's figures other readers may see (measurement rule on published or cross-unit aggregates).
struct SuppressionRules {
  int least_n = 0;                ///< smaller groups are not shown
  bool hide_all_or_none = false;  ///< rates of exactly 0 or 1 are not shown: they would speak of every pupil
};

/// When a loss is flagged as unexpected.
struct FlagRules {
  double tail = 0.0;             ///< predictive probability of a score this low, at most
  double least_points = 0.0;     ///< loss in points, at least the greater of this ...
  double least_share = 0.0;      ///< ... and this share of the item's full mark
  double false_discovery = 0.0;  ///< Benjamini-Hochberg level over a pupil's items
  int most = 0;                  ///< flags a pupil
};

/// How expected scores are made.
struct ExpectationRules {
  int leave_one_out_below = 0;   ///< with fewer counted pupils, item parameters are those without this pupil
  int least_pupils = 0;          ///< fewer counted pupils: no expected score
  int least_items = 0;           ///< fewer items: no expected score
  double slope_spread = 0.0;     ///< working model: prior sd of log slopes around the common one (predictor.hpp)
  double category_weight = 0.0;  ///< persons' worth of the prior on an item's score distribution (predictor.hpp)
};

struct WrongKeyRules {
  double least_advantage = 0.0;  ///< an option's option-total correlation above the key's by more than this
  int least_choosing = 0;        ///< pupils who chose the option, at least
};

struct BlueprintRules {
  double difficulty_off = 0.0;      ///< planned and observed difficulty differ by more than this, and the interval leaves the plan out
  double low_discrimination = 0.0;  ///< D below this is marked
  int least_items_a_point = 0;      ///< a knowledge point with fewer items carries no judgement
  double interval_confidence = 0.0;
};

struct SpRules {
  double right_from_share = 0.0;
  int min_items = 0;
  int min_persons = 0;
  int n_simulations = 0;
  double p_value = 0.0;  ///< a pattern is pointed out at or below this
};

struct ClassReviewRules {
  int most_items = 0;                      ///< items on the page
  double common_share = 0.0;               ///< 共性: at least this share of the class lost points on the item ...
  double common_error_share = 0.0;         ///< ... or of those who lost points share one error
  int least_group = 0;                     ///< pupils with one error that make a group
  double collective_share = 0.0;           ///< an error is for the whole class from this share of the class
  int most_names = 0;                      ///< names printed in one cell; the others are counted
  double deviation_false_discovery = 0.0;  ///< Benjamini-Hochberg level over the items of a class
};

/// One prior of the diagnosis model: Beta counts on guessing and on not slipping, and how tightly the structure is held.
struct DiagnosisPrior {
  std::string id;
  double guess_a = 1.0;  ///< Beta(a, b) of a right answer without mastery
  double guess_b = 1.0;
  double right_a = 1.0;  ///< Beta(a, b) of a right answer with mastery
  double right_b = 1.0;
  double structure_sd = 0.0;  ///< of the log odds that a point is mastered
};

/// When mastery of a knowledge point is told, from what, and what counts as a common gap.
struct DiagnosisRules {
  double mastered_from = 0.0;           ///< probability of mastery at or above: mastered
  double not_yet_to = 0.0;              ///< at or below: not yet
  int least_items = 0;                  ///< fewer items of a point: its points gained only
  double least_share_mastered = 0.0;    ///< 'mastered' with a smaller share of the points gained speaks against the answers
  double most_share_not_yet = 0.0;      ///< 'not yet' with a larger share does
  int least_pupils = 0;                 ///< fewer counted pupils: no model
  int small_sample = 0;                 ///< fewer: DINA with the priors below and few parameters of structure
  int general_model = 0;                ///< from here on G-DINA
  double single_score_share = 0.0;      ///< expected share right on a point from which one overall ability speaks for mastery
  double right_from_share = 0.0;        ///< of an item's full mark: from here on an answer with part marks counts as right
  int most_points = 0;                  ///< knowledge points that one model holds
  std::vector<DiagnosisPrior> priors;   ///< of small samples, two or more: the decision has to be the same under each
  double interval_confidence = 0.0;     ///< of the interval of a probability
  double common_gap_share = 0.0;        ///< of a class: from here on a gap is common
  int least_group = 0;                  ///< pupils with one gap that make a group
  int change_least_items = 0;           ///< common items of a point, each time, from which a change may be told
  double change_false_discovery = 0.0;  ///< over the points of a pupil; 1 minus it is the confidence of a single interval
};

/// How a family page shows an item's marks.
enum class MarksShown : std::uint8_t { kPoints = 0, kThreeWay = 1 };  ///< 分数, or 对/部分/错

/// What a family page may hold. Off unless the host's profile turns it on.
struct FamilyPageRules {
  MarksShown marks = MarksShown::kPoints;
  bool total = false;          ///< the total score
  bool group_figures = false;  ///< class or school figures
  bool rank = false;
  int most_strengths = 0;
  int most_next_steps = 0;
};

/// Where a group of values comes from, by the group's name in the JSON ("levels", "flags" ...).
struct ProfileSource {
  std::string group;
  std::string source;    ///< a citation, or 示例
  bool example = false;  ///< not a published rule
};

/// Immutable after loading; safe to share between threads.
struct Profile {
  std::string id;
  std::string edition;
  LocalText name;
  std::string hash;  ///< 16 hexadecimal digits: FNV-1a of the canonical JSON; empty means "not loaded", and `evaluate` refuses it
  std::vector<ProfileSource> sources;

  std::vector<Level> levels;          ///< best first; the last one from 0
  double interval_confidence = 0.0;   ///< of true-score intervals and intervals of shares
  int wide_span = 0;                  ///< levels spanned from which the page says "only a rough judgement"
  std::vector<ctt::RateCut> rates;    ///< 一分三率
  std::vector<LocalText> rate_names;  ///< one a rate
  double group_share = 0.0;           ///< upper and lower group, 27 %
  MissingPolicy missing;              ///< what a missing cell means for points
  irt::SampleSizeCuts model_cuts;     ///< default model by effective n an item
  FlagRules flags;
  ExpectationRules expectation;
  SuppressionRules suppression;
  WrongKeyRules wrong_key;
  BlueprintRules blueprint;
  SpRules sp;
  ClassReviewRules class_review;
  DiagnosisRules diagnosis;
  FamilyPageRules family_page;
  bool early_grade_finding = false;  ///< a paper test in grades 1 and 2 is a policy finding
  std::vector<ctt::GradeScalingProfile> grade_scaling;

  /// Index of the level of a share of points, -1 for NaN. The share and the cut are compared after rounding to 1e-6.
  [[nodiscard]] int level_of(double share) const;
  /// Where a group of values comes from, or null.
  [[nodiscard]] const ProfileSource* source_of(std::string_view group) const;
};

/// Checks order and ranges: levels descending to 0 with unique ids and both names, cuts and shares in [0, 1], counts positive.
/// Errors: kProfileInvalid naming the group.
[[nodiscard]] Result<void> check(const Profile& profile);

/// A value as decisions see it: rounded to the nearest 1e-6 (engineering rule: decisions do not hang on the last bits).
[[nodiscard]] double decision_value(double value);
/// Whether a value lies so near a cut that rounding decides: it is then marked borderline in `explain`.
[[nodiscard]] bool is_borderline(double value, double cut);

}  // namespace celadon::inline CELADON_ABI::evaluation
