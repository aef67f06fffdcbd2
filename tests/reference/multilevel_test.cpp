// Linear mixed models against lme4 1.1-31 at a tight optimum: Exam (65 schools) and Chem97 (2,410 schools in 131 authorities).
// Tolerances: criterion 1e-5; coefficients, variance components and BLUPs 1e-4 relative to their scale, as both programs stop at an
// optimum known to about 1e-6 of theta.
#include "reference_data.hpp"

#include <celadon/models/multilevel/fit.hpp>

#include <cmath>
#include <map>
#include <set>

namespace {

using namespace celadon;
using nlohmann::json;

arrow::DataTable table_of(const std::string& file, const std::set<std::string>& text) {
  const auto csv = reference::read_csv(file);
  Table out("t");
  for (std::size_t j = 0; j < csv.header.size(); ++j) {
    if (text.count(csv.header[j]) != 0) {
      std::vector<std::string> v;
      for (const auto& row : csv.rows) v.push_back(row[j]);
      out.add(csv.header[j], std::move(v));
    } else {
      std::vector<double> v;
      for (const auto& row : csv.rows) v.push_back(std::stod(row[j]));
      out.add(csv.header[j], std::move(v));
    }
  }
  return arrow::DataTable::from_table(std::move(out));
}

void compare(const json& e, const arrow::DataTable& table) {
  const std::string formula = e["formula"].get<std::string>();
  SCOPED_TRACE(formula + (e["REML"].get<bool>() ? " REML" : " ML"));
  multilevel::FitOptions options;
  options.criterion = e["REML"].get<bool>() ? multilevel::Criterion::kReml : multilevel::Criterion::kMl;
  options.reference_levels = {{"gender", "M"}, {"schgend", "mixed"}};
  const auto result = multilevel::fit(formula, table, options);
  ASSERT_TRUE(result) << result.error().text(Language::kEnglish);
  const multilevel::Fit& f = *result;
  EXPECT_TRUE(f.converged);
  EXPECT_EQ(f.n_used, e["nobs"].get<std::int64_t>());
  EXPECT_NEAR(f.log_likelihood, e["logLik"].get<double>(), 1e-5);
  EXPECT_NEAR(f.deviance, e["deviance_or_remlcrit"].get<double>(), 2e-5);
  EXPECT_NEAR(f.aic, e["AIC"].get<double>(), 2e-5);
  EXPECT_NEAR(f.bic, e["BIC"].get<double>(), 2e-5);
  EXPECT_EQ(f.singular, e["singular"].get<bool>());
  ASSERT_EQ(f.fixed.size(), e["fixef"].size());
  for (std::size_t i = 0; i < f.fixed.size(); ++i) {
    const double value = e["fixef"].at(f.fixed[i].name).get<double>();
    const double se = e["fixef_se"].at(f.fixed[i].name).get<double>();
    EXPECT_NEAR(f.fixed[i].estimate, value, 1e-4 * std::max(std::abs(value), se)) << f.fixed[i].name;
    EXPECT_NEAR(f.fixed[i].se, se, 1e-4 * se) << f.fixed[i].name;
    for (std::size_t j = 0; j < f.fixed.size(); ++j) {
      const double other = f.fixed[j].se;
      EXPECT_NEAR(f.fixed_covariance[i * f.fixed.size() + j], e["vcov_fixef"][i][j].get<double>(), 1e-4 * se * other);
    }
  }
  EXPECT_NEAR(f.sigma, e["sigma"].get<double>(), 1e-6);
  const json theta = e["theta"].is_array() ? e["theta"] : json::array({e["theta"]});
  ASSERT_EQ(f.theta.size(), theta.size());
  for (std::size_t i = 0; i < theta.size(); ++i) EXPECT_NEAR(f.theta[i], theta[i].get<double>(), 1e-4 * std::abs(theta[i].get<double>()));
  const json& v = e["varcorr"];
  ASSERT_EQ(f.components.size(), v["vcov"].size());
  for (std::size_t i = 0; i < f.components.size(); ++i) {
    EXPECT_EQ(f.components[i].group, v["grp"][i].get<std::string>());
    EXPECT_NEAR(f.components[i].value, v["vcov"][i].get<double>(), 1e-4 * std::abs(v["vcov"][i].get<double>()));
    EXPECT_NEAR(f.components[i].sd_or_correlation, v["sdcor"][i].get<double>(), 1e-4 * std::abs(v["sdcor"][i].get<double>()));
  }
  std::map<std::vector<std::string>, std::pair<double, double>> effects;
  for (const auto& g : f.groups)
    for (std::size_t i = 0; i < g.estimate.size(); ++i)
      effects[{g.group, g.terms[i % g.terms.size()], g.levels[i / g.terms.size()]}] = {g.estimate[i], g.conditional_sd[i]};
  const json& r = e["ranef"];
  ASSERT_EQ(effects.size(), r["grp"].size());
  double worst = 0.0;
  double worst_sd = 0.0;
  for (std::size_t i = 0; i < r["grp"].size(); ++i) {
    const auto at = effects.find({r["grpvar"][i].get<std::string>(), r["term"][i].get<std::string>(), r["grp"][i].get<std::string>()});
    ASSERT_NE(at, effects.end()) << r["grp"][i];
    worst = std::max(worst, std::abs(at->second.first - r["condval"][i].get<double>()));
    worst_sd = std::max(worst_sd, std::abs(at->second.second - r["condsd"][i].get<double>()));
  }
  EXPECT_LT(worst, 1e-4);
  EXPECT_LT(worst_sd, 1e-4);
  for (const auto& [group, covariance] : e["cond_cov"].items()) {
    if (!covariance.contains("v12")) continue;
    for (const auto& g : f.groups) {
      if (g.group != group) continue;
      double sum = 0.0;
      double expected = 0.0;
      for (std::size_t i = 0; i < g.levels.size(); ++i) sum += g.covariance[i * 4 + 1];
      for (const auto& x : covariance["v12"]) expected += x.get<double>();
      EXPECT_NEAR(sum, expected, 1e-4 * std::max(1.0, std::abs(expected)));
    }
  }
  ::testing::Test::RecordProperty("log_likelihood_difference", std::to_string(f.log_likelihood - e["logLik"].get<double>()));
}

TEST(MultilevelReference, Exam) {
  CELADON_NEEDS_REFERENCE_DATA();
  const auto table = table_of("multilevel/exam.csv", {"school", "schgend", "vr", "intake", "sex", "type", "student"});
  for (const json& e : reference::read_json("multilevel/exam.json")["models"]) compare(e, table);
}

TEST(MultilevelReference, Chem97NestedAndByUniqueSchools) {
  CELADON_NEEDS_REFERENCE_DATA();
  const auto table = table_of("multilevel/chem97.csv", {"lea", "school", "student", "gender"});
  for (const json& e : reference::read_json("multilevel/chem97.json")["models"]) compare(e, table);
}

}  // namespace
