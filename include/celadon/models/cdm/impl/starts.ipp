#pragma once

#include <celadon/core/math.hpp>
#include <celadon/core/random.hpp>
#include <celadon/models/cdm/impl/class_step.hpp>
#include <celadon/models/cdm/impl/errors.hpp>
#include <celadon/models/cdm/impl/search.hpp>
#include <celadon/models/cdm/impl/structure_step.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace celadon::inline CELADON_ABI::cdm::fit_detail {

namespace starts_detail {

/// Probabilities between `low` and `high` by the share of needed attributes that are mastered, in the shape of the rule.
inline void shape(double low, double high, ItemParameters& item) {
  const auto m = static_cast<int>(item.attributes.size());
  const auto logit = [](double p) { return math::log(p) - math::log(1.0 - p); };
  for (std::size_t g = 0; g < item.probability.size(); ++g) {
    const int mastered = std::popcount(g);
    double share = static_cast<double>(mastered) / m;
    if (item.rule == Rule::kDina) share = mastered == m ? 1.0 : 0.0;
    if (item.rule == Rule::kDino) share = mastered > 0 ? 1.0 : 0.0;
    if (item.rule == Rule::kLlm)
      item.probability[g] = math::logistic(logit(low) + share * (logit(high) - logit(low)));
    else if (item.rule == Rule::kRrum)
      item.probability[g] = math::exp(math::log(low) + share * (math::log(high) - math::log(low)));
    else
      item.probability[g] = low + share * (high - low);
  }
}

/// A start: the first is the same for everybody, the others are drawn.
inline Model drawn(const Model& frame, std::uint64_t seed, int number) {
  Model model = frame;
  random::Stream stream(seed, random::purpose("cdm.start"), static_cast<std::uint64_t>(number));
  for (ItemParameters& item : model.items) {
    const double low = number == 0 ? 0.2 : stream.uniform(0.02, 0.6);
    shape(low, number == 0 ? 0.8 : stream.uniform(low + 0.1, 0.98), item);
    if (number == 0 || item.rule != Rule::kGdina || item.probability.size() < 4) continue;
    for (std::size_t g = 1; g + 1 < item.probability.size(); ++g) item.probability[g] = stream.uniform(0.1, 0.9);
  }
  for (Population& p : model.populations) {
    if (model.structure == Structure::kSaturated) {
      double sum = 0.0;
      p.probability.assign(model.classes.size(), 1.0);
      for (double& v : p.probability) {  // alternately even, uneven and few large classes
        const double e = number == 0 ? 1.0 : -math::log(stream.uniform());
        if (number % 3 == 1) v = 0.02 + e;
        if (number % 3 == 2) v = 0.005 + e * e * e;
        sum += v;
      }
      for (double& v : p.probability) v /= sum;
      continue;
    }
    p.intercept.assign(model.attributes.size(), 0.0);
    if (model.structure == Structure::kHigherOrder) p.slope.assign(model.attributes.size(), 1.0);
    for (double& v : p.intercept) v = number == 0 ? 0.0 : stream.normal();
    for (double& v : p.slope) v = number == 0 ? 1.0 : stream.uniform(0.5, 2.0);
    fill_classes(model.structure, model.classes, p);
  }
  return model;
}

/// The rules of `target` on the classes of persons as `from` sees them: one step of EM with the other rules.
inline Result<Model> under_rules(const Problem& problem, const Model& from, const Model& target, const ExecutionContext& context) {
  const auto groups = groups_by_class(from);
  auto point = evaluate(problem, from, groups, context);
  if (!point) return point.error();
  for (std::size_t j = 0; j < target.items.size(); ++j) {
    ItemParameters& item = point->model.items[j];
    if (item.rule == target.items[j].rule) continue;
    item.rule = target.items[j].rule;
    const GroupCounts counts = counts_of(*point, j, groups[j]);
    double right = 1.0;
    double all = 2.0;
    for (std::size_t g = 0; g < counts.right.size(); ++g) {
      right += counts.right[g];
      all += counts.right[g] + counts.wrong[g];
    }
    std::fill(item.probability.begin(), item.probability.end(), right / all);
  }
  return em_step(problem, *point, groups);
}

/// The rules of a frame's items of several attributes replaced by one.
inline Model all_under(const Model& frame, Rule rule) {
  Model out = frame;
  for (ItemParameters& item : out.items)
    if (item.attributes.size() > 1) item.rule = rule;
  return out;
}

/// Whether every item's rule in `special` is a case of that in `general`.
inline bool nested(const Model& special, const Model& general) {
  for (std::size_t j = 0; j < special.items.size(); ++j)
    if (general.items[j].rule != Rule::kGdina && general.items[j].rule != special.items[j].rule) return false;
  return true;
}

inline bool same_rules(const Model& a, const Model& b) {
  return std::equal(a.items.begin(), a.items.end(), b.items.begin(), b.items.end(),
                    [](const ItemParameters& x, const ItemParameters& y) { return x.rule == y.rule; });
}

/// How far two models are apart in what they say of the persons: the mean difference of P over the persons of `a`, of the item where it
/// is largest.
inline double apart(const Model& a, const Model& b) {
  double worst = 0.0;
  for (std::size_t j = 0; j < a.items.size(); ++j) {
    double sum = 0.0;
    for (std::size_t c = 0; c < a.classes.size(); ++c) {
      const double p = a.populations[0].probability[c];
      if (p > 1e-6) sum += p * std::fabs(a.items[j].of_class(a.classes[c]) - b.items[j].of_class(a.classes[c]));
    }
    worst = std::max(worst, sum);
  }
  return worst;
}

inline void sort_tops(std::vector<Top>& tops) {
  std::stable_sort(tops.begin(), tops.end(), [](const Top& a, const Top& b) { return a.result.objective > b.result.objective; });
}

/// The caller's model in the shape of the frame.
inline Model from_model(const Model& frame, const Model& given, std::uint64_t seed) {
  Model out = drawn(frame, seed, 0);
  for (ItemParameters& item : out.items) {
    const std::int64_t at = given.find(item.id);
    if (at < 0) continue;
    const ItemParameters& other = given.items[static_cast<std::size_t>(at)];
    if (other.attributes != item.attributes || other.probability.size() != item.probability.size()) continue;
    const bool fits = item.rule == other.rule || item.rule == Rule::kGdina;
    const double low = std::clamp(other.probability.front(), 0.001, 0.998);
    if (fits)
      for (std::size_t g = 0; g < item.probability.size(); ++g) item.probability[g] = std::clamp(other.probability[g], kEdge, 1.0 - kEdge);
    else
      shape(low, std::clamp(other.probability.back(), low + 0.001, 0.999), item);
  }
  if (given.classes != out.classes || given.attributes.size() != out.attributes.size()) return out;
  for (std::size_t g = 0; g < out.populations.size(); ++g) {
    const Population& p = given.populations[std::min(g, given.populations.size() - 1)];
    Population& to = out.populations[g];
    if (out.structure == Structure::kSaturated) {
      double sum = 0.0;
      for (std::size_t c = 0; c < to.probability.size(); ++c) sum += to.probability[c] = std::max(p.probability[c], 1e-10);
      for (double& v : to.probability) v /= sum;
    } else if (given.structure == out.structure) {
      const std::string id = to.id;
      to = p;
      to.id = id;
    }
  }
  return out;
}

}  // namespace starts_detail

