#include <celadon/models/ctt/conditional_sem.hpp>

#include "ctt_cases.hpp"

#include <gtest/gtest.h>
#include <celadon/core/math.hpp>
#include <celadon/models/ctt/reliability.hpp>

#include <bit>
#include <cmath>

namespace {

using namespace celadon;
using ctt::ConditionalSemMethod;
using ctt_cases::pack;

ctt::ConditionalSemOptions with(ConditionalSemMethod method) {
  ctt::ConditionalSemOptions options;
  options.method = method;
  return options;
}

TEST(ConditionalSem, LordsFormula) {
  const auto c =
      ctt::conditional_sem(pack(ctt_cases::simulate(200, ctt_cases::binary(10))), {}, {}, with(ConditionalSemMethod::kLordBinomial))
          .value();
  for (int x = 0; x <= 10; ++x) EXPECT_NEAR(c.at(x), std::sqrt(x * (10 - x) / 9.0), 1e-12);
  const auto wilson = c.true_score_interval(10, 0.9);
  EXPECT_EQ(wilson.upper, 10.0);
  // Wilson's lower limit for 10 of 10: 10 / (1 + z^2 / 10).
  EXPECT_NEAR(wilson.lower, 10.0 / (1.0 + 1.6448536269514722 * 1.6448536269514722 / 10.0), 1e-10);
  EXPECT_GT(wilson.upper - wilson.lower, 1.0);  // no false certainty at the ceiling, where the observed error is 0
}

TEST(ConditionalSem, ScaledBinomialTakesAGivenReliability) {
  const auto r = pack(ctt_cases::simulate(200, {2, 2, 5, 4, 2, 3}));
  auto options = with(ConditionalSemMethod::kScaledBinomial);
  options.reliability = 0.84;
  const auto c = ctt::conditional_sem(r, {}, {}, options).value();
  EXPECT_NEAR(c.reliability, 0.84, 1e-12);
  const auto full = ctt::reliability(r).value();
  EXPECT_NEAR(c.sem, full.total_sd * 0.4, 1e-12);
  const auto by_alpha = ctt::conditional_sem(r).value();
  EXPECT_NEAR(by_alpha.sem, full.sem, 1e-10);
  EXPECT_EQ(c.at(0.0), 0.0);
  EXPECT_EQ(c.at(-5.0), 0.0);
  EXPECT_EQ(c.at(c.full_mark), 0.0);
}

TEST(ConditionalSem, FeldtQuallsByHand) {
  // Two items of one mark: error variance of a person is ((x1 - m1) - (x2 - m2))^2 (n / (n - 1) = 2, halves of the difference).
  const auto r = pack({{1, 1}, {1, 0}, {0, 1}, {0, 0}});
  const auto c = ctt::conditional_sem(r, {}, {}, with(ConditionalSemMethod::kFeldtQualls)).value();
  EXPECT_NEAR(c.sem * c.sem, 0.5, 1e-12);  // differences 0, 1, -1, 0
  EXPECT_NEAR(c.at(1.0) * c.at(1.0), 1.0, 1e-9);
}

TEST(ConditionalSem, MarksOfOneKindAndOfMany) {
  // One item of 12 marks beside small ones joins the nearest group instead of being left without error.
  const auto r = pack(ctt_cases::simulate(300, {2, 2, 2, 2, 5, 5, 13}));
  const auto c = ctt::conditional_sem(r, {}, {}, with(ConditionalSemMethod::kFeldtQualls)).value();
  const auto scaled = ctt::conditional_sem(r).value();
  EXPECT_GT(c.sem, 0.0);
  EXPECT_LT(c.sem, 2.5 * scaled.sem);
  const auto interval = c.true_score_interval(10, 0.9);
  EXPECT_LT(interval.lower, 10.0);
  EXPECT_GT(interval.upper, 10.0);
}

// Everyday class: 40 pupils, 30 items of 1 to 6 marks, mean near 85 %. The 90 % interval must hold the pupil's true score.
TEST(ConditionalSem, IntervalsHoldTheTrueScore) {
  const int n = 40;
  const std::vector<int> marks{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6};
  double scaled = 0.0;
  double feldt = 0.0;
  const int replications = 60;
  for (int rep = 0; rep < replications; ++rep) {
    random::Stream s(11, random::purpose("test.sem"), static_cast<std::uint64_t>(rep));
    std::vector<std::vector<int>> rows(n);
    std::vector<double> truth(n, 0.0);
    for (int i = 0; i < n; ++i) {
      const double ability = s.normal();
      for (std::size_t j = 0; j < marks.size(); ++j) {
        const double p = math::logistic(ability + 2.2 - 0.08 * static_cast<double>(j % 12));
        int points = 0;
        for (int m = 0; m < marks[j]; ++m) points += s.bernoulli(p) ? 1 : 0;
        rows[static_cast<std::size_t>(i)].push_back(points);
        truth[static_cast<std::size_t>(i)] += p * marks[j];
      }
    }
    const auto r = pack(rows);
    Items items(marks.size());
    for (std::size_t j = 0; j < marks.size(); ++j) items[j].full_mark = marks[j];
    const auto a = ctt::conditional_sem(r, items).value();
    const auto b = ctt::conditional_sem(r, items, {}, with(ConditionalSemMethod::kFeldtQualls)).value();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      double x = 0.0;
      for (const int v : rows[i]) x += v;
      const auto ia = a.true_score_interval(x, 0.9);
      const auto ib = b.true_score_interval(x, 0.9);
      scaled += ia.lower <= truth[i] && truth[i] <= ia.upper ? 1.0 : 0.0;
      feldt += ib.lower <= truth[i] && truth[i] <= ib.upper ? 1.0 : 0.0;
    }
  }
  EXPECT_NEAR(scaled / (n * replications), 0.90, 0.04);
  EXPECT_NEAR(feldt / (n * replications), 0.90, 0.05);
}

