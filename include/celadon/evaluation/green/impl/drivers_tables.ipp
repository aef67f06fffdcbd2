#pragma once

#include <celadon/evaluation/green/drivers.hpp>

#include <array>
#include <utility>

namespace celadon::inline CELADON_ABI::green {

Table Drivers::effects_table() const {
  std::array<std::vector<std::string>, 3> text;
  std::array<std::vector<double>, 6> number;
  std::vector<std::uint8_t> stands_out;
  for (const DriverEffect& e : effects) {
    const std::array<std::string, 3> words = {e.variable, e.name.zh, e.name.en};
    for (std::size_t c = 0; c < words.size(); ++c) text[c].push_back(words[c]);
    const std::array<double, 6> figures = {e.per, e.estimate, e.se, e.low, e.high, e.p};
    for (std::size_t c = 0; c < figures.size(); ++c) number[c].push_back(figures[c]);
    stands_out.push_back(e.stands_out ? 1 : 0);
  }
  Table out("driver_effects");
  constexpr std::array<const char*, 3> kWords = {"variable", "name_zh", "name_en"};
  constexpr std::array<const char*, 6> kNumbers = {"per", "estimate", "se", "low", "high", "p"};
  for (std::size_t c = 0; c < kWords.size(); ++c) out.add(kWords[c], std::move(text[c]));
  for (std::size_t c = 0; c < kNumbers.size(); ++c) out.add(kNumbers[c], std::move(number[c]));
  out.add_boolean("stands_out", std::move(stands_out));
  return out;
}

Table Drivers::balance_table() const {
  std::vector<std::string> model;
  std::vector<std::string> levels;
  std::array<std::vector<double>, 4> number;
  const auto add = [&](const char* name, const std::vector<VarianceShare>& shares) {
    for (const VarianceShare& s : shares) {
      model.emplace_back(name);
      levels.push_back(s.level);
      const std::array<double, 4> figures = {s.variance, s.share, s.low, s.high};
      for (std::size_t c = 0; c < figures.size(); ++c) number[c].push_back(figures[c]);
    }
  };
  add("without_predictors", balance);
  add("with_predictors", balance_after);
  Table out("driver_balance");
  out.add("model", std::move(model)).add("level", std::move(levels));
  constexpr std::array<const char*, 4> kNumbers = {"variance", "share", "low", "high"};
  for (std::size_t c = 0; c < kNumbers.size(); ++c) out.add(kNumbers[c], std::move(number[c]));
  return out;
}

Table Drivers::lines_table() const {
  std::vector<std::string> unit;
  std::vector<std::uint8_t> valid;
  std::array<std::vector<double>, 6> number;
  std::vector<std::int64_t> rows;
  const auto add = [&](const GradientLine& line, std::string id, bool is_unit) {
    unit.push_back(std::move(id));
    valid.push_back(is_unit ? 1 : 0);
    const std::array<double, 6> figures = {line.x_low, line.x_high, line.y_low, line.y_high, line.slope, line.slope_se};
    for (std::size_t c = 0; c < figures.size(); ++c) number[c].push_back(figures[c]);
    rows.push_back(line.n);
  };
  add(overall, {}, false);
  for (std::size_t k = 0; k < lines.size(); ++k) add(lines[k], line_units[k], true);
  Table out("driver_lines");
  out.add("unit", std::move(unit), std::move(valid));
  constexpr std::array<const char*, 6> kNumbers = {"x_low", "x_high", "y_low", "y_high", "slope", "slope_se"};
  for (std::size_t c = 0; c < kNumbers.size(); ++c) out.add(kNumbers[c], std::move(number[c]));
  out.add("n", std::move(rows));
  return out;
}

}  // namespace celadon::inline CELADON_ABI::green
