// models/survey against BIFIEsurvey 3.6-6 on TIMSS 2011, Austria: 4,668 pupils, five plausible values, 75 JK2 zones.
//
// Conventions: BIFIE divides the variance by W - 1 (its weights sum to the population) and the residual variance of a regression by W - p;
// it prints Rubin's degrees of freedom, and none above 1,000. Tolerance 1e-8 relative: both sides are sums of the same doubles, and the
// file holds fifteen digits; degrees of freedom are rounded to two decimals there. The file has no components of variance for the standard
// deviations of all pupils.
#include "reference_data.hpp"

#include <celadon/models/survey/means.hpp>
#include <celadon/models/survey/quantiles.hpp>
#include <celadon/models/survey/regression.hpp>
#include <celadon/models/survey/wald.hpp>

#include <cmath>
#include <map>

namespace {

namespace survey = celadon::survey;
using nlohmann::json;

struct Timss {
  reference::Csv csv = reference::read_csv("assessment/timss11_aut_imputed.csv");
  json expected = reference::read_json("assessment/timss11_aut_bifie.json");
  std::map<std::string, std::vector<double>> columns;
  std::vector<std::int32_t> zone, half, female;

  Timss() {
    for (std::size_t j = 0; j < csv.header.size(); ++j) {
      std::vector<double> column;
      for (const auto& row : csv.rows) column.push_back(std::stod(row.at(j)));
      columns[csv.header[j]] = std::move(column);
    }
    const auto whole = [&](const char* name) {
      std::vector<std::int32_t> out;
      for (const double x : columns.at(name)) out.push_back(static_cast<std::int32_t>(x));
      return out;
    };
    zone = whole("JKZONE");
    half = whole("JKREP");
    female = whole("female");
  }
  [[nodiscard]] survey::DesignSpec spec() const {
    survey::DesignSpec out;
    out.n_rows = static_cast<std::int64_t>(csv.rows.size());
    out.weights = columns.at("TOTWGT");
    out.strata = zone;
    out.clusters = half;
    out.method = survey::Method::kJk2;
    return out;
  }
  [[nodiscard]] survey::Design design() const { return survey::make_design(spec()).value(); }
  [[nodiscard]] survey::Variable variable(const std::string& name) const {
    survey::Variable out{name, {}};
    if (columns.count(name) != 0)
      out.columns.emplace_back(columns.at(name));
    else
      for (int m = 1; m <= 5; ++m) out.columns.emplace_back(columns.at(name + "_" + std::to_string(m)));
    return out;
  }
  [[nodiscard]] survey::Groups girls() const { return {female, 2}; }
};

const Timss& timss_data() {
  static const Timss data;
  return data;
}

void expect(const survey::EstimateRow& row, const json& list, std::size_t i, const char* value, const char* se, const char* between,
            const char* within, double tolerance = 1e-8) {
  const auto near = [&](double ours, double theirs, const char* what) {
    EXPECT_NEAR(ours, theirs, tolerance * (std::fabs(theirs) + 1e-6))
        << row.statistic << " " << row.variable << " " << row.group << " " << what;
  };
  near(row.value, list[value][i], value);
  near(row.se, list[se][i], se);
  near(row.imputation_variance, list[between][i], between);
  near(row.sampling_variance, list[within][i], within);
}

TEST(SurveyBifie, MeansAndStandardDeviations) {
  CELADON_NEEDS_REFERENCE_DATA();
  const survey::Variable both[] = {timss_data().variable("ASMMAT"), timss_data().variable("ASSSCI")};
  const auto all = survey::spreads(timss_data().design(), both, {}, survey::Divisor::kWeightLessOne).value();
  const json& u = timss_data().expected["univar"];
  for (std::size_t v = 0; v < 2; ++v) {
    const auto& mean = all.find(0, "mean", both[v].name);
    expect(mean, u, v, "M", "M_SE", "M_VarMI", "M_VarRep");
    EXPECT_NEAR(mean.missing_share, u["M_fmi"][v], 1e-9);
    if (!u["M_df"][v].is_null()) {
      EXPECT_NEAR(mean.rubin_degrees_of_freedom, u["M_df"][v], 0.006);
    }
    EXPECT_NEAR(mean.weight, u["Nweight"][v], 1e-6);
    EXPECT_EQ(mean.n, u["Ncases"][v]);
    const auto& sd = all.find(0, "sd", both[v].name);
    EXPECT_NEAR(sd.value, u["SD"][v], 1e-8 * sd.value);
    EXPECT_NEAR(sd.se, u["SD_SE"][v], 1e-8 * sd.se);
    EXPECT_NEAR(sd.rubin_degrees_of_freedom, u["SD_df"][v], 0.006);
  }
  const auto girls = survey::spreads(timss_data().design(), {both, 1}, timss_data().girls(), survey::Divisor::kWeightLessOne).value();
  for (std::size_t g = 0; g < 2; ++g) {
    expect(girls.find(static_cast<std::int32_t>(g), "mean"), timss_data().expected["univar_by_group"], g, "M", "M_SE", "M_VarMI",
           "M_VarRep");
    expect(girls.find(static_cast<std::int32_t>(g), "sd"), timss_data().expected["univar_by_group"], g, "SD", "SD_SE", "SD_VarMI",
           "SD_VarRep");
  }
}

TEST(SurveyBifie, SharesOfCategories) {
  CELADON_NEEDS_REFERENCE_DATA();
  for (const auto* key : {"freq", "freq_by_group"}) {
    const json& f = timss_data().expected[key];
    for (std::size_t i = 0; i < f["var"].size(); ++i) {
      const auto v = timss_data().variable(f["var"][i]);
      const double level = f["varval"][i];
      const bool by = f.contains("groupval");
      const auto out = survey::shares(timss_data().design(), v, {&level, 1}, by ? timss_data().girls() : survey::Groups{}).value();
      expect(out.find(by ? f["groupval"][i].get<std::int32_t>() : 0, "share"), f, i, "perc", "perc_SE", "perc_VarMI", "perc_VarRep");
    }
  }
}

TEST(SurveyBifie, Correlations) {
  CELADON_NEEDS_REFERENCE_DATA();
  const json& c = timss_data().expected["correlation"];
  std::vector<survey::Variable> all;
  for (const auto* name : {"ASMMAT", "ASSSCI", "books", "migrant"}) all.push_back(timss_data().variable(name));
  const auto out = survey::correlations(timss_data().design(), all).value();
  for (std::size_t i = 0; i < c["var1"].size(); ++i)
    expect(out.find(0, "correlation", c["var1"][i].get<std::string>() + ":" + c["var2"][i].get<std::string>()), c, i, "cor", "cor_SE",
           "cor_VarMI", "cor_VarRep");
}

TEST(SurveyBifie, LinearRegression) {
  CELADON_NEEDS_REFERENCE_DATA();
  const survey::Variable x[] = {timss_data().variable("books"), timss_data().variable("migrant")};
  survey::RegressionOptions options;
  options.divisor = survey::Divisor::kWeightLessOne;
  for (const auto* key : {"linear_regression", "linear_regression_by_group"}) {
    const json& r = timss_data().expected[key];
    const bool by = r.contains("groupval");
    const auto out = survey::linear_regression(timss_data().design(), timss_data().variable("ASMMAT"), x,
                                               by ? timss_data().girls() : survey::Groups{}, options)
                         .value();
    for (std::size_t i = 0; i < r["parameter"].size(); ++i) {
      const std::string parameter = r["parameter"][i];
      std::string name = r["var"][i].is_null() ? "" : r["var"][i].get<std::string>();
      if (parameter == "beta" && name == "one") continue;
      if (name == "one") name = "(intercept)";
      const std::string statistic = parameter == "R^2" ? "r_squared" : parameter;
      expect(out.find(by ? r["groupval"][i].get<std::int32_t>() : 0, statistic, name), r, i, "est", "SE", "VarMI", "VarRep");
    }
  }
}

TEST(SurveyBifie, LogisticRegression) {
  CELADON_NEEDS_REFERENCE_DATA();
  const json& r = timss_data().expected["logistic_regression"];
  const auto x = timss_data().variable("ASMMAT");
  const auto out = survey::logistic_regression(timss_data().design(), timss_data().variable("female"), {&x, 1}).value();
  // BIFIE stops at its own criterion: 1e-4 of the standard error is asked for.
  expect(out.find(0, "b", "(intercept)"), r, 0, "est", "SE", "VarMI", "VarRep", 1e-4);
  expect(out.find(0, "b", "ASMMAT"), r, 1, "est", "SE", "VarMI", "VarRep", 1e-4);
}

/// McKelvey and Zavoina's share: ours takes the weighted variance of the linear predictor, BIFIE the plain one (divisor n - 1) of all rows,
/// replicates included. Both are made here from coefficients of separate fits, one a replicate, so that the numbers meet either side.
TEST(SurveyBifie, ExplainedShareOfLogisticRegression) {
  CELADON_NEEDS_REFERENCE_DATA();
  const Timss& t = timss_data();
  const auto& weights = t.columns.at("TOTWGT");
  const auto n = weights.size();
  constexpr double kErrorVariance = 3.289868133696453;  // pi^2 / 3
  const auto slope = [&](const std::vector<double>& w, const survey::Variable& x) {
    survey::DesignSpec spec;
    spec.n_rows = static_cast<std::int64_t>(n);
    spec.weights = w;
    return survey::logistic_regression(survey::make_design(spec).value(), t.variable("female"), {&x, 1}).value().find(0, "b", x.name).value;
  };
  const auto variance = [&](const std::vector<double>& w, std::span<const double> x, double one_less) {
    double total = 0.0, sum = 0.0, squares = 0.0;
    for (std::size_t i = 0; i < n; ++i) total += w[i], sum += w[i] * x[i];
    for (std::size_t i = 0; i < n; ++i) squares += w[i] * (x[i] - sum / total) * (x[i] - sum / total);
    return squares / (total - one_less);
  };
  const std::vector<double> ones(n, 1.0);
  std::vector<double> plain, plain_variance, weighted, weighted_variance;
  for (const auto& column : t.variable("ASMMAT").columns) {
    const survey::Variable x{"x", {column}};
    const double plain_x = variance(ones, column, 1.0);
    const auto share = [&](double b, double v) { return b * b * v / (b * b * v + kErrorVariance); };
    const double b = slope(weights, x);
    plain.push_back(share(b, plain_x));
    weighted.push_back(share(b, variance(weights, column, 0.0)));
    double plain_squares = 0.0, weighted_squares = 0.0;
    for (std::int32_t zone = 1; zone <= 75; ++zone) {
      auto w = weights;
      for (std::size_t i = 0; i < n; ++i)
        if (t.zone[i] == zone) w[i] *= t.half[i] == 1 ? 2.0 : 0.0;
      const double replicate = slope(w, x);
      plain_squares += std::pow(share(replicate, plain_x) - plain.back(), 2);
      weighted_squares += std::pow(share(replicate, variance(w, column, 0.0)) - weighted.back(), 2);
    }
    plain_variance.push_back(plain_squares);
    weighted_variance.push_back(weighted_squares);
  }
  const json& r = t.expected["logistic_regression"];
  const auto theirs = survey::combine(plain, plain_variance, 75.0);
  // Their pi has seven digits, and their fits stop early: 1e-5.
  EXPECT_NEAR(theirs.value, r["est"][2], 1e-5 * theirs.value);
  EXPECT_NEAR(theirs.se, r["SE"][2], 1e-5 * theirs.se);
  const auto x = t.variable("ASMMAT");
  const auto ours = survey::logistic_regression(t.design(), t.variable("female"), {&x, 1}).value().find(0, "r_squared");
  const auto by_hand = survey::combine(weighted, weighted_variance, 75.0);
  EXPECT_NEAR(ours.value, by_hand.value, 1e-8 * ours.value);
  EXPECT_NEAR(ours.sampling_variance, by_hand.sampling_variance, 1e-7 * ours.sampling_variance);
  EXPECT_NEAR(ours.imputation_variance, by_hand.imputation_variance, 1e-7 * ours.imputation_variance);
}

TEST(SurveyBifie, GapsBetweenGroups) {
  CELADON_NEEDS_REFERENCE_DATA();
  const json& d = timss_data().expected["wald_group_mean"]["stat.dstat"];
  const json& e = timss_data().expected["wald_group_mean"]["stat.eta"];
  const survey::GroupPair pair{0, 1};
  const auto out = survey::gaps(timss_data().design(), timss_data().variable("ASMMAT"), timss_data().girls(), {&pair, 1},
                                survey::Divisor::kWeightLessOne)
                       .value();
  const auto& effect = out.find(0, "effect_size");
  EXPECT_NEAR(effect.value, d["d"], 1e-8);
  EXPECT_NEAR(effect.se, d["d_SE"], 1e-8);
  EXPECT_NEAR(effect.imputation_variance, d["d_VarMI"], 1e-10);
  EXPECT_NEAR(effect.sampling_variance, d["d_VarRep"], 1e-9);
  EXPECT_NEAR(out.find(0, "eta").value, e["eta"], 1e-8);
  EXPECT_NEAR(out.find(0, "eta").se, e["eta_SE"], 1e-8);
}

TEST(SurveyBifie, WaldTestsOfGroupMeans) {
  CELADON_NEEDS_REFERENCE_DATA();
  const json& f = timss_data().expected["wald_group_mean"]["stat.F"];
  const auto joint = survey::joint_means(timss_data().design(), timss_data().variable("ASMMAT"), timss_data().girls()).value();
  const double equal[] = {1.0, -1.0};
  const auto test = survey::wald_test(joint, equal).value();
  EXPECT_NEAR(test.d2, f["D2"], 1e-8 * test.d2);
  EXPECT_NEAR(test.d2_degrees_of_freedom, f["D2_df2"], 0.06);  // one decimal there
  EXPECT_NEAR(test.d2_p, f["D2_p"], 1e-6);
  // D1 is not BIFIE's: 12.1157 on M - 1 = 4 degrees of freedom there. For one contrast the definition makes it the square of the gap over
  // its Rubin error, 13.0897 on (M - 1) (1 + 1/r)^2; the gap itself is checked against BIFIE above (effect size).
  const survey::GroupPair pair{0, 1};
  const auto gap =
      survey::gaps(timss_data().design(), timss_data().variable("ASMMAT"), timss_data().girls(), {&pair, 1}).value().find(0, "gap");
  EXPECT_NEAR(test.d1, std::pow(gap.value / gap.se, 2), 1e-9 * test.d1);
  EXPECT_NEAR(test.d1_degrees_of_freedom, gap.rubin_degrees_of_freedom, 1e-9 * gap.rubin_degrees_of_freedom);
  EXPECT_NEAR(test.f_degrees_of_freedom, gap.degrees_of_freedom, 1e-9 * gap.degrees_of_freedom);
}

TEST(SurveyBifie, Quantiles) {
  CELADON_NEEDS_REFERENCE_DATA();
  const json& q = timss_data().expected["quantiles_ASMMAT"];
  const auto p = q["p"].get<std::vector<double>>();
  const auto out = survey::quantiles(timss_data().design(), timss_data().variable("ASMMAT"), p).value();
  for (std::size_t i = 0; i < p.size(); ++i) {
    EXPECT_NEAR(out.rows[i].value, q["estimate"][i], 1e-9);
    EXPECT_NEAR(out.rows[i].sampling_variance, q["within"][i], 1e-7);
    EXPECT_NEAR(out.rows[i].imputation_variance, q["between"][i], 1e-7);
    EXPECT_NEAR(out.rows[i].se, q["se"][i], 1e-8);
  }
}

}  // namespace
