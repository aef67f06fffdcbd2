// A fixed-seed subset of the coverage of mixed models' intervals. The full designs (1,000 replications, more sizes) run by scripts/soak.
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "multilevel_designs.hpp"

namespace {

struct Count {
  double n = 0.0;
  double covered = 0.0;
};

// Outcomes of one replication are not independent (its schools share one estimate of the variances): the 99.9 % band is of the number of
// replications times `own`, the independent outcomes that a replication of 60 schools is worth at least; two points are for asymptotics.
void expect_coverage(const std::string& design, int replications) {
  std::map<std::string, Count> by_kind;
  for (int k = 0; k < replications; ++k) {
    const auto r = celadon_recovery::replicate_multilevel(design, 60, static_cast<std::uint64_t>(k));
    ASSERT_TRUE(r) << design << " " << k;
    EXPECT_TRUE(r->converged) << design << " " << k;
    for (const auto& o : r->outcomes) {
      Count& c = by_kind[o.kind];
      c.n += 1.0;
      c.covered += o.lower <= o.truth && o.truth <= o.upper ? 1.0 : 0.0;
    }
  }
  ASSERT_FALSE(by_kind.empty());
  for (const auto& [kind, c] : by_kind) {
    const double own = kind == "group effect" ? 10.0 : 1.0;
    const double band = 3.29 * std::sqrt(0.95 * 0.05 / (own * replications)) + 0.02;
    EXPECT_NEAR(c.covered / c.n, 0.95, band) << design << ": " << kind << " of " << c.n;
    ::testing::Test::RecordProperty(design + " " + kind, std::to_string(c.covered / c.n));
  }
}

TEST(MultilevelRecovery, RandomIntercept) {
  expect_coverage("intercept", 200);
}
TEST(MultilevelRecovery, RandomSlope) {
  expect_coverage("slope", 100);
}
TEST(MultilevelRecovery, Nested) {
  expect_coverage("nested", 100);
}
TEST(MultilevelRecovery, LogisticByLaplace) {
  expect_coverage("logistic", 60);
}
TEST(MultilevelRecovery, LogisticByQuadrature) {
  expect_coverage("logistic_quadrature", 40);
}

}  // namespace
