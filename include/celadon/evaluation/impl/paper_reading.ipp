#pragma once

#include <celadon/core/responses.hpp>
#include <celadon/core/text.hpp>
#include <celadon/evaluation/impl/paper_parts.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace celadon::inline CELADON_ABI::evaluation::paper_detail {

namespace reading {

constexpr double kClose = 1e-6;  // marks are typed with few decimals; this only forgives their binary form
constexpr std::size_t kMostLevels = static_cast<std::size_t>(kMaxCategory) + 1;

inline Place place_of(const ItemSpec& spec) {
  return {.table = spec.described ? "items" : "responses", .column = {}, .row = -1, .item = spec.item.id};
}

/// Cells of the codes that mean the same in every item.
inline void fill_special(std::vector<std::uint8_t>& cells, std::vector<Code>& problem, std::size_t n_values) {
  cells.assign(CellCodes::kFirst + n_values, static_cast<std::uint8_t>(Missing::kInvalid));
  problem.assign(cells.size(), Code::kNone);
  cells[CellCodes::kNone] = static_cast<std::uint8_t>(Missing::kNotAdministered);
  cells[CellCodes::kBlank] = kBlankCell;
  for (std::uint16_t k = 0; k < 4; ++k)
    cells[CellCodes::kMissing + k] = static_cast<std::uint8_t>(static_cast<int>(Missing::kNotAdministered) + k);
  cells[CellCodes::kStatus] = static_cast<std::uint8_t>(Missing::kNotAdministered);
  cells[CellCodes::kNan] = kBlankCell;
  problem[CellCodes::kNotText] = Code::kNotUtf8;
  problem[CellCodes::kInfinite] = Code::kNotFinite;
  problem[CellCodes::kNan] = Code::kNotFinite;
}

/// 0, 1, 2 ... need no table.
inline std::vector<double> scores_or_none(std::vector<double> levels) {
  for (std::size_t k = 0; k < levels.size(); ++k)
    if (levels[k] != static_cast<double>(k)) return levels;
  return {};
}

inline bool on_step(double value, double step) {
  const double k = value / step;
  return std::fabs(k - std::round(k)) * step < kClose;
}

inline std::vector<double> steps_up_to(double full, double step) {
  std::vector<double> levels;
  const double n = std::floor(full / step + kClose);
  if (n + 2.0 > static_cast<double>(kMostLevels)) return levels;
  // k / (1 / step) has the bits that a typed mark has where 1 / step is whole (0.1, 0.2)
  const double parts = 1.0 / step;
  const bool whole_parts = std::fabs(parts - std::round(parts)) < kClose;
  for (int k = 0; k <= static_cast<int>(n); ++k) levels.push_back(whole_parts ? k / std::round(parts) : k * step);
  if (full - levels.back() > kClose)
    levels.push_back(full);
  else
    levels.back() = full;
  return levels;
}

/// The possible marks of an item: declared, else from what occurs. Empty when there are too many.
inline std::vector<double> mark_levels(const ItemSpec& spec, double full, const std::vector<double>& seen) {
  if (!spec.category_scores.empty()) return spec.category_scores.size() <= kMostLevels ? spec.category_scores : std::vector<double>{};
  if (!std::isnan(spec.step)) return steps_up_to(full, spec.step);
  std::set<double> inside = {0.0, full};
  for (const double v : seen)
    if (v >= 0.0 && v <= full + kClose) inside.insert(v);
  if (inside.size() > 2) {
    for (const double step : {1.0, 0.5, 0.25, 0.2, 0.1}) {
      if (!std::all_of(inside.begin(), inside.end(), [&](double v) { return on_step(v, step); })) continue;
      if (auto levels = steps_up_to(full, step); !levels.empty()) return levels;
    }
  }
  if (inside.size() > kMostLevels) return {};
  return {inside.begin(), inside.end()};
}

/// Marks: `problem` and `scored` by code.
inline void read_marks(const ItemSpec& spec, const CellCodes& cells, bool has_item_table, Reading& out, Collector& findings) {
  fill_special(out.scored, out.problem, cells.values.size());
  std::vector<double> seen;
  for (const auto& v : cells.values)
    if (v.is_number) seen.push_back(v.number);
  double full = out.item.full_mark;
  if (std::isnan(full)) {
    full = spec.category_scores.empty() ? 0.0 : spec.category_scores.back();
    for (const double v : seen) full = std::max(full, v);
    if (full <= 0.0) full = 1.0;
    if (has_item_table && spec.category_scores.empty())
      findings.add(Severity::kWarning, Code::kFullMarkNotGiven, place_of(spec), {{"value", format_number(full)}});
    out.item.full_mark = full;
  }
  const std::vector<double> levels = mark_levels(spec, full, seen);
  if (levels.empty()) {
    out.set_aside = true;
    findings.add(Severity::kError, Code::kItemSetAside, place_of(spec), {{"limit", std::to_string(kMaxCategory + 1)}});
    return;
  }
  for (std::size_t k = 0; k < cells.values.size(); ++k) {
    const auto& value = cells.values[k];
    const std::size_t code = CellCodes::kFirst + k;
    if (!value.is_number) {
      out.problem[code] = Code::kNotAMark;
      continue;
    }
    const auto level = std::find_if(levels.begin(), levels.end(), [&](double l) { return std::fabs(l - value.number) < kClose; });
    if (level != levels.end()) {
      out.scored[code] = static_cast<std::uint8_t>(level - levels.begin());
    } else if (value.number < 0.0 && value.number >= -4.0 && value.number == std::trunc(value.number)) {
      out.scored[code] = static_cast<std::uint8_t>(251 - static_cast<int>(value.number));
    } else {
      out.problem[code] = value.number < 0.0 ? Code::kNegativeMark : value.number > full ? Code::kAboveFullMark : Code::kMarkOffStep;
    }
  }
  out.item.category_scores = scores_or_none(levels);
}

/// An answer as it is compared: full-width letters as ASCII, small ones as capitals, and the letters of several options sorted.
inline std::string normal_answer(std::string_view text) {
  std::string out;
  bool letters = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == 0xEF && i + 2 < text.size() && static_cast<unsigned char>(text[i + 1]) == 0xBC) {  // U+FF00 ... U+FF3F
      const auto low = static_cast<unsigned char>(text[i + 2]);
      if (low >= 0xA1 && low <= 0xBA) {
        out += static_cast<char>('A' + (low - 0xA1));
        i += 2;
        continue;
      }
    }
    if (c >= 'a' && c <= 'z')
      out += static_cast<char>(c - 'a' + 'A');
    else
      out += static_cast<char>(c);
  }
  std::string only;
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (out[i] >= 'A' && out[i] <= 'Z')
      only += out[i];
    else if (out[i] != ' ' && out[i] != ',' && out[i] != '+' && out[i] != '/')
      letters = false;
  }
  if (!letters || only.size() < 2) return letters && !only.empty() ? only : out;
  std::sort(only.begin(), only.end());
  only.erase(std::unique(only.begin(), only.end()), only.end());
  return only;
}

