#pragma once

#include <celadon/models/irt/impl/complete.hpp>
#include <celadon/models/irt/impl/model_fit_derivatives.hpp>
#include <celadon/models/irt/model_fit.hpp>

#include <Eigen/Dense>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/non_central_chi_squared.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace celadon::inline CELADON_ABI::irt {

namespace model_fit_detail {

inline constexpr std::size_t kMostMoments = 8000;

/// A number made of an item's category: the category itself (category < 0) or the indicator of one category.
struct Feature {
  std::size_t item;
  int category;
  [[nodiscard]] double of(std::size_t k) const {
    return category < 0 ? static_cast<double>(k) : (static_cast<int>(k) == category ? 1.0 : 0.0);
  }
};

/// The mean of one feature, or of the product of two features of different items (second < 0: none).
struct Moment {
  std::size_t first;
  std::ptrdiff_t second;
};

struct Design {
  std::vector<Feature> features;
  std::vector<Moment> moments;
};

inline Design design_of(const std::vector<std::size_t>& n_categories, Moments kind) {
  Design out;
  std::vector<std::vector<std::size_t>> sums(n_categories.size());
  std::vector<std::vector<std::size_t>> indicators(n_categories.size());
  for (std::size_t j = 0; j < n_categories.size(); ++j) {
    sums[j].push_back(out.features.size());
    out.features.push_back({j, -1});
    for (std::size_t k = 1; k < n_categories[j] && kind != Moments::kSums; ++k) {
      indicators[j].push_back(out.features.size());
      out.features.push_back({j, static_cast<int>(k)});
    }
  }
  const auto& first = kind == Moments::kSums ? sums : indicators;
  const auto& second = kind == Moments::kFull ? indicators : sums;
  for (const auto& of_item : first)
    for (const std::size_t f : of_item) out.moments.push_back({f, -1});
  for (std::size_t i = 0; i < n_categories.size(); ++i)
    for (std::size_t j = i + 1; j < n_categories.size(); ++j)
      for (const std::size_t f : second[i])
        for (const std::size_t h : second[j]) out.moments.push_back({f, static_cast<std::ptrdiff_t>(h)});
  return out;
}

inline std::size_t count_moments(const std::vector<std::size_t>& n_categories, Moments kind) {
  double first = 0.0;
  double squares = 0.0;
  for (const std::size_t n : n_categories) {
    first += static_cast<double>(n - 1);
    squares += static_cast<double>((n - 1) * (n - 1));
  }
  const auto n = static_cast<double>(n_categories.size());
  const double pairs = kind == Moments::kFull ? (first * first - squares) / 2.0 : n * (n - 1.0) / 2.0;
  return static_cast<std::size_t>((kind == Moments::kSums ? n : first) + pairs);
}

/// Counts over complete persons.
struct Counts {
  std::vector<std::vector<std::int64_t>> single;  ///< by item and category
  std::vector<std::vector<std::int64_t>> pair;    ///< by pair of items (i < j): category of i * K_j + category of j
  std::int64_t n = 0;
};

/// Curves of one model turned into moments.
class MomentAlgebra {
 public:
  MomentAlgebra(const Curves& curves, const Design& design) : curves_(curves), design_(design) {
    n_nodes_ = curves.weights.size();
    for (const Feature& f : design.features) value_.push_back(expectation(f.item, [&](std::size_t k) { return f.of(k); }));
    for (const Moment& m : design.moments) {
      std::vector<double> v = value_[m.first];
      if (m.second >= 0)
        for (std::size_t q = 0; q < n_nodes_; ++q) v[q] *= value_[static_cast<std::size_t>(m.second)][q];
      moment_.push_back(std::move(v));
    }
  }

  [[nodiscard]] double mean(std::size_t moment) const { return integrate(moment_[moment]); }

  [[nodiscard]] Eigen::MatrixXd covariance() const {
    const auto n = static_cast<Eigen::Index>(moment_.size());
    Eigen::MatrixXd root(static_cast<Eigen::Index>(n_nodes_), n);
    Eigen::VectorXd means(n);
    for (Eigen::Index a = 0; a < n; ++a) {
      means[a] = mean(static_cast<std::size_t>(a));
      for (std::size_t q = 0; q < n_nodes_; ++q)
        root(static_cast<Eigen::Index>(q), a) = std::sqrt(curves_.weights[q]) * moment_[static_cast<std::size_t>(a)][q];
    }
    Eigen::MatrixXd out = Eigen::MatrixXd::Zero(n, n);
    out.selfadjointView<Eigen::Lower>().rankUpdate(root.transpose());
    for (Eigen::Index a = 0; a < n; ++a)
      for (Eigen::Index b = 0; b <= a; ++b) {
        // moments that share an item are not independent given ability
        const double joint = share_item(static_cast<std::size_t>(a), static_cast<std::size_t>(b))
                                 ? joint_mean(static_cast<std::size_t>(a), static_cast<std::size_t>(b))
                                 : out(a, b);
        out(a, b) = joint - means[a] * means[b];
        out(b, a) = out(a, b);
      }
    return out;
  }

