// Linear mixed models against lme4 1.1-31 at a tight optimum: Exam (65 schools) and Chem97 (2,410 schools in 131 authorities).
// Tolerances: criterion 1e-5; coefficients, variance components and BLUPs 1e-4 relative to their scale, as both programs stop at an
// optimum known to about 1e-6 of theta.
#include "reference_data.hpp"

#include <celadon/models/multilevel/comparison.hpp>
#include <celadon/models/multilevel/fit.hpp>
#include <celadon/models/multilevel/logistic.hpp>
#include <celadon/models/multilevel/profile.hpp>

#include <algorithm>
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

arrow::DataTable exam() {
  return table_of("multilevel/exam.csv", {"school", "schgend", "vr", "intake", "sex", "type", "student"});
}

// m <- lmer(normexam ~ standLRT + (standLRT | school), Exam, REML = FALSE); confint(m); anova(lmer(... (1 | school)), m)
// Tolerance: lme4 interpolates its profiles by splines, and stops each of their points early. Its own deviance function (devFunOnly),
// minimised to 1e-14, rises by 3.8264 at the end that confint gives for the slope's deviation (0.161717), and by 3.841456 (of 3.841459) at
// ours (0.161807).
TEST(MultilevelReference, ProfileIntervalsAndLikelihoodRatio) {
  CELADON_NEEDS_REFERENCE_DATA();
  multilevel::FitOptions options;
  options.criterion = multilevel::Criterion::kMl;
  const auto table = exam();
  const auto larger = multilevel::fit("normexam ~ standLRT + (standLRT | school)", table, options).value();
  const auto smaller = multilevel::fit("normexam ~ standLRT + (1 | school)", table, options).value();
  const auto test = multilevel::likelihood_ratio(smaller, larger).value();
  EXPECT_NEAR(test.statistic, 40.372, 1e-3);
  EXPECT_EQ(test.df, 2);
  EXPECT_NEAR(test.p_chi_squared, 1.711e-9, 1e-12);
  const auto profile = multilevel::profile(larger).value();
  const std::map<std::pair<int, std::string>, std::pair<double, double>> expected = {
      {{0, "(Intercept)"}, {-0.0910502597, 0.067527497}}, {{0, "standLRT"}, {0.5164270746, 0.596121894}},
      {{1, "(Intercept)"}, {0.2481266604, 0.369506472}},  {{1, "standLRT"}, {0.0859372736, 0.161716797}},
      {{2, "(Intercept)"}, {0.1687886963, 0.744306478}},  {{3, ""}, {0.7279261953, 0.760843219}}};
  ASSERT_EQ(profile.intervals.size(), expected.size());
  for (const auto& i : profile.intervals) {
    const auto [lower, upper] = expected.at({static_cast<int>(i.kind), i.first});
    EXPECT_NEAR(i.lower, lower, 2e-3 * (upper - lower)) << i.first;
    EXPECT_NEAR(i.upper, upper, 2e-3 * (upper - lower)) << i.first;
  }
}

// glmer(pass ~ ..., Exam with pass = normexam > 0, binomial, nAGQ, bobyqa with rhoend 1e-9); random slopes with tolPwrss = 1e-12, as the
// default 1e-7 stops .0016 short in log-likelihood. Tolerance: log-likelihood 1e-4; glmer's standard errors are of a numeric Hessian.
TEST(MultilevelReference, LogisticModels) {
  CELADON_NEEDS_REFERENCE_DATA();
  const auto csv = reference::read_csv("multilevel/exam.csv");
  const auto column = [&](const std::string& name) {
    return static_cast<std::size_t>(std::find(csv.header.begin(), csv.header.end(), name) - csv.header.begin());
  };
  Table data("exam");
  std::vector<double> pass;
  std::vector<double> prior;
  std::vector<std::string> school;
  std::vector<std::string> band;
  for (const auto& row : csv.rows) {
    pass.push_back(std::stod(row[column("normexam")]) > 0.0 ? 1.0 : 0.0);
    prior.push_back(std::stod(row[column("standLRT")]));
    school.push_back(row[column("school")]);
    band.push_back(row[column("vr")]);
  }
  data.add("pass", pass).add("standLRT", prior).add("school", school).add("vr", band);
  const auto table = arrow::DataTable::from_table(data);
  struct LogisticModel {
    const char* formula;
    int points;
    double log_likelihood;
    std::vector<double> fixed, theta, se;
  };
  const std::vector<LogisticModel> cases = {
      {"pass ~ standLRT + (1 | school)", 1, -2185.558892, {0.0762183, 1.339971}, {0.6964123}, {0.09625801, 0.05137405}},
      {"pass ~ standLRT + (1 | school)", 9, -2185.410052, {0.07621939, 1.339908}, {0.6978457}, {0.09644187, 0.05140803}},
      {"pass ~ standLRT + (standLRT | school)",
       1,
       -2183.411218,
       {0.07985052, 1.361520},
       {0.6956368, 0.09272319, 0.2598331},
       {0.09664163, 0.06482327}},
      {"pass ~ standLRT + (1 | school) + (1 | vr)",
       1,
       -2185.343156,
       {0.07642206, 1.335675},
       {0.6798633, 0.1601205},
       {0.1352147, 0.05172147}}};
  for (const LogisticModel& c : cases) {
    SCOPED_TRACE(std::string(c.formula) + " by " + std::to_string(c.points));
    multilevel::LogisticOptions options;
    options.n_quadrature = c.points;
    const auto f = multilevel::fit_logistic(c.formula, table, options).value();
    EXPECT_TRUE(f.converged);
    EXPECT_NEAR(f.log_likelihood, c.log_likelihood, 1e-4);
    for (std::size_t j = 0; j < 2; ++j) {
      EXPECT_NEAR(f.fixed[j].estimate, c.fixed[j], 2e-4);
      EXPECT_NEAR(f.fixed[j].se, c.se[j], 1e-3 * c.se[j]);
    }
    for (std::size_t j = 0; j < c.theta.size(); ++j) EXPECT_NEAR(f.theta[j], c.theta[j], 2e-4);
    if (c.points == 1 && c.theta.size() == 1) {
      const auto& g = f.groups[0];
      const auto third = static_cast<std::size_t>(std::find(g.levels.begin(), g.levels.end(), "3") - g.levels.begin());
      EXPECT_NEAR(g.estimate[0], 0.583566836, 2e-4);
      EXPECT_NEAR(g.estimate[third], 0.683561908, 2e-4);
    }
  }
}

}  // namespace
