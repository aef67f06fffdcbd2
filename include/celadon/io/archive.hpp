/// One SQLite file that keeps many documents and result tables (target celadon::archive; a
/// header-only program compiles io/impl/archive.ipp in one unit of its own and links SQLite 3).
///
/// Tables of the file: `documents(kind, id, language, media_type, body)` with (kind, id, language) as key, and one table for each result
/// table, named by it. Writing happens in transactions; a file is usable by any SQLite tool.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/table.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::inline CELADON_ABI::io {

/// One stored document.
struct Document {
  std::string kind;        ///< "pupil", "class", "school", "index" ...
  std::string id;          ///< unique within its kind and language
  std::string language;    ///< "zh-CN", "en"
  std::string media_type;  ///< "text/html", "application/json"
  std::string body;
};

/// An open archive. Movable, not copyable; one thread at a time. What is pending when it is destroyed is committed, without a word about
/// failure: flush() first where that matters.
class Archive {
 public:
  /// Opens or creates the file. Errors: kArchive (with SQLite's code name), kArchiveFormat (a file of another kind).
  static Result<Archive> open(const std::string& path);
  Archive(Archive&&) noexcept;
  Archive& operator=(Archive&&) noexcept;
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;
  ~Archive();

  /// Stores a document, replacing one with the same key. Documents are committed every 1,000 and by flush().
  Result<void> put(const Document& document);
  /// Stores a table under its name, replacing one of the same name, or leaves everything as it was.
  /// Errors: kInvalidArgument (no columns, a name that is empty or "documents" or begins with "sqlite_"); kArchive.
  Result<void> put(const Table& table);
  /// Commits what is pending.
  Result<void> flush();
  /// The document, kArchiveNotFound when there is none.
  [[nodiscard]] Result<Document> get(std::string_view kind, std::string_view id, std::string_view language) const;
  /// Number of documents of a kind; of all kinds when empty.
  [[nodiscard]] Result<std::int64_t> count(std::string_view kind = {}) const;
  /// Names of the stored result tables.
  [[nodiscard]] Result<std::vector<std::string>> tables() const;
  /// A stored table, with the types and nulls it was stored with; kArchiveNotFound when there is none.
  [[nodiscard]] Result<Table> table(std::string_view name) const;

 private:
  struct State;
  explicit Archive(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace celadon::inline CELADON_ABI::io
