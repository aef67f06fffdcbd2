#include <celadon/models/ctt/item_analysis.hpp>

#include "ctt_cases.hpp"

#include <gtest/gtest.h>
#include <celadon/core/simd.hpp>

#include <bit>
#include <cmath>

namespace {

using namespace celadon;
using ctt_cases::pack;
using ctt_cases::pearson;
using Rows = std::vector<std::vector<int>>;

const ctt::ItemAnalysisOptions kListwise = [] {
  ctt::ItemAnalysisOptions options;
  options.scoring.cases = ctt::CaseRule::kListwise;
  return options;
}();
constexpr double kNone = -99.0;  // stands for NaN where values are compared

std::vector<double> numbers(const ctt::ItemAnalysis& a) {
  std::vector<double> out{a.total_mean, a.total_sd, a.n_effective, a.upper_n, a.lower_n};
  for (const auto& s : a.items)
    for (const double v : {s.mean, s.sd, s.difficulty, s.difficulty_se, s.item_total_r, s.item_rest_r, s.item_total_corrected,
                           s.point_biserial, s.biserial, s.biserial_rest, s.discrimination, s.upper_difficulty, s.lower_difficulty})
      out.push_back(std::isnan(v) ? kNone : v);
  return out;
}

void expect_near(const ctt::ItemAnalysis& a, const ctt::ItemAnalysis& b, double tolerance) {
  const auto x = numbers(a);
  const auto y = numbers(b);
  ASSERT_EQ(x.size(), y.size());
  for (std::size_t i = 0; i < x.size(); ++i) EXPECT_NEAR(x[i], y[i], tolerance) << i;
}

bool has(const Findings& findings, Code code, const std::string& item) {
  for (const auto& f : findings)
    if (f.code == code && f.place.item == item) return true;
  return false;
}

// Every statistic from its definition, on marks of several sizes.
TEST(ItemAnalysis, EqualsTheDefinitions) {
  const Rows rows = ctt_cases::simulate(500, {2, 2, 4, 6, 2, 11});
  const auto a = ctt::item_analysis(pack(rows)).value();
  for (std::size_t j = 0; j < 6; ++j) {
    std::vector<double> x, total, rest;
    for (const auto& row : rows) {
      double t = 0.0;
      for (const int v : row) t += v;
      x.push_back(row[j]);
      total.push_back(t);
      rest.push_back(t - row[j]);
    }
    double mean = 0.0;
    for (const double v : x) mean += v / 500.0;
    const auto& s = a.items[j];
    EXPECT_NEAR(s.mean, mean, 1e-12);
    EXPECT_NEAR(s.difficulty, mean / s.full_mark, 1e-12);
    EXPECT_NEAR(s.hardness(), 1.0 - mean / s.full_mark, 1e-12);
    EXPECT_NEAR(s.item_total_r, pearson(x, total), 1e-12);
    EXPECT_NEAR(s.item_rest_r, pearson(x, rest), 1e-12);
    EXPECT_EQ(std::isnan(s.point_biserial), j == 2 || j == 3 || j == 5);
  }
}

TEST(ItemAnalysis, BiserialOfAHalfRightItem) {
  // p = 1/2: biserial = point-biserial * 0.5 / density(0).
  const auto a = ctt::item_analysis(pack({{1, 1, 1}, {1, 1, 0}, {0, 0, 1}, {0, 0, 0}, {1, 0, 0}, {0, 1, 1}})).value();
  const auto& s = a.items[0];
  EXPECT_EQ(s.difficulty, 0.5);
  EXPECT_NEAR(s.biserial, s.point_biserial * 0.5 / 0.3989422804014327, 1e-12);
}

TEST(ItemAnalysis, NarrowAndGeneralSumsAgree) {
  const auto r = pack(ctt_cases::simulate(5000, {2, 2, 3, 5, 2, 2, 9}));
  ctt::ItemAnalysisOptions narrow;
  narrow.overlap_corrected = false;
  const std::vector<double> ones(5000, 3.0);
  for (const auto ties : {ctt::GroupTies::kIncludeTies, ctt::GroupTies::kFractional}) {
    narrow.group_ties = ties;
    expect_near(ctt::item_analysis(r, {}, {}, narrow).value(), ctt::item_analysis(r, {}, {.weights = ones, .include = {}}, narrow).value(),
                1e-10);
  }
}

TEST(ItemAnalysis, TotalsAtTheEdgeOfAByte) {
  ctt::ItemAnalysisOptions narrow;
  narrow.overlap_corrected = false;
  for (const int k : {255, 256}) {
    auto rows = ctt_cases::simulate(4200, ctt_cases::binary(k));
    rows[7].assign(static_cast<std::size_t>(k), 1);  // the highest total there is
    const auto r = pack(rows);
    const std::vector<double> ones(rows.size(), 1.0);
    expect_near(ctt::item_analysis(r, {}, {}, narrow).value(), ctt::item_analysis(r, {}, {.weights = ones, .include = {}}, narrow).value(),
                1e-9);
  }
}

TEST(ItemAnalysis, CategoryScoresAreRespectedByAllPaths) {
  Rows rows = ctt_cases::simulate(300, {3, 2, 4});
  const auto r = pack(rows);
  Items items(3);
  items[0] = ctt_cases::item("1", 2.5, {0.0, 0.5, 2.5});
  items[1] = ctt_cases::item("2", 1.0, {1.0, 0.0});  // reversed
  items[2] = ctt_cases::item("3", 3.0);
  ctt::ItemAnalysisOptions quick;
  quick.overlap_corrected = false;
  const auto a = ctt::item_analysis(r, items, {}, quick).value();
  const auto b = ctt::item_analysis(r, items).value();
  std::vector<double> x, rest;
  for (const auto& row : rows) {
    x.push_back(row[1] == 0 ? 1.0 : 0.0);
    rest.push_back((row[0] == 0 ? 0.0 : row[0] == 1 ? 0.5 : 2.5) + row[2]);
  }
  for (const auto* v : {&a, &b}) {
    EXPECT_NEAR(v->items[1].item_rest_r, pearson(x, rest), 1e-12);
    EXPECT_EQ(v->full_mark, 6.5);
  }
}

TEST(ItemAnalysis, PersonsInAnyOrder) {
  Rows rows = ctt_cases::simulate(9000, {2, 3, 2, 6, 2}, 0.05);
  Rows shuffled;
  const auto order = random::Stream(9).permutation(9000);
  std::vector<double> weights, shuffled_weights;
  for (int i = 0; i < 9000; ++i) weights.push_back(0.5 + (i % 17) / 7.0);
  for (const auto i : order) {
    shuffled.push_back(rows[static_cast<std::size_t>(i)]);
    shuffled_weights.push_back(weights[static_cast<std::size_t>(i)]);
  }
  const auto r = pack(rows);
  const auto s = pack(shuffled);
  expect_near(ctt::item_analysis(r).value(), ctt::item_analysis(s).value(), 0.0);  // whole numbers: not a bit
  expect_near(ctt::item_analysis(r, {}, {.weights = weights, .include = {}}).value(),
              ctt::item_analysis(s, {}, {.weights = shuffled_weights, .include = {}}).value(), 1e-10);
}

TEST(ItemAnalysis, WholeWeightsAreRepeatedPersons) {
  Rows rows = ctt_cases::simulate(200, {2, 2, 4, 2});
  Rows repeated;
  std::vector<double> weights;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    weights.push_back(1.0 + static_cast<double>(i % 3));
    for (std::size_t c = 0; c < 1 + i % 3; ++c) repeated.push_back(rows[i]);
  }
  const auto w = ctt::item_analysis(pack(rows), {}, {.weights = weights, .include = {}}).value();
  const auto c = ctt::item_analysis(pack(repeated)).value();
  for (std::size_t j = 0; j < 4; ++j) {
    EXPECT_NEAR(w.items[j].difficulty, c.items[j].difficulty, 1e-12);
    EXPECT_NEAR(w.items[j].item_rest_r, c.items[j].item_rest_r, 1e-12);
    EXPECT_NEAR(w.items[j].item_total_corrected, c.items[j].item_total_corrected, 1e-12);
    if (j != 2) {
      EXPECT_NEAR(w.items[j].biserial, c.items[j].biserial, 1e-12);
    }
  }
}