  [[nodiscard]] Eigen::MatrixXd derivatives() const {
    const bool variance = !curves_.weight_derivatives.empty();
    const auto n_parameters = static_cast<Eigen::Index>(curves_.parameters.size() + (variance ? 1 : 0));
    Eigen::MatrixXd out = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(moment_.size()), n_parameters);
    for (std::size_t p = 0; p < curves_.parameters.size(); ++p) {
      std::vector<std::vector<double>> change(design_.features.size());
      for (const auto& [item, d] : curves_.parameters[p].items)
        for (std::size_t f = 0; f < design_.features.size(); ++f) {
          if (design_.features[f].item != item) continue;
          change[f].assign(n_nodes_, 0.0);
          for (std::size_t k = 0; k < d.size(); ++k)
            for (std::size_t q = 0; q < n_nodes_; ++q) change[f][q] += design_.features[f].of(k) * d[k][q];
        }
      for (std::size_t m = 0; m < moment_.size(); ++m)
        out(static_cast<Eigen::Index>(m), static_cast<Eigen::Index>(p)) = moment_change(design_.moments[m], change);
    }
    for (std::size_t m = 0; variance && m < moment_.size(); ++m)
      for (std::size_t q = 0; q < n_nodes_; ++q)
        out(static_cast<Eigen::Index>(m), n_parameters - 1) += curves_.weight_derivatives[q] * moment_[m][q];
    return out;
  }

 private:
  template <class F>
  [[nodiscard]] std::vector<double> expectation(std::size_t item, const F& feature) const {
    std::vector<double> out(n_nodes_, 0.0);
    const Curve& p = curves_.probability[item];
    for (std::size_t k = 0; k < p.size(); ++k)
      for (std::size_t q = 0; q < n_nodes_; ++q) out[q] += feature(k) * p[k][q];
    return out;
  }
  [[nodiscard]] double integrate(const std::vector<double>& v) const {
    double out = 0.0;
    for (std::size_t q = 0; q < n_nodes_; ++q) out += curves_.weights[q] * v[q];
    return out;
  }
  [[nodiscard]] double moment_change(const Moment& m, const std::vector<std::vector<double>>& change) const {
    double out = 0.0;
    if (m.second < 0) return change[m.first].empty() ? 0.0 : integrate(change[m.first]);
    const auto second = static_cast<std::size_t>(m.second);
    for (std::size_t q = 0; q < n_nodes_; ++q) {
      double v = 0.0;
      if (!change[m.first].empty()) v += change[m.first][q] * value_[second][q];
      if (!change[second].empty()) v += value_[m.first][q] * change[second][q];
      out += curves_.weights[q] * v;
    }
    return out;
  }
  /// Features of a moment.
  [[nodiscard]] std::vector<std::size_t> features_of(std::size_t moment) const {
    const Moment& m = design_.moments[moment];
    if (m.second < 0) return {m.first};
    return {m.first, static_cast<std::size_t>(m.second)};
  }
  [[nodiscard]] std::ptrdiff_t second_item(const Moment& m) const {
    return m.second < 0 ? -1 : static_cast<std::ptrdiff_t>(design_.features[static_cast<std::size_t>(m.second)].item);
  }
  [[nodiscard]] bool share_item(std::size_t a, std::size_t b) const {
    const Moment& x = design_.moments[a];
    const Moment& y = design_.moments[b];
    const auto x1 = static_cast<std::ptrdiff_t>(design_.features[x.first].item);
    const auto y1 = static_cast<std::ptrdiff_t>(design_.features[y.first].item);
    const std::ptrdiff_t x2 = second_item(x);
    const std::ptrdiff_t y2 = second_item(y);
    return x1 == y1 || x1 == y2 || (x2 >= 0 && (x2 == y1 || x2 == y2));
  }
  [[nodiscard]] double joint_mean(std::size_t a, std::size_t b) const {
    std::vector<double> v(n_nodes_, 1.0);
    std::vector<std::size_t> rest = features_of(b);
    for (const std::size_t f : features_of(a)) {
      const auto same =
          std::find_if(rest.begin(), rest.end(), [&](std::size_t h) { return design_.features[h].item == design_.features[f].item; });
      std::vector<double> factor = value_[f];
      if (same != rest.end()) {
        const Feature x = design_.features[f];
        const Feature y = design_.features[*same];
        factor = expectation(x.item, [&](std::size_t k) { return x.of(k) * y.of(k); });
        rest.erase(same);
      }
      for (std::size_t q = 0; q < n_nodes_; ++q) v[q] *= factor[q];
    }
    for (const std::size_t h : rest)
      for (std::size_t q = 0; q < n_nodes_; ++q) v[q] *= value_[h][q];
    return integrate(v);
  }

