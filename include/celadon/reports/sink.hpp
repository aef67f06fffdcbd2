/// Where pages go: a folder, a host's function, one SQLite file (io/archive.hpp). Pages are drawn by all threads and handed over in order,
/// one at a time, on one thread at a time.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/execution.hpp>
#include <celadon/core/function.hpp>
#include <celadon/reports/text_buffer.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace celadon::inline CELADON_ABI::reports {

/// A finished page. The views live for the call.
struct Page {
  std::string_view path;     ///< relative, '/' between folders, such as "pupils/7f3a.html"; ASCII letters, digits, '-', '_', '.' only
  std::string_view kind;     ///< "pupil" "class" "school" "index" "print"
  std::string_view subject;  ///< id of the pupil, class or school; empty for the index
  std::string_view bytes;
};

/// Takes pages in order. Never called concurrently; an error stops the writing and is returned by it.
class ReportSink {
 public:
  virtual ~ReportSink() = default;
  virtual Result<void> write(const Page& page) = 0;
  /// After the last page. Errors: what could not be brought to disk.
  virtual Result<void> finish() { return {}; }
};

/// Writes each page below a folder, which is made if needed. A page replaces one of the same path only when it is whole (written beside it,
/// then renamed). Errors: kCannotWrite.
class FolderSink final : public ReportSink {
 public:
  explicit FolderSink(std::string folder) : folder_(std::move(folder)) {}
  Result<void> write(const Page& page) override;

 private:
  std::string folder_;
  std::string last_made_;
};

/// Hands each page to a function.
class CallbackSink final : public ReportSink {
 public:
  explicit CallbackSink(std::function<Result<void>(const Page&)> function) : function_(std::move(function)) {}
  Result<void> write(const Page& page) override { return function_(page); }

 private:
  std::function<Result<void>(const Page&)> function_;
};

/// One page in the making: its bytes and what the sink needs to know.
struct PageDraft {
  std::string path, kind, subject;
  TextBuffer bytes;
};

/// Draws pages 0 ... n_pages - 1 with `draw(index, draft)` on the context's threads and hands them to the sink in order. Memory: a few
/// hundred pages a thread, however many there are. A draft left without a path is not written. Errors: those of `draw` (the first in order)
/// and of the sink; kCancelled. Same order and bytes for any number of threads.
Result<void> write_pages(std::int64_t n_pages, const std::function<Result<void>(std::int64_t, PageDraft&)>& draw, ReportSink& sink,
                         const ExecutionContext& context = {});

/// A file name made of an id: ASCII letters, digits, '-' and '_' stay, everything else becomes '_' plus hexadecimal digits, so that
/// different ids give different names on every file system (upper case is marked too). Never empty.
[[nodiscard]] std::string file_name_of(std::string_view id);

}  // namespace celadon::inline CELADON_ABI::reports
