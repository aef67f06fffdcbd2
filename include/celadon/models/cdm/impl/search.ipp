#pragma once

#include <celadon/core/math.hpp>
#include <celadon/models/cdm/impl/item_step.hpp>
#include <celadon/models/cdm/impl/search.hpp>
#include <celadon/models/cdm/impl/structure_step.hpp>

#include <algorithm>
#include <cmath>
#include <deque>

namespace celadon::inline CELADON_ABI::cdm::fit_detail {

namespace search_detail {

/// The free numbers of a model: probabilities as they are (what dies out does so geometrically, which mixing sees through, where in a
/// logarithm it would drift for ever), effects of the additive rules.
inline std::vector<double> to_vector(const Model& model) {
  std::vector<double> x;
  for (const ItemParameters& item : model.items) {
    if (item.rule == Rule::kDina || item.rule == Rule::kDino) {
      x.push_back(item.probability.front());
      x.push_back(item.probability.back());
    } else if (item.rule == Rule::kGdina) {
      for (const double p : item.probability) x.push_back(p);
    } else {
      for (const double d : item.parameters()) x.push_back(d);
    }
  }
  for (const Population& p : model.populations) {
    if (model.structure == Structure::kSaturated)
      for (const double v : p.probability) x.push_back(v);
    x.insert(x.end(), p.slope.begin(), p.slope.end());
    x.insert(x.end(), p.intercept.begin(), p.intercept.end());
  }
  return x;
}

/// How far mixing may take a probability below that of the plain step: what it puts at nothing could not come back.
inline constexpr double kMostFall = 0.1;

/// The numbers put into a model that holds the plain step. False where they stand for no model.
inline bool from_vector(const std::vector<double>& x, Model& model) {
  std::size_t at = 0;
  const auto probability = [&](double plain) {
    return std::clamp(x[at++], std::max(kEdge, kMostFall * plain), 1.0 - std::max(kEdge, kMostFall * (1.0 - plain)));
  };
  for (ItemParameters& item : model.items) {
    if (item.rule == Rule::kDina || item.rule == Rule::kDino) {
      const double low = probability(item.probability.front());
      const double high = probability(item.probability.back());
      const std::size_t n = item.probability.size();
      for (std::size_t g = 0; g < n; ++g) item.probability[g] = (item.rule == Rule::kDina ? g == n - 1 : g != 0) ? high : low;
    } else if (item.rule == Rule::kGdina) {
      for (double& p : item.probability) p = probability(p);
    } else {
      const std::size_t first = at;
      at += item.attributes.size() + 1;
      for (std::size_t g = 0; g < item.probability.size(); ++g) {
        double eta = x[first];
        for (std::size_t l = 0; l < item.attributes.size(); ++l)
          if ((g >> l & 1U) != 0) eta += x[first + 1 + l];
        const double p = item.rule == Rule::kLlm ? math::logistic(eta) : (item.rule == Rule::kRrum ? math::exp(eta) : eta);
        if (!(p > 0.0 && p < 1.0)) return false;
        item.probability[g] = std::clamp(p, kEdge, 1.0 - kEdge);
      }
    }
  }
  for (Population& p : model.populations) {
    if (model.structure == Structure::kSaturated) {
      double sum = 0.0;
      for (double& v : p.probability) sum += v = std::clamp(x[at++], std::max(kRarest, kMostFall * v), 1.0);
      for (double& v : p.probability) v = std::max(v / sum, kRarest);
      continue;
    }
    for (double& v : p.slope) v = std::clamp(x[at++], -10.0, 10.0);
    for (double& v : p.intercept) v = std::clamp(x[at++], -15.0, 15.0);
    fill_classes(model.structure, model.classes, p);
  }
  return true;
}

/// Prior counts of a group.
inline const BetaPrior& prior_of(const Priors& priors, std::size_t group, std::size_t n) {
  return group == 0 ? priors.lowest : (group == n - 1 ? priors.highest : priors.between);
}

inline double log_prior_of(const Problem& problem, const Model& model) {
  const Priors& priors = problem.options->priors;
  double out = 0.0;
  for (const ItemParameters& item : model.items) {
    const std::size_t n = item.probability.size();
    const bool two = item.rule == Rule::kDina || item.rule == Rule::kDino;
    for (std::size_t g = 0; g < n; ++g) {
      if (two && g != 0 && g != n - 1) continue;
      const BetaPrior& prior = prior_of(priors, g, n);
      out += (prior.a - 1.0) * math::log(item.probability[g]) + (prior.b - 1.0) * math::log(1.0 - item.probability[g]);
    }
  }
  for (const Population& p : model.populations) out += log_prior(model.structure, priors, p);
  return out;
}

/// A model with what one pass over the persons says of it.
struct Point {
  Model model;
  latent_detail::Expected expected;
  double log_likelihood = 0.0;
  double objective = 0.0;
};

inline Result<Point> evaluate(const Problem& problem, Model model, const latent_detail::Packed& packed, const ExecutionContext& context) {
  auto expected = latent_detail::expect(packed, tables_of(problem, model, packed), true, context);
  if (!expected) return expected.error();
  Point out;
  out.log_likelihood = expected->log_likelihood;
  out.objective = out.log_likelihood + log_prior_of(problem, model);
  out.expected = std::move(*expected);
  out.model = std::move(model);
  return out;
}

/// The plain step of EM.
inline Model em_step(const Problem& problem, const Point& point) {
  Model next = point.model;
  const std::size_t n_classes = next.classes.size();
  const std::size_t padded = (n_classes + 7) / 8 * 8;
  for (std::size_t j = 0; j < next.items.size(); ++j) {
    ItemParameters& item = next.items[j];
    const std::size_t n = item.probability.size();
    GroupCounts counts{std::vector<double>(n, 0.0), std::vector<double>(n, 0.0)};
    const std::vector<double>& cells = point.expected.counts[j];
    for (std::size_t c = 0; c < n_classes; ++c) {
      const std::size_t g = problem.group_of_class[j][c];
      counts.wrong[g] += cells[c];
      counts.right[g] += cells[padded + c];
    }
    const bool two = item.rule == Rule::kDina || item.rule == Rule::kDino;
    for (std::size_t g = 0; g < n; ++g) {
      if (two && g != 0 && g != n - 1) continue;
      const BetaPrior& prior = prior_of(problem.options->priors, g, n);
      counts.right[g] += prior.a - 1.0;
      counts.wrong[g] += prior.b - 1.0;
    }
    maximise(counts, problem.options->monotone, item);
  }
  for (std::size_t g = 0; g < next.populations.size(); ++g)
    maximise(next.structure, std::span<const double>(point.expected.population).subspan(g * padded, n_classes), next.classes,
             problem.options->priors, next.populations[g]);
  return next;
}

/// Anderson's mixing of the last steps.
class Mixing {
 public:
  /// The next point from a point x and its step f = F(x) - x.
  std::vector<double> next(const std::vector<double>& x, const std::vector<double>& f) {
    std::vector<double> out(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) out[i] = x[i] + f[i];
    if (!last_x_.empty()) {
      std::vector<double> dx(x.size());
      std::vector<double> df(x.size());
      for (std::size_t i = 0; i < x.size(); ++i) {
        dx[i] = x[i] - last_x_[i];
        df[i] = f[i] - last_f_[i];
      }
      dx_.push_back(std::move(dx));
      df_.push_back(std::move(df));
      if (dx_.size() > kMemory) {
        dx_.pop_front();
        df_.pop_front();
      }
      const std::size_t n = dx_.size();
      std::vector<double> a(n * n);
      std::vector<double> b(n);
      double trace = 0.0;
      for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j <= i; ++j) a[i * n + j] = a[j * n + i] = dot(df_[i], df_[j]);
        b[i] = dot(df_[i], f);
        trace += a[i * n + i];
      }
      for (std::size_t i = 0; i < n; ++i) a[i * n + i] += 1e-10 * trace + 1e-300;
      if (solve(a, b))
        for (std::size_t k = 0; k < n; ++k)
          for (std::size_t i = 0; i < x.size(); ++i) out[i] -= b[k] * (dx_[k][i] + df_[k][i]);
    }
    last_x_ = x;
    last_f_ = f;
    return out;
  }
  void forget() {
    dx_.clear();
    df_.clear();
    last_x_.clear();
  }

