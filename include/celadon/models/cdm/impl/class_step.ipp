#pragma once

#include <celadon/core/math.hpp>
#include <celadon/core/parallel.hpp>
#include <celadon/models/cdm/impl/class_step.hpp>
#include <celadon/models/cdm/impl/structure_step.hpp>

#include <algorithm>
#include <cmath>

namespace celadon::inline CELADON_ABI::cdm::fit_detail {

namespace class_step_detail {

/// What the persons of one population leave possible: for each the likelihoods of its classes, in units in which those of all classes,
/// weighed by the probabilities they were kept with, sum to 1.
struct Kept {
  std::vector<std::size_t> first;  ///< by person, one more
  std::vector<std::uint32_t> at;   ///< class
  std::vector<double> likelihood;  ///< in those units
  std::vector<double> rest;        ///< by person: share of the classes that are not kept
  std::vector<double> weight;      ///< by person
  std::vector<double> unkept;      ///< by class: expected persons among what is not kept, for each unit of the class's probability
  double total_weight = 0.0;
};

constexpr double kPossible = 1e-4;
/// Share that is spread evenly while looking for what is possible, so that a class at nothing is seen.
constexpr double kSpread = 1e-4;

/// One block's part.
struct Part {
  std::vector<std::vector<double>> unkept;  ///< by population, by class
  std::vector<std::uint32_t> n;
  std::vector<std::uint32_t> at;
  std::vector<double> likelihood;
  std::vector<double> rest;
  std::vector<double> weight;
  std::vector<std::uint16_t> population;
};

/// Posterior of a person, up to a factor, and its sum; by logs where the product underflows.
inline double weigh(const latent_detail::Packed& packed, const latent_detail::Tables& tables, std::int64_t person, std::uint16_t population,
                    std::vector<double>& p) {
  const auto padded = static_cast<std::size_t>(tables.padded);
  const std::int64_t block = person / kBlockRows;
  const double* prior = tables.weights.data() + population * padded;
  p.assign(prior, prior + padded);
  for (std::size_t g = 0; g < packed.groups.size(); ++g) {
    const double* row = tables.product[g].data() + static_cast<std::size_t>(packed.column(block, g)[person % kBlockRows]) * padded;
    for (std::size_t c = 0; c < padded; ++c) p[c] *= row[c];
  }
  double sums[8] = {};
  for (std::size_t c = 0; c < padded; c += 8)
    for (std::size_t l = 0; l < 8; ++l) sums[l] += p[c + l];
  double total = 0.0;
  for (const double v : sums) total += v;
  if (total > 1e-250) return total;
  latent_detail::expect_detail::in_logs(packed, tables, person, p);
  return 1.0;
}

inline Result<std::vector<Kept>> keep(const Problem& problem, const Model& model, const std::vector<std::vector<std::uint32_t>>& groups,
                                      const ExecutionContext& context) {
  const latent_detail::Packed& packed = *problem.persons;
  const latent_detail::Tables tables = tables_of(model, groups, packed);
  const std::size_t n_classes = model.classes.size();
  std::vector<Part> parts(static_cast<std::size_t>(packed.n_blocks()));
  const auto work = [&](std::int64_t block, int) {
    Part& part = parts[static_cast<std::size_t>(block)];
    std::vector<double> posterior;
    part.unkept.assign(model.populations.size(), std::vector<double>(n_classes, 0.0));
    for (std::int64_t r = 0; r < packed.rows(block); ++r) {
      const std::int64_t person = block * kBlockRows + r;
      const auto at = static_cast<std::size_t>(person);
      const std::uint16_t population = packed.population.empty() ? std::uint16_t{0} : packed.population[at];
      if (population == latent_detail::kDropped) continue;
      const double weight = packed.weight.empty() ? 1.0 : packed.weight[at];
      std::vector<double>& unkept = part.unkept[population];
      const double scale = 1.0 / weigh(packed, tables, person, population, posterior);
      const std::vector<double>& prior = model.populations[population].probability;
      std::uint32_t n = 0;
      double rest = 1.0;
      for (std::size_t c = 0; c < n_classes; ++c) {
        const double share = posterior[c] * scale;
        if (!(share > kPossible)) {
          unkept[c] += weight * share;
          continue;
        }
        part.at.push_back(static_cast<std::uint32_t>(c));
        part.likelihood.push_back(share / prior[c]);
        rest -= share;
        ++n;
      }
      part.n.push_back(n);
      part.rest.push_back(std::max(rest, 0.0));
      part.weight.push_back(weight);
      part.population.push_back(population);
    }
  };
  if (auto done = run_blocks(packed.n_blocks(), worker_count(packed.n_blocks(), context), context, work); !done) return done.error();
  std::vector<Kept> out(model.populations.size());
  for (Kept& k : out) {
    k.first.push_back(0);
    k.unkept.assign(n_classes, 0.0);
  }
  for (const Part& part : parts) {
    for (std::size_t g = 0; g < out.size(); ++g)
      for (std::size_t c = 0; c < n_classes; ++c) out[g].unkept[c] += part.unkept[g][c] / model.populations[g].probability[c];
    std::size_t from = 0;
    for (std::size_t i = 0; i < part.n.size(); ++i) {
      Kept& k = out[part.population[i]];
      for (const std::size_t to = from + part.n[i]; from < to; ++from) {
        k.at.push_back(part.at[from]);
        k.likelihood.push_back(part.likelihood[from]);
      }
      k.first.push_back(k.at.size());
      k.rest.push_back(part.rest[i]);
      k.weight.push_back(part.weight[i]);
      k.total_weight += part.weight[i];
    }
  }
  return out;
}

/// Steps of EM on the probabilities of the classes of one population.
class Steps {
 public:
  Steps(const Kept& kept, double class_count, const ExecutionContext& context)
      : kept_(kept),
        class_count_(class_count),
        context_(context),
        n_blocks_(block_count(static_cast<std::int64_t>(kept.weight.size()))),
        workers_(static_cast<std::size_t>(worker_count(n_blocks_, context))) {
    for (Worker& w : workers_) {
      w.counts.resize(kept.unkept.size());
      w.share.resize(kept.unkept.size());
    }
  }

