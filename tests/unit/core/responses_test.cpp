#include <celadon/core/responses.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <type_traits>
#include <vector>

namespace {

using celadon::Code;
using celadon::DenseView;
using celadon::Missing;
using celadon::Responses;

TEST(Responses, PacksCategoriesAndTheFourMissingKinds) {
  const std::vector<std::int8_t> data{0, 1, 2, -1, -2, 3, -3, -4, 1};
  const auto r = Responses::from_dense(DenseView<std::int8_t>{data.data(), 3, 3, 3, 1}, {"a", "b", "c"}).value();
  EXPECT_EQ(r.at(0, 2), 2);
  EXPECT_EQ(r.at(1, 0), static_cast<int>(Missing::kNotAdministered));
  EXPECT_EQ(r.at(1, 1), static_cast<int>(Missing::kNotReached));
  EXPECT_EQ(r.at(2, 0), static_cast<int>(Missing::kOmitted));
  EXPECT_EQ(r.at(2, 1), static_cast<int>(Missing::kInvalid));
  EXPECT_EQ(r.n_categories(), (std::vector<int>{1, 2, 4}));
  EXPECT_TRUE(r.has_missing(0));
  EXPECT_FALSE(r.has_missing(2));
}

TEST(Responses, StridesAndTypesGiveTheSameCells) {
  const std::int64_t n = 10000;
  const std::int64_t k = 7;
  std::vector<std::int32_t> rows(static_cast<std::size_t>(n * k));
  std::vector<std::int64_t> columns(rows.size());
  for (std::int64_t i = 0; i < n; ++i)
    for (std::int64_t j = 0; j < k; ++j) {
      const auto v = static_cast<std::int32_t>((i * 31 + j * 17) % 9 - 4);
      rows[static_cast<std::size_t>(i * k + j)] = v;
      columns[static_cast<std::size_t>(j * n + i)] = v;
    }
  celadon::ExecutionContext context;
  context.n_threads = 3;
  const auto a = Responses::from_dense(DenseView<std::int32_t>{rows.data(), n, k, k, 1}, {}, context).value();
  const auto b = Responses::from_dense(DenseView<std::int64_t>{columns.data(), n, k, 1, n}).value();
  for (std::int64_t i = 0; i < n; ++i)
    for (std::int64_t j = 0; j < k; ++j) ASSERT_EQ(a.at(i, j), b.at(i, j)) << i << "," << j;
}

int expected_cell(std::int64_t value) {
  return static_cast<int>(value >= 0 ? value : 251 - value);
}

template <class T>
void expect_packed(std::int64_t n, std::int64_t k, int kinds) {
  const auto value = [&](std::int64_t i, std::int64_t j) {
    const std::int64_t hash = (i * 2654435761LL + j * 40503LL + 17) >> 3;
    const std::int64_t high = std::is_same_v<T, std::int8_t> ? 127 : celadon::kMaxCategory;
    if (kinds == 0) return hash % 2;                                            // clean tiles
    if (kinds == 1) return hash % 97 == 0 ? -1 - hash % 4 : hash % (high + 1);  // missing codes and high categories
    return -1 - hash % 4;                                                       // nothing else
  };
  std::vector<T> rows(static_cast<std::size_t>(n * k));
  std::vector<T> columns(rows.size());
  std::vector<int> highest(static_cast<std::size_t>(k), 0);
  std::vector<bool> missing(static_cast<std::size_t>(k), false);
  for (std::int64_t i = 0; i < n; ++i)
    for (std::int64_t j = 0; j < k; ++j) {
      std::int64_t v = value(i, j);
      if (std::is_unsigned_v<T> && v < 0) v = 3;
      rows[static_cast<std::size_t>(i * k + j)] = static_cast<T>(v);
      columns[static_cast<std::size_t>(j * n + i)] = static_cast<T>(v);
      highest[static_cast<std::size_t>(j)] = std::max(highest[static_cast<std::size_t>(j)], static_cast<int>(v + 1));
      if (v < 0) missing[static_cast<std::size_t>(j)] = true;
    }
  const auto a = Responses::from_dense(DenseView<T>{rows.data(), n, k, k, 1}).value();
  const auto b = Responses::from_dense(DenseView<T>{columns.data(), n, k, 1, n}).value();
  for (std::int64_t j = 0; j < k; ++j) {
    for (std::int64_t i = 0; i < n; ++i) {
      const int want = expected_cell(static_cast<std::int64_t>(rows[static_cast<std::size_t>(i * k + j)]));
      ASSERT_EQ(a.at(i, j), want) << n << "x" << k << " row " << i << " item " << j;
      ASSERT_EQ(b.at(i, j), want) << n << "x" << k << " row " << i << " item " << j;
    }
    for (const auto* r : {&a, &b}) {
      EXPECT_EQ(r->n_categories()[static_cast<std::size_t>(j)], highest[static_cast<std::size_t>(j)]);
      EXPECT_EQ(r->has_missing(j), missing[static_cast<std::size_t>(j)]);
      const std::int64_t last = r->n_blocks() - 1;
      for (std::int64_t i = r->rows(last); i % 64 != 0; ++i)
        ASSERT_EQ(r->column(last, j)[i], static_cast<int>(Missing::kNotAdministered)) << "padding";
    }
  }
}

TEST(Responses, PacksEveryShapeAndTypeCellByCell) {
  for (const std::int64_t k : {1, 2, 15, 16, 17, 31, 33, 60})
    for (const std::int64_t n : {1, 63, 64, 65, 200})
      for (const int kinds : {0, 1, 2}) {
        expect_packed<std::int8_t>(n, k, kinds);
        expect_packed<std::uint8_t>(n, k, kinds);
        expect_packed<std::int16_t>(n, k, kinds);
        expect_packed<std::int32_t>(n, k, kinds);
        expect_packed<std::int64_t>(n, k, kinds);
      }
  expect_packed<std::int8_t>(9001, 20, 1);
}

template <class T>
void expect_refused(T value) {
  for (const std::int64_t n : {3, 130})
    for (const std::int64_t k : {2, 18}) {
      std::vector<T> data(static_cast<std::size_t>(n * k), T{1});
      data[static_cast<std::size_t>((n - 2) * k + 1)] = value;
      for (const bool by_rows : {true, false}) {
        std::vector<T> turned(data.size());
        for (std::int64_t i = 0; i < n; ++i)
          for (std::int64_t j = 0; j < k; ++j) turned[static_cast<std::size_t>(j * n + i)] = data[static_cast<std::size_t>(i * k + j)];
        const auto r = by_rows ? Responses::from_dense(DenseView<T>{data.data(), n, k, k, 1})
                               : Responses::from_dense(DenseView<T>{turned.data(), n, k, 1, n});
        ASSERT_FALSE(r) << static_cast<long long>(value);
        EXPECT_EQ(r.error().place.row, n - 1);
        EXPECT_EQ(r.error().place.item, "2");
      }
    }
}

TEST(Responses, RefusesWhatIsNeitherACategoryNorACode) {
  for (const int v : {-5, -6, -128}) expect_refused(static_cast<std::int8_t>(v));
  for (const int v : {250, 251, 252, 255}) expect_refused(static_cast<std::uint8_t>(v));
  for (const int v : {-5, -6, -250, -252, -256, -32768, 250, 251, 255, 256, 257, 32767}) expect_refused(static_cast<std::int16_t>(v));
  for (const std::int64_t v : {-5LL, -256LL, -2147483648LL, 250LL, 256LL, 65536LL, 2147483647LL})
    expect_refused(static_cast<std::int32_t>(v));
  for (const std::int64_t v : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-5}, std::int64_t{256}, std::int64_t{1} << 32,
                               std::numeric_limits<std::int64_t>::max()})
    expect_refused(v);
}

