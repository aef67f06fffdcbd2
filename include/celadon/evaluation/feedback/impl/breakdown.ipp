#pragma once

#include <celadon/core/normal.hpp>
#include <celadon/evaluation/feedback/breakdown.hpp>
#include <celadon/evaluation/feedback/impl/base_paper.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace celadon::inline CELADON_ABI::feedback {

namespace breakdown_detail {

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

inline std::vector<std::string> values_of(const Item& item, ctt::ContentDimension dimension) {
  std::vector<std::string> out;
  const auto add = [&](const std::string& value) {
    if (!value.empty() && std::find(out.begin(), out.end(), value) == out.end()) out.push_back(value);
  };
  switch (dimension) {
    case ctt::ContentDimension::kKnowledge:
      for (const std::string& point : item.knowledge) add(point);
      break;
    case ctt::ContentDimension::kAbilityLevel:
      add(item.ability_level);
      break;
    case ctt::ContentDimension::kCognitiveLevel:
      add(item.cognitive_level);
      break;
    default:
      add(item.type);
  }
  return out;
}

/// Mean and variance of an item's points at each node.
struct Moments {
  std::vector<double> mean;
  std::vector<double> variance;
};

inline Moments item_moments(const ItemPredictor& item, std::size_t n_nodes) {
  Moments out{std::vector<double>(n_nodes, 0.0), std::vector<double>(n_nodes, 0.0)};
  for (std::size_t q = 0; q < n_nodes; ++q) {
    double square = 0.0;
    for (int k = 0; k < item.n_categories; ++k) {
      const double p = item.likelihood[static_cast<std::size_t>(k) * n_nodes + q];
      const double x = item.points[static_cast<std::size_t>(k)];
      out.mean[q] += p * x;
      square += p * x * x;
    }
    out.variance[q] = std::max(0.0, square - out.mean[q] * out.mean[q]);
  }
  return out;
}

/// Error variance of the part over p (1 - p), both averaged over the population. Items without a predictor have the variance of a 0/1 item.
inline double error_ratio(const Items& items, const std::vector<std::int32_t>& which, const Predictor& predictor) {
  double full = 0.0;
  double single = 0.0;  // of 0/1 items
  double open_square = 0.0;
  double used = 0.0;
  const std::size_t n_nodes = predictor.n_nodes();
  Moments sum{std::vector<double>(n_nodes, 0.0), std::vector<double>(n_nodes, 0.0)};
  for (const std::int32_t i : which) {
    const auto j = static_cast<std::size_t>(i);
    const double mark = items[j].full_mark;
    full += mark;
    single += mark * mark;
    if (predictor.kind == PredictorKind::kNone || j >= predictor.items.size() || !predictor.items[j].usable) {
      open_square += mark * mark;
      continue;
    }
    used += mark;
    const Moments m = item_moments(predictor.items[j], n_nodes);
    for (std::size_t q = 0; q < n_nodes; ++q) {
      sum.mean[q] += m.mean[q];
      sum.variance[q] += m.variance[q];
    }
  }
  if (!(full > 0.0)) return 1.0;
  const double widest = single / (full * full);
  if (!(used > 0.0)) return widest;
  double error = 0.0;
  double spread = 0.0;
  for (std::size_t q = 0; q < n_nodes; ++q) {
    const double p = std::clamp(sum.mean[q] / used, 0.0, 1.0);
    error += predictor.weights[q] * (sum.variance[q] + open_square * p * (1.0 - p));
    spread += predictor.weights[q] * p * (1.0 - p);
  }
  if (!(spread > 0.0) || !(error > 0.0)) return widest;
  return std::min(1.0, error / (full * full * spread));
}

struct Sums {
  double points = 0.0;
  double attainable = 0.0;
  double expected = 0.0;
  std::int32_t n_items = 0;
};

/// Sums of one pupil on one part, over the cells that count.
inline Sums sums_of(const evaluation::Paper& paper, const GainLoss& gain_loss, const Part& part, std::int64_t person) {
  Sums out;
  for (const std::int32_t i : part.items) {
    const std::size_t cell = gain_loss.cell(person, i);
    if (std::isnan(gain_loss.points[cell])) continue;
    out.points += static_cast<double>(gain_loss.points[cell]);
    out.attainable += paper.items[static_cast<std::size_t>(i)].full_mark;
    out.expected += gain_loss.expected.empty() ? kNaN : static_cast<double>(gain_loss.expected[cell]);
    ++out.n_items;
  }
  return out;
}

}  // namespace breakdown_detail

