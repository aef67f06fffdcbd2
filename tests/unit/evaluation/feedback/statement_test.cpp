#include <celadon/evaluation/feedback/statement.hpp>
#include <celadon/io/profile_json.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

using celadon::Language;
using namespace celadon::feedback;

Wording small(std::string pattern) {
  Wording w = celadon::io::default_wording(Language::kEnglish);
  for (auto& [key, text] : w.patterns) {
    if (key == "items.lost") text = std::move(pattern);
  }
  return w;
}

TEST(Statement, ShippedWordingsAreComplete) {
  const auto problems = lint({celadon::io::default_wording(Language::kChinese), celadon::io::default_wording(Language::kEnglish)});
  for (const std::string& p : problems) ADD_FAILURE() << p;
}

TEST(Statement, LintFindsEachKindOfMistake) {
  EXPECT_TRUE(lint({small("Lost: {count}.")}).empty());
  EXPECT_FALSE(lint({small("Lost: {number}.")}).empty()) << "a slot that nothing fills";
  EXPECT_FALSE(lint({small("Lost: {count.")}).empty()) << "an open brace";
  EXPECT_FALSE(lint({small("You could have gained {count} more.")}).empty()) << "a banned word";
  EXPECT_FALSE(lint({small("")}).empty());
  Wording missing = celadon::io::default_wording(Language::kEnglish);
  missing.patterns.erase(missing.patterns.begin());
  EXPECT_FALSE(lint({missing}).empty()) << "a rule without a pattern";
  Wording extra = celadon::io::default_wording(Language::kEnglish);
  extra.patterns.insert(extra.patterns.begin(), {"a.rule.nobody.knows", "Text."});
  EXPECT_FALSE(lint({extra}).empty()) << "a pattern without a rule";
}

TEST(Statement, RendersBothLanguages) {
  Statement s;
  s.rule = "level.claim";
  s.slots = {slot("level", LocalText{"良好", "Good"}), slot("band", std::string("75%–84%"))};
  EXPECT_EQ(render(s, celadon::io::default_wording(Language::kChinese)), "本卷等级:良好(良好:75%–84%)。");
  EXPECT_EQ(render(s, celadon::io::default_wording(Language::kEnglish)), "Level on this paper: Good (Good: 75%–84%).");
}

TEST(Statement, MissingSlotsAndRulesAreSeen) {
  Statement s;
  s.rule = "items.lost";
  EXPECT_NE(render(s, celadon::io::default_wording(Language::kEnglish)).find('?'), std::string::npos);
  s.rule = "no.such.rule";
  EXPECT_EQ(render(s, celadon::io::default_wording(Language::kEnglish)), "no.such.rule");
}

TEST(Statement, SlotTextIsNotReadAsAPattern) {
  Statement s;
  s.rule = "cause.code";
  s.slots = {slot("item", std::string("{cause}")), slot("cause", std::string("<b>{item}</b>"))};
  EXPECT_EQ(render(s, celadon::io::default_wording(Language::kEnglish)), "Item {cause}: <b>{item}</b>.");
}

TEST(Statement, ASlotCanBeAWordOfTheWording) {
  Statement s;
  s.rule = "level.not_counted";
  s.slots = {word_slot("status", "status.absent")};
  EXPECT_EQ(render(s, celadon::io::default_wording(Language::kChinese)), "本卷没有计分的作答(缺考),不作评价。");
  EXPECT_EQ(render(s, celadon::io::default_wording(Language::kEnglish)),
            "No answer of this paper counts (absent), so nothing is said about it.");
  s.slots = {word_slot("status", "no.such.word")};
  EXPECT_NE(render(s, celadon::io::default_wording(Language::kEnglish)).find("no.such.word"), std::string::npos) << "seen, not lost";
}

TEST(Statement, NumbersHaveNoTrailingZeros) {
  EXPECT_EQ(number_text(3.0), "3");
  EXPECT_EQ(number_text(3.25), "3.2");
  EXPECT_EQ(number_text(100.0), "100");
  EXPECT_EQ(number_text(-0.01), "0");
  EXPECT_EQ(number_text(0.129, 2), "0.13");
  EXPECT_EQ(percent_text(0.845), "84%");
  EXPECT_EQ(percent_text(1.0), "100%");
}

}  // namespace
