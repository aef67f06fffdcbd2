/// Comments on real papers, every pupil and class of two data sets in both languages: each sentence is taken apart again by its pattern,
/// and what stands in its slots is compared with counts made here from the files and with the tables of mastery. Data: TIMSS 2007 grade 4
/// (booklets leave cells not administered) and fraction subtraction, each with its published Q-matrix (data/README.md).
#include "reference_data.hpp"

#include <celadon/core/dataset.hpp>
#include <celadon/evaluation/evaluate.hpp>
#include <celadon/io/comments_json.hpp>
#include <celadon/io/profile_json.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace {

using namespace celadon::evaluation;
using celadon::Language;
using celadon::feedback::CommentBank;
using celadon::feedback::CommentMessage;
using celadon::feedback::CommentPart;
using celadon::feedback::CommentReader;
using celadon::feedback::CommentRule;
using celadon::feedback::CommentSentence;
using celadon::feedback::CommentWording;
using reference::Csv;
using reference::read_csv;

constexpr std::size_t kClassSize = 40;
/// Longest list of item numbers that a family's sentence holds before it is told as a count.
constexpr std::size_t kLongestList = 6;

/// A paper as the files give it.
struct Source {
  Csv answers;
  std::vector<std::string> points;
  std::vector<std::string> labels;              ///< of the items, as printed
  std::vector<std::vector<std::size_t>> needs;  ///< by point: items
  [[nodiscard]] bool given(std::size_t i, std::size_t j) const { return !answers.rows[i][j].empty(); }
  [[nodiscard]] bool right(std::size_t i, std::size_t j) const { return answers.rows[i][j] == "1"; }
};

Source source(const std::string& name, std::vector<std::string> points) {
  Source out;
  out.answers = read_csv("cdm/" + name + ".csv");
  const Csv q = read_csv("cdm/" + name + "_q.csv");
  out.points = std::move(points);
  out.needs.resize(out.points.size());
  for (std::size_t j = 0; j < q.rows.size(); ++j) {
    out.labels.push_back(std::to_string(j + 1));
    for (std::size_t k = 0; k < out.points.size(); ++k)
      if (q.rows[j].at(k + 1) == "1") out.needs[k].push_back(j);
  }
  return out;
}

celadon::Dataset dataset(const Source& s, const std::string& blank) {
  celadon::Table papers("papers"), items("items"), responses("responses"), students("students");
  papers.add("id", std::vector<std::string>{"paper"}).add("blank", std::vector<std::string>{blank});
  std::vector<std::string> knowledge(s.labels.size()), pupil, group;
  for (std::size_t k = 0; k < s.points.size(); ++k)
    for (const std::size_t j : s.needs[k]) knowledge[j] += (knowledge[j].empty() ? "" : ";") + s.points[k];
  items.add("id", s.answers.header).add("label", s.labels).add("knowledge", knowledge);
  items.add("full_mark", std::vector<double>(s.labels.size(), 1.0));
  for (std::size_t i = 0; i < s.answers.rows.size(); ++i) {
    pupil.push_back("p" + std::to_string(i + 1));
    group.push_back("c" + std::to_string(i / kClassSize + 1));
  }
  responses.add("student", pupil);
  students.add("id", pupil).add("class", group);
  for (std::size_t j = 0; j < s.labels.size(); ++j) {
    std::vector<std::string> values;
    std::vector<std::uint8_t> valid;
    for (std::size_t i = 0; i < pupil.size(); ++i) {
      values.push_back(s.answers.rows[i][j]);
      valid.push_back(s.given(i, j) ? 1 : 0);
    }
    responses.add(s.answers.header[j], std::move(values), std::move(valid));
  }
  celadon::Dataset out;
  for (const celadon::Table* t : {&papers, &items, &responses, &students}) out.add(t->name(), *t).value();
  return out;
}

