#include <celadon/reports/wording.hpp>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>

namespace celadon::reports {
namespace {

std::string file(const std::string& name) {
  std::ifstream in(std::string(CELADON_TEST_SOURCE_DIR) + "/" + name);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

nlohmann::json words(Language language) {
  return nlohmann::json::parse(default_page_wording_text(language)).at("words");
}

TEST(PageWording, TheLibraryHoldsTheFiles) {
  EXPECT_EQ(file("src/wording/report.zh-CN.json"), default_page_wording_text(Language::kChinese));
  EXPECT_EQ(file("src/wording/report.en.json"), default_page_wording_text(Language::kEnglish));
}

TEST(PageWording, BothLanguagesAreCompleteAndFillTheSameSlots) {
  const auto chinese = words(Language::kChinese), english = words(Language::kEnglish);
  const auto slots = [](const std::string& text) {
    std::set<std::string> out;
    const std::regex slot("\\{(\\w+)\\}");
    for (auto it = std::sregex_iterator(text.begin(), text.end(), slot); it != std::sregex_iterator(); ++it) out.insert((*it)[1]);
    return out;
  };
  for (int k = 0; k < static_cast<int>(Word::kCount); ++k) {
    const std::string name(word_name(static_cast<Word>(k)));
    ASSERT_TRUE(chinese.contains(name)) << name;
    ASSERT_TRUE(english.contains(name)) << name;
    EXPECT_EQ(slots(chinese[name]), slots(english[name])) << name;
  }
  EXPECT_EQ(chinese.size(), static_cast<std::size_t>(Word::kCount));
  EXPECT_EQ(english.size(), static_cast<std::size_t>(Word::kCount));
}

TEST(PageWording, EnglishHoldsNoChineseAndBothReadBack) {
  const auto english = words(Language::kEnglish);
  for (const auto& [key, text] : english.items())
    for (const char c : text.get<std::string>())
      EXPECT_FALSE(static_cast<unsigned char>(c) >= 0xE3 && static_cast<unsigned char>(c) <= 0xE9) << key;
  EXPECT_EQ(default_page_wording(Language::kChinese)[Word::heading_sheet], "讲评单");
  EXPECT_EQ(default_page_wording(Language::kEnglish).language(), Language::kEnglish);
}

TEST(PageWording, AnIncompleteFileIsRefused) {
  auto document = nlohmann::json::parse(default_page_wording_text(Language::kEnglish));
  document["words"].erase("item");
  const auto incomplete = PageWording::parse(document.dump());
  ASSERT_FALSE(incomplete.has_value());
  EXPECT_EQ(incomplete.error().code, Code::kWordingInvalid);
  document["words"]["item"] = "Item";
  EXPECT_TRUE(PageWording::parse(document.dump()).has_value());
  document["words"]["nobody"] = "x";
  EXPECT_FALSE(PageWording::parse(document.dump()).has_value());
  for (const char* bad : {"", "[]", "{}", "{\"language\":\"en\"}", "{\"language\":\"en\",\"words\":1}"})
    EXPECT_FALSE(PageWording::parse(bad).has_value()) << bad;
}

TEST(PageWording, FillsSlots) {
  EXPECT_EQ(fill("{n} of {of}, {other}", {{"n", "3"}, {"of", "12"}}), "3 of 12, {other}");
  EXPECT_EQ(fill("open {n", {{"n", "3"}}), "open {n");
}

TEST(PageWording, FamilyWordsCompareWithNobody) {
  // Words of pages that families read; those of teachers' pages may speak of classes.
  const std::vector<std::string> keys{"heading_level",    "heading_next",         "heading_items",   "expected_note",    "review_note",
                                      "loss_to_review",   "loss_as_expected",     "footer_family",   "thin_points_note", "cause_open",
                                      "causes_open_note", "knowledge_chart_says", "fold_full_marks", "level_chart_says", "level_chart_span",
                                      "level_interval",   "heading_knowledge",    "not_counted"};
  const auto chinese = words(Language::kChinese), english = words(Language::kEnglish);
  for (const std::string& key : keys) {
    for (const char* banned : {"同学", "全班", "班级", "排名", "平均", "本来", "粗心"})
      EXPECT_EQ(chinese.at(key).get<std::string>().find(banned), std::string::npos) << key;
    for (const char* banned : {"classmate", "class ", "rank", "average", "should", "careless"})
      EXPECT_EQ(english.at(key).get<std::string>().find(banned), std::string::npos) << key;
  }
}

}  // namespace
}  // namespace celadon::reports
