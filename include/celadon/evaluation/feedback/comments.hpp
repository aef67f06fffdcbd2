/// Diagnostic comments: evidence about a pupil or a class -> rules that hold -> sentences, each with an id, its rule and its numbers.
///
/// A comment is about the work and never about the person: goal, where now (against the standard, then against the own past), what next,
/// tied to items of the paper or to the school's own exercises. Strengths stand first; a point below the evidence threshold is told as
/// 暂不能判断 only. Which of a message's sentences is taken depends on (seed, pupil, message) alone: a pupil always gets the same one, and
/// a class gets different ones. The engine reads plain evidence and knows neither models nor papers.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/shared_value.hpp>
#include <celadon/evaluation/feedback/change.hpp>
#include <celadon/evaluation/feedback/comment_bank.hpp>
#include <celadon/evaluation/feedback/mastery.hpp>
#include <celadon/evaluation/feedback/statement.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::inline CELADON_ABI::feedback {

/// One item of a pupil's paper.
struct CommentItem {
  std::string label;  ///< 题号 as printed
  double points = 0.0;
  double full = 0.0;
  bool counted = true;
  bool review = false;  ///< flagged: lost more than the other items let expect
  std::string cause;    ///< what the school has noted about the loss; empty: 原因待老师确认
};

/// One knowledge point of a pupil.
struct CommentPoint {
  std::string name;
  PointMastery mastery;
  std::vector<std::int32_t> items;  ///< of PupilEvidence::items
  std::vector<std::string> needs;   ///< prerequisites that are not mastered yet
  Change change;
  std::string action;  ///< an exercise or a step from the school's actions table; empty where there is none
};

/// What a pupil's comment is made from. Plain data; the strings are copied into nothing that outlives the call except slots.
struct PupilEvidence {
  std::string key;     ///< identifier of the pupil: chooses the sentences, is never printed
  std::string prefix;  ///< of sentence ids ("<paper>/pupil/<row>/")
  std::string paper;   ///< name of the paper as printed
  LocalText level;     ///< empty where there is none
  bool rough = false;  ///< the level is a rough judgement only
  bool marks = true;   ///< whether a family's sentences may tell marks; else answers are right, partly right or wrong
  std::vector<CommentItem> items;
  std::vector<CommentPoint> points;
};

/// One knowledge point of a class.
struct CommentClassPoint {
  std::string name;
  PointCounts counts;
  bool common_gap = false;
  std::string action;
};
/// Pupils with a shared gap.
struct CommentGroup {
  std::string point;
  std::int64_t n = 0;
  bool whole_class = false;
  std::vector<std::string> names;  ///< of the pupils, for the class teacher's own list
};
/// An item to discuss.
struct CommentClassItem {
  std::string label;
  std::int64_t n = 0;
  std::int64_t n_losing = 0;
  double rate = 0.0;
  std::string error;  ///< the commonest known error, empty where there is none
  std::int64_t n_error = 0;
  bool common = false;
};
struct ClassEvidence {
  std::string key;
  std::string prefix;
  std::int64_t n = 0;  ///< counted pupils
  std::vector<CommentClassPoint> points;
  std::vector<CommentGroup> groups;
  std::vector<CommentClassItem> items;  ///< those of the lesson
};

/// A sentence before it has words.
struct CommentSentence {
  std::int32_t rule = 0;      ///< of CommentBank::rules
  std::int32_t subject = -1;  ///< point, item or group of the evidence; -1 the whole
  std::uint64_t draw = 0;     ///< the sentence taken is draw modulo the number of the language's variants
  CommentPart part = CommentPart::kGoal;
  std::string id;  ///< prefix + "comment/" + reader + "/" + rule [+ "/" + number of the subject from 1]
};

/// A comment in no language. Sentences stand in reading order.
struct Comment {
  CommentReader reader = CommentReader::kFamily;
  std::vector<CommentSentence> sentences;
};

