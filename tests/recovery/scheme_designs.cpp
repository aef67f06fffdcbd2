#include "scheme_designs.hpp"

#include <celadon/core/normal.hpp>
#include <celadon/core/random.hpp>
#include <celadon/evaluation/scheme/evaluate_scheme.hpp>

#include <cmath>
#include <vector>

namespace celadon_recovery {

namespace {

using namespace celadon;

constexpr int kSchools = 30;
constexpr int kDistricts = 3;
constexpr int kDraws = 5;
constexpr double kSlope = 30.0;
constexpr double kWithin = 80.0;  // sd of ability within a school, background held constant
constexpr double kSem = 40.0;
constexpr double kCut = 540.0;

/// The school's true mean: the same in every replication, one fifth of the schools at each of five places.
double school_mean(int school) {
  return 500.0 + 20.0 * (school / 6 - 2) + 3.0 * (school % 6 - 2.5);
}

struct City {
  std::vector<std::int32_t> school;
  std::vector<double> background, observed;
  std::vector<std::vector<double>> draws;
};

/// Plausible values: the regression of the test on background and school, its parameters drawn, then each pupil's posterior.
void draw_values(City& city, int pupils, random::Stream& r) {
  const std::size_t n = city.school.size();
  const double noise = std::sqrt(kWithin * kWithin + kSem * kSem);
  std::vector<double> mean_x(kSchools, 0.0);
  std::vector<double> mean_y(kSchools, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    mean_x[static_cast<std::size_t>(city.school[i])] += city.background[i] / pupils;
    mean_y[static_cast<std::size_t>(city.school[i])] += city.observed[i] / pupils;
  }
  double sxx = 0.0;
  double sxy = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    const double x = city.background[i] - mean_x[static_cast<std::size_t>(city.school[i])];
    sxx += x * x;
    sxy += x * (city.observed[i] - mean_y[static_cast<std::size_t>(city.school[i])]);
  }
  const double reliability = kWithin * kWithin / (noise * noise);
  const double posterior_sd = std::sqrt(reliability) * kSem;
  for (int m = 0; m < kDraws; ++m) {
    const double slope = sxy / sxx + noise / std::sqrt(sxx) * r.normal();
    std::vector<double> intercept(kSchools);
    for (std::size_t s = 0; s < kSchools; ++s) intercept[s] = mean_y[s] - slope * mean_x[s] + noise / std::sqrt(pupils) * r.normal();
    auto& column = city.draws.emplace_back();
    column.reserve(n);
    for (std::size_t i = 0; i < n; ++i) {
      const double prior = intercept[static_cast<std::size_t>(city.school[i])] + slope * city.background[i];
      column.push_back(prior + reliability * (city.observed[i] - prior) + posterior_sd * r.normal());
    }
  }
}

City simulate(int pupils, std::uint64_t replication) {
  random::Stream r(replication, random::purpose("recovery.scheme"), 0);
  City city;
  for (int s = 0; s < kSchools; ++s) {
    for (int k = 0; k < pupils; ++k) {
      city.school.push_back(s);
      city.background.push_back(r.normal());
      const double ability = school_mean(s) + kSlope * city.background.back() + kWithin * r.normal();
      city.observed.push_back(ability + kSem * r.normal());
    }
  }
  draw_values(city, pupils, r);
  return city;
}

scheme::Scheme make_scheme() {
  using scheme::Statistic;
  scheme::Scheme s;
  s.id = "recovery";
  const auto add = [&](const char* id, Statistic statistic, int parent) -> scheme::Indicator& {
    scheme::Indicator i;
    i.id = id;
    i.statistic = statistic;
    i.variable = "score";
    i.parent = parent;
    s.indicators.push_back(i);
    return s.indicators.back();
  };
  auto& top = add("index", Statistic::kNone, -1);
  top.variable.clear();
  top.aggregation = scheme::Aggregation::kArithmetic;
  top.weighting = scheme::Weighting::kEqual;
  add("mean", Statistic::kMean, 0).goalposts = {300.0, 700.0};
  auto& share = add("share", Statistic::kShareAtLeast, 0);
  share.cut = kCut;
  share.goalposts = {0.0, 1.0};
  add("sd", Statistic::kSd, -1);
  add("gradient", Statistic::kGradient, -1).predictors = {"background"};
  add("icc", Statistic::kIcc, -1).between = "school";
  check(s);
  return s;
}

/// The cohort's values for a set of schools of one size.
std::map<std::string, double> truth_of(const std::vector<int>& schools) {
  const double within = kSlope * kSlope + kWithin * kWithin;
  double mean = 0.0;
  double share = 0.0;
  for (const int s : schools) {
    mean += school_mean(s) / static_cast<double>(schools.size());
    share += (1.0 - normal_cdf((kCut - school_mean(s)) / std::sqrt(within))) / static_cast<double>(schools.size());
  }
  double between = 0.0;
  for (const int s : schools) between += (school_mean(s) - mean) * (school_mean(s) - mean);
  const auto k = static_cast<double>(schools.size());
  std::map<std::string, double> out = {{"mean", mean}, {"share", share}, {"sd", std::sqrt(within + between / k)}, {"gradient", kSlope}};
  out["index"] = 0.5 * (mean - 300.0) / 4.0 + 50.0 * share;
  if (schools.size() > 1) out["icc"] = between / (k - 1.0) / (between / (k - 1.0) + within);
  return out;
}

void count(const scheme::IndexValue& v, double truth, SchemeCoverage& to) {
  if (v.state != scheme::IndexState::kEvaluated) return;
  ++to.n;
  to.below += truth < v.low ? 1 : 0;
  to.above += truth > v.high ? 1 : 0;
  to.error += v.value - truth;
  to.squared += (v.value - truth) * (v.value - truth);
  to.se += v.se;
}

}  // namespace

