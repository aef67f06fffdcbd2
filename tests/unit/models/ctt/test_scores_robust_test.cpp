// Every function of classical analysis on data that break things, and with weights. What cannot be computed is an error with a code or a
// null with a finding; nothing else is lost.
#include "models/ctt/ctt_cases.hpp"

#include <celadon/models/ctt/conditional_sem.hpp>
#include <celadon/models/ctt/distractors.hpp>
#include <celadon/models/ctt/exam_statistics.hpp>
#include <celadon/models/ctt/item_analysis.hpp>
#include <celadon/models/ctt/reliability.hpp>
#include <celadon/models/ctt/score_distribution.hpp>
#include <celadon/models/ctt/sp_table.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace {

using namespace celadon;
using namespace ctt_cases;

/// No infinity anywhere in a table; NaN has become null.
void expect_sound(const Table& table, const std::string& what) {
  for (const Column& column : table.columns()) {
    const auto* values = std::get_if<std::vector<double>>(&column.values);
    for (std::size_t i = 0; values != nullptr && i < values->size(); ++i) {
      EXPECT_TRUE(std::isfinite((*values)[i]) || column.is_null(static_cast<std::int64_t>(i))) << what << " " << column.name << " " << i;
    }
  }
}

const std::set<Code> kSayable = {Code::kNoPersons,       Code::kNoItems,         Code::kTooFewPersons,  Code::kTooFewItems,
                                 Code::kZeroVariance,    Code::kNoCommonPersons, Code::kNotDichotomous, Code::kSingularCorrelations,
                                 Code::kInvalidArgument, Code::kNotFinite};

template <class T, class... Tables>
void expect_answer(const Result<T>& result, const std::string& what, Tables... tables) {
  if (!result) {
    EXPECT_TRUE(kSayable.count(result.error().code) != 0) << what << ": " << result.error().text(Language::kEnglish);
    EXPECT_FALSE(result.error().text(Language::kChinese).empty());
    return;
  }
  (expect_sound(((*result).*tables)(), what), ...);
}

void run_all(const Responses& r, const Items& items, const ctt::Sample& sample, const std::string& what) {
  expect_answer(ctt::test_scores(r, items, sample), what + " test_scores", &ctt::TestScores::to_table);
  expect_answer(ctt::item_analysis(r, items, sample), what + " item_analysis", &ctt::ItemAnalysis::to_table);
  expect_answer(ctt::score_moments(r, items, sample), what + " score_moments", &ctt::ScoreMoments::to_table);
  expect_answer(ctt::reliability(r, items, sample), what + " reliability", &ctt::Reliability::to_table, &ctt::Reliability::items_table);
  expect_answer(ctt::distractors(r, items, sample), what + " distractors", &ctt::Distractors::to_table);
  ctt::ExamStatisticsOptions exam;
  exam.rates = {{"excellent", 0.85, ctt::RateCut::Side::kAtLeast}, {"low", 0.4, ctt::RateCut::Side::kBelow}};
  expect_answer(ctt::exam_statistics(r, items, sample, exam), what + " exam_statistics", &ctt::ExamStatistics::to_table,
                &ctt::ExamStatistics::content_table);
  ctt::SpOptions sp;
  sp.n_simulations = 20;
  expect_answer(ctt::sp_table(r, items, sample, sp), what + " sp_table", &ctt::SpTable::persons_table, &ctt::SpTable::items_table);
  for (const auto method :
       {ctt::ConditionalSemMethod::kLordBinomial, ctt::ConditionalSemMethod::kScaledBinomial, ctt::ConditionalSemMethod::kFeldtQualls}) {
    ctt::ConditionalSemOptions options;
    options.method = method;
    expect_answer(ctt::conditional_sem(r, items, sample, options), what + " conditional_sem", &ctt::ConditionalSem::to_table);
  }
}

