#pragma once

#include <celadon/core/math.hpp>
#include <celadon/models/irt/impl/estimation.hpp>

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace celadon::inline CELADON_ABI::irt::estimation_detail {

namespace layout_detail {

/// A diverging parameter (an item that splits the persons without overlap) stops here and is reported as on its bound.
constexpr double kMostSlope = 25.0;
constexpr double kMostIntercept = 75.0;
constexpr double kMostLogit = 13.0;
constexpr double kMostMean = 5.0;
constexpr double kMostLogSd = 3.0;

inline bool fixed_slope(ItemModel model) {
  return model == ItemModel::kRasch || model == ItemModel::kPartialCredit || model == ItemModel::kRatingScale;
}

class Builder {
 public:
  Builder(const FitOptions& options, Plan& plan) : options_(options), plan_(plan), layout_(plan.layout), used_(options.priors.size(), 0) {}

  std::int32_t free(double start, double lowest, double highest) {
    layout_.start.push_back(std::clamp(start, lowest, highest));
    layout_.lowest.push_back(lowest);
    layout_.highest.push_back(highest);
    return static_cast<std::int32_t>(layout_.start.size()) - 1;
  }

  void prior(const std::string& item, ParameterKind kind, std::int32_t at) {
    const Prior* chosen = nullptr;
    for (const Prior& p : options_.priors)
      if (p.parameter == kind && (p.item == item || (p.item.empty() && (chosen == nullptr || chosen->item.empty())))) chosen = &p;
    if (chosen == nullptr) return;
    used_[static_cast<std::size_t>(chosen - options_.priors.data())] = 1;
    layout_.priors.push_back({at, kind, chosen->family, chosen->first, chosen->second});
    // a lognormal slope is positive whatever the data first suggest
    if (chosen->family == PriorFamily::kLogNormal) {
      const auto i = static_cast<std::size_t>(at);
      if (!(layout_.start[i] > 0.0)) layout_.start[i] = math::exp(chosen->first);
    }
  }

  void item(std::size_t j) {
    const ItemParameters& start = plan_.items[j].start;
    ItemLayout& out = layout_.items[j];
    out.n_local = n_local(start);
    out.base = to_local(start);
    if (plan_.items[j].fixed) return;
    const std::vector<double> local = out.base;
    const auto link = [&](std::int32_t at, std::int32_t to, double coefficient = 1.0) {
      out.base[static_cast<std::size_t>(at)] = 0.0;
      out.links.push_back({at, to, coefficient});
    };
    std::int32_t at = 0;
    if (start.model == ItemModel::kNominal) {
      for (; at < start.n_categories - 1; ++at) {
        link(at, free(local[static_cast<std::size_t>(at)], -kMostSlope * start.n_categories, kMostSlope * start.n_categories));
        prior(start.id, ParameterKind::kSlope, out.links.back().free);
      }
    } else {
      if (start.model == ItemModel::k1pl) {
        if (layout_.common_slope < 0) {
          layout_.common_slope = free(local[0], -kMostSlope, kMostSlope);
          prior({}, ParameterKind::kSlope, layout_.common_slope);
        }
        link(0, layout_.common_slope);
      } else if (!fixed_slope(start.model)) {
        link(0, free(local[0], -kMostSlope, kMostSlope));
        prior(start.id, ParameterKind::kSlope, out.links.back().free);
      }
      at = 1;
    }
    if (start.model == ItemModel::kRatingScale) {
      rating_scale(start, local, link);
      return;
    }
    for (std::size_t k = 0; k < start.intercepts.size(); ++k, ++at) {
      link(at, free(local[static_cast<std::size_t>(at)], -kMostIntercept, kMostIntercept));
      prior(start.id, ParameterKind::kIntercept, out.links.back().free);
    }
    for (const ParameterKind kind : {ParameterKind::kLower, ParameterKind::kUpper}) {
      if (at >= out.n_local) break;
      link(at, free(local[static_cast<std::size_t>(at)], -kMostLogit, kMostLogit));
      prior(start.id, kind, out.links.back().free);
      ++at;
    }
  }

  void populations(std::span<const std::uint8_t> reference) {
    for (std::size_t g = 0; g < layout_.populations.size(); ++g) {
      PopulationLayout& p = layout_.populations[g];
      const std::int32_t component = std::max(p.mean, 0);
      bool slope = false;
      bool anchor = false;
      for (std::size_t j = 0; j < plan_.items.size(); ++j) {
        if (plan_.item_component[j] != component) continue;
        anchor = anchor || plan_.items[j].fixed;
        slope = slope || plan_.items[j].fixed || fixed_slope(plan_.items[j].start.model);
      }
      const bool is_reference = reference[g] != 0;
      const bool automatic = options_.population == PopulationRule::kAuto;
      p.mean = !is_reference || (automatic && anchor) ? free(0.0, -kMostMean, kMostMean) : -1;
      p.log_sd = !is_reference || (automatic && slope) ? free(0.0, -kMostLogSd, kMostLogSd) : -1;
      const std::string& id = plan_.model.populations[g].id;
      if (p.mean >= 0) prior(id, ParameterKind::kMean, p.mean);
      if (p.log_sd >= 0) prior(id, ParameterKind::kSd, p.log_sd);
    }
  }

  /// Priors that name an item or population of the data but meet no free parameter.
  void unused_priors() const {
    for (std::size_t i = 0; i < options_.priors.size(); ++i) {
      const std::string& id = options_.priors[i].item;
      if (id.empty() || used_[i] != 0) continue;
      const bool known =
          std::any_of(plan_.items.begin(), plan_.items.end(), [&](const ItemPlan& p) { return p.start.id == id; }) ||
          std::any_of(plan_.model.populations.begin(), plan_.model.populations.end(), [&](const Population& p) { return p.id == id; });
      if (known)
        plan_.findings.push_back(
            make_finding(Severity::kWarning, Code::kPriorUnused, {.table = {}, .column = {}, .row = -1, .item = id}, {{"name", id}}));
    }
  }

 private:
  /// d_k = k d + c_k with c_{K-1} = 0: the location d is the item's own, the steps c are common to items with K categories.
  template <class Link>
  void rating_scale(const ItemParameters& start, const std::vector<double>& local, const Link& link) {
    const std::int32_t steps = start.n_categories - 1;
    const double location = local[static_cast<std::size_t>(steps)] / steps;
    const std::int32_t own = free(location, -kMostIntercept, kMostIntercept);
    prior(start.id, ParameterKind::kIntercept, own);
    auto shared =
        std::find_if(layout_.steps.begin(), layout_.steps.end(), [&](const auto& s) { return s.n_categories == start.n_categories; });
    if (shared == layout_.steps.end()) {
      layout_.steps.push_back({start.n_categories, layout_.n_free()});
      shared = layout_.steps.end() - 1;
      for (std::int32_t k = 1; k < steps; ++k)
        prior({}, ParameterKind::kStep, free(local[static_cast<std::size_t>(k)] - k * location, -kMostIntercept, kMostIntercept));
    }
    for (std::int32_t k = 1; k <= steps; ++k) {
      link(k, own, k);
      if (k < steps) link(k, shared->first + k - 1);
    }
  }

  const FitOptions& options_;
  Plan& plan_;
  Layout& layout_;
  std::vector<std::uint8_t> used_;
};

}  // namespace layout_detail

void make_layout(const FitOptions& options, std::span<const std::uint8_t> reference, Plan& plan) {
  layout_detail::Builder builder(options, plan);
  plan.layout.items.resize(plan.items.size());
  for (std::size_t j = 0; j < plan.items.size(); ++j) builder.item(j);
  builder.populations(reference);
  builder.unused_priors();
}

namespace starts_detail {

constexpr std::int64_t kMostPersons = 4000;

/// Weighted counts and rest-score moments of one item's categories.
struct Moments {
  std::vector<double> n;
  std::vector<double> z;
};

inline double clip(double x, double low, double high) {
  return std::min(high, std::max(low, x));
}

/// Shape of an item from its categories' shares and mean standardised scores.
inline void shape(const Moments& m, ItemParameters& item) {
  const auto categories = static_cast<std::size_t>(item.n_categories);
  double total = 0.0;
  double mean = 0.0;
  double mean_z = 0.0;
  for (std::size_t k = 0; k < categories; ++k) {
    total += m.n[k];
    mean += m.n[k] * static_cast<double>(k);
    mean_z += m.z[k];
  }
  mean /= total;
  mean_z /= total;
  double variance = 0.0;
  double covariance = 0.0;
  for (std::size_t k = 0; k < categories; ++k) {
    variance += m.n[k] * (static_cast<double>(k) - mean) * (static_cast<double>(k) - mean);
    covariance += (static_cast<double>(k) - mean) * (m.z[k] - m.n[k] * mean_z);
  }
  const double r = clip(covariance / std::sqrt(std::max(variance, 1e-12) * total), -0.9, 0.9);
  double slope = 1.7 * r / std::sqrt(1.0 - r * r);
  slope = slope < 0.0 ? clip(slope, -3.0, -0.2) : clip(slope, 0.3, 3.0);
  const auto steps = static_cast<double>(categories - 1);
  switch (item.model) {
    case ItemModel::kRasch:
    case ItemModel::kPartialCredit:
    case ItemModel::kRatingScale:
    case ItemModel::k1pl:
      slope = 1.0;
      break;
    case ItemModel::kGeneralizedPartialCredit:
    case ItemModel::kNominal:
      slope /= std::max(1.0, 0.6 * steps);
      break;
    default:
      break;
  }
  item.slope = slope;
  const double stretch = std::sqrt(1.0 + 0.35 * slope * slope);
  item.intercepts.clear();
  if (is_dichotomous(item.model)) {
    const double p = clip(m.n[1] / total, 0.5 / total, 1.0 - 0.5 / total);
    item.lower = item.model == ItemModel::k3pl || item.model == ItemModel::k4pl ? std::min(0.15, 0.5 * p) : 0.0;
    item.upper = item.model == ItemModel::k4pl ? std::max(0.95, 0.5 * (1.0 + p)) : 1.0;
    const double inside = clip((p - item.lower) / (item.upper - item.lower), 0.01, 0.99);
    const double logit = math::log(inside / (1.0 - inside));
    item.intercepts.push_back(item.lower > 0.0 ? logit * stretch : clip(math::log(p / (1.0 - p)), -12.0, 12.0) * stretch);
  } else if (item.model == ItemModel::kGraded) {
    double above = total;
    for (std::size_t k = 1; k < categories; ++k) {
      above -= m.n[k - 1];
      const double p = clip(above / total, 0.25 / total, 1.0 - 0.25 / total);
      const double d = math::log(p / (1.0 - p)) * stretch;
      item.intercepts.push_back(item.intercepts.empty() ? d : std::min(d, item.intercepts.back() - 0.02));
    }
  } else {
    for (std::size_t k = 1; k < categories; ++k) item.intercepts.push_back(math::log(std::max(m.n[k], 0.5) / std::max(m.n[0], 0.5)));
  }
  if (item.model == ItemModel::kNominal) {
    item.scoring.assign(categories, 0.0);
    std::vector<double> direct(categories, 0.0);
    const double z0 = m.z[0] / std::max(m.n[0], 0.5);
    for (std::size_t k = 1; k < categories; ++k) direct[k] = clip(1.5 * (m.z[k] / std::max(m.n[k], 0.5) - z0), -4.0, 4.0);
    if (std::abs(direct.back()) < 0.1) direct.back() = direct.back() < 0.0 ? -0.1 : 0.1;
    item.slope = direct.back() / steps;
    for (std::size_t k = 1; k < categories; ++k) item.scoring[k] = direct[k] / item.slope;
    item.scoring.back() = steps;
  }
}

inline bool fits(const ItemParameters& given, const ItemParameters& item) {
  Model one;
  one.items.push_back(given);
  if (given.model != item.model || given.n_categories != item.n_categories || !check(one)) return false;
  const bool lower = given.model == ItemModel::k3pl || given.model == ItemModel::k4pl;
  return (!lower || given.lower > 0.0) && (given.model != ItemModel::k4pl || given.upper < 1.0);
}

}  // namespace starts_detail

void set_starts(const Responses& responses, const FitOptions& options, Plan& plan) {
  const std::int64_t n = std::min(responses.n_persons(), starts_detail::kMostPersons);
  std::vector<starts_detail::Moments> moments(plan.items.size());
  for (std::size_t j = 0; j < plan.items.size(); ++j) {
    moments[j].n.assign(static_cast<std::size_t>(plan.items[j].start.n_categories), 0.0);
    moments[j].z = moments[j].n;
  }
  // a person's share of points over the items answered, standardised; nominal items have no points unless all are nominal
  const bool all_nominal =
      std::all_of(plan.items.begin(), plan.items.end(), [](const ItemPlan& p) { return p.start.model == ItemModel::kNominal; });
  std::vector<double> score(static_cast<std::size_t>(n), 0.0);
  std::vector<double> count(static_cast<std::size_t>(n), 0.0);
  const auto person = [&](std::int64_t i) { return i * responses.n_persons() / n; };
  for (const ItemPlan& item : plan.items) {
    if (item.start.model == ItemModel::kNominal && !all_nominal) continue;
    for (std::int64_t i = 0; i < n; ++i) {
      const std::uint8_t c = item.code[responses.at(person(i), item.column)];
      if (c >= item.start.n_categories) continue;
      score[static_cast<std::size_t>(i)] += static_cast<double>(c) / (item.start.n_categories - 1);
      count[static_cast<std::size_t>(i)] += 1.0;
    }
  }
  double used = 0.0;
  double mean = 0.0;
  for (std::size_t i = 0; i < score.size(); ++i) {
    if (count[i] == 0.0) continue;
    score[i] /= count[i];
    mean += score[i];
    used += 1.0;
  }
  mean /= std::max(used, 1.0);
  double variance = 0.0;
  for (std::size_t i = 0; i < score.size(); ++i)
    if (count[i] > 0.0) variance += (score[i] - mean) * (score[i] - mean);
  const double sd = std::sqrt(std::max(variance / std::max(used, 1.0), 1e-12));
  for (std::size_t j = 0; j < plan.items.size(); ++j) {
    ItemPlan& item = plan.items[j];
    if (item.fixed) continue;
    starts_detail::Moments& m = moments[j];
    for (std::int64_t i = 0; i < n; ++i) {
      const auto at = static_cast<std::size_t>(i);
      const std::uint8_t c = item.code[responses.at(person(i), item.column)];
      if (c >= item.start.n_categories || count[at] == 0.0) continue;
      m.n[c] += 1.0;
      const double own = static_cast<double>(c) / (item.start.n_categories - 1);
      m.z[c] += count[at] > 1.5 ? ((score[at] * count[at] - own) / (count[at] - 1.0) - mean) / sd : 0.0;
    }
    for (double& k : m.n) k = std::max(k, 0.25);  // a category may be outside this sample of persons
    starts_detail::shape(m, item.start);
  }
  std::unordered_map<std::string_view, const ItemParameters*> given;
  for (const ItemParameters& s : options.starts) given[s.id] = &s;
  for (ItemPlan& item : plan.items) {
    const auto at = given.find(item.start.id);
    if (at == given.end() || item.fixed) continue;
    if (!starts_detail::fits(*at->second, item.start)) {
      plan.findings.push_back(
          make_finding(Severity::kWarning, Code::kStartIgnored, {.table = {}, .column = {}, .row = -1, .item = item.start.id}));
      continue;
    }
    const std::vector<int> map = item.start.category_map;
    item.start = *at->second;
    item.start.category_map = map;
  }
}

}  // namespace celadon::inline CELADON_ABI::irt::estimation_detail
