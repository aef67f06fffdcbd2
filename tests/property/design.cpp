#include "design.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <numeric>

namespace property {

using celadon::Item;
using celadon::Responses;
using celadon::Status;

std::vector<std::string> Design::ids() const {
  std::vector<std::string> out;
  for (const Item& item : items) out.push_back(item.id);
  return out;
}

Responses Design::responses() const {
  Responses::Builder builder(n_persons, ids());
  for (std::int64_t i = 0; i < n_persons; ++i)
    for (std::int64_t j = 0; j < n_items(); ++j) {
      const int c = cell(i, j);
      builder.set(i, j, static_cast<std::uint8_t>(c < 0 ? 251 - c : c));
    }
  return std::move(builder).build().value();
}

std::vector<std::uint8_t> Design::include() const {
  std::vector<std::uint8_t> out;
  for (const Status s : status) out.push_back(s == Status::kPresent ? 1 : 0);
  return out;
}

Design Design::select(const std::vector<std::int64_t>& persons, const std::vector<std::int64_t>& columns) const {
  Design out;
  out.n_persons = static_cast<std::int64_t>(persons.size());
  out.n_classes = n_classes;
  for (const std::int64_t j : columns) {
    out.items.push_back(items[static_cast<std::size_t>(j)]);
    out.n_categories.push_back(n_categories[static_cast<std::size_t>(j)]);
  }
  for (const std::int64_t i : persons) {
    for (const std::int64_t j : columns) out.cells.push_back(cell(i, j));
    out.weights.push_back(weights[static_cast<std::size_t>(i)]);
    out.status.push_back(status[static_cast<std::size_t>(i)]);
    out.person_class.push_back(person_class[static_cast<std::size_t>(i)]);
  }
  return out;
}

Design Design::select_persons(const std::vector<std::int64_t>& persons) const {
  return select(persons, rows_up_to(n_items()));
}

Design Design::select_items(const std::vector<std::int64_t>& columns) const {
  return select(rows_up_to(n_persons), columns);
}

celadon::evaluation::Paper Design::paper() const {
  celadon::evaluation::Paper out;
  out.id = "p";
  out.name = "Paper";
  out.items = items;
  out.scored = responses();
  std::map<std::string, double> groups;
  for (const Item& item : items) {
    if (item.bonus) continue;
    if (item.choice_group.empty())
      out.full_mark += item.full_mark;
    else
      groups[item.choice_group] = std::max(groups[item.choice_group], item.full_mark);
  }
  for (const auto& [name, mark] : groups) out.full_mark += mark;
  for (std::int64_t i = 0; i < n_persons; ++i) out.units.person_ids.push_back("s" + std::to_string(i + 1));
  out.units.status = status;
  out.units.person_class = person_class;
  for (int c = 0; c < n_classes; ++c) {
    const std::string id = "c" + std::to_string(c + 1);
    out.units.classes.push_back({id, id, c % 2});
  }
  out.units.schools = {{"north", "North", -1}, {"south", "South", -1}};
  return out;
}

std::vector<std::int64_t> rows_up_to(std::int64_t n) {
  std::vector<std::int64_t> out(static_cast<std::size_t>(n));
  std::iota(out.begin(), out.end(), std::int64_t{0});
  return out;
}

namespace {

Item draw_item(Stream& draw, int number, int n_categories, bool half_marks) {
  static const std::vector<std::string> kKnowledge = {"number", "shape", "data", "speed"};
  static const std::vector<std::string> kLevels = {"know", "apply"};
  static const std::vector<std::string> kTypes = {"choice", "written", "blank"};
  Item item;
  item.id = "q" + std::to_string(number);
  item.knowledge = {one_of(draw, kKnowledge)};
  item.ability_level = one_of(draw, kLevels);
  item.type = one_of(draw, kTypes);
  const double step = half_marks && chance(draw, 0.4) ? 0.5 : 1.0;
  if (step != 1.0)
    for (int c = 0; c < n_categories; ++c) item.category_scores.push_back(step * c);
  item.full_mark = step * (n_categories - 1);
  return item;
}

}  // namespace

Design draw_design(Stream& draw, const DesignRange& range) {
  Design out;
  out.n_persons = between(draw, range.least_persons, range.most_persons);
  const int n_items = between(draw, range.least_items, range.most_items);
  for (int j = 0; j < n_items; ++j) {
    out.n_categories.push_back(chance(draw, 0.5) ? 2 : between(draw, 2, range.most_categories));
    out.items.push_back(draw_item(draw, j + 1, out.n_categories.back(), range.half_marks));
  }
  if (range.bonus && n_items > 2 && chance(draw, 0.5)) out.items.back().bonus = true;
  if (range.choice && n_items > 3 && chance(draw, 0.5)) out.items[0].choice_group = out.items[1].choice_group = "choose one";
  out.n_classes = between(draw, 1, range.most_classes);
  const bool has_missing = range.missing > 0.0 && chance(draw, 0.6);
  const double missing = has_missing ? draw.uniform(0.0, range.missing) : 0.0;
  const bool weighted = chance(draw, 0.5);
  std::vector<double> ease;
  for (int j = 0; j < n_items; ++j) ease.push_back(draw.normal(0.3, 1.0));
  for (std::int64_t i = 0; i < out.n_persons; ++i) {
    const double ability = draw.normal();
    for (int j = 0; j < n_items; ++j) {
      const auto at = static_cast<std::size_t>(j);
      const double p = 1.0 / (1.0 + std::exp(-(ability + ease[at])));
      int category = 0;
      for (int c = 1; c < out.n_categories[at]; ++c) category += chance(draw, p) ? 1 : 0;
      out.cells.push_back(chance(draw, missing) ? -between(draw, 1, 4) : category);
    }
    if (!out.items[0].choice_group.empty()) {
      // One of the two was chosen; a few left both blank.
      const auto row = static_cast<std::size_t>(i * n_items);
      if (chance(draw, 0.1))
        out.cells[row] = out.cells[row + 1] = -3;
      else
        out.cells[row + draw.below(2)] = -1;
    }
    out.weights.push_back(weighted ? between(draw, 1, 4) : 1.0);
    out.status.push_back(chance(draw, range.statuses) ? static_cast<Status>(between(draw, 1, 5)) : Status::kPresent);
    out.person_class.push_back(between(draw, 0, out.n_classes - 1));
  }
  return out;
}

std::vector<Design> smaller_designs(const Design& design) {
  std::vector<Design> out;
  const auto without = [](std::int64_t n, std::int64_t from, std::int64_t to) {
    std::vector<std::int64_t> kept;
    for (std::int64_t i = 0; i < n; ++i)
      if (i < from || i >= to) kept.push_back(i);
    return kept;
  };
  for (std::int64_t part = design.n_persons / 2; part >= 1; part /= 2)
    for (std::int64_t from = 0; from < design.n_persons && design.n_persons - part >= 2; from += part)
      out.push_back(design.select_persons(without(design.n_persons, from, std::min(from + part, design.n_persons))));
  for (std::int64_t j = 0; j < design.n_items() && design.n_items() > 2; ++j)
    out.push_back(design.select_items(without(design.n_items(), j, j + 1)));
  if (out.size() > 200) out.resize(200);
  return out;
}

std::string show_design(const Design& design) {
  std::string out = "items (full mark):";
  for (const Item& item : design.items) {
    char text[64];
    std::snprintf(text, sizeof text, " %s(%g%s%s)", item.id.c_str(), item.full_mark, item.bonus ? ", bonus" : "",
                  item.choice_group.empty() ? "" : ", choice");
    out += text;
  }
  out += "\n";
  const std::int64_t shown = std::min<std::int64_t>(design.n_persons, 40);
  for (std::int64_t i = 0; i < shown; ++i) {
    for (std::int64_t j = 0; j < design.n_items(); ++j) out += " " + std::to_string(design.cell(i, j));
    const auto at = static_cast<std::size_t>(i);
    out += "   weight " + std::to_string(static_cast<int>(design.weights[at])) + ", status " +
           std::to_string(static_cast<int>(design.status[at])) + ", class " + std::to_string(design.person_class[at]) + "\n";
  }
  if (shown < design.n_persons) out += " ... " + std::to_string(design.n_persons) + " persons\n";
  return out;
}

Kind<Design> designs(const DesignRange& range) {
  return {[range](Stream& draw) { return draw_design(draw, range); }, &smaller_designs, &show_design};
}

bool agree(double a, double b, double tolerance) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  if (a == b) return true;
  return std::fabs(a - b) <= tolerance * std::max({1.0, std::fabs(a), std::fabs(b)});
}

Problem differ(const std::string& name, double a, double b, double tolerance) {
  if (agree(a, b, tolerance)) return std::nullopt;
  char text[160];
  std::snprintf(text, sizeof text, ": %.17g is not %.17g", a, b);
  return name + text;
}

}  // namespace property