std::vector<Part> parts_of(const evaluation::Paper& paper, const Predictor& predictor) {
  constexpr ctt::ContentDimension kDimensions[] = {ctt::ContentDimension::kKnowledge, ctt::ContentDimension::kAbilityLevel,
                                                   ctt::ContentDimension::kCognitiveLevel, ctt::ContentDimension::kItemType};
  std::vector<Part> out;
  for (const ctt::ContentDimension dimension : kDimensions) {
    const std::size_t first = out.size();
    for (std::size_t j = 0; j < paper.items.size(); ++j) {
      if (paper.items[j].bonus) continue;
      for (const std::string& value : breakdown_detail::values_of(paper.items[j], dimension)) {
        auto at =
            std::find_if(out.begin() + static_cast<std::ptrdiff_t>(first), out.end(), [&](const Part& p) { return p.value == value; });
        if (at == out.end()) {
          Part fresh;
          fresh.dimension = dimension;
          fresh.value = value;
          out.push_back(std::move(fresh));
          at = out.end() - 1;
        }
        at->items.push_back(static_cast<std::int32_t>(j));
      }
    }
  }
  for (Part& part : out) {
    part.full_mark = base_paper_detail::full_mark_of(paper.items, part.items);
    part.error_ratio = breakdown_detail::error_ratio(paper.items, part.items, predictor);
  }
  return out;
}

std::vector<PartScore> pupil_parts(const evaluation::Paper& paper, const GainLoss& gain_loss, const std::vector<Part>& parts,
                                   std::int64_t person, double confidence) {
  std::vector<PartScore> out;
  for (std::size_t p = 0; p < parts.size(); ++p) {
    const breakdown_detail::Sums sums = breakdown_detail::sums_of(paper, gain_loss, parts[p], person);
    if (sums.n_items == 0) continue;
    PartScore score;
    score.part = static_cast<std::int32_t>(p);
    score.n_items = sums.n_items;
    score.points = sums.points;
    score.attainable = sums.attainable;
    score.expected = sums.expected;
    score.share = std::clamp(sums.points / sums.attainable, 0.0, 1.0);
    // Part of a part is a test so much shorter.
    const double units = sums.attainable / (parts[p].full_mark * parts[p].error_ratio);
    const ShareInterval interval = wilson_interval(score.share, units, confidence);
    score.lower = interval.lower;
    score.upper = interval.upper;
    out.push_back(score);
  }
  return out;
}

std::vector<PartScore> group_parts(const evaluation::Paper& paper, const GainLoss& gain_loss, const std::vector<Part>& parts,
                                   std::span<const std::int64_t> rows, double confidence) {
  const double z = normal_quantile(0.5 + 0.5 * confidence);
  std::vector<PartScore> out;
  for (std::size_t p = 0; p < parts.size(); ++p) {
    PartScore score;
    score.part = static_cast<std::int32_t>(p);
    score.n = 0;
    std::vector<breakdown_detail::Sums> pupils;
    breakdown_detail::Sums sum;
    for (const std::int64_t row : rows) {
      const breakdown_detail::Sums one = breakdown_detail::sums_of(paper, gain_loss, parts[p], row);
      if (one.n_items == 0) continue;
      score.n_items = std::max(score.n_items, one.n_items);
      sum.points += one.points;
      sum.attainable += one.attainable;
      sum.expected += one.expected;
      pupils.push_back(one);
    }
    if (pupils.empty()) continue;
    const auto n = static_cast<double>(pupils.size());
    score.n = static_cast<std::int64_t>(pupils.size());
    score.points = sum.points / n;
    score.attainable = sum.attainable / n;
    score.expected = sum.expected / n;
    score.share = sum.points / sum.attainable;
    score.lower = score.upper = breakdown_detail::kNaN;
    if (pupils.size() >= 2) {
      // The share is a ratio of two means; with one and the same paper for all this is the usual error of a mean.
      double square = 0.0;
      for (const breakdown_detail::Sums& one : pupils) {
        const double residual = one.points - score.share * one.attainable;
        square += residual * residual;
      }
      const double half = z * std::sqrt(square / (n - 1.0) / n) / score.attainable;
      score.lower = std::max(0.0, score.share - half);
      score.upper = std::min(1.0, score.share + half);
    }
    out.push_back(score);
  }
  return out;
}

ShareInterval wilson_interval(double share, double n, double confidence) {
  if (!(confidence > 0.0 && confidence < 1.0)) throw LogicError("celadon::feedback::wilson_interval: confidence outside (0, 1)");
  if (std::isnan(share) || !(n > 0.0)) return {breakdown_detail::kNaN, breakdown_detail::kNaN};
  const double z = normal_quantile(0.5 + 0.5 * confidence);
  const double p = std::clamp(share, 0.0, 1.0);
  const double b = z * z / n;
  const double centre = (p + 0.5 * b) / (1.0 + b);
  const double half = std::sqrt(b * p * (1.0 - p) + 0.25 * b * b) / (1.0 + b);
  return {std::max(0.0, centre - half), std::min(1.0, centre + half)};
}

}  // namespace celadon::inline CELADON_ABI::feedback
