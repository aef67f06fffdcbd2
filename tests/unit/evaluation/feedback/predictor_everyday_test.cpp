// Expected scores on simulated everyday papers: error against the truth beside simpler predictions, bias by fifths of the rest score,
// flags. Bands are 99.9 %; the longer tables are in docs/decisions/expected-scores.md.
#include "evaluation/feedback/everyday_papers.hpp"

#include <celadon/models/irt/simulate.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numeric>

namespace {

using namespace celadon;
using everyday_papers::Design;
using everyday_papers::SimulatedPaper;
using feedback::GainLoss;

constexpr double kBand = 3.29;

/// Mean and its standard error over replications.
struct Sample {
  std::vector<double> values;
  [[nodiscard]] double mean() const { return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size()); }
  [[nodiscard]] double se() const {
    double square = 0.0;
    for (const double v : values) square += (v - mean()) * (v - mean());
    return std::sqrt(square / static_cast<double>(values.size()) / static_cast<double>(values.size() - 1));
  }
};

/// Fifth of a pupil's rest score on an item, by cell.
std::vector<int> fifths(const GainLoss& g) {
  std::vector<int> out(g.points.size(), -1);
  for (std::int64_t i = 0; i < g.n_items; ++i) {
    std::vector<std::pair<double, std::int64_t>> order;
    for (std::int64_t j = 0; j < g.n_persons; ++j)
      order.emplace_back(g.total_points[static_cast<std::size_t>(j)] - g.points[g.cell(j, i)], j);
    std::sort(order.begin(), order.end());
    for (std::size_t r = 0; r < order.size(); ++r) out[g.cell(order[r].second, i)] = static_cast<int>(r * 5 / order.size());
  }
  return out;
}

struct Size {
  std::int64_t n_persons;
  int n_items;
  int replications;
};

class EverydayPapers : public testing::TestWithParam<Size> {};

TEST_P(EverydayPapers, ErrorIsNoWorseThanRaschAndMeanPlusRestScore) {
  const Size size = GetParam();
  for (const Design design : {Design::kMarksLost, Design::kSkewed, Design::kPartialCredit}) {
    Sample rasch;
    Sample simple;
    double rasch_error = 0.0;
    double simple_error = 0.0;
    for (int r = 0; r < size.replications; ++r) {
      const SimulatedPaper s = everyday_papers::simulate(design, size.n_persons, size.n_items, static_cast<std::uint64_t>(5000 + r));
      const GainLoss g = everyday_papers::gain_loss(s);
      EXPECT_EQ(g.leave_one_out, size.n_persons < 200);
      const std::vector<double> ours(g.expected.begin(), g.expected.end());
      const std::vector<double> by_rasch = everyday_papers::rasch_expected(s.paper);
      const std::vector<double> by_mean = everyday_papers::mean_and_rest_expected(s.paper);
      const double r2 = std::pow(everyday_papers::error_of(s, by_rasch, ours), 2.0);
      const double m2 = std::pow(everyday_papers::error_of(s, by_mean, ours), 2.0);
      rasch.values.push_back(std::pow(everyday_papers::error_of(s, ours, by_rasch), 2.0) - r2);
      simple.values.push_back(std::pow(everyday_papers::error_of(s, ours, by_mean), 2.0) - m2);
      rasch_error += r2 / size.replications;
      simple_error += m2 / size.replications;
    }
    const int d = static_cast<int>(design);
    EXPECT_LT(rasch.mean() + kBand * rasch.se(), 0.05 * rasch_error) << "design " << d << ": " << rasch.mean() / rasch_error;
    EXPECT_LT(simple.mean() + kBand * simple.se(), 0.05 * simple_error) << "design " << d << ": " << simple.mean() / simple_error;
    EXPECT_LT(rasch.mean(), 0.0) << "design " << d;
    EXPECT_LT(simple.mean(), 0.0) << "design " << d;
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, EverydayPapers, testing::Values(Size{40, 30, 10}, Size{120, 25, 6}, Size{300, 30, 4}),
                         [](const auto& of) { return std::to_string(of.param.n_persons) + "x" + std::to_string(of.param.n_items); });

TEST(ExpectedScores, NoBiasByRestScoreAndFewFlagsInClasses) {
  for (const Design design : {Design::kGeneralized, Design::kMarksLost}) {
    std::array<Sample, 5> residual;
    Sample sum;
    double flagged = 0.0;
    double pupils = 0.0;
    for (int r = 0; r < 40; ++r) {
      const SimulatedPaper s = everyday_papers::simulate(design, 40, 30, static_cast<std::uint64_t>(100 + r));
      const GainLoss g = everyday_papers::gain_loss(s);
      ASSERT_TRUE(g.leave_one_out);
      const std::vector<int> fifth = fifths(g);
      std::array<double, 5> total{};
      std::array<double, 5> n{};
      for (std::size_t cell = 0; cell < g.points.size(); ++cell) {
        if (std::isnan(g.expected[cell])) continue;
        const auto f = static_cast<std::size_t>(fifth[cell]);
        total[f] += (g.points[cell] - g.expected[cell]) / s.paper.items[cell % 30].full_mark;
        n[f] += 1.0;
      }
      for (std::size_t f = 0; f < 5; ++f) residual[f].values.push_back(total[f] / n[f]);
      double points = 0.0;
      double expected = 0.0;
      for (std::int64_t j = 0; j < 40; ++j) {
        flagged += g.flags_of(j).empty() ? 0.0 : 1.0;
        pupils += 1.0;
        points += g.total_points[static_cast<std::size_t>(j)];
        expected += g.total_expected[static_cast<std::size_t>(j)];
      }
      sum.values.push_back((points - expected) / points);
    }
    const int d = static_cast<int>(design);
    for (std::size_t f = 0; f < 5; ++f) {
      // where the answers do not follow the model, half a hundredth of the full mark is what its form costs
      const double form = design == Design::kGeneralized ? 0.0 : 0.005;
      EXPECT_LT(std::abs(residual[f].mean()), kBand * residual[f].se() + form) << "design " << d << " fifth " << f;
    }
    EXPECT_LT(std::abs(sum.mean()), kBand * sum.se() + 0.003) << "sum of expected beside sum of scores, design " << d;
    EXPECT_LT(flagged / pupils, 0.10) << "design " << d;
    EXPECT_GT(flagged / pupils, 0.005) << "a loss that is rare is seen, design " << d;
  }
}

TEST(ExpectedScores, TailsAreNominalByRestScore) {
  // tails made continuous by a uniform part of P(score = s): 5 % of them are at most .05
  random::Stream r(77);
  std::array<double, 5> rare{};
  std::array<double, 5> n{};
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const SimulatedPaper s = everyday_papers::simulate(Design::kGeneralized, 300, 20, seed);
    const std::vector<std::uint8_t> counted(300, 1);
    const evaluation::Profile& profile = io::default_profile();
    const feedback::Predictor predictor = everyday_papers::working_model(s.paper, counted);
    const GainLoss g = feedback::item_gain_loss(s.paper, counted, predictor, profile, {}, everyday_papers::with_threads(1)).value();
    const std::vector<int> fifth = fifths(g);
    for (std::int64_t j = 0; j < 300; j += 3)
      for (std::size_t i = 0; i < 20; ++i) {
        if (!predictor.items[i].usable) continue;
        const std::vector<double> p = everyday_papers::predicted(s.paper, predictor, j, i);
        const auto k = static_cast<std::size_t>(s.paper.scored.at(j, static_cast<std::int64_t>(i)));
        const std::size_t cell = g.cell(j, static_cast<std::int64_t>(i));
        const double tail = g.tail[cell] - (1.0 - r.uniform()) * p[k];
        rare[static_cast<std::size_t>(fifth[cell])] += tail <= 0.05 ? 1.0 : 0.0;
        n[static_cast<std::size_t>(fifth[cell])] += 1.0;
      }
  }
  for (std::size_t f = 0; f < 5; ++f) {
    const double rate = rare[f] / n[f];
    // never above nominal; items of a pupil hang together, so the band counts each cell as half a cell. Below nominal by a third at most.
    const double se = std::sqrt(0.05 * 0.95 / (0.5 * n[f]));
    EXPECT_LT(rate, 0.05 + kBand * se) << f;
    EXPECT_GT(rate, 0.05 * 2.0 / 3.0 - kBand * se) << f;
  }
}

