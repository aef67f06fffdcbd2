#include <celadon/models/ctt/sp_table.hpp>

#include "ctt_cases.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace {

using namespace celadon;
using ctt_cases::pack;
using Rows = std::vector<std::vector<int>>;

ctt::SpOptions small(int simulations = 0) {
  ctt::SpOptions options;
  options.min_items = 2;
  options.min_persons = 2;
  options.n_simulations = simulations;
  return options;
}

TEST(SpTable, OrderCurvesAndThoseApart) {
  const Rows rows{{0, 0, 1, 0}, {1, 1, 1, 1}, {1, 0, 1, 0}, {0, 0, 0, 0}, {1, 1, 0, 0}, {1, -3, 1, 0}, {1, 1, 0, 1}};
  const auto t = ctt::sp_table(pack(rows), {}, {}, small()).value();
  ASSERT_EQ(t.persons.size(), 4U);
  ASSERT_EQ(t.apart.size(), 3U);
  EXPECT_EQ(t.apart[0].apart, ctt::SpApart::kAllRight);
  EXPECT_EQ(t.apart[1].apart, ctt::SpApart::kAllWrong);
  EXPECT_EQ(t.apart[2].apart, ctt::SpApart::kIncomplete);
  // Numbers right among the charted (rows 1, 3, 5, 7): item 1: 3, item 2: 2, item 3: 2, item 4: 1.
  std::vector<std::int64_t> columns;
  for (const auto& i : t.items) columns.push_back(i.column);
  EXPECT_EQ(columns, (std::vector<std::int64_t>{0, 1, 2, 3}));
  EXPECT_EQ(t.p_curve, (std::vector<int>{3, 2, 2, 1}));
  // Row 7 has three; rows 3 and 5 tie with two and with sums over wrong items of 2 + 1 each, so row order decides; row 1 has one.
  std::vector<std::int64_t> order;
  for (const auto& p : t.persons) order.push_back(p.row);
  EXPECT_EQ(order, (std::vector<std::int64_t>{6, 2, 4, 0}));
  EXPECT_EQ(t.s_curve, (std::vector<int>{3, 2, 2, 1}));
  EXPECT_EQ(t.right[0 * 4 + 3], 1);
  EXPECT_EQ(t.persons_table().n_rows(), 7);
  EXPECT_EQ(t.items_table().n_rows(), 4);
  EXPECT_EQ(t.cells_table().n_rows(), 16);
  ASSERT_EQ(t.findings.size(), 1U);
  EXPECT_EQ(t.findings[0].code, Code::kRowsApart);
}

TEST(SpTable, TiesGoByTheItemsMissed) {
  // Two persons with two right: the one whose wrong items fewer persons have right stands first.
  const Rows rows{{0, 1, 0, 1}, {1, 1, 0, 0}, {1, 1, 1, 0}, {1, 0, 0, 0}};
  const auto t = ctt::sp_table(pack(rows), {}, {}, small()).value();
  std::vector<std::int64_t> order;
  for (const auto& p : t.persons) order.push_back(p.row);
  EXPECT_EQ(order, (std::vector<std::int64_t>{2, 1, 0, 3}));
}

// Sato's definition by covariances, for persons and items.
TEST(SpTable, CautionIndicesEqualTheCovarianceForm) {
  const auto t = ctt::sp_table(pack(ctt_cases::simulate(60, ctt_cases::binary(12))), {}, {}, small()).value();
  const std::size_t n = t.persons.size();
  const std::size_t k = t.items.size();
  const auto index = [](const std::vector<double>& u, const std::vector<double>& others) {
    const auto m = static_cast<double>(u.size());
    double h = 0.0;
    double mean = 0.0;
    for (std::size_t i = 0; i < u.size(); ++i) {
      h += u[i];
      mean += others[i] / m;
    }
    double own = 0.0;
    double guttman = 0.0;
    for (std::size_t i = 0; i < u.size(); ++i) {
      own += (u[i] - h / m) * (others[i] - mean);
      guttman += ((static_cast<double>(i) < h ? 1.0 : 0.0) - h / m) * (others[i] - mean);
    }
    return 1.0 - own / guttman;
  };
  std::vector<double> p(t.p_curve.begin(), t.p_curve.end());
  std::vector<double> s(t.s_curve.begin(), t.s_curve.end());
  for (std::size_t i = 0; i < n; ++i) {
    std::vector<double> u(t.right.begin() + static_cast<std::ptrdiff_t>(i * k), t.right.begin() + static_cast<std::ptrdiff_t>(i * k + k));
    EXPECT_NEAR(t.persons[i].caution, index(u, p), 1e-12);
  }
  for (std::size_t j = 0; j < k; ++j) {
    std::vector<double> u;
    for (std::size_t i = 0; i < n; ++i) u.push_back(t.right[i * k + j]);
    EXPECT_NEAR(t.items[j].caution, index(u, s), 1e-12);
  }
}

TEST(SpTable, PerfectAndReversedPatterns) {
  // A Guttman table with one reversed pattern at the end.
  Rows rows;
  for (int i = 0; i < 12; ++i) {
    std::vector<int> row(6, 0);
    for (int j = 0; j < 1 + i % 5; ++j) row[static_cast<std::size_t>(j)] = 1;
    rows.push_back(row);
  }
  rows.push_back({0, 0, 0, 0, 1, 1});
  const auto t = ctt::sp_table(pack(rows), {}, {}, small()).value();
  for (const auto& p : t.persons) {
    EXPECT_NEAR(p.modified_caution, p.row == 12 ? 1.0 : 0.0, 1e-12);
    EXPECT_EQ(p.caution > 1.0, p.row == 12);
    EXPECT_EQ(std::fabs(p.caution) < 1e-12, p.row != 12);
  }
}

