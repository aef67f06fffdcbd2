#pragma once

#include <celadon/core/math.hpp>
#include <celadon/models/irt/information.hpp>

#include <cmath>
#include <limits>
#include <string>

namespace celadon::inline CELADON_ABI::irt {

namespace information_detail {

inline Result<void> check_points(const Model& model, const CategoryPoints& points) {
  if (!points.empty() && points.size() != model.items.size())
    return make_error(Code::kLengthMismatch, {},
                      {{"name", "points"}, {"actual", std::to_string(points.size())}, {"expected", std::to_string(model.items.size())}});
  for (std::size_t j = 0; j < points.size(); ++j) {
    const auto n = static_cast<std::size_t>(model.items[j].n_categories);
    if (!points[j].empty() && points[j].size() != n)
      return make_error(Code::kLengthMismatch, {.table = {}, .column = {}, .row = -1, .item = model.items[j].id},
                        {{"name", "points"}, {"actual", std::to_string(points[j].size())}, {"expected", std::to_string(n)}});
    for (const double v : points[j])
      if (!std::isfinite(v)) return make_error(Code::kInvalidArgument, {}, {{"name", "points"}, {"detail", "a value is not finite"}});
  }
  return {};
}

inline double points_of(const CategoryPoints& points, std::size_t item, std::size_t category) {
  return points.empty() || points[item].empty() ? static_cast<double>(category) : points[item][category];
}

inline TrueScore true_score(const Model& model, double ability, const CategoryPoints& points) {
  TrueScore out;
  double variance = 0.0;
  std::vector<double> p;
  for (std::size_t j = 0; j < model.items.size(); ++j) {
    p.resize(static_cast<std::size_t>(model.items[j].n_categories));
    category_probabilities(model.items[j], ability, p);
    double mean = 0.0;
    for (std::size_t k = 0; k < p.size(); ++k) mean += points_of(points, j, k) * p[k];
    for (std::size_t k = 0; k < p.size(); ++k) {
      const double d = points_of(points, j, k) - mean;
      variance += d * d * p[k];
    }
    out.expected += mean;
  }
  out.sem = math::sqrt(variance);
  return out;
}

inline Result<void> check_abilities(std::span<const double> abilities) {
  for (std::size_t i = 0; i < abilities.size(); ++i)
    if (!std::isfinite(abilities[i]))
      return make_error(Code::kNotFinite, {.table = "abilities", .column = "ability", .row = static_cast<std::int64_t>(i) + 1, .item = {}});
  return {};
}

}  // namespace information_detail

double test_information(const Model& model, double ability) {
  double out = 0.0;
  for (const ItemParameters& item : model.items) out += information(item, ability);
  return out;
}

Result<TrueScore> true_score(const Model& model, double ability, const CategoryPoints& points) {
  if (auto ok = check(model); !ok) return ok.error();
  if (auto ok = information_detail::check_points(model, points); !ok) return ok.error();
  if (auto ok = information_detail::check_abilities({&ability, 1}); !ok) return ok.error();
  return information_detail::true_score(model, ability, points);
}

Result<TestCurves> test_curves(const Model& model, std::span<const double> abilities, const CategoryPoints& points) {
  if (auto ok = check(model); !ok) return ok.error();
  if (auto ok = information_detail::check_points(model, points); !ok) return ok.error();
  if (auto ok = information_detail::check_abilities(abilities); !ok) return ok.error();
  TestCurves out;
  out.abilities = abilities.empty() ? model.grid.nodes() : std::vector<double>(abilities.begin(), abilities.end());
  const std::size_t n = out.abilities.size();
  out.items.assign(model.items.size(), std::vector<double>(n));
  out.information.assign(n, 0.0);
  for (std::size_t j = 0; j < model.items.size(); ++j) {
    out.item_ids.push_back(model.items[j].id);
    for (std::size_t i = 0; i < n; ++i) out.information[i] += out.items[j][i] = information(model.items[j], out.abilities[i]);
  }
  for (std::size_t i = 0; i < n; ++i) {
    const TrueScore t = information_detail::true_score(model, out.abilities[i], points);
    out.expected_score.push_back(t.expected);
    out.score_sem.push_back(t.sem);
    out.ability_se.push_back(out.information[i] > 0.0 ? 1.0 / math::sqrt(out.information[i]) : std::numeric_limits<double>::infinity());
  }
  return out;
}

Table TestCurves::table() const {
  Table out("test_curves");
  out.add("ability", abilities).add("information", information).add("ability_se", ability_se);
  out.add("expected_score", expected_score).add("score_sem", score_sem);
  return out;
}

Table TestCurves::item_table() const {
  std::vector<std::string> item;
  std::vector<double> ability;
  std::vector<double> info;
  for (std::size_t j = 0; j < items.size(); ++j)
    for (std::size_t i = 0; i < abilities.size(); ++i) {
      item.push_back(item_ids[j]);
      ability.push_back(abilities[i]);
      info.push_back(items[j][i]);
    }
  Table out("item_information");
  out.add("item", std::move(item)).add("ability", std::move(ability)).add("information", std::move(info));
  return out;
}

Result<Table> category_curves(const ItemParameters& item, std::span<const double> abilities) {
  Model alone;
  alone.items = {item};
  if (auto ok = check(alone); !ok) return ok.error();
  if (auto ok = information_detail::check_abilities(abilities); !ok) return ok.error();
  std::vector<double> ability;
  std::vector<std::int64_t> category;
  std::vector<double> probability;
  std::vector<double> expected;
  std::vector<double> p(static_cast<std::size_t>(item.n_categories));
  for (const double theta : abilities) {
    category_probabilities(item, theta, p);
    const double mean = expected_category(item, theta);
    for (std::size_t k = 0; k < p.size(); ++k) {
      ability.push_back(theta);
      category.push_back(static_cast<std::int64_t>(k));
      probability.push_back(p[k]);
      expected.push_back(mean);
    }
  }
  Table out("category_curves");
  out.add("ability", std::move(ability)).add("category", std::move(category));
  out.add("probability", std::move(probability)).add("expected", std::move(expected));
  return out;
}

Result<double> marginal_reliability(const Model& model, int population) {
  if (auto ok = check(model); !ok) return ok.error();
  if (population < 0 || population >= static_cast<int>(model.populations.size()))
    return make_error(Code::kInvalidArgument, {}, {{"name", "population"}, {"detail", "the model has no such population"}});
  const Population& p = model.populations[static_cast<std::size_t>(population)];
  const Grid grid{.n_nodes = 401, .lowest = p.mean - 8.0 * p.sd, .highest = p.mean + 8.0 * p.sd};
  const std::vector<double> nodes = grid.nodes();
  const std::vector<double> weights = grid.weights(p);
  double out = 0.0;
  for (std::size_t q = 0; q < nodes.size(); ++q) {
    const double signal = test_information(model, nodes[q]) * p.sd * p.sd;
    out += weights[q] * signal / (signal + 1.0);
  }
  return out;
}

Result<double> empirical_reliability(const Scores& scores) {
  double n = 0.0;
  double mean = 0.0;
  double error = 0.0;
  for (std::size_t i = 0; i < scores.ability.size(); ++i) {
    if (scores.status[i] != ScoreStatus::kScored) continue;
    n += 1.0;
    mean += scores.ability[i];
    error += scores.ability_se[i] * scores.ability_se[i];
  }
  if (n < 2.0) return make_error(Code::kNoPersons);
  mean /= n;
  error /= n;
  double variance = 0.0;
  for (std::size_t i = 0; i < scores.ability.size(); ++i)
    if (scores.status[i] == ScoreStatus::kScored) variance += (scores.ability[i] - mean) * (scores.ability[i] - mean);
  variance /= n - 1.0;
  if (!(variance > 0.0)) return make_error(Code::kInvalidArgument, {}, {{"name", "scores"}, {"detail", "all abilities are equal"}});
  const bool bayes = scores.method == ScoreMethod::kEap || scores.method == ScoreMethod::kMap;
  return bayes ? variance / (variance + error) : 1.0 - error / variance;
}

}  // namespace celadon::inline CELADON_ABI::irt
