#pragma once

#include <celadon/io/impl/scheme_node.hpp>

#include <array>
#include <cmath>
#include <initializer_list>
#include <set>
#include <string_view>
#include <utility>

namespace celadon::inline CELADON_ABI::io::scheme_json_detail {

namespace node_detail {

using Json = nlohmann::json;
using scheme::Indicator;

/// Reads the fields of one node; a field of the wrong kind is named and the indicator set aside.
class NodeReader {
 public:
  NodeReader(const RawNode& node, Indicator& out, Findings& findings) : node_(node), json_(node.json), out_(out), findings_(findings) {}

  void wrong(const std::string& field, const std::string& expected) {
    findings_.push_back(
        node_finding(Severity::kError, Code::kSchemeField, node_.path, line(field), {{"field", field}, {"expected", expected}}));
    out_.problem = Code::kSchemeField;
  }
  void wrong_statistic(const std::string& value) {
    findings_.push_back(node_finding(Severity::kError, Code::kSchemeUnknownStatistic, node_.path, line("statistic"), {{"value", value}}));
    out_.problem = Code::kSchemeUnknownStatistic;
  }
  void unknown_fields(const std::set<std::string_view>& known) {
    for (const auto& [name, value] : json_.items())
      if (!known.contains(name) && !name.starts_with("_"))
        findings_.push_back(node_finding(Severity::kWarning, Code::kSchemeUnknownField, node_.path, line(name), {{"field", name}}));
  }
  /// The field, or null where it is absent or null.
  const Json* get(const char* name) const {
    const auto it = json_.find(name);
    return it == json_.end() || it->is_null() ? nullptr : &*it;
  }
  void text(const char* name, std::string& to) {
    const Json* j = get(name);
    if (j == nullptr) return;
    if (j->is_string()) {
      to = j->get<std::string>();
    } else {
      wrong(name, "text");
    }
  }
  void number(const char* name, double& to) {
    const Json* j = get(name);
    if (j == nullptr) return;
    if (j->is_number()) {
      to = j->get<double>();
    } else {
      wrong(name, "a number or null");
    }
  }
  void integer(const char* name, int& to) {
    const Json* j = get(name);
    if (j == nullptr) return;
    if (j->is_number_integer() && j->get<std::int64_t>() >= 1 && j->get<std::int64_t>() <= 1000000000) {
      to = j->get<int>();
    } else {
      wrong(name, "a whole number from 1");
    }
  }
  void boolean(const char* name, bool& to) {
    const Json* j = get(name);
    if (j == nullptr) return;
    if (j->is_boolean()) {
      to = j->get<bool>();
    } else {
      wrong(name, "true or false");
    }
  }
  void texts(const char* name, std::vector<std::string>& to) {
    const Json* j = get(name);
    if (j == nullptr) return;
    bool good = j->is_array();
    if (good)
      for (const Json& x : *j) good = good && x.is_string();
    if (good) {
      to = j->get<std::vector<std::string>>();
    } else {
      wrong(name, "a list of texts");
    }
  }
  void pair(const char* name, std::array<double, 2>& to) {
    const Json* j = get(name);
    if (j == nullptr) return;
    if (j->is_array() && j->size() == 2 && (*j)[0].is_number() && (*j)[1].is_number()) {
      to = {(*j)[0].get<double>(), (*j)[1].get<double>()};
    } else {
      wrong(name, "two numbers");
    }
  }
  template <class Enum>
  void choice(const char* name, std::initializer_list<std::pair<const char*, Enum>> choices, Enum& to) {
    const Json* j = get(name);
    if (j == nullptr) return;
    std::string expected;
    for (const auto& [text, value] : choices) {
      if (j->is_string() && j->get<std::string>() == text) {
        to = value;
        return;
      }
      expected += (expected.empty() ? "" : ", ") + std::string(text);
    }
    wrong(name, expected);
  }
  static bool local(const Json& j, scheme::LocalText& to) {
    if (!j.is_object() || !j.contains("zh") || !j.contains("en") || !j["zh"].is_string() || !j["en"].is_string()) return false;
    to = {j["zh"].get<std::string>(), j["en"].get<std::string>()};
    return true;
  }
  void name() {
    const Json* j = get("name");
    if (j == nullptr || !local(*j, out_.name)) wrong("name", "{\"zh\": text, \"en\": text}");
  }
  void local_text(const char* name, scheme::LocalText& to) {
    const Json* j = get(name);
    if (j != nullptr && !local(*j, to)) wrong(name, "{\"zh\": text, \"en\": text}");
  }
  void conditions(const char* name, std::vector<scheme::Condition>& to) {
    const Json* j = get(name);
    if (j == nullptr) return;
    bool good = j->is_array();
    if (good) {
      to.reserve(j->size());
      for (const Json& c : *j) good = good && condition(c, to);
    }
    if (!good) wrong(name, "a list of {variable, per, times, one of at_least at_most above below equals}");
  }
  void bands() {
    const Json* j = get("bands");
    if (j == nullptr) return;
    bool good =
        j->is_object() && j->contains("cuts") && (*j)["cuts"].is_array() && j->contains("published") && (*j)["published"].is_boolean();
    if (good) {
      for (const Json& x : (*j)["cuts"]) good = good && x.is_number();
    }
    if (good && j->contains("names")) {
      good = (*j)["names"].is_array();
      if (good) {
        for (const Json& x : (*j)["names"]) {
          scheme::LocalText text;
          good = good && local(x, text);
          out_.bands.names.push_back(std::move(text));
        }
      }
    }
    if (!good) {
      wrong("bands", "{\"cuts\": [numbers], \"names\": [{zh, en}], \"published\": true or false}");
      out_.bands = {};
      return;
    }
    out_.bands.cuts = (*j)["cuts"].get<std::vector<double>>();
    out_.bands.published = (*j)["published"].get<bool>();
    if (j->contains("source") && (*j)["source"].is_string()) out_.bands.source = (*j)["source"].get<std::string>();
  }
  void weights() {
    const Json* j = get("weights");
    if (j == nullptr) return;
    bool good = j->is_object();
    if (good)
      for (const Json& w : *j) good = good && w.is_number();
    if (good) {
      out_.weighting = scheme::Weighting::kGiven;
    } else if (j->is_string() && j->get<std::string>() == "equal") {
      out_.weighting = scheme::Weighting::kEqual;
    } else {
      wrong("weights", "null, \"equal\", or a number for each part");
    }
  }
  void statistic() {
    const Json* j = get("statistic");
    if (j == nullptr) return;
    for (int k = 1; k <= static_cast<int>(scheme::Statistic::kChange); ++k) {
      const auto s = static_cast<scheme::Statistic>(k);
      if (j->is_string() && j->get<std::string>() == scheme::statistic_name(s)) {
        out_.statistic = s;
        return;
      }
    }
    wrong_statistic(j->is_string() ? j->get<std::string>() : j->dump(-1, ' ', false, Json::error_handler_t::replace));
  }

