/// For bodies: one node of a scheme from its JSON.
#pragma once

#include <celadon/evaluation/scheme/scheme.hpp>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace celadon::inline CELADON_ABI::io::scheme_json_detail {

/// A node as it stands after overlays, and where its parts come from.
struct RawNode {
  nlohmann::json json;
  std::string path;
  std::int64_t line = -1;
  std::map<std::string, std::int64_t> field_lines;
};

Finding node_finding(Severity severity, Code code, const std::string& path, std::int64_t line, std::vector<Argument> more);

/// Reads what can be read; the rest becomes findings and the indicator's problem. Parent and weights are resolved later.
scheme::Indicator read_node(const RawNode& node, Findings& findings);

}  // namespace celadon::inline CELADON_ABI::io::scheme_json_detail