/// What a table of the evaluation says, by pupil (or class) and point.
using Row = std::map<std::string, std::string>;
std::map<std::pair<std::string, std::string>, Row> rows_of(const Evaluation& e, const std::string& name, const std::string& subject) {
  const celadon::Table t = table(e, name).value();
  std::map<std::pair<std::string, std::string>, Row> out;
  for (std::int64_t r = 0; r < t.n_rows(); ++r) {
    Row row;
    for (const celadon::Column& c : t.columns()) {
      if (c.is_null(r)) continue;
      const auto at = static_cast<std::size_t>(r);
      if (const auto* d = std::get_if<0>(&c.values)) row[c.name] = std::to_string((*d)[at]);
      if (const auto* n = std::get_if<1>(&c.values)) row[c.name] = std::to_string((*n)[at]);
      if (const auto* b = std::get_if<2>(&c.values)) row[c.name] = (*b)[at] != 0 ? "yes" : "no";
      if (const auto* s = std::get_if<3>(&c.values)) row[c.name] = (*s)[at];
    }
    out[{row.at(subject), row.at("attribute")}] = row;
  }
  return out;
}

/// A pattern in pieces: words, or a slot (in braces).
std::vector<std::string> pieces_of(const std::string& pattern) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < pattern.size();) {
    const std::size_t end = pattern[at] == '{' ? pattern.find('}', at) + 1 : std::min(pattern.find('{', at), pattern.size());
    out.push_back(pattern.substr(at, end - at));
    at = end;
  }
  return out;
}

/// Whether the pieces from k on give the text from `at` on; `out` then holds what stands in each slot.
bool gives(const std::vector<std::string>& pieces, std::size_t k, const std::string& text, std::size_t at,
           std::map<std::string, std::string>& out) {
  if (k == pieces.size()) return at == text.size();
  const std::string& piece = pieces[k];
  if (piece[0] != '{') return text.compare(at, piece.size(), piece) == 0 && gives(pieces, k + 1, text, at + piece.size(), out);
  const std::string slot = piece.substr(1, piece.size() - 2);
  const auto take = [&](std::size_t end) {
    out[slot] = text.substr(at, end - at);
    return gives(pieces, k + 1, text, end, out);
  };
  if (const std::size_t bar = slot.find('|'); bar != std::string::npos) {  // one of two words, by a number
    const std::size_t colon = slot.find(':');
    for (const std::string& word : {slot.substr(colon + 1, bar - colon - 1), slot.substr(bar + 1)})
      if (text.compare(at, word.size(), word) == 0 && take(at + word.size())) return true;
    return false;
  }
  if (k + 1 == pieces.size()) return at < text.size() && take(text.size());
  if (pieces[k + 1][0] == '{') throw std::logic_error("two slots side by side: " + slot);
  // The longest first: a list holds the signs that stand between slots.
  for (std::size_t end = text.rfind(pieces[k + 1]); end != std::string::npos && end > at; end = text.rfind(pieces[k + 1], end - 1))
    if (take(end)) return true;
  return false;
}

/// The slots of a sentence with what stands in them, by the variant that gives the text.
std::map<std::string, std::string> taken_apart(const CommentMessage& message, const std::string& text) {
  for (const std::string& variant : message.variants) {
    std::map<std::string, std::string> out;
    if (gives(pieces_of(variant), 0, text, 0, out)) return out;
  }
  ADD_FAILURE() << "no variant of " << message.id << " gives: " << text;
  return {};
}

std::string list(const std::vector<std::string>& names, const CommentWording& w) {
  std::string out;
  for (std::size_t k = 0; k < names.size(); ++k) out += (k == 0 ? "" : k + 1 == names.size() ? w.list_last : w.list_separator) + names[k];
  return out;
}

/// Names of points: quoted in Chinese.
std::string names(std::vector<std::string> points, const CommentWording& w) {
  for (std::string& point : points)
    if (w.is_chinese()) point = "“" + point + "”";
  return list(points, w);
}

