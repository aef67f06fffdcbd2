#include <celadon/reports/text_buffer.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>
#include <string_view>

namespace celadon::reports {
namespace {

std::string fixed(double value, int decimals, bool zeros = false) {
  return TextBuffer(8).add_fixed(value, decimals, zeros).str();
}

TEST(TextBuffer, FixedNumbers) {
  EXPECT_EQ(fixed(7.5, 2), "7.5");
  EXPECT_EQ(fixed(8.0, 2), "8");
  EXPECT_EQ(fixed(8.0, 2, true), "8.00");
  EXPECT_EQ(fixed(0.05, 2), "0.05");
  EXPECT_EQ(fixed(0.05, 1), "0.1");
  EXPECT_EQ(fixed(-0.004, 2), "0");
  EXPECT_EQ(fixed(-1.25, 1), "-1.3");
  EXPECT_EQ(fixed(99.996, 2), "100");
  for (const std::int64_t whole : {0, 7, 10, 42, 99, 100, 101, 250, 999, 1000, 1001, 12345}) {
    EXPECT_EQ(fixed(static_cast<double>(whole), 0), std::to_string(whole));
    EXPECT_EQ(fixed(-static_cast<double>(whole) - 0.5, 1), "-" + std::to_string(whole) + ".5");
  }
  EXPECT_EQ(fixed(1e12, 6, true), "1000000000000.000000");
  EXPECT_EQ(fixed(std::numeric_limits<double>::quiet_NaN(), 1), "–");
  EXPECT_EQ(fixed(std::numeric_limits<double>::infinity(), 1), "–");
  EXPECT_EQ(TextBuffer(8).add_percent(0.845).str(), "85%");
  EXPECT_EQ(TextBuffer(8).add_percent(std::nan("")).str(), "–");
}

TEST(TextBuffer, ShortestNumbersReadBack) {
  for (const double value : {0.1, 1.0 / 3.0, 1e300, -5e-324, 123456789.125})
    EXPECT_EQ(std::strtod(TextBuffer(8).add_shortest(value).str().c_str(), nullptr), value);
  EXPECT_EQ(TextBuffer(8).add_shortest(std::nan("")).str(), "null");
}

TEST(TextBuffer, HtmlHoldsNoMarkupAndKeepsTheRest) {
  EXPECT_EQ(TextBuffer(4).add_html("<b a='1' c=\"2\">&\x01小数\n").str(), "&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;小数\n");
}

TEST(TextBuffer, HtmlIsTheSameWhereverAByteStands) {
  const auto one = [](char c) -> std::string {
    switch (c) {
      case '&':
        return "&amp;";
      case '<':
        return "&lt;";
      case '>':
        return "&gt;";
      case '"':
        return "&quot;";
      case '\'':
        return "&#39;";
      default:
        return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? std::string() : std::string(1, c);
    }
  };
  // Every byte at every place of one word of eight and beside it, among bytes on both sides of every limit.
  for (const std::string_view around : {"aaaaaaaaaaaaaaaaaaa", " !#%(;=?\x7f\x80\xff !#%(;=?"}) {
    for (int byte = 0; byte < 256; ++byte) {
      for (std::size_t place = 0; place < around.size(); ++place) {
        std::string text(around);
        text[place] = static_cast<char>(byte);
        std::string expected;
        for (const char c : text) expected += one(c);
        ASSERT_EQ(TextBuffer(4).add_html(text).view(), expected) << byte << " at " << place;
      }
    }
  }
}

TEST(TextBuffer, JsonText) {
  EXPECT_EQ(TextBuffer(4).add_json("a\"\\\n\x02</script>题").str(), "\"a\\\"\\\\\\n\\u0002\\u003c/script>题\"");
}

TEST(TextBuffer, GrowsPastItsCapacityAndForgets) {
  TextBuffer out(1);
  for (int k = 0; k < 1000; ++k) out.add("ab").add_integer(k);
  EXPECT_EQ(out.view().substr(0, 9), "ab0ab1ab2");
  EXPECT_EQ(out.size(), 2000U + 10 + 180 + 2700);
  out.truncate(3);
  EXPECT_EQ(out.view(), "ab0");
  out.clear();
  EXPECT_TRUE(out.empty());
}

}  // namespace
}  // namespace celadon::reports
