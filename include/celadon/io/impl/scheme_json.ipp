#pragma once

#include <celadon/io/scheme_json.hpp>

#include <celadon/io/impl/json_lines.hpp>
#include <celadon/io/impl/json_reader.hpp>
#include <celadon/io/impl/scheme_node.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace celadon::inline CELADON_ABI::io {

namespace scheme_json_detail {

using namespace json_reader_detail;

inline constexpr int kLongestChain = 8;

inline Error field_error(const std::string& path) {
  return make_error(Code::kJsonField, {}, {{"path", path}});
}

/// A file's nodes with an overlay chain laid on, and the head of the last file.
struct Raw {
  Json head;
  std::vector<RawNode> nodes;
};

inline Finding about(Code code, const RawNode& node, std::vector<Argument> more) {
  return node_finding(Severity::kError, code, node.path, node.line, std::move(more));
}

/// Reads one file's lists of nodes.
class FileReader {
 public:
  FileReader(const Json& json, std::string_view text, std::string prefix)
      : json_(json), lines_(json_lines_detail::LineReader(text).read()), prefix_(std::move(prefix)) {}

  [[nodiscard]] RawNode node(const Json& json, const std::string& pointer) const {
    RawNode out;
    out.json = json;
    out.path = prefix_ + pointer;
    out.line = line(pointer);
    if (json.is_object()) {
      for (const auto& [name, value] : json.items()) out.field_lines[name] = line(pointer + "/" + name);
    }
    return out;
  }
  void list(const char* name, std::vector<RawNode>& nodes) const {
    const auto it = json_.find(name);
    if (it == json_.end() || !it->is_array()) return;
    for (std::size_t k = 0; k < it->size(); ++k) nodes.push_back(node((*it)[k], std::string("/") + name + "/" + std::to_string(k)));
  }
  [[nodiscard]] std::int64_t line(const std::string& pointer) const {
    const auto it = lines_.find(pointer);
    return it != lines_.end() ? it->second : -1;
  }

