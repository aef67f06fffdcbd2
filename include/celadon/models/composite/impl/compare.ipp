#pragma once

#include <celadon/models/composite/compare.hpp>
#include <celadon/models/composite/impl/uncertainty_detail.hpp>
#include <celadon/models/composite/multivariate.hpp>

#include <Eigen/Cholesky>

#include <map>

namespace celadon::inline CELADON_ABI::composite {

namespace compare_detail {

using columns_detail::at;

inline double correlation(const std::vector<double>& x, const std::vector<double>& y, bool by_rank) {
  Matrix two(static_cast<std::int64_t>(x.size()), 2);
  for (std::size_t i = 0; i < x.size(); ++i) {
    two(static_cast<std::int64_t>(i), 0) = x[i];
    two(static_cast<std::int64_t>(i), 1) = y[i];
  }
  return (by_rank ? rank_correlations(two) : correlations(two))(0, 1);
}

/// Change of ranks: a - b, with its mean and largest size; NaN where either has no rank.
struct Changes {
  std::vector<double> change;
  double mean = kMissing;
  double largest = kMissing;
};
inline Changes changes_of(const std::vector<double>& a, const std::vector<double>& b) {
  Changes out;
  double sum = 0.0;
  double n = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double c = a[i] - b[i];
    out.change.push_back(c);
    if (std::isnan(c)) continue;
    sum += std::fabs(c);
    n += 1.0;
    out.largest = std::isnan(out.largest) ? std::fabs(c) : std::max(out.largest, std::fabs(c));
  }
  if (n > 0.0) out.mean = sum / n;
  return out;
}

inline std::vector<std::int64_t> nodes_of_level(const Tree& tree, int level) {
  std::vector<std::int64_t> out;
  for (std::int64_t k = 0; k < tree.n_nodes(); ++k)
    if (tree.nodes()[at(k)].level == level && k != tree.root()) out.push_back(k);
  return out;
}

}  // namespace compare_detail

Result<Comparison> compare(const Index& a, const Index& b) {
  namespace detail = compare_detail;
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < b.unit_ids.size(); ++i) places.emplace(b.unit_ids[i], i);
  Comparison out;
  for (std::size_t i = 0; i < a.unit_ids.size(); ++i) {
    const auto found = places.find(a.unit_ids[i]);
    if (found == places.end()) continue;
    out.unit_ids.push_back(a.unit_ids[i]);
    out.score_a.push_back(a.index[i]);
    out.score_b.push_back(b.index[found->second]);
    out.rank_a.push_back(a.rank[i]);
    out.rank_b.push_back(b.rank[found->second]);
  }
  if (out.unit_ids.empty()) return make_error(Code::kTooFewUnits, {}, {{"node", "*"}, {"n", "0"}, {"needed", "1"}});
  out.n_unmatched = static_cast<std::int64_t>(a.unit_ids.size() + b.unit_ids.size() - 2 * out.unit_ids.size());
  auto c = detail::changes_of(out.rank_a, out.rank_b);
  out.rank_change = std::move(c.change);
  out.mean_absolute_change = c.mean;
  out.largest_absolute_change = c.largest;
  out.rank_correlation = detail::correlation(out.score_a, out.score_b, true);
  out.score_correlation = detail::correlation(out.score_a, out.score_b, false);
  return out;
}

Result<Comparison> what_if(const Measures& measures, const Construction& construction, std::span<const Change> changes) {
  const auto a = build(measures, construction);
  if (!a) return a.error();
  Measures other = measures;
  for (const Change& c : changes) {
    if (c.row < 0 || c.row >= other.values.n_rows || c.column < 0 || c.column >= other.values.n_columns)
      return columns_detail::invalid("changes", "a cell outside the table");
    other.values(c.row, c.column) = c.value;
  }
  const auto b = build(other, construction);
  if (!b) return b.error();
  return compare(*a, *b);
}

