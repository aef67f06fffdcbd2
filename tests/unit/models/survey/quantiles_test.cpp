// Quantiles by the definition, under every weight; Woodruff's interval; the same bits for any threads.
#include "models/survey/survey_cases.hpp"

#include <celadon/models/survey/quantiles.hpp>

#include <algorithm>

namespace {

using namespace survey_cases;
using survey::Method;

/// The smallest value whose cumulative share reaches p, by sorting.
double by_definition(const std::vector<double>& x, const std::vector<double>& w, double p) {
  std::vector<std::pair<double, double>> pairs;
  double total = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i)
    if (w[i] > 0.0) {
      pairs.emplace_back(x[i], w[i]);
      total += w[i];
    }
  std::sort(pairs.begin(), pairs.end());
  double sum = 0.0;
  for (const auto& [value, weight] : pairs)
    if ((sum += weight) >= p * total * (1.0 - 1e-12)) return value;
  return pairs.back().first;
}

TEST(Quantiles, OfSmallListsByHand) {
  const std::vector<double> x = {4, 1, 3, 2};
  survey::DesignSpec spec;
  spec.n_rows = 4;
  spec.method = Method::kJk1;
  const double p[] = {0.0, 0.25, 0.26, 0.5, 0.75, 1.0};
  const survey::Variable v{"x", {x}};
  const auto out = survey::quantiles(survey::make_design(spec).value(), v, p).value();
  const double expected[] = {1, 1, 2, 2, 3, 4};
  for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(out.rows[i].value, expected[i]);
  EXPECT_EQ(out.rows[3].level, 0.5);
}

TEST(Quantiles, AreTakenAgainUnderEveryReplicate) {
  const Sample sample = draw(11, 2, 23, 2);
  const double p[] = {0.05, 0.5, 0.9};
  for (const Method method : {Method::kJk2, Method::kBrr, Method::kBootstrap}) {
    auto spec = sample.spec(method);
    spec.n_bootstrap = 33;
    const auto design = survey::make_design(spec).value();
    const auto out = survey::quantiles(design, sample.scores(), p).value();
    for (std::size_t k = 0; k < 3; ++k) {
      double value = 0.0;
      double variance = 0.0;
      for (std::size_t m = 0; m < 2; ++m) {
        const double full = by_definition(sample.score[m], sample.weight, p[k]);
        value += full / 2.0;
        for (int r = 0; r < design.n_replicates; ++r) {
          auto w = sample.weight;
          for (std::size_t i = 0; i < w.size(); ++i)
            w[i] *= design.factors[static_cast<std::size_t>(design.unit[i] * design.n_replicates + r)];
          const double away = by_definition(sample.score[m], w, p[k]) - full;
          variance += design.replicate_scale[static_cast<std::size_t>(r)] * away * away / 2.0;
        }
      }
      EXPECT_NEAR(out.rows[k].value, value, 1e-10);
      EXPECT_NEAR(out.rows[k].sampling_variance, variance, 1e-8 * (1.0 + variance));
    }
  }
}

TEST(Quantiles, MethodsAgreeRoughlyAboutTheError) {
  const Sample sample = draw(40, 2, 40, 1);
  const double p[] = {0.25, 0.5, 0.75};
  const auto wood = survey::quantiles(survey::make_design(sample.spec(Method::kLinearised)).value(), sample.scores(), p).value();
  const auto fay = survey::quantiles(survey::make_design(sample.spec(Method::kFay)).value(), sample.scores(), p).value();
  for (std::size_t k = 0; k < 3; ++k) {
    EXPECT_EQ(wood.rows[k].value, fay.rows[k].value);
    EXPECT_NEAR(wood.rows[k].se / fay.rows[k].se, 1.0, 0.35);
  }
}

TEST(Quantiles, HaveTheSameBitsForAnyThreadsAndRefuse) {
  const Sample sample = draw(10, 2, 300, 3);
  const double p[] = {0.1, 0.5};
  const auto design = survey::make_design(sample.spec(Method::kJk2)).value();
  const auto one = survey::quantiles(design, sample.scores(), p, sample.groups(), threads(1)).value();
  for (const int n : {2, 3, 8}) expect_same(one, survey::quantiles(design, sample.scores(), p, sample.groups(), threads(n)).value());
  const double bad[] = {0.5, 1.5};
  EXPECT_EQ(survey::quantiles(design, sample.scores(), bad).error().code, Code::kInvalidArgument);
  EXPECT_EQ(survey::quantiles(design, sample.scores(), {}).error().code, Code::kInvalidArgument);
}

}  // namespace