namespace starts_detail {

/// Items' probabilities nearer than this on the persons are those of one top.
constexpr double kNear = 0.02;

/// The tops that differ, the best first, and how many came near each. `tops` are sorted.
struct Distinct {
  std::vector<const Top*> tops;
  std::vector<int> near;
};
inline Distinct distinct(const std::vector<Top>& tops) {
  Distinct out;
  for (const Top& top : tops) {
    std::size_t at = 0;
    while (at < out.tops.size() && !(apart(out.tops[at]->model, top.model) < kNear)) ++at;
    if (at < out.tops.size()) {
      ++out.near[at];
    } else {
      out.tops.push_back(&top);
      out.near.push_back(1);
    }
  }
  return out;
}

/// Whether `n` climbs that found `w` tops are enough: no more than half a further top is to be expected (Boender & Rinnooy Kan, 1987). One
/// top needs seven climbs, two need sixteen.
inline bool enough(std::size_t n, std::size_t w) {
  const auto climbs = static_cast<double>(n);
  const auto found = static_cast<double>(w);
  return climbs > found + 2.0 && found * (climbs - 1.0) / (climbs - found - 2.0) <= found + 0.5;
}

/// Log-likelihood of each person.
inline std::vector<double> log_likelihoods(const latent_detail::Packed& persons, const Model& model) {
  const latent_detail::Tables tables = tables_of(model, groups_by_class(model), persons);
  std::vector<double> posterior;
  std::vector<double> out;
  for (std::int64_t i = 0; i < persons.n; ++i) out.push_back(posterior_of(persons, tables, i, posterior));
  return out;
}

/// Whether persons like these would hardly come to prefer `other`: their mean difference is more than three standard errors (Vuong's test).
inline bool ruled_out(const latent_detail::Packed& persons, const std::vector<double>& best, const std::vector<double>& other) {
  const auto weight = [&](std::size_t i) { return persons.weight.empty() ? 1.0 : persons.weight[i]; };
  double total = 0.0;
  double sum = 0.0;
  for (std::size_t i = 0; i < best.size(); ++i) {
    total += weight(i);
    sum += weight(i) * (best[i] - other[i]);
  }
  const double mean = sum / total;
  double variance = 0.0;
  for (std::size_t i = 0; i < best.size(); ++i) {
    const double off = weight(i) * (best[i] - other[i] - mean);
    variance += off * off;
  }
  return mean > 3.0 * math::sqrt(variance) / total;
}

/// The short climbs: on a part of the persons where there are many.
class Shorts {
 public:
  Shorts(const Problem& problem, const Model& frame, bool sampled, const ExecutionContext& context)
      : problem_(problem), frame_(frame), options_(*problem.options), sampled_(sampled), context_(context) {}

