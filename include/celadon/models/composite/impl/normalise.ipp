#pragma once

#include <celadon/models/composite/impl/columns_detail.hpp>
#include <celadon/models/composite/normalise.hpp>

namespace celadon::inline CELADON_ABI::composite {

namespace normalise_detail {

inline Result<void> check(std::span<const NormaliseOptions> options, const Tree& tree, std::int64_t n_units) {
  using columns_detail::invalid;
  const std::int64_t n = tree.n_indicators();
  if (options.size() != 1 && static_cast<std::int64_t>(options.size()) != n)
    return columns_detail::length("normalisation", static_cast<std::int64_t>(options.size()), n);
  for (std::int64_t j = 0; j < n; ++j) {
    const auto& o = options.size() == 1 ? options[0] : options[columns_detail::at(j)];
    switch (o.method) {
      case Normalisation::kMinMax:
      case Normalisation::kScaled:
      case Normalisation::kGoalposts:
        if (!(std::isfinite(o.lower) && std::isfinite(o.upper) && o.upper > o.lower)) return invalid("upper", "not above lower");
        if (!std::isfinite(o.scale)) return invalid("scale", "not finite");
        break;
      case Normalisation::kZScore:
        if (!(o.spread > 0.0 && std::isfinite(o.spread) && std::isfinite(o.centre))) return invalid("spread", "not above 0");
        break;
      case Normalisation::kDistanceToTarget:
        if (!std::isfinite(std::isnan(o.target) ? tree.nodes()[columns_detail::at(j)].target : o.target))
          return invalid("target", "none for " + tree.nodes()[columns_detail::at(j)].code);
        break;
      case Normalisation::kDistanceToReference:
        if (o.reference < 0 || o.reference >= n_units) return invalid("reference", "not a unit");
        break;
      case Normalisation::kCategorical:
        if (o.class_values.size() != o.cuts.size() + 1) return invalid("class_values", "not one more than cuts");
        for (std::size_t c = 0; c < o.cuts.size(); ++c) {
          if (std::isnan(o.cuts[c]) || (c > 0 && !(o.cuts[c] > o.cuts[c - 1]))) return invalid("cuts", "not ascending");
          if (o.cuts_are_percentiles && !(o.cuts[c] >= 0.0 && o.cuts[c] <= 1.0)) return invalid("cuts", "outside [0, 1]");
        }
        break;
      default:
        break;
    }
  }
  return {};
}

/// Scratch of a column, kept between columns.
struct Scratch {
  std::vector<double> directed;
  std::vector<double> ranks;
  std::vector<columns_detail::Placed> order;
};

inline void categorical(const double* x, std::size_t n, int direction, const NormaliseOptions& o, Scratch& scratch, double* out) {
  // Percentiles are of the directed values, so that the last class is always the best.
  const double* y = x;
  if (o.cuts_are_percentiles) {
    scratch.ranks.resize(n);
    std::vector<double> negated(n);
    for (std::size_t i = 0; i < n; ++i) negated[i] = -scratch.directed[i];
    columns_detail::ascending_ranks(negated.data(), n, columns_detail::Ties::kLowest, scratch.ranks.data(), scratch.order);
    const auto there = static_cast<double>(scratch.order.size());
    for (double& r : scratch.ranks) r = (there - r + 1.0) / there;  // share of the units at or below
    y = scratch.ranks.data();
  }
  const std::size_t classes = o.class_values.size();
  for (std::size_t i = 0; i < n; ++i) {
    if (std::isnan(y[i])) {
      out[i] = kMissing;
      continue;
    }
    std::size_t k = 0;
    while (k < o.cuts.size() && y[i] > o.cuts[k]) ++k;
    const bool flip = direction < 0 && !o.cuts_are_percentiles;
    out[i] = o.class_values[flip ? classes - 1 - k : k];
  }
}

/// False when the formula divides by nothing (a constant indicator): its values are then missing. An error where the formula has no range
/// of the right sign, because it would put the worst unit first.
inline Result<bool> column(const double* x, std::size_t n, const Node& node, const NormaliseOptions& o, Scratch& scratch, double* out) {
  const double direction = node.direction;
  scratch.directed.resize(n);
  double* y = scratch.directed.data();
  double low = kMissing;
  double high = kMissing;
  std::int64_t there = 0;
  for (std::size_t i = 0; i < n; ++i) {
    y[i] = x[i] * direction;
    if (std::isnan(y[i])) continue;
    low = there == 0 ? y[i] : std::min(low, y[i]);
    high = there == 0 ? y[i] : std::max(high, y[i]);
    ++there;
  }
  const auto blank = [&] {
    std::fill(out, out + n, kMissing);
    return there == 0;
  };
  const auto distance = [&](double to, const char* name) -> Result<bool> {
    if (there == 0 || (to == low && high == low)) return blank();
    if (to <= low && !o.cap) return columns_detail::invalid(name, "no unit is short of that of " + node.code);
    for (std::size_t i = 0; i < n; ++i) {
      out[i] = to > low || std::isnan(y[i]) ? 1.0 - (to - y[i]) / (to - low) : 1.0;
      if (o.cap && out[i] > 1.0) out[i] = 1.0;
    }
    return true;
  };
  switch (o.method) {
    case Normalisation::kNone:
      std::copy(y, y + n, out);
      return true;
    case Normalisation::kMinMax:
      if (!(high > low)) return blank();
      for (std::size_t i = 0; i < n; ++i) out[i] = (y[i] - low) / (high - low) * (o.upper - o.lower) + o.lower;
      return true;
    case Normalisation::kZScore: {
      const auto m = columns_detail::moments(y, n);
      if (!(m.sd > 0.0)) return blank();
      for (std::size_t i = 0; i < n; ++i) out[i] = (y[i] - m.mean) / m.sd * o.spread + o.centre;
      return true;
    }
    case Normalisation::kRank:
    case Normalisation::kBorda:
    case Normalisation::kPercentileRank:
      columns_detail::ascending_ranks(y, n, columns_detail::Ties::kLowest, out, scratch.order);
      if (o.method == Normalisation::kRank) return true;
      if (o.method == Normalisation::kPercentileRank && there < 2) return blank();
      for (std::size_t i = 0; i < n; ++i) {
        out[i] -= 1.0;
        if (o.method == Normalisation::kPercentileRank) out[i] /= static_cast<double>(there - 1);
      }
      return true;
    case Normalisation::kDistanceToMax:
      return distance(high, "maximum");
    case Normalisation::kDistanceToReference:
      return distance(y[static_cast<std::size_t>(o.reference)], "reference");
    case Normalisation::kDistanceToTarget:
      return distance(direction * (std::isnan(o.target) ? node.target : o.target), "target");
    case Normalisation::kFractionOfMax:
      if (there == 0 || (high == 0.0 && low == 0.0)) return blank();
      if (node.direction < 0 && high < 0.0) {
        for (std::size_t i = 0; i < n; ++i) out[i] = high / y[i];
        return true;
      }
      if (!(high > 0.0)) return columns_detail::invalid("normalisation", "no maximum above 0 to take a fraction of in " + node.code);
      for (std::size_t i = 0; i < n; ++i) out[i] = y[i] / high;
      return true;
    case Normalisation::kScaled:
      for (std::size_t i = 0; i < n; ++i) out[i] = (y[i] - o.lower) / (o.upper - o.lower) * 100.0;
      return true;
    case Normalisation::kGoalposts:
      for (std::size_t i = 0; i < n; ++i) {
        double share = node.direction > 0 ? (x[i] - o.lower) / (o.upper - o.lower) : (o.upper - x[i]) / (o.upper - o.lower);
        if (o.truncate && share > 1.0) share = 1.0;
        if (o.truncate && share < 0.0) share = 0.0;
        out[i] = share * o.scale;
      }
      return true;
    case Normalisation::kCategorical:
      categorical(x, n, node.direction, o, scratch, out);
      return true;
  }
  return blank();
}

inline Finding constant(const Node& node) {
  return make_finding(Severity::kWarning, Code::kConstantIndicator, {}, {{"node", node.code}});
}

}  // namespace normalise_detail

Result<Normalised> normalise(const Matrix& data, const Tree& tree, std::span<const NormaliseOptions> options) {
  if (data.n_columns != tree.n_indicators()) return columns_detail::length("data", data.n_columns, tree.n_indicators());
  if (auto ok = normalise_detail::check(options, tree, data.n_rows); !ok) return ok.error();
  Normalised out;
  out.values = Matrix(data.n_rows, data.n_columns);
  normalise_detail::Scratch scratch;
  std::vector<double> to(columns_detail::at(data.n_rows));
  for (std::int64_t j = 0; j < data.n_columns; ++j) {
    const auto& o = options.size() == 1 ? options[0] : options[columns_detail::at(j)];
    const Node& node = tree.nodes()[columns_detail::at(j)];
    const std::vector<double> x = data.column(j);
    if (o.method == Normalisation::kDistanceToReference && std::isnan(x[columns_detail::at(o.reference)]))
      return columns_detail::invalid("reference", "no value for " + node.code);
    const auto done = normalise_detail::column(x.data(), x.size(), node, o, scratch, to.data());
    if (!done) return done.error();
    if (!*done) out.findings.push_back(normalise_detail::constant(node));
    for (std::int64_t i = 0; i < data.n_rows; ++i) out.values(i, j) = to[columns_detail::at(i)];
  }
  return out;
}

}  // namespace celadon::inline CELADON_ABI::composite
