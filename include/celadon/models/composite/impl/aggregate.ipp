#pragma once

#include <celadon/models/composite/impl/aggregate_detail.hpp>

namespace celadon::inline CELADON_ABI::composite {

Result<Matrix> aggregate(const Matrix& normalised, const Tree& tree, const AggregateOptions& options, std::span<const double> weights) {
  namespace detail = aggregate_detail;
  if (normalised.n_columns != tree.n_indicators()) return columns_detail::length("data", normalised.n_columns, tree.n_indicators());
  if (auto ok = detail::check(options); !ok) return ok.error();
  const auto own = detail::node_weights(tree, weights);
  if (!own) return own.error();
  std::vector<double> columns = detail::to_columns(normalised, tree.n_nodes());
  detail::Scratch scratch;
  const auto bad = detail::run(tree, options, own->data(), detail::at(normalised.n_rows), columns.data(), scratch);
  if (bad) return detail::not_positive(tree.nodes()[detail::at(bad->node)].code, bad->row);
  return detail::to_rows(columns, normalised.n_rows, tree.n_nodes());
}

Result<double> mean_of(std::span<const double> values, std::span<const double> weights, Aggregation method, double power) {
  namespace detail = aggregate_detail;
  if (method == Aggregation::kCopeland || method == Aggregation::kTopsis) return columns_detail::invalid("method", "not a mean");
  if (!std::isfinite(power)) return columns_detail::invalid("power", "not finite");
  if (values.empty()) return kMissing;
  const auto own = columns_detail::checked_weights(weights, static_cast<std::int64_t>(values.size()));
  if (!own) return own.error();
  double sum = 0.0;
  double total = 0.0;
  for (std::size_t k = 0; k < values.size(); ++k) {
    const double w = (*own)[k];
    if (!(w > 0.0)) continue;
    if (std::isnan(values[k])) {
      if (method == Aggregation::kWeightedProduct) return kMissing;
      continue;
    }
    if (detail::needs_positive(method, power) && !(values[k] > 0.0)) return detail::not_positive(std::to_string(k + 1), 0);
    sum += w * detail::forward(values[k], method, power);
    total += w;
  }
  if (!(total > 0.0)) return kMissing;
  return method == Aggregation::kWeightedProduct ? math::exp(sum) : detail::backward(sum / total, method, power);
}

namespace aggregate_detail {

struct Held {
  std::vector<double> values;
  Columns columns;
};

inline Result<Held> held(const Matrix& values, std::span<const double> weights) {
  auto own = columns_detail::checked_weights(weights, values.n_columns);
  if (!own) return own.error();
  Held out;
  out.values = to_columns(values, values.n_columns);
  out.columns.n = at(values.n_rows);
  out.columns.w = std::move(*own);
  return out;
}
inline void point(Held& h) {
  h.columns.x.clear();
  for (std::size_t k = 0; k < h.columns.w.size(); ++k) h.columns.x.push_back(h.values.data() + k * h.columns.n);
}

inline Result<std::vector<int>> directions_of(std::span<const int> directions, std::int64_t n) {
  if (directions.empty()) return std::vector<int>(at(n), 1);
  if (static_cast<std::int64_t>(directions.size()) != n)
    return columns_detail::length("directions", static_cast<std::int64_t>(directions.size()), n);
  for (const int d : directions)
    if (d != 1 && d != -1) return columns_detail::invalid("directions", "neither 1 nor -1");
  return std::vector<int>(directions.begin(), directions.end());
}

}  // namespace aggregate_detail

Result<Matrix> outranking(const Matrix& values, std::span<const double> weights) {
  namespace detail = aggregate_detail;
  auto h = detail::held(values, weights);
  if (!h) return h.error();
  detail::point(*h);
  double total = 0.0;
  for (const double w : h->columns.w) total += w;
  Matrix out(values.n_rows, values.n_rows, 0.0);
  for (std::int64_t i = 0; i < values.n_rows; ++i)
    for (std::int64_t j = 0; j < values.n_rows; ++j)
      if (i != j) out(i, j) = detail::outranks(h->columns, total, detail::at(i), detail::at(j));
  return out;
}

Result<std::vector<double>> copeland(const Matrix& values, std::span<const double> weights) {
  namespace detail = aggregate_detail;
  auto h = detail::held(values, weights);
  if (!h) return h.error();
  detail::point(*h);
  std::vector<double> out(detail::at(values.n_rows));
  detail::copeland_scores(h->columns, out.data());
  return out;
}

Result<Topsis> topsis(const Matrix& values, std::span<const double> weights, std::span<const int> directions) {
  namespace detail = aggregate_detail;
  const auto way = detail::directions_of(directions, values.n_columns);
  if (!way) return way.error();
  auto h = detail::held(values, weights);
  if (!h) return h.error();
  // A cost enters with its sign turned: the length of its column is the same, and its least value is the best.
  for (std::size_t k = 0; k < way->size(); ++k)
    for (std::size_t i = 0; i < h->columns.n; ++i) h->values[k * h->columns.n + i] *= (*way)[k];
  detail::point(*h);
  Topsis out;
  out.to_best.resize(h->columns.n);
  out.to_worst.resize(h->columns.n);
  out.closeness.resize(h->columns.n);
  const std::int64_t zero = detail::topsis_scores(h->columns, out.closeness.data(), out.to_best.data(), out.to_worst.data());
  if (zero >= 0) return make_error(Code::kConstantIndicator, {}, {{"node", std::to_string(zero + 1)}});
  out.rank = ranks(out.closeness);
  return out;
}

Result<std::vector<double>> weighted_product(const Matrix& values, std::span<const double> weights, std::span<const int> directions) {
  namespace detail = aggregate_detail;
  const auto way = detail::directions_of(directions, values.n_columns);
  if (!way) return way.error();
  const auto own = columns_detail::checked_weights(weights, values.n_columns);
  if (!own) return own.error();
  double total = 0.0;
  for (const double w : *own) total += w;
  std::vector<double> out(detail::at(values.n_rows), 0.0);
  for (std::int64_t i = 0; i < values.n_rows; ++i) {
    double sum = 0.0;
    for (std::int64_t j = 0; j < values.n_columns; ++j) {
      const double x = values(i, j);
      if (x <= 0.0) return detail::not_positive(std::to_string(j + 1), i);
      sum += (*own)[detail::at(j)] / total * (*way)[detail::at(j)] * (std::isnan(x) ? kMissing : math::log(x));
    }
    out[detail::at(i)] = math::exp(sum);
  }
  return out;
}

Table Topsis::to_table() const {
  Table table("topsis");
  table.add("unit", columns_detail::from_one(closeness.size())).add("closeness", closeness);
  table.add("to_best", to_best).add("to_worst", to_worst).add("rank", rank);
  return table;
}

}  // namespace celadon::inline CELADON_ABI::composite
