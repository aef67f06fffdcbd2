#pragma once

#include <celadon/core/text.hpp>
#include <celadon/io/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <type_traits>
#include <utility>

namespace celadon::inline CELADON_ABI::io {

namespace json_detail {

inline void append_escaped(std::string& out, unsigned char c) {
  constexpr char kHex[] = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\u00";
      out += kHex[c >> 4];
      out += kHex[c & 15U];
  }
}

inline bool needs_escape(unsigned char c) {
  return c < 0x20 || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&';
}

/// Bytes of the longest well-formed start of `text`.
inline std::size_t well_formed(std::string_view text) {
  std::size_t n = 0;
  while (n < text.size()) {
    const std::size_t step = utf8_prefix(text.substr(n), 1);
    if (!is_valid_utf8(text.substr(n, step))) break;
    n += step;
  }
  return n;
}

inline void append_valid(std::string& out, std::string_view text) {
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (!needs_escape(c)) continue;
    out.append(text, start, i - start);
    append_escaped(out, c);
    start = i + 1;
  }
  out.append(text, start, std::string_view::npos);
}

inline std::string_view severity_name(Severity severity) {
  switch (severity) {
    case Severity::kNote:
      return "note";
    case Severity::kWarning:
      return "warning";
    default:
      return "error";
  }
}

inline void text_or_null(JsonWriter& out, std::string_view name, const std::string& text) {
  out.key(name);
  if (text.empty())
    out.null();
  else
    out.value(std::string_view(text));
}

inline void message_members(JsonWriter& out, const Message& m, Language language) {
  out.member("code", code_name(m.code));
  text_or_null(out, "table", m.place.table);
  out.key("row");
  if (m.place.row < 0)
    out.null();
  else
    out.value(m.place.row);
  text_or_null(out, "column", m.place.column);
  text_or_null(out, "item", m.place.item);
  out.key("arguments").begin_object();
  for (const Argument& a : m.arguments) out.member(a.name, std::string_view(a.value));
  out.end_object();
  out.member("cause", std::string_view(m.cause(language)));
  out.member("fix", std::string_view(m.fix(language)));
}

}  // namespace json_detail

void append_json_number(std::string& out, double value) {
  if (std::isnan(value)) {
    out += "\"NaN\"";
  } else if (std::isinf(value)) {
    out += value < 0 ? "\"-Infinity\"" : "\"Infinity\"";
  } else if (value == 0.0 && std::signbit(value)) {
    out += "-0.0";  // readers take "-0" for the integer 0
  } else {
    std::array<char, 32> buffer{};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    out.append(buffer.data(), end);
  }
}

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const std::size_t n = is_valid_utf8(text) ? text.size() : json_detail::well_formed(text);
    json_detail::append_valid(out, text.substr(0, n));
    if (n < text.size()) out += "\xEF\xBF\xBD";
    text.remove_prefix(std::min(text.size(), n + 1));
  }
  out += '"';
}

void JsonWriter::before_value() {
  if (open_.empty()) {
    if (!out_.empty()) throw LogicError("celadon::io::JsonWriter: a second value at the top");
    return;
  }
  if (open_.back() == '{') {
    if (state_.back() != 2) throw LogicError("celadon::io::JsonWriter: a value in an object needs a key");
  } else if (state_.back() == 1) {
    out_ += ',';
  }
  state_.back() = 1;
}

JsonWriter& JsonWriter::begin_object() {
  before_value();
  out_ += '{';
  open_.push_back('{');
  state_.push_back(0);
  return *this;
}

JsonWriter& JsonWriter::begin_array() {
  before_value();
  out_ += '[';
  open_.push_back('[');
  state_.push_back(0);
  return *this;
}

JsonWriter& JsonWriter::end_object() {
  if (open_.empty() || open_.back() != '{' || state_.back() == 2) throw LogicError("celadon::io::JsonWriter: no object to end here");
  out_ += '}';
  open_.pop_back();
  state_.pop_back();
  return *this;
}

JsonWriter& JsonWriter::end_array() {
  if (open_.empty() || open_.back() != '[') throw LogicError("celadon::io::JsonWriter: no array to end here");
  out_ += ']';
  open_.pop_back();
  state_.pop_back();
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  if (open_.empty() || open_.back() != '{' || state_.back() == 2) throw LogicError("celadon::io::JsonWriter: a key outside an object");
  if (state_.back() == 1) out_ += ',';
  append_json_string(out_, name);
  out_ += ':';
  state_.back() = 2;
  return *this;
}

JsonWriter& JsonWriter::value(double number) {
  before_value();
  append_json_number(out_, number);
  return *this;
}

JsonWriter& JsonWriter::value(std::int64_t number) {
  before_value();
  std::array<char, 24> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  out_.append(buffer.data(), end);
  return *this;
}

JsonWriter& JsonWriter::value(bool flag) {
  return raw(flag ? "true" : "false");
}

JsonWriter& JsonWriter::value(std::string_view text) {
  before_value();
  append_json_string(out_, text);
  return *this;
}

JsonWriter& JsonWriter::null() {
  return raw("null");
}

JsonWriter& JsonWriter::raw(std::string_view json) {
  before_value();
  out_ += json;
  return *this;
}

std::string JsonWriter::take() {
  if (!open_.empty()) throw LogicError("celadon::io::JsonWriter: an object or an array is still open");
  return std::exchange(out_, {});
}

namespace json_detail {
inline void write_cell(JsonWriter& out, double value) {
  out.value(value);
}
inline void write_cell(JsonWriter& out, std::int64_t value) {
  out.value(value);
}
inline void write_cell(JsonWriter& out, std::uint8_t value) {
  out.value(value != 0);
}
inline void write_cell(JsonWriter& out, const std::string& value) {
  out.value(std::string_view(value));
}
}  // namespace json_detail

std::string to_json(const Table& table) {
  constexpr const char* kTypes[] = {"number", "integer", "boolean", "text"};
  JsonWriter out;
  out.begin_object().member("name", std::string_view(table.name())).member("n_rows", table.n_rows()).key("columns").begin_array();
  for (const Column& c : table.columns()) {
    out.begin_object().member("name", std::string_view(c.name)).member("type", kTypes[c.values.index()]).key("values").begin_array();
    std::visit(
        [&](const auto& values) {
          for (std::size_t i = 0; i < values.size(); ++i) {
            if (c.is_null(static_cast<std::int64_t>(i)))
              out.null();
            else
              json_detail::write_cell(out, values[i]);
          }
        },
        c.values);
    out.end_array().end_object();
  }
  return out.end_array().end_object().take();
}

std::string to_json(const Findings& findings, Language language) {
  JsonWriter out;
  out.begin_array();
  for (const Finding& f : findings) {
    out.begin_object().member("severity", json_detail::severity_name(f.severity));
    json_detail::message_members(out, f, language);
    out.end_object();
  }
  return out.end_array().take();
}

std::string to_json(const Message& message, Language language) {
  JsonWriter out;
  out.begin_object();
  json_detail::message_members(out, message, language);
  return out.end_object().take();
}

}  // namespace celadon::inline CELADON_ABI::io
