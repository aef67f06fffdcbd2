// Data that cannot carry the model: what is said, and where.
#include <celadon/models/multilevel/fit.hpp>

#include "models/multilevel/multilevel_cases.hpp"

#include <atomic>

namespace {

using namespace cases;

Code code_of(const std::string& formula, const Columns& data, const FitOptions& options = {}) {
  const auto result = multilevel::fit(formula, data.table(), options);
  EXPECT_FALSE(result) << formula;
  if (result) return Code::kCancelled;
  // A sentence in each language, with every argument filled in.
  for (const Language language : {Language::kChinese, Language::kEnglish}) {
    EXPECT_EQ(result.error().text(language).find('{'), std::string::npos) << result.error().text(language);
    EXPECT_EQ(result.error().text(language).find('?'), std::string::npos) << result.error().text(language);
  }
  return result.error().code;
}

bool has(const Fit& f, Code code) {
  return std::any_of(f.findings.begin(), f.findings.end(), [&](const Finding& x) { return x.code == code; });
}

TEST(MultilevelDegenerate, FormulasAndColumns) {
  const Columns data = pupils(1, 10);
  EXPECT_EQ(code_of("y ~ x + (1 | school", data), Code::kFormulaSyntax);
  EXPECT_EQ(code_of("y ~ x", data), Code::kNoRandomTerm);
  EXPECT_EQ(code_of("y ~ z + (1 | school)", data), Code::kUnknownVariable);
  EXPECT_EQ(code_of("y ~ x + (1 | class)", data), Code::kUnknownVariable);
  EXPECT_EQ(code_of("school ~ x + (1 | district)", data), Code::kNotNumeric);
  EXPECT_EQ(code_of("y ~ I(school^2) + (1 | district)", data), Code::kNotNumeric);
  FitOptions o;
  o.weights = "v";
  EXPECT_EQ(code_of("y ~ x + (1 | school)", data, o), Code::kUnknownVariable);
  o = {};
  o.confidence = 1.0;
  EXPECT_EQ(code_of("y ~ x + (1 | school)", data, o), Code::kInvalidArgument);
  o = {};
  o.reference_levels = {{"rater", "r9"}};  // a level that the data do not have
  EXPECT_EQ(code_of("y ~ rater + (1 | school)", data, o), Code::kInvalidArgument);
}

TEST(MultilevelDegenerate, ValuesThatCannotBeUsed) {
  Columns data = pupils(2, 10);
  data.numbers[1].second[2] = std::numeric_limits<double>::infinity();
  const auto infinite = multilevel::fit("y ~ x + (1 | school)", data.table());
  ASSERT_FALSE(infinite);
  EXPECT_EQ(infinite.error().code, Code::kNotFinite);
  EXPECT_EQ(infinite.error().place.row, 3);
  data = pupils(2, 10);
  data.numbers[2].second[4] = -1.0;
  FitOptions o;
  o.weights = "w";
  const auto negative = multilevel::fit("y ~ x + (1 | school)", data.table(), o);
  ASSERT_FALSE(negative);
  EXPECT_EQ(negative.error().code, Code::kInvalidArgument);
  EXPECT_EQ(negative.error().place.row, 5);
  EXPECT_EQ(code_of("y ~ log(x) + (1 | school)", pupils(2, 10)), Code::kNotFinite);  // x has negative values
}

TEST(MultilevelDegenerate, TooLittleData) {
  Columns data = pupils(3, 10);
  auto one = data;
  for (auto& s : one.labels[0].second) s = "only";
  EXPECT_EQ(code_of("y ~ x + (1 | school)", one), Code::kTooFewGroups);
  auto none = data;
  for (double& v : none.numbers[0].second) v = kMissing;
  EXPECT_EQ(code_of("y ~ x + (1 | school)", none), Code::kTooFewRows);
  auto constant = data;
  for (double& v : constant.numbers[0].second) v = 85.0;
  EXPECT_EQ(code_of("y ~ x + (1 | school)", constant), Code::kConstantOutcome);
  auto exact = data;
  for (std::size_t i = 0; i < exact.numbers[0].second.size(); ++i) exact.numbers[0].second[i] = 1.0 + 2.0 * exact.numbers[1].second[i];
  EXPECT_EQ(code_of("y ~ x + (1 | school)", exact), Code::kConstantOutcome);
  auto own = data;
  for (std::size_t i = 0; i < own.labels[0].second.size(); ++i) own.labels[0].second[i] = std::to_string(i);
  EXPECT_EQ(code_of("y ~ x + (1 | school)", own), Code::kTooManyEffects);
  Columns empty = data;
  for (auto& c : empty.numbers) c.second.clear();
  for (auto& c : empty.labels) c.second.clear();
  EXPECT_EQ(code_of("y ~ x + (1 | school)", empty), Code::kTooFewRows);
}

TEST(MultilevelDegenerate, AliasedColumnIsSetAsideAndTheRestGoesOn) {
  Columns data = pupils(4, 14);
  data.numbers.push_back({"twice", data.number("x")});
  for (double& v : data.numbers.back().second) v = 2.0 * v + 1.0;
  const Fit f = fitted("y ~ x + twice + (1 | school)", data);
  const Fit g = fitted("y ~ x + (1 | school)", data);
  EXPECT_TRUE(has(f, Code::kColumnAliased));
  ASSERT_EQ(f.fixed.size(), 3U);
  EXPECT_TRUE(f.fixed[2].aliased);
  EXPECT_TRUE(std::isnan(f.fixed[2].estimate));
  EXPECT_NEAR(f.fixed[1].estimate, g.fixed[1].estimate, 1e-12);
  EXPECT_EQ(f.n_parameters, g.n_parameters);
  EXPECT_EQ(f.fixed_covariance.size(), 4U);
}

TEST(MultilevelDegenerate, MissingRowsAreLeftOutAndCounted) {
  Columns data = pupils(5, 14);
  Columns kept = data;
  data.numbers[0].second.insert(data.numbers[0].second.begin(), {kMissing, 3.0, 4.0});
  data.numbers[1].second.insert(data.numbers[1].second.begin(), {0.1, kMissing, 0.2});
  data.numbers[2].second.insert(data.numbers[2].second.begin(), {1.0, 1.0, 0.0});
  for (auto& c : data.labels) c.second.insert(c.second.begin(), 3, "elsewhere");
  FitOptions o;
  o.weights = "w";
  const Fit f = fitted("y ~ x + (1 | school)", data, o);
  const Fit g = fitted("y ~ x + (1 | school)", kept, o);
  EXPECT_EQ(f.n_left_out, 3);
  EXPECT_EQ(f.n_used, g.n_used);
  EXPECT_TRUE(has(f, Code::kRowsLeftOut));
  EXPECT_FALSE(has(g, Code::kRowsLeftOut));
  EXPECT_EQ(f.groups[0].levels, g.groups[0].levels);  // a school without a row that counts is no group
  EXPECT_NEAR(f.deviance, g.deviance, 1e-9);
  EXPECT_NEAR(f.fixed[1].estimate, g.fixed[1].estimate, 1e-8);
}

TEST(MultilevelDegenerate, ANullIsNoZero) {
  // A whole-number covariate with a null: its row is left out, as if it were not there.
  const Columns data = pupils(8, 14);
  const auto table = [&](bool with_row) {
    std::vector<double> y = data.number("y");
    std::vector<std::int64_t> books;
    std::vector<std::string> school = data.label("school");
    for (std::size_t i = 0; i < y.size(); ++i) books.push_back(static_cast<std::int64_t>(i % 7));
    std::vector<std::uint8_t> valid(y.size(), 1);
    if (with_row) {
      y.push_back(50.0);
      books.push_back(0);
      valid.push_back(0);
      school.push_back(school.back());
    }
    Table out("t");
    out.add("y", std::move(y)).add("books", std::move(books), std::move(valid)).add("school", std::move(school));
    return arrow::DataTable::from_table(std::move(out));
  };
  const auto f = multilevel::fit("y ~ books + (1 | school)", table(true)).value();
  const auto g = multilevel::fit("y ~ books + (1 | school)", table(false)).value();
  EXPECT_EQ(f.n_left_out, 1);
  EXPECT_EQ(f.deviance, g.deviance);
}

TEST(MultilevelDegenerate, AGroupOfOneIsShrunkMost) {
  Columns data = pupils(6, 20);
  data.numbers[0].second.push_back(9.0);
  data.numbers[1].second.push_back(0.0);
  data.numbers[2].second.push_back(1.0);
  data.labels[0].second.push_back("zz");
  data.labels[1].second.push_back("d10");
  data.labels[2].second.push_back("r0");
  const Fit f = fitted("y ~ x + (1 | school)", data);
  const auto& g = f.groups[0];
  ASSERT_EQ(g.levels.back(), "zz");
  EXPECT_EQ(g.n_rows.back(), 1);
  const double v = f.components[0].value;
  EXPECT_NEAR(g.estimate.back(), v / (v + f.sigma * f.sigma) * (9.0 - f.fixed[0].estimate), 1e-9);
  EXPECT_EQ(*std::max_element(g.conditional_sd.begin(), g.conditional_sd.end()), g.conditional_sd.back());
}

TEST(MultilevelDegenerate, StopsWhenToldAndSaysWhenNotDone) {
  const Columns data = pupils(7, 30);
  ExecutionContext context;
  const std::atomic<bool> cancel{true};
  context.cancel = &cancel;
  const auto stopped = multilevel::fit("y ~ x + (x | school)", data.table(), {}, context);
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, Code::kCancelled);
  FitOptions o;
  o.max_evaluations = 8;
  const Fit f = fitted("y ~ x + (x | school)", data, o);
  EXPECT_FALSE(f.converged);
  EXPECT_TRUE(has(f, Code::kNotAtOptimum));
}

}  // namespace
