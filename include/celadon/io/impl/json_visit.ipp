#pragma once

#include <celadon/core/text.hpp>
#include <celadon/io/json.hpp>

#include <nlohmann/json.hpp>

#include <limits>
#include <optional>
#include <utility>

namespace celadon::inline CELADON_ABI::io {

namespace json_visit_detail {

using Json = nlohmann::json;

class Saver final : public Visitor {
 public:
  explicit Saver(JsonWriter& out) : out_(out) {}
  [[nodiscard]] bool loading() const override { return false; }
  void field(std::string_view name, double& value) override { out_.member(name, value); }
  void field(std::string_view name, std::int64_t& value) override { out_.member(name, value); }
  void field(std::string_view name, bool& value) override { out_.member(name, value); }
  void field(std::string_view name, std::string& value) override { out_.member(name, std::string_view(value)); }
  void field(std::string_view name, std::vector<double>& values) override { list(name, values); }
  void field(std::string_view name, std::vector<std::int64_t>& values) override { list(name, values); }
  void field(std::string_view name, std::vector<std::string>& values) override { list(name, values); }
  void begin_record(std::string_view name) override {
    out_.key(name).begin_object();
    open_.push_back({false, false});
  }
  void begin_list(std::string_view name, std::int64_t&) override {
    out_.key(name).begin_array();
    open_.push_back({true, false});
  }
  void next() override {
    if (open_.empty() || !open_.back().list) throw LogicError("celadon::Visitor: next() outside a list");
    if (open_.back().in_record) out_.end_object();
    out_.begin_object();
    open_.back().in_record = true;
  }
  void end() override {
    if (open_.empty()) throw LogicError("celadon::Visitor: end() without a beginning");
    if (open_.back().list) {
      if (open_.back().in_record) out_.end_object();
      out_.end_array();
    } else {
      out_.end_object();
    }
    open_.pop_back();
  }