Result<Removals> remove_one_at_a_time(const Measures& measures, const Construction& construction, int level,
                                      const ExecutionContext& context) {
  namespace detail = compare_detail;
  const Tree& tree = measures.tree;
  const auto whole = build(measures, construction);
  if (!whole) return whole.error();
  if (level < 1 || level >= tree.n_levels()) return columns_detail::invalid("level", "no such level below the index");
  const auto nodes = detail::nodes_of_level(tree, level);
  const std::int64_t n = whole->normalised.n_rows;
  const std::vector<double> columns = aggregate_detail::to_columns(whole->normalised, tree.n_nodes());
  const auto own = aggregate_detail::node_weights(tree, construction.weights);
  if (!own) return own.error();
  Removals out;
  out.unit_ids = whole->unit_ids;
  out.nodes.resize(nodes.size());
  const auto blocks = static_cast<std::int64_t>(nodes.size());
  std::vector<std::uint8_t> failed(nodes.size(), 0);
  const auto done = run_blocks(blocks, worker_count(blocks, context), context, [&](std::int64_t block, int) {
    Removal& removal = out.nodes[detail::at(block)];
    const std::int64_t node = nodes[detail::at(block)];
    removal.code = tree.nodes()[detail::at(node)].code;
    std::vector<double> weights = *own;
    uncertainty_detail::exclude(tree, node, weights);
    std::vector<double> scores = columns;
    aggregate_detail::Scratch scratch;
    std::vector<double> index(detail::at(n), kMissing);
    const bool nothing_left = weights[detail::at(tree.root())] == 0.0;
    if (nothing_left || aggregate_detail::run(tree, construction.aggregation, weights.data(), detail::at(n), scores.data(), scratch))
      failed[detail::at(block)] = 1;
    else
      std::copy_n(scores.data() + tree.root() * n, n, index.data());
    auto c = detail::changes_of(whole->rank, ranks(index));
    removal.rank_change = std::move(c.change);
    removal.mean_absolute_change = c.mean;
    removal.largest_absolute_change = c.largest;
    removal.rank_correlation = detail::correlation(whole->index, index, true);
  });
  if (!done) return done.error();
  const auto n_failed = std::count(failed.begin(), failed.end(), 1);
  if (n_failed > 0)
    out.findings.push_back(make_finding(Severity::kWarning, Code::kRunsFailed, {},
                                        {{"n", std::to_string(n_failed)}, {"total", std::to_string(nodes.size())}}));
  return out;
}

