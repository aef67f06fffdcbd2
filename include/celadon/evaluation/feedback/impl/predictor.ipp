#pragma once

#include <celadon/evaluation/feedback/impl/predictor_parts.hpp>
#include <celadon/models/irt/model.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace celadon::inline CELADON_ABI::feedback {

namespace predictor_detail {

inline constexpr std::array<std::string_view, 3> kPredictorNames = {"none", "working_model", "calibrated"};

/// Ability grid of a model, padded to a multiple of 8 with nodes that weigh nothing.
inline void set_grid(const irt::Model& model, Predictor& out) {
  out.nodes = model.grid.nodes();
  out.weights = model.grid.weights(model.populations.empty() ? irt::Population{} : model.populations.front());
  const std::size_t padded = (out.nodes.size() + 7) / 8 * 8;
  out.nodes.resize(padded, out.nodes.back());
  out.weights.resize(padded, 0.0);
}

inline bool has_free_slope(irt::ItemModel model) {
  return model != irt::ItemModel::kRasch && model != irt::ItemModel::kPartialCredit && model != irt::ItemModel::kRatingScale;
}

/// Probabilities of the model's categories averaged over the error of location and slope. `p` is n x stride and is replaced; returns the
/// error of the location. Both act as a tilt exp(t k / (n - 1)) whose variance at a node is v_location + 2 theta v_cross + theta^2 v_slope.
inline double average_over_error(std::vector<double>& p, std::size_t n, const Predictor& grid, double n_persons, bool free_slope) {
  const std::size_t stride = grid.nodes.size();
  const double m = static_cast<double>(n - 1);
  std::vector<double> variance(stride, 0.0);
  std::vector<double> third(stride, 0.0);
  double i_location = 0.0;
  double i_cross = 0.0;
  double i_slope = 0.0;
  for (std::size_t q = 0; q < stride; ++q) {
    double mean = 0.0;
    for (std::size_t k = 0; k < n; ++k) mean += p[k * stride + q] * static_cast<double>(k);
    for (std::size_t k = 0; k < n; ++k) {
      const double d = static_cast<double>(k) - mean;
      variance[q] += p[k * stride + q] * d * d / (m * m);
      third[q] += p[k * stride + q] * d * d * d / (m * m * m);
    }
    const double v = n_persons * grid.weights[q] * variance[q];
    i_location += v;
    i_cross += v * grid.nodes[q];
    i_slope += v * grid.nodes[q] * grid.nodes[q];
  }
  if (!(i_location > 0.0) || !std::isfinite(n_persons)) return 0.0;
  double v_location = 1.0 / i_location;
  double v_cross = 0.0;
  double v_slope = 0.0;
  if (free_slope) {
    const double determinant = std::max(i_location * i_slope - i_cross * i_cross, 1e-6 * i_location * i_slope);
    v_location = i_slope / determinant;
    v_cross = -i_cross / determinant;
    v_slope = i_location / determinant;
  }
  double lost = 0.0;
  double spread = 0.0;
  std::vector<double> error(stride);
  for (std::size_t q = 0; q < stride; ++q) {
    const double v = std::max(v_location + grid.nodes[q] * (2.0 * v_cross + grid.nodes[q] * v_slope), 0.0);
    error[q] = math::sqrt(3.0 * v);
    lost += grid.weights[q] * v * third[q];
    spread += grid.weights[q] * variance[q];
  }
  const double shift = std::clamp(-0.5 * lost / spread, -2.0, 2.0);
  std::vector<double> out(p.size(), 0.0);
  std::vector<double> tilted(n);
  for (std::size_t q = 0; q < stride; ++q)
    for (const double at : {-1.0, 0.0, 1.0}) {  // Gauss-Hermite, three points
      const double step = math::exp(std::clamp(shift + at * error[q], -300.0, 300.0) / m);
      double power = 1.0;
      double total = 0.0;
      for (std::size_t k = 0; k < n; ++k) {
        total += tilted[k] = p[k * stride + q] * power;
        power *= step;
      }
      const double weight = (at == 0.0 ? 2.0 / 3.0 : 1.0 / 6.0) / total;
      for (std::size_t k = 0; k < n; ++k) out[k * stride + q] += weight * tilted[k];
    }
  p = std::move(out);
  return math::sqrt(v_location);
}

/// How often each observed category occurs among all that fall into the same model category; shares a model category among them.
inline std::vector<double> shares_of_categories(const irt::ItemParameters& item, const Responses& scored, std::int64_t column,
                                                int n_observed) {
  std::vector<double> seen(static_cast<std::size_t>(n_observed), 0.5);
  std::vector<double> total(static_cast<std::size_t>(item.n_categories), 0.0);
  for (std::int64_t b = 0; b < scored.n_blocks(); ++b) {
    const std::uint8_t* cells = scored.column(b, column);
    for (std::int64_t j = 0; j < scored.rows(b); ++j)
      if (cells[j] < n_observed) seen[cells[j]] += 1.0;
  }
  for (int k = 0; k < n_observed; ++k)
    if (const int c = item.model_category(k); c >= 0) total[static_cast<std::size_t>(c)] += seen[static_cast<std::size_t>(k)];
  for (int k = 0; k < n_observed; ++k) {
    const int c = item.model_category(k);
    seen[static_cast<std::size_t>(k)] = c >= 0 ? seen[static_cast<std::size_t>(k)] / total[static_cast<std::size_t>(c)] : 0.0;
  }
  return seen;
}

inline void fill_from_model(const irt::ItemParameters& item, const Item& paper_item, const Responses& scored, std::int64_t column,
                            double n_persons, const Predictor& grid, ItemPredictor& out) {
  const std::size_t stride = grid.nodes.size();
  const auto n = static_cast<std::size_t>(item.n_categories);
  std::vector<double> p(n * stride);
  std::vector<double> at(n);
  for (std::size_t q = 0; q < stride; ++q) {
    irt::category_probabilities(item, grid.nodes[q], at);
    for (std::size_t k = 0; k < n; ++k) p[k * stride + q] = at[k];
  }
  const std::vector<double> likelihood = p;
  out.location_se = average_over_error(p, n, grid, n_persons, has_free_slope(item.model));
  out.n_categories = item.category_map.empty() ? item.n_categories : static_cast<int>(item.category_map.size());
  // observed categories of one model category are alike to the model: as the model's by the share of each
  const bool one_to_one = item.category_map.empty();
  const std::vector<double> share = one_to_one ? std::vector<double>(n, 1.0) : shares_of_categories(item, scored, column, out.n_categories);
  out.likelihood.assign(static_cast<std::size_t>(out.n_categories) * stride, 1.0);
  out.predictive.assign(out.likelihood.size(), 0.0);
  for (int k = 0; k < out.n_categories; ++k) {
    out.points.push_back(paper_item.score(k));
    const int c = item.model_category(k);
    if (c < 0) continue;  // says nothing about ability, and is not predicted
    for (std::size_t q = 0; q < stride; ++q) {
      const std::size_t to = static_cast<std::size_t>(k) * stride + q;
      out.likelihood[to] = likelihood[static_cast<std::size_t>(c) * stride + q];
      out.predictive[to] = share[static_cast<std::size_t>(k)] * p[static_cast<std::size_t>(c) * stride + q];
    }
  }
  out.usable = true;
}

}  // namespace predictor_detail