 private:
  static constexpr std::size_t kMemory = 8;
  static double dot(const std::vector<double>& a, const std::vector<double>& b) {
    double s = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) s += a[i] * b[i];
    return s;
  }
  std::deque<std::vector<double>> dx_;
  std::deque<std::vector<double>> df_;
  std::vector<double> last_x_;
  std::vector<double> last_f_;
};

}  // namespace search_detail

latent_detail::Tables tables_of(const Problem& problem, const Model& model, const latent_detail::Packed& packed) {
  latent_detail::Tables t;
  const std::size_t n = model.classes.size();
  const std::size_t padded = (n + 7) / 8 * 8;
  t.n_points = static_cast<int>(n);
  t.padded = static_cast<int>(padded);
  for (std::size_t j = 0; j < model.items.size(); ++j) {
    std::vector<double>& table = t.probability.emplace_back(3 * padded, 1.0);  // wrong, right, no answer
    for (std::size_t c = 0; c < n; ++c) {
      const double p = model.items[j].probability[problem.group_of_class[j][c]];
      table[c] = 1.0 - p;
      table[padded + c] = p;
    }
  }
  latent_detail::make_products(packed.groups, t);
  for (const Population& p : model.populations) {
    t.weights.insert(t.weights.end(), p.probability.begin(), p.probability.end());
    t.weights.insert(t.weights.end(), padded - n, 0.0);
  }
  return t;
}