TEST(ItemAnalysis, AnEmptyRowChangesNothingButTheCount) {
  Rows rows = ctt_cases::simulate(100, {2, 2, 2, 2}, 0.1);
  const auto a = ctt::item_analysis(pack(rows)).value();
  rows.push_back({-1, -1, -1, -1});
  const auto b = ctt::item_analysis(pack(rows)).value();
  expect_near(a, b, 0.0);
  EXPECT_EQ(b.n_dropped, a.n_dropped + 1);
}

TEST(ItemAnalysis, PairwiseUsesWhoHasTheItem) {
  // Item 2 is missing for half: its difficulty is over the others, never as 0.
  Rows rows = ctt_cases::simulate(400, {2, 2, 2});
  for (std::size_t i = 0; i < 200; ++i) rows[i][1] = -1;
  const auto a = ctt::item_analysis(pack(rows)).value();
  double right = 0.0;
  for (std::size_t i = 200; i < 400; ++i) right += rows[i][1];
  EXPECT_EQ(a.items[1].n, 200);
  EXPECT_EQ(a.items[1].n_missing, 200);
  EXPECT_DOUBLE_EQ(a.items[1].difficulty, right / 200.0);
  const auto listwise = ctt::item_analysis(pack(rows), {}, {}, kListwise).value();
  EXPECT_EQ(listwise.n_used, 200);
  EXPECT_EQ(listwise.n_dropped, 200);
}

