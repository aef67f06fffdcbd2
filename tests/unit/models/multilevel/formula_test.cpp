#include <celadon/models/multilevel/formula.hpp>

#include <gtest/gtest.h>

namespace {

using namespace celadon;
using multilevel::parse_formula;

TEST(Formula, ReadsFixedAndRandomTerms) {
  const auto f = parse_formula("score ~ prior + sex + (prior | school)").value();
  EXPECT_EQ(f.text(), "score ~ 1 + prior + sex + (1 + prior | school)");
  EXPECT_TRUE(f.intercept);
  ASSERT_EQ(f.random.size(), 1U);
  EXPECT_EQ(f.random[0].group_name(), "school");
}

TEST(Formula, NestsCrossesAndSeparates) {
  EXPECT_EQ(parse_formula("y~1+(1|lea/school)").value().text(), "y ~ 1 + (1 | school:lea) + (1 | lea)");
  EXPECT_EQ(parse_formula("y ~ 1 + (x || g)").value().text(), "y ~ 1 + (1 | g) + (0 + x | g)");
  EXPECT_EQ(parse_formula("y ~ a*b*c + (1|g)").value().text(), "y ~ 1 + a + b + c + a:b + a:c + b:c + a:b:c + (1 | g)");
  EXPECT_EQ(parse_formula("y ~ 0 + x + (0 + x | g)").value().text(), "y ~ 0 + x + (0 + x | g)");
  EXPECT_EQ(parse_formula("y ~ x - 1 + (1|g)").value().text(), "y ~ 0 + x + (1 | g)");
  EXPECT_EQ(parse_formula("y ~ x:z + x + x + (1|g)").value().text(), "y ~ 1 + x + x:z + (1 | g)");
}

TEST(Formula, ReadsFunctionsAndNamesInAnyLanguage) {
  EXPECT_EQ(parse_formula("成绩 ~ 前测 + (1 | 学校)").value().text(), "成绩 ~ 1 + 前测 + (1 | 学校)");
  const auto f =
      parse_formula("y ~ `the prior` + I(x^2) + log(z) + factor(year) + mean(x, school) + within(x, school) + (1|school)").value();
  EXPECT_EQ(f.terms[0][0].column, "the prior");
  EXPECT_EQ(f.terms[1][0].power, 2);
  EXPECT_EQ(f.terms[4][0].name(), "mean(x, school)");
  EXPECT_EQ(f.terms[5][0].transform, multilevel::Transform::kWithinGroup);
}

TEST(Formula, SaysWhereItCannotBeRead) {
  for (const char* text : {"", "y", "y ~", "y ~ (1|)", "y ~ x + (x | g", "y ~ x +", "y ~ sin(x)", "y ~ I(x^1)", "y ~ 2x", "y ~ x - z",
                           "y ~ (0|g)", "y ~ x (1|g)", "y ~ `x", "factor(y) ~ x", "y ~ mean(x)"}) {
    const auto f = parse_formula(text);
    ASSERT_FALSE(f) << text;
    EXPECT_EQ(f.error().code, Code::kFormulaSyntax) << text;
    EXPECT_EQ(f.error().text(Language::kEnglish).find('?'), std::string::npos);
  }
  EXPECT_EQ(parse_formula("y ~ x + sin(x)").error().arguments[0].value, "9");
}

}  // namespace