TEST(CttRobust, DataThatBreakThings) {
  const std::vector<std::pair<std::string, std::vector<std::vector<int>>>> tables = {
      {"one person", {{1, 0, 1}}},
      {"one item", {{1}, {0}, {1}}},
      {"one cell", {{1}}},
      {"all right", {{1, 1, 1}, {1, 1, 1}, {1, 1, 1}}},
      {"all wrong", {{0, 0, 0}, {0, 0, 0}, {0, 0, 0}}},
      {"constant item", {{1, 0, 1}, {1, 1, 0}, {1, 1, 1}, {1, 0, 0}}},
      {"all missing", {{-1, -2, -3}, {-4, -1, -2}}},
      {"empty row and column", {{1, -1, 0}, {0, -1, 1}, {-1, -1, -1}, {1, -1, 1}}},
      {"same persons", {{1, 0, 1}, {1, 0, 1}, {1, 0, 1}, {1, 0, 1}}},
      {"same items", {{1, 1, 1}, {0, 0, 0}, {1, 1, 1}, {0, 0, 0}}},
      {"opposite items", {{1, 0}, {0, 1}, {1, 0}, {0, 1}}},
      {"no common persons", {{1, -1}, {0, -1}, {-1, 1}, {-1, 0}}},
      {"two persons", {{1, 0, 2}, {0, 1, 0}}},
      {"two hundred categories", {{199, 0}, {0, 1}, {100, 1}, {50, 0}, {150, 1}}}};
  for (const auto& [name, rows] : tables) {
    const auto r = pack(rows);
    run_all(r, {}, {}, name);
    const std::vector<double> weights(rows.size(), 0.3);
    run_all(r, {}, {.weights = weights, .include = {}}, name + " weighted");
    const std::vector<double> none(rows.size(), 0.0);
    EXPECT_EQ(ctt::item_analysis(r, {}, {.weights = none, .include = {}}).error().code, Code::kNoPersons) << name;
  }
  const auto nobody = Responses::Builder(0, {"a", "b"}).build().value();
  EXPECT_EQ(ctt::test_scores(nobody).error().code, Code::kNoPersons);
}

// Weights that are whole numbers stand for repeated persons wherever a number does not depend on how many they are.
TEST(CttRobust, WholeWeightsAreRepeatedPersonsEverywhere) {
  const auto rows = simulate(240, {2, 2, 3, 2, 4, 2, 2, 3, 2, 2}, 0.0, 7);
  std::vector<std::vector<int>> repeated;
  std::vector<double> weights;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    weights.push_back(static_cast<double>(1 + i % 3));
    for (std::size_t k = 0; k < 1 + i % 3; ++k) repeated.push_back(rows[i]);
  }
  const auto narrow = pack(rows);
  const auto wide = pack(repeated);
  const ctt::Sample sample{.weights = weights, .include = {}};
  const double ratio = std::sqrt((240.0 / 239.0) / (480.0 / 479.0));  // the divisor n - 1 sees persons, not weights

  const auto ra = ctt::reliability(narrow, {}, sample).value();
  const auto rb = ctt::reliability(wide).value();
  EXPECT_NEAR(ra.alpha, rb.alpha, 1e-12);
  EXPECT_NEAR(ra.lambda2, rb.lambda2, 1e-12);
  EXPECT_NEAR(ra.lambda4, rb.lambda4, 1e-12);
  EXPECT_NEAR(ra.lambda6, rb.lambda6, 1e-10);
  EXPECT_NEAR(ra.omega_total, rb.omega_total, 1e-8);
  EXPECT_NEAR(ra.split_half_r, rb.split_half_r, 1e-12);
  EXPECT_NEAR(ra.sem, rb.sem * ratio, 1e-10);
  for (std::size_t j = 0; j < ra.alpha_if_deleted.size(); ++j) EXPECT_NEAR(ra.alpha_if_deleted[j], rb.alpha_if_deleted[j], 1e-12);
  const std::vector<std::string> strata{"a", "a", "a", "b", "b", "b", "b", "c", "c", "c"};
  EXPECT_NEAR(ctt::stratified_alpha(ctt::score_moments(narrow, {}, sample).value(), strata)->alpha,
              ctt::stratified_alpha(ctt::score_moments(wide).value(), strata)->alpha, 1e-12);

  const auto da = ctt::distractors(narrow, {}, sample).value();
  const auto db = ctt::distractors(wide).value();
  for (std::size_t j = 0; j < da.items.size(); ++j)
    for (std::size_t k = 0; k < da.items[j].options.size(); ++k) {
      EXPECT_NEAR(da.items[j].options[k].share, db.items[j].options[k].share, 1e-12);
      EXPECT_EQ(da.items[j].options[k].n > 0, db.items[j].options[k].n > 0);
      if (da.items[j].options[k].n == 0) continue;
      EXPECT_NEAR(da.items[j].options[k].mean_rest, db.items[j].options[k].mean_rest, 1e-12);
      if (std::isnan(da.items[j].options[k].option_total_r) && std::isnan(db.items[j].options[k].option_total_r)) continue;
      EXPECT_NEAR(da.items[j].options[k].option_total_r, db.items[j].options[k].option_total_r, 1e-12);
    }

  ctt::ExamStatisticsOptions exam;
  exam.rates = {{"excellent", 0.85, ctt::RateCut::Side::kAtLeast},
                {"pass", 0.6, ctt::RateCut::Side::kAtLeast},
                {"low", 0.4, ctt::RateCut::Side::kBelow}};
  const auto ea = ctt::exam_statistics(narrow, {}, sample, exam).value();
  const auto eb = ctt::exam_statistics(wide, {}, {}, exam).value();
  EXPECT_NEAR(ea.all.mean, eb.all.mean, 1e-12);
  EXPECT_NEAR(ea.all.sd, eb.all.sd * ratio, 1e-10);
  EXPECT_NEAR(ea.all.score_rate, eb.all.score_rate, 1e-12);
  for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(ea.all.rates[k], eb.all.rates[k], 1e-12);
  ASSERT_EQ(ea.content.size(), eb.content.size());
  for (std::size_t c = 0; c < ea.content.size(); ++c) EXPECT_NEAR(ea.content[c].score_rate, eb.content[c].score_rate, 1e-12);

  for (const auto method : {ctt::ConditionalSemMethod::kScaledBinomial, ctt::ConditionalSemMethod::kFeldtQualls}) {
    ctt::ConditionalSemOptions options;
    options.method = method;
    const auto ca = ctt::conditional_sem(narrow, {}, sample, options).value();
    const auto cb = ctt::conditional_sem(wide, {}, {}, options).value();
    ASSERT_EQ(ca.scores, cb.scores);
    for (const double x : ca.scores) EXPECT_NEAR(ca.at(x), cb.at(x), 0.005 * cb.at(x) + 1e-9);
  }
}