 private:
  [[nodiscard]] std::int64_t line(const std::string& field) const {
    const auto it = node_.field_lines.find(field);
    return it != node_.field_lines.end() && it->second > 0 ? it->second : node_.line;
  }
  static bool condition(const Json& c, std::vector<scheme::Condition>& to) {
    using scheme::Comparison;
    constexpr std::array<std::pair<const char*, Comparison>, 5> kLimits = {{{"at_least", Comparison::kAtLeast},
                                                                            {"at_most", Comparison::kAtMost},
                                                                            {"above", Comparison::kAbove},
                                                                            {"below", Comparison::kBelow},
                                                                            {"equals", Comparison::kEquals}}};
    scheme::Condition out;
    int limits = 0;
    if (!c.is_object() || !c.contains("variable") || !c["variable"].is_string()) return false;
    out.variable = c["variable"].get<std::string>();
    if (c.contains("per")) {
      if (!c["per"].is_string()) return false;
      out.per = c["per"].get<std::string>();
    }
    if (c.contains("times")) {
      if (!c["times"].is_number()) return false;
      out.times = c["times"].get<double>();
    }
    for (const auto& [name, comparison] : kLimits) {
      if (!c.contains(name)) continue;
      if (!c[name].is_number()) return false;
      out.comparison = comparison;
      out.limit = c[name].get<double>();
      ++limits;
    }
    if (limits != 1) return false;
    to.push_back(std::move(out));
    return true;
  }