  /// One step from `p`; the objective at `p`, or an error where the host wants to stop.
  Result<double> operator()(const std::vector<double>& p, std::vector<double>& next) {
    double value = 0.0;
    for (std::size_t c = 0; c < p.size(); ++c) next[c] = kept_.unkept[c] * p[c];
    const auto work = [&](std::int64_t block, int worker) { add(block, p, workers_[static_cast<std::size_t>(worker)]); };
    const auto merge = [&](std::int64_t, int worker) {
      const Worker& w = workers_[static_cast<std::size_t>(worker)];
      value += w.value;
      for (std::size_t c = 0; c < p.size(); ++c) next[c] += w.counts[c];
    };
    if (auto done = run_blocks(n_blocks_, static_cast<int>(workers_.size()), context_, work, merge); !done) return done.error();
    double total = 0.0;
    for (std::size_t c = 0; c < p.size(); ++c) {
      if (class_count_ > 0.0) value += class_count_ * math::log(p[c]);
      total += next[c] += class_count_;
    }
    double sum = 0.0;
    for (double& v : next) sum += v = std::max(v / total, kRarest);
    for (double& v : next) v /= sum;
    return value;
  }

 private:
  struct Worker {
    std::vector<double> counts;
    std::vector<double> share;
    double value = 0.0;
  };

