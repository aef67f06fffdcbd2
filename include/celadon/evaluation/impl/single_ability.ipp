#pragma once

#include <celadon/core/math.hpp>
#include <celadon/core/parallel.hpp>
#include <celadon/evaluation/impl/single_ability.hpp>
#include <celadon/models/irt/fit.hpp>
#include <celadon/models/irt/posterior.hpp>

#include <algorithm>
#include <utility>

namespace celadon::inline CELADON_ABI::evaluation::diagnose_detail {

namespace single_detail {

/// An item that both models hold.
struct Shared {
  std::int64_t column = 0;
  const cdm::ItemParameters* item = nullptr;
  std::vector<double> of_class;  ///< P(right) by class
};

inline std::vector<Shared> shared_items(const cdm::Model& model, const Responses& responses, const irt::Posteriors& ability) {
  std::vector<Shared> out;
  out.reserve(model.items.size());
  const auto& ids = responses.item_ids();
  for (const cdm::ItemParameters& item : model.items) {
    const auto it = std::find(ids.begin(), ids.end(), item.id);
    const auto column = static_cast<std::int64_t>(it - ids.begin());
    // A column with one observed answer has one category there: no model can do better or worse on it.
    if (it == ids.end() || ability.model_item(column) < 0 || ability.n_categories(column) != 2) continue;
    Shared& one = out.emplace_back(Shared{column, &item, {}});
    one.of_class.reserve(model.classes.size());
    for (const std::uint32_t c : model.classes) one.of_class.push_back(item.of_class(c));
  }
  return out;
}

/// P of an answer under weights that hold this answer too: taken out of them first.
template <class Chance>
double left_out(const double* weight, std::size_t n, Chance&& chance) {
  double with = 0.0;
  double without = 0.0;
  for (std::size_t k = 0; k < n; ++k) {
    const double p = chance(k);
    if (!(p > 0.0)) continue;
    with += weight[k];
    without += weight[k] / p;
  }
  return with / without;
}

struct Compared {
  double gain = 0.0;
  std::int64_t n_answers = 0;
};

inline Compared compare_person(const std::vector<Shared>& items, const Responses& responses, const irt::Posteriors& ability,
                               std::int64_t person, const double* class_weight, const double* node_weight) {
  Compared out;
  const auto n_nodes = static_cast<std::size_t>(ability.n_nodes());
  for (const Shared& item : items) {
    const std::uint8_t cell = responses.at(person, item.column);
    if (is_missing(cell)) continue;
    const bool right = cell != 0;
    const double by_profile =
        left_out(class_weight, item.of_class.size(), [&](std::size_t c) { return right ? item.of_class[c] : 1.0 - item.of_class[c]; });
    const std::span<const double> chance = ability.probabilities(item.column, right ? 1 : 0);
    const double by_ability = left_out(node_weight, n_nodes, [&](std::size_t t) { return chance[t]; });
    if (!(by_profile > 0.0) || !(by_ability > 0.0)) continue;
    out.gain += math::log(by_profile) - math::log(by_ability);
    ++out.n_answers;
  }
  return out;
}

/// By attribute and node: whether the expected share right on its items reaches the cut. An attribute without an item never does.
inline std::vector<std::vector<std::uint8_t>> reached_at(const std::vector<Shared>& items, const irt::Posteriors& ability,
                                                         std::size_t n_attributes, double cut) {
  const auto n_nodes = static_cast<std::size_t>(ability.n_nodes());
  std::vector<std::vector<std::uint8_t>> out(n_attributes, std::vector<std::uint8_t>(n_nodes, 0));
  for (std::size_t k = 0; k < n_attributes; ++k) {
    const auto needs = [&](const Shared& s) {
      return std::find(s.item->attributes.begin(), s.item->attributes.end(), static_cast<int>(k)) != s.item->attributes.end();
    };
    std::size_t fewest = n_attributes + 1;
    for (const Shared& s : items)
      if (needs(s)) fewest = std::min(fewest, s.item->attributes.size());
    for (std::size_t t = 0; t < n_nodes; ++t) {
      double sum = 0.0;
      double n = 0.0;
      for (const Shared& s : items) {
        if (!needs(s) || s.item->attributes.size() != fewest) continue;
        sum += ability.probabilities(s.column, 1)[t];
        n += 1.0;
      }
      out[k][t] = n > 0.0 && sum / n >= cut ? 1 : 0;
    }
  }
  return out;
}

}  // namespace single_detail

Result<SingleAbility> compare_single_ability(const cdm::Fit& fit, const cdm::Scores& scores, const Responses& responses, double cut,
                                             const ExecutionContext& context) {
  irt::FitOptions options;
  options.model = irt::ItemModel::k2pl;
  options.standard_errors = false;
  options.priors = {{"", irt::ParameterKind::kSlope, irt::PriorFamily::kLogNormal, 0.0, 0.5},
                    {"", irt::ParameterKind::kIntercept, irt::PriorFamily::kNormal, 0.0, 2.0}};
  auto single = irt::fit(responses, options, context);
  if (!single) return single.error();
  auto ability = irt::Posteriors::prepare(single->model, responses);
  if (!ability) return ability.error();
  const std::vector<single_detail::Shared> items = single_detail::shared_items(fit.model, responses, *ability);

  const std::int64_t n = responses.n_persons();
  const std::int64_t step = n / kMostCompared + 1;
  const std::size_t n_classes = fit.model.classes.size();
  std::vector<single_detail::Compared> of_person(static_cast<std::size_t>(n));
  const int workers = worker_count(block_count(n), context);
  auto done = ability->for_each_block(workers, context, [&](const irt::PosteriorBlock& block, int) {
    for (std::int64_t i = 0; i < block.n_persons; ++i) {
      const std::int64_t person = block.first_person + i;
      if (person % step != 0) continue;
      of_person[static_cast<std::size_t>(person)] = single_detail::compare_person(
          items, responses, *ability, person, scores.state.probability.data() + static_cast<std::size_t>(person) * n_classes,
          block.posterior + i * ability->node_stride());
    }
  });
  if (!done) return done.error();
  SingleAbility out;
  for (const single_detail::Compared& one : of_person) {
    out.gain += one.gain;
    out.n_answers += one.n_answers;
  }
  if (out.n_answers > 0) out.gain /= static_cast<double>(out.n_answers);
  if (out.profile_adds()) return out;

  const std::size_t n_attributes = fit.model.attributes.size();
  const auto reached = single_detail::reached_at(items, *ability, n_attributes, cut);
  out.reached.assign(static_cast<std::size_t>(n) * n_attributes, 0.0);
  done = ability->for_each_block(workers, context, [&](const irt::PosteriorBlock& block, int) {
    for (std::int64_t i = 0; i < block.n_persons; ++i) {
      const double* weight = block.posterior + i * ability->node_stride();
      double* row = out.reached.data() + static_cast<std::size_t>(block.first_person + i) * n_attributes;
      for (std::size_t k = 0; k < n_attributes; ++k)
        for (std::size_t t = 0; t < reached[k].size(); ++t) row[k] += reached[k][t] != 0 ? weight[t] : 0.0;
    }
  });
  if (!done) return done.error();
  return out;
}

}  // namespace celadon::inline CELADON_ABI::evaluation::diagnose_detail
