// Intraclass correlation: the analysis of variance where sizes are equal, recovery, correction for error.
#include "models/survey/survey_cases.hpp"

#include <celadon/models/survey/intraclass.hpp>

namespace {

using namespace survey_cases;
using survey::Method;

struct Schools {
  std::vector<double> score;
  std::vector<std::int32_t> school;
  survey::DesignSpec spec() const {
    survey::DesignSpec out;
    out.n_rows = static_cast<std::int64_t>(score.size());
    out.clusters = school;
    return out;
  }
};

Schools simulate(std::int32_t n_schools, int pupils, double between, double within, std::uint64_t seed, bool uneven = false) {
  Schools out;
  celadon::random::Stream stream(seed);
  for (std::int32_t s = 0; s < n_schools; ++s) {
    const double effect = stream.normal(0.0, std::sqrt(between));
    const int n = uneven ? pupils / 2 + static_cast<int>(stream.below(static_cast<std::uint64_t>(pupils))) : pupils;
    for (int i = 0; i < n; ++i) {
      out.score.push_back(100.0 + effect + stream.normal(0.0, std::sqrt(within)));
      out.school.push_back(s);
    }
  }
  return out;
}

TEST(Intraclass, IsTheAnalysisOfVarianceForEqualSizes) {
  const Schools data = simulate(12, 7, 4.0, 9.0, 3);
  double grand = 0.0;
  std::vector<double> mean(12, 0.0);
  for (std::size_t i = 0; i < data.score.size(); ++i) {
    grand += data.score[i] / 84.0;
    mean[static_cast<std::size_t>(data.school[i])] += data.score[i] / 7.0;
  }
  double msb = 0.0, msw = 0.0;
  for (const double m : mean) msb += 7.0 * (m - grand) * (m - grand) / 11.0;
  for (std::size_t i = 0; i < data.score.size(); ++i)
    msw += std::pow(data.score[i] - mean[static_cast<std::size_t>(data.school[i])], 2) / 72.0;
  const auto out = survey::intraclass(survey::make_design(data.spec()).value(), {"score", {data.score}}, {data.school, 12}).value();
  EXPECT_NEAR(out.find(0, "between_variance").value, (msb - msw) / 7.0, 1e-9);
  EXPECT_NEAR(out.find(0, "within_variance").value, msw, 1e-9);
  EXPECT_NEAR(out.find(0, "icc").value, (msb - msw) / (msb + 6.0 * msw), 1e-10);
}

TEST(Intraclass, FindsTheTruthAndItsOwnError) {
  double sum = 0.0, squares = 0.0, variance = 0.0;
  const int n = 60;
  for (int k = 0; k < n; ++k) {
    const Schools data = simulate(60, 20, 2.0, 8.0, 100 + static_cast<std::uint64_t>(k), true);
    const auto icc =
        survey::intraclass(survey::make_design(data.spec()).value(), {"score", {data.score}}, {data.school, 60})->find(0, "icc");
    sum += icc.value / n;
    squares += icc.value * icc.value / n;
    variance += icc.sampling_variance / n;
  }
  EXPECT_NEAR(sum, 0.2, 0.02);
  EXPECT_NEAR(std::sqrt(variance / (squares - sum * sum)), 1.0, 0.3);
}

TEST(Intraclass, TheCorrectionTakesTheErrorOutOfTheVarianceWithin) {
  const Schools data = simulate(400, 30, 2.0, 8.0, 5);
  Schools noisy = data;
  celadon::random::Stream stream(8);
  for (double& x : noisy.score) x += stream.normal(0.0, 2.0);
  survey::IntraclassOptions options;
  options.error_variance = 4.0;
  const auto truth = survey::intraclass(survey::make_design(data.spec()).value(), {"score", {data.score}}, {data.school, 400}).value();
  const auto out =
      survey::intraclass(survey::make_design(noisy.spec()).value(), {"score", {noisy.score}}, {noisy.school, 400}, {}, options).value();
  EXPECT_LT(out.find(0, "icc").value, truth.find(0, "icc").value - 0.03);
  EXPECT_NEAR(out.find(0, "icc_corrected").value, truth.find(0, "icc").value, 0.01);
  options.error_variance = -1.0;
  EXPECT_EQ(survey::intraclass(survey::make_design(data.spec()).value(), {"s", {data.score}}, {data.school, 400}, {}, options).error().code,
            Code::kInvalidArgument);
}

TEST(Intraclass, HasTheSameBitsForAnyThreadsAndNoValueForOneSchool) {
  const Schools data = simulate(40, 150, 2.0, 8.0, 6);
  std::vector<std::int32_t> region;
  for (int s = 0; s < 40; ++s) region.push_back(s == 0 ? 0 : 1 + s % 3);
  const auto design = survey::make_design(data.spec()).value();
  const auto run = [&](int n) {
    return survey::intraclass(design, {"score", {data.score}}, {data.school, 40}, region, {}, threads(n)).value();
  };
  const auto one = run(1);
  EXPECT_TRUE(std::isnan(one.find(0, "icc").value));
  EXPECT_TRUE(std::isfinite(one.find(3, "icc").se));
  for (const int n : {2, 3, 8}) expect_same(one, run(n));
}

}  // namespace
