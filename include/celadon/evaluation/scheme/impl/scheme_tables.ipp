#pragma once

#include <celadon/evaluation/scheme/evaluate_scheme.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace celadon::inline CELADON_ABI::scheme {

namespace scheme_tables_detail {

inline constexpr std::array<const char*, 11> kStates = {"evaluated",         "not_for_level", "no_data",          "not_in_data",
                                                        "cut_not_published", "profile",       "no_weights",       "parts_missing",
                                                        "by_people",         "invalid",       "no_earlier_period"};
/// One word for complements and telling shares: to say "all or none" would say what is hidden.
inline constexpr std::array<const char*, 4> kHiddenNames = {"shown", "small_group", "hidden", "hidden"};
inline constexpr std::array<const char*, 5> kChanges = {"not_compared", "no_visible_change", "higher", "lower", "not_linked"};

}  // namespace scheme_tables_detail

Table Scheme::to_table() const {
  std::array<std::vector<std::string>, 12> text;
  std::array<std::vector<double>, 3> number;
  std::array<std::vector<std::uint8_t>, 2> flag;
  std::vector<std::int64_t> line;
  constexpr std::array<const char*, 3> kDirections = {"higher", "lower", "neutral"};
  constexpr std::array<const char*, 5> kAggregations = {"profile", "arithmetic", "geometric", "harmonic", "minimum"};
  for (std::size_t k = 0; k < indicators.size(); ++k) {
    const Indicator& i = indicators[k];
    const Indicator* up = i.parent >= 0 ? &indicators[static_cast<std::size_t>(i.parent)] : nullptr;
    const bool computed = i.statistic != Statistic::kNone;
    const std::array<std::string, 12> words = {i.id,
                                               up != nullptr ? up->id : "",
                                               i.name.zh,
                                               i.name.en,
                                               i.measured,
                                               std::string(statistic_name(i.statistic)),
                                               computed ? i.frame : "",
                                               i.variable,
                                               i.unit,
                                               kDirections[static_cast<std::size_t>(i.direction)],
                                               i.is_leaf() ? "" : kAggregations[static_cast<std::size_t>(i.aggregation)],
                                               i.problem == Code::kNone ? "" : std::string(code_name(i.problem))};
    for (std::size_t c = 0; c < words.size(); ++c) text[c].push_back(words[c]);
    double weight = kUnset;
    if (up != nullptr && up->weighting == Weighting::kEqual) weight = 1.0 / static_cast<double>(up->children.size());
    if (up != nullptr && up->weighting == Weighting::kGiven && up->weights.size() == up->children.size())
      for (std::size_t c = 0; c < up->children.size(); ++c)
        if (up->children[c] == static_cast<std::int32_t>(k)) weight = up->weights[c];
    number[0].push_back(i.cut);
    number[1].push_back(i.target);
    number[2].push_back(weight);
    flag[0].push_back(i.verified ? 1 : 0);
    flag[1].push_back(i.measure_verified ? 1 : 0);
    line.push_back(i.line);
  }
  Table table("indicators");
  constexpr std::array<const char*, 4> kFirst = {"id", "parent", "name_zh", "name_en"};
  for (std::size_t c = 0; c < kFirst.size(); ++c) table.add(kFirst[c], std::move(text[c]));
  table.add_boolean("verified", std::move(flag[0]));
  table.add("measured", std::move(text[4]));
  table.add_boolean("measure_verified", std::move(flag[1]));
  table.add("statistic", std::move(text[5]));
  table.add("frame", std::move(text[6]));
  table.add("variable", std::move(text[7]));
  table.add("cut", std::move(number[0]));
  table.add("target", std::move(number[1]));
  table.add("unit", std::move(text[8]));
  table.add("direction", std::move(text[9]));
  table.add("aggregation", std::move(text[10]));
  table.add("weight", std::move(number[2]));
  table.add("problem", std::move(text[11]));
  table.add("line", std::move(line));
  return table;
}

std::int32_t SchemeEvaluation::find_level(std::size_t period, std::string_view level) const {
  const auto& levels = periods.at(period).levels;
  for (std::size_t l = 0; l < levels.size(); ++l)
    if (levels[l].name == level) return static_cast<std::int32_t>(l);
  return -1;
}

