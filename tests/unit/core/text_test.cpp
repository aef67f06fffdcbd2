#include <celadon/core/text.hpp>

#include <gtest/gtest.h>

#include <limits>

namespace {

TEST(Text, KnowsWellFormedUtf8) {
  EXPECT_TRUE(celadon::is_valid_utf8("青瓷 é 😀"));
  EXPECT_TRUE(celadon::is_valid_utf8(""));
  for (const char* bad : {"\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF5", "\xE9\x9D", "\x80", "\xC7\xE0\xB4\xC9"})
    EXPECT_FALSE(celadon::is_valid_utf8(bad)) << bad;
}

TEST(Text, TrimsWideSpacesAndByteOrderMarks) {
  EXPECT_EQ(celadon::trimmed("\xEF\xBB\xBF \t缺考　\r\n"), "缺考");
  EXPECT_EQ(celadon::trimmed("　"), "");
}

TEST(Text, ReadsWholeNumbersOnly) {
  EXPECT_EQ(celadon::parse_number("2.5"), 2.5);
  EXPECT_EQ(celadon::parse_number("+3"), 3.0);
  EXPECT_EQ(celadon::parse_number("-1"), -1.0);
  for (const char* bad : {"", "3分", "2,5", "+-3", " 3", "0x10"}) EXPECT_FALSE(celadon::parse_number(bad)) << bad;
}

TEST(Text, WritesTheShortestNumber) {
  EXPECT_EQ(celadon::format_number(3.0), "3");
  EXPECT_EQ(celadon::format_number(0.1), "0.1");
  EXPECT_EQ(celadon::format_number(-2.5), "-2.5");
  EXPECT_EQ(celadon::format_number(-std::numeric_limits<double>::infinity()), "-inf");
  EXPECT_EQ(celadon::parse_number(celadon::format_number(1.0 / 3.0)), 1.0 / 3.0);
}

TEST(Text, SplitsListsAsSchoolsWriteThem) {
  EXPECT_EQ(celadon::split_list("方程;不等式；函数、图形"), (std::vector<std::string>{"方程", "不等式", "函数", "图形"}));
  EXPECT_EQ(celadon::split_list("A; ;B"), (std::vector<std::string>{"A", "", "B"}));
  EXPECT_TRUE(celadon::split_list("  ").empty());
}

TEST(Text, CutsBetweenCharacters) {
  const std::string text = "青瓷ab";
  EXPECT_EQ(text.substr(0, celadon::utf8_prefix(text, 3)), "青瓷a");
  EXPECT_EQ(celadon::utf8_prefix(text, 99), text.size());
}

}  // namespace