TEST(ExpectedScores, CalibratedPaperIsUnbiasedByRestScore) {
  irt::Model model;
  for (int i = 0; i < 25; ++i)
    model.items.push_back({.id = "Q" + std::to_string(i + 1), .slope = 0.8 + 0.3 * (i % 4), .intercepts = {2.8 - 0.12 * i}});
  evaluation::Paper paper;
  for (const auto& item : model.items) {
    Item of;
    of.id = item.id;
    of.full_mark = 2.0;
    of.category_scores = {0.0, 2.0};
    paper.items.push_back(of);
  }
  paper.scored = irt::simulate(model, irt::simulate_abilities({}, 6000, 2), 3).value();
  const std::vector<std::uint8_t> counted(6000, 1);
  const feedback::Predictor predictor = feedback::predictor_from_model(model, paper.scored, paper.items, 1e7).value();
  const GainLoss g = feedback::item_gain_loss(paper, counted, predictor, io::default_profile()).value();
  const std::vector<int> fifth = fifths(g);
  std::array<Sample, 5> residual;
  double flagged = 0.0;
  for (std::int64_t j = 0; j < 6000; ++j) {
    flagged += g.flags_of(j).empty() ? 0.0 : 1.0;
    for (std::int64_t i = 0; i < 25; ++i) {
      const std::size_t cell = g.cell(j, i);
      residual[static_cast<std::size_t>(fifth[cell])].values.push_back(g.points[cell] - g.expected[cell]);
    }
  }
  for (std::size_t f = 0; f < 5; ++f) {
    // residuals of one pupil hang together through the ability: twice the variance of independent ones covers it
    double square = 0.0;
    for (const double v : residual[f].values) square += v * v;
    const double n = static_cast<double>(residual[f].values.size());
    const double mean = std::accumulate(residual[f].values.begin(), residual[f].values.end(), 0.0) / n;
    EXPECT_LT(std::abs(mean), kBand * std::sqrt(2.0 * square / n / n)) << f;
  }
  EXPECT_LT(flagged / 6000.0, 0.10);
}

}  // namespace