std::string percent(const std::string& value) {
  const double p = std::stod(value);
  if (p < 0.005) return "<1%";
  if (p >= 0.995) return ">99%";
  return std::to_string(std::lround(p * 100.0)) + "%";
}

/// A half may be rounded either way: a percentage is compared as a number.
bool same_percent(const std::string& shown, const std::string& value) {
  return shown == percent(value) ||
         (std::isdigit(static_cast<unsigned char>(shown[0])) != 0 && std::fabs(std::stod(shown) / 100.0 - std::stod(value)) < 0.0050001);
}

/// Whether a text holds a word; in English as a word of its own, whatever its case.
bool holds_word(std::string text, const std::string& word, bool chinese) {
  if (chinese) return text.find(word) != std::string::npos;
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  const auto letter = [&](std::size_t at) { return at < text.size() && ((text[at] >= 'a' && text[at] <= 'z') || text[at] == '\''); };
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1))
    if ((at == 0 || !letter(at - 1)) && !letter(at + word.size())) return true;
  return false;
}

/// What every sentence of every reader keeps to, whatever it says.
void check_sentences(const WordedComment& comment, const CommentBank& bank, const CommentWording& w) {
  std::set<std::string> texts;
  std::map<CommentPart, int> parts;
  for (std::size_t k = 0; k < comment.sentences.size(); ++k) {
    const std::string& text = comment.sentences[k].text;
    EXPECT_TRUE(texts.insert(text).second) << "twice: " << text;
    for (const char* sign : {"{", "}", "nan", "inf", "  ", "、、", ", ,", "–%", "“”"})
      EXPECT_EQ(text.find(sign), std::string::npos) << text;
    for (const std::string& word : w.banned) EXPECT_FALSE(holds_word(text, word, w.is_chinese())) << word << ": " << text;
    const CommentRule& rule = bank.rules[static_cast<std::size_t>(comment.comment.sentences[k].rule)];
    ++parts[rule.part];
  }
  EXPECT_LE(parts[CommentPart::kStrength], 3);
  EXPECT_LE(parts[CommentPart::kNext], 2);
  EXPECT_EQ(parts[CommentPart::kGoal] > 0, !comment.sentences.empty());
}

struct Facts {
  std::size_t n = 0, right = 0;
  std::vector<std::string> given, lost;
};
Facts facts(const Source& s, std::size_t i, const std::vector<std::size_t>& items) {
  Facts out;
  for (const std::size_t j : items) {
    if (!s.given(i, j)) continue;
    ++out.n;
    out.given.push_back(s.labels[j]);
    if (s.right(i, j))
      ++out.right;
    else
      out.lost.push_back(s.labels[j]);
  }
  return out;
}

class CommentsReal : public ::testing::Test {
 protected:
  static void check_pupils(const Source& s, const Evaluation& e, bool marks);
  static void check_classes(const Source& s, const Evaluation& e);
};