  /// All of them, sorted.
  Result<std::vector<Top>> run() {
    for (int s = 0; s < options_.n_starts; ++s) {
      if (auto done = add(drawn(frame_, options_.seed, s), brief_); !done) return done.error();
      sort_tops(tops_);
      settled_ = sampled_ && enough(tops_.size(), distinct(tops_).tops.size());
      if (settled_) break;
    }
    if (options_.start != nullptr)
      if (auto done = add(from_model(frame_, *options_.start, options_.seed), fair_); !done) return done.error();
    sort_tops(tops_);
    for (const Rule rule : {Rule::kDina, Rule::kDino, Rule::kAcdm, Rule::kLlm, Rule::kRrum, Rule::kGdina})
      if (auto done = by_way_of(rule); !done) return done.error();
    sort_tops(tops_);
    return std::move(tops_);
  }

 private:
  Result<void> add(Model model, const Goal& goal) {
    auto top = climb(problem_, std::move(model), goal, context_);
    if (!top) return top.error();
    tops_.push_back(std::move(*top));
    return {};
  }

  /// Neighbours: the same items under other rules, which have tops of their own. Where they are special cases of the rules asked for, their
  /// tops are starts as they are, so that a general model never ends below them. Where the drawn starts have settled it, only these and the
  /// most general rule are gone by.
  Result<void> by_way_of(Rule rule) {
    const Model other = all_under(frame_, rule);
    const bool special = nested(other, frame_);
    if (same_rules(other, frame_) || (settled_ && !special && rule != Rule::kGdina)) return {};
    std::vector<Top> others;
    for (int from = settled_ ? 1 : 0; from < 2; ++from) {
      Model start = drawn(other, options_.seed, 0);
      if (from == 1) {
        auto projected = under_rules(problem_, tops_[0].model, other, context_);
        if (!projected) return projected.error();
        start = std::move(*projected);
      }
      auto top = climb(problem_, std::move(start), brief_, context_);
      if (!top) return top.error();
      others.push_back(std::move(*top));
    }
    sort_tops(others);
    if (!special) {
      auto projected = under_rules(problem_, others[0].model, frame_, context_);
      if (!projected) return projected.error();
      return add(std::move(*projected), brief_);
    }
    const auto as_asked = [&](Model& model) {
      for (std::size_t j = 0; j < frame_.items.size(); ++j) model.items[j].rule = frame_.items[j].rule;
    };
    if (sampled_) {  // here a top of the part only: on, to where it leads
      as_asked(others[0].model);
      return add(std::move(others[0].model), longer_);
    }
    auto top = climb(problem_, std::move(others[0].model), fair_, context_);
    if (!top) return top.error();
    as_asked(top->model);
    tops_.push_back(std::move(*top));
    return {};
  }