std::string_view predictor_name(PredictorKind kind) {
  return predictor_detail::kPredictorNames[static_cast<std::size_t>(kind)];
}

Result<Predictor> predictor_from_model(const irt::Model& model, const Responses& scored, const Items& items, double n_persons) {
  if (auto ok = irt::check(model); !ok) return ok.error();
  if (items.size() != static_cast<std::size_t>(scored.n_items()))
    return make_error(Code::kLengthMismatch, {},
                      {{"name", "items"}, {"actual", std::to_string(items.size())}, {"expected", std::to_string(scored.n_items())}});
  if (!(n_persons > 0.0)) return make_error(Code::kInvalidArgument, {}, {{"name", "n_persons"}, {"detail", "must be > 0"}});
  Predictor out;
  out.kind = PredictorKind::kCalibrated;
  predictor_detail::set_grid(model, out);
  out.n_used = std::isfinite(n_persons) ? std::llround(std::min(n_persons, 9e15)) : 0;
  out.common_slope = out.slope_by_points = std::numeric_limits<double>::quiet_NaN();
  out.converged = true;
  out.items.resize(items.size());
  std::int64_t n_usable = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    out.items[i].slope = std::numeric_limits<double>::quiet_NaN();
    const std::int64_t at = model.find(scored.item_ids()[i]);
    if (at < 0) {
      out.findings.push_back(make_finding(Severity::kNote, Code::kItemWithoutExpectation,
                                          {.table = {}, .column = {}, .row = -1, .item = items[i].id},
                                          {{"detail", "模型中没有该题 / not in the model"}}));
      continue;
    }
    predictor_detail::fill_from_model(model.items[static_cast<std::size_t>(at)], items[i], scored, static_cast<std::int64_t>(i), n_persons,
                                      out, out.items[i]);
    ++n_usable;
  }
  if (n_usable == 0) return make_error(Code::kNoCommonItems);
  return out;
}

}  // namespace celadon::inline CELADON_ABI::feedback
