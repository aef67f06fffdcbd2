#include <celadon/core/arrow/writer.hpp>
#include <celadon/core/dataset.hpp>

#include <gtest/gtest.h>

namespace {

using celadon::Code;
using celadon::Dataset;
using celadon::Table;

Table table_of(const std::string& column, std::vector<std::string> values) {
  Table t("t");
  t.add(column, std::move(values));
  return t;
}

TEST(Dataset, HoldsNamedTablesFromEverySource) {
  Dataset data;
  ASSERT_TRUE(data.add("students", table_of("id", {"s1"})));
  ArrowArrayStream stream;
  celadon::arrow::export_stream(table_of("id", {"q1"}), &stream);
  ASSERT_TRUE(data.add("items", &stream));
  EXPECT_EQ(stream.release, nullptr);
  ArrowSchema schema;
  ArrowArray array;
  celadon::arrow::export_array(table_of("id", {"k1"}), &schema, &array);
  ASSERT_TRUE(data.add("knowledge", &schema, &array));
  EXPECT_EQ(data.names(), (std::vector<std::string>{"items", "knowledge", "students"}));
  EXPECT_EQ(data.find("items", "id")->text(0), "q1");
  EXPECT_EQ(data.find("items", "label"), nullptr);
  EXPECT_EQ(data.find("schools"), nullptr);
  const Dataset copy = data;
  EXPECT_EQ(copy.find("knowledge", "id")->text(0), "k1");
}

TEST(Dataset, RefusesASecondTableOfTheSameNameAndStaysAsItWas) {
  Dataset data;
  ASSERT_TRUE(data.add("items", table_of("id", {"q1"})));
  ArrowArrayStream stream;
  celadon::arrow::export_stream(table_of("id", {"q2"}), &stream);
  EXPECT_EQ(data.add("items", &stream).error().code, Code::kDuplicateTable);
  EXPECT_EQ(stream.release, nullptr) << "a stream is consumed on failure too";
  EXPECT_EQ(data.add("", table_of("id", {"q2"})).error().code, Code::kInvalidArgument);
  EXPECT_EQ(data.find("items", "id")->text(0), "q1");
}

TEST(Dataset, PrintsOnlyWhatIsDeclaredNotPersonal) {
  Dataset data;
  ASSERT_TRUE(data.add("students", table_of("name", {"CANARY"})));
  ASSERT_TRUE(data.add("items", table_of("label", {"21(1)"})));
  EXPECT_EQ(data.shown("students", "name", 0), "***");
  EXPECT_EQ(data.shown("items", "label", 0), "21(1)");
  data.declare_personal("items", "label", true);
  EXPECT_EQ(data.shown("items", "label", 0), "***");
  data.declare_personal("students", "name", false);
  EXPECT_EQ(data.shown("students", "name", 0), "CANARY");
  EXPECT_TRUE(data.is_personal("students", "anything"));
  EXPECT_TRUE(data.is_personal("items", "id paper")) << "only whole names count";
}

TEST(Dataset, CutsLongValuesBetweenCharacters) {
  Dataset data;
  std::string text;
  for (int i = 0; i < 50; ++i) text += "青";
  ASSERT_TRUE(data.add("items", table_of("note", {text, "\xC7\xE0"})));
  EXPECT_EQ(data.shown("items", "note", 0).size(), 40U * 3 + 3);
  EXPECT_EQ(data.shown("items", "note", 1), "***");
}

}  // namespace