 private:
  struct Level {
    bool list;
    bool in_record;
  };
  template <class T>
  void list(std::string_view name, const std::vector<T>& values) {
    out_.key(name).begin_array();
    for (const T& v : values)
      if constexpr (std::is_same_v<T, std::string>)
        out_.value(std::string_view(v));
      else
        out_.value(v);
    out_.end_array();
  }
  JsonWriter& out_;
  std::vector<Level> open_;
};

inline std::optional<double> number_of(const Json& v) {
  if (v.is_number()) return v.get<double>();
  if (!v.is_string()) return std::nullopt;
  const auto& s = v.get_ref<const std::string&>();
  if (s == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (s == "Infinity") return std::numeric_limits<double>::infinity();
  if (s == "-Infinity") return -std::numeric_limits<double>::infinity();
  return std::nullopt;
}

inline std::optional<std::int64_t> integer_of(const Json& v) {
  if (v.is_number_unsigned() && v.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
    return std::nullopt;
  if (!v.is_number_integer()) return std::nullopt;
  return v.get<std::int64_t>();
}

inline std::optional<std::string> text_of(const Json& v) {
  return v.is_string() ? std::optional(v.get<std::string>()) : std::nullopt;
}

/// Supplies fields until the first problem; from then on lists are empty and values stay as they were.
class Loader final : public Visitor {
 public:
  explicit Loader(const Json& top) { open_.push_back({&top, -1, ""}); }
  [[nodiscard]] bool loading() const override { return true; }
  void field(std::string_view name, double& value) override { one(name, value, number_of); }
  void field(std::string_view name, std::int64_t& value) override { one(name, value, integer_of); }
  void field(std::string_view name, bool& value) override {
    one(name, value, [](const Json& v) { return v.is_boolean() ? std::optional(v.get<bool>()) : std::nullopt; });
  }
  void field(std::string_view name, std::string& value) override { one(name, value, text_of); }
  void field(std::string_view name, std::vector<double>& values) override { many(name, values, number_of); }
  void field(std::string_view name, std::vector<std::int64_t>& values) override { many(name, values, integer_of); }
  void field(std::string_view name, std::vector<std::string>& values) override { many(name, values, text_of); }
  void begin_record(std::string_view name) override {
    const Json* at = find(name);
    if (at != nullptr && !at->is_object()) fail(name);
    open_.push_back({error_ ? nullptr : at, -1, std::string(name)});
  }
  void begin_list(std::string_view name, std::int64_t& size) override {
    const Json* at = find(name);
    if (at != nullptr && !at->is_array()) fail(name);
    if (error_) at = nullptr;
    size = at == nullptr ? 0 : static_cast<std::int64_t>(at->size());
    open_.push_back({at, -1, std::string(name)});
  }
  void next() override {
    Level& level = open_.back();
    ++level.index;
    if (error_) return;
    if (level.node == nullptr || level.index >= static_cast<std::int64_t>(level.node->size()))
      throw LogicError("celadon::Visitor: next() beyond the end of a list");
    if (!(*level.node)[static_cast<std::size_t>(level.index)].is_object()) fail({});
  }
  void end() override {
    if (open_.size() < 2) throw LogicError("celadon::Visitor: end() without a beginning");
    open_.pop_back();
  }
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  struct Level {
    const Json* node;
    std::int64_t index;  // of the record in a list, -1 for a record
    std::string name;
  };

  const Json* find(std::string_view name) {
    if (error_) return nullptr;
    const Level& level = open_.back();
    const Json* record = level.index < 0 ? level.node : &(*level.node)[static_cast<std::size_t>(level.index)];
    if (record == nullptr || !record->is_object()) {
      fail(name);
      return nullptr;
    }
    const auto at = record->find(name);
    if (at == record->end()) {
      fail(name);
      return nullptr;
    }
    return &*at;
  }
  void fail(std::string_view name) {
    if (error_) return;
    std::string path = "$";
    for (std::size_t i = 1; i < open_.size(); ++i)
      path += "." + open_[i].name + (open_[i].index < 0 ? "" : "[" + std::to_string(open_[i].index) + "]");
    if (!name.empty()) path += "." + std::string(name);
    error_ = make_error(Code::kJsonField, {}, {{"path", path}});
  }
  template <class T, class Read>
  void one(std::string_view name, T& value, Read read) {
    const Json* at = find(name);
    if (at == nullptr) return;
    if (auto v = read(*at))
      value = std::move(*v);
    else
      fail(name);
  }
  template <class T, class Read>
  void many(std::string_view name, std::vector<T>& values, Read read) {
    const Json* at = find(name);
    if (at == nullptr) return;
    if (!at->is_array()) return fail(name);
    std::vector<T> out;
    out.reserve(at->size());
    for (const Json& element : *at) {
      auto v = read(element);
      if (!v) return fail(name);
      out.push_back(std::move(*v));
    }
    values = std::move(out);
  }

  std::vector<Level> open_;
  std::optional<Error> error_;
};

/// Parses with a limit to nesting, so that a hostile text cannot exhaust the stack.
inline Result<Json> parse(std::string_view text) {
  constexpr int kDepth = 64;
  bool too_deep = false;
  const auto callback = [&](int depth, Json::parse_event_t, Json&) {
    if (depth > kDepth) too_deep = true;
    return !too_deep;
  };
  const auto syntax = [](std::size_t byte) { return make_error(Code::kJsonSyntax, {}, {{"byte", std::to_string(byte)}}); };
  try {
    Json out = Json::parse(text.begin(), text.end(), callback);
    if (too_deep || out.is_discarded()) return syntax(0);
    return out;
  } catch (const Json::parse_error& e) {
    return syntax(e.byte);
  } catch (const Json::exception&) {
    return syntax(0);
  }
}

}  // namespace json_visit_detail

std::string save_visited(std::string_view format, std::int64_t version, const std::function<void(Visitor&)>& visit) {
  JsonWriter out;
  out.begin_object().member("format", format).member("version", version).member("library", CELADON_VERSION);
  json_visit_detail::Saver saver(out);
  visit(saver);
  return out.end_object().take();
}

Result<void> load_visited(std::string_view text, std::string_view format, std::int64_t version,
                          const std::function<void(Visitor&)>& visit) {
  auto parsed = json_visit_detail::parse(text);
  if (!parsed) return parsed.error();
  json_visit_detail::Loader loader(*parsed);
  std::string actual_format;
  std::int64_t actual_version = 0;
  loader.field("format", actual_format);
  loader.field("version", actual_version);
  if (loader.error()) return *loader.error();
  if (actual_format != format) {
    // Text of a foreign file is not repeated at length: it may be anything.
    const std::string shown = actual_format.size() > 60 ? actual_format.substr(0, utf8_prefix(actual_format, 20)) + "…" : actual_format;
    return make_error(Code::kJsonFormat, {}, {{"actual", shown}, {"expected", std::string(format)}});
  }
  if (actual_version < 1 || actual_version > version)
    return make_error(Code::kJsonVersion, {}, {{"actual", std::to_string(actual_version)}, {"expected", std::to_string(version)}});
  visit(loader);
  if (loader.error()) return *loader.error();
  return {};
}

}  // namespace celadon::inline CELADON_ABI::io