TEST(Responses, BadCellsNameTheirPlace) {
  std::vector<std::int16_t> data{1, 0, 250, 1};
  auto r = Responses::from_dense(DenseView<std::int16_t>{data.data(), 2, 2, 2, 1}, {"a", "b"});
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error().code, Code::kTooManyCategories);
  EXPECT_EQ(r.error().place.row, 2);
  EXPECT_EQ(r.error().place.item, "a");
  data[2] = -5;
  r = Responses::from_dense(DenseView<std::int16_t>{data.data(), 2, 2, 2, 1}, {"a", "b"});
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error().code, Code::kInvalidArgument);
  r = Responses::from_dense(DenseView<std::int16_t>{data.data(), 2, 2, 2, 1}, {"a", "a"});
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error().code, Code::kDuplicateId);
}

TEST(Responses, EmptyMatricesAreAllowed) {
  const auto r = Responses::from_dense(DenseView<std::int8_t>{nullptr, 0, 3, 3, 1}).value();
  EXPECT_EQ(r.n_persons(), 0);
  EXPECT_EQ(r.n_categories(), (std::vector<int>{0, 0, 0}));
}

TEST(Responses, SelectsPersonsAndItems) {
  const std::vector<std::int8_t> data{0, 1, 2, 3, 4, 5};
  const auto r = Responses::from_dense(DenseView<std::int8_t>{data.data(), 3, 2, 2, 1}, {"a", "b"}).value();
  const std::vector<std::int64_t> persons{2, 0, 2};
  const std::vector<std::int64_t> items{1};
  const auto s = r.select(persons, items).value();
  EXPECT_EQ(s.n_persons(), 3);
  EXPECT_EQ(s.at(0, 0), 5);
  EXPECT_EQ(s.at(1, 0), 1);
  EXPECT_EQ(s.item_ids(), std::vector<std::string>{"b"});
  EXPECT_FALSE(r.select(std::vector<std::int64_t>{3}, items));
}

}  // namespace
