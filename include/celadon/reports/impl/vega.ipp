#pragma once

#include <celadon/reports/text_buffer.hpp>
#include <celadon/reports/vega.hpp>

namespace celadon::inline CELADON_ABI::reports {

namespace vega_detail {

/// The rows of a table as {"values":[{...}, ...]}.
inline void add_values(const Table& table, TextBuffer& out) {
  out.add("{\"values\":[");
  for (std::int64_t row = 0; row < table.n_rows(); ++row) {
    out.add(row == 0 ? "{" : ",{");
    bool first = true;
    for (const Column& column : table.columns()) {
      if (!first) out.add(',');
      first = false;
      out.add_json(column.name).add(':');
      const auto r = static_cast<std::size_t>(row);
      if (column.is_null(row)) {
        out.add("null");
      } else if (const auto* numbers = std::get_if<0>(&column.values)) {
        out.add_shortest((*numbers)[r]);
      } else if (const auto* integers = std::get_if<1>(&column.values)) {
        out.add_integer((*integers)[r]);
      } else if (const auto* flags = std::get_if<2>(&column.values)) {
        out.add((*flags)[r] != 0 ? "true" : "false");
      } else {
        out.add_json(std::get<3>(column.values)[r]);
      }
    }
    out.add('}');
  }
  out.add("]}");
}

inline std::string quoted(std::string_view text) {
  TextBuffer out(64);
  out.add_json(text);
  return out.str();
}

inline std::string field(std::string_view name, std::string_view type, std::string_view title, std::string_view more = "") {
  return "{\"field\":\"" + std::string(name) + "\",\"type\":\"" + std::string(type) + "\",\"title\":" + quoted(title) + std::string(more) +
         "}";
}

inline constexpr std::string_view kAsGiven = ",\"sort\":null";
inline constexpr std::string_view kShareAxis = ",\"axis\":{\"format\":\"%\"},\"scale\":{\"domain\":[0,1]}";

inline std::string body(const LevelBandChart& c) {
  return R"("layer":[{"mark":{"type":"bar","stroke":"#1f6b5c"},"encoding":{"x":)" + field("lower", "quantitative", "", kShareAxis) +
         R"(,"x2":{"field":"upper"},"color":{"field":"own","type":"nominal","legend":null,"scale":{"range":["#eaf1ef","#bfdcd4"]}},"tooltip":{"field":"level","type":"nominal"}}},)" +
         R"({"mark":{"type":"rule","strokeWidth":5,"color":"#1f6b5c"},"transform":[{"filter":"datum.interval_lower != null"}],"encoding":{"x":)" +
         field("interval_lower", "quantitative", c.interval_label) + R"(,"x2":{"field":"interval_upper"}}}])";
}

inline std::string body(const ScoreDistributionChart& c) {
  return R"("mark":{"type":"bar","color":"#8fbfb2","stroke":"#1f6b5c"},"encoding":{"x":)" +
         field("from", "quantitative", c.x_title, ",\"bin\":\"binned\"") + R"(,"x2":{"field":"to"},"y":)" +
         field("n", "quantitative", c.y_title) + "}";
}

inline std::string body(const WrightMapChart& c) {
  return R"("hconcat":[{"transform":[{"filter":"datum.kind == 'persons'"}],"mark":{"type":"bar","color":"#8fbfb2"},"encoding":{"y":)" +
         field("from", "quantitative", c.scale_title, ",\"bin\":\"binned\"") + R"(,"y2":{"field":"to"},"x":)" +
         field("n", "quantitative", c.persons_title, ",\"sort\":\"descending\"") +
         R"(}},{"transform":[{"filter":"datum.kind == 'item'"}],"mark":{"type":"text"},"encoding":{"y":)" +
         field("from", "quantitative", c.items_title) + R"(,"text":{"field":"label","type":"nominal"}}}])";
}

inline std::string body(const ItemCurveChart& c) {
  const std::string xy = "\"x\":" + field("ability", "quantitative", c.x_title) +
                         ",\"y\":" + field("probability", "quantitative", c.y_title, kShareAxis) +
                         ",\"color\":" + field("curve", "nominal", c.item, kAsGiven);
  return R"("layer":[{"transform":[{"filter":"datum.kind == 'curve'"}],"mark":{"type":"line"},"encoding":{)" + xy +
         R"(,"strokeDash":{"field":"curve","type":"nominal","sort":null}}},{"transform":[{"filter":"datum.kind == 'observed'"}],"mark":{"type":"point"},"encoding":{)" +
         xy + R"(,"size":{"field":"n","type":"quantitative"},"shape":{"field":"curve","type":"nominal","sort":null}}}])";
}

inline std::string body(const InformationChart& c) {
  const std::string x = "\"x\":" + field("ability", "quantitative", c.x_title);
  return R"("layer":[{"mark":{"type":"line","color":"#1f6b5c"},"encoding":{)" + x +
         ",\"y\":" + field("information", "quantitative", c.information_title) +
         R"(}},{"mark":{"type":"line","color":"#9a3f0a","strokeDash":[7,3]},"encoding":{)" + x +
         ",\"y\":" + field("standard_error", "quantitative", c.standard_error_title) + R"(}}],"resolve":{"scale":{"y":"independent"}})";
}

inline std::string body(const DistractorChart& c) {
  return R"("mark":{"type":"line","point":true},"encoding":{"x":)" + field("group", "ordinal", "", kAsGiven) +
         ",\"y\":" + field("share", "quantitative", c.y_title, kShareAxis) + ",\"color\":" + field("option", "nominal", c.item, kAsGiven) +
         ",\"strokeDash\":" + field("option", "nominal", c.item, kAsGiven) + "}";
}

inline std::string body(const SpChart&) {
  return R"("mark":"rect","encoding":{"x":)" + field("item", "ordinal", "", kAsGiven) +
         ",\"y\":" + field("person", "ordinal", "", kAsGiven) +
         R"(,"color":{"field":"right","type":"nominal","legend":null,"scale":{"domain":[false,true],"range":["#ffffff","#a9cfc5"]}}})";
}

inline std::string body(const HeatMapChart&) {
  const std::string xy = "\"x\":" + field("column", "ordinal", "", kAsGiven) + ",\"y\":" + field("row", "ordinal", "", kAsGiven);
  return R"("layer":[{"mark":"rect","encoding":{)" + xy +
         R"(,"color":{"field":"share","type":"quantitative","legend":null,"scale":{"domain":[0,1],"range":["#faf4e8","#8fc4b5"]}}}},{"mark":"text","encoding":{)" +
         xy + R"(,"text":{"field":"share","type":"quantitative","format":".0%"}}}])";
}

inline std::string body(const WaterfallChart&) {
  return R"("transform":[{"calculate":"datum.change < 0 ? datum.level - datum.change : 0","as":"start"}],"mark":{"type":"bar","stroke":"#52615d"},"encoding":{"y":)" +
         field("step", "ordinal", "", kAsGiven) + ",\"x\":" + field("start", "quantitative", "") +
         R"(,"x2":{"field":"level"},"color":{"condition":{"test":"datum.change < 0","value":"#f3dccd"},"value":"#8fbfb2"}})";
}

inline std::string body(const KnowledgeChart& c) {
  const std::string y = "\"y\":" + field("knowledge", "ordinal", "", kAsGiven);
  return R"("layer":[{"mark":{"type":"rule","strokeWidth":2},"encoding":{)" + y +
         ",\"x\":" + field("lower", "quantitative", c.value_title, kShareAxis) +
         R"(,"x2":{"field":"upper"}}},{"mark":{"type":"point","filled":true,"size":80},"encoding":{)" + y +
         ",\"x\":" + field("value", "quantitative", c.value_title, kShareAxis) +
         R"(,"shape":{"field":"state","type":"nominal","legend":null,"scale":{"domain":["none","mastered","unstable","undecided"],"range":["square","circle","triangle-up","diamond"]}}}}])";
}

inline std::string body(const PrerequisiteChart&) {
  return R"("mark":{"type":"point","shape":"arrow","size":120},"encoding":{"x":)" + field("first", "ordinal", "", kAsGiven) +
         ",\"y\":" + field("then", "ordinal", "", kAsGiven) + "}";
}

inline std::string body(const ProfileChart& c) {
  const std::string y = "\"y\":" + field("index", "ordinal", "", kAsGiven);
  // Every row has an axis of its own: positions carry no numbers, the words of the value do.
  const auto x = [](std::string_view name, std::string_view title) {
    return "\"x\":" + field(name, "quantitative", title, R"(,"axis":{"labels":false,"ticks":false,"title":null},"scale":{"domain":[0,1]})");
  };
  return R"("layer":[{"mark":{"type":"rule","strokeWidth":5,"color":"#1f6b5c"},"encoding":{)" + y + "," + x("lower", c.interval_label) +
         R"(,"x2":{"field":"upper"}}},{"mark":{"type":"tick","color":"#1b2a27","thickness":2},"encoding":{)" + y + "," +
         x("reference", c.reference_label) +
         R"(}},{"mark":{"type":"tick","color":"#9a3f0a","thickness":2,"strokeDash":[3,2]},"encoding":{)" + y + "," +
         x("target", c.target_label) +
         R"(}},{"mark":{"type":"point","shape":"diamond","filled":true,"size":70,"color":"#1b2a27"},"encoding":{)" + y + "," +
         x("value", c.value_label) + R"(,"tooltip":{"field":"value_text","type":"nominal"}}},)" +
         R"({"mark":{"type":"point","shape":"circle","size":110,"color":"#34548a"},"encoding":{)" + y + "," +
         x("previous", c.previous_label) + R"(}},{"mark":{"type":"text","align":"left"},"encoding":{)" + y +
         R"(,"x":{"value":"width"},"text":{"field":"value_text","type":"nominal"}}}])";
}

inline constexpr std::string_view kAnyStart = ",\"scale\":{\"zero\":false}";
/// A line at a number that every row repeats.
inline std::string reference_rule(std::string_view axis, std::string_view name, std::string_view title,
                                  std::string_view colour = "#1b2a27") {
  return R"({"mark":{"type":"rule","color":")" + std::string(colour) + R"(","strokeWidth":2,"strokeDash":[7,3]},"encoding":{")" +
         std::string(axis) + "\":" + field(name, "quantitative", title, ",\"aggregate\":\"mean\"") + "}}";
}
inline constexpr std::string_view kOwnColour =
    R"(,"color":{"condition":{"test":"datum.own","value":"#9a3f0a"},"value":"#1f6b5c"},"size":{"condition":{"test":"datum.own","value":90},"value":20})";

inline std::string body(const CaterpillarChart& c) {
  const std::string x = "\"x\":" + field("unit", "quantitative", c.x_title, R"(,"axis":{"labels":false,"ticks":false,"grid":false})");
  return R"("layer":[{"mark":{"type":"rule"},"encoding":{)" + x + ",\"y\":" + field("lower", "quantitative", c.y_title, kAnyStart) +
         R"(,"y2":{"field":"upper"},"color":{"condition":{"test":"datum.own","value":"#9a3f0a"},"value":"#9db8b0"}}},)" +
         R"({"mark":{"type":"point","filled":true},"encoding":{)" + x + ",\"y\":" + field("value", "quantitative", c.y_title, kAnyStart) +
         std::string(kOwnColour) + "}}," + reference_rule("y", "reference", c.reference_label) + "]";
}

inline std::string body(const GradientChart& c) {
  const std::string xy = "\"x\":" + field("x_low", "quantitative", c.x_title, kAnyStart) +
                         ",\"y\":" + field("y_low", "quantitative", c.y_title, kAnyStart) +
                         R"(,"x2":{"field":"x_high"},"y2":{"field":"y_high"})";
  const auto layer = [&xy](std::string_view filter, std::string_view mark) {
    return R"({"transform":[{"filter":")" + std::string(filter) + R"("}],"mark":{"type":"rule",)" + std::string(mark) + "},\"encoding\":{" +
           xy + "}}";
  };
  return "\"layer\":[" + layer("datum.kind == 'unit' && !datum.own", R"("color":"#9db8b0")") + "," +
         layer("datum.kind == 'overall'", R"("color":"#1b2a27","strokeWidth":4)") + "," +
         layer("datum.own", R"("color":"#9a3f0a","strokeWidth":3)") + "]";
}

inline std::string body(const BalanceChart&) {
  return R"("mark":{"type":"bar","stroke":"#ffffff"},"encoding":{"x":)" +
         field("share", "quantitative", "", R"(,"stack":"zero","axis":{"format":"%"})") + ",\"color\":" +
         field("part", "nominal", "", R"(,"sort":null,"scale":{"range":["#1f6b5c","#a9cfc5","#48638f","#f3dccd","#7a4a8c","#d9dcc0"]})") +
         R"(,"tooltip":[{"field":"part","type":"nominal"},{"field":"share","type":"quantitative","format":".0%"},)" +
         R"({"field":"lower","type":"quantitative","format":".0%"},{"field":"upper","type":"quantitative","format":".0%"}]})";
}

inline std::string body(const TornadoChart& c) {
  const std::string y = "\"y\":" + field("change", "ordinal", "", kAsGiven);
  return R"("layer":[{"transform":[{"calculate":"datum.low == null ? datum.centre : datum.low","as":"start"},)" +
         std::string(R"({"calculate":"datum.high == null ? datum.centre : datum.high","as":"end"}],)") +
         R"("mark":{"type":"bar","color":"#8fbfb2","stroke":"#1f6b5c"},"encoding":{)" + y +
         ",\"x\":" + field("start", "quantitative", c.x_title, kAnyStart) +
         R"(,"x2":{"field":"end"},"tooltip":[{"field":"low","type":"quantitative"},)" +
         R"({"field":"high","type":"quantitative"},{"field":"note","type":"nominal"}]}},)" + reference_rule("x", "centre", c.centre_label) +
         "]";
}

inline std::string body(const TimelineChart& c) {
  const std::string_view scale = c.share ? kShareAxis : kAnyStart;
  const std::string x = "\"x\":" + field("period", "ordinal", "", kAsGiven),
                    colour = ",\"color\":" + field("series", "nominal", "", kAsGiven);
  return R"("layer":[{"mark":{"type":"rule","strokeWidth":1.6},"encoding":{)" + x +
         ",\"y\":" + field("lower", "quantitative", c.y_title, scale) + R"(,"y2":{"field":"upper"})" + colour +
         R"(}},{"mark":{"type":"line"},"encoding":{)" + x + ",\"y\":" + field("value", "quantitative", c.y_title, scale) + colour +
         R"(,"strokeDash":{"field":"series","type":"nominal","sort":null}}},)" + R"({"mark":{"type":"point","filled":true},"encoding":{)" +
         x + ",\"y\":" + field("value", "quantitative", c.y_title, scale) + colour +
         R"(,"shape":{"field":"series","type":"nominal","sort":null}}},)" + reference_rule("y", "target", c.target_label, "#9a3f0a") + "]";
}

}  // namespace vega_detail

std::string vega_lite(const Chart& chart) {
  TextBuffer out(4096);
  out.add(R"({"$schema":"https://vega.github.io/schema/vega-lite/v5.json","title":)").add_json(chart.title).add(",\"description\":");
  out.add_json(chart.description).add(",\"data\":");
  vega_detail::add_values(chart.table(), out);
  out.add(',').add(std::visit([](const auto& data) { return vega_detail::body(data); }, chart.data)).add('}');
  return out.str();
}

}  // namespace celadon::inline CELADON_ABI::reports
