#include <celadon/core/arrow/responses.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace {

using celadon::Code;
using celadon::Missing;
using celadon::arrow::DataTable;
using celadon::arrow::responses_from_table;
using celadon::arrow::ResponsesImport;

int cell(Missing kind) {
  return static_cast<int>(kind);
}

DataTable example() {
  celadon::Table t("r");
  t.add("pupil", std::vector<std::string>{"p1", "p2", "p3", "p4"});
  t.add("q1", std::vector<std::int64_t>{0, 2, -2, 9});
  t.add("q2", std::vector<double>{1.0, std::nan(""), 3.0, -4.0});
  t.add("q3", std::vector<std::string>{"B", "A", "", " B "});
  t.add_boolean("q4", {1, 0, 1, 0}, {1, 1, 0, 1});
  return DataTable::from_table(t);
}

TEST(ArrowResponses, PacksNumbersBooleansAndTextWithDeclaredMissing) {
  ResponsesImport options;
  options.columns = {"q1", "q2", "q3", "q4"};
  options.null_kind = Missing::kOmitted;
  options.missing_values = {{"9", Missing::kInvalid}};
  const auto r = responses_from_table(example(), options).value();
  const auto& x = r.responses;
  EXPECT_EQ(x.at(1, 0), 2);
  EXPECT_EQ(x.at(2, 0), cell(Missing::kNotReached));
  EXPECT_EQ(x.at(3, 0), cell(Missing::kInvalid));
  EXPECT_EQ(x.at(0, 1), 1);
  EXPECT_EQ(x.at(1, 1), cell(Missing::kOmitted));
  EXPECT_EQ(x.at(3, 1), cell(Missing::kInvalid));
  EXPECT_EQ(r.labels[2], (std::vector<std::string>{"A", "B"}));
  EXPECT_EQ(x.at(0, 2), 1);
  EXPECT_EQ(x.at(1, 2), 0);
  EXPECT_EQ(x.at(2, 2), cell(Missing::kOmitted));
  EXPECT_EQ(x.at(3, 2), 1);
  EXPECT_EQ(x.at(0, 3), 1);
  EXPECT_EQ(x.at(2, 3), cell(Missing::kOmitted));
}

TEST(ArrowResponses, NamesTheFirstBadCell) {
  const auto error = [](double value) {
    celadon::Table t("r");
    t.add("q", std::vector<double>{1.0, value});
    return responses_from_table(DataTable::from_table(t)).error();
  };
  EXPECT_EQ(error(0.5).code, Code::kNotAWholeNumber);
  EXPECT_EQ(error(0.5).place.row, 2);
  EXPECT_EQ(error(HUGE_VAL).code, Code::kNotFinite);
  EXPECT_EQ(error(250).code, Code::kTooManyCategories);
  EXPECT_EQ(error(-5).code, Code::kInvalidArgument);
  ResponsesImport options;
  options.columns = {"nobody"};
  EXPECT_EQ(responses_from_table(example(), options).error().code, Code::kMissingColumn);
  options.columns = {"q1", "q1"};
  EXPECT_EQ(responses_from_table(example(), options).error().code, Code::kDuplicateId);
}

TEST(ArrowResponses, TextWithTooManyCategoriesIsNotAnItem) {
  std::vector<std::string> names;
  for (int i = 0; i < 251; ++i) names.push_back("n" + std::to_string(i));
  celadon::Table t("r");
  t.add("q", names);
  EXPECT_EQ(responses_from_table(DataTable::from_table(t)).error().code, Code::kTooManyCategories);
}

TEST(ArrowResponses, BlocksAndThreadsGiveTheSameCells) {
  const std::int64_t n = 9000;
  celadon::Table t("r");
  for (int j = 0; j < 5; ++j) {
    std::vector<std::int64_t> v(static_cast<std::size_t>(n));
    for (std::int64_t i = 0; i < n; ++i) v[static_cast<std::size_t>(i)] = (i * 7 + j * 3) % 5;
    t.add("q" + std::to_string(j), v);
  }
  const auto table = DataTable::from_table(t);
  celadon::ExecutionContext context;
  context.n_threads = 3;
  const auto r = responses_from_table(table, {}, context).value();
  for (std::int64_t i = 0; i < n; ++i)
    for (int j = 0; j < 5; ++j) ASSERT_EQ(r.responses.at(i, j), (i * 7 + j * 3) % 5);
}

}  // namespace
