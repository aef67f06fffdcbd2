// Means and their like: by hand, by identities between methods, and the same bits for any number of threads.
#include "models/survey/survey_cases.hpp"

#include <celadon/core/simd.hpp>
#include <celadon/models/survey/means.hpp>

namespace {

using namespace survey_cases;
using survey::Method;

const std::vector<double> kFive = {1, 2, 4, 7, 11};

survey::Design plain(Method method, std::int64_t n) {
  survey::DesignSpec spec;
  spec.n_rows = n;
  spec.method = method;
  return survey::make_design(spec).value();
}

TEST(Means, OfASimpleSampleHaveTheTextbookError) {
  const survey::Variable x{"x", {kFive}};
  const double mean = 5.0;
  const double variance = (16.0 + 9 + 1 + 4 + 36) / 4.0 / 5.0;
  for (const Method method : {Method::kLinearised, Method::kJk1, Method::kJkn}) {
    const auto out = survey::means(plain(method, 5), {&x, 1}).value();
    EXPECT_NEAR(out.rows[0].value, mean, 1e-14);
    EXPECT_NEAR(out.rows[0].sampling_variance, variance, 1e-13);
    EXPECT_EQ(out.rows[0].n, 5.0);
    EXPECT_EQ(out.rows[0].degrees_of_freedom, 4.0);
    EXPECT_NEAR(out.rows[0].effective_n, 5.0, 1e-12);
  }
}

TEST(Means, OfAFinitePopulationShrinkTheError) {
  const survey::Variable x{"x", {kFive}};
  const std::vector<double> population(5, 20.0);
  survey::DesignSpec spec;
  spec.n_rows = 5;
  spec.population_units = population;
  for (const Method method : {Method::kLinearised, Method::kJk1, Method::kJkn}) {
    spec.method = method;
    const auto out = survey::means(survey::make_design(spec).value(), {&x, 1}).value();
    EXPECT_NEAR(out.rows[0].sampling_variance, 0.75 * 66.0 / 4.0 / 5.0, 1e-13);
  }
}

TEST(Means, OfClustersLinearisedByHand) {
  // Two strata of two clusters; ratio mean = sum w x / sum w, influence of a cluster sum w (x - mean) / W.
  const std::vector<double> x = {1, 3, 2, 6, 4, 5, 9, 8};
  const std::vector<double> w = {1, 2, 1, 1, 2, 1, 1, 3};
  const std::vector<std::int32_t> strata = {0, 0, 0, 0, 1, 1, 1, 1};
  const std::vector<std::int32_t> clusters = {0, 0, 1, 1, 0, 0, 1, 1};
  survey::DesignSpec spec;
  spec.n_rows = 8;
  spec.weights = w;
  spec.strata = strata;
  spec.clusters = clusters;
  const survey::Variable v{"x", {x}};
  const auto out = survey::means(survey::make_design(spec).value(), {&v, 1}).value();
  double weight = 0.0;
  double mean = 0.0;
  for (std::size_t i = 0; i < 8; ++i) weight += w[i];
  for (std::size_t i = 0; i < 8; ++i) mean += w[i] * x[i] / weight;
  double z[4] = {};
  for (std::size_t i = 0; i < 8; ++i) z[i / 2] += w[i] * (x[i] - mean) / weight;
  double variance = 0.0;  // n_h / (n_h - 1) sum (z - mean)^2 = (z1 - z2)^2 for pairs
  for (int h = 0; h < 2; ++h) variance += (z[2 * h] - z[2 * h + 1]) * (z[2 * h] - z[2 * h + 1]);
  EXPECT_NEAR(out.rows[0].value, mean, 1e-14);
  EXPECT_NEAR(out.rows[0].sampling_variance, variance, 1e-14);
  EXPECT_EQ(out.rows[0].degrees_of_freedom, 2.0);
}

TEST(Totals, OfPairedStrataAgreeExactlyBetweenTheMethods) {
  // For a linear statistic JK2, JKn, BRR, Fay and linearisation are one formula (Wolter 2007, section 3.2 and 4.4).
  const Sample sample = draw(9, 2, 6);
  const auto score = sample.scores(1);
  const auto reference =
      survey::totals(survey::make_design(sample.spec(Method::kLinearised)).value(), {&score, 1}, sample.groups()).value();
  for (const Method method : {Method::kJk2, Method::kJkn, Method::kBrr, Method::kFay}) {
    const auto out = survey::totals(survey::make_design(sample.spec(method)).value(), {&score, 1}, sample.groups()).value();
    expect_near(out, reference, 1e-9);
  }
  auto spec = sample.spec(Method::kBootstrap);
  spec.n_bootstrap = 20000;
  const auto boot = survey::totals(survey::make_design(spec).value(), {&score, 1}, sample.groups()).value();
  for (std::size_t i = 0; i < boot.rows.size(); ++i) EXPECT_NEAR(boot.rows[i].se / reference.rows[i].se, 1.0, 0.04);
}

TEST(Spreads, CorrelationsAndSharesAgreeBetweenTheMethods) {
  const Sample sample = draw(25, 2, 20);
  const survey::Variable both[] = {sample.scores(), sample.book()};
  const auto run = [&](Method method) {
    const auto design = survey::make_design(sample.spec(method)).value();
    auto out = survey::spreads(design, both, sample.groups()).value();
    const double cuts[] = {480.0, 560.0};
    for (const auto& more : {survey::shares_at_least(design, both[0], cuts, sample.groups()).value(),
                             survey::correlations(design, both, sample.groups()).value()})
      out.rows.insert(out.rows.end(), more.rows.begin(), more.rows.end());
    return out;
  };
  const auto reference = run(Method::kLinearised);
  for (const Method method : {Method::kJk2, Method::kJkn, Method::kBrr, Method::kFay}) {
    const auto out = run(method);
    for (std::size_t i = 0; i < out.rows.size(); ++i) {
      EXPECT_NEAR(out.rows[i].value, reference.rows[i].value, 1e-10 * std::fabs(reference.rows[i].value));
      EXPECT_NEAR(out.rows[i].sampling_variance / reference.rows[i].sampling_variance, 1.0, 0.25) << out.rows[i].statistic;
      EXPECT_NEAR(out.rows[i].imputation_variance, reference.rows[i].imputation_variance, 1e-9);
    }
  }
}

TEST(Spreads, AreTheDefinition) {
  const Sample sample = draw(3, 4, 5, 1);
  const auto design = survey::make_design(sample.spec(Method::kJkn)).value();
  const auto v = sample.scores();
  double w = 0.0;
  double mean = 0.0;
  double squares = 0.0;
  for (std::size_t i = 0; i < sample.weight.size(); ++i) w += sample.weight[i];
  for (std::size_t i = 0; i < sample.weight.size(); ++i) mean += sample.weight[i] * sample.score[0][i] / w;
  for (std::size_t i = 0; i < sample.weight.size(); ++i) squares += sample.weight[i] * std::pow(sample.score[0][i] - mean, 2);
  const auto sd = [&](survey::Divisor d) { return survey::spreads(design, {&v, 1}, {}, d)->find(0, "sd").value; };
  EXPECT_NEAR(sd(survey::Divisor::kSample), std::sqrt(squares / w * 60.0 / 59.0), 1e-9);
  EXPECT_NEAR(sd(survey::Divisor::kWeight), std::sqrt(squares / w), 1e-9);
  EXPECT_NEAR(sd(survey::Divisor::kWeightLessOne), std::sqrt(squares / (w - 1.0)), 1e-9);
}

TEST(Gaps, TakeTheCovarianceOfTheGroupsIntoAccount) {
  const Sample sample = draw(8, 2, 15, 3);
  const auto v = sample.scores();
  // Under JK2 by hand: replicate the difference of the two means.
  const auto design = survey::make_design(sample.spec(Method::kJk2)).value();
  const survey::GroupPair pair{0, 1};
  const auto out = survey::gaps(design, v, sample.groups(), {&pair, 1}).value();
  const auto means = survey::means(design, {&v, 1}, sample.groups()).value();
  const auto gap = out.find(0, "gap");
  EXPECT_EQ(gap.other, 1);
  EXPECT_NEAR(gap.value, means.rows[0].value - means.rows[1].value, 1e-10);
  double variance = 0.0;
  for (std::size_t m = 0; m < 3; ++m) {
    const auto difference = [&](int replicate) {
      double sum[2] = {};
      double weight[2] = {};
      for (std::size_t i = 0; i < sample.weight.size(); ++i) {
        const double f = replicate < 0 ? 1.0 : design.factors[static_cast<std::size_t>(design.unit[i] * design.n_replicates + replicate)];
        sum[sample.group[i]] += f * sample.weight[i] * sample.score[m][i];
        weight[sample.group[i]] += f * sample.weight[i];
      }
      return sum[0] / weight[0] - sum[1] / weight[1];
    };
    for (int r = 0; r < design.n_replicates; ++r) variance += std::pow(difference(r) - difference(-1), 2) / 3.0;
  }
  EXPECT_NEAR(gap.sampling_variance, variance, 1e-8 * variance);
}

TEST(Given, ReplicateWeightsEqualTheDesignTheyWereMadeFrom) {
  const Sample sample = draw(12, 2, 30);
  const auto design = survey::make_design(sample.spec(Method::kJk2)).value();
  std::vector<double> matrix;
  for (std::size_t i = 0; i < sample.weight.size(); ++i)
    for (int r = 0; r < design.n_replicates; ++r)
      matrix.push_back(sample.weight[i] * design.factors[static_cast<std::size_t>(design.unit[i] * design.n_replicates + r)]);
  survey::DesignSpec spec;
  spec.n_rows = sample.n();
  spec.weights = sample.weight;
  spec.method = Method::kGiven;
  spec.replicate_weights = matrix;
  const auto given = survey::make_design(spec).value();
  const survey::Variable both[] = {sample.scores(), sample.book()};
  expect_near(survey::spreads(given, both, sample.groups()).value(), survey::spreads(design, both, sample.groups()).value(), 1e-9);
  expect_near(survey::correlations(given, both).value(), survey::correlations(design, both).value(), 1e-9);
}

TEST(Means, HaveTheSameBitsForAnyThreadsAndInstructionSet) {
  const Sample sample = draw(20, 2, 500);  // 20,000 rows, five blocks
  const survey::Variable both[] = {sample.scores(), sample.book()};
  std::vector<double> matrix(sample.weight.size() * 11);
  for (std::size_t i = 0; i < matrix.size(); ++i) matrix[i] = sample.weight[i / 11] * (0.5 + static_cast<double>(i % 7) / 6.0);
  survey::DesignSpec given;
  given.n_rows = sample.n();
  given.weights = sample.weight;
  given.method = Method::kGiven;
  given.replicate_weights = matrix;
  for (const auto& spec : {sample.spec(Method::kJk2), sample.spec(Method::kLinearised), given}) {
    const auto design = survey::make_design(spec).value();
    const auto one = survey::spreads(design, both, sample.groups(), survey::Divisor::kSample, threads(1)).value();
    for (const int n : {2, 3, 8})
      expect_same(one, survey::spreads(design, both, sample.groups(), survey::Divisor::kSample, threads(n)).value());
    const auto level = celadon::simd::level();
    for (const auto other : celadon::simd::available_levels()) {
      celadon::simd::force_level(other);
      expect_same(one, survey::spreads(design, both, sample.groups(), survey::Divisor::kSample, threads(2)).value());
    }
    celadon::simd::force_level(level);
  }
}

TEST(Means, DoNotDependOnTheOrderOfRowsNorOnLabels) {
  const Sample sample = draw(6, 2, 40);
  celadon::random::Stream stream(5);
  const auto mixed = sample.reordered(stream.permutation(sample.n()));
  auto labelled = sample;
  for (auto& s : labelled.stratum) s = 100 - 3 * s;
  for (auto& s : labelled.school) s = 17 * s + 4;
  const auto run = [](const Sample& s) {
    const auto v = s.scores();
    return survey::spreads(survey::make_design(s.spec(Method::kJk2)).value(), {&v, 1}, s.groups()).value();
  };
  expect_near(run(mixed), run(sample), 1e-10);
  expect_near(run(labelled), run(sample), 1e-10);
}

TEST(Means, IgnoreRowsWithoutWeightValueOrGroup) {
  const Sample sample = draw(5, 3, 8, 2);
  auto longer = sample;
  for (int k = 0; k < 3; ++k) {
    longer.weight.push_back(k == 0 ? 0.0 : 3.0);
    longer.stratum.push_back(2);
    longer.school.push_back(k == 0 ? 77 : 1);  // the school of a row without weight is no unit
    longer.group.push_back(k == 2 ? -1 : 0);
    longer.books.push_back(1.0);
    longer.passed.push_back(1.0);
    for (auto& column : longer.score) column.push_back(k == 1 ? kNaN : 1e6);
  }
  const auto run = [](const Sample& s) {
    const auto v = s.scores();
    return survey::means(survey::make_design(s.spec(Method::kJkn)).value(), {&v, 1}, s.groups()).value();
  };
  expect_near(run(longer), run(sample), 1e-10);
}

TEST(Means, SayWhichGroupsHaveNoValueOrNoError) {
  Sample sample = draw(2, 2, 5, 1);
  for (std::size_t i = 0; i < sample.group.size(); ++i) sample.group[i] = i < 5 ? 0 : 2;
  const auto v = sample.scores();
  const auto out = survey::means(survey::make_design(sample.spec(Method::kJkn)).value(), {&v, 1}, {sample.group, 3}).value();
  EXPECT_TRUE(std::isfinite(out.rows[0].value));
  EXPECT_TRUE(std::isnan(out.rows[0].se));  // one school
  EXPECT_TRUE(std::isnan(out.rows[1].value));
  EXPECT_EQ(out.rows[1].n, 0.0);
  EXPECT_TRUE(std::isfinite(out.rows[2].se));
  std::vector<Code> codes;
  for (const auto& f : out.findings) codes.push_back(f.code);
  EXPECT_THAT(codes, testing::UnorderedElementsAre(Code::kEmptyDomain, Code::kSingleUnitDomain));
  EXPECT_EQ(out.to_table().n_rows(), 3);
}

TEST(Gaps, HaveNoErrorWhereAGroupLiesInOneUnit) {
  // Two strata of two schools of four pupils; group g lies in the schools that are listed: 0 and 1 in one each, 2 in none, 3 in two.
  const std::vector<double> x = {1, 3, 2, 5, 2, 6, 4, 8, 4, 5, 7, 3, 9, 8, 1, 6};
  const std::vector<std::int32_t> strata = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1};
  const std::vector<std::int32_t> schools = {0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1};
  const std::vector<std::int32_t> group = {0, 0, 0, 0, 1, 1, 1, 1, 3, 3, 3, 4, 3, 3, 4, 4};
  const survey::Variable v{"x", {x}};
  const auto told = [](const survey::Estimates& out) {
    std::vector<std::string> lines;
    for (const auto& f : out.findings)
      lines.push_back(std::string(celadon::code_name(f.code)) + " " + argument_of(f, "n") + " " + argument_of(f, "group"));
    return lines;
  };
  survey::DesignSpec spec;
  spec.n_rows = 16;
  spec.strata = strata;
  spec.clusters = schools;
  for (const Method method : {Method::kLinearised, Method::kJk2, Method::kJkn, Method::kFay, Method::kBootstrap}) {
    SCOPED_TRACE(survey::method_name(method));
    spec.method = method;
    const auto design = survey::make_design(spec).value();
    const survey::Groups groups{group, 5};
    const survey::GroupPair alone[] = {{0, 1}, {1, 0}, {3, 1}};
    const auto out = survey::gaps(design, v, groups, alone).value();
    for (const auto& row : out.rows) {
      EXPECT_TRUE(std::isfinite(row.value)) << row.statistic;
      EXPECT_TRUE(std::isnan(row.se)) << row.statistic << " " << row.group << " " << row.other;
    }
    EXPECT_NEAR(out.rows[0].value, -2.25, 1e-13);
    EXPECT_THAT(told(out), testing::ElementsAre("single_unit_domain 2 0"));  // groups 0 and 1, each told once
    const survey::GroupPair empty[] = {{3, 2}, {2, 3}};
    const auto none = survey::gaps(design, v, groups, empty).value();
    for (const auto& row : none.rows) EXPECT_TRUE(std::isnan(row.value) && std::isnan(row.se));
    EXPECT_THAT(told(none), testing::ElementsAre("empty_domain 1 2"));
    const survey::GroupPair both[] = {{3, 4}};
    const auto good = survey::gaps(design, v, groups, both).value();
    if (method == Method::kLinearised || method == Method::kFay) {  // the others may leave a group without a row
      EXPECT_GT(good.rows[0].se, 0.0);
      EXPECT_TRUE(good.findings.empty());
    }
  }
}

