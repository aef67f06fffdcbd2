#include "arrow_fixture.hpp"

#include <celadon/core/arrow/reader.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace {

using arrow_fixture::Batch;
using arrow_fixture::Counts;
using arrow_fixture::Field;
using celadon::Code;
using celadon::arrow::DataTable;
using celadon::arrow::ValueKind;

Batch batch_of(std::vector<Field> columns, std::int64_t rows) {
  Batch b;
  b.row.length = rows;
  b.columns = std::move(columns);
  return b;
}

celadon::Result<DataTable> import(std::vector<Batch> batches, Counts& counts, int fail_at = -1) {
  ArrowArrayStream stream = arrow_fixture::make_stream(std::move(batches), &counts, fail_at);
  auto out = DataTable::import_stream(&stream);
  EXPECT_EQ(stream.release, nullptr);
  EXPECT_EQ(counts.streams, 1);
  return out;
}

template <class T>
void expect_integers(const char* format) {
  const std::array<T, 4> values{T{0}, T{1}, T{100}, static_cast<T>(-1)};
  Counts counts;
  const auto t = import({batch_of({{"x", format, {nullptr, values.data()}, 4, 0, 0, nullptr, {}}}, 4)}, counts).value();
  ASSERT_EQ(t.columns()[0].kind(), ValueKind::kInteger) << format;
  EXPECT_EQ(t.find("x")->number(2), 100.0) << format;
  EXPECT_EQ(t.find("x")->number(3), static_cast<double>(static_cast<T>(-1))) << format;
}

TEST(ArrowReader, ReadsEveryIntegerType) {
  expect_integers<std::int8_t>("c");
  expect_integers<std::uint8_t>("C");
  expect_integers<std::int16_t>("s");
  expect_integers<std::uint16_t>("S");
  expect_integers<std::int32_t>("i");
  expect_integers<std::uint32_t>("I");
  expect_integers<std::int64_t>("l");
  expect_integers<std::uint64_t>("L");
}

