#pragma once

#include <celadon/core/math.hpp>
#include <celadon/core/random.hpp>
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

Result<std::vector<Top>> search(const Problem& problem, const Model& frame, const ExecutionContext& context) {
  using namespace starts_detail;
  const FitOptions& options = *problem.options;
  // Starts run on a part of the persons where there are many, the best go on with all.
  const std::int64_t sample = 1500;
  const bool sampled = problem.persons->n > 2 * sample;
  const latent_detail::Packed part = sampled ? latent_detail::subsample(*problem.persons, sample) : latent_detail::Packed{};
  Problem rough = problem;
  if (sampled) rough.persons = &part;
  const Goal brief{1e-1, std::min(15, options.max_iterations)};
  const Goal fair{1e-2, std::min(200, options.max_iterations)};
  const Goal full{options.tolerance, options.max_iterations};

  std::vector<Top> tops;
  const auto add = [&](Model model, const Goal& goal) -> Result<void> {
    auto top = climb(rough, std::move(model), goal, context);
    if (!top) return top.error();
    tops.push_back(std::move(*top));
    return {};
  };
  for (int s = 0; s < options.n_starts; ++s)
    if (auto done = add(drawn(frame, options.seed, s), brief); !done) return done.error();
  if (options.start != nullptr)
    if (auto done = add(from_model(frame, *options.start, options.seed), fair); !done) return done.error();
  sort_tops(tops);
  // Neighbours: the same items under other rules, which have tops of their own. Where they are special cases of the rules asked for, their
  // tops are starts as they are, so that a general model never ends below them.
  for (const Rule rule : {Rule::kDina, Rule::kDino, Rule::kAcdm, Rule::kLlm, Rule::kRrum, Rule::kGdina}) {
    const Model other = all_under(frame, rule);
    if (same_rules(other, frame)) continue;
    const bool special = nested(other, frame);
    std::vector<Top> others;
    for (int from = 0; from < 2; ++from) {
      Model start = drawn(other, options.seed, 0);
      if (from == 1) {
        auto projected = under_rules(rough, tops[0].model, other, context);
        if (!projected) return projected.error();
        start = std::move(*projected);
      }
      auto top = climb(rough, std::move(start), brief, context);
      if (!top) return top.error();
      others.push_back(std::move(*top));
    }
    sort_tops(others);
    if (special) {
      auto top = climb(rough, std::move(others[0].model), fair, context);
      if (!top) return top.error();
      for (std::size_t j = 0; j < frame.items.size(); ++j) top->model.items[j].rule = frame.items[j].rule;
      tops.push_back(std::move(*top));
    } else {
      auto projected = under_rules(rough, others[0].model, frame, context);
      if (!projected) return projected.error();
      if (auto done = add(std::move(*projected), brief); !done) return done.error();
    }
  }
  sort_tops(tops);
  // The best go on, each with those that have come near it.
  constexpr double kNear = 0.02;
  std::vector<const Top*> chosen;
  std::vector<int> near;
  for (const Top& top : tops) {
    std::size_t at = 0;
    while (at < chosen.size() && !(apart(chosen[at]->model, top.model) < kNear)) ++at;
    if (at < chosen.size()) {
      ++near[at];
    } else if (chosen.size() < static_cast<std::size_t>(options.n_finals)) {
      chosen.push_back(&top);
      near.push_back(1);
    }
  }
  std::vector<Top> finals;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    auto final = climb(problem, chosen[i]->model, full, context);
    if (!final) return final.error();
    final->result.n_near = near[i];
    finals.push_back(std::move(*final));
  }
  sort_tops(finals);
  return finals;
}

}  // namespace celadon::inline CELADON_ABI::cdm::fit_detail