  const Curves& curves_;
  const Design& design_;
  std::size_t n_nodes_ = 0;
  std::vector<std::vector<double>> value_;   ///< conditional mean of each feature at the nodes
  std::vector<std::vector<double>> moment_;  ///< and of each moment
};

inline double observed_moment(const Counts& counts, const Design& design, const Moment& m, std::size_t n_items) {
  const Feature& f = design.features[m.first];
  double out = 0.0;
  if (m.second < 0) {
    for (std::size_t k = 0; k < counts.single[f.item].size(); ++k) out += f.of(k) * static_cast<double>(counts.single[f.item][k]);
    return out / static_cast<double>(counts.n);
  }
  const Feature& h = design.features[static_cast<std::size_t>(m.second)];
  const std::size_t pair = f.item * n_items - f.item * (f.item + 1) / 2 + h.item - f.item - 1;
  const std::size_t width = counts.single[h.item].size();
  for (std::size_t k = 0; k < counts.single[f.item].size(); ++k)
    for (std::size_t l = 0; l < width; ++l) out += f.of(k) * h.of(l) * static_cast<double>(counts.pair[pair][k * width + l]);
  return out / static_cast<double>(counts.n);
}

struct Statistic {
  double value = 0.0;
  int df = 0;
};

/// n times the squared distance of the moments from what the parameters can reach, in units of their covariance: white residuals of a least
/// squares fit. Directions without variance carry no information and are left out.
inline Statistic quadratic_form(const Eigen::VectorXd& difference, const Eigen::MatrixXd& covariance, const Eigen::MatrixXd& derivatives,
                                double n) {
  Eigen::VectorXd z;
  Eigen::MatrixXd d;
  Eigen::Index rank = covariance.rows();
  const Eigen::LLT<Eigen::MatrixXd> cholesky(covariance);
  if (cholesky.info() == Eigen::Success && cholesky.rcond() > 1e-13) {
    z = cholesky.matrixL().solve(difference);
    if (derivatives.cols() > 0) d = cholesky.matrixL().solve(derivatives);
  } else {
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(covariance);
    const Eigen::VectorXd& values = eigen.eigenvalues();
    const double smallest = 1e-10 * values.cwiseAbs().maxCoeff();
    rank = (values.array() > smallest).count();
    const Eigen::MatrixXd white =
        values.tail(rank).cwiseSqrt().cwiseInverse().asDiagonal() * eigen.eigenvectors().rightCols(rank).transpose();
    z = white * difference;
    d = white * derivatives;
  }
  Eigen::Index used = 0;
  if (d.cols() > 0) {
    Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(d);
    qr.setThreshold(1e-9);
    used = qr.rank();
    z = (qr.householderQ().transpose() * z).eval();
  }
  return {n * z.tail(rank - std::min(used, rank)).squaredNorm(), static_cast<int>(rank - used)};
}

/// Root mean square of the differences between observed and modelled correlations of the categories.
inline double srmsr(const Counts& counts, const Curves& curves, const std::vector<std::size_t>& n_categories) {
  const Design design = design_of(n_categories, Moments::kSums);
  const MomentAlgebra model(curves, design);
  const std::size_t n_items = n_categories.size();
  std::vector<double> observed_sd(n_items);
  std::vector<double> expected_sd(n_items);
  std::vector<double> observed_mean(n_items);
  std::vector<double> expected_mean(n_items);
  for (std::size_t j = 0; j < n_items; ++j) {
    double square = 0.0;
    double expected_square = 0.0;
    for (std::size_t k = 0; k < n_categories[j]; ++k) {
      const double kk = static_cast<double>(k * k);
      square += kk * static_cast<double>(counts.single[j][k]) / static_cast<double>(counts.n);
      for (std::size_t q = 0; q < curves.weights.size(); ++q) expected_square += kk * curves.weights[q] * curves.probability[j][k][q];
    }
    observed_mean[j] = observed_moment(counts, design, design.moments[j], n_items);
    expected_mean[j] = model.mean(j);
    observed_sd[j] = std::sqrt(square - observed_mean[j] * observed_mean[j]);
    expected_sd[j] = std::sqrt(expected_square - expected_mean[j] * expected_mean[j]);
  }
  double total = 0.0;
  double pairs = 0.0;
  for (std::size_t m = n_items; m < design.moments.size(); ++m) {
    const std::size_t i = design.features[design.moments[m].first].item;
    const std::size_t j = design.features[static_cast<std::size_t>(design.moments[m].second)].item;
    if (!(observed_sd[i] > 0.0) || !(observed_sd[j] > 0.0)) continue;  // an item without variance has no correlation
    const double r = (observed_moment(counts, design, design.moments[m], n_items) - observed_mean[i] * observed_mean[j]) /
                     (observed_sd[i] * observed_sd[j]);
    const double e = (model.mean(m) - expected_mean[i] * expected_mean[j]) / (expected_sd[i] * expected_sd[j]);
    total += (r - e) * (r - e);
    pairs += 1.0;
  }
  return pairs > 0.0 ? std::sqrt(total / pairs) : std::numeric_limits<double>::quiet_NaN();
}

