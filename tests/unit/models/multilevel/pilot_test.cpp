// Effects of a pilot: by hand, by enumeration of marks, and coverage in simulated cities.
#include <celadon/models/multilevel/pilot.hpp>

#include "models/multilevel/multilevel_cases.hpp"

namespace {

using namespace cases;
using multilevel::difference_in_differences;
using multilevel::interrupted_series;
using multilevel::PilotColumns;
using multilevel::PilotOptions;

const PilotColumns kColumns{"y", "school", "year", "pilot"};

struct City {
  Columns data;
  City() {
    data.numbers = {{"y", {}}, {"year", {}}, {"pilot", {}}};
    data.labels = {{"school", {}}};
  }
  void add(const std::string& school, double pilot, double year, double y) {
    data.numbers[0].second.push_back(y);
    data.numbers[1].second.push_back(year);
    data.numbers[2].second.push_back(pilot);
    data.labels[0].second.push_back(school);
  }
};

/// Schools of 20 pupils a year, four years, the pilot from year 2; each school has its level and its own change.
City simulated(std::uint64_t seed, int treated, int control, double effect, double change_sd = 0.4) {
  auto s = stream(seed);
  City city;
  for (int j = 0; j < treated + control; ++j) {
    const double level = s.normal();
    const double change = 0.2 + (j < treated ? effect : 0.0) + change_sd * (j < treated ? 1.5 : 1.0) * s.normal();
    for (int year = 0; year < 4; ++year)
      for (int i = 0; i < 20; ++i)
        city.add("s" + std::to_string(100 + j), j < treated ? 1.0 : 0.0, year, level + (year >= 2 ? change : 0.0) + s.normal());
  }
  return city;
}

PilotOptions from(double start) {
  PilotOptions o;
  o.start = start;
  o.n_permutations = 0;
  return o;
}

TEST(MultilevelPilot, DifferenceInDifferencesByHand) {
  City city;
  // Changes of treated schools 3, 5, 4; of controls 1, 2, 0, 1. Levels do not matter.
  const double changes[] = {3, 5, 4, 1, 2, 0, 1};
  for (int j = 0; j < 7; ++j)
    for (int i = 0; i < 2 + j; ++i) {
      city.add("s" + std::to_string(j), j < 3 ? 1.0 : 0.0, 2024, 50.0 + 7.0 * j);
      city.add("s" + std::to_string(j), j < 3 ? 1.0 : 0.0, 2025, 50.0 + 7.0 * j + changes[j]);
    }
  auto o = from(2025);
  o.needed_treated = 3;
  o.needed_control = 4;
  const auto r = difference_in_differences(city.data.table(), kColumns, o).value();
  ASSERT_EQ(r.effects.size(), 1U);  // one time before: nothing to say about trends
  const auto& e = r.effects[0];
  EXPECT_NEAR(e.mean_treated, 4.0, 1e-12);
  EXPECT_NEAR(e.mean_control, 1.0, 1e-12);
  EXPECT_NEAR(e.estimate, 3.0, 1e-12);
  const double a = 1.0 / 3.0;        // variance 1 of three
  const double b = 2.0 / 3.0 / 4.0;  // variance 2/3 of four
  EXPECT_NEAR(e.se, std::sqrt(a + b), 1e-12);
  EXPECT_NEAR(e.df, (a + b) * (a + b) / (a * a / 2.0 + b * b / 3.0), 1e-12);
  // R: qt(.975, df) = 2.8174737532; 2 pt(-3 / sqrt(.5), df) = 0.0142987159
  EXPECT_NEAR(e.upper, 3.0 + 2.8174737532 * e.se, 1e-9);
  EXPECT_NEAR(e.lower, 3.0 - 2.8174737532 * e.se, 1e-9);
  EXPECT_NEAR(e.p, 0.0142987159, 1e-9);
  EXPECT_FALSE(r.descriptive);
  EXPECT_EQ(r.schools.size(), 7U);
  EXPECT_EQ(r.schools[2].n_before, 4);
  EXPECT_EQ(r.schools_table().n_rows(), 7);
}

TEST(MultilevelPilot, PermutationTestIsTheShareOfAllMarks) {
  const City city = simulated(1, 4, 5, 0.7);
  auto o = from(2);
  o.needed_treated = 2;
  o.needed_control = 2;
  o.n_permutations = 40000;
  const auto r = difference_in_differences(city.data.table(), kColumns, o).value();
  // All 126 ways to mark four of nine.
  std::vector<double> change;
  for (const auto& s : r.schools) change.push_back(s.change[0]);
  const auto statistic = [&](unsigned marks) {
    double n[2] = {}, mean[2] = {}, squares[2] = {};
    for (std::size_t i = 0; i < 9; ++i) {
      n[(marks >> i) & 1U] += 1.0;
      mean[(marks >> i) & 1U] += change[i];
    }
    for (int k = 0; k < 2; ++k) mean[k] /= n[k];
    for (std::size_t i = 0; i < 9; ++i) squares[(marks >> i) & 1U] += std::pow(change[i] - mean[(marks >> i) & 1U], 2);
    return std::abs(mean[1] - mean[0]) / std::sqrt(squares[1] / (n[1] - 1) / n[1] + squares[0] / (n[0] - 1) / n[0]);
  };
  int as_large = 0;
  int all = 0;
  for (unsigned marks = 0; marks < 512; ++marks) {
    if (__builtin_popcount(marks) != 4) continue;
    ++all;
    as_large += statistic(marks) >= statistic(15) - 1e-9 ? 1 : 0;
  }
  ASSERT_EQ(all, 126);
  const double share = static_cast<double>(as_large) / all;
  EXPECT_NEAR(r.effects[0].p_permutation, share, 4.0 * std::sqrt(share * (1.0 - share) / 40000.0) + 1e-4);
}

TEST(MultilevelPilot, InterruptedSeriesReadsLevelAndSlope) {
  City city;
  auto s = stream(2);
  // Lines without noise: controls go on by .5 a year with their own small jump; treated jump by 2 more and gain .3 a year more.
  for (int j = 0; j < 20; ++j) {
    const double level = s.normal();
    const double jump = 0.1 * (j % 3);
    const double tilt = 0.05 * (j % 2);
    for (int year = 2018; year < 2026; ++year) {
      const double after = year >= 2022 ? 1.0 : 0.0;
      const double pilot = j < 6 ? 1.0 : 0.0;
      const double t = year - 2022;
      city.add(std::to_string(j), pilot, year, level + 0.5 * t + after * (jump + tilt * t + pilot * (2.0 + 0.3 * t)));
    }
  }
  const auto r = interrupted_series(city.data.table(), kColumns, from(2022)).value();
  ASSERT_EQ(r.effects.size(), 2U);
  double jumps[2] = {};
  double tilts[2] = {};
  for (int j = 0; j < 20; ++j) {
    jumps[j < 6] += 0.1 * (j % 3) / (j < 6 ? 6.0 : 14.0);
    tilts[j < 6] += 0.05 * (j % 2) / (j < 6 ? 6.0 : 14.0);
  }
  EXPECT_NEAR(r.effects[0].estimate, 2.0 + jumps[1] - jumps[0], 1e-9);
  EXPECT_NEAR(r.effects[1].estimate, 0.3 + tilts[1] - tilts[0], 1e-9);
  EXPECT_NEAR(r.effects[0].mean_control, jumps[0], 1e-9);
}

TEST(MultilevelPilot, IntervalsCoverTheTruth) {
  // 6 treated and 12 control schools of unlike spread; 95 % intervals, 600 cities: 99.9 % band of the share 92.1 to 97.9 %.
  int covered = 0;
  int flat = 0;
  constexpr int kCities = 600;
  for (int c = 0; c < kCities; ++c) {
    const auto r =
        difference_in_differences(simulated(5000 + static_cast<std::uint64_t>(c), 6, 12, 0.5).data.table(), kColumns, from(2)).value();
    covered += r.effects[0].lower <= 0.5 && r.effects[0].upper >= 0.5 ? 1 : 0;
    flat += r.effects[1].lower <= 0.0 && r.effects[1].upper >= 0.0 ? 1 : 0;  // no trend before
  }
  EXPECT_GE(covered, 0.921 * kCities);
  EXPECT_LE(covered, 0.979 * kCities);
  EXPECT_GE(flat, 0.921 * kCities);
  EXPECT_LE(flat, 0.979 * kCities);
}

TEST(MultilevelPilot, FewSchoolsAreDescriptive) {
  const auto r = difference_in_differences(simulated(3, 3, 12, 1.0).data.table(), kColumns, from(2)).value();
  EXPECT_TRUE(r.descriptive);
  EXPECT_FALSE(std::isnan(r.effects[0].estimate));
  for (const double v : {r.effects[0].se, r.effects[0].lower, r.effects[0].upper, r.effects[0].p, r.effects[0].p_permutation})
    EXPECT_TRUE(std::isnan(v));
  ASSERT_EQ(r.findings.size(), 1U);
  EXPECT_EQ(r.findings[0].code, Code::kDescriptiveOnly);
  EXPECT_EQ(r.findings[0].text(Language::kEnglish).find('{'), std::string::npos);
  EXPECT_TRUE(std::isnan(interrupted_series(simulated(3, 5, 9, 1.0).data.table(), kColumns, from(2)).value().effects[0].p));
}

TEST(MultilevelPilot, WhatIsLeftOutAndWhatIsAnError) {
  City city = simulated(4, 6, 12, 0.5);
  city.add("late", 0.0, 3, 1.0);  // no row before
  city.add("s100", 1.0, 3, kMissing);
  const auto r = difference_in_differences(city.data.table(), kColumns, from(2)).value();
  EXPECT_EQ(r.n_schools_left_out, 1);
  EXPECT_EQ(r.n_rows_left_out, 1);
  EXPECT_EQ(r.n_control, 12);
  EXPECT_EQ(r.findings.size(), 2U);
  const auto code = [](const City& c, const PilotOptions& o) {
    const auto made = difference_in_differences(c.data.table(), kColumns, o);
    EXPECT_FALSE(made);
    if (made) return Code::kCancelled;
    EXPECT_EQ(made.error().text(Language::kChinese).find('{'), std::string::npos);
    return made.error().code;
  };
  City mixed = city;
  mixed.add("s100", 0.0, 3, 1.0);
  EXPECT_EQ(code(mixed, from(2)), Code::kMixedTreatment);
  City odd = city;
  odd.add("s100", 2.0, 3, 1.0);
  EXPECT_EQ(code(odd, from(2)), Code::kNotBinary);
  EXPECT_EQ(code(city, from(99)), Code::kTooFewGroups);  // nobody has an after
  EXPECT_EQ(code(simulated(4, 0, 12, 0.5), from(2)), Code::kTooFewGroups);
  EXPECT_EQ(code(city, from(std::numeric_limits<double>::infinity())), Code::kInvalidArgument);
  City infinite = city;
  infinite.add("s100", 1.0, 3, -std::numeric_limits<double>::infinity());
  EXPECT_EQ(code(infinite, from(2)), Code::kNotFinite);
  infinite = city;
  infinite.add("s100", 1.0, std::numeric_limits<double>::infinity(), 1.0);
  EXPECT_EQ(code(infinite, from(2)), Code::kNotFinite);
  const auto where = interrupted_series(infinite.data.table(), kColumns, from(2)).error().place;
  EXPECT_EQ(where.column, "year");
  EXPECT_EQ(where.row, static_cast<std::int64_t>(infinite.data.number("year").size()));
  PilotColumns wrong = kColumns;
  wrong.treated = "none";
  EXPECT_EQ(difference_in_differences(city.data.table(), wrong, from(2)).error().code, Code::kUnknownVariable);
}

}  // namespace
