#include <celadon/models/composite/prepare.hpp>

#include "models/composite/composite_cases.hpp"

#include <gtest/gtest.h>

namespace {

using namespace composite_cases;

TEST(CompositeDescribe, ByHand) {
  const auto s = describe(matrix({{1, 0}, {2, 0}, {3, 5}, {6, kMissing}}));
  EXPECT_EQ(s[0].n_available, 4);
  EXPECT_DOUBLE_EQ(s[0].mean, 3.0);
  EXPECT_DOUBLE_EQ(s[0].median, 2.5);
  EXPECT_NEAR(s[0].sd, std::sqrt(14.0 / 3.0), 1e-15);
  // G1 of 1 2 3 6: sum d^2 = 14, sum d^3 = 18
  EXPECT_NEAR(s[0].skewness, 2.0 * 18.0 / std::pow(14.0, 1.5) * std::sqrt(12.0) / 2.0, 1e-14);
  EXPECT_EQ(s[1].n_available, 3);
  EXPECT_EQ(s[1].n_nonzero, 1);
  EXPECT_EQ(s[1].n_unique, 2);
  EXPECT_EQ(s[1].n_same, 2);
  EXPECT_TRUE(std::isnan(s[1].kurtosis));
}

TEST(CompositeDenominate, ZeroAndMissingDenominatorsMakeMissing) {
  std::vector<Node> nodes = tree().nodes();
  nodes[1].denominator = "pupils";
  const Tree t = Tree::make(nodes).value();
  const Matrix x = matrix({{1, 10, 1, 1}, {1, 10, 1, 1}, {1, 10, 1, 1}});
  const std::vector<std::string> codes = {"pupils"};
  const auto d = denominate(x, t, matrix({{5}, {0}, {kMissing}}), codes).value();
  EXPECT_EQ(d.values(0, 1), 2.0);
  EXPECT_TRUE(std::isnan(d.values(1, 1)));
  EXPECT_TRUE(std::isnan(d.values(2, 1)));
  EXPECT_EQ(d.values(1, 0), 1.0);
  EXPECT_EQ(d.findings.at(0).code, Code::kBadDenominator);
  EXPECT_EQ(denominate(x, t, Matrix(), {}).error().code, Code::kMissingColumn);
}

TEST(CompositeImpute, GroupsAndWhatCannotBeFilled) {
  const Matrix x = matrix({{1, 1}, {kMissing, 2}, {5, kMissing}, {kMissing, kMissing}});
  const std::vector<std::string> groups = {"a", "a", "b", "b"};
  EXPECT_EQ(impute(x, Imputation::kMean).value().values(1, 0), 3.0);
  const auto g = impute(x, Imputation::kGroupMean, groups).value();
  EXPECT_EQ(g.values(1, 0), 1.0);
  EXPECT_EQ(g.values(3, 0), 5.0);
  EXPECT_TRUE(std::isnan(g.values(2, 1)));
  EXPECT_EQ(g.n_imputed, 2);
  EXPECT_EQ(g.findings.at(0).code, Code::kStillMissing);
  EXPECT_NE(g.findings.at(0).text(Language::kEnglish).find("Indicator 2:"), std::string::npos);
  const Tree two = Tree::flat(2).value();
  const auto named = impute(x, Imputation::kGroupMean, groups, &two).value();
  EXPECT_NE(named.findings.at(0).text(Language::kEnglish).find("Indicator " + two.nodes()[1].code + ":"), std::string::npos);
  EXPECT_EQ(impute(x, Imputation::kGroupMean).error().code, Code::kLengthMismatch);
}

TEST(CompositeScreen, ByAvailability) {
  const Matrix x = matrix({{1, 1}, {kMissing, 2}, {kMissing, kMissing}});
  EXPECT_EQ(screen_units(x, 0.5).value(), (std::vector<std::int64_t>{0, 1}));
  EXPECT_EQ(screen_units(x, 1.5).error().code, Code::kInvalidArgument);
  // Shares that are reached exactly: .28 * 25 is above 7 in double precision.
  for (int n = 1; n <= 60; ++n)
    for (int there = 0; there <= n; ++there) {
      Matrix one(1, n, kMissing);
      for (int j = 0; j < there; ++j) one(0, j) = 1.0;
      EXPECT_EQ(screen_units(one, static_cast<double>(there) / n).value().size(), 1U) << there << " of " << n;
      if (there < n) {
        EXPECT_EQ(screen_units(one, (there + 0.5) / n).value().size(), 0U) << there << " of " << n;
      }
    }
  EXPECT_EQ(screen_units(Matrix(1, 0), 1.0).value().size(), 1U);  // all of nothing
}

}  // namespace
