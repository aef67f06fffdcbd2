#pragma once

#include <celadon/core/text.hpp>
#include <celadon/evaluation/impl/paper_parts.hpp>

#include <algorithm>
#include <utility>

namespace celadon::inline CELADON_ABI::evaluation::paper_detail {

PointTables read_point_tables(const Dataset& data, Collector& findings) {
  PointTables out;
  const arrow::DataColumn* ids = data.find("knowledge", "id");
  const arrow::DataColumn* names = data.find("knowledge", "name");
  const arrow::DataColumn* before = data.find("knowledge", "prerequisites");
  if (ids != nullptr && before != nullptr) {
    const std::int64_t n_rows = data.find("knowledge")->n_rows();
    // A point goes by its id or its name: the items may use either.
    std::vector<std::vector<std::string>> spellings;
    for (std::int64_t row = 0; row < n_rows; ++row) {
      std::vector<std::string> of_row = {read_text(data, "knowledge", ids, row, findings)};
      if (std::string name = read_text(data, "knowledge", names, row, findings); !name.empty() && name != of_row.front())
        of_row.push_back(std::move(name));
      spellings.push_back(std::move(of_row));
    }
    for (std::int64_t row = 0; row < n_rows; ++row)
      for (const std::string& first : split_list(read_text(data, "knowledge", before, row, findings))) {
        if (first.empty()) continue;
        const auto known = std::find_if(spellings.begin(), spellings.end(), [&](const std::vector<std::string>& of_row) {
          return std::find(of_row.begin(), of_row.end(), first) != of_row.end();
        });
        if (known == spellings.end()) {
          findings.add(Severity::kWarning, Code::kPointOrderUnknown,
                       {.table = "knowledge", .column = "prerequisites", .row = row + 1, .item = {}},
                       {{"row", std::to_string(row + 1)}, {"value", data.is_personal("knowledge", "prerequisites") ? "***" : first}});
          continue;
        }
        for (const std::string& from : *known)
          for (const std::string& to : spellings[static_cast<std::size_t>(row)]) out.order.push_back({from, to});
      }
  }
  const arrow::DataColumn* point = data.find("actions", "knowledge");
  const arrow::DataColumn* text = data.find("actions", "text");
  if (point != nullptr && text != nullptr)
    for (std::int64_t row = 0; row < data.find("actions")->n_rows(); ++row) {
      std::string words = read_text(data, "actions", text, row, findings);
      if (words.empty()) continue;
      for (const std::string& name : split_list(read_text(data, "actions", point, row, findings)))
        if (!name.empty()) out.actions.push_back({name, words});
    }
  return out;
}

}  // namespace celadon::inline CELADON_ABI::evaluation::paper_detail