 private:
  const Json& json_;
  std::map<std::string, std::int64_t> lines_;
  std::string prefix_;
};

inline std::string text_of(const Json& json, const char* name) {
  const auto it = json.is_object() ? json.find(name) : json.end();
  return json.is_object() && it != json.end() && it->is_string() ? it->get<std::string>() : std::string();
}

inline void set_fields(const FileReader& file, const Json& json, std::vector<RawNode>& nodes, Findings& findings) {
  const auto set = json.find("set");
  if (set == json.end() || !set->is_object()) return;
  for (const auto& [id, patch] : set->items()) {
    const RawNode change = file.node(patch, "/set/" + id);
    const auto node =
        std::find_if(nodes.begin(), nodes.end(), [&, &wanted = id](const RawNode& n) { return text_of(n.json, "id") == wanted; });
    if (node == nodes.end() || !patch.is_object() || patch.contains("id")) {
      findings.push_back(about(Code::kSchemeOverlayTarget, change, {{"value", id}}));
      continue;
    }
    node->json.merge_patch(patch);
    node->path = change.path;
    node->line = change.line;
    for (const auto& [name, at] : change.field_lines) node->field_lines[name] = at;
  }
}

inline void remove_nodes(const FileReader& file, const Json& json, std::vector<RawNode>& nodes, Findings& findings) {
  const auto remove = json.find("remove");
  if (remove == json.end() || !remove->is_array()) return;
  std::set<std::string> gone;
  for (std::size_t k = 0; k < remove->size(); ++k) {
    const std::string id = (*remove)[k].is_string() ? (*remove)[k].get<std::string>() : std::string();
    const bool there = std::any_of(nodes.begin(), nodes.end(), [&](const RawNode& n) { return text_of(n.json, "id") == id; });
    if (there) {
      gone.insert(id);
    } else {
      findings.push_back(about(Code::kSchemeOverlayTarget, file.node((*remove)[k], "/remove/" + std::to_string(k)), {{"value", id}}));
    }
  }
  for (std::size_t before = 0; before != gone.size();) {  // what is below goes too
    before = gone.size();
    for (const RawNode& n : nodes)
      if (gone.contains(text_of(n.json, "parent"))) gone.insert(text_of(n.json, "id"));
  }
  std::erase_if(nodes, [&](const RawNode& n) { return gone.contains(text_of(n.json, "id")); });
}

inline Result<void> check_head(const Json& json) {
  if (text_of(json, "format") != "celadon.scheme") return field_error("format");
  const auto version = json.find("version");
  if (version == json.end() || !version->is_number_integer() || version->get<int>() != 1) return field_error("version");
  if (text_of(json, "id").empty()) return field_error("id");
  const auto name = json.find("name");
  if (name == json.end() || text_of(*name, "zh").empty() || text_of(*name, "en").empty()) return field_error("name");
  if (text_of(json, "edition").empty()) return field_error("edition");
  return {};
}

/// An overlay has no nodes of its own, and only an overlay sets, adds and removes: what is not of its kind is not read, and said so.
inline void unknown_head(const FileReader& file, const Json& json, bool overlay, Findings& findings) {
  static const std::set<std::string_view> known = {"format",   "version", "id",     "name",  "edition",
                                                   "document", "sources", "status", "label", "extends"};
  static const std::set<std::string_view> of_overlays = {"set", "add", "remove"};
  for (const auto& [name, value] : json.items())
    if (!known.contains(name) && !name.starts_with("_") && !(overlay ? of_overlays.contains(name) : name == "nodes"))
      findings.push_back(node_finding(Severity::kWarning, Code::kSchemeUnknownField, "/", file.line("/" + name), {{"field", name}}));
}

inline Result<Raw> read_raw(std::string_view text, const SchemeSource& source, int depth, const std::string& prefix, Findings& findings) {
  auto parsed = parse(text);
  if (!parsed) return parsed.error();
  const Json& json = *parsed;
  if (!json.is_object()) return field_error("");
  if (auto ok = check_head(json); !ok) return ok.error();
  const FileReader file(json, text, prefix);
  const std::string base = text_of(json, "extends");
  unknown_head(file, json, !base.empty(), findings);
  Raw out;
  if (base.empty()) {
    file.list("nodes", out.nodes);
  } else {
    const std::string under = source ? source(base) : std::string(shipped_scheme_text(base));
    if (under.empty() || depth >= kLongestChain)
      return make_error(Code::kSchemeUnknownBase, {}, {{"value", text_of(json, "id")}, {"base", base}});
    auto raw = read_raw(under, source, depth + 1, base + "#", findings);
    if (!raw) return raw.error();
    out.nodes = std::move(raw->nodes);
    set_fields(file, json, out.nodes, findings);
    remove_nodes(file, json, out.nodes, findings);
    file.list("add", out.nodes);
  }
  out.head = std::move(*parsed);
  return out;
}

inline scheme::LocalText local_of(const Json& json, const char* name) {
  const auto it = json.find(name);
  if (it == json.end()) return {};
  return {text_of(*it, "zh"), text_of(*it, "en")};
}

inline void read_head(const Json& json, scheme::Scheme& out) {
  out.id = text_of(json, "id");
  out.name = local_of(json, "name");
  out.edition = text_of(json, "edition");
  out.document = text_of(json, "document");
  out.status = text_of(json, "status");
  out.label = local_of(json, "label");
  out.extends = text_of(json, "extends");
  if (const auto it = json.find("sources"); it != json.end() && it->is_array()) {
    for (const Json& s : *it)
      if (s.is_string()) out.sources.push_back(s.get<std::string>());
  }
}

/// Parents by id, then weights by child.
inline void resolve(const std::vector<RawNode>& raw, scheme::Scheme& out, Findings& findings) {
  for (std::size_t k = 0; k < raw.size(); ++k) {
    const std::string parent = text_of(raw[k].json, "parent");
    if (parent.empty()) continue;
    out.indicators[k].parent = out.find(parent);
    if (out.indicators[k].parent < 0) findings.push_back(about(Code::kSchemeUnknownParent, raw[k], {{"value", parent}}));
  }
  for (std::size_t k = 0; k < raw.size(); ++k) {
    scheme::Indicator& node = out.indicators[k];
    if (node.weighting != scheme::Weighting::kGiven) continue;
    std::map<std::string, double> left = raw[k].json["weights"].get<std::map<std::string, double>>();
    node.weights.clear();
    for (const scheme::Indicator& child : out.indicators) {
      if (child.parent != static_cast<std::int32_t>(k)) continue;
      const auto it = left.find(child.id);
      if (it == left.end()) {
        node.problem = Code::kSchemeWeightsChild;
        findings.push_back(about(Code::kSchemeWeightsChild, raw[k], {{"value", child.id}}));
        continue;
      }
      node.weights.push_back(it->second);
      left.erase(it);
    }
    for (const auto& [id, weight] : left) {
      node.problem = Code::kSchemeWeightsChild;
      findings.push_back(about(Code::kSchemeWeightsChild, raw[k], {{"value", id}}));
    }
  }
}

}  // namespace scheme_json_detail

Result<SchemeFile> parse_scheme(std::string_view json, const SchemeSource& source) {
  using namespace scheme_json_detail;
  SchemeFile out;
  auto raw = read_raw(json, source, 0, "", out.findings);
  if (!raw) return raw.error();
  read_head(raw->head, out.scheme);
  Json all = Json::array();
  for (const RawNode& node : raw->nodes) {
    out.scheme.indicators.push_back(read_node(node, out.findings));
    all.push_back(node.json);
  }
  resolve(raw->nodes, out.scheme, out.findings);
  Findings checked = scheme::check(out.scheme);
  out.findings.insert(out.findings.end(), checked.begin(), checked.end());
  raw->head.erase("nodes");
  out.scheme.hash = hash_of(Json::array({raw->head, all}));
  return out;
}

}  // namespace celadon::inline CELADON_ABI::io