TEST(ItemAnalysis, ItemsWithoutCommonPersonsAreReportedNotGuessed) {
  Rows rows = ctt_cases::simulate(100, {2, 2, 2});
  for (std::size_t i = 0; i < 100; ++i) rows[i][i < 50 ? 0 : 1] = -1;
  const auto a = ctt::item_analysis(pack(rows)).value();
  EXPECT_TRUE(std::isnan(a.items[0].item_rest_r));
  EXPECT_FALSE(std::isnan(a.items[0].difficulty));
  bool found = false;
  for (const auto& f : a.findings) found |= f.code == Code::kNoCommonPersons;
  EXPECT_TRUE(found);
}

TEST(ItemAnalysis, DegenerateItemsAreSetAsideWithAReason) {
  Rows rows = ctt_cases::simulate(60, {2, 2, 2, 2});
  for (auto& row : rows) {
    row[1] = 1;           // all right
    row[2] = -1;          // nobody
    row[3] = 1 - row[0];  // reversed
  }
  rows[0][3] = rows[0][0];
  const auto a = ctt::item_analysis(pack(rows, {"a", "b", "c", "d"})).value();
  EXPECT_TRUE(has(a.findings, Code::kConstantItem, "b"));
  EXPECT_TRUE(has(a.findings, Code::kItemAllMissing, "c"));
  EXPECT_TRUE(has(a.findings, Code::kNegativeDiscrimination, "d"));
  EXPECT_EQ(a.items[1].difficulty, 1.0);
  EXPECT_TRUE(std::isnan(a.items[1].item_rest_r));
  EXPECT_TRUE(std::isnan(a.items[2].difficulty));
  EXPECT_EQ(a.items[2].n, 0);
}

