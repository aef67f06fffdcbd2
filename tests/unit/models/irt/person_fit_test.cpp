// Person fit against enumeration: the mean and variance of the log-likelihood over all patterns at a given ability.
#include "models/irt/irt_cases.hpp"

#include <celadon/core/simd.hpp>
#include <celadon/models/irt/person_fit.hpp>

#include <functional>

namespace {

using namespace irt_cases;

double log_likelihood(const irt::Model& model, const std::vector<int>& x, double theta, bool dichotomous_only) {
  double out = 0.0;
  for (std::size_t j = 0; j < x.size(); ++j) {
    if (x[j] < 0 || (dichotomous_only && !irt::is_dichotomous(model.items[j].model))) continue;
    std::vector<double> p(static_cast<std::size_t>(model.items[j].n_categories));
    irt::category_probabilities(model.items[j], theta, p);
    out += std::log(p[static_cast<std::size_t>(x[j])]);
  }
  return out;
}

/// (l - E l) / sd l over all patterns of the answered items.
double by_enumeration(const irt::Model& model, const std::vector<int>& answered, double theta, bool dichotomous_only) {
  std::vector<int> x = answered;
  std::vector<std::size_t> at;
  for (std::size_t j = 0; j < x.size(); ++j) {
    const bool counts = answered[j] >= 0 && (!dichotomous_only || irt::is_dichotomous(model.items[j].model));
    if (counts) at.push_back(j);
    x[j] = counts ? 0 : -1;
  }
  double mean = 0.0;
  double square = 0.0;
  for (;;) {
    const double l = log_likelihood(model, x, theta, dichotomous_only);
    mean += std::exp(l) * l;
    square += std::exp(l) * l * l;
    std::size_t k = 0;
    while (k < at.size() && ++x[at[k]] == model.items[at[k]].n_categories) x[at[k++]] = 0;
    if (k == at.size()) break;
  }
  return (log_likelihood(model, answered, theta, dichotomous_only) - mean) / std::sqrt(square - mean * mean);
}

irt::Model six() {
  auto all = items(ItemModel::k2pl, 2, 2, "a");
  for (auto&& more : {items(ItemModel::k3pl, 1, 2, "b"), items(ItemModel::kGraded, 1, 4, "c"), items(ItemModel::kNominal, 1, 3, "d"),
                      items(ItemModel::kPartialCredit, 1, 3, "e")})
    all.insert(all.end(), more.begin(), more.end());
  return model_of(all);
}

TEST(PersonFit, LzAndZhAreStandardisedOverAllPatterns) {
  const auto model = six();
  std::vector<std::uint8_t> administered(60 * 6, 1);
  for (std::size_t i = 0; i < 60; i += 4) administered[i * 6 + i % 6] = 0;
  const Responses answers = draw(model, 60, 17, administered);
  const auto fit = irt::person_fit(model, answers, {.method = irt::ScoreMethod::kMap}).value();
  const auto scores = irt::score(model, answers, {.method = irt::ScoreMethod::kMap}).value();
  for (std::size_t i = 0; i < 60; ++i) {
    std::vector<int> x;
    for (std::int64_t j = 0; j < 6; ++j) {
      const std::uint8_t cell = answers.at(static_cast<std::int64_t>(i), j);
      x.push_back(is_missing(cell) ? -1 : cell);
    }
    EXPECT_EQ(fit.ability[i], scores.ability[i]);
    EXPECT_NEAR(fit.zh[i], by_enumeration(model, x, fit.ability[i], false), 1e-8) << i;
    EXPECT_NEAR(fit.lz[i], by_enumeration(model, x, fit.ability[i], true), 1e-8) << i;
    double z2 = 0, r2 = 0, w = 0, n = 0;
    for (std::size_t j = 0; j < 6; ++j) {
      if (x[j] < 0) continue;
      std::vector<double> p(static_cast<std::size_t>(model.items[j].n_categories));
      irt::category_probabilities(model.items[j], fit.ability[i], p);
      double mean = 0, variance = 0;
      for (std::size_t k = 0; k < p.size(); ++k) mean += static_cast<double>(k) * p[k];
      for (std::size_t k = 0; k < p.size(); ++k) variance += std::pow(static_cast<double>(k) - mean, 2) * p[k];
      z2 += std::pow(x[j] - mean, 2) / variance;
      r2 += std::pow(x[j] - mean, 2);
      w += variance;
      n += 1;
    }
    EXPECT_NEAR(fit.outfit[i], z2 / n, 1e-9);
    EXPECT_NEAR(fit.infit[i], r2 / w, 1e-9);
    EXPECT_EQ(fit.n_answered[i], static_cast<int>(n));
  }
  EXPECT_EQ(fit.table().n_rows(), 60);
}

TEST(PersonFit, DataFromTheModelStandAboutNormalAndReversedSheetsStandOut) {
  const auto model = model_of(items(ItemModel::k2pl, 40));
  const Responses answers = draw(model, 4000, 23);
  const auto fit = irt::person_fit(model, answers, {.method = irt::ScoreMethod::kWle}).value();
  double mean = 0.0;
  double square = 0.0;
  int flagged = 0;
  for (const double z : fit.zh) {
    mean += z / 4000.0;
    square += z * z / 4000.0;
    flagged += z < -1.645 ? 1 : 0;
  }
  EXPECT_NEAR(mean, 0.0, 0.15);
  // an estimated ability takes its share of the surprise, so the spread stays below 1
  EXPECT_LT(square - mean * mean, 1.05);
  EXPECT_GT(square - mean * mean, 0.6);
  EXPECT_LT(flagged / 4000.0, 0.06);
  // the hardest half right, the easiest half wrong
  std::vector<int> reversed(40, 0);
  std::fill(reversed.begin() + 20, reversed.end(), 1);
  std::vector<std::string> ids;
  for (const auto& item : model.items) ids.push_back(item.id);
  const auto strange = irt::person_fit(model, responses({reversed}, ids)).value();
  EXPECT_LT(strange.zh[0], -4.0);
  EXPECT_EQ(strange.zh[0], strange.lz[0]);
  EXPECT_GT(strange.outfit[0], 1.4);
  EXPECT_GT(strange.infit_z[0], 3.0);
}

TEST(PersonFit, WhoHasNoEstimateHasNoFit) {
  const auto model = model_of(items(ItemModel::k2pl, 3));
  const auto fit =
      irt::person_fit(model, responses({{-1, -3, -2}, {1, 1, 1}, {1, 0, -1}}, {"Q1", "Q2", "Q3"}), {.method = irt::ScoreMethod::kMl})
          .value();
  for (const std::size_t i : {0, 1}) {
    EXPECT_TRUE(std::isnan(fit.ability[i]));
    EXPECT_TRUE(std::isnan(fit.zh[i]));
    EXPECT_TRUE(std::isnan(fit.infit[i]));
  }
  EXPECT_FALSE(std::isnan(fit.zh[2]));
  EXPECT_EQ(fit.n_used, 1);
  const auto polytomous = model_of(items(ItemModel::kGraded, 3, 4));
  const auto other = irt::person_fit(polytomous, responses({{1, 0, 3}}, {"Q1", "Q2", "Q3"})).value();
  EXPECT_TRUE(std::isnan(other.lz[0]));  // no dichotomous item
  EXPECT_FALSE(std::isnan(other.zh[0]));
  EXPECT_EQ(irt::person_fit(model, responses({{1}}, {"x"})).error().code, Code::kNoCommonItems);
}

TEST(PersonFit, SameBitsForAnyThreadsAndInstructionSet) {
  const auto model = six();
  const Responses answers = draw(model, 4500, 8);
  const auto before = simd::level();
  std::vector<irt::PersonFit> all;
  for (const auto level : simd::available_levels())
    for (const int threads : {1, 2, 3, 8}) {
      ASSERT_TRUE(simd::force_level(level));
      ExecutionContext context;
      context.n_threads = threads;
      all.push_back(irt::person_fit(model, answers, {}, context).value());
    }
  ASSERT_TRUE(simd::force_level(before));
  for (const auto& f : all) {
    EXPECT_EQ(f.zh, all[0].zh);
    EXPECT_EQ(f.lz, all[0].lz);
    EXPECT_EQ(f.outfit_z, all[0].outfit_z);
    EXPECT_EQ(f.infit_z, all[0].infit_z);
  }
}

}  // namespace