const IndexValue& SchemeEvaluation::at(std::size_t period, std::string_view level, std::string_view unit,
                                       std::string_view indicator) const {
  const std::int32_t l = period < periods.size() ? find_level(period, level) : -1;
  if (l < 0) throw LogicError("celadon::scheme: there is no such period or level");
  const auto& ids = periods[period].levels[static_cast<std::size_t>(l)].ids;
  const auto u = std::find(ids.begin(), ids.end(), unit);
  const std::int32_t k = scheme.find(indicator);
  if (u == ids.end() || k < 0) throw LogicError("celadon::scheme: there is no such unit or indicator");
  return periods[period].values[static_cast<std::size_t>(l)]
                               [static_cast<std::size_t>(u - ids.begin()) * scheme.indicators.size() + static_cast<std::size_t>(k)];
}

Table SchemeEvaluation::to_table() const {
  using namespace scheme_tables_detail;
  std::array<std::vector<std::string>, 11> text;
  std::array<std::vector<double>, 13> number;
  std::array<std::vector<std::int64_t>, 3> band;
  std::array<std::vector<std::uint8_t>, 3> band_valid;
  for (const PeriodValues& period : periods) {
    for (std::size_t l = 0; l < period.levels.size(); ++l) {
      const UnitLevel& level = period.levels[l];
      for (std::size_t u = 0; u < level.ids.size(); ++u) {
        const std::int32_t up = level.parent[u];
        for (std::size_t k = 0; k < scheme.indicators.size(); ++k) {
          const IndexValue& v = period.values[l][u * scheme.indicators.size() + k];
          if (v.state == IndexState::kNotForLevel) continue;
          const Indicator& i = scheme.indicators[k];
          const bool shown = v.hidden == evaluation::Hidden::kShown;
          const std::array<std::string, 11> words = {period.id,
                                                     level.name,
                                                     level.ids[u],
                                                     up >= 0 ? period.levels[l + 1].ids[static_cast<std::size_t>(up)] : "",
                                                     i.id,
                                                     i.parent >= 0 ? scheme.indicators[static_cast<std::size_t>(i.parent)].id : "",
                                                     i.name.zh,
                                                     i.name.en,
                                                     kStates[static_cast<std::size_t>(v.state)],
                                                     kHiddenNames[static_cast<std::size_t>(v.hidden)],
                                                     kChanges[static_cast<std::size_t>(v.change_state)]};
          for (std::size_t c = 0; c < words.size(); ++c) text[c].push_back(words[c]);
          const std::array<double, 13> figures = {
              v.value,           v.se,        v.low,        v.high,        v.index,    v.state == IndexState::kEvaluated ? v.n : kUnset,
              v.change,          v.change_se, v.change_low, v.change_high, v.change_p, v.evaluated_weight,
              v.imputation_share};
          for (std::size_t c = 0; c < figures.size(); ++c) number[c].push_back(shown ? figures[c] : kUnset);
          const std::array<std::int32_t, 3> bands = {v.band, v.band_low, v.band_high};
          for (std::size_t c = 0; c < bands.size(); ++c) {
            band[c].push_back(bands[c] + 1);
            band_valid[c].push_back(shown && bands[c] >= 0 ? 1 : 0);
          }
        }
      }
    }
  }
  Table table("scheme");
  constexpr std::array<const char*, 10> kWords = {"period", "level",   "unit",    "parent_unit", "indicator",
                                                  "parent", "name_zh", "name_en", "state",       "hidden"};
  for (std::size_t c = 0; c < kWords.size(); ++c) table.add(kWords[c], std::move(text[c]));
  constexpr std::array<const char*, 13> kNumbers = {"value",           "se",          "low",      "high",
                                                    "index",           "n",           "change",   "change_se",
                                                    "change_low",      "change_high", "change_p", "evaluated_weight",
                                                    "imputation_share"};
  for (std::size_t c = 0; c < 6; ++c) table.add(kNumbers[c], std::move(number[c]));
  constexpr std::array<const char*, 3> kBands = {"band", "band_low", "band_high"};
  for (std::size_t c = 0; c < kBands.size(); ++c) table.add(kBands[c], std::move(band[c]), std::move(band_valid[c]));
  for (std::size_t c = 6; c < kNumbers.size(); ++c) table.add(kNumbers[c], std::move(number[c]));
  table.add("change_state", std::move(text[10]));
  return table;
}

}  // namespace celadon::inline CELADON_ABI::scheme
