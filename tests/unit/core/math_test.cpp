#include <celadon/core/impl/simd_dispatch.hpp>
#include <celadon/core/math.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#define CELADON_SIMD_KERNEL <core/math_kernel_for_test.inc>
#include <celadon/core/impl/simd_targets.inc>

namespace {

namespace m = celadon::math;
constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// Distance of `got` from the exact value in units in the last place of the exact value's double.
double ulps(double got, long double exact) {
  const double nearest = static_cast<double>(exact);
  if (got == nearest) return 0.0;
  const double unit = std::nextafter(std::abs(nearest), kInf) - std::abs(nearest);
  return static_cast<double>(std::abs((static_cast<long double>(got) - exact) / static_cast<long double>(unit)));
}

std::vector<double> sweep(double from, double to, int n) {
  std::vector<double> x;
  for (int i = 0; i < n; ++i) x.push_back(from + (to - from) * ((i + 0.37) / n));
  return x;
}

TEST(Math, ErrorsStayWithinTheDocumentedBound) {
  double worst_exp = 0.0;
  double worst_log = 0.0;
  double worst_log1p = 0.0;
  double worst_logistic = 0.0;
  for (const double x : sweep(-708.0, 709.7, 200001))
    worst_exp = std::max(worst_exp, ulps(m::exp(x), std::exp(static_cast<long double>(x))));
  for (const double x : sweep(-1.0, 1.0, 200001)) worst_exp = std::max(worst_exp, ulps(m::exp(x), std::exp(static_cast<long double>(x))));
  for (const double e : sweep(-1022.0, 1023.9, 200001)) {
    const double x = std::exp2(e);
    worst_log = std::max(worst_log, ulps(m::log(x), std::log(static_cast<long double>(x))));
  }
  for (const double x : sweep(0.4, 2.5, 200001)) worst_log = std::max(worst_log, ulps(m::log(x), std::log(static_cast<long double>(x))));
  for (const double x : sweep(-0.999, 3.0, 200001))
    worst_log1p = std::max(worst_log1p, ulps(m::log1p(x), std::log1p(static_cast<long double>(x))));
  for (const double e : sweep(-200.0, 0.0, 20001)) {
    const double x = std::exp2(e);
    worst_log1p = std::max(worst_log1p, ulps(m::log1p(x), std::log1p(static_cast<long double>(x))));
  }
  for (const double x : sweep(-700.0, 40.0, 200001))
    worst_logistic = std::max(worst_logistic, ulps(m::logistic(x), 1.0L / (1.0L + std::exp(-static_cast<long double>(x)))));
  EXPECT_LT(worst_exp, 1.0);
  EXPECT_LT(worst_log, 1.0);
  EXPECT_LT(worst_log1p, 2.0);
  EXPECT_LT(worst_logistic, 2.0);
}

TEST(Math, SpecialValuesFollowTheStandard) {
  EXPECT_EQ(m::exp(kInf), kInf);
  EXPECT_EQ(m::exp(-kInf), 0.0);
  EXPECT_EQ(m::exp(1000.0), kInf);
  EXPECT_EQ(m::exp(-1000.0), 0.0);
  EXPECT_EQ(m::exp(0.0), 1.0);
  EXPECT_TRUE(std::isnan(m::exp(kNan)));
  EXPECT_EQ(m::exp(709.782712893384), std::exp(709.782712893384));
  EXPECT_EQ(m::exp(709.7827128933841), kInf);
  EXPECT_EQ(m::exp(-745.13), std::numeric_limits<double>::denorm_min());
  EXPECT_EQ(m::exp(-745.14), 0.0);
  EXPECT_EQ(m::log(0.0), -kInf);
  EXPECT_EQ(m::log(-0.0), -kInf);
  EXPECT_EQ(m::log(1.0), 0.0);
  EXPECT_EQ(m::log(kInf), kInf);
  EXPECT_TRUE(std::isnan(m::log(-1.0)));
  EXPECT_TRUE(std::isnan(m::log(-kInf)));
  EXPECT_TRUE(std::isnan(m::log(kNan)));
  EXPECT_EQ(m::log(std::numeric_limits<double>::denorm_min()), std::log(std::numeric_limits<double>::denorm_min()));
  EXPECT_EQ(m::log1p(-1.0), -kInf);
  EXPECT_EQ(m::log1p(kInf), kInf);
  EXPECT_TRUE(std::signbit(m::log1p(-0.0)));
  EXPECT_TRUE(std::isnan(m::log1p(-1.5)));
  EXPECT_EQ(m::logistic(kInf), 1.0);
  EXPECT_EQ(m::logistic(-kInf), 0.0);
  EXPECT_EQ(m::logistic(0.0), 0.5);
  EXPECT_TRUE(std::isnan(m::logistic(kNan)));
}

TEST(Math, SubnormalResultsAreRoundedOnce) {
  for (const double x : sweep(-745.0, -708.5, 2001))
    EXPECT_LE(std::abs(m::exp(x) - static_cast<double>(std::exp(static_cast<long double>(x)))), std::numeric_limits<double>::denorm_min())
        << x;
}

TEST(Math, EveryInstructionSetGivesTheBitsOfTheScalar) {
  std::vector<double> in = sweep(-760.0, 720.0, 8000);
  for (const double e : sweep(-1074.0, 1024.0, 8000)) in.push_back(std::exp2(e));
  for (const double s : {0.0, -0.0, kInf, -kInf, kNan, -1.0, -0.5, 1.0, 5e-324, 1e-310, -1e-300, 1.7976931348623157e308}) in.push_back(s);
  while (in.size() % 8 != 0) in.push_back(0.25);
  const celadon::simd::Level before = celadon::simd::level();
  for (const auto level : celadon::simd::available_levels()) {
    ASSERT_TRUE(celadon::simd::force_level(level));
    for (int f = 0; f < 4; ++f) {
      std::vector<double> out(in.size());
      CELADON_SIMD_DISPATCH(math_test, apply, f, in.data(), out.data(), static_cast<std::int64_t>(in.size()));
      for (std::size_t i = 0; i < in.size(); ++i) {
        const double x = in[i];
        const double want = f == 0 ? m::exp(x) : f == 1 ? m::log(x) : f == 2 ? m::log1p(x) : m::logistic(x);
        if (std::isnan(want))
          ASSERT_TRUE(std::isnan(out[i])) << x;
        else
          ASSERT_EQ(std::bit_cast<std::uint64_t>(want), std::bit_cast<std::uint64_t>(out[i]))
              << celadon::simd::level_name(level) << " function " << f << " at " << x;
      }
    }
  }
  ASSERT_TRUE(celadon::simd::force_level(before));
}

TEST(Simd, SumsLanesInOneOrder) {
  const double in[8] = {1e16, 1.0, -1e16, 3.0, 1.0, 7.0, 1.0, 1e-3};
  const double want = ((in[0] + in[4]) + (in[2] + in[6])) + ((in[1] + in[5]) + (in[3] + in[7]));
  for (const auto level : celadon::simd::available_levels()) {
    ASSERT_TRUE(celadon::simd::force_level(level));
    EXPECT_EQ(want, CELADON_SIMD_DISPATCH(math_test, total, in));
  }
}

TEST(Simd, LevelsHaveNamesAndTheBaselineIsAlwaysThere) {
  const auto levels = celadon::simd::available_levels();
  ASSERT_FALSE(levels.empty());
  EXPECT_EQ(levels.front(), celadon::simd::Level::kBaseline);
  EXPECT_EQ(celadon::simd::level_name(celadon::simd::Level::kAvx2), "avx2");
}

}  // namespace
