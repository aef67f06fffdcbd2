#pragma once

#include <celadon/core/arrow/responses.hpp>
#include <celadon/core/text.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <unordered_map>

namespace celadon::inline CELADON_ABI::arrow {

namespace arrow_responses_detail {

/// Cells of one column, written block by block whatever the chunks are.
class CellWriter {
 public:
  CellWriter(Responses::Builder& builder, std::int64_t item) : builder_(builder), item_(item) {}
  void put(std::uint8_t cell) {
    if (at_ % kBlockRows == 0) block_ = builder_.column(at_ / kBlockRows, item_);
    block_[at_++ % kBlockRows] = cell;
  }

 private:
  Responses::Builder& builder_;
  std::int64_t item_;
  std::int64_t at_ = 0;
  std::uint8_t* block_ = nullptr;
};

struct Codes {
  std::uint8_t null_cell;
  std::map<double, std::uint8_t> numbers;
  std::map<std::string, std::uint8_t, std::less<>> texts;
};

inline Codes read_codes(const ResponsesImport& options) {
  Codes codes{static_cast<std::uint8_t>(options.null_kind), {}, {}};
  for (const auto& [text, kind] : options.missing_values) {
    codes.texts.emplace(std::string(trimmed(text)), static_cast<std::uint8_t>(kind));
    if (const auto number = parse_number(trimmed(text)); number && !std::isnan(*number))
      codes.numbers.emplace(*number, static_cast<std::uint8_t>(kind));
  }
  return codes;
}

inline Error bad_value(const DataColumn& column, std::int64_t row, double value) {
  const Place place{.table = "responses", .column = column.name(), .row = row + 1, .item = column.name()};
  if (std::isinf(value)) return make_error(Code::kNotFinite, place);
  if (value != std::trunc(value)) return make_error(Code::kNotAWholeNumber, place);
  if (value > kMaxCategory)
    return make_error(Code::kTooManyCategories, place,
                      {{"value", ">" + std::to_string(kMaxCategory)}, {"limit", std::to_string(kMaxCategory)}});
  return make_error(Code::kInvalidArgument, place,
                    {{"name", column.name()}, {"detail", "a value below -4 in row " + std::to_string(row + 1)}});
}

/// Categories of a numeric or boolean column.
inline Result<void> pack_numbers(const DataColumn& column, const Codes& codes, CellWriter out) {
  const bool integers = column.kind() != ValueKind::kNumber;
  std::int64_t row = 0;
  for (const Chunk& chunk : column.chunks()) {
    for (std::int64_t i = 0; i < chunk.size; ++i, ++row) {
      if (chunk.is_null(i)) {
        out.put(codes.null_cell);
        continue;
      }
      const double value = integers ? static_cast<double>(chunk.integer(i)) : chunk.number(i);
      if (!codes.numbers.empty()) {
        if (const auto at = codes.numbers.find(value); at != codes.numbers.end()) {
          out.put(at->second);
          continue;
        }
      }
      if (value >= 0.0 && value <= kMaxCategory && value == std::trunc(value)) {
        out.put(static_cast<std::uint8_t>(value));
      } else if (std::isnan(value)) {
        out.put(codes.null_cell);
      } else if (value < 0.0 && value >= -4.0 && value == std::trunc(value)) {
        out.put(static_cast<std::uint8_t>(251 - static_cast<int>(value)));
      } else {
        return bad_value(column, row, value);
      }
    }
  }
  return {};
}

/// One category for each distinct text, in byte order.
inline Result<std::vector<std::string>> pack_texts(const DataColumn& column, const Codes& codes, CellWriter out) {
  std::map<std::string_view, std::uint8_t> categories;
  const auto missing = [&](std::string_view text) -> std::optional<std::uint8_t> {
    const auto at = codes.texts.find(text);
    if (at != codes.texts.end()) return at->second;  // an empty text may have a meaning of its own
    return text.empty() ? std::optional(codes.null_cell) : std::nullopt;
  };
  for (const Chunk& chunk : column.chunks())
    for (std::int64_t i = 0; i < chunk.size; ++i) {
      if (chunk.is_null(i)) continue;
      const std::string_view text = trimmed(chunk.text(i));
      if (!missing(text) && categories.emplace(text, 0).second && categories.size() > static_cast<std::size_t>(kMaxCategory) + 1)
        return make_error(Code::kTooManyCategories, {.table = "responses", .column = column.name(), .row = -1, .item = column.name()},
                          {{"value", ">" + std::to_string(kMaxCategory)}, {"limit", std::to_string(kMaxCategory)}});
    }
  std::vector<std::string> labels;
  std::unordered_map<std::string_view, std::uint8_t> lookup;
  for (auto& [text, category] : categories) {
    category = static_cast<std::uint8_t>(labels.size());
    lookup.emplace(text, category);
    labels.emplace_back(text);
  }
  for (const Chunk& chunk : column.chunks())
    for (std::int64_t i = 0; i < chunk.size; ++i) {
      if (chunk.is_null(i)) {
        out.put(codes.null_cell);
        continue;
      }
      const std::string_view text = trimmed(chunk.text(i));
      const auto kind = missing(text);
      out.put(kind ? *kind : lookup.find(text)->second);
    }
  return labels;
}

}  // namespace arrow_responses_detail

Result<ImportedResponses> responses_from_table(const DataTable& table, const ResponsesImport& options, const ExecutionContext& context) {
  using arrow_responses_detail::CellWriter;
  std::vector<const DataColumn*> columns;
  if (options.columns.empty())
    for (const DataColumn& c : table.columns()) columns.push_back(&c);
  for (const std::string& name : options.columns) {
    const DataColumn* c = table.find(name);
    if (c == nullptr) return make_error(Code::kMissingColumn, {.table = "responses", .column = name, .row = -1, .item = {}});
    columns.push_back(c);
  }
  std::vector<std::string> ids;
  for (const DataColumn* c : columns) {
    if (c->kind() == ValueKind::kUnsupported)
      return make_error(Code::kUnsupportedType, {.table = "responses", .column = c->name(), .row = -1, .item = {}},
                        {{"type", c->format()}});
    ids.push_back(c->name());
  }
  const auto codes = arrow_responses_detail::read_codes(options);
  const auto n_items = static_cast<std::int64_t>(columns.size());
  Responses::Builder builder(table.n_rows(), std::move(ids));
  ImportedResponses out;
  out.labels.resize(columns.size());
  std::vector<std::optional<Error>> errors(columns.size());
  const auto pack = [&](std::int64_t j, int) {
    const auto at = static_cast<std::size_t>(j);
    if (columns[at]->kind() == ValueKind::kText) {
      auto labels = arrow_responses_detail::pack_texts(*columns[at], codes, CellWriter(builder, j));
      if (labels)
        out.labels[at] = std::move(*labels);
      else
        errors[at] = labels.error();
    } else if (auto done = arrow_responses_detail::pack_numbers(*columns[at], codes, CellWriter(builder, j)); !done) {
      errors[at] = done.error();
    }
  };
  if (auto done = run_blocks(n_items, worker_count(n_items, context), context, pack); !done) return done.error();
  for (const auto& error : errors)
    if (error) return *error;
  auto built = std::move(builder).build();
  if (!built) return built.error();
  out.responses = std::move(*built);
  return out;
}

}  // namespace celadon::inline CELADON_ABI::arrow