/// Rule, inputs and numbers behind a sentence.
struct CommentExplanation {
  std::string id;
  std::string rule;
  std::string message;
  std::string part;
  LocalText source;                      ///< of the rule
  std::vector<EvidenceNumber> tests;     ///< the fields that the rule tested, with their values
  std::vector<std::string> conditions;   ///< the tests as text ("share >= 0.8")
  std::vector<EvidenceNumber> evidence;  ///< the numbers of the subject
  std::string model;                     ///< of MasteryBasis
  std::string model_version;
  std::string bank_edition;
  std::string bank_hash;
  std::string text_zh;
  std::string text_en;
};

/// A bank made ready: fields as numbers, sentences cut at their slots. Immutable; any number of threads may use it at once.
class CommentEngine {
 public:
  /// Errors: kCommentBankInvalid naming the first rule or message that cannot be used (lint names all faults).
  static Result<CommentEngine> compile(SharedValue<CommentBank> bank);

  [[nodiscard]] const CommentBank& bank() const { return *bank_; }

  /// The sentences that hold. @param reader kFamily or kTeacher. O(rules x points). Reentrant.
  [[nodiscard]] Comment comment(const PupilEvidence& evidence, CommentReader reader, std::uint64_t seed) const;
  [[nodiscard]] Comment comment(const ClassEvidence& evidence, std::uint64_t seed) const;

  /// Appends the words of a sentence. `evidence` is the one that the comment was made from.
  void render(const CommentSentence& sentence, const PupilEvidence& evidence, Language language, std::string& out) const;
  void render(const CommentSentence& sentence, const ClassEvidence& evidence, Language language, std::string& out) const;

  /// Errors: kUnknownStatement (an id that is not in the comment).
  [[nodiscard]] Result<CommentExplanation> explain(std::string_view id, const Comment& comment, const PupilEvidence& evidence,
                                                   const MasteryBasis& basis) const;
  [[nodiscard]] Result<CommentExplanation> explain(std::string_view id, const Comment& comment, const ClassEvidence& evidence,
                                                   const MasteryBasis& basis) const;
  /// What a sentence rests on, as 16 hexadecimal digits over its rule and the numbers of its subject: another value means that an edit
  /// made against it has to be looked at again.
  [[nodiscard]] std::string evidence_hash(const CommentSentence& sentence, const PupilEvidence& evidence) const;
  [[nodiscard]] std::string evidence_hash(const CommentSentence& sentence, const ClassEvidence& evidence) const;

 private:
  struct Test {
    std::int32_t field = 0;  ///< of comment_fields()
    Comparison comparison = Comparison::kEqual;
    double value = 0.0;
  };
  struct Rule {
    std::vector<Test> tests;
    std::int32_t order_by = -1;
    std::int32_t message = 0;
    std::uint32_t purpose = 0;  ///< of the random stream: the message's own
  };
  /// A stretch of text, then a slot (-1 none).
  struct Piece {
    std::string text;
    std::int32_t slot = -1;
    std::int32_t decimals = 0;  ///< -1 text, -2 percentage, -3 one of two words by the number
    std::string one;            ///< for 1
    std::string many;           ///< for other numbers
  };
  using Variant = std::vector<Piece>;
  struct Words {
    bool present = false;
    std::string list_separator;
    std::string list_last;
    std::vector<std::vector<Variant>> messages;
  };
  template <class View>
  [[nodiscard]] Comment choose(const View& view, CommentReader reader, std::string_view prefix, std::string_view key,
                               std::uint64_t seed) const;
  template <class View>
  void write(const CommentSentence& sentence, const View& view, Language language, std::string& out) const;
  template <class View>
  [[nodiscard]] Result<CommentExplanation> tell(std::string_view id, const Comment& comment, const View& view,
                                                const MasteryBasis& basis) const;
  template <class View>
  [[nodiscard]] std::string hash(const CommentSentence& sentence, const View& view) const;

  SharedValue<CommentBank> bank_;
  std::vector<Rule> rules_;
  std::vector<std::vector<std::int32_t>> order_;  ///< by reader: rules by part, then priority
  std::vector<Words> words_;                      ///< Chinese, English
};

}  // namespace celadon::inline CELADON_ABI::feedback
