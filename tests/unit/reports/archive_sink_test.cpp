#include <celadon/reports/archive_sink.hpp>

#include <gtest/gtest.h>

#include <filesystem>

namespace celadon {
namespace {

TEST(ArchiveSink, EveryPageIsADocument) {
  const auto file = (std::filesystem::path(testing::TempDir()) / "archive_sink.sqlite").string();
  std::filesystem::remove(file);
  {
    auto archive = io::Archive::open(file).value();
    reports::ArchiveSink sink(archive, "zh-CN");
    const auto draw = [](std::int64_t index, reports::PageDraft& page) -> Result<void> {
      page.path = index == 0 ? "index.html" : "a/pupil/" + std::to_string(index) + (index % 2 == 0 ? ".json" : ".html");
      page.kind = index == 0 ? "index" : "pupil";
      page.subject = std::to_string(index);
      page.bytes.add("page ").add_integer(index);
      return {};
    };
    ExecutionContext context;
    context.n_threads = 3;
    ASSERT_TRUE(reports::write_pages(1500, draw, sink, context));
    ASSERT_TRUE(sink.finish());
  }
  const auto archive = io::Archive::open(file).value();
  EXPECT_EQ(archive.count().value(), 1500);
  EXPECT_EQ(archive.count("index").value(), 1);
  EXPECT_EQ(archive.get("pupil", "a/pupil/7.html", "zh-CN").value().body, "page 7");
  EXPECT_EQ(archive.get("pupil", "a/pupil/7.html", "zh-CN").value().media_type, "text/html");
  EXPECT_EQ(archive.get("pupil", "a/pupil/8.json", "zh-CN").value().media_type, "application/json");
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace celadon