Result<InfluenceWeights> equal_influence_weights(const Measures& measures, const Construction& construction, int level,
                                                 const InfluenceOptions& options) {
  namespace detail = compare_detail;
  const Tree& tree = measures.tree;
  const auto whole = build(measures, construction);
  if (!whole) return whole.error();
  if (level < 1 || level >= tree.n_levels()) return columns_detail::invalid("level", "no such level below the index");
  const auto nodes = detail::nodes_of_level(tree, level);
  const std::size_t k = nodes.size();
  InfluenceWeights out;
  out.targets = options.targets.empty() ? std::vector<double>(k, 1.0) : options.targets;
  if (out.targets.size() != k)
    return columns_detail::length("targets", static_cast<std::int64_t>(out.targets.size()), static_cast<std::int64_t>(k));
  double sum = 0.0;
  for (const double t : out.targets) {
    if (!(t > 0.0) || !std::isfinite(t)) return columns_detail::invalid("targets", "not above 0");
    sum += t;
  }
  for (double& t : out.targets) t /= sum;
  auto own = aggregate_detail::node_weights(tree, construction.weights);
  if (!own) return own.error();
  const std::int64_t n = whole->normalised.n_rows;
  std::vector<double> scores = aggregate_detail::to_columns(whole->normalised, tree.n_nodes());
  aggregate_detail::Scratch scratch;
  std::vector<double> r(k);
  // Shares of influence less targets at the logarithms of the weights; false where a correlation is not defined.
  const auto residuals = [&](const std::vector<double>& logs, std::vector<double>& to) {
    for (std::size_t j = 0; j < k; ++j) (*own)[detail::at(nodes[j])] = math::exp(logs[j]);
    if (aggregate_detail::run(tree, construction.aggregation, own->data(), detail::at(n), scores.data(), scratch)) return false;
    const std::vector<double> index(scores.begin() + tree.root() * n, scores.begin() + (tree.root() + 1) * n);
    double total = 0.0;
    for (std::size_t j = 0; j < k; ++j) {
      const std::vector<double> x(scores.begin() + nodes[j] * n, scores.begin() + (nodes[j] + 1) * n);
      r[j] = detail::correlation(x, index, false);
      total += r[j];
    }
    for (std::size_t j = 0; j < k; ++j) to[j] = r[j] / total - out.targets[j];
    return total > 0.0;
  };
  const auto size = [k](const std::vector<double>& v) {
    double squares = 0.0;
    for (const double x : v) squares += x * x;
    return math::sqrt(squares / static_cast<double>(k));
  };
  // Levenberg-Marquardt on the logarithms: the common factor of the weights leaves a flat direction, which the damping holds.
  std::vector<double> logs(k);
  for (std::size_t j = 0; j < k; ++j) logs[j] = math::log(out.targets[j]);
  std::vector<double> now(k);
  if (!residuals(logs, now)) return make_error(Code::kWeightsNotConverged, {}, {{"value", columns_detail::number(kMissing)}});
  double damping = 1e-3;
  std::vector<double> trial(k);
  std::vector<double> then(k);
  Eigen::MatrixXd jacobian(static_cast<Eigen::Index>(k), static_cast<Eigen::Index>(k));
  for (; out.iterations < options.max_iterations && size(now) > options.tolerance; ++out.iterations) {
    for (std::size_t j = 0; j < k; ++j) {
      trial = logs;
      trial[j] += 1e-6;
      if (!residuals(trial, then)) then = now;
      for (std::size_t i = 0; i < k; ++i) jacobian(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = (then[i] - now[i]) * 1e6;
    }
    const Eigen::Map<const Eigen::VectorXd> residual(now.data(), static_cast<Eigen::Index>(k));
    const Eigen::MatrixXd normal = jacobian.transpose() * jacobian;
    const Eigen::VectorXd gradient = jacobian.transpose() * residual;
    bool better = false;
    for (int attempt = 0; attempt < 30 && !better; ++attempt) {
      Eigen::MatrixXd damped = normal;
      damped.diagonal().array() += damping * (1e-12 + normal.diagonal().maxCoeff());
      const Eigen::VectorXd step = damped.ldlt().solve(-gradient);
      for (std::size_t j = 0; j < k; ++j) trial[j] = logs[j] + std::clamp(step(static_cast<Eigen::Index>(j)), -2.0, 2.0);
      if (residuals(trial, then) && size(then) < size(now)) {
        logs = trial;
        now = then;
        better = true;
        damping = std::max(1e-14, damping * 0.2);
      } else {
        damping *= 5.0;
      }
    }
    if (!better) break;
  }
  residuals(logs, now);
  out.deviation = size(now);
  out.converged = out.deviation <= options.tolerance;
  out.correlations = r;
  double total = 0.0;
  for (std::size_t j = 0; j < k; ++j) {
    out.codes.push_back(tree.nodes()[detail::at(nodes[j])].code);
    out.influence_shares.push_back(now[j] + out.targets[j]);
    out.weights.push_back((*own)[detail::at(nodes[j])]);
    total += out.weights.back();
  }
  for (std::size_t j = 0; j < k; ++j) {
    out.weights[j] /= total;
    (*own)[detail::at(nodes[j])] = out.weights[j];
  }
  out.all_weights = *own;
  if (!out.converged)
    out.findings.push_back(
        make_finding(Severity::kWarning, Code::kWeightsNotConverged, {}, {{"value", columns_detail::number(out.deviation)}}));
  return out;
}

Table Comparison::to_table() const {
  Table table("comparison");
  table.add("unit", unit_ids).add("score_a", score_a).add("score_b", score_b);
  table.add("rank_a", rank_a).add("rank_b", rank_b).add("rank_change", rank_change);
  return table;
}

Table InfluenceWeights::to_table() const {
  Table table("influence_weights");
  table.add("node", codes).add("weight", weights).add("correlation", correlations);
  table.add("influence_share", influence_shares).add("target", targets);
  return table;
}

Table Removals::to_table() const {
  Table table("removals");
  std::vector<std::string> code;
  std::vector<double> mean;
  std::vector<double> largest;
  std::vector<double> correlation;
  for (const Removal& r : nodes) {
    code.push_back(r.code);
    mean.push_back(r.mean_absolute_change);
    largest.push_back(r.largest_absolute_change);
    correlation.push_back(r.rank_correlation);
  }
  table.add("node", std::move(code)).add("mean_absolute_change", std::move(mean));
  table.add("largest_absolute_change", std::move(largest)).add("rank_correlation", std::move(correlation));
  return table;
}

}  // namespace celadon::inline CELADON_ABI::composite
