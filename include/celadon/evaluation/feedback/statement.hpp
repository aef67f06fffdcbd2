/// Statements: what is said about a pupil, a class or a paper, as rule and numbers; the sentence is made from a wording file.
///
/// A statement holds no sentence. Its `rule` names a pattern in the wording of a language (src/wording/zh-CN.json, en.json; loader:
/// io/wording_json.hpp), its slots fill the pattern, and its evidence holds the numbers behind it. `explain` (evaluation/evaluate.hpp)
/// gives rule and numbers for an id.
#pragma once

#include <celadon/evaluation/profile.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace celadon::inline CELADON_ABI::feedback {

using evaluation::LocalText;

/// What a statement speaks of.
enum class SubjectKind : std::uint8_t { kPupil = 0, kClass = 1, kPaper = 2, kItem = 3, kUnit = 4 };
/// Its place in the order fact, meaning, how sure, next step.
enum class StatementRole : std::uint8_t { kFact = 0, kMeaning = 1, kUncertainty = 2, kNextStep = 3, kNote = 4 };

struct Slot {
  std::string name;
  LocalText value;
  std::string word = {};  ///< key of a pattern of the wording whose text is the value ("status.absent"); empty: `value` itself
};

/// A number behind a statement.
struct EvidenceNumber {
  std::string name;  ///< stable ASCII name ("share", "cut", "tail" ...)
  double value = 0.0;
  std::string item;  ///< item id where the number belongs to one, else empty
};

struct Statement {
  /// "<paper>/pupil/<row>/<rule>[/<item>]", "<paper>/class/<class>/...", "<paper>/paper/..."; rows and classes count from 1, class 0 is
  /// everybody of a paper without classes; "<scheme>/<period>/<level>/<unit>/<rule>[/<indicator>]" of a unit's indices. A rule that is used
  /// several times without an item ends in a number from 1.
  std::string id;
  std::string rule;  ///< key of the wording ("level.claim"); its first part names the rule
  SubjectKind subject = SubjectKind::kPupil;
  StatementRole role = StatementRole::kFact;
  std::int64_t index = -1;  ///< row of the pupil (from 0), index of the class, -1 for the paper
  std::vector<Slot> slots;
  std::vector<EvidenceNumber> evidence;
  bool borderline = false;  ///< a compared value lies within rounding of its cut
};

/// Sentences of one language. Immutable after loading; thread-safe.
struct Wording {
  std::string language;  ///< "zh-CN", "en"
  std::string edition;
  std::vector<std::pair<std::string, std::string>> patterns;  ///< key to text with {slot}s; sorted by key
  std::vector<std::string> banned;                            ///< words that no sentence of this language may hold

  [[nodiscard]] bool is_chinese() const { return language.rfind("zh", 0) == 0; }
  /// The pattern, or null.
  [[nodiscard]] const std::string* find(std::string_view key) const;
};

/// The sentence of a statement. A slot that is missing prints as "?", a rule without a pattern as its key: `lint` finds both. Reentrant.
[[nodiscard]] std::string render(const Statement& statement, const Wording& wording);
/// A pattern with slots filled, for headings and words of tables.
[[nodiscard]] std::string render(std::string_view key, const std::vector<Slot>& slots, const Wording& wording);

/// What the engine can say: every rule with the slots that it fills.
struct RuleSlots {
  std::string_view rule;
  std::vector<std::string_view> slots;
};
[[nodiscard]] const std::vector<RuleSlots>& statement_rules();

/// Problems of a set of wordings, one text each; empty when every rule has a pattern in each, every {slot} of a pattern is filled by its
/// rule, all hold the same keys, and no pattern holds a banned word.
[[nodiscard]] std::vector<std::string> lint(const std::vector<Wording>& wordings);

/// Slots of text and numbers. Numbers print without a locale: at most `decimals` digits, no trailing zeros.
[[nodiscard]] Slot slot(std::string name, LocalText value);
[[nodiscard]] Slot slot(std::string name, const std::string& value);
[[nodiscard]] Slot slot(std::string name, double value, int decimals = 1);
/// A slot that a word of the wording fills.
[[nodiscard]] Slot word_slot(std::string name, std::string key);
[[nodiscard]] std::string number_text(double value, int decimals = 1);
/// A share as a whole percentage, "84%".
[[nodiscard]] std::string percent_text(double share);

}  // namespace celadon::inline CELADON_ABI::feedback
