// A fixed-seed subset of the recovery designs. The full ones (1,000 replications, more sizes) run by scripts/soak.
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "designs.hpp"

namespace {

struct Summary {
  double n = 0.0;
  double covered = 0.0;
  double squared = 0.0;
  double variance = 0.0;
  double deviation = 0.0;  // sum of standardised errors
};

/// Pools a design over replications, by kind of parameter and over all ("").
std::map<std::string, Summary> run(const char* name, std::int64_t n_persons, int replications) {
  std::map<std::string, Summary> by_kind;
  const auto* design = celadon_recovery::find_design(name);
  EXPECT_NE(design, nullptr);
  for (int k = 0; k < replications; ++k) {
    const auto r = celadon_recovery::replicate(*design, n_persons, static_cast<std::uint64_t>(k));
    EXPECT_TRUE(r) << name;
    if (!r) continue;
    EXPECT_TRUE(r->converged) << name << " replication " << k << " stopped by " << r->stop;
    for (const auto& o : r->outcomes) {
      if (!std::isfinite(o.se)) continue;
      for (const std::string& kind : {o.kind, std::string()}) {
        Summary& s = by_kind[kind];
        const double z = (o.estimate - o.truth) / o.se;
        s.n += 1.0;
        s.covered += std::abs(z) <= 1.959964 ? 1.0 : 0.0;
        s.squared += (o.estimate - o.truth) * (o.estimate - o.truth);
        s.variance += o.se * o.se;
        s.deviation += z;
      }
    }
  }
  return by_kind;
}

// Estimates within a replication share its abilities, so the effective number is smaller than the count; a design effect of 2 is
// allowed in the 99.9 % band, and two points for the asymptotic interval at these sizes.
void expect_calibrated(const char* name, std::int64_t n_persons, int replications, double ratio_slack) {
  const auto by_kind = run(name, n_persons, replications);
  const Summary all = by_kind.at("");
  const double band = 3.29 * std::sqrt(2.0 * 0.95 * 0.05 / all.n) + 0.02;
  EXPECT_NEAR(all.covered / all.n, 0.95, band) << name;
  EXPECT_NEAR(std::sqrt(all.squared / all.variance), 1.0, ratio_slack) << name << ": error against stated standard error";
  for (const auto& [kind, s] : by_kind)
    EXPECT_LT(std::abs(s.deviation / s.n), 0.25) << name << " " << kind << ": mean standardised error, a sign of bias";
}

TEST(Recovery, TwoParameter) {
  expect_calibrated("2pl", 2000, 40, 0.10);
}
TEST(Recovery, Rasch) {
  expect_calibrated("rasch", 1000, 40, 0.10);
}
TEST(Recovery, ThreeParameterWithTruthDrawnFromThePriors) {
  expect_calibrated("3pl_prior", 2000, 15, 0.15);
}
TEST(Recovery, Graded) {
  expect_calibrated("grm", 2000, 20, 0.10);
}
TEST(Recovery, GeneralizedPartialCredit) {
  expect_calibrated("gpcm", 2000, 20, 0.10);
}
TEST(Recovery, Nominal) {
  expect_calibrated("nominal", 4000, 15, 0.15);
}
TEST(Recovery, Mixed) {
  expect_calibrated("mixed", 2000, 15, 0.12);
}
TEST(Recovery, Booklets) {
  expect_calibrated("booklets", 3000, 20, 0.10);
}

}  // namespace