Result<Top> climb(const Problem& problem, Model model, const latent_detail::Packed& packed, const ExecutionContext& context) {
  using namespace search_detail;
  auto started = evaluate(problem, std::move(model), packed, context);
  if (!started) return started.error();
  Point now = std::move(*started);
  Mixing mixing;
  std::deque<double> past{now.objective};
  int passes = 1;
  bool converged = false;
  constexpr std::size_t kLookBack = 8;
  while (passes < problem.max_iterations) {
    Model plain = em_step(problem, now);
    Model next = plain;
    bool mixed = false;
    if (problem.options->accelerate) {
      const std::vector<double> x = to_vector(now.model);
      std::vector<double> f = to_vector(plain);
      for (std::size_t i = 0; i < x.size(); ++i) f[i] -= x[i];
      Model candidate = plain;
      mixed = from_vector(mixing.next(x, f), candidate);
      if (mixed)
        next = std::move(candidate);
      else
        mixing.forget();
    }
    auto evaluated = evaluate(problem, std::move(next), packed, context);
    if (!evaluated) return evaluated.error();
    ++passes;
    if (mixed && !(evaluated->objective >= now.objective)) {
      mixing.forget();
      evaluated = evaluate(problem, std::move(plain), packed, context);
      if (!evaluated) return evaluated.error();
      ++passes;
    }
    now = std::move(*evaluated);
    past.push_back(now.objective);
    if (past.size() > kLookBack) past.pop_front();
    // The gain of the last steps together: a slow climb gains little in one.
    if (past.size() == kLookBack && past.back() - past.front() < problem.tolerance) {
      converged = true;
      break;
    }
  }
  Top out;
  out.result = {now.objective, now.log_likelihood, passes, converged};
  out.model = std::move(now.model);
  return out;
}

}  // namespace celadon::inline CELADON_ABI::cdm::fit_detail