inline bool is_letters(std::string_view s) {
  return !s.empty() && std::all_of(s.begin(), s.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

struct Key {
  std::vector<std::string> accepted;
  bool several = false;  ///< one accepted answer has several letters
  bool numeric = false;
};

inline Key read_key(const ItemSpec& spec) {
  Key key;
  std::string_view rest = spec.item.key;
  while (!rest.empty()) {
    const std::size_t bar = rest.find('|');
    const std::string_view part = trimmed(rest.substr(0, bar));
    if (!part.empty()) key.accepted.push_back(normal_answer(part));
    rest = bar == std::string_view::npos ? std::string_view() : rest.substr(bar + 1);
  }
  key.numeric = !key.accepted.empty();
  for (std::string& a : key.accepted) {
    key.several |= is_letters(a) && a.size() > 1 && std::find(spec.options.begin(), spec.options.end(), a) == spec.options.end();
    if (const auto number = parse_number(a))
      a = format_number(*number);
    else
      key.numeric = false;
  }
  return key;
}

/// Labels of the categories: declared options, else the letters up to the last one that occurs, else what occurs, sorted.
inline std::vector<std::string> option_labels(const ItemSpec& spec, const Key& key, const CellCodes& cells) {
  std::vector<std::string> labels;
  for (const std::string& o : spec.options) labels.push_back(normal_answer(o));
  std::set<std::string> seen(key.accepted.begin(), key.accepted.end());
  for (const auto& v : cells.values) seen.insert(v.is_number ? v.text : normal_answer(v.text));
  if (key.several) {  // combinations are answers of their own, of the declared letters where there are any
    std::string allowed;
    for (const std::string& l : labels) allowed += l;
    for (const std::string& s : seen)
      if (is_letters(s) && (allowed.empty() || s.find_first_not_of(allowed) == std::string::npos) &&
          std::find(labels.begin(), labels.end(), s) == labels.end())
        labels.push_back(s);
    std::sort(labels.begin(), labels.end(), [](const std::string& a, const std::string& b) {
      return std::pair(a.size(), std::string_view(a)) < std::pair(b.size(), std::string_view(b));
    });
    return labels;
  }
  if (!labels.empty()) return labels;
  if (key.accepted.empty() ? is_letters(*seen.begin()) : is_letters(key.accepted.front())) {
    char last = 'A';
    for (const std::string& s : seen)
      if (s.size() == 1 && is_letters(s)) last = std::max(last, s[0]);
    for (char c = 'A'; c <= last; ++c) labels.emplace_back(1, c);
    return labels;
  }
  labels.assign(seen.begin(), seen.end());
  const auto number = [](const std::string& s) { return parse_number(s).value_or(std::numeric_limits<double>::infinity()); };
  std::stable_sort(labels.begin(), labels.end(), [&](const std::string& a, const std::string& b) { return number(a) < number(b); });
  return labels;
}

inline double option_score(const ItemSpec& spec, const Key& key, const std::string& label, std::size_t at, double full) {
  if (!spec.option_scores.empty() && at < spec.option_scores.size()) return spec.option_scores[at];
  for (const std::string& a : key.accepted)
    if (a == label) return full;
  if (std::isnan(spec.partial_mark) || !is_letters(label)) return 0.0;
  for (const std::string& a : key.accepted)
    if (label.size() < a.size() && std::includes(a.begin(), a.end(), label.begin(), label.end())) return spec.partial_mark;
  return 0.0;
}

inline void read_notes(const ItemSpec& spec, Item& item) {
  if (spec.option_notes.empty()) return;
  item.option_notes.assign(item.category_labels.size(), "");
  for (std::size_t k = 0; k < spec.option_notes.size(); ++k) {
    const std::string& note = spec.option_notes[k];
    const std::size_t equals = note.find('=');
    std::size_t at = k;
    std::string text = note;
    if (equals != std::string::npos) {
      const std::string label = normal_answer(trimmed(std::string_view(note).substr(0, equals)));
      const auto found = std::find(item.category_labels.begin(), item.category_labels.end(), label);
      if (found != item.category_labels.end()) {
        at = static_cast<std::size_t>(found - item.category_labels.begin());
        text = std::string(trimmed(std::string_view(note).substr(equals + 1)));
      }
    }
    if (at < item.option_notes.size()) item.option_notes[at] = text;
  }
}

/// Options: raw categories, and scores from the key or the options' own points unless marks are given apart.
inline void read_options(const ItemSpec& spec, const Key& key, const CellCodes& cells, bool score, Reading& out, Collector& findings) {
  out.has_raw = true;
  const std::vector<std::string> labels = option_labels(spec, key, cells);
  if (labels.size() > kMostLevels) {
    out.set_aside = true;
    findings.add(Severity::kError, Code::kItemSetAside, place_of(spec), {{"limit", std::to_string(kMaxCategory + 1)}});
    return;
  }
  out.item.category_labels = labels;
  read_notes(spec, out.item);
  for (const std::string& a : key.accepted)
    if (std::find(labels.begin(), labels.end(), a) == labels.end()) findings.add(Severity::kError, Code::kKeyNotAnOption, place_of(spec));
  fill_special(out.raw, out.raw_problem, cells.values.size());
  for (std::size_t k = 0; k < cells.values.size(); ++k) {
    const auto& v = cells.values[k];
    const std::string answer = v.is_number ? v.text : normal_answer(v.text);
    const auto at = std::find(labels.begin(), labels.end(), answer);
    const std::size_t code = CellCodes::kFirst + k;
    if (at != labels.end())
      out.raw[code] = static_cast<std::uint8_t>(at - labels.begin());
    else if (v.is_number && v.number < 0.0 && v.number >= -4.0 && v.number == std::trunc(v.number))
      out.raw[code] = static_cast<std::uint8_t>(251 - static_cast<int>(v.number));
    else
      out.raw_problem[code] = Code::kUnknownOption;
  }
  if (!score) return;
  if (std::isnan(out.item.full_mark))
    out.item.full_mark = spec.option_scores.empty() ? 1.0 : *std::max_element(spec.option_scores.begin(), spec.option_scores.end());
  std::vector<double> points;
  for (std::size_t k = 0; k < labels.size(); ++k) points.push_back(option_score(spec, key, labels[k], k, out.item.full_mark));
  std::set<double> distinct(points.begin(), points.end());
  distinct.insert({0.0, out.item.full_mark});
  if (!std::isnan(spec.partial_mark) && key.several) distinct.insert(spec.partial_mark);
  const std::vector<double> levels(distinct.begin(), distinct.end());
  out.scored = out.raw;
  out.problem = out.raw_problem;
  for (std::size_t code = CellCodes::kFirst; code < out.raw.size(); ++code)
    if (!is_missing(out.raw[code]))
      out.scored[code] = static_cast<std::uint8_t>(std::lower_bound(levels.begin(), levels.end(), points[out.raw[code]]) - levels.begin());
  out.item.category_scores = scores_or_none(levels);
}

}  // namespace reading

Reading read_item(const ItemSpec& spec, const CellCodes& answers, const CellCodes* marks, bool has_item_table, Collector& findings) {
  Reading out;
  out.item = spec.item;
  if (answers.too_many || (marks != nullptr && marks->too_many)) {
    out.set_aside = true;
    findings.add(Severity::kError, Code::kItemSetAside, reading::place_of(spec), {{"limit", std::to_string(kMaxCategory + 1)}});
    return out;
  }
  const reading::Key key = reading::read_key(spec);
  const bool scorable = !key.accepted.empty() || !spec.option_scores.empty();
  const bool all_numbers = std::all_of(answers.values.begin(), answers.values.end(), [](const auto& v) { return v.is_number; });
  const bool labels_are_numbers = !spec.options.empty() && std::all_of(spec.options.begin(), spec.options.end(),
                                                                       [](const auto& o) { return parse_number(o).has_value(); });
  if (marks != nullptr) {
    if (!answers.values.empty() && (scorable || !all_numbers)) reading::read_options(spec, key, answers, false, out, findings);
    if (!out.set_aside) reading::read_marks(spec, *marks, has_item_table, out, findings);
    return out;
  }
  if (scorable && !answers.values.empty() && all_numbers && !key.numeric && !labels_are_numbers) {
    findings.add(Severity::kNote, Code::kKeyNotUsed, reading::place_of(spec));
    reading::read_marks(spec, answers, has_item_table, out, findings);
  } else if (scorable) {
    reading::read_options(spec, key, answers, true, out, findings);
  } else {
    reading::read_marks(spec, answers, has_item_table, out, findings);
  }
  return out;
}

}  // namespace celadon::inline CELADON_ABI::evaluation::paper_detail
