#include <celadon/models/composite/construction.hpp>

#include "models/composite/composite_cases.hpp"

#include <gtest/gtest.h>

namespace {

using namespace composite_cases;

TEST(CompositeBuild, ByHand) {
  Measures m;
  m.tree = tree();
  m.values = matrix({{0, 10, 1, 8}, {5, 20, 3, 4}, {10, 30, 2, 0}});
  const auto index = build(m).value();
  EXPECT_EQ(index.normalised(0, 3), 0.0);
  EXPECT_EQ(index.normalised(2, 3), 100.0);
  EXPECT_DOUBLE_EQ(index.index[1], (2.0 * 50.0 + 75.0) / 3.0);
  EXPECT_EQ(index.rank, (std::vector<double>{3, 2, 1}));
  EXPECT_EQ(index.unit_ids[2], "3");
  EXPECT_EQ(index.to_table().n_rows(), 3);
  EXPECT_EQ(index.treatment_table().n_rows(), 4);
}

TEST(CompositeBuild, PermutingUnitsPermutesAndAnEmptyUnitChangesNothing) {
  const Measures m = simulated(20);
  Measures p = m;
  for (std::int64_t i = 0; i < 20; ++i)
    for (std::int64_t j = 0; j < 4; ++j) p.values(19 - i, j) = m.values(i, j);
  const auto a = build(m).value();
  const auto b = build(p).value();
  Measures more = m;
  more.values.n_rows = 21;
  more.values.values.resize(84, kMissing);
  more.standard_errors = {};
  more.unit_ids.emplace_back("empty");
  more.groups.emplace_back("even");
  const auto c = build(more).value();
  for (std::size_t i = 0; i < 20; ++i) {
    EXPECT_NEAR(a.index[i], b.index[19 - i], 1e-10);
    EXPECT_EQ(a.index[i], c.index[i]);
    EXPECT_EQ(a.rank[i], c.rank[i]);
  }
  EXPECT_TRUE(std::isnan(c.index[20]));
  Construction screened;
  screened.min_available = 0.5;
  EXPECT_EQ(build(more, screened).value().n_screened, 1);
}

TEST(CompositeBuild, BadInput) {
  Measures m = simulated(5);
  m.values(2, 1) = std::numeric_limits<double>::infinity();
  EXPECT_EQ(build(m).error().code, Code::kNotFinite);
  m = simulated(5);
  m.unit_ids.pop_back();
  EXPECT_EQ(build(m).error().code, Code::kLengthMismatch);
  m = simulated(5);
  m.unit_ids[3] = m.unit_ids[1];
  EXPECT_EQ(build(m).error().code, Code::kDuplicateId);
  EXPECT_EQ(build(m).error().text(Language::kEnglish).find("Table units, row 4: the identifier repeats that of row 2"), 0U);
  m = simulated(5);
  for (std::int64_t i = 0; i < 5; ++i) m.values(i, 2) = kMissing;
  Construction filled;
  filled.imputation = Imputation::kMean;
  const auto index = build(m, filled).value();
  EXPECT_EQ(index.findings.at(0).code, Code::kStillMissing);
  EXPECT_NE(index.findings.at(0).text(Language::kEnglish).find("Indicator b1:"), std::string::npos);
  m = simulated(5);
  Construction c;
  c.weights = {1.0};
  EXPECT_EQ(build(m, c).error().code, Code::kLengthMismatch);
  EXPECT_EQ(build(Measures{}).error().code, Code::kInvalidArgument);
}

}  // namespace
