/// Small data sets written as text, one line a row, as a school would type them.
#pragma once

#include <celadon/core/dataset.hpp>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

namespace dataset_fixture {

/// "id,label\nq1,1\n": a header and rows; every column is text, empty cells are null.
inline celadon::Table table(const std::string& name, const std::string& csv) {
  std::vector<std::vector<std::string>> columns;
  std::vector<std::string> header;
  std::istringstream lines(csv);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty()) continue;
    std::vector<std::string> cells(1);
    for (const char c : line) {
      if (c == ',')
        cells.emplace_back();
      else
        cells.back() += c;
    }
    if (header.empty()) {
      header = cells;
      columns.resize(header.size());
      continue;
    }
    for (std::size_t j = 0; j < header.size(); ++j) columns[j].push_back(j < cells.size() ? cells[j] : "");
  }
  celadon::Table out(name);
  for (std::size_t j = 0; j < header.size(); ++j) {
    std::vector<std::uint8_t> valid;
    for (const std::string& cell : columns[j]) valid.push_back(cell.empty() ? 0 : 1);
    out.add(header[j], columns[j], valid);
  }
  return out;
}

inline celadon::Dataset dataset(const std::vector<std::pair<std::string, std::string>>& tables) {
  celadon::Dataset out;
  for (const auto& [name, csv] : tables) out.add(name, table(name, csv)).value();
  return out;
}

inline int count(const celadon::Findings& findings, celadon::Code code) {
  return static_cast<int>(std::count_if(findings.begin(), findings.end(), [&](const auto& f) { return f.code == code; }));
}

inline const celadon::Finding& first(const celadon::Findings& findings, celadon::Code code) {
  const auto at = std::find_if(findings.begin(), findings.end(), [&](const auto& f) { return f.code == code; });
  if (at == findings.end()) throw std::runtime_error("no such finding");
  return *at;
}

}  // namespace dataset_fixture
