#pragma once

#include <celadon/core/parallel.hpp>
#include <celadon/reports/sink.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <system_error>
#include <vector>

namespace celadon::inline CELADON_ABI::reports {

namespace sink_detail {

/// Pages drawn before they are handed over: enough to keep threads busy, little enough to stay in memory.
inline constexpr std::int64_t kPagesABlock = 64;

inline Error cannot_write(std::string path, std::string detail) {
  return make_error(Code::kCannotWrite, {}, {{"path", std::move(path)}, {"detail", std::move(detail)}});
}

}  // namespace sink_detail

Result<void> FolderSink::write(const Page& page) {
  namespace fs = std::filesystem;
  const fs::path target = fs::path(folder_) / fs::path(std::string(page.path));
  const std::string parent = target.parent_path().string();
  std::error_code error;
  if (parent != last_made_) {
    fs::create_directories(target.parent_path(), error);
    if (error) return sink_detail::cannot_write(parent, error.message());
    last_made_ = parent;
  }
  fs::path beside = target;
  beside += ".part";
  {
    std::ofstream file(beside, std::ios::binary | std::ios::trunc);
    file.write(page.bytes.data(), static_cast<std::streamsize>(page.bytes.size()));
    file.close();
    if (!file) {
      fs::remove(beside, error);
      return sink_detail::cannot_write(target.string(), "write");
    }
  }
  fs::rename(beside, target, error);
  if (error) return sink_detail::cannot_write(target.string(), error.message());
  return {};
}

Result<void> write_pages(std::int64_t n_pages, const std::function<Result<void>(std::int64_t, PageDraft&)>& draw, ReportSink& sink,
                         const ExecutionContext& context) {
  using sink_detail::kPagesABlock;
  const std::int64_t n_blocks = (n_pages + kPagesABlock - 1) / kPagesABlock;
  const int n_workers = worker_count(n_blocks, context);
  if (n_workers == 1) {
    // One draft, still in the cache when it is handed over.
    PageDraft draft;
    const auto hand_over = [&](std::int64_t page) -> Result<void> {
      draft.path.clear();
      draft.kind.clear();
      draft.subject.clear();
      draft.bytes.clear();
      if (Result<void> drawn = draw(page, draft); !drawn) return drawn;
      if (draft.path.empty()) return {};
      return sink.write({draft.path, draft.kind, draft.subject, draft.bytes.view()});
    };
    std::optional<Error> stopped;
    const auto write_block = [&](std::int64_t block, int) {
      const std::int64_t end = std::min(n_pages, (block + 1) * kPagesABlock);
      for (std::int64_t page = block * kPagesABlock; page < end && !stopped; ++page)
        if (Result<void> written = hand_over(page); !written) stopped = written.error();
    };
    if (Result<void> run = run_blocks(n_blocks, 1, context, write_block); !run) return run;
    if (stopped) return *stopped;
    return {};
  }
  struct Worker {
    std::vector<PageDraft> drafts = std::vector<PageDraft>(static_cast<std::size_t>(kPagesABlock));
    std::int64_t n = 0;
    std::optional<Error> error;
  };
  std::vector<Worker> workers(static_cast<std::size_t>(n_workers));
  std::atomic<bool> failed{false};
  std::optional<Error> first_error;
  const auto work = [&](std::int64_t block, int w) {
    Worker& worker = workers[static_cast<std::size_t>(w)];
    worker.n = 0;
    worker.error.reset();
    if (failed.load(std::memory_order_relaxed)) return;
    const std::int64_t end = std::min(n_pages, (block + 1) * kPagesABlock);
    for (std::int64_t page = block * kPagesABlock; page < end; ++page) {
      PageDraft& draft = worker.drafts[static_cast<std::size_t>(worker.n)];
      draft.path.clear();
      draft.kind.clear();
      draft.subject.clear();
      draft.bytes.clear();
      if (Result<void> drawn = draw(page, draft); !drawn) {
        worker.error = drawn.error();
        return;
      }
      ++worker.n;
    }
  };
  const auto merge = [&](std::int64_t, int w) {
    Worker& worker = workers[static_cast<std::size_t>(w)];
    for (std::int64_t k = 0; k < worker.n && !first_error; ++k) {
      const PageDraft& draft = worker.drafts[static_cast<std::size_t>(k)];
      if (draft.path.empty()) continue;
      if (Result<void> written = sink.write({draft.path, draft.kind, draft.subject, draft.bytes.view()}); !written)
        first_error = written.error();
    }
    if (!first_error && worker.error) first_error = worker.error;
    if (first_error) failed.store(true, std::memory_order_relaxed);
  };
  if (Result<void> run = run_blocks(n_blocks, n_workers, context, work, merge); !run) return run;
  if (first_error) return *first_error;
  return {};
}

std::string file_name_of(std::string_view id) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (const char c : id) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    if (plain) {
      out += c;
    } else if (c >= 'A' && c <= 'Z') {
      // Some file systems do not tell "a" from "A"; 'x' is no hexadecimal digit, so nothing else gives this name.
      out += "_x";
      out += static_cast<char>(c - 'A' + 'a');
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '_';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  return out.empty() ? std::string("_") : out;
}

}  // namespace celadon::inline CELADON_ABI::reports
