#include <celadon/evaluation/evaluate.hpp>

#include <evaluation/paper_fixture.hpp>
#include <evaluation/school_fixture.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <set>
#include <sstream>
#include <type_traits>

namespace {

using namespace celadon::evaluation;
using celadon::Code;
using celadon::irt::ModelFamily;
using dataset_fixture::dataset;
using school_fixture::Design;
using school_fixture::evaluated;
using school_fixture::profile;
using school_fixture::reason;

TEST(Evaluate, AClassOfFortyIsClassicalWithAWorkingModel) {
  const Evaluation e = evaluated();
  ASSERT_EQ(e.papers.size(), 1U);
  const PaperEvaluation& p = e.papers[0];
  EXPECT_EQ(e.profile.hash, profile().hash);
  EXPECT_EQ(p.levels.n_counted, 40);
  EXPECT_EQ(p.calibration.family, ModelFamily::kClassical);
  EXPECT_FALSE(p.calibration.calibrated);
  EXPECT_TRUE(p.calibration.ability.empty());
  EXPECT_EQ(reason(p, "calibration"), Code::kNoCalibration);
  EXPECT_EQ(p.predictor.kind, celadon::feedback::PredictorKind::kWorkingModel);
  EXPECT_TRUE(p.gain_loss.leave_one_out);
  ASSERT_TRUE(p.items && p.exam && p.exam_schools && p.distribution && p.alpha && p.distractors);
  EXPECT_EQ(p.items->n_used, 40);
  EXPECT_EQ(p.exam->units.size(), 2U);
  EXPECT_EQ(p.reviews.size(), 2U);
  ASSERT_EQ(p.sp.size(), 2U);
  ASSERT_TRUE(p.sp[0] && p.sp[1]);
  EXPECT_EQ(p.sp[0]->persons.size() + p.sp[0]->apart.size(), 20U);
  EXPECT_EQ(p.class_rows[0].size(), 20U);
  EXPECT_EQ(p.class_rows[0][1], 2) << "rows of the paper";
  EXPECT_EQ(p.distractors->items.size(), 8U) << "items with options only";
  EXPECT_FALSE(p.blueprint.cells.empty());
  EXPECT_EQ(p.parts.size(), 3U + 2U + 2U);
}

TEST(Evaluate, TotalsAndItemsAgreeWithThePoints) {
  const Evaluation e = evaluated();
  const PaperEvaluation& p = e.papers[0];
  double sum = 0.0;
  for (std::int64_t i = 0; i < p.n_persons(); ++i) {
    double points = 0.0;
    for (const ItemOutcome& o : pupil_items(p, i)) points += o.points;
    EXPECT_NEAR(points, p.levels.pupils[static_cast<std::size_t>(i)].total, 1e-9);
    EXPECT_NEAR(points, p.gain_loss.total_points[static_cast<std::size_t>(i)], 1e-9);
    sum += points;
  }
  EXPECT_NEAR(p.exam->all.mean, sum / 40.0, 1e-9);
  EXPECT_NEAR(p.distribution->mean, sum / 40.0, 1e-9);
  double class_points = 0.0;
  for (const std::int64_t row : p.class_rows[1]) class_points += pupil_items(p, row)[9].points;
  EXPECT_NEAR(pupil_items(p, 1)[9].class_mean, class_points / 20.0, 1e-9);
  EXPECT_NEAR(pupil_items(p, 1)[9].school_mean, pupil_items(p, 0)[9].all_mean, 1e-9) << "one school";
  EXPECT_NEAR(p.exam->all.rates[1], static_cast<double>(p.levels.all.counts[0] + p.levels.all.counts[1] + p.levels.all.counts[2]) / 40.0,
              1e-12)
      << "the pass rate is the share at or above the lowest cut";
  EXPECT_THROW((void)pupil_items(p, 40), celadon::LogicError);
  EXPECT_THROW((void)pupil_parts(e, p, -1), celadon::LogicError);
}

TEST(Evaluate, DefaultFamilyFollowsTheNumberOfPupils) {
  EvaluateOptions options;
  options.sp_tables = false;
  const Evaluation rasch = evaluated({.n_pupils = 150, .n_choice = 10, .n_written = 0, .seed = 3, .options = false}, options);
  EXPECT_EQ(rasch.papers[0].calibration.family, ModelFamily::kRasch);
  ASSERT_TRUE(rasch.papers[0].calibration.calibrated);
  EXPECT_EQ(rasch.papers[0].calibration.fit->model.items[0].model, celadon::irt::ItemModel::kRasch);
  EXPECT_EQ(rasch.papers[0].calibration.ability.size(), 150U);
  EXPECT_GT(rasch.papers[0].calibration.reliability, 0.3);
  EXPECT_LT(rasch.papers[0].calibration.reliability, 1.0);
  EXPECT_EQ(rasch.papers[0].predictor.kind, celadon::feedback::PredictorKind::kWorkingModel)
      << "below 200 pupils the parameters must leave the pupil out";
  const Evaluation two = evaluated({.n_pupils = 600, .n_choice = 10, .n_written = 0, .seed = 4, .options = false}, options);
  EXPECT_EQ(two.papers[0].calibration.family, ModelFamily::kTwoParameterPrior);
  EXPECT_EQ(two.papers[0].calibration.fit->model.items[0].model, celadon::irt::ItemModel::k2pl);
  EXPECT_EQ(two.papers[0].predictor.kind, celadon::feedback::PredictorKind::kCalibrated);
  options.family = ModelFamily::kRasch;
  const Evaluation overruled = evaluated({.n_pupils = 600, .n_choice = 10, .n_written = 0, .seed = 4, .options = false}, options);
  EXPECT_TRUE(overruled.papers[0].calibration.overruled);
  EXPECT_EQ(overruled.papers[0].calibration.fit->model.items[0].model, celadon::irt::ItemModel::kRasch);
  EXPECT_EQ(dataset_fixture::count(overruled.papers[0].calibration.findings, Code::kFamilyOverruled), 1);
  options.calibrate = false;
  const Evaluation off = evaluated({.n_pupils = 150, .n_choice = 10, .n_written = 0, .seed = 3, .options = false}, options);
  EXPECT_EQ(reason(off.papers[0], "calibration"), Code::kCalibrationOff);
}

TEST(Evaluate, SparseMarksAreMergedForTheEstimationOnly) {
  EvaluateOptions options;
  options.sp_tables = false;
  const Evaluation e = evaluated({.n_pupils = 130, .n_choice = 6, .n_written = 3, .seed = 8, .options = false}, options);
  const PaperEvaluation& p = e.papers[0];
  ASSERT_TRUE(p.calibration.calibrated);
  EXPECT_GT(dataset_fixture::count(p.calibration.findings, Code::kCategoriesMerged), 0);
  std::set<double> points;
  for (std::int64_t i = 0; i < p.n_persons(); ++i) points.insert(pupil_items(p, i)[7].points);
  EXPECT_EQ(points.size(), 6U) << "all marks of the item are still there";
  const auto statements = paper_statements(e, p);
  EXPECT_TRUE(std::any_of(statements.begin(), statements.end(), [](const auto& s) { return s.rule == "paper.merged"; }));
}

TEST(Evaluate, ABankMakesASmallPaperCalibrated) {
  const Design design{.n_pupils = 30, .n_choice = 10, .n_written = 0, .seed = 5, .options = false};
  EvaluateOptions options;
  for (int j = 0; j < 10; ++j) {
    celadon::irt::ItemParameters item;
    item.id = "c" + std::to_string(j + 1);
    item.slope = 1.0 + 0.1 * j;
    item.intercepts = {1.2 - 0.2 * (j % 6)};
    options.bank.push_back(item);
  }
  const Evaluation e = evaluated(design, options);
  const PaperEvaluation& p = e.papers[0];
  ASSERT_TRUE(p.calibration.calibrated);
  EXPECT_EQ(p.calibration.ability.size(), 30U);
  for (std::size_t j = 0; j < 10; ++j) {
    EXPECT_EQ(p.calibration.fit->model.items[j].slope, options.bank[j].slope) << "kept";
    EXPECT_EQ(p.calibration.fit->model.items[j].intercepts, options.bank[j].intercepts);
  }
  EXPECT_EQ(p.predictor.kind, celadon::feedback::PredictorKind::kCalibrated);
  EXPECT_EQ(dataset_fixture::count(p.calibration.findings, Code::kBankUsed), 1);
  // Four items are no link for ten: the bank is left aside, and said so.
  options.bank.resize(4);
  const Evaluation few = evaluated(design, options);
  EXPECT_FALSE(few.papers[0].calibration.calibrated);
  EXPECT_EQ(dataset_fixture::count(few.papers[0].calibration.findings, Code::kBankTooSmall), 1);
}

TEST(Evaluate, WhatIsNotConnectedIsCalibratedApart) {
  // Two booklets of eight items without a common item, 150 pupils each.
  auto tables = school_fixture::tables({.n_pupils = 300, .n_choice = 16, .n_written = 0, .seed = 9, .options = false});
  auto& responses = tables[2].second;
  std::string apart;
  std::istringstream lines(responses);
  int number = 0;
  for (std::string line; std::getline(lines, line); ++number) {
    std::vector<std::string> cells(1);
    for (const char c : line) {
      if (c == ',')
        cells.emplace_back();
      else
        cells.back() += c;
    }
    for (std::size_t j = 1; j < cells.size() && number > 0; ++j)
      if ((j <= 8) != (number <= 150)) cells[j] = "not_administered";
    for (std::size_t j = 0; j < cells.size(); ++j) apart += (j == 0 ? "" : ",") + cells[j];
    apart += "\n";
  }
  responses = apart;
  EvaluateOptions options;
  options.sp_tables = false;
  const Evaluation e = evaluate(dataset(tables), profile(), options).value();
  const PaperEvaluation& p = e.papers[0];
  ASSERT_TRUE(p.calibration.calibrated);
  EXPECT_EQ(reason(p, "common_scale"), Code::kNotConnected);
  EXPECT_TRUE(std::isnan(p.calibration.reliability)) << "two scales have no common reliability";
  std::set<std::int32_t> sets(p.calibration.fit->item_component.begin(), p.calibration.fit->item_component.end());
  EXPECT_EQ(sets.size(), 2U);
  EXPECT_EQ(p.predictor.kind, celadon::feedback::PredictorKind::kWorkingModel);
  EXPECT_EQ(reason(p, "alpha"), Code::kNoCommonPersons);
  EXPECT_EQ(reason(p, "true_score_intervals"), Code::kNoTrueScoreInterval);
  EXPECT_EQ(p.levels.n_counted, 300);
}

TEST(Evaluate, OneBadPaperDoesNotStopTheOthers) {
  auto good = build_papers(school_fixture::data()).value().papers.at(0);
  Paper empty = good;
  empty.id = "everybody_absent";
  empty.units.status.assign(40, celadon::Status::kAbsent);
  Paper broken = good;
  broken.id = "broken";
  broken.items.pop_back();
  const Evaluation e = evaluate(std::vector<Paper>{empty, broken, good}, profile()).value();
  ASSERT_EQ(e.papers.size(), 1U);
  EXPECT_EQ(e.papers[0].paper.id, good.id);
  ASSERT_EQ(e.not_evaluated.size(), 3U);
  EXPECT_EQ(e.not_evaluated[0].what, "comments");  // no bank of sentences was given
  EXPECT_EQ(e.not_evaluated[1].reason.code, Code::kPaperNotEvaluated);
  EXPECT_EQ(e.not_evaluated[1].reason.arguments[0].value, "everybody_absent");
  EXPECT_EQ(dataset_fixture::count(e.findings, Code::kNoPersons), 1);
  EXPECT_EQ(dataset_fixture::count(e.findings, Code::kLengthMismatch), 1);
}

TEST(Evaluate, AbsentTablesAndForeignTablesAreNamed) {
  const Evaluation e =
      evaluate(dataset({{"responses", "student,a,b\ns1,1,0\ns2,0,1\ns3,1,1\n"}, {"practice", "student\ns1\n"}}), profile()).value();
  std::set<std::string> what;
  for (const NotEvaluated& n : e.not_evaluated) what.insert(n.what);
  EXPECT_EQ(what, (std::set<std::string>{"practice", "blueprint", "classes", "causes", "comments"}));
  const PaperEvaluation& p = e.papers.at(0);
  EXPECT_EQ(p.levels.n_counted, 3);
  EXPECT_EQ(reason(p, "distractors"), Code::kNoRawAnswers);
  EXPECT_EQ(reason(p, "expected_scores"), Code::kNoExpectedScore);
  EXPECT_EQ(reason(p, "classes"), Code::kNoClassesKnown);
  EXPECT_EQ(reason(p, "blueprint"), Code::kNoBlueprintLevels);
  EXPECT_EQ(p.gain_loss.predictor, celadon::feedback::PredictorKind::kNone);
}

TEST(Evaluate, OnePersonAndOneItem) {
  const Evaluation e = evaluate(dataset({{"responses", "student,a\ns1,3\n"}}), profile()).value();
  ASSERT_EQ(e.papers.size(), 1U);
  EXPECT_EQ(e.papers[0].levels.n_counted, 1);
  EXPECT_EQ(reason(e.papers[0], "items"), Code::kTooFewPersons);
  EXPECT_FALSE(pupil_statements(e, e.papers[0], 0).empty());
  for (const std::string& name : table_names()) EXPECT_TRUE(table(e, name).has_value()) << name;
}

TEST(Evaluate, BonusAndChoiceItemsInTheExamStatistics) {
  auto list = paper_fixture::items({60, 40, 40, 10});
  list[1].choice_group = list[2].choice_group = "A";
  list[3].bonus = true;
  for (auto& i : list) i.knowledge = {"k"};
  auto p = paper_fixture::paper(list, {{60, 40, -1, 0}, {30, -1, 20, 10}, {50, 30, -1, 10}, {60, -1, 40, 10}});
  p.full_mark = 100.0;
  const Evaluation e = evaluate(std::vector<Paper>{p}, profile()).value();
  const PaperEvaluation& one = e.papers.at(0);
  EXPECT_DOUBLE_EQ(one.exam->all.full_mark, 100.0);
  EXPECT_DOUBLE_EQ(one.exam->all.mean, (100.0 + 60.0 + 90.0 + 110.0) / 4.0);
  EXPECT_DOUBLE_EQ(one.exam->all.maximum, 110.0);
  EXPECT_DOUBLE_EQ(one.exam->all.score_rate, (1.0 + 0.6 + 0.9 + 1.0) / 4.0);
  EXPECT_DOUBLE_EQ(one.exam->all.rates[0], 0.75);
  const auto part = std::find_if(one.exam->content.begin(), one.exam->content.end(),
                                 [](const auto& c) { return c.dimension == celadon::ctt::ContentDimension::kKnowledge; });
  ASSERT_NE(part, one.exam->content.end());
  EXPECT_DOUBLE_EQ(part->full_mark, 100.0) << "a choice group's mark once, the bonus item not at all";
  EXPECT_DOUBLE_EQ(part->score_rate, (100.0 + 50.0 + 80.0 + 100.0) / 400.0);
  EXPECT_DOUBLE_EQ(pupil_items(one, 0)[0].all_mean, 50.0);
}

TEST(Evaluate, WeightsAreInTheMeansAndNotInTheCounts) {
  auto p = paper_fixture::paper(paper_fixture::items({10, 10}), {{10, 10}, {4, 4}, {6, 10}, {0, 0}});
  p.units.weight = {1.0, 2.0, 1.0, 5.0};
  p.units.status.assign(4, celadon::Status::kPresent);
  p.units.status[3] = celadon::Status::kAbsent;
  const Evaluation e = evaluate(std::vector<Paper>{p}, profile()).value();
  EXPECT_DOUBLE_EQ(e.papers[0].exam->all.mean, (20.0 + 2.0 * 8.0 + 16.0) / 4.0);
  EXPECT_DOUBLE_EQ(e.papers[0].distribution->mean, 13.0);
  EXPECT_DOUBLE_EQ(e.papers[0].items->items[0].difficulty, (1.0 + 2.0 * 0.4 + 0.6) / 4.0);
  EXPECT_EQ(e.papers[0].exam->all.n, 3);
  EXPECT_EQ(e.papers[0].levels.all.n, 3);
}

TEST(Evaluate, TheProfileIsNeeded) {
  EXPECT_EQ(evaluate(school_fixture::data(), Profile()).error().code, Code::kProfileNotLoaded);
  Profile p = profile();
  p.levels.clear();
  EXPECT_EQ(evaluate(school_fixture::data(), p).error().code, Code::kProfileInvalid);
  std::atomic<bool> stop{true};
  celadon::ExecutionContext context;
  context.cancel = &stop;
  EXPECT_EQ(evaluate(school_fixture::data(), profile(), {}, context).error().code, Code::kCancelled);
}

/// Every cell of every table as one text.
std::string everything(const Evaluation& e) {
  std::string out;
  for (const std::string& name : table_names()) {
    const celadon::Table t = table(e, name).value();
    for (const celadon::Column& c : t.columns()) {
      out += name + "." + c.name + ":";
      for (std::int64_t i = 0; i < c.size(); ++i) {
        if (c.is_null(i))
          out += "null";
        else
          std::visit(
              [&](const auto& v) {
                const auto& x = v[static_cast<std::size_t>(i)];
                if constexpr (std::is_same_v<std::decay_t<decltype(x)>, std::string>)
                  out += x;
                else
                  out.append(reinterpret_cast<const char*>(&x), sizeof x);
              },
              c.values);
        out += ';';
      }
    }
  }
  return out;
}

TEST(Evaluate, SameBitsForAnyNumberOfThreads) {
  const auto data = school_fixture::data({.n_pupils = 220, .n_choice = 8, .n_written = 2, .seed = 6, .options = true});
  EvaluateOptions options;
  options.seed = 5;
  celadon::ExecutionContext context;
  context.n_threads = 1;
  const std::string one = everything(evaluate(data, profile(), options, context).value());
  context.n_threads = 3;
  EXPECT_TRUE(one == everything(evaluate(data, profile(), options, context).value()));
}

}  // namespace
