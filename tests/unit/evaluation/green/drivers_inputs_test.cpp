// What goes with an outcome: missing rows, small units, weights, falling back to parallel lines, predictors of two values or none, tables,
// degenerate inputs.
#include "drivers_cases.hpp"

#include <celadon/models/ctt/score_distribution.hpp>

#include <atomic>
#include <functional>

namespace {

using namespace celadon;
using namespace celadon::drivers_cases;

TEST(Drivers, RowsThatLackAValueTakeNoPart) {
  Case c({.schools = 25, .per_school = 30, .n_pv = 2});
  Case without({.schools = 25, .per_school = 30, .n_pv = 2});
  std::vector<std::size_t> gone;
  for (std::size_t i = 0; i < c.unit.size(); i += 7) gone.push_back(i);
  for (std::size_t k = 0; k < gone.size(); ++k) {
    if (k % 4 == 0) c.ses[gone[k]] = kNaN;
    if (k % 4 == 1) c.noise[gone[k]] = kNaN;
    if (k % 4 == 2) c.score[1][gone[k]] = kNaN;
    if (k % 4 == 3) c.score[0][gone[k]] = kNaN;
  }
  c.make();
  const auto erase = [&](auto& x) {
    for (auto i = gone.rbegin(); i != gone.rend(); ++i) x.erase(x.begin() + static_cast<std::ptrdiff_t>(*i));
  };
  erase(without.unit);
  for (auto* column : without.columns()) erase(*column);
  without.make();
  const Drivers d = green::drivers(c.period, options()).value();
  EXPECT_EQ(d.n, static_cast<std::int64_t>(c.unit.size() - gone.size()));
  EXPECT_EQ(d.n_left_out, static_cast<std::int64_t>(gone.size()));
  const Finding* f = find(d, Code::kRowsLeftOut);
  ASSERT_NE(f, nullptr);
  EXPECT_EQ(f->severity, Severity::kWarning);
  EXPECT_EQ(f->arguments.at(0).value, std::to_string(gone.size()));
  same_bits(d, green::drivers(without.period, options()).value());
  // A tenth or less is counted and not warned of; rows without unit or weight are none of the rows.
  Case few({.schools = 25, .per_school = 30});
  for (std::size_t i = 0; i < 75; ++i) few.ses[i * 10] = kNaN;
  for (std::size_t i = 0; i < 10; ++i) few.unit[i * 20 + 1] = -1;
  for (std::size_t i = 0; i < 10; ++i) few.weight[i * 20 + 2] = 0.0;
  few.make();
  const Drivers g = green::drivers(few.period, options()).value();
  EXPECT_EQ(g.n, 750 - 75 - 20);
  EXPECT_EQ(g.n_left_out, 75);
  EXPECT_NE(find(g, Code::kRowsLeftOut), nullptr);  // 75 of 730
  few.ses = Case({.schools = 25, .per_school = 30}).ses;
  for (std::size_t i = 0; i < 70; ++i) few.ses[i * 10] = kNaN;
  few.make();
  EXPECT_EQ(find(green::drivers(few.period, options()).value(), Code::kRowsLeftOut), nullptr);
}

TEST(Drivers, SmallUnitsOfPersonsHaveNoLine) {
  Case c({.schools = 25, .per_school = 30});
  int kept = 0;
  for (std::size_t i = 0; i < c.unit.size(); ++i)
    if (c.unit[i] == 4 && ++kept > 9) c.unit[i] = 5;
  c.make();
  const Drivers d = green::drivers(c.period, options()).value();
  EXPECT_EQ(d.n_units, 25);
  ASSERT_EQ(d.lines.size(), 24u);
  ASSERT_EQ(d.line_units.size(), 24u);
  EXPECT_TRUE(std::none_of(d.lines.begin(), d.lines.end(), [](const auto& l) { return l.unit == 4; }));
  EXPECT_EQ(std::count(d.line_units.begin(), d.line_units.end(), "s4"), 0);
  const Finding* f = find(d, Code::kLinesNotShown);
  ASSERT_NE(f, nullptr);
  EXPECT_EQ(f->arguments.at(0).value, "1");
  EXPECT_EQ(d.lines_table().n_rows(), 25);
  c.period.frames[0].persons = false;
  EXPECT_EQ(green::drivers(c.period, options())->lines.size(), 25u);
  c.period.frames[0].persons = true;
  auto nine = options();
  nine.least_n = 9;
  EXPECT_EQ(green::drivers(c.period, nine)->lines.size(), 25u);
}

TEST(Drivers, WeightsThatDifferAreSaidNotToCount) {
  Case c({.schools = 25, .per_school = 30});
  const Drivers plain = green::drivers(c.period, options()).value();
  EXPECT_EQ(find(plain, Code::kWeightsNotUsed), nullptr);
  for (std::size_t i = 0; i < c.weight.size(); ++i) c.weight[i] = i % 2 == 0 ? 1.0 : 3.0;
  c.make();
  const Drivers d = green::drivers(c.period, options()).value();
  ASSERT_NE(find(d, Code::kWeightsNotUsed), nullptr);
  EXPECT_EQ(find(d, Code::kWeightsNotUsed)->severity, Severity::kNote);
  same_bits(plain, d);
  c.period.frames[0].design = nullptr;
  same_bits(plain, green::drivers(c.period, options()).value());
}

TEST(Drivers, WithoutARandomSlopeLinesAreParallel) {
  const auto parallel = [](const Drivers& d) {
    EXPECT_FALSE(d.random_slopes);
    for (const auto& l : d.lines) {
      EXPECT_EQ(l.slope, d.overall.slope);
      EXPECT_EQ(l.slope_se, d.overall.slope_se);
    }
  };
  // Slopes more alike than chance: the residuals of each school are made to have none.
  Case c({.schools = 25, .per_school = 30, .slope_sd = 0.0});
  for (int s = 0; s < 25; ++s) {
    double mx = 0.0, my = 0.0, sxy = 0.0, sxx = 0.0;
    const auto begin = static_cast<std::size_t>(s) * 30;
    for (std::size_t i = begin; i < begin + 30; ++i) {
      mx += c.ses[i] / 30.0;
      my += c.score[0][i] / 30.0;
    }
    for (std::size_t i = begin; i < begin + 30; ++i) {
      sxy += (c.ses[i] - mx) * (c.score[0][i] - my);
      sxx += (c.ses[i] - mx) * (c.ses[i] - mx);
    }
    for (std::size_t i = begin; i < begin + 30; ++i) c.score[0][i] += (15.0 - sxy / sxx) * (c.ses[i] - mx);
  }
  c.make();
  const Drivers d = green::drivers(c.period, options({"ses"})).value();
  parallel(d);
  const Finding* f = find(d, Code::kSingularFit);
  ASSERT_NE(f, nullptr);
  EXPECT_EQ(f->arguments.at(0).value, "ses | school");
  EXPECT_NEAR(d.overall.slope, 15.0, 1.0);
  EXPECT_EQ(d.lines.size(), 25u);
  EXPECT_NE(d.lines[0].y_low - d.lines[0].slope * d.lines[0].x_low, d.lines[1].y_low - d.lines[1].slope * d.lines[1].x_low);
  // A background of schools.
  const Drivers of_schools = green::drivers(c.period, options({"size", "ses"})).value();
  parallel(of_schools);
  ASSERT_NE(find(of_schools, Code::kColumnAliased), nullptr);
  EXPECT_EQ(find(of_schools, Code::kColumnAliased)->arguments.at(0).value, "size | school");
  EXPECT_EQ(of_schools.lines[0].x_low, of_schools.lines[0].x_high);
  EXPECT_TRUE(std::isfinite(of_schools.effects[0].estimate));
  // Units of a row or two.
  const Case pairs({.schools = 60, .per_school = 2, .school_sd = 60.0});
  auto all = options({"ses"});
  all.least_n = 0;
  const Drivers small = green::drivers(pairs.period, all).value();
  parallel(small);
  EXPECT_NE(find(small, Code::kTooManyEffects), nullptr);
  EXPECT_EQ(small.lines.size(), 60u);
}

TEST(Drivers, CombinationsOfPredictorsAndTwoValues) {
  Case c({.schools = 25, .per_school = 30});
  for (std::size_t i = 0; i < c.noise.size(); ++i) {
    c.noise[i] = 3.0 - 2.0 * c.sex[i];
    c.sex[i] += 1.0;
  }
  c.make();
  const Drivers d = green::drivers(c.period, options()).value();
  EXPECT_EQ(d.effects[1].per, 1.0);  // 1 and 2
  EXPECT_EQ(d.effects[2].per, 2.0);  // 3 and 1
  EXPECT_TRUE(std::isfinite(d.effects[1].estimate));
  EXPECT_TRUE(std::isnan(d.effects[2].estimate));
  EXPECT_TRUE(std::isnan(d.effects[2].p));
  EXPECT_FALSE(d.effects[2].stands_out);
  ASSERT_NE(find(d, Code::kColumnAliased), nullptr);
  EXPECT_EQ(find(d, Code::kColumnAliased)->arguments.at(0).value, "noise");
  const Drivers without = green::drivers(c.period, options({"ses", "sex"})).value();
  EXPECT_NEAR(d.effects[1].estimate, without.effects[1].estimate, 1e-6);
  EXPECT_NEAR(d.lines[3].slope_se, without.lines[3].slope_se, 1e-6);
}

TEST(Drivers, APredictorMayHavePlausibleValues) {
  Case c({.schools = 25, .per_school = 30, .n_pv = 3});
  c.period.frames[0].variables.push_back({"other", {c.score[2], c.score[0], c.score[1]}});
  c.period.frames[0].variables.push_back({"two", {c.score[2], c.score[0]}});
  const Drivers d = green::drivers(c.period, options({"other", "sex"})).value();
  EXPECT_GT(d.effects[0].estimate, 30.0);
  EXPECT_NEAR(d.overall.x_low, (ctt::quantile(c.score[0], 0.05) + ctt::quantile(c.score[1], 0.05) + ctt::quantile(c.score[2], 0.05)) / 3.0,
              1e-9);
  EXPECT_EQ(green::drivers(c.period, options({"two"})).error().code, Code::kInvalidArgument);
}

TEST(Drivers, TablesAndNames) {
  Case c({.schools = 25, .per_school = 30});
  c.period.frames[0].variables.push_back({"school", {c.noise}});  // a variable may have the name of a level
  const Drivers d = green::drivers(c.period, options({"ses", "school"})).value();
  const Table e = d.effects_table();
  EXPECT_EQ(e.n_rows(), 2);
  EXPECT_NE(e.find("stands_out"), nullptr);
  EXPECT_EQ(d.balance_table().n_rows(), 4);
  const Table l = d.lines_table();
  EXPECT_EQ(l.n_rows(), 26);
  EXPECT_TRUE(l.find("unit")->is_null(0));
  EXPECT_FALSE(l.find("unit")->is_null(1));
  EXPECT_EQ(d.balance[1].level, "school");
  EXPECT_EQ(d.outcome_name.en, "score");
  EXPECT_EQ(d.effects[0].name.zh, "ses");
}

TEST(Drivers, DegenerateInputsAreClearErrors) {
  Case c({.schools = 25, .per_school = 30});
  const auto error = [&](const green::DriverOptions& o) { return green::drivers(c.period, o).error(); };
  const auto code = [&](const green::DriverOptions& o) { return error(o).code; };
  const auto with = [&](const std::function<void(green::DriverOptions&)>& change) {
    auto o = options();
    change(o);
    return code(o);
  };
  EXPECT_EQ(with([](auto& o) { o.frame = "teachers"; }), Code::kMissingTable);
  EXPECT_EQ(with([](auto& o) { o.outcome = "nothing"; }), Code::kMissingColumn);
  EXPECT_EQ(code(options({"ses", "nothing"})), Code::kMissingColumn);
  EXPECT_EQ(error(options({"ses", "nothing"})).place.column, "nothing");
  EXPECT_EQ(error(options({"ses", "nothing"})).cause(Language::kEnglish), "Table pupils has no column nothing");
  EXPECT_EQ(code(options({})), Code::kInvalidArgument);
  EXPECT_EQ(code(options({"ses", "ses"})), Code::kInvalidArgument);
  EXPECT_EQ(code(options({"score"})), Code::kInvalidArgument);
  for (const double v : {0.0, 1.0, kNaN}) EXPECT_EQ(with([&](auto& o) { o.confidence = v; }), Code::kInvalidArgument);
  for (const double v : {-0.1, 1.1, kNaN}) EXPECT_EQ(with([&](auto& o) { o.false_discovery = v; }), Code::kInvalidArgument);
  EXPECT_EQ(with([](auto& o) { o.least_units_above = 1; }), Code::kInvalidArgument);

  const auto changed = [&](const std::function<void(Case&)>& change, const green::DriverOptions& o = options()) {
    Case other({.schools = 25, .per_school = 30});
    change(other);
    other.make();
    return green::drivers(other.period, o).error();
  };
  const Error constant = changed([](Case& x) { std::fill(x.noise.begin(), x.noise.end(), 2.0); });
  EXPECT_EQ(constant.code, Code::kInvalidArgument);
  EXPECT_NE(constant.cause(Language::kEnglish).find("\"noise\" does not vary"), std::string::npos);
  const Error flat = changed([](Case& x) { std::fill(x.score[0].begin(), x.score[0].end(), 2.0); });
  EXPECT_EQ(flat.code, Code::kConstantOutcome);
  EXPECT_EQ(flat.place.column, "score");
  const Error function = changed([](Case& x) { x.score[0] = x.ses; });
  EXPECT_EQ(function.code, Code::kConstantOutcome);
  const Error one = changed([](Case& x) { std::fill(x.unit.begin(), x.unit.end(), 3); });
  EXPECT_EQ(one.code, Code::kTooFewGroups);
  EXPECT_EQ(one.arguments.at(0).value, "school");
  EXPECT_EQ(changed([](Case& x) { std::fill(x.ses.begin(), x.ses.end(), kNaN); }).code, Code::kTooFewRows);
  EXPECT_EQ(changed([](Case& x) { std::fill(x.unit.begin(), x.unit.end(), -1); }).code, Code::kTooFewRows);
  const Error infinite = changed([](Case& x) { x.ses[7] = std::numeric_limits<double>::infinity(); });
  EXPECT_EQ(infinite.code, Code::kNotFinite);
  EXPECT_EQ(infinite.place.row, 8);
  EXPECT_EQ(changed([](Case& x) { x.unit[3] = 77; }).code, Code::kSchemeFrameInvalid);
  EXPECT_EQ(changed([](Case& x) { x.ses.pop_back(); }).code, Code::kSchemeFrameInvalid);

  const Case singles({.schools = 25, .per_school = 1});
  EXPECT_EQ(green::drivers(singles.period, options()).error().code, Code::kTooManyEffects);
  c.period.frames[0].level = "county";
  EXPECT_EQ(code(options()), Code::kSchemeFrameInvalid);
  c.period.frames[0].level = "school";
  c.period.levels[0].parent.pop_back();
  EXPECT_EQ(code(options()), Code::kSchemeUnits);
  std::atomic<bool> stop{true};
  ExecutionContext cancelled;
  cancelled.cancel = &stop;
  const Case fine({.schools = 25, .per_school = 30});
  EXPECT_EQ(green::drivers(fine.period, options(), cancelled).error().code, Code::kCancelled);
}

}  // namespace
