#pragma once

#include <celadon/core/math.hpp>
#include <celadon/core/normal.hpp>
#include <celadon/evaluation/impl/diagnose_parts.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace celadon::inline CELADON_ABI::evaluation::diagnose_detail {

namespace spread_detail {

/// A free parameter of an item: the probability that some of its groups share.
struct Parameter {
  double probability = 0.0;
  double variance = 0.0;
  std::vector<std::uint8_t> of_class;  ///< non-zero: the class answers with this probability
};

/// Group of an item that a class falls in: bit l is set where the l-th needed attribute is mastered.
inline std::size_t group_of(const cdm::ItemParameters& item, std::uint32_t mastered) {
  std::size_t group = 0;
  for (std::size_t l = 0; l < item.attributes.size(); ++l)
    if ((mastered >> static_cast<unsigned>(item.attributes[l]) & 1U) != 0) group |= std::size_t{1} << l;
  return group;
}

inline std::vector<Parameter> parameters_of(const cdm::ItemParameters& item, const cdm::ItemEstimate& estimate,
                                            const std::vector<std::uint32_t>& classes) {
  const std::size_t n_groups = item.probability.size();
  // The conjunctive and the disjunctive rule share one probability among all groups but one.
  std::vector<std::size_t> first(n_groups);
  for (std::size_t g = 0; g < n_groups; ++g) {
    first[g] = g;
    if (item.rule == cdm::Rule::kDina && g + 1 < n_groups) first[g] = 0;
    if (item.rule == cdm::Rule::kDino && g > 0) first[g] = n_groups - 1;
  }
  std::vector<Parameter> out;
  for (std::size_t g = 0; g < n_groups; ++g) {
    if (first[g] != g || g >= estimate.probability_se.size()) continue;
    const double se = estimate.probability_se[g];
    if (!(se > 0.0) || !std::isfinite(se)) continue;
    Parameter p{item.probability[g], se * se, std::vector<std::uint8_t>(classes.size(), 0)};
    for (std::size_t c = 0; c < classes.size(); ++c)
      if (first[group_of(item, classes[c])] == g) p.of_class[c] = 1;
    out.push_back(std::move(p));
  }
  return out;
}

}  // namespace spread_detail

std::vector<std::vector<double>> mastery_spread(const cdm::Fit& fit, const Responses& responses, const cdm::Scores& scores) {
  using namespace spread_detail;
  const std::vector<std::uint32_t>& classes = fit.model.classes;
  const std::size_t n_classes = classes.size();
  const std::size_t n_attributes = fit.model.attributes.size();
  std::vector<std::vector<Parameter>> parameters;
  std::vector<std::int64_t> column;
  for (std::size_t j = 0; j < fit.model.items.size() && j < fit.items.size(); ++j) {
    const auto& ids = responses.item_ids();
    const auto it = std::find(ids.begin(), ids.end(), fit.model.items[j].id);
    if (it == ids.end()) continue;
    parameters.push_back(parameters_of(fit.model.items[j], fit.items[j], classes));
    column.push_back(it - ids.begin());
  }
  std::vector<std::vector<double>> out(static_cast<std::size_t>(responses.n_persons()), std::vector<double>(n_attributes, 0.0));
  std::vector<double> tilt(n_classes);
  for (std::int64_t i = 0; i < responses.n_persons(); ++i) {
    const double* weight = scores.state.probability.data() + static_cast<std::size_t>(i) * n_classes;
    for (std::size_t k = 0; k < n_attributes; ++k) {
      const double mastery = scores.mastery_of(i, static_cast<int>(k));
      for (std::size_t c = 0; c < n_classes; ++c) tilt[c] = weight[c] * ((classes[c] >> k & 1U) != 0 ? 1.0 - mastery : -mastery);
      double variance = 0.0;
      for (std::size_t j = 0; j < parameters.size(); ++j) {
        const std::uint8_t cell = responses.at(i, column[j]);
        if (is_missing(cell)) continue;
        for (const Parameter& p : parameters[j]) {
          double moved = 0.0;
          for (std::size_t c = 0; c < n_classes; ++c) moved += p.of_class[c] != 0 ? tilt[c] : 0.0;
          const double slope = moved * (cell != 0 ? 1.0 / p.probability : -1.0 / (1.0 - p.probability));
          variance += slope * slope * p.variance;
        }
      }
      const double scale = mastery * (1.0 - mastery);
      out[static_cast<std::size_t>(i)][k] = scale > 0.0 ? std::sqrt(variance) / scale : 0.0;
    }
  }
  return out;
}

Interval probability_interval(double probability, double logit_sd, double confidence) {
  if (std::isnan(probability) || std::isnan(logit_sd)) return {kNone, kNone};
  if (probability <= 0.0 || probability >= 1.0) return {probability, probability};
  const double logit = math::log(probability) - math::log(1.0 - probability);
  const double half = normal_quantile(0.5 + confidence / 2.0) * logit_sd;
  const auto inverse = [](double x) { return x >= 0.0 ? 1.0 / (1.0 + math::exp(-x)) : math::exp(x) / (1.0 + math::exp(x)); };
  return {inverse(logit - half), inverse(logit + half)};
}

void take_bank_scores(const std::vector<std::int32_t>& point, const cdm::Scores& scores, feedback::MasteryInput& in) {
  const std::size_t n_cells = in.n_items.size();
  in.probability.assign(1, std::vector<double>(n_cells, kNone));
  in.low.assign(n_cells, kNone);
  in.high.assign(n_cells, kNone);
  in.bounded.assign(n_cells, 0);
  for (std::int64_t i = 0; i < in.n_persons; ++i)
    for (std::size_t a = 0; a < point.size(); ++a) {
      if (point[a] < 0) continue;
      const auto attribute = static_cast<int>(a);
      const std::size_t cell = static_cast<std::size_t>(i) * in.points.size() + static_cast<std::size_t>(point[a]);
      in.identified[cell] = static_cast<std::uint8_t>((scores.inseparable[static_cast<std::size_t>(i)] >> a & 1U) == 0 ? 1 : 0);
      in.probability[0][cell] = scores.mastery_of(i, attribute);
      const double lower = scores.lower_of(i, attribute);
      const double upper = scores.upper_of(i, attribute);
      if (decision_value(upper - lower) <= 0.0) continue;
      in.bounded[cell] = 1;
      in.low[cell] = lower;
      in.high[cell] = upper;
    }
}

}  // namespace celadon::inline CELADON_ABI::evaluation::diagnose_detail
