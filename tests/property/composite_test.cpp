// Composite indicators: what must not matter does not, and what has bounds keeps them.
#include "for_all.hpp"

#include <celadon/models/composite/compare.hpp>
#include <celadon/models/composite/uncertainty.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace composite_properties {

using namespace property;
using namespace celadon::composite;

std::size_t at(std::int64_t i) {
  return static_cast<std::size_t>(i);
}

/// 3 to 30 units over 2 to 8 indicators in one to three pillars; ties, gaps, long tails and reversed indicators.
Measures random_measures(Stream& draw, double gaps) {
  Measures m;
  const int n_indicators = between(draw, 2, 8);
  const int n_pillars = between(draw, 1, std::min(3, n_indicators));
  std::vector<Node> nodes;
  for (int j = 0; j < n_indicators; ++j) {
    Node node;
    node.code = "i" + std::to_string(j);
    node.parent = "p" + std::to_string(j % n_pillars);
    node.direction = chance(draw, 0.3) ? -1 : 1;
    node.weight = between(draw, 1, 4);
    nodes.push_back(node);
  }
  for (int p = 0; p <= n_pillars; ++p) {
    Node node;
    node.code = p < n_pillars ? "p" + std::to_string(p) : "index";
    node.parent = p < n_pillars ? "index" : "";
    node.level = p < n_pillars ? 2 : 3;
    node.weight = between(draw, 1, 4);
    nodes.push_back(node);
  }
  m.tree = Tree::make(nodes).value();
  const std::int64_t n = between(draw, 3, 30);
  m.values = Matrix(n, n_indicators);
  for (std::int64_t j = 0; j < n_indicators; ++j) {
    const bool ties = chance(draw, 0.3);
    const bool tail = chance(draw, 0.3);
    for (std::int64_t i = 0; i < n; ++i) {
      const double x = ties ? between(draw, 0, 4) : draw.normal();
      m.values(i, j) = chance(draw, gaps) ? kMissing : tail ? std::exp(2.0 * x) : x;
    }
  }
  for (std::int64_t i = 0; i < n; ++i) m.unit_ids.push_back("u" + std::to_string(i));
  return m;
}

Construction random_choices(Stream& draw, bool ranks_too = true) {
  Construction c;
  c.imputation = one_of(draw, std::vector<Imputation>{Imputation::kNone, Imputation::kMean, Imputation::kMedian});
  c.treatment[0].treat = chance(draw, 0.5);
  std::vector<Normalisation> scales = {Normalisation::kMinMax, Normalisation::kZScore};
  if (ranks_too) scales.insert(scales.end(), {Normalisation::kRank, Normalisation::kPercentileRank, Normalisation::kBorda});
  c.normalisation[0].method = one_of(draw, scales);
  return c;
}

Problem differ(const std::string& what, const std::vector<double>& a, const std::vector<double>& b, double tolerance) {
  if (a.size() != b.size()) return what + ": other length";
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::isnan(a[i]) != std::isnan(b[i])) return what + " " + std::to_string(i) + ": missing on one side";
    if (std::fabs(a[i] - b[i]) > tolerance * std::max(1.0, std::fabs(a[i])))
      return what + " " + std::to_string(i) + ": " + std::to_string(a[i]) + " and " + std::to_string(b[i]);
  }
  return {};
}

TEST(CompositeProperty, OrderOfUnitsDoesNotMatter) {
  for_all_streams("composite_order", 300, [](Stream& draw) -> Problem {
    const Measures m = random_measures(draw, 0.1);
    const Construction c = random_choices(draw);
    std::vector<std::int64_t> order(at(m.values.n_rows));
    std::iota(order.begin(), order.end(), std::int64_t{0});
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[static_cast<std::size_t>(draw.below(i))]);
    Measures other = m;
    for (std::int64_t i = 0; i < m.values.n_rows; ++i) {
      for (std::int64_t j = 0; j < m.values.n_columns; ++j) other.values(i, j) = m.values(order[at(i)], j);
      other.unit_ids[at(i)] = m.unit_ids[at(order[at(i)])];
    }
    const auto a = build(m, c);
    const auto b = build(other, c);
    if (bool(a) != bool(b)) return std::string("an error on one side");
    if (!a) return {};
    std::vector<double> expected;
    expected.reserve(order.size());
    for (const std::int64_t i : order) expected.push_back(a->index[at(i)]);
    return differ("index", expected, b->index, 1e-9);
  });
}

