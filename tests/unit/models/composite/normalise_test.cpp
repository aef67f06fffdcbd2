#include <celadon/models/composite/normalise.hpp>

#include "models/composite/composite_cases.hpp"

#include <gtest/gtest.h>

namespace {

using namespace composite_cases;

/// 2 4 4 10 and a missing value by one method.
std::vector<double> by(NormaliseOptions o, int direction = 1) {
  Node node;
  node.code = "x";
  node.parent = "index";
  node.direction = direction;
  node.target = 8.0;
  Node index;
  index.code = "index";
  index.level = 2;
  const Tree t = Tree::make({node, index}).value();
  Matrix x(5, 1);
  x.values = {2, 4, 4, 10, kMissing};
  auto out = normalise(x, t, std::span(&o, 1)).value().values.column(0);
  EXPECT_TRUE(std::isnan(out.back()));
  out.pop_back();
  return out;
}

NormaliseOptions method(Normalisation m) {
  NormaliseOptions o;
  o.method = m;
  return o;
}

using V = std::vector<double>;

TEST(CompositeNormalise, ByHand) {
  EXPECT_EQ(by(method(Normalisation::kMinMax)), (V{0, 25, 25, 100}));
  EXPECT_EQ(by(method(Normalisation::kMinMax), -1), (V{100, 75, 75, 0}));
  EXPECT_EQ(by(method(Normalisation::kRank)), (V{1, 2, 2, 4}));
  EXPECT_EQ(by(method(Normalisation::kRank), -1), (V{4, 2, 2, 1}));
  EXPECT_EQ(by(method(Normalisation::kBorda)), (V{0, 1, 1, 3}));
  EXPECT_EQ(by(method(Normalisation::kPercentileRank)), (V{0, 1.0 / 3, 1.0 / 3, 1}));
  EXPECT_EQ(by(method(Normalisation::kDistanceToMax)), (V{0, 0.25, 0.25, 1}));
  EXPECT_EQ(by(method(Normalisation::kFractionOfMax)), (V{0.2, 0.4, 0.4, 1}));
  auto o = method(Normalisation::kDistanceToTarget);
  o.cap = true;
  const V d = by(o);
  EXPECT_NEAR(d[1], 1.0 / 3.0, 1e-15);
  EXPECT_EQ(d[3], 1.0);
  o = method(Normalisation::kGoalposts);
  o.lower = 4.0;
  o.upper = 8.0;
  EXPECT_EQ(by(o), (V{0, 0, 0, 1}));
  EXPECT_EQ(by(o, -1), (V{1, 1, 1, 0}));
  o = method(Normalisation::kCategorical);
  o.cuts = {2.0, 5.0};
  o.class_values = {1, 2, 3};
  EXPECT_EQ(by(o), (V{1, 2, 2, 3}));
  EXPECT_EQ(by(o, -1), (V{3, 2, 2, 1}));
  o.cuts = {0.25, 0.75};
  o.cuts_are_percentiles = true;
  EXPECT_EQ(by(o), (V{1, 2, 2, 3}));
}

TEST(CompositeNormalise, AgainstAUnitAndOnAFixedScale) {
  auto o = method(Normalisation::kDistanceToReference);
  o.reference = 1;  // 4; the least is 2
  EXPECT_EQ(by(o), (V{0, 1, 1, 4}));
  o.cap = true;
  EXPECT_EQ(by(o), (V{0, 1, 1, 1}));
  o.cap = false;
  EXPECT_NEAR(by(o, -1)[0], 4.0 / 3.0, 1e-15);  // -10 is the least, -4 the reference: 2 is better than it
  o = method(Normalisation::kScaled);
  o.lower = 2.0;
  o.upper = 6.0;
  EXPECT_EQ(by(o), (V{0, 50, 50, 200}));
  o = method(Normalisation::kGoalposts);
  o.lower = 4.0;
  o.upper = 8.0;
  o.scale = 10.0;
  o.truncate = false;
  EXPECT_EQ(by(o), (V{-5, 0, 0, 15}));
}

TEST(CompositeNormalise, ScoresHaveTheWantedMoments) {
  auto o = method(Normalisation::kZScore);
  o.centre = 50.0;
  o.spread = 10.0;
  const V z = by(o);
  EXPECT_NEAR(z[0] + z[1] + z[2] + z[3], 200.0, 1e-12);
}

TEST(CompositeNormalise, BadOptionsAndConstantIndicators) {
  const Tree t = Tree::flat(1).value();
  const Matrix x = matrix({{3}, {3}});
  auto o = method(Normalisation::kMinMax);
  const auto constant = normalise(x, t, std::span(&o, 1)).value();
  EXPECT_TRUE(std::isnan(constant.values(0, 0)));
  EXPECT_EQ(constant.findings.at(0).code, Code::kConstantIndicator);
  o.upper = o.lower;
  EXPECT_EQ(normalise(x, t, std::span(&o, 1)).error().code, Code::kInvalidArgument);
  o = method(Normalisation::kDistanceToTarget);
  EXPECT_EQ(normalise(x, t, std::span(&o, 1)).error().code, Code::kInvalidArgument);
  o = method(Normalisation::kCategorical);
  o.cuts = {2, 1};
  o.class_values = {1, 2, 3};
  EXPECT_EQ(normalise(x, t, std::span(&o, 1)).error().code, Code::kInvalidArgument);
}

/// Values of one indicator by one method.
celadon::Result<Normalised> of(V x, const NormaliseOptions& o, int direction = 1) {
  Node node;
  node.code = "x";
  node.parent = "index";
  node.direction = direction;
  Node index;
  index.code = "index";
  index.level = 2;
  const Tree t = Tree::make({node, index}).value();
  Matrix m(static_cast<std::int64_t>(x.size()), 1);
  m.values = std::move(x);
  return normalise(m, t, std::span(&o, 1));
}

TEST(CompositeNormalise, ADistanceNeverTurnsTheOrder) {
  auto o = method(Normalisation::kDistanceToTarget);
  o.target = 50.0;
  const auto expect_refused = [&](const V& x, int direction, const char* name) {
    const auto out = of(x, o, direction);
    ASSERT_FALSE(out);
    EXPECT_EQ(out.error().code, Code::kInvalidArgument);
    EXPECT_NE(out.error().text(celadon::Language::kEnglish).find(name), std::string::npos);
    EXPECT_NE(out.error().text(celadon::Language::kEnglish).find("that of x"), std::string::npos);
  };
  expect_refused({60, 80}, 1, "target");  // was 0 and -2
  expect_refused({50, 80}, 1, "target");  // was said to be constant
  expect_refused({40, 20}, -1, "target");
  EXPECT_EQ(of({40, 60}, o, 1).value().values.values, (V{0, 2}));
  o.cap = true;
  EXPECT_EQ(of({60, 80}, o).value().values.values, (V{1, 1}));
  EXPECT_EQ(of({50, 80}, o).value().values.values, (V{1, 1}));
  EXPECT_EQ(of({40, 20}, o, -1).value().values.values, (V{1, 1}));
  EXPECT_TRUE(of({60, 80}, o).value().findings.empty());
  const auto part = of({60, kMissing, 80}, o).value().values.values;
  EXPECT_EQ(part[0], 1.0);
  EXPECT_TRUE(std::isnan(part[1]));
  EXPECT_EQ(of({50, 50}, o).value().findings.at(0).code, Code::kConstantIndicator);
  EXPECT_TRUE(std::isnan(of({kMissing, kMissing}, o).value().values.values[0]));
  o = method(Normalisation::kDistanceToReference);
  o.reference = 0;
  expect_refused({2, 4}, 1, "reference");  // the worst unit
  o.cap = true;
  EXPECT_EQ(of({2, 4}, o).value().values.values, (V{1, 1}));
  EXPECT_EQ(of({3, 3}, method(Normalisation::kDistanceToMax)).value().findings.at(0).code, Code::kConstantIndicator);
}

TEST(CompositeNormalise, AFractionOfTheMaximumNeverTurnsTheOrder) {
  const auto o = method(Normalisation::kFractionOfMax);
  EXPECT_EQ(of({2, 4, 8}, o, -1).value().values.values, (V{1, 0.5, 0.25}));  // was 1, 2, 4
  EXPECT_EQ(of({-2, 4}, o, -1).value().values.values, (V{1, -2}));
  EXPECT_EQ(of({-2, 4}, o).value().values.values, (V{-0.5, 1}));
  EXPECT_TRUE(std::isnan(of({2, kMissing, 8}, o, -1).value().values.values[1]));
  for (const auto& [x, direction] : {std::pair<V, int>{{-4, -2}, 1}, {{-4, 0}, 1}, {{0, 2, 4}, -1}}) {
    const auto out = of(x, o, direction);
    ASSERT_FALSE(out);
    EXPECT_EQ(out.error().code, Code::kInvalidArgument);
    EXPECT_NE(out.error().text(celadon::Language::kEnglish).find(" in x"), std::string::npos);
  }
  EXPECT_EQ(of({0, 0}, o).value().findings.at(0).code, Code::kConstantIndicator);
  EXPECT_TRUE(std::isnan(of({kMissing, kMissing}, o, -1).value().values.values[0]));
}

}  // namespace
