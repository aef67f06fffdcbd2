// Rubin's rules and the face of an answer.
#include "models/survey/survey_cases.hpp"

#include <celadon/models/survey/estimate.hpp>

namespace {

using namespace survey_cases;

TEST(Combine, IsRubinsRule) {
  const double value[] = {1.0, 2.0, 3.0};
  const double within[] = {0.5, 0.7, 0.6};
  const auto e = survey::combine(value, within, std::numeric_limits<double>::infinity());
  EXPECT_DOUBLE_EQ(e.value, 2.0);
  EXPECT_DOUBLE_EQ(e.imputation_variance, 1.0);
  EXPECT_DOUBLE_EQ(e.se, std::sqrt(0.6 + 4.0 / 3.0));
  const double share = (4.0 / 3.0) / (0.6 + 4.0 / 3.0);
  EXPECT_DOUBLE_EQ(e.missing_share, share);
  EXPECT_DOUBLE_EQ(e.rubin_degrees_of_freedom, 2.0 / (share * share));
  EXPECT_DOUBLE_EQ(e.degrees_of_freedom, e.rubin_degrees_of_freedom);
  // Barnard & Rubin: observed df = (v + 1) / (v + 3) v (1 - share), harmonic with Rubin's.
  const double observed = 11.0 / 13.0 * 10.0 * (1.0 - share);
  EXPECT_DOUBLE_EQ(survey::combine(value, within, 10.0).degrees_of_freedom, 1.0 / (share * share / 2.0 + 1.0 / observed));
}

TEST(Combine, OfOneValueIsTheDesignsOwn) {
  const double value[] = {4.0};
  const double within[] = {0.25};
  const auto e = survey::combine(value, within, 7.0);
  EXPECT_DOUBLE_EQ(e.se, 0.5);
  EXPECT_DOUBLE_EQ(e.degrees_of_freedom, 7.0);
  EXPECT_DOUBLE_EQ(e.missing_share, 0.0);
  EXPECT_TRUE(std::isinf(e.rubin_degrees_of_freedom));
  EXPECT_THROW((void)survey::combine({}, {}, 1.0), celadon::LogicError);
  EXPECT_THROW((void)survey::combine(value, {}, 1.0), celadon::LogicError);
}

TEST(Estimates, AreFoundByGroupStatisticAndVariable) {
  survey::Estimates all;
  for (const char* name : {"a", "b"}) {
    survey::EstimateRow row;
    row.group = 1;
    row.statistic = "mean";
    row.variable = name;
    row.value = *name;
    row.level = kNaN;
    all.rows.push_back(row);
  }
  EXPECT_EQ(all.find(1, "mean", "b").value, 'b');
  EXPECT_EQ(all.find(1, "mean").variable, "a");
  EXPECT_THROW((void)all.find(0, "mean"), celadon::LogicError);
  const auto table = all.to_table();
  EXPECT_EQ(table.n_rows(), 2);
  EXPECT_TRUE(table.find("other")->is_null(0));
  EXPECT_TRUE(table.find("level")->is_null(0));
}

}  // namespace
