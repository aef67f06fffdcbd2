/// For bodies: residuals of answers at estimated abilities, one pass over the cells for item fit, person fit and local dependence.
#pragma once

#include <celadon/core/math.hpp>
#include <celadon/models/irt/impl/match.hpp>
#include <celadon/models/irt/score.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace celadon::inline CELADON_ABI::irt::residual_detail {

/// What an item's category distribution at one ability says about the category number x.
struct Moments {
  double mean = 0.0;
  double variance = 0.0;
  double fourth = 0.0;  ///< fourth central moment
};

inline Moments moments(std::span<const double> p) {
  Moments m;
  for (std::size_t k = 1; k < p.size(); ++k) m.mean += static_cast<double>(k) * p[k];
  for (std::size_t k = 0; k < p.size(); ++k) {
    const double d = static_cast<double>(k) - m.mean;
    m.variance += d * d * p[k];
    m.fourth += d * d * d * d * p[k];
  }
  return m;
}

/// Sums behind infit and outfit of one item or one person.
struct FitSums {
  double n = 0.0;
  double squared = 0.0;  ///< squared residuals
  double variance = 0.0;
  double standardised = 0.0;  ///< squared residuals / variance
  double excess = 0.0;        ///< fourth moment / variance^2
  double spread = 0.0;        ///< fourth moment - variance^2

  void add(double x, const Moments& m) {
    const double d = x - m.mean;
    const double v = std::max(m.variance, 1e-200);  // an answer that was all but certain still counts
    n += 1.0;
    squared += d * d;
    variance += v;
    standardised += d * d / v;
    excess += m.fourth / (v * v);
    spread += m.fourth - v * v;
  }
  void add(const FitSums& o) {
    n += o.n;
    squared += o.squared;
    variance += o.variance;
    standardised += o.standardised;
    excess += o.excess;
    spread += o.spread;
  }
};

struct Fit {
  double outfit;
  double outfit_z;
  double infit;
  double infit_z;
};

/// Wilson-Hilferty: the cube root of a mean square is nearly normal. Its standard deviation is capped at sqrt(2), where the approximation
/// ends.
inline double to_z(double mean_square, double variance) {
  const double q = std::min(math::sqrt(std::max(variance, 0.0)), 1.4142135623730951);
  return ((mean_square > 0.0 ? math::exp(math::log(mean_square) / 3.0) : 0.0) - 1.0) * (3.0 / q) + q / 3.0;
}

inline Fit fit_of(const FitSums& s) {
  const double outfit = s.standardised / s.n;
  const double infit = s.squared / s.variance;
  return {outfit, to_z(outfit, s.excess / (s.n * s.n) - 1.0 / s.n), infit, to_z(infit, s.spread / (s.variance * s.variance))};
}

/// Abilities of the persons and the match of items, as every residual statistic needs them.
struct Basis {
  Scores scores;
  match_detail::Match match;
};

inline Result<Basis> basis(const Model& model, const Responses& responses, const ScoreOptions& options, const ExecutionContext& context) {
  auto scores = score(model, responses, options, context);
  if (!scores) return scores.error();
  auto matched = match_detail::match(model, responses, options.missing, options.group);
  if (!matched) return matched.error();
  return Basis{std::move(*scores), std::move(*matched)};
}

/// Calls visit(row_in_block, model_item, category, probabilities) for every usable answer of every scored person of a block.
template <class Visit>
void for_each_answer(const Model& model, const Responses& responses, const Basis& basis, std::int64_t block, const Visit& visit) {
  std::vector<double> p;
  for (std::size_t j = 0; j < model.items.size(); ++j) {
    const std::int64_t column = basis.match.column_of_item[j];
    if (column < 0) continue;
    const std::uint8_t* cells = responses.column(block, column);
    const match_detail::CellCodes& codes = basis.match.codes[static_cast<std::size_t>(column)];
    p.resize(static_cast<std::size_t>(model.items[j].n_categories));
    for (std::int64_t i = 0; i < responses.rows(block); ++i) {
      const auto row = static_cast<std::size_t>(block * kBlockRows + i);
      const int category = codes[cells[i]];
      if (category < 0 || basis.scores.status[row] != ScoreStatus::kScored) continue;
      category_probabilities(model.items[j], basis.scores.ability[row], p);
      visit(i, j, category, std::span<const double>(p));
    }
  }
}

}  // namespace celadon::inline CELADON_ABI::irt::residual_detail
