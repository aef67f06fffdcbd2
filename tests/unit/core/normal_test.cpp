#include <celadon/core/normal.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace {

using celadon::normal_cdf;
using celadon::normal_density;
using celadon::normal_quantile;

struct Pair {
  double x;
  double expected;
};

// 40-digit values (mpmath 1.3, ncdf and a root of its logarithm).
constexpr Pair kCdf[] = {{-37.5, 4.6053530095819548e-308},
                         {-20.0, 2.7536241186062337e-89},
                         {-8.0, 6.2209605742717841e-16},
                         {-5.7, 5.9903714010635282e-9},
                         {-5.6, 1.0717590258310929e-8},
                         {-3.0, 0.0013498980316300945},
                         {-1.96, 0.024997895148220436},
                         {-1.0, 0.15865525393145705},
                         {-0.66, 0.25462691467133614},
                         {-0.3, 0.38208857781104737},
                         {0.0, 0.5},
                         {0.1, 0.53982783727702898},
                         {0.5, 0.6914624612740131},
                         {0.6628, 0.7462706731792129},
                         {0.67, 0.7485711049046899},
                         {1.0, 0.84134474606854295},
                         {1.5, 0.93319279873114193},
                         {2.5, 0.99379033467422386},
                         {3.0, 0.99865010196836991},
                         {5.0, 0.99999971334842812},
                         {6.0, 0.99999999901341235}};
constexpr Pair kQuantile[] = {{1e-300, -37.047096299361199},  {1e-100, -21.273453560965324},
                              {1e-20, -9.2623400897984076},   {1e-10, -6.3613409024040562},
                              {1.3e-11, -6.6676114565107408}, {1e-05, -4.2648907939228246},
                              {0.001, -3.0902323061678135},   {0.025, -1.9599639845400542},
                              {0.0749, -1.4402382675279637},  {0.0751, -1.43882539275254},
                              {0.1, -1.2815515655446004},     {0.25, -0.67448975019608174},
                              {0.4, -0.25334710313579974},    {0.5, 0.0},
                              {0.6, 0.25334710313579974},     {0.9, 1.2815515655446006},
                              {0.925, 1.4395314709384562},    {0.9251, 1.4402382675279639},
                              {0.975, 1.9599639845400539},    {0.999, 3.0902323061678133},
                              {0.9999999, 5.1993375822906611}};

TEST(Normal, CdfAgainstHighPrecision) {
  for (const auto& [z, p] : kCdf) EXPECT_NEAR(normal_cdf(z), p, (z >= -8.0 ? 1e-14 : 1e-13) * p) << z;
}

TEST(Normal, QuantileAgainstHighPrecision) {
  for (const auto& [p, z] : kQuantile) EXPECT_NEAR(normal_quantile(p), z, 4e-15 * std::fabs(z)) << p;
}

TEST(Normal, QuantileInvertsCdf) {
  for (int i = -320; i <= 320; ++i) {
    const double z = i / 64.0;
    EXPECT_NEAR(normal_quantile(normal_cdf(z)), z, z > 0 ? 2e-16 / normal_density(z) + 1e-13 : 1e-12) << z;
  }
}

TEST(Normal, EdgesAndNaN) {
  const double inf = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(normal_cdf(-inf), 0.0);
  EXPECT_EQ(normal_cdf(inf), 1.0);
  EXPECT_TRUE(std::isnan(normal_cdf(nan)));
  EXPECT_EQ(normal_quantile(0.0), -inf);
  EXPECT_EQ(normal_quantile(1.0), inf);
  EXPECT_TRUE(std::isnan(normal_quantile(-0.1)));
  EXPECT_TRUE(std::isnan(normal_quantile(1.1)));
  EXPECT_TRUE(std::isnan(normal_quantile(nan)));
  EXPECT_EQ(normal_density(inf), 0.0);
  EXPECT_NEAR(normal_density(1.0), 0.24197072451914337, 1e-16);
}

}  // namespace