TEST(CttRobust, AMillionPersons) {
  std::vector<std::int8_t> cells(8 * 1000000);
  std::int64_t right = 0;
  for (std::size_t c = 0; c < cells.size(); ++c) {
    const std::uint64_t mixed = (c + 1) * 0x9E3779B97F4A7C15ULL;
    cells[c] = static_cast<std::int8_t>((mixed >> 60) < 9 ? 1 : 0);
    right += c % 8 == 3 ? cells[c] : 0;
  }
  const auto r = Responses::from_dense(DenseView<std::int8_t>{cells.data(), 1000000, 8, 8, 1}).value();
  const auto a = ctt::item_analysis(r).value();
  EXPECT_EQ(a.n_used, 1000000);
  EXPECT_EQ(a.items[3].mean, static_cast<double>(right) / 1e6);
  EXPECT_NEAR(a.items[3].difficulty_se, std::sqrt(a.items[3].mean * (1 - a.items[3].mean) / 999999.0), 1e-9);
  EXPECT_TRUE(ctt::reliability(r));
}

TEST(CttRobust, IdentifiersThatDifferAreRefused) {
  const auto r = pack({{1, 0}, {0, 1}}, {"a", "b"});
  EXPECT_EQ(ctt::test_scores(r, {item("a", 1), item("x", 1)}).error().code, Code::kInvalidArgument);
  EXPECT_EQ(ctt::test_scores(r, {item("a", 1)}).error().code, Code::kLengthMismatch);
  EXPECT_EQ(ctt::test_scores(r, {item("a", std::nan("")), item("b", 1)}).error().code, Code::kInvalidArgument);
  EXPECT_EQ(ctt::test_scores(r, {item("a", 1, {0.0, std::nan("")}), item("b", 1)}).error().code, Code::kInvalidArgument);
  const auto copied = Responses::from_dense(DenseView<std::int32_t>{std::vector<std::int32_t>{1, 0}.data(), 1, 2, 2, 1}, {"a", "a"});
  EXPECT_EQ(copied.error().code, Code::kDuplicateId);
}

}  // namespace
