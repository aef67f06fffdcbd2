// Small samples with known designs, for the tests of models/survey.
#pragma once

#include <celadon/core/random.hpp>
#include <celadon/models/survey/estimate.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

namespace survey_cases {

namespace survey = celadon::survey;
using celadon::Code;
using celadon::ExecutionContext;

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

inline ExecutionContext threads(int n) {
  ExecutionContext context;
  context.n_threads = n;
  return context;
}

/// Pupils in schools in strata, weights, two groups, a score with plausible values and a binary outcome; drawn from a seed.
struct Sample {
  std::vector<double> weight;
  std::vector<std::int32_t> stratum;
  std::vector<std::int32_t> school;
  std::vector<std::int32_t> group;
  std::vector<double> books;
  std::vector<double> passed;
  std::vector<std::vector<double>> score;

  [[nodiscard]] std::int64_t n() const { return static_cast<std::int64_t>(weight.size()); }
  [[nodiscard]] survey::DesignSpec spec(survey::Method method) const {
    survey::DesignSpec out;
    out.n_rows = n();
    out.weights = weight;
    out.strata = stratum;
    out.clusters = school;
    out.method = method;
    return out;
  }
  [[nodiscard]] survey::Variable scores(std::size_t columns = 0) const {
    survey::Variable out{"score", {}};
    for (std::size_t m = 0; m < (columns == 0 ? score.size() : columns); ++m) out.columns.emplace_back(score[m]);
    return out;
  }
  [[nodiscard]] survey::Variable book() const { return {"books", {books}}; }
  [[nodiscard]] survey::Variable pass() const { return {"passed", {passed}}; }
  [[nodiscard]] survey::Groups groups() const { return {group, 2}; }
  [[nodiscard]] Sample reordered(const std::vector<std::int64_t>& order) const {
    Sample out = *this;
    for (std::size_t i = 0; i < order.size(); ++i) {
      const auto from = static_cast<std::size_t>(order[i]);
      out.weight[i] = weight[from];
      out.stratum[i] = stratum[from];
      out.school[i] = school[from];
      out.group[i] = group[from];
      out.books[i] = books[from];
      out.passed[i] = passed[from];
      for (std::size_t m = 0; m < score.size(); ++m) out.score[m][i] = score[m][from];
    }
    return out;
  }
};

inline Sample draw(std::int32_t n_strata, std::int32_t schools, std::int32_t pupils, std::size_t n_imputations = 5,
                   std::uint64_t seed = 11) {
  Sample out;
  out.score.resize(n_imputations);
  celadon::random::Stream stream(seed, celadon::random::purpose("test.survey"));
  for (std::int32_t h = 0; h < n_strata; ++h)
    for (std::int32_t s = 0; s < schools; ++s) {
      const double effect = stream.normal(0.0, 20.0);
      const double weight = stream.uniform(5.0, 30.0);
      for (std::int32_t i = 0; i < pupils; ++i) {
        out.weight.push_back(weight * stream.uniform(0.9, 1.1));
        out.stratum.push_back(h);
        out.school.push_back(s);
        out.group.push_back(stream.bernoulli(0.4) ? 1 : 0);
        out.books.push_back(static_cast<double>(stream.below(5)) + 1.0);
        const double truth = 500.0 + effect + 15.0 * out.books.back() + stream.normal(0.0, 60.0);
        out.passed.push_back(stream.bernoulli(1.0 / (1.0 + std::exp(-(truth - 540.0) / 40.0))) ? 1.0 : 0.0);
        for (auto& column : out.score) column.push_back(truth + stream.normal(0.0, 25.0));
      }
    }
  return out;
}

/// An argument of a message; "?" where there is none.
inline std::string argument_of(const celadon::Message& message, const std::string& name) {
  for (const auto& argument : message.arguments)
    if (argument.name == name) return argument.value;
  return "?";
}

/// Two answers are equal to the bit (NaN equals NaN).
inline void expect_same(const survey::Estimates& a, const survey::Estimates& b) {
  ASSERT_EQ(a.rows.size(), b.rows.size());
  const auto same = [](double x, double y) { return x == y || (x != x && y != y); };
  for (std::size_t i = 0; i < a.rows.size(); ++i) {
    EXPECT_TRUE(same(a.rows[i].value, b.rows[i].value)) << i << " " << a.rows[i].value << " " << b.rows[i].value;
    EXPECT_TRUE(same(a.rows[i].se, b.rows[i].se)) << i << " " << a.rows[i].se << " " << b.rows[i].se;
    EXPECT_TRUE(same(a.rows[i].n, b.rows[i].n)) << i;
  }
}

inline void expect_near(const survey::Estimates& a, const survey::Estimates& b, double relative) {
  ASSERT_EQ(a.rows.size(), b.rows.size());
  for (std::size_t i = 0; i < a.rows.size(); ++i) {
    EXPECT_NEAR(a.rows[i].value, b.rows[i].value, relative * (1e-3 + std::fabs(a.rows[i].value))) << i << a.rows[i].statistic;
    EXPECT_NEAR(a.rows[i].se, b.rows[i].se, relative * (1e-3 + std::fabs(a.rows[i].se))) << i << a.rows[i].statistic;
  }
}

}  // namespace survey_cases
