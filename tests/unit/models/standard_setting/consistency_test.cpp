// Intrajudge consistency: a judge who follows the model, one by hand, one who turns easy and hard round.
#include "models/standard_setting/standard_setting_cases.hpp"

#include <celadon/models/standard_setting/consistency.hpp>

namespace {

using namespace standard_setting_cases;
namespace ss = celadon::standard_setting;
using ss::Ratings;

Ratings consistency_table(const std::vector<double>& x, std::int64_t judges, std::int64_t items) {
  Ratings out;
  out.values = x;
  out.n_judges = judges;
  out.n_items = items;
  return out;
}

TEST(Consistency, IsOneForAJudgeWhoFollowsTheModel) {
  const std::vector<double> b = {-1.5, -0.5, 0.3, 1.2};
  std::vector<double> x;
  for (const double v : b) x.push_back(logistic(0.7 - v));
  for (const double v : b) x.push_back(logistic(-0.4 - v));
  x.back() = kNaN;  // one item left out: the judge's ability comes from the rest
  const auto c = ss::latent_consistency(consistency_table(x, 2, 4), rasch(b)).value();
  EXPECT_NEAR(c.judges[0].ability, 0.7, 1e-12);
  EXPECT_NEAR(c.judges[1].ability, -0.4, 1e-12);
  for (const auto& j : c.judges) {
    EXPECT_NEAR(j.consistency, 1.0, 1e-12);
    EXPECT_NEAR(j.correlation, 1.0, 1e-12);
  }
  EXPECT_EQ(c.judges[1].n_items, 3);
  EXPECT_EQ(c.to_table().n_rows(), 2);
}

TEST(Consistency, ByHandOnTwoEqualItems) {
  const std::vector<double> x = {0.6, 0.4};
  const auto c = ss::latent_consistency(consistency_table(x, 1, 2), rasch({0.0, 0.0})).value();
  EXPECT_NEAR(c.judges[0].ability, 0.0, 1e-12);
  EXPECT_NEAR(c.judges[0].mean_absolute_error, 0.1, 1e-12);
  EXPECT_NEAR(c.judges[0].largest_error, 0.5, 1e-12);
  EXPECT_NEAR(c.judges[0].consistency, 0.8, 1e-12);
  EXPECT_TRUE(std::isnan(c.judges[0].correlation));
  // Chances of .75 and .25 at ability 0: the largest errors are .75 both.
  const std::vector<double> y = {0.65, 0.35};
  const auto d = ss::latent_consistency(consistency_table(y, 1, 2), rasch({-std::log(3.0), std::log(3.0)})).value();
  EXPECT_NEAR(d.judges[0].largest_error, 0.75, 1e-12);
  EXPECT_NEAR(d.judges[0].consistency, 0.65 / 0.75, 1e-12);
}

TEST(Consistency, ComparesSharesOfPolytomousItems) {
  irt::Model model;
  model.items = {item_gpcm("P1", 1.0, {-0.5, 0.5}), item_2pl("P2", 1.0, 0.0)};
  const irt::CategoryPoints points = {{0.0, 3.0, 6.0}, {}};
  const std::vector<double> full = {6.0, 1.0};
  const std::vector<double> x = {3.0, 0.5};  // symmetric about 0
  Ratings r = consistency_table(x, 1, 2);
  r.kind = ss::RatingKind::kMarks;
  r.full_marks = full;
  const auto c = ss::latent_consistency(r, model, points).value();
  EXPECT_NEAR(c.judges[0].ability, 0.0, 1e-12);
  EXPECT_NEAR(c.judges[0].consistency, 1.0, 1e-12);
}

TEST(Consistency, CorrelatesWithEmpiricalDifficulty) {
  const std::vector<double> p = {0.9, 0.7, 0.5, 0.3};
  const std::vector<double> x = {0.8, 0.6, 0.4, 0.2, 0.2, 0.4, 0.6, 0.8, 0.5, 0.5, 0.5, 0.5};
  const auto c = ss::difficulty_consistency(consistency_table(x, 3, 4), p).value();
  EXPECT_NEAR(c.judges[0].correlation, 1.0, 1e-12);
  EXPECT_NEAR(c.judges[1].correlation, -1.0, 1e-12);
  EXPECT_TRUE(std::isnan(c.judges[2].correlation));
  EXPECT_NEAR(c.mean_correlation, 0.0, 1e-12);
  EXPECT_EQ(count(c.findings, Code::kConstantRatings), 1);
  const std::vector<double> unknown = {0.9, kNaN, 0.5, 0.3};
  EXPECT_EQ(ss::difficulty_consistency(consistency_table(x, 3, 4), unknown)->judges[0].n_items, 3);
}

TEST(Consistency, SaysWhatIsWrong) {
  const std::vector<double> x = {1.0, 1.0, 0.5, 0.6};
  const auto c = ss::latent_consistency(consistency_table(x, 2, 2), rasch({0.0, 1.0})).value();
  EXPECT_TRUE(std::isnan(c.judges[0].consistency));
  ASSERT_EQ(count(c.findings, Code::kCutOutsideScale), 1);
  for (const auto& f : c.findings) expect_readable(f);
  EXPECT_FALSE(std::isnan(c.judges[1].consistency));
  EXPECT_EQ(ss::latent_consistency(consistency_table(x, 2, 2), rasch({0.0})).error().code, Code::kLengthMismatch);
  EXPECT_EQ(ss::difficulty_consistency(consistency_table(x, 2, 2), std::vector<double>{0.5}).error().code, Code::kLengthMismatch);
  EXPECT_EQ(ss::difficulty_consistency(consistency_table(x, 2, 2), std::vector<double>{0.5, 1.5}).error().code, Code::kInvalidArgument);
}

}  // namespace