  void add(std::int64_t block, const std::vector<double>& p, Worker& w) const {
    std::fill(w.counts.begin(), w.counts.end(), 0.0);
    w.value = 0.0;
    const auto from = static_cast<std::size_t>(block * kBlockRows);
    const std::size_t to = std::min(from + static_cast<std::size_t>(kBlockRows), kept_.weight.size());
    for (std::size_t i = from; i < to; ++i) {
      const std::size_t first = kept_.first[i];
      const std::size_t n = kept_.first[i + 1] - first;
      const std::uint32_t* at = kept_.at.data() + first;
      const double* likelihood = kept_.likelihood.data() + first;
      double sums[4] = {kept_.rest[i], 0.0, 0.0, 0.0};  // apart, so that one does not wait for the other
      for (std::size_t e = 0; e < n; ++e) sums[e % 4] += w.share[e] = p[at[e]] * likelihood[e];
      const double sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
      const double scale = kept_.weight[i] / sum;
      for (std::size_t e = 0; e < n; ++e) w.counts[at[e]] += w.share[e] * scale;
      w.value += kept_.weight[i] * math::log(sum);
    }
  }

  const Kept& kept_;
  double class_count_;
  const ExecutionContext& context_;
  std::int64_t n_blocks_;
  std::vector<Worker> workers_;
};

/// SQUAREM on the steps until a round of it gains no more than `enough`.
inline Result<void> maximise(const Kept& kept, double class_count, double enough, std::vector<double>& p, const ExecutionContext& context) {
  constexpr int kMostRounds = 40;
  const std::size_t n = p.size();
  std::vector<double> one(n);
  std::vector<double> two(n);
  std::vector<double> far(n);
  Steps step(kept, class_count, context);
  auto value = step(p, one);
  if (!value) return value.error();
  for (int round = 0; round < kMostRounds; ++round) {
    if (auto done = step(one, two); !done) return done.error();
    double r = 0.0;
    double v = 0.0;
    for (std::size_t c = 0; c < n; ++c) {  // in roots, where a distance is that of the information
      const double a = math::sqrt(one[c]) - math::sqrt(p[c]);
      const double b = math::sqrt(two[c]) - math::sqrt(one[c]) - a;
      r += a * a;
      v += b * b;
    }
    const double before = *value;
    bool taken = false;
    if (v > 0.0 && r > v) {
      const double alpha = math::sqrt(r / v);
      double sum = 0.0;
      for (std::size_t c = 0; c < n; ++c) {
        const double x = math::sqrt(p[c]);
        const double a = math::sqrt(one[c]) - x;
        const double b = math::sqrt(two[c]) - math::sqrt(one[c]) - a;
        const double root = x + 2.0 * alpha * a + alpha * alpha * b;
        sum += far[c] = root > 0.0 ? std::max(root * root, kRarest) : std::max(1e-3 * two[c], kRarest);
      }
      for (double& x : far) x /= sum;
      value = step(far, one);  // `one` is then the step from `far`
      if (!value) return value.error();
      taken = *value >= before;
    }
    p = taken ? far : two;
    if (!taken) {
      value = step(p, one);
      if (!value) return value.error();
    }
    if (!(*value - before > enough)) break;
  }
  p = one;
  return {};
}

}  // namespace class_step_detail

bool has_many_classes(const Model& model) {
  return model.structure == Structure::kSaturated && model.classes.size() >= kManyClasses;
}

Result<void> class_step(const Problem& problem, double enough, Model& model, const std::vector<std::vector<std::uint32_t>>& groups,
                        const ExecutionContext& context) {
  using namespace class_step_detail;
  const double even = kSpread / static_cast<double>(model.classes.size());
  for (Population& p : model.populations)
    for (double& v : p.probability) v = (1.0 - kSpread) * v + even;
  auto kept = keep(problem, model, groups, context);
  if (!kept) return kept.error();
  for (std::size_t g = 0; g < kept->size(); ++g)
    if ((*kept)[g].total_weight > 0.0)
      if (auto done = class_step_detail::maximise((*kept)[g], problem.options->priors.class_count, enough, model.populations[g].probability,
                                                  context);
          !done)
        return done.error();
  return {};
}

}  // namespace celadon::inline CELADON_ABI::cdm::fit_detail