void CommentsReal::check_pupils(const Source& s, const Evaluation& e, bool marks) {
  const PaperEvaluation& paper = e.papers.at(0);
  const CommentBank& bank = e.comments->bank();
  const auto mastery = rows_of(e, "pupil_mastery", "pupil");
  const DiagnosisRules& rules = e.profile.diagnosis;
  std::vector<std::size_t> every(s.labels.size());
  for (std::size_t j = 0; j < every.size(); ++j) every[j] = j;
  std::map<std::string, int> used;
  for (std::size_t i = 0; i < s.answers.rows.size() && !HasFailure(); ++i) {
    const std::string key = "p" + std::to_string(i + 1);
    const Facts whole = facts(s, i, every);
    std::map<std::string, std::vector<std::string>> by_state;
    std::vector<std::string> few, unsure, named;
    for (const std::string& point : paper.mastery.points) {
      const Row& row = mastery.at({key, point});
      by_state[row.at("state")].push_back(point);
      const auto k = static_cast<std::size_t>(std::find(s.points.begin(), s.points.end(), point) - s.points.begin());
      const Facts f = facts(s, i, s.needs[k]);
      if (f.n > 0) named.push_back(point);
      if (row.at("state") == "cannot_judge") (f.n < static_cast<std::size_t>(rules.least_items) ? few : unsure).push_back(point);
      EXPECT_EQ(row.at("n_items"), std::to_string(f.n));
      EXPECT_DOUBLE_EQ(std::stod(row.at("points")), static_cast<double>(f.right));
    }
    for (const CommentReader reader : {CommentReader::kFamily, CommentReader::kTeacher})
      for (const Language language : {Language::kChinese, Language::kEnglish}) {
        const CommentWording& w = *bank.wording(language);
        const WordedComment comment = pupil_comment(e, paper, static_cast<std::int64_t>(i), reader, language);
        ASSERT_FALSE(comment.sentences.empty());
        check_sentences(comment, bank, w);
        std::set<std::int32_t> strong, weak;
        for (std::size_t k = 0; k < comment.sentences.size(); ++k) {
          const CommentSentence& sentence = comment.comment.sentences[k];
          const std::string& text = comment.sentences[k].text;
          SCOPED_TRACE(key + " " + comment.sentences[k].id + ": " + text);
          const CommentRule& rule = bank.rules[static_cast<std::size_t>(sentence.rule)];
          ++used[rule.id];
          std::map<std::string, std::string> expected = {
              {"n_points", std::to_string(named.size())},
              {"point_list", names(named, w)},
              {"n_mastered", std::to_string(by_state["mastered"].size())},
              {"n_not_yet", std::to_string(by_state["not_yet"].size())},
              {"n_open", std::to_string(by_state["cannot_judge"].size())},
              {"few_list", names(few, w)},
              {"unsure_list", names(unsure, w)},
              {"n_items", std::to_string(whole.n)},
              {"n_full", std::to_string(whole.right)},
          };
          if (sentence.subject >= 0) {
            const std::string& point = paper.mastery.points.at(static_cast<std::size_t>(sentence.subject));
            const Row& row = mastery.at({key, point});
            const auto at = static_cast<std::size_t>(std::find(s.points.begin(), s.points.end(), point) - s.points.begin());
            const Facts f = facts(s, i, s.needs[at]);
            const std::string& state = row.at("state");
            if (sentence.part == CommentPart::kStrength) {
              EXPECT_EQ(state, "mastered");
              strong.insert(sentence.subject);
            }
            if (sentence.part == CommentPart::kGap) {
              EXPECT_EQ(state, "not_yet");
              weak.insert(sentence.subject);
            }
            if (sentence.part == CommentPart::kOpen) {
              EXPECT_EQ(state, "cannot_judge");
            }
            // Nothing definite below the evidence threshold.
            if (state != "cannot_judge") {
              const double p = std::stod(row.at("probability"));
              EXPECT_GE(f.n, static_cast<std::size_t>(rules.least_items));
              EXPECT_TRUE(state == "mastered" ? p >= rules.mastered_from - 1e-6 : p <= rules.not_yet_to + 1e-6) << p;
              const double share = static_cast<double>(f.right) / static_cast<double>(f.n);
              EXPECT_TRUE(state == "mastered" ? share >= rules.least_share_mastered : share <= rules.most_share_not_yet) << share;
            }
            expected["point"] = point;
            expected["point_items"] = std::to_string(f.n);
            expected["point_points"] = expected["point_right"] = std::to_string(f.right);
            expected["point_full"] = std::to_string(f.n);
            expected["point_lost"] = std::to_string(f.lost.size());
            expected["point_lost_items"] = list(f.lost, w);
            expected["point_item_labels"] = list(f.given, w);
            if (reader == CommentReader::kFamily) {
              for (const std::vector<std::string>* labels : {&f.lost, &f.given})
                EXPECT_TRUE(labels->size() <= kLongestList || text.find(list(*labels, w)) == std::string::npos);
            }
          }
          for (const auto& [slot, shown] : taken_apart(*w.find(rule.message), text)) {
            const std::string name = slot.substr(0, slot.find(':'));
            if (slot.find('|') != std::string::npos) continue;  // a word by a number that stands elsewhere
            if (slot.find(":percent") != std::string::npos) {
              const Row& row = mastery.at({key, expected.at("point")});
              EXPECT_TRUE(same_percent(shown, row.at(name))) << slot << " " << row.at(name);
            } else if (name == "point_first_items") {
              // One or two of the point's lost items, in words of the list.
              const std::string& point = expected.at("point");
              const auto at = static_cast<std::size_t>(std::find(s.points.begin(), s.points.end(), point) - s.points.begin());
              const std::vector<std::string> lost = facts(s, i, s.needs[at]).lost;
              bool found = false;
              for (std::size_t a = 0; a < lost.size(); ++a) {
                found = found || shown == lost[a];
                for (std::size_t b = a + 1; b < lost.size(); ++b) found = found || shown == list({lost[a], lost[b]}, w);
              }
              EXPECT_TRUE(found) << shown;
            } else if (name != "level") {
              ASSERT_TRUE(expected.contains(name)) << name;
              EXPECT_EQ(shown, expected.at(name)) << name;
            }
            if (!marks && reader == CommentReader::kFamily) {
              EXPECT_TRUE(name != "point_points" && name != "point_full") << name;
            }
          }
        }
        for (const std::int32_t point : strong) EXPECT_FALSE(weak.contains(point));
      }
  }
  // The check has to have met the sentences that matter.
  for (const char* rule : {"next.redo_first", "next.open", "strength.figures", "gap.figures"}) EXPECT_GT(used[rule], 0) << rule;
}

