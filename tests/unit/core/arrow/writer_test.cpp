#include <celadon/core/arrow/reader.hpp>
#include <celadon/core/arrow/writer.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace {

celadon::Table written_table() {
  celadon::Table t("t");
  t.add("d", std::vector<double>{1.5, std::nan(""), -2.0});
  t.add("i", std::vector<std::int64_t>{7, 8, 9}, {1, 0, 1});
  t.add("s", std::vector<std::string>{"青", "", "ab"}, {1, 0, 1});
  t.add_boolean("b", {1, 0, 1});
  return t;
}

void expect_example(const celadon::arrow::DataTable& t) {
  ASSERT_EQ(t.n_rows(), 3);
  EXPECT_EQ(t.find("d")->number(0), 1.5);
  EXPECT_TRUE(t.find("d")->is_null(1));
  EXPECT_EQ(t.find("d")->number(2), -2.0);
  EXPECT_EQ(t.find("i")->number(0), 7.0);
  EXPECT_TRUE(t.find("i")->is_null(1));
  EXPECT_EQ(t.find("s")->text(0), "青");
  EXPECT_TRUE(t.find("s")->is_null(1));
  EXPECT_EQ(t.find("s")->text(2), "ab");
  EXPECT_EQ(t.find("b")->as_text(1), "false");
}

TEST(ArrowWriter, WhatGoesOutComesBackIn) {
  ArrowArrayStream stream;
  celadon::arrow::export_stream(written_table(), &stream);
  expect_example(celadon::arrow::DataTable::import_stream(&stream).value());
  ArrowSchema schema;
  ArrowArray array;
  celadon::arrow::export_array(written_table(), &schema, &array);
  expect_example(celadon::arrow::DataTable::import_array(&schema, &array).value());
}

TEST(ArrowWriter, StructuresOutliveTheStreamAndEachOther) {
  ArrowArrayStream stream;
  celadon::arrow::export_stream(written_table(), &stream);
  ArrowSchema schema;
  ArrowArray batch;
  ArrowArray end;
  ASSERT_EQ(stream.get_schema(&stream, &schema), 0);
  ASSERT_EQ(stream.get_next(&stream, &batch), 0);
  ASSERT_EQ(stream.get_next(&stream, &end), 0);
  EXPECT_EQ(end.release, nullptr);
  stream.release(&stream);
  EXPECT_EQ(stream.release, nullptr);
  ArrowArray moved = *batch.children[2];  // as a consumer moves one column out
  batch.children[2]->release = nullptr;
  batch.release(&batch);
  EXPECT_EQ(batch.release, nullptr);
  EXPECT_EQ(std::string(static_cast<const char*>(moved.buffers[2]), 3), "青");
  EXPECT_EQ(moved.null_count, 1);
  moved.release(&moved);
  EXPECT_STREQ(schema.children[2]->format, "u");
  EXPECT_STREQ(schema.children[3]->name, "b");
  schema.release(&schema);
  EXPECT_EQ(schema.release, nullptr);
}

TEST(ArrowWriter, EmptyTablesHaveBuffers) {
  celadon::Table t("empty");
  t.add("d", std::vector<double>{});
  t.add("s", std::vector<std::string>{});
  ArrowSchema schema;
  ArrowArray array;
  celadon::arrow::export_array(t, &schema, &array);
  EXPECT_EQ(array.length, 0);
  EXPECT_NE(array.children[0]->buffers[1], nullptr);
  EXPECT_NE(array.children[1]->buffers[1], nullptr);
  const auto back = celadon::arrow::DataTable::import_array(&schema, &array).value();
  EXPECT_EQ(back.n_rows(), 0);
  EXPECT_EQ(back.columns().size(), 2U);
  celadon::arrow::export_array(celadon::Table("nothing"), &schema, &array);
  EXPECT_EQ(celadon::arrow::DataTable::import_array(&schema, &array).value().columns().size(), 0U);
}

}  // namespace
