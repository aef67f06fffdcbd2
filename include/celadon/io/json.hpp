/// JSON out: numbers in their shortest form that reads back the same, without a locale; values that are not finite as tagged strings
/// ("NaN", "Infinity", "-Infinity"); text always valid UTF-8. And saving and loading of anything with a `visit` function.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/table.hpp>
#include <celadon/core/visitor.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::inline CELADON_ABI::io {

/// Appends the shortest text that reads back as the same double; "NaN", "Infinity" and "-Infinity" in quotes.
void append_json_number(std::string& out, double value);
/// Appends a quoted JSON string. Bytes that are not UTF-8 become U+FFFD; `<`, `>` and `&` are escaped so that the text can stand in HTML.
void append_json_string(std::string& out, std::string_view text);

/// Writes JSON piece by piece into a string. Commas and colons are its business; balance is checked (LogicError). Not thread-safe.
class JsonWriter {
 public:
  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view name);
  JsonWriter& value(double number);
  JsonWriter& value(std::int64_t number);
  JsonWriter& value(int number) { return value(static_cast<std::int64_t>(number)); }
  JsonWriter& value(bool flag);
  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& null();
  /// Inserts text that is JSON already.
  JsonWriter& raw(std::string_view json);
  template <class T>
  JsonWriter& member(std::string_view name, const T& v) {
    key(name);
    return value(v);
  }
  /// The finished text; every object and array is closed. Leaves the writer empty.
  [[nodiscard]] std::string take();

 private:
  void before_value();
  std::string out_;
  std::vector<char> open_;   // '{' or '['
  std::vector<char> state_;  // 0 nothing yet, 1 after a value, 2 after a key
};

/// {"name", "n_rows", "columns": [{"name", "type": number|integer|boolean|text, "values": [...]}]}; nulls as null.
[[nodiscard]] std::string to_json(const Table& table);
/// [{"severity", "code", "table", "row", "column", "item", "arguments": {...}, "cause", "fix"}]; parts that are not known are null.
[[nodiscard]] std::string to_json(const Findings& findings, Language language);
/// {"code", "table", "row", "column", "item", "arguments", "cause", "fix"}.
[[nodiscard]] std::string to_json(const Message& message, Language language);

/// Saves what `visit` shows: {"format": format, "version": version, "library": "0.1.0", ...fields}.
[[nodiscard]] std::string save_visited(std::string_view format, std::int64_t version, const std::function<void(Visitor&)>& visit);

/// Supplies saved fields to `visit`. After the first problem the visitor supplies nothing more (empty lists, values unchanged) and the
/// problem is the result. Errors: kJsonSyntax (with the byte), kJsonFormat (another format), kJsonVersion (newer than `version`),
/// kJsonField (a field is absent or has another type; with its path). Text of any content is safe; nesting is limited to 64.
[[nodiscard]] Result<void> load_visited(std::string_view text, std::string_view format, std::int64_t version,
                                        const std::function<void(Visitor&)>& visit);

}  // namespace celadon::inline CELADON_ABI::io
