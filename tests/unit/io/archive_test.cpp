#include <celadon/io/archive.hpp>

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <limits>

namespace celadon {
namespace {

class Archives : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              ("archive_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  [[nodiscard]] std::string file(const char* name = "a.sqlite") const { return (folder_ / name).string(); }
  static io::Document page(std::string id, std::string body, std::string language = "zh-CN") {
    return {"pupil", std::move(id), std::move(language), "text/html", std::move(body)};
  }
  std::filesystem::path folder_;
};

TEST_F(Archives, DocumentsComeBackAsStored) {
  const std::string binary("a\0b\xff", 4);
  {
    auto archive = io::Archive::open(file()).value();
    ASSERT_TRUE(archive.put(page("p/1.html", "<p>一</p>")));
    ASSERT_TRUE(archive.put(page("p/1.html", "<p>one</p>", "en")));
    ASSERT_TRUE(archive.put(page("", binary)));
    ASSERT_TRUE(archive.put(page("p/1.html", "<p>二</p>")));  // replaces
    ASSERT_TRUE(archive.put(io::Document{"index", "index.html", "zh-CN", "text/html", ""}));
    ASSERT_TRUE(archive.flush());
    ASSERT_TRUE(archive.flush());
  }
  const auto archive = io::Archive::open(file()).value();
  EXPECT_EQ(archive.get("pupil", "p/1.html", "zh-CN").value().body, "<p>二</p>");
  EXPECT_EQ(archive.get("pupil", "p/1.html", "en").value().body, "<p>one</p>");
  EXPECT_EQ(archive.get("pupil", "", "zh-CN").value().body, binary);
  EXPECT_EQ(archive.get("index", "index.html", "zh-CN").value().body, "");
  EXPECT_EQ(archive.get("index", "index.html", "zh-CN").value().media_type, "text/html");
  EXPECT_EQ(archive.count().value(), 4);
  EXPECT_EQ(archive.count("pupil").value(), 3);
  EXPECT_EQ(archive.count("no such kind").value(), 0);
  const auto missing = archive.get("pupil", "p/2.html", "zh-CN");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, Code::kArchiveNotFound);
  EXPECT_TRUE(archive.tables().value().empty());
}

TEST_F(Archives, ManyDocumentsAreCommittedOnTheWay) {
  auto archive = io::Archive::open(file()).value();
  for (int i = 0; i < 2500; ++i) ASSERT_TRUE(archive.put(page(std::to_string(i), "x")));
  // Another reader sees what is committed: whole transactions, and not yet the rest.
  const auto seen = io::Archive::open(file()).value().count().value();
  EXPECT_GE(seen, 2000);
  EXPECT_LT(seen, 2500);
  ASSERT_TRUE(archive.flush());
  EXPECT_EQ(io::Archive::open(file()).value().count().value(), 2500);
}

TEST_F(Archives, WhatIsPendingIsCommittedAtTheEnd) {
  {
    auto archive = io::Archive::open(file()).value();
    ASSERT_TRUE(archive.put(page("1", "x")));
    auto moved = std::move(archive);
    ASSERT_TRUE(moved.put(page("2", "x")));
  }
  EXPECT_EQ(io::Archive::open(file()).value().count().value(), 2);
}

TEST_F(Archives, TablesComeBackWithTypesAndNulls) {
  Table table("items \"of\" 卷");
  table.add("x", std::vector<double>{1.5, std::numeric_limits<double>::quiet_NaN(), -std::numeric_limits<double>::infinity()});
  table.add("n", std::vector<std::int64_t>{std::numeric_limits<std::int64_t>::min(), 0, 7}, {1, 0, 1});
  table.add_boolean("flag", {1, 0, 1}, {1, 1, 0});
  table.add("a \"quoted\" name", std::vector<std::string>{"甲", "", "x"}, {1, 1, 0});
  {
    auto archive = io::Archive::open(file()).value();
    ASSERT_TRUE(archive.put(Table("items \"of\" 卷").add("old", std::vector<double>{1.0})));
    ASSERT_TRUE(archive.put(table));
    ASSERT_TRUE(archive.put(Table("empty").add("x", std::vector<double>{})));
    ASSERT_TRUE(archive.flush());
  }
  const auto archive = io::Archive::open(file()).value();
  EXPECT_EQ(archive.tables().value(), (std::vector<std::string>{"empty", "items \"of\" 卷"}));
  const Table back = archive.table(table.name()).value();
  ASSERT_EQ(back.columns().size(), table.columns().size());
  for (std::size_t c = 0; c < table.columns().size(); ++c) {
    const Column &a = table.columns()[c], &b = back.columns()[c];
    EXPECT_EQ(a.name, b.name);
    ASSERT_EQ(a.values.index(), b.values.index());
    for (std::int64_t row = 0; row < 3; ++row) {
      ASSERT_EQ(a.is_null(row), b.is_null(row)) << a.name << row;
      if (a.is_null(row)) continue;
      const auto r = static_cast<std::size_t>(row);
      std::visit([&](const auto& values) { EXPECT_EQ(values[r], std::get<std::decay_t<decltype(values)>>(b.values)[r]) << a.name << row; },
                 a.values);
    }
  }
  EXPECT_EQ(archive.table("empty").value().n_rows(), 0);
  EXPECT_EQ(archive.table("documents").error().code, Code::kArchiveNotFound);
  EXPECT_EQ(archive.table("no such table").error().code, Code::kArchiveNotFound);
}

TEST_F(Archives, ATableThatCannotBeStoredLeavesTheOldOne) {
  auto archive = io::Archive::open(file()).value();
  ASSERT_TRUE(archive.put(Table("t").add("x", std::vector<double>{4.0})));
  // Names that differ in case only are one name to SQLite.
  const auto refused = archive.put(Table("t").add("a", std::vector<double>{1.0}).add("A", std::vector<double>{2.0}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kArchive);
  EXPECT_EQ(std::get<std::vector<double>>(archive.table("t").value().columns()[0].values), std::vector<double>{4.0});
  for (const char* name : {"documents", "", "sqlite_master"})
    EXPECT_EQ(archive.put(Table(name).add("x", std::vector<double>{1.0})).error().code, Code::kInvalidArgument);
  EXPECT_EQ(archive.put(Table("t")).error().code, Code::kInvalidArgument);
  EXPECT_EQ(archive.put(Table("t").add("", std::vector<double>{1.0})).error().code, Code::kInvalidArgument);
}

TEST_F(Archives, FilesOfAnotherKindAreRefused) {
  std::ofstream(file("text.sqlite")) << "This is a text of some length and not a database, whatever its name says."
                                     << std::string(4096, 'x');
  EXPECT_EQ(io::Archive::open(file("text.sqlite")).error().code, Code::kArchiveFormat);
  // A database with tables of its own, none of them `documents` with our columns.
  for (const char* sql : {"CREATE TABLE t (x)", "CREATE TABLE documents (kind, id, body)"}) {
    std::filesystem::remove(file("own.sqlite"));
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(file("own.sqlite").c_str(), &database), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(database);
    EXPECT_EQ(io::Archive::open(file("own.sqlite")).error().code, Code::kArchiveFormat) << sql;
  }
  EXPECT_EQ(io::Archive::open("").error().code, Code::kInvalidArgument);
  const auto nowhere = io::Archive::open(file("no/such/folder/a.sqlite"));
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().code, Code::kArchive);
  // The message holds SQLite's words and no path.
  EXPECT_EQ(nowhere.error().text(Language::kEnglish).find("folder/a"), std::string::npos);
}

TEST_F(Archives, ATruncatedFileIsAnError) {
  {
    auto archive = io::Archive::open(file()).value();
    for (int i = 0; i < 200; ++i) ASSERT_TRUE(archive.put(page(std::to_string(i), std::string(5000, 'x'))));
  }
  std::filesystem::resize_file(file(), std::filesystem::file_size(file()) / 3);
  const auto archive = io::Archive::open(file());
  if (archive) {
    EXPECT_FALSE(archive->get("pupil", "199", "zh-CN"));
  } else {
    EXPECT_TRUE(archive.error().code == Code::kArchive || archive.error().code == Code::kArchiveFormat);
  }
}

}  // namespace
}  // namespace celadon
