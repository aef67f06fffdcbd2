/// Small models and answers for tests of calibration.
#pragma once

#include <celadon/models/irt/fit.hpp>
#include <celadon/models/irt/simulate.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace irt_cases {

using namespace celadon;
using irt::ItemModel;

/// n items of one model with parameters that vary over the items. Categories matter for the polytomous models only.
inline std::vector<irt::ItemParameters> items(ItemModel model, int n, int categories = 2, const std::string& prefix = "") {
  std::vector<irt::ItemParameters> out;
  for (int j = 0; j < n; ++j) {
    irt::ItemParameters item;
    item.id = prefix + "Q" + std::to_string(j + 1);
    item.model = model;
    item.n_categories = irt::is_dichotomous(model) ? 2 : categories;
    const double b = -1.4 + 2.8 * (j + 0.5) / n;
    const bool unit = model == ItemModel::kRasch || model == ItemModel::kPartialCredit || model == ItemModel::kRatingScale;
    item.slope = unit ? 1.0 : model == ItemModel::k1pl ? 1.2 : 0.8 + 0.25 * (j % 4);
    const int steps = item.n_categories - 1;
    double d = 0.0;
    for (int k = 0; k < steps; ++k) {
      const double step = b + 0.9 * (k - 0.5 * (steps - 1)) * (model == ItemModel::kRatingScale ? 1.0 : 1.0 + 0.1 * (j % 3));
      if (irt::is_dichotomous(model) || model == ItemModel::kGraded)
        item.intercepts.push_back(-item.slope * step);
      else
        item.intercepts.push_back(d -= item.slope * step);
    }
    if (model == ItemModel::k3pl || model == ItemModel::k4pl) item.lower = 0.15;
    if (model == ItemModel::k4pl) item.upper = 0.95;
    if (model == ItemModel::kNominal) {
      for (int k = 0; k <= steps; ++k) item.scoring.push_back(k == 1 && steps > 1 ? 1.4 : k);
    }
    out.push_back(item);
  }
  return out;
}

inline irt::Model model_of(std::vector<irt::ItemParameters> items, irt::Population population = {"all", 0.0, 1.0}) {
  irt::Model model;
  model.items = std::move(items);
  model.populations = {std::move(population)};
  return model;
}

inline Responses draw(const irt::Model& model, std::int64_t n, std::uint64_t seed, const std::vector<std::uint8_t>& administered = {}) {
  const auto abilities = irt::simulate_abilities(model.populations[0], n, seed);
  return irt::simulate(model, abilities, seed + 1, administered).value();
}

/// Answers given as rows; -1 not administered ... -4 invalid.
inline Responses responses(const std::vector<std::vector<int>>& rows, std::vector<std::string> ids = {}) {
  std::vector<std::int32_t> flat;
  for (const auto& row : rows) flat.insert(flat.end(), row.begin(), row.end());
  const auto n_items = static_cast<std::int64_t>(rows.at(0).size());
  return Responses::from_dense(DenseView<std::int32_t>{flat.data(), static_cast<std::int64_t>(rows.size()), n_items, n_items, 1},
                               std::move(ids))
      .value();
}

inline const irt::ParameterEstimate& estimate(const irt::ParameterSet& set, const std::string& item, const std::string& name) {
  for (const auto& p : set.parameters)
    if (p.item == item && p.name == name) return p;
  throw std::runtime_error("no parameter " + item + " " + name);
}

inline bool has_finding(const Findings& findings, Code code, const std::string& item = {}) {
  for (const Finding& f : findings)
    if (f.code == code && (item.empty() || f.place.item == item)) return true;
  return false;
}

/// The answers as rows, -1 where one is missing.
inline std::vector<std::vector<int>> rows_of(const Responses& r) {
  std::vector<std::vector<int>> out;
  for (std::int64_t i = 0; i < r.n_persons(); ++i) {
    out.emplace_back();
    for (std::int64_t j = 0; j < r.n_items(); ++j) out.back().push_back(is_missing(r.at(i, j)) ? -1 : r.at(i, j));
  }
  return out;
}

inline std::vector<std::string> ids_of(const irt::Model& model) {
  std::vector<std::string> out;
  for (const auto& item : model.items) out.push_back(item.id);
  return out;
}

inline std::vector<ItemModel> all_models() {
  return {ItemModel::kRasch,       ItemModel::k1pl,    ItemModel::k2pl,           ItemModel::k3pl,
          ItemModel::k4pl,         ItemModel::kGraded, ItemModel::kPartialCredit, ItemModel::kGeneralizedPartialCredit,
          ItemModel::kRatingScale, ItemModel::kNominal};
}

/// Of each category, at an ability.
inline std::vector<double> probabilities(const irt::ItemParameters& item, double theta) {
  std::vector<double> p(static_cast<std::size_t>(item.n_categories));
  irt::category_probabilities(item, theta, p);
  return p;
}

}  // namespace irt_cases
