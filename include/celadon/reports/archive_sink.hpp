/// Pages into one SQLite file (target celadon::archive).
#pragma once

#include <celadon/io/archive.hpp>
#include <celadon/reports/sink.hpp>

#include <string>
#include <utility>

namespace celadon::inline CELADON_ABI::reports {

/// Stores each page as a document: its kind, its path as id, the language, and its media type by the ending of the path.
/// A page replaces one of the same path and language. Errors: those of the archive.
class ArchiveSink final : public ReportSink {
 public:
  /// The archive is borrowed. @param language  of the pages: "zh-CN", "en".
  ArchiveSink(io::Archive& archive, std::string language) : archive_(archive), language_(std::move(language)) {}
  Result<void> write(const Page& page) override {
    const bool json = page.path.size() > 5 && page.path.substr(page.path.size() - 5) == ".json";
    return archive_.put(io::Document{std::string(page.kind), std::string(page.path), language_, json ? "application/json" : "text/html",
                                     std::string(page.bytes)});
  }
  Result<void> finish() override { return archive_.flush(); }

 private:
  io::Archive& archive_;
  std::string language_;
};

}  // namespace celadon::inline CELADON_ABI::reports
