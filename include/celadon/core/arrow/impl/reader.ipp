#pragma once

#include <celadon/core/arrow/impl/reader_parts.hpp>
#include <celadon/core/text.hpp>

#include <algorithm>

namespace celadon::inline CELADON_ABI::arrow {

bool Chunk::is_null(std::int64_t row) const {
  if (parent_bits != nullptr && !reader_detail::bit(parent_bits, parent_offset + row)) return true;
  if (validity_bits != nullptr && !reader_detail::bit(validity_bits, offset + row)) return true;
  if (validity_bytes != nullptr && validity_bytes[offset + row] == 0) return true;
  if (layout == Layout::kDictionary) return dictionary->is_null(reader_detail::integer_at(index_layout, values, offset + row));
  return layout == Layout::kNull || layout == Layout::kUnsupported;
}

double Chunk::number(std::int64_t row) const {
  switch (layout) {
    case Layout::kFloat64:
      return reader_detail::load<double>(values, offset + row);
    case Layout::kFloat32:
      return static_cast<double>(reader_detail::load<float>(values, offset + row));
    case Layout::kUint64:
      return static_cast<double>(reader_detail::load<std::uint64_t>(values, offset + row));
    case Layout::kDictionary:
      return dictionary->number(reader_detail::integer_at(index_layout, values, offset + row));
    default:
      return static_cast<double>(integer(row));
  }
}

std::int64_t Chunk::integer(std::int64_t row) const {
  if (layout == Layout::kDictionary) return dictionary->integer(reader_detail::integer_at(index_layout, values, offset + row));
  return reader_detail::integer_at(layout, values, offset + row);
}

std::string_view Chunk::text(std::int64_t row) const {
  using reader_detail::load;
  const std::int64_t at = offset + row;
  const auto cut = [&](auto from, auto to) -> std::string_view {
    return from == to ? std::string_view() : std::string_view(text_bytes + from, static_cast<std::size_t>(to - from));
  };
  switch (layout) {
    case Layout::kUtf8:
      return cut(load<std::int32_t>(values, at), load<std::int32_t>(values, at + 1));
    case Layout::kLargeUtf8:
      return cut(load<std::int64_t>(values, at), load<std::int64_t>(values, at + 1));
    case Layout::kUtf8View: {
      const auto v = load<reader_detail::View>(values, at);
      if (v.length <= 12) return {static_cast<const char*>(values) + at * 16 + 4, static_cast<std::size_t>(v.length)};
      return {static_cast<const char*>(view_buffers[v.buffer]) + v.offset, static_cast<std::size_t>(v.length)};
    }
    case Layout::kStrings:
      return static_cast<const std::string*>(values)[at];
    case Layout::kDictionary:
      return dictionary->text(reader_detail::integer_at(index_layout, values, at));
    default:
      return {};
  }
}

namespace reader_detail {

struct At {
  const Chunk* chunk;
  std::int64_t row;
};

inline At locate(const DataColumn& column, std::int64_t row) {
  const auto chunks = column.chunks();
  std::size_t c = 0;
  std::size_t last = chunks.size();
  while (last - c > 1) {  // the last chunk that starts at or before the row and is not empty behind it
    const std::size_t middle = c + (last - c) / 2;
    (column.chunk_start(middle) <= row ? c : last) = middle;
  }
  return {&chunks[c], row - column.chunk_start(c)};
}

}  // namespace reader_detail

bool DataColumn::is_null(std::int64_t row) const {
  const auto at = reader_detail::locate(*this, row);
  return at.chunk->is_null(at.row);
}

std::optional<double> DataColumn::number(std::int64_t row) const {
  if (kind_ == ValueKind::kText) return std::nullopt;
  const auto at = reader_detail::locate(*this, row);
  if (at.chunk->is_null(at.row)) return std::nullopt;
  return at.chunk->number(at.row);
}

std::string_view DataColumn::text(std::int64_t row) const {
  if (kind_ != ValueKind::kText) return {};
  const auto at = reader_detail::locate(*this, row);
  return at.chunk->is_null(at.row) ? std::string_view() : at.chunk->text(at.row);
}

std::string DataColumn::as_text(std::int64_t row) const {
  const auto at = reader_detail::locate(*this, row);
  if (at.chunk->is_null(at.row)) return {};
  switch (kind_) {
    case ValueKind::kText:
      return std::string(at.chunk->text(at.row));
    case ValueKind::kBoolean:
      return at.chunk->integer(at.row) != 0 ? "true" : "false";
    case ValueKind::kInteger:
      return std::to_string(at.chunk->integer(at.row));
    default:
      return format_number(at.chunk->number(at.row));
  }
}

}  // namespace celadon::inline CELADON_ABI::arrow
