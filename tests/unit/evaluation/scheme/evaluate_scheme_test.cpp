#include "scheme_cases.hpp"

#include <celadon/models/survey/intraclass.hpp>
#include <celadon/models/survey/means.hpp>
#include <celadon/models/survey/regression.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

namespace {

using namespace celadon;
using namespace celadon::scheme_cases;
using scheme::Aggregation;
using scheme::IndexState;
using scheme::Statistic;
using scheme::Weighting;

bool by_unit = true;  // a given matrix does not name its sampling units; the survey room then takes the design's degrees of freedom

void same(const scheme::IndexValue& ours, const survey::EstimateRow& theirs, const std::string& what) {
  EXPECT_EQ(ours.state, IndexState::kEvaluated) << what;
  EXPECT_NEAR(ours.value, theirs.value, 1e-9 * (1.0 + std::abs(theirs.value))) << what;
  EXPECT_NEAR(ours.se, theirs.se, 1e-8 * (1.0 + std::abs(theirs.se))) << what;
  if (by_unit) {
    EXPECT_NEAR(ours.degrees_of_freedom, theirs.degrees_of_freedom, 1e-6 * theirs.degrees_of_freedom) << what;
  }
}

// Every statistic of a leaf, under two kinds of designs, against the survey room (which is held against BIFIEsurvey): of schools, districts
// and the city.
class Leaves : public ::testing::TestWithParam<bool> {};

TEST_P(Leaves, EqualTheSurveyRoom) {
  City city(18, 3, 22, 3, 1);
  std::vector<double> replicates;
  survey::Design design = city.cohort(24);
  by_unit = !GetParam();
  if (GetParam()) {  // the same replicates, handed in as a matrix
    for (std::size_t i = 0; i < city.school.size(); ++i)
      for (int r = 0; r < design.n_replicates; ++r)
        replicates.push_back(city.weight[i] *
                             design.factors[static_cast<std::size_t>(design.unit[i]) * static_cast<std::size_t>(design.n_replicates) +
                                            static_cast<std::size_t>(r)]);
    survey::DesignSpec spec;
    spec.n_rows = city.n();
    spec.weights = city.weight;
    spec.method = survey::Method::kGiven;
    spec.replicate_weights = replicates;
    spec.scale = 23.0 / 24.0;
    spec.degrees_of_freedom = 23.0;
    design = survey::make_design(spec).value();
  }
  auto share = leaf("share", Statistic::kShareAtLeast, "score");
  share.cut = 510.0;
  auto most = leaf("most", Statistic::kShareAtMost, "sleep");
  most.cut = 8.0;
  auto ratio = leaf("ratio", Statistic::kRatio, "prior");
  ratio.per = "sem2";
  auto gradient = leaf("gradient", Statistic::kGradient, "score");
  gradient.predictors = {"ses", "prior"};
  auto explained = leaf("explained", Statistic::kVarianceExplained, "score");
  explained.predictors = {"ses"};
  auto gap = leaf("gap", Statistic::kGap, "score");
  gap.group = "sex";
  gap.least_n = 1;
  auto icc = leaf("icc", Statistic::kIcc, "score");
  icc.between = "school";
  auto corrected = leaf("corrected", Statistic::kIccCorrected, "score");
  corrected.between = "school";
  corrected.error_variance = "sem2";
  auto girls = leaf("girls", Statistic::kMean, "score");
  girls.where = {{"sex", "", 1.0, scheme::Comparison::kEquals, 2.0}};
  auto result = evaluated(scheme_of({leaf("mean", Statistic::kMean, "score"), leaf("sleep", Statistic::kMean, "sleep"), share, most,
                                     leaf("sd", Statistic::kSd, "score"), leaf("total", Statistic::kTotal, "prior"), ratio, gradient,
                                     explained, gap, icc, corrected, girls}),
                          {&city.with(design)});
  const survey::Design& d = city.design;
  const std::vector<std::int32_t> everywhere(city.school.size(), 0);
  const std::vector<std::int32_t> districts = city.district();
  const std::vector<std::pair<std::string, survey::Groups>> levels = {
      {"school", {city.school, 18}}, {"district", {districts, 3}}, {"city", {everywhere, 1}}};
  for (const auto& pair_of : levels) {
    const std::string& level = pair_of.first;
    const survey::Groups& groups = pair_of.second;
    const survey::Variable both[] = {city.variable("score"), city.variable("sleep")};
    const auto means = survey::means(d, both, groups).value();
    const auto spreads = survey::spreads(d, {both, 1}, groups).value();
    const double cut[] = {510.0};
    const auto shares = survey::shares_at_least(d, both[0], cut, groups).value();
    const double above[] = {std::nextafter(8.0, 9.0)};
    const auto rest = survey::shares_at_least(d, both[1], above, groups).value();
    const survey::Variable prior[] = {city.variable("prior")};
    const auto totals = survey::totals(d, prior, groups).value();
    const survey::Variable predictors[] = {city.variable("ses"), city.variable("prior")};
    const auto two = survey::linear_regression(d, both[0], predictors, groups).value();
    const auto one = survey::linear_regression(d, both[0], {predictors, 1}, groups).value();
    for (std::int32_t g = 0; g < groups.n_groups; ++g) {
      const std::string unit = level == "school" ? "s" + std::to_string(g) : level == "district" ? "d" + std::to_string(g) : "city";
      const auto at = [&](const char* id) { return result.at(0, level, unit, id); };
      same(at("mean"), means.find(g, "mean", "score"), level + " mean");
      same(at("sleep"), means.find(g, "mean", "sleep"), level + " sleep");
      same(at("sd"), spreads.find(g, "sd", "score"), level + " sd");
      same(at("share"), shares.find(g, "share_at_least"), level + " share");
      same(at("total"), totals.find(g, "total"), level + " total");
      same(at("gradient"), two.find(g, "b", "ses"), level + " gradient");
      same(at("explained"), one.find(g, "r_squared"), level + " explained");
      EXPECT_NEAR(at("most").value, 1.0 - rest.find(g, "share_at_least").value, 1e-12);
      EXPECT_NEAR(at("most").se, rest.find(g, "share_at_least").se, 1e-9);
      EXPECT_NEAR(at("ratio").value, survey::means(d, prior, groups).value().find(g, "mean").value / 600.0, 1e-9);
      std::vector<std::int32_t> cell(city.school.size(), -1);
      std::vector<std::int32_t> only_girls(city.school.size(), -1);
      for (std::size_t i = 0; i < cell.size(); ++i) {
        if (groups.index[i] != g) continue;
        cell[i] = city.sex[i] == 1.0 ? 0 : 1;
        if (cell[i] == 1) only_girls[i] = 0;
      }
      const survey::GroupPair pair[] = {{0, 1}};
      same(at("gap"), survey::gaps(d, both[0], {cell, 2}, pair).value().find(0, "gap"), level + " gap");
      if (at("girls").state == IndexState::kEvaluated)
        same(at("girls"), survey::means(d, {both, 1}, {only_girls, 1}).value().find(0, "mean", "score"), level + " girls");
      if (level == "school") {
        EXPECT_EQ(at("icc").state, IndexState::kNotForLevel);
        continue;
      }
      std::vector<std::int32_t> schools(city.school.size(), -1);
      for (std::size_t i = 0; i < cell.size(); ++i)
        if (groups.index[i] == g) schools[i] = city.school[i];
      survey::IntraclassOptions options;
      options.error_variance = 600.0;
      const auto between = survey::intraclass(d, both[0], {schools, 18}, {}, options).value();
      same(at("icc"), between.find(0, "icc"), level + " icc");
      same(at("corrected"), between.find(0, "icc_corrected"), level + " icc corrected");
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Designs, Leaves, ::testing::Bool());

// An index of three leaves of the same pupils: its error by recomputing everything under each replicate and plausible value by hand.
TEST(EvaluateScheme, ErrorsGoThroughTheTreeWithTheirCovariance) {
  City city(6, 2, 30, 3, 2);
  auto top = node("top", Aggregation::kGeometric, Weighting::kGiven);
  top.weights = {0.5, 0.3, 0.2};
  auto a = leaf("a", Statistic::kMean, "score");
  a.goalposts = {300.0, 700.0};
  auto b = leaf("b", Statistic::kShareAtLeast, "score");
  b.cut = 520.0;
  b.goalposts = {0.0, 1.0};
  auto c = leaf("c", Statistic::kMean, "sleep");
  c.goalposts = {4.0, 10.0};
  a.parent = b.parent = c.parent = 0;
  const auto result = evaluated(scheme_of({top, a, b, c}), {&city.with(city.cohort(16))});
  const survey::Design& d = city.design;
  const auto index = [&](std::int32_t school, int m, int r) {
    double w_score = 0.0;
    double sum = 0.0;
    double above = 0.0;
    double w_sleep = 0.0;
    double sleep = 0.0;
    for (std::size_t i = 0; i < city.school.size(); ++i) {
      if (city.school[i] != school) continue;
      const double factor = r < 0 ? 1.0 : d.factors[static_cast<std::size_t>(d.unit[i]) * 16 + static_cast<std::size_t>(r)];
      const double w = city.weight[i] * factor;
      const double x = city.score[static_cast<std::size_t>(m)][i];
      w_score += w;
      sum += w * x;
      above += x >= 520.0 ? w : 0.0;
      if (std::isnan(city.sleep[i])) continue;
      w_sleep += w;
      sleep += w * city.sleep[i];
    }
    const double ia = (sum / w_score - 300.0) / 4.0;
    const double ib = 100.0 * above / w_score;
    const double ic = (sleep / w_sleep - 4.0) / 0.06;
    return std::pow(ia, 0.5) * std::pow(ib, 0.3) * std::pow(ic, 0.2);
  };
  for (std::int32_t s = 0; s < 6; ++s) {
    double mean = 0.0;
    double within = 0.0;
    std::vector<double> values;
    for (int m = 0; m < 3; ++m) {
      values.push_back(index(s, m, -1));
      mean += values.back() / 3.0;
      for (int r = 0; r < 16; ++r) within += 15.0 / 16.0 * std::pow(index(s, m, r) - values.back(), 2) / 3.0;
    }
    double between = 0.0;
    for (const double v : values) between += (v - mean) * (v - mean) / 2.0;
    const auto& ours = result.at(0, "school", "s" + std::to_string(s), "top");
    EXPECT_NEAR(ours.value, mean, 1e-9);
    EXPECT_NEAR(ours.se, std::sqrt(within + (1.0 + 1.0 / 3.0) * between), 1e-9);
    EXPECT_NEAR(ours.evaluated_weight, 1.0, 1e-12);
    EXPECT_LT(ours.low, ours.value);
    EXPECT_GT(ours.high, ours.value);
  }
}

TEST(EvaluateScheme, TwoFramesAreIndependent) {
  City city(4, 2, 30, 1, 3);
  const std::vector<std::int32_t> school = {0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 3, 3, 3, 3};
  const std::vector<double> practice = {3, 4, 2, 5, 4, 4, 3, 2, 1, 2, 3, 4, 5, 5, 4};
  const survey::Design teachers = scheme::cohort_design(school, {}, 5, 3).value();
  scheme::Frame frame;
  frame.name = "teachers";
  frame.level = "school";
  frame.unit = school;
  frame.design = &teachers;
  frame.variables = {{"practice", {practice}}};
  scheme::Period period = city.with(city.cohort(20));
  period.frames.push_back(frame);
  auto top = node("top", Aggregation::kArithmetic);
  auto a = leaf("a", Statistic::kMean, "score");
  auto b = leaf("b", Statistic::kMean, "practice");
  b.frame = "teachers";
  b.least_n = 2;
  a.goalposts = {0.0, 1000.0};
  b.goalposts = {0.0, 10.0};
  a.parent = b.parent = 0;
  const auto result = evaluated(scheme_of({top, a, b}), {&period});
  const auto& t = result.at(0, "city", "city", "top");
  const double sa = result.at(0, "city", "city", "a").se / 10.0;
  const double sb = result.at(0, "city", "city", "b").se * 10.0;
  EXPECT_NEAR(t.se, 0.5 * std::sqrt(sa * sa + sb * sb), 1e-9);
  EXPECT_EQ(t.degrees_of_freedom, 4.0);
}

// Schools as sampling units say nothing of the error within one school; a matrix of replicate weights hides it, and is found out.
TEST(EvaluateScheme, OneSamplingUnitHasNoError) {
  City city(6, 2, 20, 1, 13);
  survey::DesignSpec spec;
  spec.n_rows = city.n();
  spec.weights = city.weight;
  spec.clusters = city.school;
  spec.method = survey::Method::kJk1;
  const survey::Design schools = survey::make_design(spec).value();
  std::vector<double> matrix;
  for (std::size_t i = 0; i < city.school.size(); ++i)
    for (int r = 0; r < 6; ++r)
      matrix.push_back(city.weight[i] * schools.factors[static_cast<std::size_t>(schools.unit[i]) * 6 + static_cast<std::size_t>(r)]);
  survey::DesignSpec given;
  given.n_rows = city.n();
  given.weights = city.weight;
  given.method = survey::Method::kGiven;
  given.replicate_weights = matrix;
  given.scale = 5.0 / 6.0;
  auto share = leaf("share", Statistic::kShareAtLeast, "score");
  share.cut = 500.0;
  for (const survey::Design& d : {schools, survey::make_design(given).value()}) {
    const auto result = evaluated(scheme_of({leaf("mean", Statistic::kMean, "score"), share}), {&city.with(d)});
    for (const char* id : {"mean", "share"}) {
      EXPECT_EQ(result.at(0, "school", "s1", id).state, IndexState::kEvaluated);
      EXPECT_TRUE(std::isnan(result.at(0, "school", "s1", id).se));
      EXPECT_TRUE(std::isnan(result.at(0, "school", "s1", id).low));
      EXPECT_GT(result.at(0, "city", "city", id).se, 0.0);
      EXPECT_EQ(result.at(0, "city", "city", id).degrees_of_freedom, 5.0);
      EXPECT_EQ(result.at(0, "district", "d0", id).degrees_of_freedom, 2.0);
    }
  }
}

// The document's own worked example.
TEST(EvaluateScheme, CountyBalanceExample) {
  const std::vector<double> pupils = {45, 37, 89, 76, 55};
  const std::vector<double> amount = {279, 137, 935, 160, 402};
  const std::vector<std::int32_t> unit = {0, 1, 2, 3, 4};
  const survey::Design d = scheme::census_design(5).value();
  scheme::Frame frame;
  frame.name = "schools";
  frame.level = "school";
  frame.unit = unit;
  frame.design = &d;
  frame.persons = false;
  frame.variables = {{"pupils", {pupils}}, {"amount", {amount}}};
  const scheme::Period period{"2017", {{"school", {"1", "2", "3", "4", "5"}, {}}, {"county", {"c"}, {}}}, {frame}, {}};
  auto cv = leaf("cv", Statistic::kCoefficientOfVariation, "amount");
  cv.frame = "schools";
  cv.per = "pupils";
  cv.between = "school";
  auto ratio = leaf("ratio", Statistic::kRatio, "amount");
  ratio.frame = "schools";
  ratio.per = "pupils";
  const auto result = evaluated(scheme_of({cv, ratio}), {&period});
  double x = 0.0;
  double n = 0.0;
  for (std::size_t i = 0; i < 5; ++i) {
    x += amount[i];
    n += pupils[i];
  }
  double s = 0.0;
  for (std::size_t i = 0; i < 5; ++i) s += pupils[i] / n * std::pow(amount[i] / pupils[i] - x / n, 2);
  const auto& v = result.at(0, "county", "c", "cv");
  EXPECT_NEAR(v.value, std::sqrt(s) / (x / n), 1e-12);
  EXPECT_EQ(std::round(v.value * 100.0), 52.0);
  EXPECT_EQ(std::round(result.at(0, "county", "c", "ratio").value * 100.0), 633.0);
  EXPECT_EQ(v.low, v.value);  // all schools, no sampling
  EXPECT_EQ(result.at(0, "school", "1", "cv").state, IndexState::kNotForLevel);
}

TEST(EvaluateScheme, ComplianceCountsConditionsAndWhatFallsShort) {
  // Four schools: all met; one short but above 85 %; one far short; one without a figure.
  const std::vector<double> a = {10, 9, 5, kNaN};
  const std::vector<double> b = {4, 4, 4, 4};
  const std::vector<double> per = {2, 2, 2, 2};
  const std::vector<std::int32_t> unit = {0, 0, 0, 0};
  const survey::Design d = scheme::census_design(4).value();
  scheme::Frame frame{"schools", "county", unit, &d, {{"a", {a}}, {"b", {b}}, {"pupils", {per}}}, false};
  const scheme::Period period{"t", {{"county", {"c"}, {}}}, {frame}, {}};
  auto i = leaf("rule", Statistic::kShareMeeting, "");
  i.frame = "schools";
  i.conditions = {{"a", "pupils", 1.0, scheme::Comparison::kAtLeast, 5.0}, {"b", "pupils", 100.0, scheme::Comparison::kAtLeast, 200.0}};
  i.least_met = 1;
  i.others_ratio = 0.85;
  auto all = i;
  all.id = "all";
  all.least_met = 0;
  all.others_ratio = 0.0;
  const auto result = evaluated(scheme_of({i, all}), {&period});
  EXPECT_NEAR(result.at(0, "county", "c", "rule").value, 2.0 / 3.0, 1e-12);
  EXPECT_NEAR(result.at(0, "county", "c", "all").value, 1.0 / 3.0, 1e-12);
  EXPECT_EQ(result.at(0, "county", "c", "all").n, 3.0);
}

TEST(EvaluateScheme, ProgressIsTheMeanResidualOfAllRows) {
  City city(20, 4, 25, 2, 4);
  auto i = leaf("progress", Statistic::kProgress, "score");
  i.predictors = {"prior", "ses"};
  const auto result = evaluated(scheme_of({i}), {&city.with(city.cohort(20))});
  EXPECT_NEAR(result.at(0, "city", "city", "progress").value, 0.0, 1e-9);
  const survey::Variable x[] = {city.variable("prior"), city.variable("ses")};
  for (std::int32_t s = 0; s < 20; ++s) {
    double expected = 0.0;
    for (std::size_t m = 0; m < 2; ++m) {
      const survey::Variable y{"y", {city.score[m]}};
      const auto b = survey::linear_regression(city.design, y, x).value();
      double w = 0.0;
      double sum = 0.0;
      for (std::size_t k = 0; k < city.school.size(); ++k) {
        if (city.school[k] != s) continue;
        w += city.weight[k];
        sum += city.weight[k] * (city.score[m][k] - b.find(0, "b", "(intercept)").value - b.find(0, "b", "prior").value * city.prior[k] -
                                 b.find(0, "b", "ses").value * city.ses[k]);
      }
      expected += sum / w / 2.0;
    }
    EXPECT_NEAR(result.at(0, "school", "s" + std::to_string(s), "progress").value, expected, 1e-7);
  }
}

TEST(EvaluateScheme, SameBitsForAnyNumberOfThreadsAndOrderOfRows) {
  City city(40, 5, 20, 3, 5);
  auto icc = leaf("icc", Statistic::kIcc, "score");
  icc.between = "school";
  auto p = leaf("p", Statistic::kProgress, "score");
  p.predictors = {"prior"};
  const scheme::Scheme s = scheme_of({leaf("mean", Statistic::kMean, "score"), icc, p});
  const auto one = evaluated(s, {&city.with(city.cohort())}, {}, 1);
  const auto three = evaluated(s, {&city.period}, {}, 3);
  for (std::size_t l = 0; l < 3; ++l)
    for (std::size_t k = 0; k < one.periods[0].values[l].size(); ++k) {
      const auto& x = one.periods[0].values[l][k];
      const auto& y = three.periods[0].values[l][k];
      EXPECT_EQ(std::memcmp(&x.value, &y.value, sizeof(double)), 0);
      EXPECT_EQ(std::memcmp(&x.se, &y.se, sizeof(double)), 0);
    }
}

TEST(EvaluateScheme, WhatIsMissingIsSaidAndTheRestIsEvaluated) {
  City city(6, 2, 15, 1, 6);
  auto top = node("top", Aggregation::kArithmetic);
  top.least_weight = 0.5;
  auto strict = node("strict", Aggregation::kArithmetic);
  auto a = leaf("a", Statistic::kMean, "score");
  auto b = leaf("b", Statistic::kMean, "nothing");
  auto c = leaf("c", Statistic::kMean, "score");
  auto d = leaf("d", Statistic::kMean, "nothing");
  auto other_frame = leaf("frame", Statistic::kMean, "x");
  other_frame.frame = "parents";
  auto level = leaf("level", Statistic::kIcc, "score");
  level.between = "class";
  auto cut = leaf("cut", Statistic::kShareAtLeast, "score");
  auto people = leaf("people", Statistic::kNone, "");
  a.parent = b.parent = 0;
  c.parent = d.parent = 1;
  const auto result = evaluated(
      scheme_of({top, strict, a, b, c, d, other_frame, level, cut, people, node("bare", Aggregation::kArithmetic, Weighting::kNone)}),
      {&city.with(city.cohort())});
  const auto state = [&](const char* id) { return result.at(0, "city", "city", id).state; };
  EXPECT_EQ(state("top"), IndexState::kEvaluated);
  EXPECT_NEAR(result.at(0, "city", "city", "top").evaluated_weight, 0.5, 1e-12);
  EXPECT_EQ(state("strict"), IndexState::kPartsMissing);
  EXPECT_EQ(state("b"), IndexState::kNotInData);
  EXPECT_EQ(state("frame"), IndexState::kNotInData);
  EXPECT_EQ(state("level"), IndexState::kNotInData);
  EXPECT_EQ(state("cut"), IndexState::kCutNotPublished);
  EXPECT_EQ(state("people"), IndexState::kByPeople);
  std::vector<Code> codes;
  for (const Finding& f : result.findings) codes.push_back(f.code);
  for (const Code code : {Code::kSchemeVariableAbsent, Code::kSchemeFrameAbsent, Code::kSchemeLevelAbsent, Code::kSchemeCutNotPublished,
                          Code::kSchemeQualitative})
    EXPECT_NE(std::find(codes.begin(), codes.end(), code), codes.end()) << code_name(code);
}

// Where a node asks for no share of the weights, parts without weight still make no number of it; a minimum does without weights.
TEST(EvaluateScheme, PartsWithoutWeightMakeNoNumber) {
  City city(4, 2, 15, 1, 6);
  for (const Aggregation how : {Aggregation::kArithmetic, Aggregation::kGeometric, Aggregation::kHarmonic, Aggregation::kMinimum}) {
    auto top = node("top", how, Weighting::kGiven);
    top.weights = {1.0, 0.0};
    top.least_weight = 0.0;
    auto bare = node("bare", how, Weighting::kNone);
    bare.least_weight = 0.0;
    auto absent = leaf("absent", Statistic::kMean, "nothing");
    auto there = leaf("there", Statistic::kMean, "score");
    absent.parent = there.parent = 0;
    auto second = leaf("second", Statistic::kMean, "score");
    second.parent = 3;
    const auto result = evaluated(scheme_of({top, absent, there, bare, second}), {&city.with(city.cohort())});
    const bool minimum = how == Aggregation::kMinimum;
    const auto& v = result.at(0, "city", "city", "top");
    EXPECT_EQ(v.state, minimum ? IndexState::kEvaluated : IndexState::kPartsMissing);
    EXPECT_EQ(v.evaluated_weight, 0.0);
    EXPECT_EQ(std::isnan(v.value), !minimum);
    EXPECT_EQ(result.at(0, "city", "city", "bare").state, minimum ? IndexState::kEvaluated : IndexState::kNoWeights);
  }
}

TEST(EvaluateScheme, UnitsWithoutAUnitAboveAreNamed) {
  City city(4, 2, 15, 1, 6);
  const scheme::Scheme s = scheme_of({leaf("mean", Statistic::kMean, "score")});
  EXPECT_TRUE(evaluated(s, {&city.with(city.cohort())}).findings.empty());
  scheme::Period loose = city.with(city.cohort());
  loose.levels[0].parent[1] = loose.levels[0].parent[3] = -1;
  const auto result = evaluated(s, {&loose});
  ASSERT_EQ(result.findings.size(), 1U);
  const Finding& f = result.findings[0];
  EXPECT_EQ(f.code, Code::kSchemeLooseUnits);
  EXPECT_EQ(f.severity, Severity::kWarning);
  EXPECT_EQ(f.place.column, "school");
  EXPECT_EQ(f.place.item, "s1");
  EXPECT_EQ(f.cause(Language::kEnglish),
            "2 units of level \"school\" have no district (the first: s1); their rows count in no unit of the levels above");
  EXPECT_EQ(f.cause(Language::kChinese), "2 个“school”级单位没有写明所属的“district”(第一个:s1),其数据不计入上级");
  const double n = result.at(0, "school", "s0", "mean").n + result.at(0, "school", "s2", "mean").n;
  EXPECT_EQ(result.at(0, "city", "city", "mean").n, n);
}

TEST(EvaluateScheme, DesignsOfACensus) {
  City city(3, 1, 50, 1, 11);
  const auto exact =
      evaluated(scheme_of({leaf("mean", Statistic::kMean, "score")}), {&city.with(scheme::census_design(city.n(), city.weight).value())});
  EXPECT_EQ(exact.at(0, "city", "city", "mean").se, 0.0);
  // Of a like cohort with equal weights the jackknife of a school's mean is near s / sqrt(n).
  const auto like = evaluated(scheme_of({leaf("mean", Statistic::kMean, "score"), leaf("sd", Statistic::kSd, "score")}),
                              {&city.with(scheme::cohort_design(city.school, {}, 80, 3).value())});
  for (int s = 0; s < 3; ++s) {
    const auto& v = like.at(0, "school", "s" + std::to_string(s), "mean");
    EXPECT_NEAR(v.se, like.at(0, "school", "s" + std::to_string(s), "sd").value / std::sqrt(v.n), 0.05 * v.se);
  }
  EXPECT_EQ(scheme::cohort_design(city.school, {}, 1).error().code, Code::kInvalidArgument);
}

TEST(EvaluateScheme, BadDataAreNamed) {
  City city(3, 1, 12, 1, 12);
  scheme::Scheme s = scheme_of({leaf("mean", Statistic::kMean, "score")});
  check(s);
  const auto code = [&](const scheme::Period& p) {
    const auto r = scheme::evaluate(s, std::span(&p, 1));
    return r ? Code::kNone : r.error().code;
  };
  survey::DesignSpec spec;
  spec.n_rows = city.n();
  EXPECT_EQ(code(city.with(survey::make_design(spec).value())), Code::kSchemeReplicates);
  scheme::Period good = city.with(city.cohort(5));
  EXPECT_EQ(code(good), Code::kNone);
  scheme::Period p = good;
  p.levels[0].parent = {0, 0, 5};
  EXPECT_EQ(code(p), Code::kSchemeUnits);
  p = good;
  p.levels[0].ids[1] = p.levels[0].ids[0];
  EXPECT_EQ(code(p), Code::kSchemeUnits);
  p = good;
  p.frames[0].level = "class";
  EXPECT_EQ(code(p), Code::kSchemeFrameInvalid);
  p = good;
  std::vector<std::int32_t> unit = city.school;
  unit[3] = 9;
  p.frames[0].unit = unit;
  EXPECT_EQ(code(p), Code::kSchemeFrameInvalid);
  city.score[0][4] = std::numeric_limits<double>::infinity();
  EXPECT_EQ(code(good), Code::kNotFinite);
  scheme::Scheme none;
  EXPECT_EQ(scheme::evaluate(none, std::span(&good, 1)).error().code, Code::kSchemeEmpty);
}

}  // namespace
