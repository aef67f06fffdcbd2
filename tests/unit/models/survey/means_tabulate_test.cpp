// Many measures in one call: the same bits as the calls one by one, whatever shares a pass.
#include "models/survey/survey_cases.hpp"

#include <celadon/models/survey/means.hpp>

namespace {

using namespace survey_cases;
using survey::Measure;
using survey::Measured;
using survey::Method;

/// The sample as a matrix of replicate weights, as large assessments ship them.
struct Matrix {
  std::vector<double> weights;
  survey::Design design;

  explicit Matrix(const Sample& sample) {
    const auto fay = survey::make_design(sample.spec(Method::kFay)).value();
    for (std::size_t i = 0; i < sample.weight.size(); ++i)
      for (int r = 0; r < fay.n_replicates; ++r)
        weights.push_back(
            sample.weight[i] *
            fay.factors[static_cast<std::size_t>(fay.unit[i]) * static_cast<std::size_t>(fay.n_replicates) + static_cast<std::size_t>(r)]);
    auto spec = sample.spec(Method::kGiven);
    spec.replicate_weights = weights;
    spec.scale = fay.replicate_scale[0];
    design = survey::make_design(spec).value();
  }
};

void expect_row(const survey::EstimateRow& a, const survey::EstimateRow& b) {
  EXPECT_EQ(a.statistic, b.statistic);
  EXPECT_EQ(a.variable, b.variable);
  EXPECT_EQ(a.group, b.group);
  EXPECT_EQ(a.value, b.value);
  EXPECT_EQ(a.se, b.se);
  EXPECT_EQ(a.imputation_variance, b.imputation_variance);
  EXPECT_EQ(a.n, b.n);
  EXPECT_EQ(a.effective_n, b.effective_n);
  EXPECT_EQ(a.weight, b.weight);
}

TEST(Tabulate, GivesTheBitsOfTheCallsOneByOne) {
  const auto sample = draw(6, 2, 40);
  auto holes = sample.books;
  for (std::size_t i = 0; i < holes.size(); i += 7) holes[i] = kNaN;
  const survey::Variable variables[] = {sample.scores(), sample.book(), sample.pass(), {"holes", {holes}}, sample.scores(3)};
  const Measure measures[] = {{0, Measured::kMean},
                              {3, Measured::kMean},
                              {1, Measured::kShareAtLeast, 3.0},
                              {0, Measured::kSd},
                              {2, Measured::kShare, 1.0},
                              {4, Measured::kMean},
                              {3, Measured::kSd},
                              {1, Measured::kTotal},
                              {3, Measured::kWeight},
                              {0, Measured::kShareAtLeast, 520.0}};
  const Matrix matrix(sample);
  const survey::Groups groups = sample.groups();
  for (const Method method : {Method::kLinearised, Method::kFay, Method::kJkn, Method::kGiven}) {
    SCOPED_TRACE(survey::method_name(method));
    const auto design = method == Method::kGiven ? matrix.design : survey::make_design(sample.spec(method)).value();
    const auto all = survey::tabulate(design, variables, measures, groups).value();
    ASSERT_EQ(all.rows.size(), 20U);
    EXPECT_EQ(all.n_imputations, 5);
    const auto score = survey::spreads(design, {variables, 1}, groups).value();
    const auto hole = survey::spreads(design, {variables + 3, 1}, groups).value();
    const double three = 3.0, one = 1.0, pass = 520.0;
    const auto books = survey::shares_at_least(design, variables[1], {&three, 1}, groups).value();
    const auto passed = survey::shares(design, variables[2], {&one, 1}, groups).value();
    const auto few = survey::means(design, {variables + 4, 1}, groups).value();
    const auto total = survey::totals(design, {variables + 1, 1}, groups).value();
    const auto weight = survey::totals(design, {variables + 3, 1}, groups).value();
    const auto reached = survey::shares_at_least(design, variables[0], {&pass, 1}, groups).value();
    for (std::int32_t g = 0; g < 2; ++g) {
      const auto row = [&](std::size_t measure) { return all.rows[measure * 2 + static_cast<std::size_t>(g)]; };
      expect_row(row(0), score.find(g, "mean"));
      expect_row(row(1), hole.find(g, "mean"));
      expect_row(row(2), books.find(g, "share_at_least"));
      EXPECT_EQ(row(2).level, 3.0);
      expect_row(row(3), score.find(g, "sd"));
      expect_row(row(4), passed.find(g, "share"));
      expect_row(row(5), few.find(g, "mean"));
      expect_row(row(6), hole.find(g, "sd"));
      expect_row(row(7), total.find(g, "total"));
      expect_row(row(8), weight.find(g, "weight"));
      expect_row(row(9), reached.find(g, "share_at_least"));
    }
  }
}

TEST(Tabulate, GivesTheSameBitsForAnyNumberOfThreadsAndMoreVariablesThanAPassHolds) {
  const auto sample = draw(8, 2, 400);
  std::vector<survey::Variable> variables;
  std::vector<Measure> measures;
  for (std::int32_t v = 0; v < 45; ++v) {
    variables.push_back(
        {"v" + std::to_string(v), {sample.score[static_cast<std::size_t>(v % 5)], sample.score[static_cast<std::size_t>(v % 3)]}});
    measures.push_back({v, Measured::kMean});
  }
  for (const Method method : {Method::kFay, Method::kLinearised}) {
    const auto design = survey::make_design(sample.spec(method)).value();
    const auto one = survey::tabulate(design, variables, measures, sample.groups(), survey::Divisor::kSample, threads(1)).value();
    expect_same(one, survey::tabulate(design, variables, measures, sample.groups(), survey::Divisor::kSample, threads(4)).value());
    for (std::size_t v = 0; v < variables.size(); v += 11)
      expect_row(one.rows[v * 2 + 1], survey::means(design, {&variables[v], 1}, sample.groups()).value().rows[1]);
  }
}

TEST(Tabulate, SaysWhatIsWrong) {
  const auto sample = draw(3, 2, 5);
  const auto design = survey::make_design(sample.spec(Method::kLinearised)).value();
  const survey::Variable variables[] = {sample.book(), sample.pass()};
  const auto code = [&](Measure m) { return survey::tabulate(design, variables, {&m, 1}).error().code; };
  EXPECT_EQ(code({2, Measured::kMean}), Code::kInvalidArgument);
  EXPECT_EQ(code({-1, Measured::kMean}), Code::kInvalidArgument);
  EXPECT_EQ(code({0, Measured::kShare, kNaN}), Code::kInvalidArgument);
  EXPECT_EQ(survey::tabulate(design, variables, {}).error().code, Code::kInvalidArgument);
  auto endless = sample.books;
  endless[3] = std::numeric_limits<double>::infinity();
  const survey::Variable with_infinite[] = {sample.pass(), {"endless", {endless}}};
  const Measure both[] = {{0, Measured::kMean}, {1, Measured::kMean}};
  const auto error = survey::tabulate(design, with_infinite, both).error();
  EXPECT_EQ(error.code, Code::kNotFinite);
  EXPECT_EQ(error.place.column, "endless");
  EXPECT_EQ(error.place.row, 4);
  const std::vector<double> none(sample.weight.size(), kNaN);
  const survey::Variable with_empty[] = {sample.pass(), {"none", {none}}};
  const auto out = survey::tabulate(design, with_empty, both).value();
  EXPECT_TRUE(std::isfinite(out.rows[0].value));
  EXPECT_TRUE(std::isnan(out.rows[1].value));
  ASSERT_EQ(out.findings.size(), 1U);
  EXPECT_EQ(out.findings[0].code, Code::kEmptyDomain);
}

}  // namespace
