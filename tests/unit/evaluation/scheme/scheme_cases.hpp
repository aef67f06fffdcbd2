// A small simulated city for the tests of schemes.
#pragma once

#include <celadon/core/random.hpp>
#include <celadon/evaluation/scheme/evaluate_scheme.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace celadon::scheme_cases {

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Pupils in schools in districts in one city, with plausible values, background, a scale and some missing cells.
struct City {
  std::vector<std::int32_t> school;
  std::vector<double> weight;
  std::vector<std::vector<double>> score;  // plausible values
  std::vector<double> ses;
  std::vector<double> sex;
  std::vector<double> prior;
  std::vector<double> sleep;
  std::vector<double> sem2;
  std::vector<std::int32_t> district_of_school;
  scheme::Period period;
  survey::Design design;
  scheme::Frame frame;

  City(int n_schools, int n_districts, int per_school, int n_pv, std::uint64_t seed, const std::string& id = "2026") {
    random::Stream r(seed, random::purpose("test.scheme"));
    for (int s = 0; s < n_schools; ++s) {
      district_of_school.push_back(s % n_districts);
      const double effect = 30.0 * r.normal();
      const int n = per_school + static_cast<int>(r.below(7));
      for (int k = 0; k < n; ++k) {
        school.push_back(s);
        weight.push_back(0.5 + r.uniform());
        ses.push_back(r.normal());
        sex.push_back(r.bernoulli(0.5) ? 1.0 : 2.0);
        prior.push_back(500.0 + effect + 80.0 * r.normal());
        const double truth = 500.0 + 0.5 * (prior.back() - 500.0) + 15.0 * ses.back() + effect + 60.0 * r.normal();
        score.resize(static_cast<std::size_t>(n_pv));
        for (auto& column : score) column.push_back(truth + 25.0 * r.normal());
        sleep.push_back(r.bernoulli(0.05) ? kNaN : 8.0 + 1.5 * r.normal());
        sem2.push_back(600.0);
      }
    }
    period.id = id;
    scheme::UnitLevel schools{"school", {}, district_of_school};
    for (int s = 0; s < n_schools; ++s) schools.ids.push_back("s" + std::to_string(s));
    scheme::UnitLevel districts{"district", {}, {}};
    for (int d = 0; d < n_districts; ++d) districts.ids.push_back("d" + std::to_string(d));
    period.levels = {schools, districts, {"city", {"city"}, {}}};
    frame.name = "pupils";
    frame.level = "school";
    frame.variables = {{"score", {}}, {"ses", {ses}}, {"sex", {sex}}, {"prior", {prior}}, {"sleep", {sleep}}, {"sem2", {sem2}}};
    for (const auto& column : score) frame.variables[0].columns.emplace_back(column);
    frame.unit = school;
  }
  City(const City&) = delete;
  City& operator=(const City&) = delete;

  [[nodiscard]] std::int64_t n() const { return static_cast<std::int64_t>(school.size()); }
  [[nodiscard]] std::vector<std::int32_t> district() const {
    std::vector<std::int32_t> out;
    out.reserve(school.size());
    for (const std::int32_t s : school) out.push_back(district_of_school[static_cast<std::size_t>(s)]);
    return out;
  }
  [[nodiscard]] const survey::Variable& variable(const std::string& name) const {
    for (const auto& v : frame.variables)
      if (v.name == name) return v;
    throw LogicError("no such variable");
  }
  /// The period with this design.
  const scheme::Period& with(survey::Design d) {
    design = std::move(d);
    frame.design = &design;
    period.frames = {frame};
    return period;
  }
  /// Delete-a-group jackknife over pupils.
  survey::Design cohort(int groups = 40) const { return scheme::cohort_design(school, weight, groups, 7).value(); }
};

inline scheme::Indicator leaf(const std::string& id, scheme::Statistic statistic, const std::string& variable) {
  scheme::Indicator i;
  i.id = id;
  i.name = {id, id};
  i.statistic = statistic;
  i.variable = variable;
  return i;
}

inline scheme::Indicator node(const std::string& id, scheme::Aggregation aggregation,
                              scheme::Weighting weighting = scheme::Weighting::kEqual) {
  scheme::Indicator i;
  i.id = id;
  i.name = {id, id};
  i.aggregation = aggregation;
  i.weighting = weighting;
  return i;
}

inline scheme::Scheme scheme_of(std::vector<scheme::Indicator> indicators) {
  scheme::Scheme s;
  s.id = "test";
  s.name = {"测试", "test"};
  s.edition = "1";
  s.indicators = std::move(indicators);
  return s;
}

/// The scheme evaluated for periods in order; it must be sound.
inline scheme::SchemeEvaluation evaluated(scheme::Scheme s, const std::vector<const scheme::Period*>& periods,
                                          const scheme::SchemeOptions& options = {}, int threads = 2) {
  const Findings wrong = check(s);
  EXPECT_TRUE(wrong.empty()) << (wrong.empty() ? "" : wrong.front().text(Language::kEnglish));
  std::vector<scheme::Period> all;
  all.reserve(periods.size());
  for (const auto* p : periods) all.push_back(*p);
  ExecutionContext context;
  context.n_threads = threads;
  return scheme::evaluate(s, all, options, context).value();
}

}  // namespace celadon::scheme_cases
