// lz against enumeration at the profile; p of persons who follow the model is even; an unlikely paper is seen.
#include "models/cdm/score_cases.hpp"

#include <celadon/models/cdm/person_fit.hpp>
#include <celadon/models/cdm/score.hpp>
#include <celadon/models/cdm/simulate.hpp>

#include <algorithm>

namespace {

using namespace score_cases;

TEST(CdmPersonFit, LzIsStandardisedOverAllPatternsOfTheProfile) {
  const auto model = mixed();
  const Responses answers = coins(model, 30, 0.3, 2);
  cdm::PersonFitOptions options;
  options.n_simulated = 0;
  const auto fit = cdm::person_fit(model, answers, options).value();
  const auto s = cdm::score(model, answers).value();
  for (std::int64_t i = 0; i < 30; ++i) {
    std::vector<double> p;
    double seen = 0.0;
    for (std::int64_t j = 0; j < 12; ++j) {
      if (is_missing(answers.at(i, j))) continue;
      p.push_back(model.items[static_cast<std::size_t>(j)].of_class(s.map_profile[static_cast<std::size_t>(i)]));
      seen += std::log(answers.at(i, j) == 1 ? p.back() : 1.0 - p.back());
    }
    double mean = 0.0;
    double square = 0.0;
    for (std::uint32_t pattern = 0; pattern < (1U << p.size()); ++pattern) {
      double l = 0.0;
      for (std::size_t j = 0; j < p.size(); ++j) l += std::log((pattern >> j & 1U) != 0 ? p[j] : 1.0 - p[j]);
      mean += std::exp(l) * l;
      square += std::exp(l) * l * l;
    }
    EXPECT_NEAR(fit.lz[static_cast<std::size_t>(i)], (seen - mean) / std::sqrt(square - mean * mean), 1e-8);
    EXPECT_NEAR(fit.p[static_cast<std::size_t>(i)], 0.5 * std::erfc(-fit.lz[static_cast<std::size_t>(i)] / std::sqrt(2.0)), 1e-12);
    EXPECT_EQ(fit.simulated[static_cast<std::size_t>(i)], 0);
  }
}

TEST(CdmPersonFit, PIsEvenUnderTheModelAndSmallForAnUnlikelyPaper) {
  const auto model = mixed();
  const auto profiles = cdm::simulate_profiles(model, 4000, 5).value();
  const auto fit = cdm::person_fit(model, cdm::simulate(model, profiles, 6).value()).value();
  int low = 0;
  int n = 0;
  for (std::size_t i = 0; i < 4000; ++i) {
    if (fit.simulated[i] == 0) continue;
    ++n;
    low += fit.p[i] <= 0.1 ? 1 : 0;
  }
  EXPECT_GT(n, 3500);
  EXPECT_NEAR(static_cast<double>(low) / n, 0.1, 0.02);  // discrete values: a little below
  // the easiest items wrong, the hardest right
  std::vector<int> odd{0, 0, 0, 1, 0, 1, 1, 0, 1, 1, 1, 1};
  const auto one = cdm::person_fit(model, rows(names("I", 12), {odd})).value();
  EXPECT_LT(one.p[0], 0.2);
  EXPECT_EQ(one.to_table(3).n_rows(), 1);
}

TEST(CdmSimulate, SharesAreTheModelsAndThreadsDoNotMatter) {
  const auto model = mixed(2);
  const auto profiles = cdm::simulate_profiles(model, 40000, 9, 1).value();
  std::vector<double> share(8, 0.0);
  for (const auto p : profiles) share[p] += 1.0 / 40000.0;
  for (std::size_t c = 0; c < 8; ++c) EXPECT_NEAR(share[c], model.populations[1].probability[c], 0.012);
  ExecutionContext one;
  one.n_threads = 1;
  ExecutionContext four;
  four.n_threads = 4;
  const auto a = cdm::simulate(model, profiles, 3, one).value();
  const auto b = cdm::simulate(model, profiles, 3, four).value();
  std::vector<double> right(12, 0.0);
  std::vector<double> n(12, 0.0);
  for (std::int64_t i = 0; i < 40000; ++i)
    for (std::int64_t j = 0; j < 12; ++j) {
      ASSERT_EQ(a.at(i, j), b.at(i, j));
      if (profiles[static_cast<std::size_t>(i)] != 5) continue;
      n[static_cast<std::size_t>(j)] += 1.0;
      right[static_cast<std::size_t>(j)] += a.at(i, j);
    }
  for (std::size_t j = 0; j < 12; ++j) EXPECT_NEAR(right[j] / n[j], model.items[j].of_class(5), 4.0 * 0.5 / std::sqrt(n[j]));
  EXPECT_EQ(cdm::simulate(model, std::vector<std::uint32_t>{8}, 1).error().code, Code::kInvalidArgument);
  EXPECT_EQ(cdm::simulate_profiles(model, 5, 1, 2).error().code, Code::kInvalidArgument);
}

}  // namespace