  const RawNode& node_;
  const Json& json_;
  Indicator& out_;
  Findings& findings_;
};

}  // namespace node_detail

Finding node_finding(Severity severity, Code code, const std::string& path, std::int64_t line, std::vector<Argument> more) {
  std::vector<Argument> arguments = {{"path", path}, {"line", line > 0 ? std::to_string(line) : "—"}};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return make_finding(severity, code, {"", "", line, ""}, std::move(arguments));
}

scheme::Indicator read_node(const RawNode& node, Findings& findings) {
  using namespace node_detail;
  using scheme::Aggregation;
  using scheme::Direction;
  static const std::set<std::string_view> known = {"id",           "parent",     "name",
                                                   "verified",     "measured",   "measure_verified",
                                                   "source",       "method",     "statistic",
                                                   "frame",        "variable",   "per",
                                                   "cut",          "conditions", "least_met",
                                                   "others_ratio", "predictors", "group",
                                                   "groups",       "between",    "error_variance",
                                                   "of",           "where",      "direction",
                                                   "times",        "unit",       "unit_name",
                                                   "target",       "goalposts",  "bands",
                                                   "levels",       "least_n",    "worthwhile_change",
                                                   "aggregation",  "weights",    "least_weight"};
  Indicator i;
  i.path = node.path;
  i.line = node.line;
  NodeReader r(node, i, findings);
  if (!node.json.is_object()) {
    r.wrong("", "an object");
    return i;
  }
  r.unknown_fields(known);
  r.text("id", i.id);
  if (i.id.empty()) r.wrong("id", "text");
  std::string parent;
  r.text("parent", parent);
  r.name();
  r.boolean("verified", i.verified);
  r.text("measured", i.measured);
  r.boolean("measure_verified", i.measure_verified);
  r.text("source", i.source);
  r.text("method", i.method);
  r.statistic();
  r.text("frame", i.frame);
  r.text("variable", i.variable);
  r.text("per", i.per);
  r.number("cut", i.cut);
  r.conditions("conditions", i.conditions);
  r.integer("least_met", i.least_met);
  r.number("others_ratio", i.others_ratio);
  r.texts("predictors", i.predictors);
  r.text("group", i.group);
  r.pair("groups", i.groups);
  r.text("between", i.between);
  r.text("error_variance", i.error_variance);
  r.text("of", i.of);
  r.conditions("where", i.where);
  r.choice<Direction>("direction", {{"higher", Direction::kHigher}, {"lower", Direction::kLower}, {"neutral", Direction::kNeutral}},
                      i.direction);
  r.number("times", i.times);
  r.text("unit", i.unit);
  r.local_text("unit_name", i.unit_name);
  r.number("target", i.target);
  r.pair("goalposts", i.goalposts);
  r.bands();
  r.texts("levels", i.levels);
  r.integer("least_n", i.least_n);
  r.number("worthwhile_change", i.worthwhile_change);
  r.choice<Aggregation>("aggregation",
                        {{"profile", Aggregation::kProfile},
                         {"arithmetic", Aggregation::kArithmetic},
                         {"geometric", Aggregation::kGeometric},
                         {"harmonic", Aggregation::kHarmonic},
                         {"minimum", Aggregation::kMinimum}},
                        i.aggregation);
  r.weights();
  r.number("least_weight", i.least_weight);
  return i;
}

}  // namespace celadon::inline CELADON_ABI::io::scheme_json_detail
