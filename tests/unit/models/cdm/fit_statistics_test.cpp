// Moments against enumeration of all patterns, derivatives against differences, M2 against its formula written out, and its level.
#include "models/cdm/score_cases.hpp"

#include <celadon/models/cdm/fit_statistics.hpp>
#include <celadon/models/cdm/impl/moments.hpp>

#include <Eigen/Dense>

namespace {

using namespace score_cases;

cdm::Model small() {
  using cdm::Rule;
  auto out = score_cases::model(
      2, {{Rule::kDina, 1}, {Rule::kDina, 2}, {Rule::kGdina, 3}, {Rule::kDino, 3}, {Rule::kDina, 3}, {Rule::kAcdm, 3}, {Rule::kDina, 1}},
      5);
  const double d[3] = {0.15, 0.3, 0.35};
  out.items[5].probability = {d[0], d[0] + d[1], d[0] + d[2], d[0] + d[1] + d[2]};
  return out;
}

double pattern_probability(const cdm::Model& model, std::uint32_t pattern) {
  double out = 0.0;
  for (std::size_t c = 0; c < model.classes.size(); ++c) {
    double p = model.populations[0].probability[c];
    for (std::size_t j = 0; j < model.items.size(); ++j) {
      const double right = model.items[j].of_class(model.classes[c]);
      p *= (pattern >> j & 1U) != 0 ? right : 1.0 - right;
    }
    out += p;
  }
  return out;
}

cdm::match_detail::Match match_all(const cdm::Model& model) {
  std::vector<std::string> ids;
  for (const auto& i : model.items) ids.push_back(i.id);
  return cdm::match_detail::match(model, rows(ids, {std::vector<int>(ids.size(), 1)}), {}).value();
}

TEST(CdmFitStatistics, MomentsAndTheirCovarianceAreSumsOverAllPatterns) {
  const auto model = small();
  const auto m = cdm::moments_detail::moments(model, match_all(model));
  const auto covariance = cdm::moments_detail::covariance(model, m);
  const std::size_t n = m.list.size();
  ASSERT_EQ(n, 28U);
  std::vector<double> mean(n, 0.0);
  std::vector<double> second(n * n, 0.0);
  for (std::uint32_t pattern = 0; pattern < 128; ++pattern) {
    const double p = pattern_probability(model, pattern);
    std::vector<double> x(n);
    for (std::size_t r = 0; r < n; ++r) x[r] = static_cast<double>((pattern >> m.list[r].a & 1U) & (pattern >> m.list[r].b & 1U));
    for (std::size_t r = 0; r < n; ++r) {
      mean[r] += p * x[r];
      for (std::size_t s = 0; s < n; ++s) second[r * n + s] += p * x[r] * x[s];
    }
  }
  for (std::size_t r = 0; r < n; ++r) {
    EXPECT_NEAR(m.expected[r], mean[r], 1e-13);
    for (std::size_t s = 0; s < n; ++s) EXPECT_NEAR(covariance[r * n + s], second[r * n + s] - mean[r] * mean[s], 1e-13);
  }
}

TEST(CdmFitStatistics, DerivativesAreThoseOfTheMoments) {
  const auto model = small();
  const auto match = match_all(model);
  const auto m = cdm::moments_detail::moments(model, match);
  const auto d = cdm::moments_detail::derivatives(model, match, m);
  EXPECT_EQ(static_cast<int>(d.n_parameters), cdm::n_parameters(model));
  const double h = 1e-6;
  std::size_t column = 0;
  const auto compare = [&](const cdm::Model& moved) {
    const auto other = cdm::moments_detail::moments(moved, match);
    for (std::size_t r = 0; r < m.list.size(); ++r)
      EXPECT_NEAR(d.values[r * d.n_parameters + column], (other.expected[r] - m.expected[r]) / h, 1e-5) << column << " " << r;
    ++column;
  };
  for (std::size_t j = 0; j < model.items.size(); ++j) {
    const auto& item = model.items[j];
    const std::size_t n = item.probability.size();
    const int k = cdm::n_parameters(item.rule, static_cast<int>(item.attributes.size()));
    for (int p = 0; p < k; ++p) {
      auto moved = model;
      for (std::size_t g = 0; g < n; ++g) {
        bool moves = g == static_cast<std::size_t>(p);
        if (item.rule == cdm::Rule::kDina) moves = (g + 1 == n) == (p == 1);
        if (item.rule == cdm::Rule::kDino) moves = (g > 0) == (p == 1);
        if (item.rule == cdm::Rule::kAcdm) moves = p == 0 || (g >> (p - 1) & 1U) != 0;
        if (moves) moved.items[j].probability[g] += h;
      }
      compare(moved);
    }
  }
  for (std::size_t c = 1; c < 4; ++c) {
    auto moved = model;
    moved.populations[0].probability[c] += h;
    moved.populations[0].probability[0] -= h;
    compare(moved);
  }
}

TEST(CdmFitStatistics, M2IsItsFormula) {
  const auto model = small();
  const Responses answers = coins(model, 400, 0.0, 6);
  const auto fit = cdm::absolute_fit(model, answers).value();
  const auto match = match_all(model);
  const auto m = cdm::moments_detail::moments(model, match);
  const auto covariance = cdm::moments_detail::covariance(model, m);
  const auto derivatives = cdm::moments_detail::derivatives(model, match, m);
  const auto n = static_cast<Eigen::Index>(m.list.size());
  using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Eigen::MatrixXd x = Eigen::Map<const Rows>(covariance.data(), n, n);
  const Eigen::MatrixXd d = Eigen::Map<const Rows>(derivatives.values.data(), n, static_cast<Eigen::Index>(derivatives.n_parameters));
  Eigen::VectorXd e(n);
  for (Eigen::Index r = 0; r < n; ++r) {
    double sum = 0.0;
    const auto& moment = m.list[static_cast<std::size_t>(r)];
    for (std::int64_t i = 0; i < 400; ++i)
      sum += answers.at(i, static_cast<std::int64_t>(moment.a)) * answers.at(i, static_cast<std::int64_t>(moment.b));
    e(r) = sum / 400.0 - m.expected[static_cast<std::size_t>(r)];
  }
  const Eigen::MatrixXd inverse = x.inverse();
  const Eigen::MatrixXd c = inverse - inverse * d * (d.transpose() * inverse * d).inverse() * d.transpose() * inverse;
  EXPECT_EQ(fit.df, static_cast<int>(n) - static_cast<int>(derivatives.n_parameters));
  EXPECT_NEAR(fit.m2, 400.0 * e.dot(c * e), 1e-6 * fit.m2);
  EXPECT_NEAR(fit.rmsea2, std::sqrt((fit.m2 - fit.df) / (400.0 * fit.df)), 1e-10);
  EXPECT_LT(fit.rmsea2_lower, fit.rmsea2);
  EXPECT_GT(fit.rmsea2_upper, fit.rmsea2);
  double sum = 0.0;
  for (const auto& p : fit.pairs) sum += (p.correlation - p.expected_correlation) * (p.correlation - p.expected_correlation);
  EXPECT_NEAR(fit.srmsr, std::sqrt(sum / 21.0), 1e-12);
}

TEST(CdmFitStatistics, PairsAreComparedWithTheModelsTables) {
  const auto model = small();
  const Responses answers = coins(model, 300, 0.2, 8);
  const auto fit = cdm::absolute_fit(model, answers).value();
  ASSERT_EQ(fit.pairs.size(), 21U);
  double largest = 0.0;
  for (const auto& p : fit.pairs) {
    double expected[4] = {};
    for (std::uint32_t pattern = 0; pattern < 128; ++pattern)
      expected[(pattern >> p.first & 1U) * 2 + (pattern >> p.second & 1U)] += pattern_probability(model, pattern);
    double seen[4] = {};
    for (std::int64_t i = 0; i < 300; ++i)
      if (!is_missing(answers.at(i, p.first)) && !is_missing(answers.at(i, p.second)))
        seen[answers.at(i, p.first) * 2 + answers.at(i, p.second)] += 1.0;
    EXPECT_EQ(p.n, static_cast<std::int64_t>(seen[0] + seen[1] + seen[2] + seen[3]));
    EXPECT_NEAR(p.expected_log_odds_ratio, std::log(expected[0] * expected[3] / (expected[1] * expected[2])), 1e-10);
    EXPECT_NEAR(p.log_odds_ratio, std::log(seen[0] * seen[3] / (seen[1] * seen[2])), 1e-10);
    const double se = std::sqrt(1.0 / seen[0] + 1.0 / seen[1] + 1.0 / seen[2] + 1.0 / seen[3]);
    EXPECT_NEAR(p.log_odds_ratio_z, (p.log_odds_ratio - p.expected_log_odds_ratio) / se, 1e-9);
    EXPECT_NEAR(p.correlation_z,
                (std::atanh(p.correlation) - std::atanh(p.expected_correlation)) * std::sqrt(static_cast<double>(p.n) - 3.0), 1e-9);
    EXPECT_NEAR(p.correlation_p, std::erfc(std::fabs(p.correlation_z) / std::sqrt(2.0)), 1e-12);
    EXPECT_GE(p.correlation_p_adjusted, p.correlation_p);
    largest = std::max(largest, std::fabs(p.correlation_z));
  }
  EXPECT_EQ(fit.max_correlation_z, largest);
  EXPECT_NEAR(fit.max_correlation_p, std::min(1.0, 21.0 * std::erfc(largest / std::sqrt(2.0))), 1e-12);
  EXPECT_EQ(fit.pair_table().n_rows(), 21);
  EXPECT_EQ(fit.n_used + fit.n_dropped, 300);
}

TEST(CdmFitStatistics, RelativeFitIsDefined) {
  const auto f = cdm::relative_fit(-2631.6790069801, 45, 536.0);  // G-DINA on eleven fraction items, R GDINA 2.9.12
  EXPECT_NEAR(f.aic, 5353.3580139602, 1e-6);
  EXPECT_NEAR(f.bic, 5546.1440512084, 1e-6);
  EXPECT_NEAR(f.caic, 5591.1440512084, 1e-6);
  EXPECT_NEAR(f.sabic, 5403.2992268019, 1e-6);
}

TEST(CdmFitStatistics, WrongUse) {
  EXPECT_EQ(cdm::absolute_fit(mixed(2), coins(mixed(), 10, 0.0, 1)).error().code, Code::kInvalidArgument);
  EXPECT_EQ(cdm::absolute_fit(mixed(), rows({"I1", "I2"}, {{1, 0}})).error().code, Code::kNoItems);
  const auto none = cdm::absolute_fit(mixed(), coins(mixed(), 10, 1.0, 1)).value();
  EXPECT_TRUE(std::isnan(none.m2));
  EXPECT_EQ(none.df, 0);
}

}  // namespace