TEST(ItemAnalysis, EdgesOfSize) {
  EXPECT_EQ(ctt::item_analysis(pack({{1, 0}})).error().code, Code::kTooFewPersons);
  ctt::ItemAnalysisOptions quick;
  quick.overlap_corrected = false;
  EXPECT_EQ(ctt::item_analysis(pack({{1, 0}}), {}, {}, quick).error().code, Code::kTooFewPersons);
  const auto one_item = ctt::item_analysis(pack({{1}, {0}, {1}})).value();
  EXPECT_NEAR(one_item.items[0].item_total_r, 1.0, 1e-12);
  EXPECT_TRUE(std::isnan(one_item.items[0].item_rest_r));
  const auto duplicates = ctt::item_analysis(pack({{1, 1, 0}, {1, 1, 0}, {0, 0, 1}, {0, 0, 1}})).value();
  EXPECT_NEAR(duplicates.items[0].difficulty, 0.5, 0.0);
  EXPECT_EQ(ctt::item_analysis(pack({{1}, {0}}), {}, {}, {.scoring = {}, .group_share = 0.6, .group_ties = {}, .overlap_corrected = true})
                .error()
                .code,
            Code::kInvalidArgument);
}

TEST(ItemAnalysis, TwoHundredCategories) {
  const auto r = pack(ctt_cases::simulate(5000, {200, 250, 2, 120}));
  ctt::ItemAnalysisOptions quick;
  quick.overlap_corrected = false;
  const auto a = ctt::item_analysis(r, {}, {}, quick).value();
  const auto b = ctt::item_analysis(r).value();  // through 64-bit floating point sums
  for (std::size_t j = 0; j < 4; ++j) {
    EXPECT_NEAR(a.items[j].item_rest_r, b.items[j].item_rest_r, 1e-12);
    EXPECT_NEAR(a.items[j].discrimination, b.items[j].discrimination, 1e-12);
  }
}

TEST(ItemAnalysis, FractionalGroupsHoldExactlyTheShare) {
  const auto r = pack(ctt_cases::simulate(137, ctt_cases::binary(6)));
  const auto a = ctt::item_analysis(
                     r, {}, {}, {.scoring = {}, .group_share = 0.27, .group_ties = ctt::GroupTies::kFractional, .overlap_corrected = true})
                     .value();
  EXPECT_NEAR(a.upper_n, 0.27 * 137, 1e-9);
  EXPECT_NEAR(a.lower_n, 0.27 * 137, 1e-9);
}

TEST(ItemAnalysis, EqualTotalsHaveNoGroups) {
  const auto a = ctt::item_analysis(pack({{1, 0}, {0, 1}, {1, 0}, {0, 1}})).value();
  EXPECT_TRUE(std::isnan(a.items[0].discrimination));
}

TEST(ItemAnalysis, SameBitsForAnyNumberOfThreadsAndInstructions) {
  const auto rows = ctt_cases::simulate(9001, {2, 4, 2, 2, 7}, 0.03);
  const auto r = pack(rows);
  const auto complete = pack(ctt_cases::simulate(9001, {2, 4, 2, 2, 7}));
  std::vector<double> weights;
  for (int i = 0; i < 9001; ++i) weights.push_back(0.1 + (i * 7919 % 1000) / 300.0);
  ctt::ItemAnalysisOptions quick;
  quick.overlap_corrected = false;
  std::vector<std::vector<double>> first;
  const auto before = simd::level();
  for (const auto level : simd::available_levels()) {
    ASSERT_TRUE(simd::force_level(level));
    for (const int threads : {1, 2, 3, 8}) {
      ExecutionContext context;
      context.n_threads = threads;
      const std::vector<std::vector<double>> now{
          numbers(ctt::item_analysis(r, {}, {}, {}, context).value()),
          numbers(ctt::item_analysis(r, {}, {.weights = weights, .include = {}}, {}, context).value()),
          numbers(ctt::item_analysis(complete, {}, {}, quick, context).value()),
          numbers(ctt::item_analysis(complete, {}, {.weights = weights, .include = {}}, quick, context).value())};
      if (first.empty()) first = now;
      for (std::size_t c = 0; c < now.size(); ++c)
        for (std::size_t i = 0; i < now[c].size(); ++i)
          EXPECT_EQ(std::bit_cast<std::uint64_t>(now[c][i]), std::bit_cast<std::uint64_t>(first[c][i])) << c << " " << i;
    }
  }
  simd::force_level(before);
}

