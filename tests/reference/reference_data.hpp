/// Reference data for tests: where they are, and how to read them. A test that needs them begins with CELADON_NEEDS_REFERENCE_DATA();
/// it skips only where CELADON_REFERENCE_DIR is not set. Where it is set, a file that is missing fails the test.
#pragma once

#include <celadon/core/responses.hpp>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#define CELADON_NEEDS_REFERENCE_DATA() \
  if (reference::directory().empty()) GTEST_SKIP() << "needs the reference data"

namespace reference {

inline std::string directory() {
  const char* set = std::getenv("CELADON_REFERENCE_DIR");
  return set == nullptr ? std::string() : std::string(set);
}

inline std::string read_text(const std::string& path) {
  std::ifstream in(directory() + "/" + path, std::ios::binary);
  if (!in) throw std::runtime_error("reference data: cannot open " + path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// A file of the reference folder, "irt/lsat6_mirt.json" for example.
inline nlohmann::json read_json(const std::string& name) {
  return nlohmann::json::parse(read_text("reference/" + name));
}

/// A CSV of the data folder as text: header, then rows. Quoted fields may hold commas; "NA" and empty cells stay as they are.
struct Csv {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
  [[nodiscard]] std::size_t column(const std::string& name) const {
    for (std::size_t j = 0; j < header.size(); ++j)
      if (header[j] == name) return j;
    throw std::runtime_error("reference data: no column " + name);
  }
};

inline std::vector<std::string> split_line(const std::string& line) {
  std::vector<std::string> out(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"')
      quoted = !quoted;
    else if (c == ',' && !quoted)
      out.emplace_back();
    else if (c != '\r')
      out.back() += c;
  }
  return out;
}

/// A file of the data folder, "lsat6.csv" for example.
inline Csv read_csv(const std::string& name) {
  std::istringstream text(read_text("data/" + name));
  Csv out;
  std::string line;
  if (!std::getline(text, line)) throw std::runtime_error("reference data: empty file " + name);
  out.header = split_line(line);
  while (std::getline(text, line))
    if (!line.empty()) out.rows.push_back(split_line(line));
  return out;
}

/// The given columns of a CSV as packed answers: whole numbers minus `lowest`; empty cells and "NA" become `missing`.
inline celadon::Responses to_responses(const Csv& csv, const std::vector<std::string>& items, int lowest = 0,
                                       celadon::Missing missing = celadon::Missing::kNotAdministered) {
  celadon::Responses::Builder builder(static_cast<std::int64_t>(csv.rows.size()), items);
  for (std::size_t j = 0; j < items.size(); ++j) {
    const std::size_t at = csv.column(items[j]);
    for (std::size_t i = 0; i < csv.rows.size(); ++i) {
      const std::string& cell = csv.rows[i].at(at);
      const auto person = static_cast<std::int64_t>(i);
      if (cell.empty() || cell == "NA")
        builder.set(person, static_cast<std::int64_t>(j), missing);
      else
        builder.set(person, static_cast<std::int64_t>(j), static_cast<std::uint8_t>(std::stoi(cell) - lowest));
    }
  }
  return std::move(builder).build().value();
}

}  // namespace reference
