/// For bodies: the line of every value of a JSON text, by its pointer (RFC 6901).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace celadon::inline CELADON_ABI::io::json_lines_detail {

/// Goes through a text that is known to be JSON.
class LineReader {
 public:
  explicit LineReader(std::string_view text) : text_(text) {}

  std::map<std::string, std::int64_t> read() {
    value("");
    return std::move(lines_);
  }

 private:
  void skip() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\r' || text_[at_] == '\n')) {
      if (text_[at_] == '\n') ++line_;
      ++at_;
    }
  }
  /// A string's raw text; escapes other than of the quote are kept as they stand, which is enough to tell names apart.
  std::string string() {
    std::string out;
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      const char c = text_[at_];
      if (c == '~') {
        out += "~0";
      } else if (c == '/') {
        out += "~1";
      } else {
        out += c;
      }
    }
    ++at_;
    return out;
  }
  void value(const std::string& pointer) {
    skip();
    lines_.emplace(pointer, line_);
    if (at_ >= text_.size()) return;
    const char c = text_[at_];
    if (c == '{' || c == '[') {
      container(pointer, c == '{');
    } else if (c == '"') {
      string();
    } else {
      while (at_ < text_.size() && std::string_view(",]} \t\r\n").find(text_[at_]) == std::string_view::npos) ++at_;
    }
  }
  void container(const std::string& pointer, bool object) {
    ++at_;
    for (int k = 0;; ++k) {
      skip();
      if (at_ >= text_.size()) return;
      if (text_[at_] == '}' || text_[at_] == ']') {
        ++at_;
        return;
      }
      if (text_[at_] == ',') {
        ++at_;
        skip();
      }
      std::string name = std::to_string(k);
      if (object) {
        name = string();
        skip();
        ++at_;  // the colon
      }
      value(pointer + "/" + name);
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::int64_t line_ = 1;
  std::map<std::string, std::int64_t> lines_;
};

}  // namespace celadon::inline CELADON_ABI::io::json_lines_detail
