#include "scheme_cases.hpp"

#include <celadon/evaluation/scheme/like_units.hpp>

#include <gtest/gtest.h>

#include <algorithm>

namespace {

using namespace celadon;
using namespace celadon::scheme_cases;
using scheme::LikeState;
using scheme::Statistic;

struct Evaluated {
  City city;
  scheme::SchemeEvaluation result;
  std::vector<double> background;

  explicit Evaluated(double lift) : city(20, 2, 40, 1, 21) {
    for (std::size_t i = 0; i < city.school.size(); ++i)
      if (city.school[i] == 3) city.score[0][i] += lift;
    city.frame.variables[0].columns = {city.score[0]};
    result = evaluated(scheme_of({leaf("mean", Statistic::kMean, "score"), leaf("sleep", Statistic::kMean, "sleep")}),
                       {&city.with(city.cohort())});
    for (int s = 0; s < 20; ++s) {
      background.push_back(static_cast<double>(s));
      background.push_back(7.0);  // does not vary
    }
  }
};

TEST(LikeUnits, AreTheNearestAndComparedWithTheirMean) {
  const Evaluated e(400.0);
  scheme::LikeOptions options;
  options.n_like = 4;
  const auto like = scheme::like_units(e.result, 0, "school", e.background, 2, options).value();
  const std::vector<std::int32_t> of_three(like.like.begin() + 12, like.like.begin() + 16);
  EXPECT_EQ(of_three, (std::vector<std::int32_t>{2, 4, 1, 5}));
  const auto& v = like.values[3 * 2];
  double mean = 0.0;
  double variance = std::pow(e.result.at(0, "school", "s3", "mean").se, 2);
  for (const int s : {1, 2, 4, 5}) {
    const auto& other = e.result.at(0, "school", "s" + std::to_string(s), "mean");
    mean += other.value / 4.0;
    variance += other.se * other.se / 16.0;
  }
  EXPECT_NEAR(v.like_mean, mean, 1e-9);
  EXPECT_NEAR(v.difference, e.result.at(0, "school", "s3", "mean").value - mean, 1e-9);
  EXPECT_NEAR(v.se, std::sqrt(variance), 1e-9);
  EXPECT_EQ(v.state, LikeState::kAbove);
  EXPECT_EQ(like.values[3 * 2 + 1].state, LikeState::kNear);
  EXPECT_EQ(like.values[2 * 2].n_like, 4);
  const Table table = like.to_table(e.result, 0);
  EXPECT_EQ(table.n_rows(), 40);
}

TEST(LikeUnits, LessThanWorthwhileIsNear) {
  Evaluated e(400.0);
  e.result.scheme.indicators[0].worthwhile_change = 1000.0;
  const auto like = scheme::like_units(e.result, 0, "school", e.background, 2).value();
  EXPECT_EQ(like.values[3 * 2].state, LikeState::kNear);
}

TEST(LikeUnits, AUnitWithoutBackgroundIsLeftOut) {
  Evaluated e(0.0);
  e.background[3 * 2] = kNaN;
  e.result.periods[0].values[0][5 * 2].hidden = evaluation::Hidden::kSmallGroup;
  const auto like = scheme::like_units(e.result, 0, "school", e.background, 2).value();
  EXPECT_EQ(like.values[3 * 2].state, LikeState::kNotCompared);
  EXPECT_EQ(std::count(like.like.begin(), like.like.end(), 3), 0);
  EXPECT_EQ(like.values[5 * 2].state, LikeState::kNotCompared);
  EXPECT_EQ(like.values[4 * 2].n_like, 9);  // the hidden one is not in the mean
}

TEST(LikeUnits, SaysWhatIsWrong) {
  const Evaluated e(0.0);
  const auto code = [&](const char* level, std::span<const double> background, int columns, int n_like) {
    scheme::LikeOptions options;
    options.n_like = n_like;
    return scheme::like_units(e.result, 0, level, background, columns, options).error().code;
  };
  EXPECT_EQ(code("class", e.background, 2, 5), Code::kInvalidArgument);
  EXPECT_EQ(code("school", e.background, 2, 2), Code::kInvalidArgument);
  EXPECT_EQ(code("school", e.background, 3, 5), Code::kLengthMismatch);
  EXPECT_EQ(code("school", e.background, 2, 20), Code::kTooFewUnits);
}

}  // namespace