void CommentsReal::check_classes(const Source& s, const Evaluation& e) {
  const PaperEvaluation& paper = e.papers.at(0);
  const CommentBank& bank = e.comments->bank();
  const auto mastery = rows_of(e, "pupil_mastery", "pupil");
  ASSERT_GE(paper.reviews.size(), 10U);
  for (std::size_t r = 0; r < paper.reviews.size(); ++r) {
    const auto group = static_cast<std::size_t>(paper.reviews[r].class_index);
    const std::size_t first = group * kClassSize, last = std::min(first + kClassSize, s.answers.rows.size());
    std::map<std::string, std::map<std::string, int>> counts;
    std::map<std::string, std::set<std::string>> not_yet;
    for (std::size_t i = first; i < last; ++i)
      for (const std::string& point : paper.mastery.points) {
        const std::string& state = mastery.at({"p" + std::to_string(i + 1), point}).at("state");
        ++counts[point][state];
        if (state == "not_yet") not_yet[point].insert("p" + std::to_string(i + 1));
      }
    for (const Language language : {Language::kChinese, Language::kEnglish}) {
      const CommentWording& w = *bank.wording(language);
      const WordedComment comment = class_comment(e, paper, r, language);
      ASSERT_FALSE(comment.sentences.empty());
      check_sentences(comment, bank, w);
      for (std::size_t k = 0; k < comment.sentences.size(); ++k) {
        const std::string& text = comment.sentences[k].text;
        SCOPED_TRACE("class " + std::to_string(group + 1) + " " + comment.sentences[k].id + ": " + text);
        const CommentRule& rule = bank.rules[static_cast<std::size_t>(comment.comment.sentences[k].rule)];
        const auto shown = taken_apart(*w.find(rule.message), text);
        const auto equals = [&](const char* slot, std::size_t value) {
          if (shown.contains(slot)) {
            EXPECT_EQ(shown.at(slot), std::to_string(value)) << slot;
          }
        };
        equals("class_pupils", last - first);
        equals("class_points", paper.mastery.points.size());
        if (shown.contains("class_point")) {
          auto& of = counts.at(shown.at("class_point"));
          equals("mastered_pupils", static_cast<std::size_t>(of["mastered"]));
          equals("not_yet_pupils", static_cast<std::size_t>(of["not_yet"]));
          equals("open_pupils", static_cast<std::size_t>(of["cannot_judge"]));
        }
        if (shown.contains("group_point")) {
          const std::set<std::string>& in = not_yet.at(shown.at("group_point"));
          equals("group_pupils", in.size());
          if (shown.contains("group_names")) {
            const std::string& listed_names = shown.at("group_names");
            std::set<std::string> listed;
            for (std::size_t at = listed_names.find('p'); at != std::string::npos; at = listed_names.find('p', at + 1)) {
              const std::string name = listed_names.substr(at, listed_names.find_first_not_of("0123456789", at + 1) - at);
              EXPECT_TRUE(in.contains(name)) << name;
              EXPECT_TRUE(listed.insert(name).second) << name;
            }
            EXPECT_EQ(listed.size(), std::min<std::size_t>(in.size(), 8));
          }
        }
        if (shown.contains("class_item")) {
          const auto j = static_cast<std::size_t>(std::find(s.labels.begin(), s.labels.end(), shown.at("class_item")) - s.labels.begin());
          ASSERT_LT(j, s.labels.size());
          std::size_t n = 0, right = 0;
          for (std::size_t i = first; i < last; ++i) {
            n += s.given(i, j) ? 1 : 0;
            right += s.right(i, j) ? 1 : 0;
          }
          equals("item_pupils", n);
          equals("item_losing", n - right);
          if (shown.contains("item_rate")) {
            EXPECT_TRUE(same_percent(shown.at("item_rate"), std::to_string(static_cast<double>(right) / static_cast<double>(n))));
          }
        }
      }
    }
  }
}