TEST(ItemAnalysis, TableHasTheSameNumbers) {
  const auto a = ctt::item_analysis(pack(ctt_cases::simulate(50, {2, 2, 3}))).value();
  const Table t = a.to_table();
  EXPECT_EQ(t.n_rows(), 3);
  EXPECT_EQ(std::get<std::vector<double>>(t.find("item_rest_r")->values)[1], a.items[1].item_rest_r);
  EXPECT_TRUE(t.find("biserial")->is_null(2));
}

TEST(ItemAnalysis, Cancelled) {
  const auto r = pack(ctt_cases::simulate(50, {2, 2, 3}));
  const std::atomic<bool> stop{true};
  ExecutionContext context;
  context.cancel = &stop;
  EXPECT_EQ(ctt::item_analysis(r, {}, {}, {}, context).error().code, Code::kCancelled);
}

TEST(ItemAnalysis, RoundingOfWeightedSumsIsNoSpread) {
  // The second item is the same for everybody; with weights its sums are not whole numbers.
  const auto rows = ctt_cases::pack({{2, 1}, {1, 1}, {1, 1}});
  const std::vector<double> weights{4.0, 4.0, 1.0};
  const celadon::Items items{ctt_cases::item("1", 2.0), ctt_cases::item("2", 1.0)};
  const auto out = ctt::item_analysis(rows, items, {.weights = weights}).value();
  EXPECT_TRUE(std::isnan(out.items[0].item_rest_r)) << out.items[0].item_rest_r;
  // Two items that add up to the same total for everybody.
  const auto mirror = ctt_cases::pack({{2, 0}, {1, 1}, {0, 2}});
  const celadon::Items two{ctt_cases::item("1", 2.0), ctt_cases::item("2", 2.0)};
  const auto balanced = ctt::item_analysis(mirror, two, {.weights = weights}).value();
  EXPECT_TRUE(std::isnan(balanced.items[0].item_total_r)) << balanced.items[0].item_total_r;
  EXPECT_EQ(balanced.total_sd, 0.0);
  EXPECT_NEAR(balanced.items[0].item_rest_r, -1.0, 1e-12);
}

}  // namespace

// ---- a matrix that is not packed first ------------------------------------------------------------------------------------------------

