#include <celadon/models/composite/uncertainty.hpp>

#include "models/composite/composite_cases.hpp"

#include <gtest/gtest.h>

namespace {

using namespace composite_cases;

std::vector<Factor> factors(bool data_error) {
  std::vector<Factor> out(3);
  out[0].name = "noise";
  out[0].noise = {0.2, 0.2};
  out[1].name = "scale";
  out[1].choice = Choice::kNormalisation;
  out[1].normalisations.resize(2);
  out[1].normalisations[0].lower = 1.0;
  out[1].normalisations[1].method = Normalisation::kRank;
  out[2].name = "mean";
  out[2].choice = Choice::kAggregation;
  out[2].aggregations.resize(2);
  out[2].aggregations[1].methods = {Aggregation::kGeometric};
  if (data_error) {
    out.emplace_back();
    out.back().name = "error";
    out.back().choice = Choice::kDataError;
  }
  return out;
}

TEST(CompositeUncertainty, SameBitsForAnyNumberOfThreads) {
  for (const bool data_error : {false, true}) {
    const Measures m = simulated(30);
    SensitivityOptions o;
    o.n_runs = 40;
    o.keep_runs = true;
    o.n_bootstrap = 20;
    ExecutionContext one;
    one.n_threads = 1;
    const auto first = sensitivity(m, {}, factors(data_error), o, one).value();
    for (const int threads : {2, 3, 8}) {
      ExecutionContext many;
      many.n_threads = threads;
      const auto other = sensitivity(m, {}, factors(data_error), o, many).value();
      EXPECT_EQ(first.uncertainty.run_scores.values, other.uncertainty.run_scores.values);
      EXPECT_EQ(first.uncertainty.run_ranks.values, other.uncertainty.run_ranks.values);
      for (std::size_t f = 0; f < first.factors.size(); ++f) {
        EXPECT_EQ(first.factors[f].total, other.factors[f].total);
        EXPECT_EQ(first.factors[f].first_order_upper, other.factors[f].first_order_upper);
      }
    }
  }
}

TEST(CompositeUncertainty, KeptStepsGiveTheSameAsBuildingEachRun) {
  const Measures m = simulated(25);
  UncertaintyOptions o;
  o.n_runs = 30;
  o.keep_runs = true;
  std::vector<Factor> f = factors(false);
  f.erase(f.begin());
  const auto u = uncertainty(m, {}, f, o).value();
  for (std::int64_t r = 0; r < o.n_runs; ++r) {
    Construction c;
    c.normalisation = {f[0].normalisations[u.design(r, 0) < 0.5 ? 0 : 1]};
    c.aggregation = f[1].aggregations[u.design(r, 1) < 0.5 ? 0 : 1];
    const auto index = build(m, c).value();
    for (std::int64_t i = 0; i < 25; ++i) EXPECT_EQ(index.index[static_cast<std::size_t>(i)], u.run_scores(r, i));
  }
}

TEST(CompositeUncertainty, ImputationWeightsAndInclusionAreThoseOfTheirRun) {
  Measures m = simulated(25);
  for (std::int64_t i = 0; i < 25; i += 4) m.values(i, i % 3) = kMissing;
  std::vector<Factor> f(3);
  f[0].choice = Choice::kImputation;
  f[0].imputations = {Imputation::kNone, Imputation::kMean, Imputation::kGroupMedian};
  f[1].choice = Choice::kWeights;
  f[1].weight_sets = {m.tree.weights(), {1, 2, 3, 4, 1, 1, 1}};
  f[2].choice = Choice::kInclusion;
  f[2].excluded = {"", "a1", "B"};
  UncertaintyOptions o;
  o.n_runs = 60;
  o.keep_runs = true;
  const auto u = uncertainty(m, {}, f, o).value();
  EXPECT_EQ(u.n_failed, 0);
  int seen = 0;
  for (std::int64_t r = 0; r < o.n_runs; ++r) {
    const auto pick = [&](std::int64_t j, double n) { return static_cast<std::size_t>(u.design(r, j) * n); };
    Construction c;
    c.imputation = f[0].imputations[pick(0, 3.0)];
    c.weights = f[1].weight_sets[pick(1, 2.0)];
    const std::string& out = f[2].excluded[pick(2, 3.0)];
    if (!out.empty()) c.weights[static_cast<std::size_t>(m.tree.find(out))] = 0.0;
    seen |= 1 << static_cast<int>(pick(0, 3.0)) | 8 << static_cast<int>(pick(1, 2.0)) | 32 << static_cast<int>(pick(2, 3.0));
    const auto index = build(m, c).value();
    for (std::int64_t i = 0; i < 25; ++i) EXPECT_EQ(index.index[static_cast<std::size_t>(i)], u.run_scores(r, i));
  }
  EXPECT_EQ(seen, 255);  // every alternative came up
  f[2].excluded = {"index"};
  EXPECT_EQ(uncertainty(m, {}, f, o).error().code, Code::kUnknownNode);
}

TEST(CompositeSensitivity, OneUnitsScoreWithTheDatasOwnError) {
  // Values as they are, so the index is a weighted mean: with the error of one cell only, all its variance is the error's, and its size
  // is known.
  Measures m = simulated(12);
  m.standard_errors = Matrix(12, 4, 0.0);
  m.standard_errors(3, 0) = 0.5;
  Construction c;
  c.treatment[0].treat = false;
  c.normalisation[0].method = Normalisation::kNone;
  std::vector<Factor> f(2);
  f[0].choice = Choice::kDataError;
  f[1].choice = Choice::kInclusion;
  f[1].excluded = {"", ""};
  SensitivityOptions o;
  o.n_runs = 2000;
  o.output = Output::kUnitScore;
  o.unit = 3;
  const auto s = sensitivity(m, c, f, o).value();
  const double sd = 0.5 * 0.5 * 2.0 / 3.0;  // half of A, which is two thirds of the index
  EXPECT_NEAR(std::sqrt(s.variance), sd, 4.0 * sd / std::sqrt(2.0 * 4000.0));
  EXPECT_NEAR(s.factors[0].first_order, 1.0, 0.1);
  EXPECT_NEAR(s.factors[0].total, 1.0, 0.1);
  EXPECT_EQ(s.factors[1].total, 0.0);
  EXPECT_EQ(s.uncertainty.units[4].score_sd, 0.0);
  o.unit = 12;
  EXPECT_EQ(sensitivity(m, c, f, o).error().code, Code::kInvalidArgument);
}

TEST(CompositeUncertainty, RelabellingAndPermutationOfUnits) {
  const Measures m = simulated(20);
  Measures p = m;
  for (std::int64_t i = 0; i < 20; ++i)
    for (std::int64_t j = 0; j < 4; ++j) p.values(19 - i, j) = m.values(i, j);
  UncertaintyOptions o;
  o.n_runs = 50;
  const auto a = uncertainty(m, {}, factors(false), o).value();
  const auto b = uncertainty(p, {}, factors(false), o).value();
  for (std::size_t i = 0; i < 20; ++i) {
    EXPECT_NEAR(a.units[i].score_mean, b.units[19 - i].score_mean, 1e-10);
    EXPECT_EQ(a.units[i].rank_mean, b.units[19 - i].rank_mean);
  }
}

TEST(CompositeSensitivity, IndicesOfALinearModel) {
  // y = x1 + 2 x2 + 3 x3 with even x: shares 1/14, 4/14, 9/14, first order and total alike.
  const std::int64_t n = 20000;
  std::vector<double> a(static_cast<std::size_t>(n));
  std::vector<double> b(a.size());
  Matrix ab(3, n);
  for (std::int64_t r = 0; r < n; ++r) {
    random::Stream s(3, 1, static_cast<std::uint64_t>(r));
    double xa[3];
    double xb[3];
    for (double& x : xa) x = s.uniform();
    for (double& x : xb) x = s.uniform();
    const auto y = [](const double* x) { return x[0] + 2.0 * x[1] + 3.0 * x[2]; };
    a[static_cast<std::size_t>(r)] = y(xa);
    b[static_cast<std::size_t>(r)] = y(xb);
    for (int j = 0; j < 3; ++j) {
      double x[3] = {xa[0], xa[1], xa[2]};
      x[j] = xb[j];
      ab(j, r) = y(x);
    }
  }
  const auto s = sensitivity_indices(a, b, ab, 50).value();
  for (std::size_t j = 0; j < 3; ++j) {
    const double share = static_cast<double>((j + 1) * (j + 1)) / 14.0;
    EXPECT_NEAR(s[j].first_order, share, 0.03);
    EXPECT_NEAR(s[j].total, share, 0.02);
    EXPECT_LT(s[j].total_lower, s[j].total);
    EXPECT_GT(s[j].total_upper, s[j].total);
  }
  EXPECT_EQ(sensitivity_indices(a, b, Matrix(3, 5)).error().code, Code::kLengthMismatch);
}

TEST(CompositeSensitivity, AFactorThatChangesNothingHasNone) {
  std::vector<Factor> f = factors(false);
  f[1].normalisations[1] = f[1].normalisations[0];
  SensitivityOptions o;
  o.n_runs = 60;
  const auto s = sensitivity(simulated(30), {}, f, o).value();
  EXPECT_EQ(s.factors[1].total, 0.0);
  EXPECT_EQ(s.factors[1].first_order, 0.0);
}

TEST(CompositeUncertainty, ImpossibleChoicesAreCountedAndBadInputIsRefused) {
  std::vector<Factor> f = factors(false);
  f[1].normalisations[0].lower = 0.0;  // a geometric mean of zeros
  UncertaintyOptions o;
  o.n_runs = 100;
  const auto u = uncertainty(simulated(20), {}, f, o).value();
  EXPECT_GT(u.n_failed, 10);
  EXPECT_LT(u.n_failed, 45);
  ASSERT_EQ(u.findings.size(), 1U);
  EXPECT_EQ(u.findings[0].code, Code::kRunsFailed);
  EXPECT_EQ(uncertainty(simulated(20), {}, {}, o).error().code, Code::kInvalidArgument);
  f[0].noise = {1.0};
  EXPECT_EQ(uncertainty(simulated(20), {}, f, o).error().code, Code::kInvalidArgument);
  o.n_runs = 0;
  EXPECT_EQ(uncertainty(simulated(20), {}, factors(false), o).error().code, Code::kInvalidArgument);
}

}  // namespace