Evaluation evaluated(const Source& s, const std::string& blank, bool marks = true) {
  Profile profile = celadon::io::default_profile();
  if (!marks) profile.family_page.marks = MarksShown::kThreeWay;
  EvaluateOptions options;
  options.comments = celadon::io::default_comment_bank();
  options.sp_tables = false;
  return evaluate(dataset(s, blank), profile, options).value();
}

Source timss() {
  return source("timss07_g4_aut", {"数", "图形与测量", "数据表示"});
}
Source fractions() {
  return source("fraction20",
                {"整数化成分数", "分出整数部分", "先化简再相减", "通分", "从整数部分借位", "分子借位", "分子相减", "约成最简分数"});
}

TEST_F(CommentsReal, TimssSaysWhatTheTablesSay) {
  CELADON_NEEDS_REFERENCE_DATA();
  const Source s = timss();
  const Evaluation e = evaluated(s, "not_administered");
  check_pupils(s, e, true);
  check_classes(s, e);
  // The second pupil has the short booklet: 14 items were never put, which is no fault of the answers.
  bool said = false;
  for (const auto& statement : pupil_statements(e, e.papers.at(0), 1)) {
    EXPECT_NE(statement.rule, "level.incomplete");
    if (statement.rule != "level.booklet") continue;
    said = true;
    EXPECT_EQ(statement.slots.at(0).value.zh, "14");
    EXPECT_EQ(statement.slots.at(1).value.zh, "11");
  }
  EXPECT_TRUE(said);
}

TEST_F(CommentsReal, FractionSubtractionSaysWhatTheTablesSay) {
  CELADON_NEEDS_REFERENCE_DATA();
  const Source s = fractions();
  const Evaluation e = evaluated(s, "omitted");
  check_pupils(s, e, true);
  check_classes(s, e);
}

TEST_F(CommentsReal, FamiliesReadNoMarksWhereTheHostShowsNone) {
  CELADON_NEEDS_REFERENCE_DATA();
  const Source s = fractions();
  check_pupils(s, evaluated(s, "omitted", false), false);
}

}  // namespace
