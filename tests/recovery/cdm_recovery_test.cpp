// A fixed-seed subset of the recovery designs of diagnosis models. The full ones run by scripts/soak cdm_recovery.
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "cdm_designs.hpp"

namespace {

constexpr std::int64_t kPersons = 1000;

struct Summary {
  double n = 0.0;
  double covered = 0.0;
  double squared = 0.0;
  double variance = 0.0;
  double deviation = 0.0;  // sum of standardised errors
};

/// Accuracy within half a point of the Bayes bound, coverage in a 99.9 % band. Estimates of one replication share its persons: a design
/// effect of 2 is allowed, and two points for the symmetric interval of a small probability. Classes hold 17 to 167 persons each: their
/// intervals stand in the evidence page.
void expect_recovered(const char* name, int replications, bool sandwich) {
  const auto* design = celadon_recovery::find_cdm_design(name);
  ASSERT_NE(design, nullptr);
  std::map<std::string, Summary> by_kind;
  double right = 0.0;
  double bound = 0.0;
  for (int k = 0; k < replications; ++k) {
    const auto r = celadon_recovery::replicate(*design, kPersons, static_cast<std::uint64_t>(k), sandwich);
    ASSERT_TRUE(r) << name;
    EXPECT_TRUE(r->converged) << name << " replication " << k;
    right += r->right / replications;
    bound += r->bound / replications;
    for (std::size_t i = 0; i < r->outcomes.size(); ++i) {
      const auto& o = r->outcomes[i];
      const double se = sandwich ? r->sandwich_se[i] : o.se;
      if (!std::isfinite(se) || o.kind == "class") continue;
      for (const std::string& kind : {o.kind, std::string()}) {
        Summary& s = by_kind[kind];
        const double z = (o.estimate - o.truth) / se;
        s.n += 1.0;
        s.covered += std::abs(z) <= 1.959964 ? 1.0 : 0.0;
        s.squared += (o.estimate - o.truth) * (o.estimate - o.truth);
        s.variance += se * se;
        s.deviation += z;
      }
    }
  }
  EXPECT_GT(right, bound - 0.005) << name << ": attribute accuracy against the Bayes bound";
  EXPECT_LT(right, bound + 0.005) << name;
  const Summary all = by_kind.at("");
  EXPECT_NEAR(all.covered / all.n, 0.95, 3.29 * std::sqrt(2.0 * 0.95 * 0.05 / all.n) + 0.02) << name;
  EXPECT_NEAR(std::sqrt(all.squared / all.variance), 1.0, 0.15) << name << ": error against stated standard error";
  for (const auto& [kind, s] : by_kind) EXPECT_LT(std::abs(s.deviation / s.n), 0.3) << name << " " << kind << ": a sign of bias";
}

TEST(CdmRecovery, Dina) {
  expect_recovered("dina-0.2", 20, false);
}
TEST(CdmRecovery, DinaSandwich) {
  expect_recovered("dina-0.1", 12, true);
}
TEST(CdmRecovery, Dino) {
  expect_recovered("dino-0.2", 20, false);
}
TEST(CdmRecovery, Acdm) {
  expect_recovered("acdm-0.1", 20, false);
}
TEST(CdmRecovery, Llm) {
  expect_recovered("llm-0.1", 20, false);
}
TEST(CdmRecovery, Gdina) {
  expect_recovered("gdina-0.1", 20, false);
}

}  // namespace