TEST(CompositeProperty, UnitsOfMeasurementDoNotMatter) {
  for_all_streams("composite_affine", 300, [](Stream& draw) -> Problem {
    const Measures m = random_measures(draw, 0.1);
    const Construction c = random_choices(draw);
    Measures other = m;
    for (std::int64_t j = 0; j < m.values.n_columns; ++j) {
      // A power of two, so that no tie comes or goes by rounding.
      const double slope = std::ldexp(1.0, between(draw, -3, 6));
      for (std::int64_t i = 0; i < m.values.n_rows; ++i) other.values(i, j) = slope * m.values(i, j);
    }
    // The logarithm of a transformation depends on the unit by (max - min) / 100 alone, which scales along.
    const auto a = build(m, c);
    const auto b = build(other, c);
    if (bool(a) != bool(b)) return std::string("an error on one side");
    return a ? differ("index", a->index, b->index, 1e-9) : Problem{};
  });
}

TEST(CompositeProperty, NormalisationKeepsTheOrder) {
  for_all_streams("composite_normalise", 400, [](Stream& draw) -> Problem {
    const Measures m = random_measures(draw, 0.1);
    NormaliseOptions o;
    o.method =
        one_of(draw, std::vector<Normalisation>{Normalisation::kNone, Normalisation::kMinMax, Normalisation::kZScore, Normalisation::kRank,
                                                Normalisation::kBorda, Normalisation::kPercentileRank, Normalisation::kDistanceToMax,
                                                Normalisation::kDistanceToReference, Normalisation::kDistanceToTarget,
                                                Normalisation::kFractionOfMax, Normalisation::kScaled, Normalisation::kGoalposts});
    o.lower = -1.0;
    o.upper = 1.0;
    o.target = 2.0 * draw.normal();
    o.reference = between(draw, 0, static_cast<int>(m.values.n_rows) - 1);
    o.cap = chance(draw, 0.5);
    const auto out = normalise(m.values, m.tree, std::span(&o, 1));
    if (!out) return {};
    for (std::int64_t j = 0; j < m.values.n_columns; ++j)
      for (std::int64_t a = 0; a < m.values.n_rows; ++a)
        for (std::int64_t b = 0; b < m.values.n_rows; ++b) {
          const double less = m.tree.nodes()[at(j)].direction * (m.values(b, j) - m.values(a, j));
          if (less > 0.0 && out->values(a, j) > out->values(b, j) + 1e-12 * std::fabs(out->values(b, j)))
            return "method " + std::to_string(static_cast<int>(o.method)) + ": the better unit has the lower value";
        }
    return {};
  });
}

TEST(CompositeProperty, OnlyRatiosOfWeightsMatter) {
  for_all_streams("composite_weights", 300, [](Stream& draw) -> Problem {
    const Measures m = random_measures(draw, 0.1);
    Construction c = random_choices(draw);
    const auto a = build(m, c);
    c.weights = m.tree.weights();
    for (const std::int64_t parent : m.tree.upwards()) {
      const double factor = draw.uniform(0.1, 10.0);
      for (const std::int64_t child : m.tree.children(parent)) c.weights[at(child)] *= factor;
    }
    const auto b = build(m, c);
    if (bool(a) != bool(b)) return std::string("an error on one side");
    if (!a) return {};
    if (Problem problem = differ("index", a->index, b->index, 1e-11)) return problem;
    return differ("effective weight", a->effective_weights, b->effective_weights, 1e-12);
  });
}

TEST(CompositeProperty, MeansKeepTheirBoundsAndTheirOrder) {
  for_all_streams("composite_bounds", 300, [](Stream& draw) -> Problem {
    const Measures m = random_measures(draw, 0.1);
    Construction c = random_choices(draw);
    c.normalisation[0] = {};
    c.normalisation[0].lower = 1.0;
    c.normalisation[0].upper = 100.0;
    std::vector<Matrix> scores;
    for (const auto kind : {Aggregation::kHarmonic, Aggregation::kGeometric, Aggregation::kArithmetic}) {
      c.aggregation.methods = {kind};
      const auto index = build(m, c);
      if (!index) return {};
      scores.push_back(index->scores);
    }
    for (std::size_t cell = 0; cell < scores[0].values.size(); ++cell) {
      const double h = scores[0].values[cell];
      const double g = scores[1].values[cell];
      const double a = scores[2].values[cell];
      if (std::isnan(a)) continue;
      if (h < 1.0 - 1e-9 || a > 100.0 + 1e-9) return "outside 1 to 100: " + std::to_string(h) + " " + std::to_string(a);
      if (h > g + 1e-9 || g > a + 1e-9) return "order of means: " + std::to_string(h) + " " + std::to_string(g) + " " + std::to_string(a);
    }
    return {};
  });
}

