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
