#pragma once

#include <celadon/models/cdm/fit.hpp>

#include <limits>

namespace celadon::inline CELADON_ABI::cdm {

namespace fit_tables_detail {

/// Mastery as text, one figure an attribute: "10" is the first mastered, the second not.
inline std::string pattern(std::uint32_t mastered, std::size_t n) {
  std::string out;
  for (std::size_t k = 0; k < n; ++k) out += (mastered >> k & 1U) != 0 ? '1' : '0';
  return out;
}

inline double at_or_nan(const std::vector<double>& values, std::size_t i) {
  return i < values.size() ? values[i] : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace fit_tables_detail

Table Fit::item_table() const {
  using namespace fit_tables_detail;
  std::vector<std::string> item;
  std::vector<std::string> rule;
  std::vector<std::string> group;
  std::vector<double> probability;
  std::vector<double> se;
  std::vector<double> size;
  for (std::size_t j = 0; j < model.items.size(); ++j) {
    const ItemParameters& parameters = model.items[j];
    const ItemEstimate estimate = j < items.size() ? items[j] : ItemEstimate{};
    for (std::size_t g = 0; g < parameters.probability.size(); ++g) {
      item.push_back(parameters.id);
      rule.emplace_back(rule_name(parameters.rule));
      group.push_back(pattern(static_cast<std::uint32_t>(g), parameters.attributes.size()));
      probability.push_back(parameters.probability[g]);
      se.push_back(at_or_nan(estimate.probability_se, g));
      size.push_back(at_or_nan(estimate.group_size, g));
    }
  }
  Table table("cdm_items");
  table.add("item", std::move(item)).add("rule", std::move(rule)).add("group", std::move(group));
  table.add("probability", std::move(probability)).add("se", std::move(se)).add("size", std::move(size));
  return table;
}

Table Fit::class_table() const {
  using namespace fit_tables_detail;
  std::vector<std::string> population;
  std::vector<std::string> mastered;
  std::vector<double> probability;
  std::vector<double> se;
  for (std::size_t g = 0; g < model.populations.size(); ++g)
    for (std::size_t c = 0; c < model.classes.size(); ++c) {
      population.push_back(model.populations[g].id);
      mastered.push_back(pattern(model.classes[c], model.attributes.size()));
      probability.push_back(model.populations[g].probability[c]);
      se.push_back(g < class_se.size() ? at_or_nan(class_se[g], c) : std::numeric_limits<double>::quiet_NaN());
    }
  Table table("cdm_classes");
  table.add("population", std::move(population)).add("class", std::move(mastered));
  table.add("probability", std::move(probability)).add("se", std::move(se));
  return table;
}

}  // namespace celadon::inline CELADON_ABI::cdm