TEST(CompositeProperty, AWeightOfZeroIsAnIndicatorLess) {
  for_all_streams("composite_removal", 200, [](Stream& draw) -> Problem {
    const Measures m = random_measures(draw, 0.1);
    const Construction c = random_choices(draw);
    const auto out = draw.below(static_cast<std::uint64_t>(m.tree.n_indicators()));
    Measures less = m;
    std::vector<Node> nodes;
    for (const Node& node : m.tree.nodes())
      if (node.code != m.tree.nodes()[out].code) nodes.push_back(node);
    auto tree = Tree::make(nodes);
    if (!tree) return {};  // its pillar had no other
    less.tree = *tree;
    less.values = Matrix(m.values.n_rows, m.values.n_columns - 1);
    for (std::int64_t i = 0; i < m.values.n_rows; ++i)
      for (std::int64_t j = 0, to = 0; j < m.values.n_columns; ++j)
        if (j != static_cast<std::int64_t>(out)) less.values(i, to++) = m.values(i, j);
    Construction without = c;
    without.weights = m.tree.weights();
    without.weights[out] = 0.0;
    const auto a = build(m, without);
    const auto b = build(less, c);
    if (!a || !b) return bool(a) == bool(b) ? Problem{} : Problem{"an error on one side"};
    if (Problem problem = differ("index", a->index, b->index, 1e-12)) return problem;
    const auto removals = remove_one_at_a_time(m, c);
    if (!removals) return std::string("no removals");
    const auto whole = build(m, c);
    for (std::size_t i = 0; i < a->rank.size(); ++i)
      if (removals->nodes[out].rank_change[i] != whole->rank[i] - a->rank[i] && !std::isnan(whole->rank[i] - a->rank[i]))
        return "rank change of unit " + std::to_string(i);
    return {};
  });
}

TEST(CompositeProperty, PairsShareTheWeight) {
  for_all_streams("composite_pairs", 200, [](Stream& draw) -> Problem {
    const Measures m = random_measures(draw, 0.0);
    std::vector<double> weights;
    for (std::int64_t j = 0; j < m.values.n_columns; ++j) weights.push_back(between(draw, 1, 5));
    const auto part = outranking(m.values, weights);
    const auto score = copeland(m.values, weights);
    if (!part || !score) return std::string("an error");
    Matrix twisted = m.values;
    for (double& x : twisted.values) x = std::atan(x);  // any increasing function
    const auto again = outranking(twisted, weights);
    if (!again || again->values != part->values) return std::string("an increasing function changed the outranking");
    double sum = 0.0;
    for (std::int64_t i = 0; i < part->n_rows; ++i) {
      sum += (*score)[at(i)];
      for (std::int64_t j = 0; j < i; ++j)
        if (std::fabs((*part)(i, j) + (*part)(j, i) - 1.0) > 1e-12) return std::string("two parts do not make the whole");
    }
    return sum == 0.0 ? Problem{} : Problem{"wins are not losses: " + std::to_string(sum)};
  });
}

TEST(CompositeProperty, RunsAreTheSameForAnyThreadsAndRanksAreRanks) {
  for_all_streams("composite_runs", 60, [](Stream& draw) -> Problem {
    const Measures m = random_measures(draw, 0.05);
    const Construction c = random_choices(draw);
    std::vector<Factor> factors(3);
    factors[0].noise = {draw.uniform(0.0, 0.9), 0.3};
    factors[1].choice = Choice::kNormalisation;
    factors[1].normalisations.resize(2);
    factors[1].normalisations[1].method = Normalisation::kRank;
    factors[2].choice = Choice::kInclusion;
    factors[2].excluded = {"", "i0", "p0"};
    UncertaintyOptions options;
    options.n_runs = between(draw, 1, 50);
    options.keep_runs = true;
    celadon::ExecutionContext one;
    one.n_threads = 1;
    celadon::ExecutionContext three;
    three.n_threads = 3;
    const auto a = uncertainty(m, c, factors, options, one);
    const auto b = uncertainty(m, c, factors, options, three);
    if (!a || !b) return bool(a) == bool(b) ? Problem{} : Problem{"an error on one side"};
    const auto n = static_cast<double>(a->units.size());
    for (std::size_t k = 0; k < a->run_ranks.values.size(); ++k) {
      const double x = a->run_ranks.values[k];
      const double y = b->run_ranks.values[k];
      if (!(x == y || (std::isnan(x) && std::isnan(y)))) return std::string("other ranks with three threads");
      if (!std::isnan(x) && !(x >= 1.0 && x <= n)) return "a rank of " + std::to_string(x);
    }
    for (const UnitSpread& u : a->units) {
      if (std::isnan(u.rank_mean)) continue;
      if (!(u.rank_lower <= u.rank_median && u.rank_median <= u.rank_upper)) return std::string("quantiles of ranks out of order");
      if (!(u.score_lower <= u.score_upper)) return std::string("quantiles of scores out of order");
    }
    return {};
  });
}

}  // namespace composite_properties
