// Archives: documents, reports and tables in one SQLite file. Without SQLite (CELADON_C_ARCHIVE is not defined) the same functions say so.
#include "reports_common.hpp"

#include <memory>

#if defined(CELADON_C_ARCHIVE)
#include <celadon/io/archive.hpp>
#include <celadon/reports/archive_sink.hpp>
#endif

using namespace celadon_c;

struct celadon_archive {
#if defined(CELADON_C_ARCHIVE)
  celadon::io::Archive value;
#endif
};

namespace {

// Runs a body on an open archive. Bodies are generic, so that without SQLite none of them is made.
template <class Handle, class Body>
celadon_status on_archive([[maybe_unused]] Handle* archive, celadon_error* error, [[maybe_unused]] const Body& body) {
  return guard(error, [&] {
#if defined(CELADON_C_ARCHIVE)
    body(need(archive, "archive").value);
#else
    refuse(celadon::make_error(celadon::Code::kArchiveNotBuilt));
#endif
  });
}

// The same for a body that makes a handle.
template <class Made, class Body>
celadon_status make_from_archive(const celadon_archive* archive, Made** out, celadon_error* error, const Body& body) {
  if (out != nullptr) *out = nullptr;
  return on_archive(archive, error, [&](const auto& open) {
    need(out, "out");
    *out = new Made{body(open)};
  });
}

[[maybe_unused]] std::string key(const char* given, const char* name) {
  return std::string(text(given, -1, name));
}

celadon_document default_document() {
  celadon_document document{};
  document.struct_size = sizeof document;
  return document;
}

}  // namespace

extern "C" {

int32_t celadon_archive_available(void) {
#if defined(CELADON_C_ARCHIVE)
  return 1;
#else
  return 0;
#endif
}

celadon_status celadon_archive_open([[maybe_unused]] const char* path, celadon_archive** out, celadon_error* error) {
  return produce(out, error, [&] {
#if defined(CELADON_C_ARCHIVE)
    return unwrap(celadon::io::Archive::open(key(path, "path")));
#else
    refuse(celadon::make_error(celadon::Code::kArchiveNotBuilt));
    return celadon_archive{};
#endif
  });
}
CELADON_C_DESTROY(celadon_archive)

void celadon_document_init(celadon_document* document, uint32_t struct_size) {
  initialise(document, struct_size, default_document());
}

celadon_status celadon_archive_put_document(celadon_archive* archive, const celadon_document* document, celadon_error* error) {
  return on_archive(archive, error, [&](auto& open) {
    need(document, "document");
    const celadon_document given = sized(document, default_document(), "document");
    unwrap(open.put({key(given.kind, "kind"), key(given.id, "id"), key(given.language, "language"), text_or_empty(given.media_type),
                     std::string(text(given.body, given.body_size, "body"))}));
  });
}

celadon_status celadon_archive_get(const celadon_archive* archive, const char* kind, const char* id, const char* language,
                                   celadon_text** body, celadon_text** media_type, celadon_error* error) {
  if (body != nullptr) *body = nullptr;
  if (media_type != nullptr) *media_type = nullptr;
  return on_archive(archive, error, [&](const auto& open) {
    need(body, "body");
    auto found = unwrap(open.get(text(kind, -1, "kind"), text(id, -1, "id"), text(language, -1, "language")));
    auto bytes = std::make_unique<celadon_text>(celadon_text{std::move(found.body)});
    if (media_type != nullptr) *media_type = new celadon_text{std::move(found.media_type)};
    *body = bytes.release();
  });
}

celadon_status celadon_archive_count(const celadon_archive* archive, const char* kind, int64_t* out, celadon_error* error) {
  if (out != nullptr) *out = 0;
  return on_archive(archive, error, [&](const auto& open) { need(out, "out") = unwrap(open.count(text_or_empty(kind))); });
}

celadon_status celadon_archive_put_table(celadon_archive* archive, const celadon_table* table, celadon_error* error) {
  return on_archive(archive, error, [&](auto& open) { unwrap(open.put(need(table, "table").value)); });
}

celadon_status celadon_archive_tables(const celadon_archive* archive, celadon_table** out, celadon_error* error) {
  return make_from_archive(archive, out, error, [](const auto& open) {
    celadon::Table names("tables");
    names.add("name", unwrap(open.tables()));
    return names;
  });
}

celadon_status celadon_archive_table(const celadon_archive* archive, const char* name, int64_t name_size, celadon_table** out,
                                     celadon_error* error) {
  return make_from_archive(archive, out, error, [&](const auto& open) { return unwrap(open.table(text(name, name_size, "name"))); });
}

celadon_status celadon_archive_flush(celadon_archive* archive, celadon_error* error) {
  return on_archive(archive, error, [](auto& open) { unwrap(open.flush()); });
}

celadon_status celadon_reports_write_to_archive(const celadon_evaluation* evaluation, celadon_archive* archive,
                                                const celadon_reports_write_options* options, const celadon_execution* execution,
                                                int64_t* n_pages, int64_t* n_bytes, celadon_error* error) {
  if (n_pages != nullptr) *n_pages = 0;
  if (n_bytes != nullptr) *n_bytes = 0;
#if defined(CELADON_C_ARCHIVE)
  celadon_status status = CELADON_OK;
  const celadon_status outer = guard(error, [&] {
    const bool english = write_options(options).report.language == celadon::Language::kEnglish;
    celadon::reports::ArchiveSink sink(need(archive, "archive").value, english ? "en" : "zh-CN");
    status = write_all(evaluation, sink, options, execution, n_pages, n_bytes, error);
  });
  return outer != CELADON_OK ? outer : status;
#else
  (void)evaluation, (void)options, (void)execution;
  return on_archive(archive, error, [](auto&) {});
#endif
}

}  // extern "C"
