/// The comment bank (诊断式评语): rules over evidence, and for each language the sentences that a rule's message may become.
///
/// Rules and sentences are data (src/wording/comments.rules.json, comments.zh-CN.json, comments.en.json; schemas in src/schemas; loader:
/// io/comments_json.hpp). A rule tests fields of the evidence and names a message; a language gives each message several sentences with
/// {slots}. The sentences of a language are its own, no translations. No rule and no sentence stands in C++.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/evaluation/profile.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::inline CELADON_ABI::feedback {

/// Who reads a comment: the pupil and the family, the pupil's teacher, or the teacher of a class about the class.
enum class CommentReader : std::uint8_t { kFamily = 0, kTeacher = 1, kClass = 2 };
[[nodiscard]] std::string_view comment_reader_name(CommentReader reader);  ///< "family" "teacher" "class"

/// The parts of a comment, in reading order.
enum class CommentPart : std::uint8_t {
  kGoal = 0,      ///< what the paper looks at
  kStrength = 1,  ///< where now: what stands
  kGap = 2,       ///< where now: what does not stand yet
  kOpen = 3,      ///< what cannot be judged yet
  kChange = 4,    ///< against the own past
  kNext = 5,      ///< what next
  kGroup = 6,     ///< class: who to take together
  kDiscuss = 7,   ///< class: items to discuss
};
inline constexpr int kCommentParts = 8;
[[nodiscard]] std::string_view comment_part_name(CommentPart part);  ///< "goal" "strength" "gap" "open" "change" "next" "group" "discuss"

/// What a rule is tried on: once, or once for every point, item or group of the evidence.
enum class CommentScope : std::uint8_t { kWhole = 0, kPoint = 1, kItem = 2, kGroup = 3 };
[[nodiscard]] std::string_view comment_scope_name(CommentScope scope);  ///< "whole" "point" "item" "group"

enum class Comparison : std::uint8_t { kEqual = 0, kNotEqual = 1, kLess = 2, kAtMost = 3, kMore = 4, kAtLeast = 5 };
[[nodiscard]] std::string_view comparison_sign(Comparison comparison);  ///< "==" "!=" "<" "<=" ">" ">="

/// One test of a field; all tests of a rule have to hold. A field without a value (NaN) passes no test.
struct CommentTest {
  std::string field;
  Comparison comparison = Comparison::kEqual;
  double value = 0.0;
};

struct CommentRule {
  std::string id;
  std::vector<CommentReader> readers;
  CommentScope scope = CommentScope::kWhole;
  CommentPart part = CommentPart::kGoal;
  int priority = 0;  ///< higher first within a part
  std::vector<CommentTest> tests;
  std::string message;
  std::string order_by;          ///< field: among subjects of one rule, larger first; "" keeps the order of the paper
  bool descending = true;        ///< false: smaller first
  evaluation::LocalText source;  ///< why the rule stands, for `explain`
};

/// How many sentences a part may hold, by reader.
struct CommentLimits {
  std::vector<int> most;  ///< readers x parts
  [[nodiscard]] int of(CommentReader reader, CommentPart part) const {
    return most[static_cast<std::size_t>(reader) * kCommentParts + static_cast<std::size_t>(part)];
  }
};

/// A message in one language.
struct CommentMessage {
  std::string id;
  std::vector<std::string> variants;  ///< sentences with {slots}; "{share:percent}", "{points:2}" name a format
};

struct CommentWording {
  std::string language;  ///< "zh-CN", "en"
  std::string edition;
  std::vector<std::string> banned;       ///< words that no sentence may hold
  int most_characters = 0;               ///< of a sentence with its slots empty: characters (Chinese) or words (English)
  int most_clause = 0;                   ///< of a clause between stops and commas, likewise: what one breath reads
  std::string list_separator;            ///< between the last but one ...
  std::string list_last;                 ///< ... and the last of a list
  std::vector<CommentMessage> messages;  ///< sorted by id
  [[nodiscard]] const CommentMessage* find(std::string_view id) const;
  [[nodiscard]] bool is_chinese() const { return language.rfind("zh", 0) == 0; }
};

/// Immutable after loading; thread-safe.
struct CommentBank {
  std::string edition;
  std::vector<CommentRule> rules;
  CommentLimits limits;
  std::vector<CommentWording> wordings;
  std::string hash;  ///< 16 hexadecimal digits over rules and sentences
  [[nodiscard]] const CommentWording* wording(Language language) const;
};

/// A field that a rule may test, or a slot that a sentence may hold.
struct CommentField {
  std::string_view name;
  CommentScope scope = CommentScope::kWhole;
  bool test = false;       ///< rules may test it: a number, a named value or a flag (0, 1)
  bool slot = false;       ///< sentences may hold it
  bool for_pupil = false;  ///< the comments of a pupil fill it
  bool for_class = false;  ///< the comments of a class fill it
  int decimals = 0;        ///< of a number in a sentence, unless the slot names a format; -1: the slot is text, -2: a percentage
};
/// Everything that evidence offers. A slot of scope kWhole is filled in every scope.
[[nodiscard]] const std::vector<CommentField>& comment_fields();
/// The number of a named value ("mastered", "few_items", "up", "true"). Errors: kInvalidArgument.
[[nodiscard]] Result<double> comment_value(std::string_view name);

/// A fault of a bank.
struct BankProblem {
  /// "banned_word" "unknown_slot" "slot_not_filled" "open_brace" "unknown_field" "never_true" "always_covered" "no_message" "not_used"
  /// "no_variant" "same_variant" "language_missing" "too_long" "clause_too_long" "unknown_format" "duplicate_rule".
  std::string kind;
  std::string language;  ///< "" for a fault of the rules
  std::string where;     ///< id of the rule or message
  std::string detail;
  std::int32_t variant = 0;  ///< the sentence of message `where`, from 1; 0: a fault of a rule, of a whole message or of a language
};
/// Faults of a bank; empty when every rule can come true and be chosen (tried over a grid of evidence), every message is used and stands in
/// every language, every slot is known and filled by the rules that use the message, and no sentence is too long, there twice, or holds a
/// banned word. O(rules x grid).
[[nodiscard]] std::vector<BankProblem> lint(const CommentBank& bank);

}  // namespace celadon::inline CELADON_ABI::feedback
