// What goes with an outcome: known truth, the same numbers as direct fits, Rubin's rules by hand, the error of a line by brute force, three
// levels, order of rows and threads.
#include "drivers_cases.hpp"

#include <celadon/models/ctt/score_distribution.hpp>
#include <celadon/models/multilevel/fit.hpp>

#include <Eigen/Dense>

namespace {

using namespace celadon;
using namespace celadon::drivers_cases;

TEST(Drivers, RecoverWhatWasSimulated) {
  const Case c({.schools = 60, .per_school = 60, .n_pv = 5, .pv_sd = 15.0});
  const Drivers d = green::drivers(c.period, options()).value();
  EXPECT_TRUE(d.findings.empty()) << d.findings.front().text(Language::kEnglish);
  EXPECT_TRUE(d.random_slopes);
  EXPECT_EQ(d.n, 3600);
  EXPECT_EQ(d.n_units, 60);
  EXPECT_EQ(d.level, "school");
  EXPECT_EQ(d.period, "2026");
  ASSERT_EQ(d.effects.size(), 3u);
  const auto& ses = d.effects[0];
  EXPECT_NEAR(ses.per, sd_of(c.ses), 1e-9);
  EXPECT_NEAR(ses.estimate, 15.0 * ses.per, 3.0 * ses.se);
  EXPECT_LT(ses.se, 2.0 * ses.per);
  EXPECT_TRUE(ses.stands_out);
  EXPECT_LT(ses.p, 1e-6);
  const auto& sex = d.effects[1];
  EXPECT_EQ(sex.per, 1.0);
  EXPECT_NEAR(sex.estimate, 8.0, 3.0 * sex.se);
  EXPECT_TRUE(sex.stands_out);
  EXPECT_FALSE(d.effects[2].stands_out);
  EXPECT_LT(d.effects[2].low, 0.0);
  EXPECT_GT(d.effects[2].high, 0.0);
  // Residual 60^2 + 15^2; schools 30^2 with the predictors held constant, and about (.5 x 15)^2 more without.
  ASSERT_EQ(d.balance.size(), 2u);
  ASSERT_EQ(d.balance_after.size(), 2u);
  EXPECT_EQ(d.balance[0].level, "pupils");
  EXPECT_EQ(d.balance[1].level, "school");
  const double after = 900.0 / (900.0 + 3600.0 + 225.0);
  EXPECT_LT(d.balance_after[1].low, after);
  EXPECT_GT(d.balance_after[1].high, after);
  EXPECT_LT(d.balance_after[1].high - d.balance_after[1].low, 0.16);
  for (const auto* shares : {&d.balance, &d.balance_after}) {
    EXPECT_NEAR((*shares)[0].share + (*shares)[1].share, 1.0, 1e-12);
    EXPECT_NEAR((*shares)[0].low, 1.0 - (*shares)[1].high, 1e-12);
    for (const auto& s : *shares) {
      EXPECT_LT(s.low, s.share);
      EXPECT_GT(s.high, s.share);
    }
  }
  EXPECT_LT(d.balance_after[0].variance + d.balance_after[1].variance, d.balance[0].variance + d.balance[1].variance);
  // Lines: within what they claim of the slopes that were drawn.
  ASSERT_EQ(d.lines.size(), 60u);
  int inside = 0;
  for (std::size_t s = 0; s < 60; ++s) {
    EXPECT_EQ(d.lines[s].unit, static_cast<std::int32_t>(s));
    EXPECT_EQ(d.line_units[s], "s" + std::to_string(s));
    EXPECT_EQ(d.lines[s].n, 60);
    inside += std::abs(d.lines[s].slope - c.school_slope[s]) < 2.0 * d.lines[s].slope_se ? 1 : 0;
  }
  EXPECT_GE(inside, 52);  // 95.4 % of 60 is 57; below 52 once in 200
  EXPECT_EQ(d.overall.unit, -1);
  EXPECT_EQ(d.overall.n, 3600);
  EXPECT_NEAR(d.overall.slope * ses.per, ses.estimate, 1e-9);
  EXPECT_NEAR(d.overall.slope_se * ses.per, ses.se, 1e-9);
  EXPECT_NEAR(d.overall.x_low, ctt::quantile(c.ses, 0.05), 1e-12);
}

TEST(Drivers, EqualADirectFit) {
  const Case c({.schools = 25, .per_school = 30});
  const Drivers d = green::drivers(c.period, options({"ses", "sex", "size"})).value();
  ASSERT_TRUE(d.random_slopes);
  const auto table = c.table();
  multilevel::FitOptions o;
  o.confidence = 0.90;
  const auto fit = multilevel::fit("score ~ ses + sex + size + (ses | school)", table, o).value();
  const double n = static_cast<double>(c.unit.size());
  const std::vector<double> df = {24.0, n - 4.0, 25.0 - 2.0};
  for (std::size_t k = 0; k < 3; ++k) {
    const auto& e = d.effects[k];
    const auto& b = fit.fixed[k + 1];
    EXPECT_NEAR(e.estimate, b.estimate * e.per, 1e-5 * e.se);
    EXPECT_NEAR(e.se, b.se * e.per, 1e-5 * e.se);
    EXPECT_NEAR(e.low, e.estimate - t_of(0.9, df[k]) * e.se, 1e-8);
    EXPECT_NEAR(e.high, e.estimate + t_of(0.9, df[k]) * e.se, 1e-8);
    const boost::math::students_t t(df[k]);
    EXPECT_NEAR(e.p, 2.0 * boost::math::cdf(boost::math::complement(t, std::abs(e.estimate / e.se))), 1e-9);
  }
  EXPECT_NEAR(d.effects[2].per, sd_of(c.size), 1e-9);
  for (const bool after : {false, true}) {
    const auto direct = multilevel::fit(after ? "score ~ ses + sex + size + (1 | school)" : "score ~ 1 + (1 | school)", table, o).value();
    const auto& shares = after ? d.balance_after : d.balance;
    EXPECT_NEAR(shares[1].variance, direct.components[0].value, 1e-4 * direct.components[0].value);
    EXPECT_NEAR(shares[0].variance, direct.sigma * direct.sigma, 1e-5 * direct.sigma * direct.sigma);
    EXPECT_NEAR(shares[1].share, direct.icc[0].value, 1e-5);
    EXPECT_NEAR(shares[1].low, direct.icc[0].lower, 1e-4);
    EXPECT_NEAR(shares[1].high, direct.icc[0].upper, 1e-4);
  }
  // A unit's line: fixed part and best predictions at the mean of the other predictors.
  const double others = fit.fixed[2].estimate * mean_of(c.sex) + fit.fixed[3].estimate * mean_of(c.size);
  const auto& g = fit.groups[0];
  for (const std::size_t s : {0u, 7u, 24u}) {
    std::vector<double> own;
    for (std::size_t i = 0; i < c.unit.size(); ++i)
      if (c.unit[i] == static_cast<std::int32_t>(s)) own.push_back(c.ses[i]);
    const auto& line = d.lines[s];
    EXPECT_NEAR(line.x_low, ctt::quantile(own, 0.05), 1e-12);
    EXPECT_NEAR(line.x_high, ctt::quantile(own, 0.95), 1e-12);
    const double intercept = fit.fixed[0].estimate + g.estimate[2 * s] + others;
    const double slope = fit.fixed[1].estimate + g.estimate[2 * s + 1];
    EXPECT_NEAR(line.slope, slope, 1e-4);
    EXPECT_NEAR(line.y_low, intercept + slope * line.x_low, 1e-3);
    EXPECT_NEAR(line.y_high, intercept + slope * line.x_high, 1e-3);
  }
  EXPECT_NEAR(d.overall.y_low, fit.fixed[0].estimate + others + fit.fixed[1].estimate * d.overall.x_low, 1e-3);
}

// Henderson's equations in full: the inverse of their matrix is the covariance of (b - truth, u - truth).
void expect_errors_of_lines(const Case& c, const std::string& formula, bool three_levels, double tolerance) {
  const Drivers d = green::drivers(c.period, options({"ses", "sex"})).value();
  ASSERT_TRUE(d.random_slopes);
  ASSERT_EQ(d.balance.size(), three_levels ? 3u : 2u);
  const auto fit = multilevel::fit(formula, c.table()).value();
  const auto component = [&](const std::string& group, const std::string& first, const std::string& second) {
    for (const auto& x : fit.components)
      if (x.group == group && x.first == first && x.second == second) return x.value;
    throw LogicError("no such component");
  };
  const auto n = static_cast<Eigen::Index>(c.unit.size());
  const auto n_schools = static_cast<Eigen::Index>(c.district_of.size());
  const Eigen::Index n_districts = three_levels ? *std::max_element(c.district_of.begin(), c.district_of.end()) + 1 : 0;
  Eigen::MatrixXd w = Eigen::MatrixXd::Zero(n, 3 + 2 * n_schools + n_districts);
  for (Eigen::Index i = 0; i < n; ++i) {
    const auto row = static_cast<std::size_t>(i);
    const auto school = c.unit[row];
    w(i, 0) = 1.0;
    w(i, 1) = c.ses[row];
    w(i, 2) = c.sex[row];
    w(i, 3 + 2 * school) = 1.0;
    w(i, 4 + 2 * school) = c.ses[row];
    if (three_levels) w(i, 3 + 2 * n_schools + c.district_of[static_cast<std::size_t>(school)]) = 1.0;
  }
  const double covariance = component("school", "(Intercept)", "ses");
  Eigen::Matrix2d psi;
  psi << component("school", "(Intercept)", ""), covariance, covariance, component("school", "ses", "");
  Eigen::MatrixXd a = w.transpose() * w / (fit.sigma * fit.sigma);
  for (Eigen::Index s = 0; s < n_schools; ++s) a.block(3 + 2 * s, 3 + 2 * s, 2, 2) += psi.inverse();
  for (Eigen::Index k = a.rows() - n_districts; k < a.rows(); ++k) a(k, k) += 1.0 / component("district", "(Intercept)", "");
  const Eigen::MatrixXd inverse = a.inverse();
  for (Eigen::Index s = 0; s < n_schools; ++s) {
    Eigen::VectorXd at = Eigen::VectorXd::Zero(a.rows());
    at(1) = 1.0;
    at(4 + 2 * s) = 1.0;
    const double se = std::sqrt(at.dot(inverse * at));
    EXPECT_NEAR(d.lines[static_cast<std::size_t>(s)].slope_se, se, tolerance * se) << s;
  }
}

TEST(Drivers, ErrorOfALineIsThatOfTheMixedModelEquations) {
  const Case two({.schools = 12, .per_school = 14, .slope_sd = 12.0, .residual_sd = 30.0});
  expect_errors_of_lines(two, "score ~ ses + sex + (ses | school)", false, 1e-4);
  const Case three({.schools = 24, .districts = 6, .per_school = 14, .slope_sd = 12.0, .district_sd = 25.0, .residual_sd = 30.0});
  expect_errors_of_lines(three, "score ~ ses + sex + (ses | school) + (1 | district)", true, 1e-4);
}

TEST(Drivers, FivePlausibleValuesByRubinsRules) {
  const Case c({.schools = 25, .per_school = 30, .n_pv = 5});
  const Drivers d = green::drivers(c.period, options({"ses", "sex"})).value();
  ASSERT_TRUE(d.random_slopes);
  double mean = 0.0, within = 0.0, between = 0.0, variance = 0.0;
  std::vector<double> b;
  for (std::size_t m = 0; m < 5; ++m) {
    const auto fit = multilevel::fit("score ~ ses + sex + (ses | school)", c.table(m)).value();
    b.push_back(fit.fixed[2].estimate);
    mean += b.back() / 5.0;
    within += fit.fixed[2].se * fit.fixed[2].se / 5.0;
    variance += multilevel::fit("score ~ 1 + (1 | school)", c.table(m))->components[0].value / 5.0;
  }
  for (const double v : b) between += (v - mean) * (v - mean) / 4.0;
  const double total = within + 1.2 * between;
  const auto& e = d.effects[1];
  EXPECT_NEAR(e.estimate, mean, 1e-4);
  EXPECT_NEAR(e.se, std::sqrt(total), 1e-4);
  const double share = 1.2 * between / total;
  const double design_df = 750.0 - 3.0;
  const double observed = (design_df + 1.0) / (design_df + 3.0) * design_df * (1.0 - share);
  const double df = 1.0 / (share * share / 4.0 + 1.0 / observed);
  EXPECT_NEAR(e.low, mean - t_of(0.9, df) * std::sqrt(total), 1e-3);
  EXPECT_NEAR(e.high, mean + t_of(0.9, df) * std::sqrt(total), 1e-3);
  EXPECT_NEAR(d.balance[1].variance, variance, 1e-4 * variance);
}

TEST(Drivers, ThreeLevelsWhereTheLevelAboveHasSeveralUnits) {
  const Case c({.schools = 64, .districts = 8, .per_school = 25, .slope_sd = 12.0, .district_sd = 25.0});
  const Drivers d = green::drivers(c.period, options()).value();
  ASSERT_TRUE(d.random_slopes);
  ASSERT_EQ(d.balance.size(), 3u);
  EXPECT_EQ(d.balance[2].level, "district");
  const auto table = c.table();
  multilevel::FitOptions o;
  o.confidence = 0.9;
  const auto direct = multilevel::fit("score ~ 1 + (1 | school) + (1 | district)", table, o).value();
  double whole = direct.sigma * direct.sigma;
  for (const auto& icc : direct.icc) {
    const auto& s = d.balance[icc.group == "school" ? 1 : 2];
    EXPECT_NEAR(s.share, icc.value, 1e-5);
    EXPECT_NEAR(s.low, icc.lower, 1e-4);
    EXPECT_NEAR(s.high, icc.upper, 1e-4);
  }
  for (const auto& component : direct.components)
    if (component.group != "Residual") whole += component.value;
  EXPECT_NEAR(d.balance[0].share, direct.sigma * direct.sigma / whole, 1e-5);
  EXPECT_LT(d.balance[0].low, d.balance[0].share);
  EXPECT_GT(d.balance[0].high, d.balance[0].share);
  EXPECT_NEAR(d.balance[0].share + d.balance[1].share + d.balance[2].share, 1.0, 1e-12);
  const auto slopes = multilevel::fit("score ~ ses + sex + noise + (ses | school) + (1 | district)", table, o).value();
  EXPECT_NEAR(d.effects[0].estimate, slopes.fixed[1].estimate * d.effects[0].per, 1e-4 * d.effects[0].se);
  // A line holds the effect of its district.
  const auto& schools = slopes.groups[0];
  const auto& districts = slopes.groups[1];
  const double others = slopes.fixed[2].estimate * mean_of(c.sex) + slopes.fixed[3].estimate * mean_of(c.noise);
  for (const std::size_t s : {0u, 13u}) {
    const double intercept = slopes.fixed[0].estimate + schools.estimate[2 * s] + districts.estimate[s % 8] + others;
    const double slope = slopes.fixed[1].estimate + schools.estimate[2 * s + 1];
    EXPECT_NEAR(d.lines[s].y_low, intercept + slope * d.lines[s].x_low, 1e-2);
  }
  auto few = options();
  few.least_units_above = 9;
  EXPECT_EQ(green::drivers(c.period, few)->balance.size(), 2u);
}

TEST(Drivers, OrderOfRowsAndThreadsDoNotMatter) {
  Case c({.schools = 40, .per_school = 30, .n_pv = 3});
  ExecutionContext one;
  one.n_threads = 1;
  const Drivers before = green::drivers(c.period, options(), one).value();
  for (const int threads : {2, 5}) {
    ExecutionContext many;
    many.n_threads = threads;
    same_bits(before, green::drivers(c.period, options(), many).value());
  }
  random::Stream r(9, random::purpose("test.drivers.order"));
  const auto order = r.permutation(static_cast<std::int64_t>(c.unit.size()));
  const auto shuffle = [&](auto& x) {
    auto copy = x;
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = copy[static_cast<std::size_t>(order[i])];
  };
  shuffle(c.unit);
  for (auto* column : c.columns()) shuffle(*column);
  c.make();
  same_bits(before, green::drivers(c.period, options()).value());
}

}  // namespace
