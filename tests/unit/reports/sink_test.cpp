#include <celadon/reports/sink.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace celadon::reports {
namespace {

Result<void> draw(std::int64_t page, PageDraft& draft) {
  draft.path = "p/" + std::to_string(page) + ".html";
  draft.kind = "pupil";
  draft.subject = std::to_string(page);
  draft.bytes.add("page ").add_integer(page);
  return {};
}

std::string all_pages(int threads) {
  std::string out;
  CallbackSink sink([&](const Page& page) -> Result<void> {
    out.append(page.path).append("=").append(page.bytes).append(";");
    return {};
  });
  ExecutionContext context;
  context.n_threads = threads;
  EXPECT_TRUE(write_pages(1000, draw, sink, context).has_value());
  return out;
}

TEST(Sink, SameOrderForAnyNumberOfThreads) {
  const std::string one = all_pages(1);
  EXPECT_EQ(one.substr(0, 40), "p/0.html=page 0;p/1.html=page 1;p/2.html");
  for (const int threads : {2, 3, 8}) EXPECT_EQ(all_pages(threads), one);
}

TEST(Sink, TheFirstErrorStopsTheWriting) {
  for (const int threads : {1, 4}) {
    std::int64_t written = 0;
    CallbackSink sink([&](const Page& page) -> Result<void> {
      if (page.subject == "300") return make_error(Code::kCannotWrite);
      ++written;
      return {};
    });
    ExecutionContext context;
    context.n_threads = threads;
    const Result<void> result = write_pages(1000, draw, sink, context);
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().code, Code::kCannotWrite);
    EXPECT_EQ(written, 300);
  }
}

TEST(Sink, AnErrorOfDrawingIsTheFirstInOrder) {
  CallbackSink sink([](const Page&) -> Result<void> { return {}; });
  ExecutionContext context;
  context.n_threads = 4;
  const Result<void> result = write_pages(
      1000,
      [](std::int64_t page, PageDraft& draft) -> Result<void> {
        if (page >= 100) return make_error(Code::kInternal, {}, {{"detail", std::to_string(page)}});
        return draw(page, draft);
      },
      sink, context);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().arguments.at(0).value, "100");
}

TEST(Sink, StopsWhenCancelled) {
  std::atomic<bool> cancel{true};
  CallbackSink sink([](const Page&) -> Result<void> { return {}; });
  ExecutionContext context;
  context.cancel = &cancel;
  const Result<void> result = write_pages(1000, draw, sink, context);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, Code::kCancelled);
}

TEST(Sink, FolderHoldsWholePages) {
  const auto folder = std::filesystem::path(::testing::TempDir()) / "celadon_sink_test";
  std::filesystem::remove_all(folder);
  FolderSink sink(folder.string());
  ASSERT_TRUE(write_pages(70, draw, sink).has_value());
  std::stringstream text;
  text << std::ifstream(folder / "p" / "69.html").rdbuf();
  EXPECT_EQ(text.str(), "page 69");
  std::size_t n = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) n += entry.is_regular_file() ? 1 : 0;
  EXPECT_EQ(n, 70U) << "no half-written file stays";
  std::ofstream(folder / "q") << "a file where a folder should be";
  FolderSink blocked((folder / "q").string());
  const Result<void> result = blocked.write({"a/b.html", "pupil", "1", "x"});
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, Code::kCannotWrite);
  std::filesystem::remove_all(folder);
}

TEST(Sink, FileNamesDifferOnEveryFileSystem) {
  std::set<std::string> names;
  for (const char* id : {"a", "A", "_a", "_xa", "a_", "a/b", "a.b", "..", "", "学生", "a b", "_", "con"}) {
    const std::string name = file_name_of(id);
    EXPECT_TRUE(names.insert(name).second) << id;
    EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_"), std::string::npos) << name;
    EXPECT_FALSE(name.empty());
  }
}

}  // namespace
}  // namespace celadon::reports