TEST(Means, RefuseBadColumns) {
  std::vector<double> x = kFive;
  const auto design = plain(Method::kLinearised, 5);
  const auto code = [&](const survey::Variable& v) { return survey::means(design, {&v, 1}).error().code; };
  EXPECT_EQ(code({"x", {}}), Code::kInvalidArgument);
  EXPECT_EQ(code({"x", {std::span<const double>(x).first(4)}}), Code::kLengthMismatch);
  x[3] = std::numeric_limits<double>::infinity();
  const survey::Variable v{"x", {x}};
  const auto error = survey::means(design, {&v, 1}).error();
  EXPECT_EQ(error.code, Code::kNotFinite);
  EXPECT_EQ(error.place.row, 4);
  const survey::Variable second[] = {{"a", {kFive}}, {"x", {x}}};
  EXPECT_EQ(survey::correlations(design, second).error().place.column, "x");
  EXPECT_EQ(survey::correlations(design, second).error().place.row, 4);
  const survey::Variable pair[] = {{"a", {kFive, kFive}}, {"b", {kFive, kFive, kFive}}};
  EXPECT_EQ(survey::correlations(design, pair).error().code, Code::kInvalidArgument);
  EXPECT_EQ(survey::correlations(design, {pair, 1}).error().code, Code::kInvalidArgument);
  const std::vector<std::int32_t> far = {0, 1, 2, 0, 0};
  EXPECT_EQ(survey::means(design, {pair, 1}, {far, 2}).error().code, Code::kInvalidArgument);
}

}  // namespace