TEST(ConditionalSem, IncompletePersonsDoNotCount) {
  auto rows = ctt_cases::simulate(60, ctt_cases::binary(8));
  const double before = ctt::conditional_sem(pack(rows))->sem;
  rows.push_back({1, 1, -1, -1, -1, -1, -1, -1});
  const auto c = ctt::conditional_sem(pack(rows)).value();
  EXPECT_EQ(c.n_dropped, 1);
  EXPECT_NEAR(c.sem, before, 1e-14);
}

TEST(ConditionalSem, SameBitsForAnyNumberOfThreads) {
  const auto r = pack(ctt_cases::simulate(9001, {2, 4, 3, 2, 6}));
  for (const auto method : {ConditionalSemMethod::kScaledBinomial, ConditionalSemMethod::kFeldtQualls}) {
    std::vector<double> first;
    for (const int threads : {1, 2, 3, 8}) {
      ExecutionContext context;
      context.n_threads = threads;
      const auto c = ctt::conditional_sem(r, {}, {}, with(method), context).value();
      if (first.empty()) first = c.score_sem;
      for (std::size_t i = 0; i < first.size(); ++i)
        EXPECT_EQ(std::bit_cast<std::uint64_t>(c.score_sem[i]), std::bit_cast<std::uint64_t>(first[i]));
    }
  }
}

TEST(ConditionalSem, FailuresHaveCodes) {
  EXPECT_EQ(ctt::conditional_sem(pack({{1, 0}})).error().code, Code::kTooFewPersons);
  EXPECT_EQ(ctt::conditional_sem(pack({{1}, {0}})).error().code, Code::kTooFewItems);
  EXPECT_EQ(ctt::conditional_sem(pack({{1, 0}, {0, 1}})).error().code, Code::kZeroVariance);
  EXPECT_EQ(ctt::conditional_sem(pack({{2, 0}, {0, 1}}), {}, {}, with(ConditionalSemMethod::kLordBinomial)).error().code,
            Code::kNotDichotomous);
  auto options = with(ConditionalSemMethod::kScaledBinomial);
  options.reliability = 1.0;
  EXPECT_EQ(ctt::conditional_sem(pack({{1, 0}, {1, 1}}), {}, {}, options).error().code, Code::kInvalidArgument);
  const auto c = ctt::conditional_sem(pack({{1, 1}, {0, 0}, {1, 0}})).value();
  EXPECT_THROW((void)c.true_score_interval(1, 1.0), LogicError);
}

}  // namespace