TEST(ArrowReader, ReadsFloatsBooleansAndNullsWithOffsets) {
  const std::array<float, 5> f{9, 9, 1.5F, 2.5F, 3.5F};
  const std::array<double, 4> g{9, 0.25, 0.5, 0.75};
  const std::array<std::uint8_t, 1> bits{0b0001'0100};   // values 2 and 4 of the buffer are true
  const std::array<std::uint8_t, 1> valid{0b0000'1010};  // values 1 and 3 of the buffer are there
  Counts counts;
  const auto t = import({batch_of({{"f", "f", {nullptr, f.data()}, 3, 2, 0, nullptr, {}},
                                   {"g", "g", {valid.data(), g.data()}, 3, 1, 1, nullptr, {}},
                                   {"b", "b", {nullptr, bits.data()}, 3, 2, 0, nullptr, {}},
                                   {"n", "n", {}, 3, 0, 3, nullptr, {}}},
                                  3)},
                        counts)
                     .value();
  EXPECT_EQ(t.find("f")->number(0), 1.5);
  EXPECT_EQ(t.find("f")->number(2), 3.5);
  EXPECT_EQ(t.find("g")->number(0), 0.25);
  EXPECT_EQ(t.find("g")->number(1), std::nullopt);
  EXPECT_EQ(t.find("g")->number(2), 0.75);
  EXPECT_EQ(t.find("b")->as_text(0), "true");
  EXPECT_EQ(t.find("b")->as_text(1), "false");
  EXPECT_EQ(t.find("b")->as_text(2), "true");
  EXPECT_TRUE(t.find("n")->is_null(1));
  EXPECT_EQ(t.find("f")->as_text(1), "2.5");
}

struct View {
  std::int32_t length;
  char inlined[12];
};

View short_view(std::string_view s) {
  View v{static_cast<std::int32_t>(s.size()), {}};
  std::memcpy(v.inlined, s.data(), s.size());
  return v;
}

View long_view(std::int32_t length, std::int32_t buffer, std::int32_t offset) {
  View v{length, {}};
  std::memcpy(v.inlined + 4, &buffer, 4);
  std::memcpy(v.inlined + 8, &offset, 4);
  return v;
}

TEST(ArrowReader, ReadsTheThreeKindsOfText) {
  const std::string bytes = "AB缺考C";
  const std::array<std::int32_t, 5> small{0, 1, 2, 8, 9};
  const std::array<std::int64_t, 5> large{0, 1, 2, 8, 9};
  const std::string far = "....a text of more than twelve bytes";
  const std::array<View, 3> views{short_view("short"), long_view(32, 0, 4), short_view("缺考")};
  const std::array<std::int64_t, 1> lengths{static_cast<std::int64_t>(far.size())};
  Counts counts;
  const auto t = import({batch_of({{"u", "u", {nullptr, small.data(), bytes.data()}, 3, 1, 0, nullptr, {}},
                                   {"U", "U", {nullptr, large.data(), bytes.data()}, 3, 1, 0, nullptr, {}},
                                   {"v", "vu", {nullptr, views.data(), far.data(), lengths.data()}, 3, 0, 0, nullptr, {}}},
                                  3)},
                        counts)
                     .value();
  for (const char* name : {"u", "U"}) {
    EXPECT_EQ(t.find(name)->text(0), "B");
    EXPECT_EQ(t.find(name)->text(1), "缺考");
    EXPECT_EQ(t.find(name)->text(2), "C");
  }
  EXPECT_EQ(t.find("v")->text(0), "short");
  EXPECT_EQ(t.find("v")->text(1), "a text of more than twelve bytes");
  EXPECT_EQ(t.find("v")->text(2), "缺考");
}

TEST(ArrowReader, LooksThroughDictionaries) {
  const std::string bytes = "AB";
  const std::array<std::int32_t, 3> offsets{0, 1, 2};
  const Field words{"", "u", {nullptr, offsets.data(), bytes.data()}, 2, 0, 0, nullptr, {}};
  const std::array<std::int8_t, 4> index{1, 0, 7, 1};
  const std::array<std::uint8_t, 1> valid{0b1011};
  Counts counts;
  {
    const auto t = import({batch_of({{"d", "c", {valid.data(), index.data()}, 4, 0, 1, &words, {}}}, 4)}, counts).value();
    EXPECT_EQ(t.find("d")->kind(), ValueKind::kText);
    EXPECT_EQ(t.find("d")->text(0), "B");
    EXPECT_EQ(t.find("d")->text(1), "A");
    EXPECT_TRUE(t.find("d")->is_null(2)) << "an index behind a null may hold anything";
  }
  EXPECT_EQ(counts.arrays, 3);
  EXPECT_EQ(counts.schemas, 3);
  Counts bad;
  EXPECT_EQ(import({batch_of({{"d", "c", {nullptr, index.data()}, 4, 0, 0, &words, {}}}, 4)}, bad).error().code, Code::kArrowInvalid);
  EXPECT_EQ(bad.arrays, 3);
}

TEST(ArrowReader, ChunksAreOneColumnAndEmptyBatchesNothing) {
  const std::array<std::int32_t, 5> v{10, 11, 12, 13, 14};
  const auto part = [&](std::int64_t from, std::int64_t n) {
    return batch_of({{"x", "i", {nullptr, v.data()}, n, from, 0, nullptr, {}}}, n);
  };
  Counts counts;
  auto t = import({part(0, 2), part(2, 0), part(2, 1), part(3, 2)}, counts).value();
  EXPECT_EQ(t.n_rows(), 5);
  for (std::int64_t i = 0; i < 5; ++i) EXPECT_EQ(t.find("x")->number(i), 10.0 + static_cast<double>(i));
  EXPECT_EQ(counts.arrays, 0) << "the table keeps what it reads";
  DataTable copy = t;
  t = {};
  EXPECT_EQ(copy.find("x")->number(4), 14.0);
  EXPECT_EQ(counts.arrays, 0);
  copy = {};
  EXPECT_EQ(counts.arrays, 8);
  EXPECT_EQ(counts.schemas, 2);
}

TEST(ArrowReader, TheOffsetAndNullsOfARowApplyToItsColumns) {
  const std::array<std::int32_t, 5> v{10, 11, 12, 13, 14};
  const std::array<std::uint8_t, 1> rows_there{0b10111};
  Batch b = batch_of({{"x", "i", {nullptr, v.data()}, 5, 0, 0, nullptr, {}}}, 3);
  b.row.offset = 2;
  b.row.buffers = {rows_there.data()};
  b.row.null_count = 1;
  Counts counts;
  const auto t = import({b}, counts).value();
  EXPECT_EQ(t.find("x")->number(0), 12.0);
  EXPECT_TRUE(t.find("x")->is_null(1));
  EXPECT_EQ(t.find("x")->number(2), 14.0);
}

TEST(ArrowReader, MalformedInputIsAnErrorAndIsReleased) {
  const std::array<std::int32_t, 3> v{1, 2, 3};
  const std::array<std::int32_t, 4> falling{0, 2, 1, 3};
  const std::array<View, 1> outside{long_view(20, 0, 15)};
  const std::array<View, 1> nowhere{long_view(20, 3, 0)};
  const std::array<std::int64_t, 1> lengths{30};
  const std::string bytes(30, 'x');
  const std::vector<Field> bad{
      {"x", "i", {nullptr, v.data()}, 2, 0, 0, nullptr, {}},                                       // shorter than the table
      {"x", "i", {nullptr}, 3, 0, 0, nullptr, {}},                                                 // a buffer is missing
      {"x", "i", {nullptr, nullptr}, 3, 0, 0, nullptr, {}},                                        // no values
      {"x", "i", {nullptr, v.data()}, 3, 0, 1, nullptr, {}},                                       // nulls without a bitmap
      {"x", "i", {nullptr, v.data()}, -3, 0, 0, nullptr, {}},                                      // negative length
      {"x", "i", {nullptr, v.data()}, 3, -1, 0, nullptr, {}},                                      // negative offset
      {"x", "u", {nullptr, falling.data(), bytes.data()}, 3, 0, 0, nullptr, {}},                   // offsets go back
      {"x", "u", {nullptr, v.data()}, 3, 0, 0, nullptr, {}},                                       // no bytes
      {"x", "vu", {nullptr, outside.data(), bytes.data(), lengths.data()}, 3, 0, 0, nullptr, {}},  // beyond the buffer (row 0)
      {"x", "vu", {nullptr, nowhere.data(), bytes.data(), lengths.data()}, 3, 0, 0, nullptr, {}},  // no such buffer
  };
  for (const Field& field : bad) {
    Counts counts;
    const std::int64_t rows = field.format == "vu" ? 1 : 3;
    auto column = field;
    if (field.format == "vu") column.length = 1;
    const auto t = import({batch_of({column}, rows)}, counts);
    ASSERT_FALSE(t) << field.format;
    EXPECT_EQ(t.error().code, Code::kArrowInvalid);
    EXPECT_EQ(counts.arrays, 2);
    EXPECT_EQ(counts.schemas, 2);
  }
}

TEST(ArrowReader, AFailingProducerLeaksNothingAndItsWordsAreNotRepeated) {
  const std::array<std::int32_t, 3> v{1, 2, 3};
  const auto b = batch_of({{"x", "i", {nullptr, v.data()}, 3, 0, 0, nullptr, {}}}, 3);
  Counts counts;
  const auto t = import({b, b, b}, counts, 2);
  ASSERT_FALSE(t);
  EXPECT_EQ(t.error().text(celadon::Language::kEnglish).find("CANARY"), std::string::npos);
  EXPECT_EQ(counts.arrays, 4);
  EXPECT_EQ(counts.schemas, 2);
  ArrowArrayStream released{};
  EXPECT_EQ(DataTable::import_stream(&released).error().code, Code::kArrowInvalid);
  EXPECT_EQ(DataTable::import_stream(nullptr).error().code, Code::kArrowInvalid);
  EXPECT_EQ(DataTable::import_array(nullptr, nullptr).error().code, Code::kArrowInvalid);
}

TEST(ArrowReader, KeepsColumnsThatItCannotRead) {
  const std::array<std::int32_t, 2> days{20000, 20001};
  Counts counts;
  const auto t = import({batch_of({{"day", "tdD", {nullptr, days.data()}, 2, 0, 0, nullptr, {}}}, 2)}, counts).value();
  EXPECT_EQ(t.find("day")->kind(), ValueKind::kUnsupported);
  EXPECT_EQ(t.find("day")->format(), "tdD");
  EXPECT_TRUE(t.find("day")->is_null(0));
  EXPECT_EQ(t.find("day")->as_text(1), "");
}

TEST(ArrowReader, ReadsTheDeclarationOfPersonalValues) {
  const std::array<std::int32_t, 1> v{1};
  std::string block(4, '\0');
  block[0] = 1;
  const auto put = [&](std::string_view s) {
    block += static_cast<char>(s.size());
    block += std::string(3, '\0');
    block += s;
  };
  put("personal");
  put("false");
  Counts counts;
  const auto t =
      import(
          {batch_of({{"x", "i", {nullptr, v.data()}, 1, 0, 0, nullptr, block}, {"y", "i", {nullptr, v.data()}, 1, 0, 0, nullptr, {}}}, 1)},
          counts)
          .value();
  EXPECT_EQ(t.find("x")->personal(), false);
  EXPECT_EQ(t.find("y")->personal(), std::nullopt);
}

TEST(ArrowReader, ATableOfTheLibraryReadsTheSame) {
  celadon::Table made("t");
  made.add("d", std::vector<double>{1.5, std::nan("")});
  made.add("i", std::vector<std::int64_t>{7, 8}, {1, 0});
  made.add("s", std::vector<std::string>{"a", "b"});
  made.add_boolean("b", {1, 0});
  const auto t = DataTable::from_table(made);
  EXPECT_EQ(t.find("d")->number(0), 1.5);
  EXPECT_TRUE(t.find("d")->is_null(1));
  EXPECT_EQ(t.find("i")->as_text(0), "7");
  EXPECT_EQ(t.find("i")->as_text(1), "");
  EXPECT_EQ(t.find("s")->text(1), "b");
  EXPECT_EQ(t.find("b")->number(0), 1.0);
  const auto back = t.to_table("t");
  ASSERT_EQ(back.columns().size(), 4U);
  EXPECT_TRUE(back.find("d")->is_null(1));
  EXPECT_EQ(std::get<std::vector<std::string>>(back.find("s")->values), (std::vector<std::string>{"a", "b"}));
}

}  // namespace