namespace {

ctt::ItemAnalysisOptions once() {
  ctt::ItemAnalysisOptions options;
  options.overlap_corrected = false;
  options.group_share = 0.0;
  return options;
}

/// Three blocks of whole-number scores; the items after `high` reach `top`, but only in the last block.
template <class T>
std::vector<T> matrix(std::int64_t n, std::int64_t k, std::int64_t high, int top) {
  std::vector<T> out(static_cast<std::size_t>(n * k));
  std::uint64_t state = 12345;
  for (std::int64_t i = 0; i < n; ++i)
    for (std::int64_t j = 0; j < k; ++j) {
      state = state * 6364136223846793005ULL + 1442695040888963407ULL;
      const auto draw = static_cast<int>(state >> 40);
      const int reach = j >= high && i >= 2 * kBlockRows ? top : 1;
      out[static_cast<std::size_t>(i * k + j)] = static_cast<T>(draw % (reach + 1));
    }
  return out;
}

template <class T>
void expect_as_packed(const DenseView<T>& view) {
  const auto packed = Responses::from_dense(view);
  const auto streamed = ctt::item_analysis_dense(view, {}, once());
  if (!packed) {
    ASSERT_FALSE(streamed);
    EXPECT_EQ(streamed.error().code, packed.error().code);
    EXPECT_EQ(streamed.error().place.row, packed.error().place.row);
    return;
  }
  const auto whole = ctt::item_analysis(*packed, {}, {}, once());
  ASSERT_EQ(static_cast<bool>(streamed), static_cast<bool>(whole));
  if (!whole) {
    EXPECT_EQ(streamed.error().code, whole.error().code);
    return;
  }
  for (const int threads : {1, 2, 3}) {
    ExecutionContext context;
    context.n_threads = threads;
    const auto again = ctt::item_analysis_dense(view, {}, once(), context);
    ASSERT_TRUE(again);
    EXPECT_EQ(numbers(*again), numbers(*whole));
    EXPECT_EQ(again->findings.size(), whole->findings.size());
    EXPECT_EQ(again->full_mark, whole->full_mark);
    for (std::size_t j = 0; j < whole->items.size(); ++j) {
      EXPECT_EQ(again->items[j].n, whole->items[j].n);
      EXPECT_EQ(again->items[j].full_mark, whole->items[j].full_mark);
    }
  }
}

}  // namespace

TEST(ItemAnalysisOfAMatrix, EqualsPackingFirst) {
  constexpr std::int64_t n = 2 * kBlockRows + 777;
  for (const auto& [items, high, top] : {std::tuple{7, 7, 1}, {20, 17, 1}, {20, 17, 6}, {18, 3, 120}}) {
    const auto data = matrix<std::int8_t>(n, items, high, top);
    expect_as_packed(DenseView<std::int8_t>{data.data(), n, items, items, 1});
    const auto wide = matrix<std::int32_t>(n, items, high, top);
    expect_as_packed(DenseView<std::int32_t>{wide.data(), n, items, items, 1});
    expect_as_packed(DenseView<std::int32_t>{wide.data(), items, n / 100, 1, items});  // the other way round, few persons
  }
}

TEST(ItemAnalysisOfAMatrix, MissingCellsConstantItemsAndBadValues) {
  constexpr std::int64_t n = 2 * kBlockRows + 100;
  auto data = matrix<std::int16_t>(n, 5, 5, 1);
  for (std::int64_t i = 0; i < n; ++i) data[static_cast<std::size_t>(i * 5 + 4)] = 0;
  expect_as_packed(DenseView<std::int16_t>{data.data(), n, 5, 5, 1});
  data[static_cast<std::size_t>((kBlockRows + 5) * 5 + 2)] = -3;
  expect_as_packed(DenseView<std::int16_t>{data.data(), n, 5, 5, 1});
  data[static_cast<std::size_t>((2 * kBlockRows + 9) * 5 + 1)] = 251;
  expect_as_packed(DenseView<std::int16_t>{data.data(), n, 5, 5, 1});
  expect_as_packed(DenseView<std::int16_t>{data.data(), 1, 5, 5, 1});
  expect_as_packed(DenseView<std::int16_t>{data.data(), 0, 5, 5, 1});
}

TEST(ItemAnalysisOfAMatrix, NamesAndTheirErrors) {
  const std::vector<std::int8_t> data{1, 0, 0, 1, 1, 1};
  const DenseView<std::int8_t> view{data.data(), 3, 2, 2, 1};
  const auto named = ctt::item_analysis_dense(view, {"q1", "q2"}, once());
  ASSERT_TRUE(named);
  EXPECT_EQ(named->items[1].id, "q2");
  EXPECT_DOUBLE_EQ(named->items[0].difficulty, 2.0 / 3.0);
  EXPECT_EQ(ctt::item_analysis_dense(view, {"q", "q"}, once()).error().code, Code::kDuplicateId);
  EXPECT_EQ(ctt::item_analysis_dense(view, {"q"}, once()).error().code, Code::kLengthMismatch);
}