inline Statistic statistic_of(const Counts& counts, const Curves& curves, const Design& design, std::size_t n_items) {
  const MomentAlgebra algebra(curves, design);
  Eigen::VectorXd difference(static_cast<Eigen::Index>(design.moments.size()));
  for (std::size_t m = 0; m < design.moments.size(); ++m)
    difference[static_cast<Eigen::Index>(m)] = observed_moment(counts, design, design.moments[m], n_items) - algebra.mean(m);
  return quadratic_form(difference, algebra.covariance(), algebra.derivatives(), static_cast<double>(counts.n));
}

/// Non-centrality at which the statistic stands at probability p of its distribution; 0 where it is too small for any.
inline double non_centrality(double statistic, int df, double p) {
  if (!(statistic > 0.0) || boost::math::cdf(boost::math::chi_squared(df), statistic) <= p) return 0.0;
  return boost::math::non_central_chi_squared::find_non_centrality(static_cast<double>(df), statistic, p);
}

inline Counts count(complete_detail::Complete& c, const Responses& responses, const ExecutionContext& context, Result<void>& done) {
  const std::size_t n_items = c.model.items.size();
  Counts out;
  for (std::size_t i = 0; i < n_items; ++i) out.single.emplace_back(static_cast<std::size_t>(c.model.items[i].n_categories), 0);
  for (std::size_t i = 0; i < n_items; ++i)
    for (std::size_t j = i + 1; j < n_items; ++j) out.pair.emplace_back(out.single[i].size() * out.single[j].size(), 0);
  struct Worker {
    std::vector<std::uint8_t> categories;
    std::size_t kept = 0;
    Counts counts;
  };
  const int n_workers = worker_count(responses.n_blocks(), context);
  Worker fresh;
  fresh.counts = out;
  std::vector<Worker> workers(static_cast<std::size_t>(n_workers), fresh);
  const auto work = [&](std::int64_t block, int worker) {
    Worker& w = workers[static_cast<std::size_t>(worker)];
    complete_detail::read_block(c, responses, block, w.categories, w.kept);
    std::size_t pair = 0;
    for (std::size_t i = 0; i < n_items; ++i) {
      const std::uint8_t* x = w.categories.data() + i * w.kept;
      for (std::size_t r = 0; r < w.kept; ++r) ++w.counts.single[i][x[r]];
      for (std::size_t j = i + 1; j < n_items; ++j, ++pair) {
        const std::uint8_t* y = w.categories.data() + j * w.kept;
        const std::size_t width = w.counts.single[j].size();
        for (std::size_t r = 0; r < w.kept; ++r) ++w.counts.pair[pair][x[r] * width + y[r]];
      }
    }
    w.counts.n += static_cast<std::int64_t>(w.kept);
  };
  done = run_blocks(responses.n_blocks(), n_workers, context, work);
  for (const Worker& w : workers) {  // whole numbers: the order does not matter
    out.n += w.counts.n;
    for (std::size_t j = 0; j < n_items; ++j)
      for (std::size_t k = 0; k < out.single[j].size(); ++k) out.single[j][k] += w.counts.single[j][k];
    for (std::size_t p = 0; p < out.pair.size(); ++p)
      for (std::size_t k = 0; k < out.pair[p].size(); ++k) out.pair[p][k] += w.counts.pair[p][k];
  }
  c.n_used = out.n;
  c.n_dropped = responses.n_persons() - out.n;
  return out;
}

}  // namespace model_fit_detail