void SchemeCoverage::add(const SchemeCoverage& other) {
  n += other.n;
  below += other.below;
  above += other.above;
  error += other.error;
  squared += other.squared;
  se += other.se;
}

std::map<std::string, SchemeCoverage> scheme_coverage(int pupils, std::uint64_t replication) {
  const City city = simulate(pupils, replication);
  const survey::Design design = scheme::cohort_design(city.school, {}, 80, replication).value();
  scheme::Frame frame;
  frame.name = "pupils";
  frame.level = "school";
  frame.unit = city.school;
  frame.design = &design;
  frame.variables = {{"score", {}}, {"background", {city.background}}};
  for (const auto& column : city.draws) frame.variables[0].columns.emplace_back(column);
  scheme::UnitLevel schools{"school", {}, {}};
  for (int s = 0; s < kSchools; ++s) {
    schools.ids.push_back(std::to_string(s));
    schools.parent.push_back(s % kDistricts);
  }
  const scheme::Period period{"1", {schools, {"district", {"0", "1", "2"}, {}}, {"city", {"city"}, {}}}, {frame}, {}};
  static const scheme::Scheme tree = make_scheme();
  const auto result = scheme::evaluate(tree, std::span(&period, 1)).value();
  std::map<std::string, SchemeCoverage> out;
  const auto look = [&](const std::string& level, const std::string& unit, const std::vector<int>& of) {
    for (const auto& [id, truth] : truth_of(of)) count(result.at(0, level, unit, id), truth, out[level + " " + id]);
  };
  std::vector<int> everyone;
  std::vector<std::vector<int>> districts(kDistricts);
  for (int s = 0; s < kSchools; ++s) {
    look("school", std::to_string(s), {s});
    count(result.at(0, "school", std::to_string(s), "mean"), school_mean(s), out["school mean fifth " + std::to_string(s / 6 + 1)]);
    everyone.push_back(s);
    districts[static_cast<std::size_t>(s % kDistricts)].push_back(s);
  }
  for (int d = 0; d < kDistricts; ++d) look("district", std::to_string(d), districts[static_cast<std::size_t>(d)]);
  look("city", "city", everyone);
  return out;
}

}  // namespace celadon_recovery
