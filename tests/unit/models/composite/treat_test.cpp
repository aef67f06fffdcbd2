#include <celadon/models/composite/treat.hpp>

#include "models/composite/composite_cases.hpp"

#include <gtest/gtest.h>

namespace {

using namespace composite_cases;

Matrix column(std::vector<double> x) {
  Matrix out(static_cast<std::int64_t>(x.size()), 1);
  out.values = std::move(x);
  return out;
}

TEST(CompositeTreat, TwoOutliersAreWinsorised) {
  const TreatOptions o;
  const auto t = treat(column({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 30, 100, kMissing}), std::span(&o, 1)).value();
  EXPECT_FALSE(t.records[0].passed_before);
  EXPECT_TRUE(t.records[0].passed_after);
  EXPECT_EQ(t.values(11, 0), t.values(10, 0));
  EXPECT_TRUE(std::isnan(t.values(12, 0)));
  EXPECT_EQ(t.values(0, 0), 1.0);
}

TEST(CompositeTreat, TurningTheSignTurnsTheResult) {
  const TreatOptions o;
  std::vector<double> x = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 30, 100};
  const auto up = treat(column(x), std::span(&o, 1)).value();
  for (double& v : x) v = -v;
  const auto down = treat(column(x), std::span(&o, 1)).value();
  for (std::int64_t i = 0; i < 12; ++i) EXPECT_EQ(up.values(i, 0), -down.values(i, 0));
}

TEST(CompositeTreat, TransformationFromTheOriginalValues) {
  TreatOptions o;
  o.max_winsorised = 0;
  const auto t = treat(column({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 30, 100}), std::span(&o, 1)).value();
  EXPECT_EQ(t.records[0].transformation, Transformation::kLog);
  EXPECT_NEAR(t.values(11, 0), std::log(99.0 + 0.99), 1e-14);
  o.transformation = Transformation::kBoxCox;
  o.lambda = 0.5;
  EXPECT_NEAR(treat(column({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 30, 100}), std::span(&o, 1)).value().values(11, 0), (10.0 - 1.0) / 0.5, 1e-12);
  o.lambda = kMissing;
  EXPECT_EQ(treat(column({1, 2, 3}), std::span(&o, 1)).error().code, Code::kInvalidArgument);
}

TEST(CompositeTreat, ConstantAndShortIndicatorsAreLeftAlone) {
  const TreatOptions o;
  EXPECT_EQ(treat(column({2, 2, 2, 2, 2}), std::span(&o, 1)).value().records[0].n_winsorised, 0);
  EXPECT_EQ(treat(column({1, 2, 90}), std::span(&o, 1)).value().values(2, 0), 90.0);
}

}  // namespace