Result<ModelFit> model_fit(const Model& model, const Responses& responses, const ModelFitOptions& options,
                           const ExecutionContext& context) {
  if (!options.fixed_items.empty() && options.fixed_items.size() != model.items.size())
    return make_error(Code::kLengthMismatch, {},
                      {{"name", "fixed_items"},
                       {"actual", std::to_string(options.fixed_items.size())},
                       {"expected", std::to_string(model.items.size())}});
  auto prepared = complete_detail::prepare(model, responses, options.missing);
  if (!prepared) return prepared.error();
  complete_detail::Complete& c = *prepared;
  const std::size_t n_items = c.model.items.size();
  if (n_items < 3) return make_error(Code::kNoItems);
  std::vector<std::size_t> n_categories;
  std::vector<std::uint8_t> fixed;
  for (std::size_t j = 0; j < n_items; ++j) {
    n_categories.push_back(static_cast<std::size_t>(c.model.items[j].n_categories));
    fixed.push_back(options.fixed_items.empty() ? std::uint8_t{0} : options.fixed_items[c.item[j]]);
  }
  if (model_fit_detail::count_moments(n_categories, options.moments) > model_fit_detail::kMostMoments)
    return make_error(Code::kInvalidArgument, {}, {{"name", "moments"}, {"detail", "more than 8,000 moments; use fewer items"}});
  Result<void> done;
  const model_fit_detail::Counts counts = model_fit_detail::count(c, responses, context, done);
  if (!done) return done.error();
  if (counts.n < 2) return make_error(Code::kNoPersons);

  const model_fit_detail::Curves curves = model_fit_detail::curves_of(c.model, fixed, options.population_variance);
  const model_fit_detail::Design design = model_fit_detail::design_of(n_categories, options.moments);
  const model_fit_detail::Statistic fit = model_fit_detail::statistic_of(counts, curves, design, n_items);
  if (fit.df < 1) return make_error(Code::kNoDegreesOfFreedom);
  std::vector<std::vector<double>> shares;
  for (const auto& single : counts.single) {
    shares.emplace_back();
    for (const std::int64_t v : single) shares.back().push_back(static_cast<double>(v) / static_cast<double>(counts.n));
  }
  const model_fit_detail::Statistic null = model_fit_detail::statistic_of(counts, model_fit_detail::independent(shares), design, n_items);

  ModelFit out;
  const auto n = static_cast<double>(counts.n);
  out.m2 = fit.value;
  out.df = fit.df;
  out.p = boost::math::cdf(boost::math::complement(boost::math::chi_squared(fit.df), fit.value));
  out.rmsea = std::sqrt(std::max(0.0, (fit.value / fit.df - 1.0) / (n - 1.0)));
  out.rmsea_lower = std::sqrt(model_fit_detail::non_centrality(fit.value, fit.df, 0.95) / (fit.df * (n - 1.0)));
  out.rmsea_upper = std::sqrt(model_fit_detail::non_centrality(fit.value, fit.df, 0.05) / (fit.df * (n - 1.0)));
  out.srmsr = model_fit_detail::srmsr(counts, curves, n_categories);
  out.independence_m2 = null.value;
  out.independence_df = null.df;
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  const double worse = null.value - null.df;
  out.cfi = worse > 0.0 ? std::clamp(1.0 - (fit.value - fit.df) / worse, 0.0, 1.0) : kNone;
  out.tli = null.df > 0 && worse > 0.0 ? (null.value / null.df - fit.value / fit.df) / (null.value / null.df - 1.0) : kNone;
  out.n_parameters = static_cast<int>(curves.parameters.size()) + (curves.weight_derivatives.empty() ? 0 : 1);
  out.n_used = c.n_used;
  out.n_dropped = c.n_dropped;
  complete_detail::add_finding(c, out.findings);
  return out;
}

Table ModelFit::table() const {
  const auto one = [](double v) { return std::vector<double>{v}; };
  const auto whole = [](std::int64_t v) { return std::vector<std::int64_t>{v}; };
  Table out("model_fit");
  out.add("m2", one(m2)).add("df", whole(df)).add("p", one(p)).add("rmsea", one(rmsea)).add("rmsea_lower", one(rmsea_lower));
  out.add("rmsea_upper", one(rmsea_upper)).add("srmsr", one(srmsr)).add("cfi", one(cfi)).add("tli", one(tli));
  out.add("independence_m2", one(independence_m2)).add("independence_df", whole(independence_df));
  out.add("n_parameters", whole(n_parameters)).add("n_used", whole(n_used)).add("n_dropped", whole(n_dropped));
  return out;
}

}  // namespace celadon::inline CELADON_ABI::irt
