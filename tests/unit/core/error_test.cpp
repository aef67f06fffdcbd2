#include <celadon/core/error.hpp>

#include <gtest/gtest.h>

#include <set>

namespace {

using celadon::Code;
using celadon::Language;

TEST(Catalogue, EveryCodeSpeaksBothLanguagesAndSaysWhatToDo) {
  std::set<std::string_view> names;
  std::set<std::uint32_t> numbers;
  for (const Code code : celadon::all_codes()) {
    const auto error = celadon::make_error(code);
    const auto name = celadon::code_name(code);
    EXPECT_TRUE(names.insert(name).second) << name;
    EXPECT_TRUE(numbers.insert(static_cast<std::uint32_t>(code)).second) << name;
    for (const Language language : {Language::kChinese, Language::kEnglish}) {
      EXPECT_GE(error.cause(language).size(), 6U) << name;
      EXPECT_GE(error.fix(language).size(), 6U) << name;
      EXPECT_EQ(error.text(language).find('{'), std::string::npos) << name;
    }
    EXPECT_NE(error.cause(Language::kChinese), error.cause(Language::kEnglish)) << name;
  }
  EXPECT_GE(names.size(), 10U);
}

TEST(Message, FillsPlaceAndArguments) {
  const auto error = celadon::make_error(Code::kTooManyCategories, {.table = "responses", .column = "", .row = 3, .item = "Q12"},
                                         {{"value", "251"}, {"limit", "249"}});
  EXPECT_EQ(error.cause(Language::kEnglish), "Item Q12 has category 251, above the limit of 249");
  EXPECT_EQ(error.cause(Language::kChinese), "题目 Q12 的类别 251 超出上限 249");
}

TEST(ResultOfT, ReadingTheWrongSideThrows) {
  const celadon::Result<int> good = 7;
  const celadon::Result<int> bad = celadon::make_error(Code::kNoPersons);
  EXPECT_EQ(*good, 7);
  EXPECT_EQ(bad.value_or(3), 3);
  EXPECT_THROW((void)bad.value(), celadon::LogicError);
  EXPECT_THROW((void)good.error(), celadon::LogicError);
  EXPECT_EQ(good.transform([](int x) { return x + 1; }).value(), 8);
  EXPECT_EQ(bad.and_then([](int) { return celadon::Result<int>(1); }).error().code, Code::kNoPersons);
}

}  // namespace
