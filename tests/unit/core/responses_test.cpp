#include <celadon/core/responses.hpp>

#include <gtest/gtest.h>

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