  const Problem& problem_;
  const Model& frame_;
  const FitOptions& options_;
  bool sampled_;
  const ExecutionContext& context_;
  bool settled_ = false;
  Goal brief_{1e-1, std::min(15, options_.max_iterations), sampled_};
  Goal longer_{1e-1, std::min(60, options_.max_iterations), sampled_};
  Goal fair_{1e-2, std::min(200, options_.max_iterations), sampled_};
  std::vector<Top> tops_;
};

}  // namespace starts_detail

Result<std::vector<Top>> search(const Problem& problem, const Model& frame, int& n_starts, const ExecutionContext& context) {
  using namespace starts_detail;
  const FitOptions& options = *problem.options;
  // Starts run on a part of the persons where there are many, the best go on with all.
  constexpr std::int64_t kSample = 1500;
  constexpr std::int64_t kFewest = 500;  // where a pass is dear
  constexpr std::size_t kDear = 1024;    // classes
  const bool dear = frame.structure == Structure::kSaturated && frame.classes.size() >= kDear;
  const bool sampled = problem.persons->n > 2 * kSample || (dear && problem.persons->n > 2 * kFewest);
  const std::int64_t sample = problem.persons->n > 2 * kSample ? kSample : kFewest;
  const latent_detail::Packed part = sampled ? latent_detail::subsample(*problem.persons, sample) : latent_detail::Packed{};
  Problem rough = problem;
  if (sampled) rough.persons = &part;
  const Goal full{options.tolerance, options.max_iterations, sampled};

  // A part of the persons says little of many classes: there the attributes are independent, and the classes part when all persons come.
  const bool independent = sampled && has_many_classes(frame);
  Model rough_frame = frame;
  if (independent) rough_frame.structure = Structure::kIndependent;
  auto tops = Shorts(rough, rough_frame, sampled, context).run();
  if (!tops) return tops.error();
  n_starts = static_cast<int>(tops->size());
  for (Top& top : *tops) {
    if (!independent) break;
    top.model.structure = frame.structure;
    for (Population& p : top.model.populations) p.slope = p.intercept = {};
  }
  const Distinct found = distinct(*tops);
  // The best go on, each with those that have come near it. Where a part of the persons has looked for them, those go that they all but
  // rule out: by three standard errors of the mean difference of a person's log-likelihood.
  std::vector<double> best;
  if (sampled) best = log_likelihoods(part, found.tops.front()->model);
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < found.tops.size() && chosen.size() < static_cast<std::size_t>(options.n_finals); ++i)
    if (i == 0 || !sampled || !ruled_out(part, best, log_likelihoods(part, found.tops[i]->model))) chosen.push_back(i);
  std::vector<Top> finals;
  const bool several = chosen.size() > 2;
  for (const std::size_t i : chosen) {
    auto final = climb(problem, found.tops[i]->model, several ? Goal{1e-3, std::min(400, options.max_iterations), sampled} : full, context);
    if (!final) return final.error();
    final->result.n_near = found.near[i];
    finals.push_back(std::move(*final));
  }
  sort_tops(finals);
  for (std::size_t i = 0; i < finals.size() && several; ++i) {  // the best two, and what may come near them
    if (i > 1 && finals[i].result.objective < finals[0].result.objective - 0.5) break;
    auto final = climb(problem, finals[i].model, full, context);
    if (!final) return final.error();
    final->result.n_near = finals[i].result.n_near;
    final->result.iterations += finals[i].result.iterations;
    finals[i] = std::move(*final);
  }
  sort_tops(finals);
  return finals;
}

}  // namespace celadon::inline CELADON_ABI::cdm::fit_detail