// All 0/1 tables with the same margins, counted: the simulated p-values must agree with the exact shares.
TEST(SpTable, SimulatedPValuesAgreeWithEnumeration) {
  const Rows rows{{1, 1, 0, 0}, {0, 1, 1, 0}, {1, 0, 0, 1}, {1, 1, 1, 0}, {1, 0, 0, 0}};
  const int simulations = 20000;
  const auto t = ctt::sp_table(pack(rows), {}, {}, small(simulations)).value();
  const std::size_t n = 5;
  const std::size_t k = 4;
  ASSERT_EQ(t.persons.size(), n);
  std::vector<double> exceeding(n, 0.0);
  std::vector<double> item_exceeding(k, 0.0);
  double tables = 0.0;
  const auto sums = [&](const std::vector<int>& x, std::vector<int>& by_row, std::vector<int>& by_column) {
    by_row.assign(n, 0);
    by_column.assign(k, 0);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < k; ++j) {
        by_row[i] += x[i * k + j] * t.p_curve[j];
        by_column[j] += x[i * k + j] * t.s_curve[i];
      }
  };
  std::vector<int> observed(t.right.begin(), t.right.end());
  std::vector<int> observed_rows, observed_columns, row, column;
  sums(observed, observed_rows, observed_columns);
  for (int mask = 0; mask < (1 << 20); ++mask) {
    std::vector<int> x(20);
    std::vector<int> margins_row(n, 0), margins_column(k, 0);
    for (std::size_t c = 0; c < 20; ++c) {
      x[c] = (mask >> c) & 1;
      margins_row[c / k] += x[c];
      margins_column[c % k] += x[c];
    }
    if (margins_row != t.s_curve || margins_column != t.p_curve) continue;
    tables += 1.0;
    sums(x, row, column);
    for (std::size_t i = 0; i < n; ++i) exceeding[i] += row[i] <= observed_rows[i] ? 1.0 : 0.0;
    for (std::size_t j = 0; j < k; ++j) item_exceeding[j] += column[j] <= observed_columns[j] ? 1.0 : 0.0;
  }
  EXPECT_GT(tables, 20.0);
  for (std::size_t i = 0; i < n; ++i) EXPECT_NEAR(t.persons[i].p_value, exceeding[i] / tables, 0.02) << i;
  for (std::size_t j = 0; j < k; ++j) EXPECT_NEAR(t.items[j].p_value, item_exceeding[j] / tables, 0.02) << j;
}

TEST(SpTable, PValuesAreNominalUnderTheModel) {
  double flagged = 0.0;
  double persons = 0.0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    auto options = small(199);
    const auto t = ctt::sp_table(pack(ctt_cases::simulate(40, ctt_cases::binary(20), 0.0, seed)), {}, {}, options).value();
    for (const auto& p : t.persons)
      if (!std::isnan(p.p_value)) {
        persons += 1.0;
        flagged += p.p_value <= 0.1 ? 1.0 : 0.0;
      }
  }
  EXPECT_NEAR(flagged / persons, 0.1, 0.05);
}

TEST(SpTable, PartMarksNeedACut) {
  Items items{ctt_cases::item("1", 10), ctt_cases::item("2", 10)};
  const Rows rows{{6, 5}, {5, 9}, {6, 0}};
  const auto t = ctt::sp_table(pack(rows), items, {}, small()).value();
  EXPECT_EQ(t.items[0].n_right, 2);  // 6 of 10 reaches 60 %, 5 does not
  auto strict = small();
  strict.right_from_share = 0.9;
  EXPECT_EQ(ctt::sp_table(pack(rows), items, {}, strict)->persons.size(), 1U);
}

TEST(SpTable, SmallTablesAreChartOnly) {
  const auto t = ctt::sp_table(pack(ctt_cases::simulate(14, ctt_cases::binary(12)))).value();
  EXPECT_FALSE(t.indices);
  EXPECT_FALSE(t.persons.empty());
  for (const auto& p : t.persons) EXPECT_TRUE(std::isnan(p.caution));
  bool said = false;
  for (const auto& f : t.findings) said |= f.code == Code::kChartOnly;
  EXPECT_TRUE(said);
}

TEST(SpTable, SameForAnyNumberOfThreads) {
  const auto r = pack(ctt_cases::simulate(45, ctt_cases::binary(14)));
  std::vector<double> first;
  for (const int threads : {1, 2, 3, 8}) {
    ExecutionContext context;
    context.n_threads = threads;
    const auto t = ctt::sp_table(r, {}, {}, small(100), context).value();
    std::vector<double> now;
    for (const auto& p : t.persons) now.push_back(p.p_value);
    for (const auto& i : t.items) now.push_back(i.p_value);
    if (first.empty()) first = now;
    EXPECT_EQ(now, first);
  }
  auto other = small(100);
  other.seed = 2;
  std::vector<double> with_other_seed;
  const auto again = ctt::sp_table(r, {}, {}, other).value();
  for (const auto& p : again.persons) with_other_seed.push_back(p.p_value);
  EXPECT_NE(with_other_seed, std::vector<double>(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(with_other_seed.size())));
}

TEST(SpTable, WrongUse) {
  const auto r = pack({{1, 0}, {0, 1}});
  auto options = small();
  options.right_from_share = 0.0;
  EXPECT_EQ(ctt::sp_table(r, {}, {}, options).error().code, Code::kInvalidArgument);
  options = small(-1);
  EXPECT_EQ(ctt::sp_table(r, {}, {}, options).error().code, Code::kInvalidArgument);
  const std::vector<std::uint8_t> nobody{0, 0};
  EXPECT_EQ(ctt::sp_table(r, {}, {.weights = {}, .include = nobody}, small()).error().code, Code::kNoPersons);
}

}  // namespace
