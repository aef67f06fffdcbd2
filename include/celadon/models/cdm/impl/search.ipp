#pragma once

#include <celadon/core/math.hpp>
#include <celadon/models/cdm/impl/class_step.hpp>
#include <celadon/models/cdm/impl/item_step.hpp>
#include <celadon/models/cdm/impl/search.hpp>
#include <celadon/models/cdm/impl/structure_step.hpp>

#include <algorithm>
#include <cmath>
#include <deque>

namespace celadon::inline CELADON_ABI::cdm::fit_detail {

namespace search_detail {

/// The free numbers of a model, as coordinates of items and roots of the probabilities of classes or parameters of the structure. In roots
/// a distance is that of the information (Fisher's metric), so that mixing sees what many small classes do.
inline std::vector<double> to_vector(const Model& model) {
  std::vector<double> x;
  for (const ItemParameters& item : model.items) append_coordinates(item, x);
  for (const Population& p : model.populations) {
    if (model.structure == Structure::kSaturated)
      for (const double v : p.probability) x.push_back(2.0 * math::sqrt(v));
    x.insert(x.end(), p.slope.begin(), p.slope.end());
    x.insert(x.end(), p.intercept.begin(), p.intercept.end());
  }
  return x;
}

/// How far mixing may take a class below the plain step: what it puts at nothing could not come back.
inline constexpr double kMostFallOfClass = 0.1;

/// The numbers put into a model that holds the plain step.
inline void from_vector(std::span<const double> x, Model& model) {
  std::size_t at = 0;
  for (ItemParameters& item : model.items) {
    const std::size_t n = n_coordinates(item);
    set_coordinates(x.subspan(at, n), item);
    at += n;
  }
  for (Population& p : model.populations) {
    if (model.structure == Structure::kSaturated) {
      double sum = 0.0;
      for (double& v : p.probability) {
        const double root = std::max(0.5 * x[at++], 0.0);
        sum += v = std::clamp(root * root, std::max(kRarest, kMostFallOfClass * v), 1.0);
      }
      for (double& v : p.probability) v = std::max(v / sum, kRarest);
      continue;
    }
    for (double& v : p.slope) v = std::clamp(x[at++], -kSteepest, kSteepest);
    for (double& v : p.intercept) v = std::clamp(x[at++], -kFarthest, kFarthest);
    fill_classes(model.structure, model.classes, p);
  }
}

/// Prior counts of a group.
inline const BetaPrior& prior_of(const Priors& priors, std::size_t group, std::size_t n) {
  return group == 0 ? priors.lowest : (group == n - 1 ? priors.highest : priors.between);
}
inline bool two_sided(const ItemParameters& item) {
  return item.rule == Rule::kDina || item.rule == Rule::kDino;
}

inline double log_prior_of(const Priors& priors, const Model& model) {
  double out = 0.0;
  for (const ItemParameters& item : model.items) {
    const std::size_t n = item.probability.size();
    for (std::size_t g = 0; g < n; ++g) {
      if (two_sided(item) && g != 0 && g != n - 1) continue;
      const BetaPrior& prior = prior_of(priors, g, n);
      if (prior.a != 1.0) out += (prior.a - 1.0) * math::log(item.probability[g]);
      if (prior.b != 1.0) out += (prior.b - 1.0) * math::log(1.0 - item.probability[g]);
    }
  }
  for (const Population& p : model.populations) out += log_prior(model.structure, priors, p);
  return out;
}

inline std::size_t padded(std::size_t n) {
  return (n + 7) / 8 * 8;
}

/// Whether no class may be passed over: a structure or a prior gives each its share.
inline bool keeps_all(const Problem& problem, const Model& model) {
  return model.structure != Structure::kSaturated || problem.options->priors.class_count > 0.0;
}

/// The classes that stay: those of some persons, and those that do not shrink.
inline std::vector<std::size_t> living(const Point& point) {
  const std::size_t n = point.model.classes.size();
  std::vector<double> before(n, 0.0);
  std::vector<double> after(n, 0.0);
  for (std::size_t g = 0; g < point.model.populations.size(); ++g) {
    const double* counts = point.expected.population.data() + g * padded(n);
    double total = 0.0;
    for (std::size_t c = 0; c < n; ++c) total += counts[c];
    for (std::size_t c = 0; c < n; ++c) {
      before[c] += total * point.model.populations[g].probability[c];
      after[c] += counts[c];
    }
  }
  std::vector<std::size_t> out;
  for (std::size_t c = 0; c < n; ++c)
    if (after[c] > 1e-4 || after[c] > 0.9 * before[c]) out.push_back(c);
  return out;
}

/// The model with some of its classes only.
inline Model with_classes(const Model& model, const std::vector<std::size_t>& kept) {
  Model out = model;
  out.classes.clear();
  for (const std::size_t c : kept) out.classes.push_back(model.classes[c]);
  for (std::size_t g = 0; g < out.populations.size(); ++g) {
    std::vector<double>& p = out.populations[g].probability;
    p.clear();
    double sum = 0.0;
    for (const std::size_t c : kept) {
      p.push_back(model.populations[g].probability[c]);
      sum += p.back();
    }
    for (double& v : p) v /= sum;
  }
  return out;
}

/// The model on all classes; those that it does not hold get next to nothing.
inline Model with_all(const Model& model, const std::vector<std::uint32_t>& classes) {
  Model out = model;
  out.classes = classes;
  for (std::size_t g = 0; g < out.populations.size(); ++g) {
    std::vector<double>& p = out.populations[g].probability;
    p.assign(classes.size(), kRarest);
    std::size_t at = 0;
    for (std::size_t c = 0; c < classes.size(); ++c)
      if (at < model.classes.size() && model.classes[at] == classes[c]) p[c] = std::max(model.populations[g].probability[at++], kRarest);
    double sum = 0.0;
    for (const double v : p) sum += v;
    for (double& v : p) v /= sum;
  }
  return out;
}

/// Lifts what stands next to nothing but would gain by growing: classes, and probabilities of the rules that have them free. A climb does
/// not see them, because they grow by their own small size. How many there were.
inline int revive(const Point& point, const std::vector<std::vector<std::uint32_t>>& groups, Model& model) {
  constexpr double kGain = 1.001;
  const std::size_t n = model.classes.size();
  int revived = 0;
  if (model.structure == Structure::kSaturated)
    for (std::size_t g = 0; g < model.populations.size(); ++g) {
      std::vector<double>& p = model.populations[g].probability;
      const double* counts = point.expected.population.data() + g * padded(n);
      double total = 0.0;
      for (std::size_t c = 0; c < n; ++c) total += counts[c];
      double sum = 0.0;
      for (std::size_t c = 0; c < n; ++c) {
        if (p[c] * total < 1e-2 && counts[c] > kGain * total * p[c]) {
          p[c] = std::max(p[c], 0.1 / std::max(total, 1.0));
          ++revived;
        }
        sum += p[c];
      }
      for (double& v : p) v /= sum;
    }
  for (std::size_t j = 0; j < model.items.size(); ++j) {
    ItemParameters& item = model.items[j];
    if (item.rule != Rule::kGdina && !two_sided(item)) continue;
    const GroupCounts counts = counts_of(point, j, groups[j]);
    const std::size_t size = item.probability.size();
    std::vector<double> right(size, 0.0);
    std::vector<double> wrong(size, 0.0);
    const auto side = [&](std::size_t g) {
      if (item.rule == Rule::kGdina) return g;
      return (item.rule == Rule::kDina ? g == size - 1 : g != 0) ? size - 1 : std::size_t{0};
    };
    for (std::size_t g = 0; g < size; ++g) {
      right[side(g)] += counts.right[g];
      wrong[side(g)] += counts.wrong[g];
    }
    for (std::size_t g = 0; g < size; ++g) {
      double& p = item.probability[g];
      const double all = right[side(g)] + wrong[side(g)];
      const double few = 0.1 / std::max(all, 1.0);  // a tenth of an answer
      if (all < 1.0) continue;
      if (p < 0.1 * few && right[side(g)] > kGain * all * p && right[side(g)] > all * kEdge * 2.0) {
        p = few;
        ++revived;
      } else if (1.0 - p < 0.1 * few && wrong[side(g)] > kGain * all * (1.0 - p) && wrong[side(g)] > all * kEdge * 2.0) {
        p = 1.0 - few;
        ++revived;
      }
    }
  }
  return revived;
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

std::vector<std::vector<std::uint32_t>> groups_by_class(const Model& model) {
  std::vector<std::vector<std::uint32_t>> out;
  for (const ItemParameters& item : model.items) {
    std::vector<std::uint32_t>& groups = out.emplace_back();
    groups.reserve(model.classes.size());
    for (const std::uint32_t c : model.classes) {
      std::uint32_t g = 0;
      for (std::size_t l = 0; l < item.attributes.size(); ++l) g |= (c >> item.attributes[l] & 1U) << l;
      groups.push_back(g);
    }
  }
  return out;
}

latent_detail::Tables tables_of(const Model& model, const std::vector<std::vector<std::uint32_t>>& groups,
                                const latent_detail::Packed& packed) {
  latent_detail::Tables t;
  const std::size_t n = model.classes.size();
  const std::size_t padded = search_detail::padded(n);
  t.n_points = static_cast<int>(n);
  t.padded = static_cast<int>(padded);
  for (std::size_t j = 0; j < model.items.size(); ++j) {
    std::vector<double>& table = t.probability.emplace_back(3 * padded, 1.0);  // wrong, right, no answer
    for (std::size_t c = 0; c < n; ++c) {
      const double p = model.items[j].probability[groups[j][c]];
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

Result<Point> evaluate(const Problem& problem, Model model, const std::vector<std::vector<std::uint32_t>>& groups,
                       const ExecutionContext& context) {
  auto expected = latent_detail::expect(*problem.persons, tables_of(model, groups, *problem.persons), true, context);
  if (!expected) return expected.error();
  ++*problem.passes;
  if (context.progress) context.progress({"cdm.fit", *problem.passes, 0});
  Point out;
  out.log_likelihood = expected->log_likelihood;
  out.objective = out.log_likelihood + search_detail::log_prior_of(problem.options->priors, model);
  out.expected = std::move(*expected);
  out.model = std::move(model);
  return out;
}

GroupCounts counts_of(const Point& point, std::size_t item, const std::vector<std::uint32_t>& groups) {
  const std::size_t n = point.model.items[item].probability.size();
  GroupCounts out{std::vector<double>(n, 0.0), std::vector<double>(n, 0.0)};
  const std::vector<double>& cells = point.expected.counts[item];
  const std::size_t padded = search_detail::padded(groups.size());
  for (std::size_t c = 0; c < groups.size(); ++c) {
    out.wrong[groups[c]] += cells[c];
    out.right[groups[c]] += cells[padded + c];
  }
  return out;
}

Model em_step(const Problem& problem, const Point& point, const std::vector<std::vector<std::uint32_t>>& groups) {
  Model next = point.model;
  const std::size_t n_classes = next.classes.size();
  for (std::size_t j = 0; j < next.items.size(); ++j) {
    ItemParameters& item = next.items[j];
    const std::size_t n = item.probability.size();
    GroupCounts counts = counts_of(point, j, groups[j]);
    for (std::size_t g = 0; g < n; ++g) {
      if (search_detail::two_sided(item) && g != 0 && g != n - 1) continue;
      const BetaPrior& prior = search_detail::prior_of(problem.options->priors, g, n);
      counts.right[g] += prior.a - 1.0;
      counts.wrong[g] += prior.b - 1.0;
    }
    maximise(counts, problem.options->monotone, item);
  }
  for (std::size_t g = 0; g < next.populations.size(); ++g)
    maximise(next.structure, std::span<const double>(point.expected.population).subspan(g * search_detail::padded(n_classes), n_classes),
             next.classes, problem.options->priors, next.populations[g]);
  return next;
}

Result<Top> climb(const Problem& problem, Model model, const Goal& goal, const ExecutionContext& context) {
  using namespace search_detail;
  const std::vector<std::uint32_t> all = model.classes;
  auto groups = groups_by_class(model);
  auto started = evaluate(problem, std::move(model), groups, context);
  if (!started) return started.error();
  Point now = std::move(*started);
  Mixing mixing;
  std::deque<double> past{now.objective};
  Top out;
  int passes = 1;
  bool converged = false;
  constexpr std::size_t kLookBack = 6;
  constexpr std::size_t kSteepLook = 3;
  constexpr double kSteep = 0.1;  // three steps gain less than this share of the three before
  constexpr int kMostLifts = 8;
  int lifts = 0;
  constexpr int kFewest = 6;  // passes before classes are passed over
  const bool keep = keeps_all(problem, now.model);
  const auto start_again = [&](Model next) -> Result<void> {
    groups = groups_by_class(next);
    auto evaluated = evaluate(problem, std::move(next), groups, context);
    if (!evaluated) return evaluated.error();
    ++passes;
    now = std::move(*evaluated);
    mixing.forget();
    past.assign(1, now.objective);
    return {};
  };
  while (passes < goal.max_iterations) {
    if (!keep && passes >= kFewest && passes % 4 == 0) {
      const std::vector<std::size_t> kept = living(now);
      if (4 * padded(kept.size()) <= 3 * padded(now.model.classes.size()))
        if (auto done = start_again(with_classes(now.model, kept)); !done) return done.error();
    }
    Model plain = em_step(problem, now, groups);
    Model next = plain;
    if (problem.options->accelerate && has_many_classes(now.model)) {
      Model solved = now.model;
      const double last_gain = past.size() > 1 ? past.back() - past[past.size() - 2] : 1.0;
      if (auto done = class_step(problem, std::clamp(0.1 * last_gain, 1e-6, 1.0), solved, groups, context); !done) return done.error();
      next.populations = std::move(solved.populations);
      ++passes;
    }
    if (problem.options->accelerate) {
      const std::vector<double> x = to_vector(now.model);
      std::vector<double> f = to_vector(next);
      for (std::size_t i = 0; i < x.size(); ++i) f[i] -= x[i];
      from_vector(mixing.next(x, f), next);
    }
    auto evaluated = evaluate(problem, std::move(next), groups, context);
    if (!evaluated) return evaluated.error();
    ++passes;
    if (problem.options->accelerate && !(evaluated->objective >= now.objective)) {
      mixing.forget();
      evaluated = evaluate(problem, std::move(plain), groups, context);
      if (!evaluated) return evaluated.error();
      ++passes;
    }
    now = std::move(*evaluated);
    past.push_back(now.objective);
    // A slow climb gains little in one step: what is left is estimated from the last few steps and those before. Where gains fall steeply,
    // three steps and three tell as much.
    if (past.size() > 2 * kLookBack + 1) past.pop_front();
    const auto gain = [&](std::size_t newest, std::size_t oldest) {
      return past[past.size() - 1 - newest] - past[past.size() - 1 - oldest];
    };
    bool told = false;
    for (const std::size_t steps : {kSteepLook, kLookBack}) {
      if (past.size() <= 2 * steps) break;
      const double late = gain(0, steps);
      const double early = gain(steps, 2 * steps);
      const double rate = early > 0.0 ? std::clamp(late / early, 0.0, 0.99) : 0.0;
      if (steps == kSteepLook && !(goal.steep && early > 0.0 && rate < kSteep)) continue;
      out.distance = late * (steps == kSteepLook ? kSteep : std::max(1.0, rate / (1.0 - rate)));
      told = true;
      break;
    }
    if (!told) continue;
    if (out.distance >= goal.tolerance) continue;
    converged = true;
    if (!keep && now.model.classes.size() < all.size())  // classes passed over come back where they would gain
      if (auto done = start_again(with_all(now.model, all)); !done) return done.error();
    Model lifted = now.model;
    if (lifts++ == kMostLifts || revive(now, groups, lifted) == 0) break;
    if (auto done = start_again(std::move(lifted)); !done) return done.error();
    converged = false;
  }
  out.result = {now.objective, now.log_likelihood, passes, converged, 1, 0.0};
  out.model = now.model.classes.size() == all.size() ? std::move(now.model) : with_all(now.model, all);
  return out;
}

}  // namespace celadon::inline CELADON_ABI::cdm::fit_detail
