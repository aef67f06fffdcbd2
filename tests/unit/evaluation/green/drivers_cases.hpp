// Simulated schools for the tests of what goes with an outcome.
#pragma once

#include <celadon/core/arrow/reader.hpp>
#include <celadon/core/random.hpp>
#include <celadon/evaluation/green/drivers.hpp>

#include <gtest/gtest.h>
#include <boost/math/distributions/students_t.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

namespace celadon::drivers_cases {

using green::Drivers;

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

struct Truth {
  int schools = 30;
  int districts = 1;
  int per_school = 40;
  int n_pv = 1;
  double slope = 15.0;
  double slope_sd = 5.0;
  double school_sd = 30.0;
  double district_sd = 0.0;
  double residual_sd = 60.0;
  double pv_sd = 20.0;
  std::uint64_t seed = 3;
};

/// score = 500 + slope ses + 8 sex + school (+ district) + error; "noise" goes with nothing, "size" differs between schools only.
struct Case {
  std::vector<std::int32_t> unit;
  std::vector<std::vector<double>> score;
  std::vector<double> ses, sex, noise, size, weight;
  std::vector<std::int32_t> district_of;
  std::vector<double> school_slope;
  survey::Design design;
  scheme::Period period;

  explicit Case(const Truth& t) {
    random::Stream r(t.seed, random::purpose("test.drivers"));
    std::vector<double> district(static_cast<std::size_t>(t.districts));
    for (double& d : district) d = t.district_sd * r.normal();
    score.resize(static_cast<std::size_t>(t.n_pv));
    for (int s = 0; s < t.schools; ++s) {
      district_of.push_back(s % t.districts);
      const double intercept = t.school_sd * r.normal() + district[static_cast<std::size_t>(district_of.back())];
      school_slope.push_back(t.slope + t.slope_sd * r.normal());
      const double school_ses = 0.5 * r.normal();
      const double school_size = std::floor(400.0 + 200.0 * r.uniform());
      for (int i = 0; i < t.per_school; ++i) {
        unit.push_back(s);
        ses.push_back(school_ses + r.normal());
        sex.push_back(r.bernoulli(0.5) ? 1.0 : 0.0);
        noise.push_back(10.0 + 3.0 * r.normal());
        size.push_back(school_size);
        weight.push_back(1.0);
        const double y = 500.0 + school_slope.back() * ses.back() + 8.0 * sex.back() + intercept + t.residual_sd * r.normal();
        for (auto& column : score) column.push_back(y + (t.n_pv > 1 ? t.pv_sd * r.normal() : 0.0));
      }
    }
    make();
  }
  Case(const Case&) = delete;
  Case& operator=(const Case&) = delete;

  /// The period over the columns as they now are.
  void make() {
    period = {};
    period.id = "2026";
    scheme::UnitLevel schools{"school", {}, district_of};
    for (std::size_t s = 0; s < district_of.size(); ++s) schools.ids.push_back("s" + std::to_string(s));
    scheme::UnitLevel districts{"district", {}, {}};
    const auto n_districts = static_cast<std::size_t>(*std::max_element(district_of.begin(), district_of.end())) + 1;
    for (std::size_t d = 0; d < n_districts; ++d) districts.ids.push_back("d" + std::to_string(d));
    period.levels = {schools, districts, {"city", {"city"}, {}}};
    design = scheme::census_design(static_cast<std::int64_t>(unit.size()), weight).value();
    scheme::Frame f;
    f.name = "pupils";
    f.level = "school";
    f.unit = unit;
    f.design = &design;
    f.variables = {{"score", {}}, {"ses", {ses}}, {"sex", {sex}}, {"noise", {noise}}, {"size", {size}}};
    for (const auto& column : score) f.variables[0].columns.emplace_back(column);
    period.frames = {f};
  }
  std::vector<std::vector<double>*> columns() {
    std::vector<std::vector<double>*> out{&ses, &sex, &noise, &size, &weight};
    for (auto& c : score) out.push_back(&c);
    return out;
  }
  [[nodiscard]] arrow::DataTable table(std::size_t m = 0) const {
    Table t("t");
    t.add("score", score[m]).add("ses", ses).add("sex", sex).add("noise", noise).add("size", size);
    t.add("school", std::vector<std::int64_t>(unit.begin(), unit.end()));
    std::vector<std::int64_t> district;
    for (const auto u : unit) district.push_back(district_of[static_cast<std::size_t>(u)]);
    t.add("district", std::move(district));
    return arrow::DataTable::from_table(std::move(t));
  }
};

inline green::DriverOptions options(std::vector<std::string> predictors = {"ses", "sex", "noise"}) {
  green::DriverOptions out;
  out.outcome = "score";
  out.outcome_name = {"成绩", "score"};
  for (const auto& p : predictors) out.predictors.push_back({p, {p, p}});
  return out;
}

inline double sd_of(const std::vector<double>& x) {
  const double mean = std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
  double sum = 0.0;
  for (const double v : x) sum += (v - mean) * (v - mean);
  return std::sqrt(sum / static_cast<double>(x.size() - 1));
}
inline double mean_of(const std::vector<double>& x) {
  return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
}
inline double t_of(double confidence, double df) {
  return boost::math::quantile(boost::math::students_t(df), 0.5 + confidence / 2.0);
}

inline const Finding* find(const Drivers& d, Code code) {
  for (const auto& f : d.findings) {
    EXPECT_EQ(f.cause(Language::kEnglish).find('?'), std::string::npos) << f.cause(Language::kEnglish);
    EXPECT_EQ(f.cause(Language::kChinese).find('?'), std::string::npos) << f.cause(Language::kChinese);
    if (f.code == code) return &f;
  }
  return nullptr;
}

/// All numbers of an answer, one after the other.
inline std::vector<double> numbers(const Drivers& d) {
  std::vector<double> out;
  for (const auto& e : d.effects) out.insert(out.end(), {e.per, e.estimate, e.se, e.low, e.high, e.p});
  for (const auto* shares : {&d.balance, &d.balance_after})
    for (const auto& s : *shares) out.insert(out.end(), {s.variance, s.share, s.low, s.high});
  std::vector<green::GradientLine> lines = d.lines;
  lines.push_back(d.overall);
  for (const auto& l : lines) out.insert(out.end(), {l.x_low, l.x_high, l.y_low, l.y_high, l.slope, l.slope_se, static_cast<double>(l.n)});
  return out;
}
inline void same_bits(const Drivers& a, const Drivers& b) {
  const auto x = numbers(a);
  const auto y = numbers(b);
  ASSERT_EQ(x.size(), y.size());
  EXPECT_EQ(std::memcmp(x.data(), y.data(), x.size() * sizeof(double)), 0);
}

}  // namespace celadon::drivers_cases
