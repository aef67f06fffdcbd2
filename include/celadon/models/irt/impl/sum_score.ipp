#pragma once

#include <celadon/core/math.hpp>
#include <celadon/models/irt/sum_score.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

namespace celadon::inline CELADON_ABI::irt {

namespace sum_score_detail {

/// Distribution of a sum after one more item whose category k adds steps[k].
inline void add_item(std::vector<double>& distribution, std::span<const double> p, std::span<const std::int64_t> steps) {
  const std::int64_t most = *std::max_element(steps.begin(), steps.end());
  std::vector<double> next(distribution.size() + static_cast<std::size_t>(most), 0.0);
  for (std::size_t s = 0; s < distribution.size(); ++s)
    for (std::size_t k = 0; k < p.size(); ++k) next[s + static_cast<std::size_t>(steps[k])] += distribution[s] * p[k];
  distribution = std::move(next);
}

/// Points as whole multiples of their largest common unit.
struct Steps {
  double unit = 1.0;
  std::vector<std::vector<std::int64_t>> of;
};

inline Result<Steps> steps_of(const Model& model, const CategoryPoints& points) {
  for (const int per_point : {1, 2, 4, 5, 10, 20, 50, 100}) {
    Steps out;
    out.unit = 1.0 / per_point;
    bool whole = true;
    for (std::size_t j = 0; j < model.items.size() && whole; ++j) {
      out.of.emplace_back();
      for (int k = 0; k < model.items[j].n_categories; ++k) {
        const double v = points.empty() || points[j].empty() ? k : points[j][static_cast<std::size_t>(k)];
        if (!std::isfinite(v) || v < 0.0 || v > 1e6)
          return make_error(Code::kInvalidArgument, {.table = {}, .column = {}, .row = -1, .item = model.items[j].id},
                            {{"name", "points"}, {"detail", "a value is negative, too large or not finite"}});
        const double steps = v * per_point;
        const double nearest = std::floor(steps + 0.5);
        whole = whole && std::abs(steps - nearest) < 1e-6;
        out.of.back().push_back(static_cast<std::int64_t>(nearest));
      }
    }
    if (whole) return out;
  }
  return make_error(Code::kInvalidArgument, {}, {{"name", "points"}, {"detail", "a value is finer than 1/100 point"}});
}

inline Result<void> check_model(const Model& model) {
  if (auto ok = check(model); !ok) return ok.error();
  if (model.items.empty()) return make_error(Code::kNoItems);
  return {};
}

}  // namespace sum_score_detail

Result<std::vector<double>> sum_score_distribution(const Model& model, double ability) {
  if (auto ok = sum_score_detail::check_model(model); !ok) return ok.error();
  if (!std::isfinite(ability)) return make_error(Code::kInvalidArgument, {}, {{"name", "ability"}, {"detail", "it is not finite"}});
  std::vector<double> out = {1.0};
  std::vector<double> p;
  std::vector<std::int64_t> steps;
  for (const ItemParameters& item : model.items) {
    p.resize(static_cast<std::size_t>(item.n_categories));
    steps.resize(p.size());
    for (std::size_t k = 0; k < steps.size(); ++k) steps[k] = static_cast<std::int64_t>(k);
    category_probabilities(item, ability, p);
    sum_score_detail::add_item(out, p, steps);
  }
  return out;
}

Result<SumScoreTable> sum_score_table(const Model& model, int population, const CategoryPoints& points) {
  if (auto ok = sum_score_detail::check_model(model); !ok) return ok.error();
  if (population < 0 || population >= static_cast<int>(model.populations.size()))
    return make_error(Code::kInvalidArgument, {}, {{"name", "population"}, {"detail", "the model has no such population"}});
  if (!points.empty() && points.size() != model.items.size())
    return make_error(Code::kLengthMismatch, {},
                      {{"name", "points"}, {"actual", std::to_string(points.size())}, {"expected", std::to_string(model.items.size())}});
  for (std::size_t j = 0; j < points.size(); ++j)
    if (const auto n = static_cast<std::size_t>(model.items[j].n_categories); !points[j].empty() && points[j].size() != n)
      return make_error(Code::kLengthMismatch, {.table = {}, .column = {}, .row = -1, .item = model.items[j].id},
                        {{"name", "points"}, {"actual", std::to_string(points[j].size())}, {"expected", std::to_string(n)}});
  const auto steps = sum_score_detail::steps_of(model, points);
  if (!steps) return steps.error();

  const std::vector<double> nodes = model.grid.nodes();
  const std::vector<double> weights = model.grid.weights(model.populations[static_cast<std::size_t>(population)]);
  // sums over the nodes of 1, theta, theta^2, T, T^2 for each score; the true score T centred at its mean to keep its digits
  std::vector<std::array<double, 5>> sums;
  std::vector<double> p;
  std::vector<double> expected(nodes.size(), 0.0);
  double centre = 0.0;
  for (std::size_t q = 0; q < nodes.size(); ++q) {
    for (std::size_t j = 0; j < model.items.size(); ++j) {
      p.resize(static_cast<std::size_t>(model.items[j].n_categories));
      category_probabilities(model.items[j], nodes[q], p);
      for (std::size_t k = 0; k < p.size(); ++k) expected[q] += steps->unit * static_cast<double>(steps->of[j][k]) * p[k];
    }
    centre += weights[q] * expected[q];
  }
  for (std::size_t q = 0; q < nodes.size(); ++q) {
    std::vector<double> distribution = {1.0};
    for (std::size_t j = 0; j < model.items.size(); ++j) {
      p.resize(static_cast<std::size_t>(model.items[j].n_categories));
      category_probabilities(model.items[j], nodes[q], p);
      sum_score_detail::add_item(distribution, p, steps->of[j]);
    }
    sums.resize(distribution.size(), {});
    for (std::size_t s = 0; s < distribution.size(); ++s) {
      const double w = weights[q] * distribution[s];
      const double t = expected[q] - centre;
      sums[s][0] += w;
      sums[s][1] += w * nodes[q];
      sums[s][2] += w * nodes[q] * nodes[q];
      sums[s][3] += w * t;
      sums[s][4] += w * t * t;
    }
  }
  SumScoreTable out;
  for (std::size_t s = 0; s < sums.size(); ++s) {
    const auto& v = sums[s];
    if (!(v[0] > 0.0)) continue;  // no combination of points gives this sum
    const double mean = v[1] / v[0];
    const double true_mean = v[3] / v[0];
    out.score.push_back(steps->unit * static_cast<double>(s));
    out.probability.push_back(v[0]);
    out.ability.push_back(mean);
    out.ability_se.push_back(math::sqrt(std::max(0.0, v[2] / v[0] - mean * mean)));
    out.true_score.push_back(centre + true_mean);
    out.true_score_se.push_back(math::sqrt(std::max(0.0, v[4] / v[0] - true_mean * true_mean)));
  }
  return out;
}

Table SumScoreTable::table() const {
  Table out("sum_scores");
  out.add("score", score).add("probability", probability).add("ability", ability).add("ability_se", ability_se);
  out.add("true_score", true_score).add("true_score_se", true_score_se);
  return out;
}

}  // namespace celadon::inline CELADON_ABI::irt
