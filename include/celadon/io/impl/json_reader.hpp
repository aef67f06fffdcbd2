/// Reading JSON texts of the library's own formats: the first field that is absent or of another type is named by its path.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/evaluation/profile.hpp>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace celadon::inline CELADON_ABI::io::json_reader_detail {

using Json = nlohmann::json;  // objects are ordered by key, so that dump() is canonical

inline constexpr int kDeepest = 32;

/// A text nested deeper than any profile could exhaust the stack when written back.
inline bool too_deep(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kDeepest) return true;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

/// Records the byte at which the text stops being JSON, without exceptions.
struct SyntaxProbe : nlohmann::json_sax<Json> {
  std::size_t position = 0;
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(std::int64_t) override { return true; }
  bool number_unsigned(std::uint64_t) override { return true; }
  bool number_float(double, const std::string&) override { return true; }
  bool string(std::string&) override { return true; }
  bool binary(Json::binary_t&) override { return true; }
  bool start_object(std::size_t) override { return true; }
  bool key(std::string&) override { return true; }
  bool end_object() override { return true; }
  bool start_array(std::size_t) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(std::size_t at, const std::string&, const nlohmann::detail::exception&) override {
    position = at;
    return false;
  }
};

inline Error syntax_error(std::size_t position) {
  return make_error(Code::kJsonSyntax, {}, {{"byte", std::to_string(position)}, {"position", std::to_string(position)}});
}

inline Result<Json> parse(std::string_view text) {
  if (too_deep(text)) return syntax_error(0);
  Json json = Json::parse(text.begin(), text.end(), nullptr, false);
  if (json.is_discarded()) {
    SyntaxProbe probe;
    Json::sax_parse(text.begin(), text.end(), &probe);
    return syntax_error(probe.position);
  }
  return json;
}

/// FNV-1a, 64 bit, 16 hexadecimal digits.
inline std::string hash_of_text(std::string_view bytes) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : bytes) {
    hash = (hash ^ static_cast<std::uint8_t>(c)) * 1099511628211ULL;
  }
  constexpr char kHex[] = "0123456789abcdef";
  std::string text(16, '0');
  for (int i = 15; i >= 0; --i, hash >>= 4U) text[static_cast<std::size_t>(i)] = kHex[hash & 15U];
  return text;
}

inline std::string hash_of(const Json& json) {
  return hash_of_text(json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

/// Reads fields and keeps the path of the first that is absent or of another type; after it nothing more is read.
class Reader {
 public:
  explicit Reader(const Json& json) : json_(&json) {}
  Reader(const Json& json, std::string path, std::string* problem) : json_(&json), path_(std::move(path)), problem_(problem) {}

  [[nodiscard]] std::string* problem() { return problem_ != nullptr ? problem_ : &own_problem_; }
  [[nodiscard]] bool good() { return problem()->empty(); }

  const Json* at(const char* name, Json::value_t type) {
    if (!good()) return nullptr;
    const auto it = json_->is_object() ? json_->find(name) : json_->end();
    const bool number = type == Json::value_t::number_float;
    if (!json_->is_object() || it == json_->end() || !(number ? it->is_number() : it->type() == type)) {
      *problem() = path_ + name;
      return nullptr;
    }
    return &*it;
  }
  Reader object(const char* name) {
    static const Json empty = Json::object();
    const Json* j = at(name, Json::value_t::object);
    return {j != nullptr ? *j : empty, path_ + name + ".", problem()};
  }
  std::vector<Reader> array(const char* name) {
    std::vector<Reader> out;
    const Json* j = at(name, Json::value_t::array);
    if (j == nullptr) return out;
    for (std::size_t i = 0; i < j->size(); ++i) out.emplace_back((*j)[i], path_ + name + "[" + std::to_string(i) + "].", problem());
    return out;
  }
  /// Whether the field is there at all.
  [[nodiscard]] bool has(const char* name) const { return json_->is_object() && json_->contains(name); }
  /// Names a field whose value is none of the choices.
  void fail(const char* name) {
    if (good()) *problem() = path_ + name;
  }
  /// An array of texts.
  std::vector<std::string> texts(const char* name) {
    std::vector<std::string> out;
    const Json* j = at(name, Json::value_t::array);
    if (j == nullptr) return out;
    for (const Json& text : *j) {
      if (!text.is_string()) {
        fail(name);
        return {};
      }
      out.push_back(text.get<std::string>());
    }
    return out;
  }
  double number(const char* name) {
    const Json* j = at(name, Json::value_t::number_float);
    return j != nullptr ? j->get<double>() : 0.0;
  }
  int integer(const char* name) {
    const Json* j = at(name, Json::value_t::number_float);
    if (j == nullptr) return 0;
    const double v = j->get<double>();
    if (!(v >= -1e9 && v <= 1e9) || v != static_cast<double>(static_cast<int>(v))) {
      *problem() = path_ + name;
      return 0;
    }
    return static_cast<int>(v);
  }
  /// An array of two numbers.
  std::pair<double, double> pair(const char* name) {
    const Json* j = at(name, Json::value_t::array);
    if (j == nullptr) return {0.0, 0.0};
    if (j->size() != 2 || !(*j)[0].is_number() || !(*j)[1].is_number()) {
      *problem() = path_ + name;
      return {0.0, 0.0};
    }
    return {(*j)[0].get<double>(), (*j)[1].get<double>()};
  }
  bool boolean(const char* name) {
    const Json* j = at(name, Json::value_t::boolean);
    return j != nullptr && j->get<bool>();
  }
  std::string text(const char* name) {
    const Json* j = at(name, Json::value_t::string);
    return j != nullptr ? j->get<std::string>() : std::string();
  }
  evaluation::LocalText local(const char* name) {
    Reader r = object(name);
    std::string zh = r.text("zh");
    return {std::move(zh), r.text("en")};
  }
  /// One of the named choices.
  template <class E>
  E choice(const char* name, std::initializer_list<std::pair<const char*, E>> choices) {
    const std::string value = text(name);
    for (const auto& [word, e] : choices) {
      if (value == word) return e;
    }
    if (good()) *problem() = path_ + name;
    return choices.begin()->second;
  }

 private:
  const Json* json_;
  std::string path_;
  std::string* problem_ = nullptr;
  std::string own_problem_;
};

inline Error field_error(const std::string& path) {
  return make_error(Code::kJsonField, {}, {{"path", path}, {"field", path}, {"detail", path}});
}

}  // namespace celadon::inline CELADON_ABI::io::json_reader_detail
