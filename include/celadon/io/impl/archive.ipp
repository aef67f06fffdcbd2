#pragma once

#include <celadon/io/archive.hpp>

#include <sqlite3.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace celadon::inline CELADON_ABI::io {

namespace archive_detail {

constexpr int kDocumentsATransaction = 1000;
constexpr std::string_view kDocuments = "documents";
constexpr std::string_view kDocumentColumns[] = {"kind", "id", "language", "media_type", "body"};

// SQLite's own words for its code: they name neither a file nor a value.
inline Error failed(int code) {
  return make_error(Code::kArchive, {}, {{"detail", sqlite3_errstr(code)}});
}

inline std::string quoted(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

struct Closer {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, Closer>;
using Statement = std::unique_ptr<sqlite3_stmt, Closer>;

inline Result<Statement> prepare(sqlite3* database, const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v2(database, sql.c_str(), static_cast<int>(sql.size()), &statement, nullptr);
  if (code != SQLITE_OK) return failed(code);
  return Statement(statement);
}

inline Result<void> execute(sqlite3* database, const std::string& sql) {
  const int code = sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failed(code);
  return {};
}

inline int bind(sqlite3_stmt* statement, int at, std::string_view text, bool blob = false) {
  // An empty view may have no address, which SQLite would take for null.
  const char* data = text.empty() ? "" : text.data();
  return blob ? sqlite3_bind_blob64(statement, at, data, text.size(), SQLITE_STATIC)
              : sqlite3_bind_text64(statement, at, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

inline std::string text_at(sqlite3_stmt* statement, int column) {
  const void* bytes = sqlite3_column_blob(statement, column);
  const int size = sqlite3_column_bytes(statement, column);
  return bytes == nullptr ? std::string() : std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

// Runs a prepared change and makes it ready for the next.
inline Result<void> step(sqlite3_stmt* statement) {
  const int code = sqlite3_step(statement);
  sqlite3_reset(statement);
  if (code != SQLITE_DONE) return failed(code);
  return {};
}

// Type of a column as SQLite tools show it, in the order of Column's variant.
constexpr const char* kTypes[] = {"REAL", "INTEGER", "BOOLEAN", "TEXT"};

inline int bind_cell(sqlite3_stmt* statement, int at, const Column& column, std::int64_t row) {
  if (column.is_null(row)) return sqlite3_bind_null(statement, at);
  const auto index = static_cast<std::size_t>(row);
  if (const auto* numbers = std::get_if<std::vector<double>>(&column.values)) return sqlite3_bind_double(statement, at, (*numbers)[index]);
  if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&column.values))
    return sqlite3_bind_int64(statement, at, (*integers)[index]);
  if (const auto* flags = std::get_if<std::vector<std::uint8_t>>(&column.values)) return sqlite3_bind_int(statement, at, (*flags)[index]);
  return bind(statement, at, std::get<std::vector<std::string>>(column.values)[index]);
}

// A column in the making.
struct ReadColumn {
  std::string name;
  int type = 3;  // index into kTypes
  std::vector<double> numbers;
  std::vector<std::int64_t> integers;
  std::vector<std::uint8_t> flags;
  std::vector<std::string> texts;
  std::vector<std::uint8_t> valid;

  void read(sqlite3_stmt* statement, int at) {
    const bool null = sqlite3_column_type(statement, at) == SQLITE_NULL;
    valid.push_back(null ? 0 : 1);
    if (type == 0)
      numbers.push_back(null ? std::numeric_limits<double>::quiet_NaN() : sqlite3_column_double(statement, at));
    else if (type == 1)
      integers.push_back(null ? 0 : sqlite3_column_int64(statement, at));
    else if (type == 2)
      flags.push_back(!null && sqlite3_column_int(statement, at) != 0 ? 1 : 0);
    else
      texts.push_back(null ? std::string() : text_at(statement, at));
  }
  void add_to(Table& table) {
    if (std::find(valid.begin(), valid.end(), std::uint8_t{0}) == valid.end()) valid.clear();
    if (type == 0)
      table.add(std::move(name), std::move(numbers));
    else if (type == 1)
      table.add(std::move(name), std::move(integers), std::move(valid));
    else if (type == 2)
      table.add_boolean(std::move(name), std::move(flags), std::move(valid));
    else
      table.add(std::move(name), std::move(texts), std::move(valid));
  }
};

inline bool usable_name(std::string_view name) {
  return !name.empty() && name.find('\0') == std::string_view::npos && name.rfind("sqlite_", 0) != 0;
}

}  // namespace archive_detail

struct Archive::State {
  archive_detail::Database database;
  archive_detail::Statement put_document;
  int pending = 0;  // changes since BEGIN; a transaction is open when > 0

  ~State() {
    put_document.reset();
    if (pending > 0) (void)archive_detail::execute(database.get(), "COMMIT");
  }
  Result<void> begin() {
    if (pending > 0) return {};
    auto begun = archive_detail::execute(database.get(), "BEGIN IMMEDIATE");
    if (begun) pending = 1;
    return begun;
  }
  Result<void> commit() {
    if (pending == 0) return {};
    auto done = archive_detail::execute(database.get(), "COMMIT");
    if (done) pending = 0;
    return done;
  }
  // Names of the tables of the file that are not SQLite's own.
  [[nodiscard]] Result<std::vector<std::string>> names() const {
    auto query = archive_detail::prepare(
        database.get(), "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name");
    if (!query) return query.error();
    std::vector<std::string> out;
    int code = SQLITE_OK;
    while ((code = sqlite3_step(query->get())) == SQLITE_ROW) out.push_back(archive_detail::text_at(query->get(), 0));
    if (code != SQLITE_DONE) return archive_detail::failed(code);
    return out;
  }
  // Whether `documents` has the columns of an archive, in any order.
  [[nodiscard]] Result<bool> has_documents() const {
    auto query = archive_detail::prepare(database.get(), "PRAGMA table_info(documents)");
    if (!query) return query.error();
    std::size_t known = 0;
    int code = SQLITE_OK;
    while ((code = sqlite3_step(query->get())) == SQLITE_ROW) {
      const std::string name = archive_detail::text_at(query->get(), 1);
      known += std::count(std::begin(archive_detail::kDocumentColumns), std::end(archive_detail::kDocumentColumns), name) > 0 ? 1 : 0;
    }
    if (code != SQLITE_DONE) return archive_detail::failed(code);
    return known == std::size(archive_detail::kDocumentColumns);
  }
};

Archive::Archive(std::unique_ptr<State> state) : state_(std::move(state)) {}
Archive::Archive(Archive&&) noexcept = default;
Archive& Archive::operator=(Archive&&) noexcept = default;
Archive::~Archive() = default;

Result<Archive> Archive::open(const std::string& path) {
  if (path.empty() || path.find('\0') != std::string::npos)
    return make_error(Code::kInvalidArgument, {}, {{"name", "path"}, {"detail", "not a file name"}});
  auto state = std::make_unique<State>();
  sqlite3* database = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX, nullptr);
  state->database.reset(database);
  if (code != SQLITE_OK) return archive_detail::failed(code);
  sqlite3_busy_timeout(database, 5000);
  const auto tables = state->names();
  // Only reading shows that a file is none of SQLite's; SQLite's message is the same for every such file.
  if (!tables) {
    if (sqlite3_errcode(database) == SQLITE_NOTADB) return make_error(Code::kArchiveFormat);
    return tables.error();
  }
  const bool empty = tables->empty();
  if (!empty) {
    const auto documents = state->has_documents();
    if (!documents) return documents.error();
    if (!*documents) return make_error(Code::kArchiveFormat);
  } else if (const auto made = archive_detail::execute(database,
                                                       "CREATE TABLE documents (kind TEXT NOT NULL, id TEXT NOT NULL, language TEXT NOT "
                                                       "NULL, media_type TEXT NOT NULL, body BLOB "
                                                       "NOT NULL, PRIMARY KEY (kind, id, language)) WITHOUT ROWID");
             !made) {
    return made.error();
  }
  auto put = archive_detail::prepare(database, "REPLACE INTO documents (kind, id, language, media_type, body) VALUES (?, ?, ?, ?, ?)");
  if (!put) return put.error();
  state->put_document = std::move(*put);
  return Archive(std::move(state));
}

Result<void> Archive::put(const Document& document) {
  if (auto begun = state_->begin(); !begun) return begun;
  sqlite3_stmt* put = state_->put_document.get();
  int code = archive_detail::bind(put, 1, document.kind);
  if (code == SQLITE_OK) code = archive_detail::bind(put, 2, document.id);
  if (code == SQLITE_OK) code = archive_detail::bind(put, 3, document.language);
  if (code == SQLITE_OK) code = archive_detail::bind(put, 4, document.media_type);
  if (code == SQLITE_OK) code = archive_detail::bind(put, 5, document.body, true);
  if (code != SQLITE_OK) return archive_detail::failed(code);
  auto stored = archive_detail::step(put);
  sqlite3_clear_bindings(put);
  if (!stored) return stored;
  if (++state_->pending > archive_detail::kDocumentsATransaction) return state_->commit();
  return {};
}

Result<void> Archive::put(const Table& table) {
  if (!archive_detail::usable_name(table.name()) || table.name() == archive_detail::kDocuments || table.columns().empty())
    return make_error(Code::kInvalidArgument, {}, {{"name", "table"}, {"detail", "no name of its own, or no columns"}});
  for (const Column& column : table.columns())
    if (column.name.find('\0') != std::string::npos || column.name.empty())
      return make_error(Code::kInvalidArgument, {}, {{"name", "table"}, {"detail", "a column without a usable name"}});
  sqlite3* database = state_->database.get();
  if (auto begun = state_->begin(); !begun) return begun;
  // All or nothing: a table that cannot be stored leaves the one of the same name as it was.
  if (auto saved = archive_detail::execute(database, "SAVEPOINT result_table"); !saved) return saved;
  const auto store = [&]() -> Result<void> {
    const std::string name = archive_detail::quoted(table.name());
    std::string create = "CREATE TABLE " + name + " (", insert = "INSERT INTO " + name + " VALUES (";
    for (std::size_t c = 0; c < table.columns().size(); ++c) {
      const Column& column = table.columns()[c];
      create += (c == 0 ? "" : ", ") + archive_detail::quoted(column.name) + " " + archive_detail::kTypes[column.values.index()];
      insert += c == 0 ? "?" : ", ?";
    }
    if (auto dropped = archive_detail::execute(database, "DROP TABLE IF EXISTS " + name); !dropped) return dropped;
    if (auto created = archive_detail::execute(database, create + ")"); !created) return created;
    auto row_in = archive_detail::prepare(database, insert + ")");
    if (!row_in) return row_in.error();
    for (std::int64_t row = 0; row < table.n_rows(); ++row) {
      for (std::size_t c = 0; c < table.columns().size(); ++c)
        if (const int code = archive_detail::bind_cell(row_in->get(), static_cast<int>(c) + 1, table.columns()[c], row); code != SQLITE_OK)
          return archive_detail::failed(code);
      if (auto stored = archive_detail::step(row_in->get()); !stored) return stored;
    }
    return {};
  };
  auto stored = store();
  if (!stored) {
    (void)archive_detail::execute(database, "ROLLBACK TO result_table");
    (void)archive_detail::execute(database, "RELEASE result_table");
    return stored;
  }
  return archive_detail::execute(database, "RELEASE result_table");
}

Result<void> Archive::flush() {
  return state_->commit();
}

Result<Document> Archive::get(std::string_view kind, std::string_view id, std::string_view language) const {
  auto query =
      archive_detail::prepare(state_->database.get(), "SELECT media_type, body FROM documents WHERE kind = ? AND id = ? AND language = ?");
  if (!query) return query.error();
  int code = archive_detail::bind(query->get(), 1, kind);
  if (code == SQLITE_OK) code = archive_detail::bind(query->get(), 2, id);
  if (code == SQLITE_OK) code = archive_detail::bind(query->get(), 3, language);
  if (code != SQLITE_OK) return archive_detail::failed(code);
  code = sqlite3_step(query->get());
  if (code == SQLITE_DONE) return make_error(Code::kArchiveNotFound);
  if (code != SQLITE_ROW) return archive_detail::failed(code);
  return Document{std::string(kind), std::string(id), std::string(language), archive_detail::text_at(query->get(), 0),
                  archive_detail::text_at(query->get(), 1)};
}

Result<std::int64_t> Archive::count(std::string_view kind) const {
  auto query = archive_detail::prepare(state_->database.get(),
                                       kind.empty() ? "SELECT count(*) FROM documents" : "SELECT count(*) FROM documents WHERE kind = ?");
  if (!query) return query.error();
  if (!kind.empty())
    if (const int code = archive_detail::bind(query->get(), 1, kind); code != SQLITE_OK) return archive_detail::failed(code);
  if (const int code = sqlite3_step(query->get()); code != SQLITE_ROW) return archive_detail::failed(code);
  return static_cast<std::int64_t>(sqlite3_column_int64(query->get(), 0));
}

Result<std::vector<std::string>> Archive::tables() const {
  auto names = state_->names();
  if (names) names->erase(std::remove(names->begin(), names->end(), archive_detail::kDocuments), names->end());
  return names;
}

Result<Table> Archive::table(std::string_view name) const {
  auto stored = tables();
  if (!stored) return stored.error();
  if (std::find(stored->begin(), stored->end(), name) == stored->end()) return make_error(Code::kArchiveNotFound);
  auto query = archive_detail::prepare(state_->database.get(), "SELECT * FROM " + archive_detail::quoted(name) + " ORDER BY rowid");
  if (!query) return query.error();
  std::vector<archive_detail::ReadColumn> columns(static_cast<std::size_t>(sqlite3_column_count(query->get())));
  for (std::size_t c = 0; c < columns.size(); ++c) {
    columns[c].name = sqlite3_column_name(query->get(), static_cast<int>(c));
    const char* declared = sqlite3_column_decltype(query->get(), static_cast<int>(c));
    for (int type = 0; type < 4; ++type)
      if (declared != nullptr && std::string_view(declared) == archive_detail::kTypes[type]) columns[c].type = type;
  }
  int code = SQLITE_OK;
  while ((code = sqlite3_step(query->get())) == SQLITE_ROW)
    for (std::size_t c = 0; c < columns.size(); ++c) columns[c].read(query->get(), static_cast<int>(c));
  if (code != SQLITE_DONE) return archive_detail::failed(code);
  Table out{std::string(name)};
  for (auto& column : columns) column.add_to(out);
  return out;
}

}  // namespace celadon::inline CELADON_ABI::io
