// Every table of survey statistics, for designs of each kind, with plausible values and missing data.
#include "bits.hpp"

#include <celadon/models/survey/inequality.hpp>
#include <celadon/models/survey/intraclass.hpp>
#include <celadon/models/survey/means.hpp>
#include <celadon/models/survey/quantiles.hpp>
#include <celadon/models/survey/regression.hpp>
#include <celadon/models/survey/small_area.hpp>
#include <celadon/models/survey/wald.hpp>

#include <limits>

namespace {

namespace survey = celadon::survey;

struct Sample {
  std::vector<double> weight, books, passed, holes, replicates;
  std::vector<std::vector<double>> score;
  std::vector<std::int32_t> stratum, school, sex, unit;

  explicit Sample(std::int64_t n) : score(3) {
    std::uint32_t state = 20261126U;
    const auto draw = [&state](std::uint32_t below) { return ((state = state * 1664525U + 1013904223U) >> 8) % below; };
    for (std::int64_t i = 0; i < n; ++i) {
      unit.push_back(static_cast<std::int32_t>(i * 40 / n));
      stratum.push_back(unit.back() / 2);
      school.push_back(unit.back());
      sex.push_back(static_cast<std::int32_t>(draw(2)));
      weight.push_back(1.0 + draw(64) / 32.0);
      books.push_back(1.0 + draw(5));
      const double truth = 400.0 + draw(100) + draw(100) + 20.0 * books.back() + 3.0 * (unit.back() % 7);
      passed.push_back(truth > 510.0 ? 1.0 : 0.0);
      holes.push_back(draw(9) == 0 ? std::numeric_limits<double>::quiet_NaN() : truth / 7.0);
      for (auto& column : score) column.push_back(truth + draw(40) / 3.0);
      for (std::int32_t r = 0; r < 20; ++r)
        replicates.push_back(stratum.back() == r ? (unit.back() % 2 == 1 ? 2.0 * weight.back() : 0.0) : weight.back());
    }
  }
};

}  // namespace

int main(int argc, char** argv) {
  const Sample s(20000);
  const survey::Variable score{"score", {s.score[0], s.score[1], s.score[2]}}, books{"books", {s.books}}, passed{"passed", {s.passed}},
      holes{"holes", {s.holes}};
  const survey::Variable all[] = {score, books, passed, holes};
  const survey::Measure measures[] = {{0, survey::Measured::kMean},  {1, survey::Measured::kShareAtLeast, 3.0},
                                      {0, survey::Measured::kSd},    {2, survey::Measured::kShare, 1.0},
                                      {3, survey::Measured::kMean},  {3, survey::Measured::kSd},
                                      {1, survey::Measured::kTotal}, {3, survey::Measured::kWeight}};
  const double levels[] = {0.1, 0.5, 0.9};
  return bits::run(argc, argv, [&](bits::Dump& dump, const celadon::ExecutionContext& context) {
    for (const auto method :
         {survey::Method::kLinearised, survey::Method::kJk2, survey::Method::kFay, survey::Method::kBootstrap, survey::Method::kGiven}) {
      survey::DesignSpec spec;
      spec.n_rows = static_cast<std::int64_t>(s.weight.size());
      spec.weights = s.weight;
      spec.method = method;
      spec.n_bootstrap = 30;
      if (method == survey::Method::kGiven) {
        spec.replicate_weights = s.replicates;
      } else {
        spec.strata = s.stratum;
        spec.clusters = s.unit;
      }
      const auto design = bits::take(survey::make_design(spec));
      const survey::Groups sexes{s.sex, 2};
      const survey::Groups schools{s.school, 40};
      const auto add = [&](celadon::Result<survey::Estimates> made) {
        const auto out = bits::take(std::move(made));
        dump.add(out.to_table());
        dump.add(out.findings);
        for (const auto& joint : out.joint) dump.add(joint.covariance());
      };
      survey::RegressionOptions options;
      options.covariance = true;
      add(survey::tabulate(design, all, measures, schools, survey::Divisor::kSample, context));
      add(survey::spreads(design, all, sexes, survey::Divisor::kWeight, context));
      add(survey::correlations(design, all, sexes, context));
      add(survey::quantiles(design, score, levels, sexes, context));
      add(survey::linear_regression(design, score, {all + 1, 2}, sexes, options, context));
      add(survey::logistic_regression(design, passed, {&books, 1}, sexes, options, context));
      add(survey::gini(design, score, sexes, context));
      add(survey::concentration_index(design, score, books, {}, context));
      add(survey::dissimilarity(design, passed, schools, {}, context));
      add(survey::intraclass(design, score, schools, {}, {}, context));
      const auto joint = bits::take(survey::joint_means(design, score, sexes, context));
      dump.add(joint.covariance());
      const double equal[] = {1.0, -1.0};
      dump.add(bits::take(survey::wald_test(joint, equal)).f_p);
    }
    std::vector<double> direct, variance;
    for (int g = 0; g < 30; ++g) {
      direct.push_back(50.0 + (g * 37 % 11));
      variance.push_back(1.0 + g % 4);
    }
    survey::SmallAreaSpec spec;
    spec.direct = direct;
    spec.variance = variance;
    dump.add(bits::take(survey::empirical_bayes(spec)).to_table());
  });
}
