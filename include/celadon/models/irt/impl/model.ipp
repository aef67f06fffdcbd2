#pragma once

#include <celadon/core/math.hpp>
#include <celadon/models/irt/model.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <unordered_set>

namespace celadon::inline CELADON_ABI::irt {

namespace model_detail {

struct Name {
  ItemModel model;
  std::string_view text;
};
inline constexpr std::array<Name, 10> kNames = {{{ItemModel::kRasch, "rasch"},
                                                 {ItemModel::k1pl, "1pl"},
                                                 {ItemModel::k2pl, "2pl"},
                                                 {ItemModel::k3pl, "3pl"},
                                                 {ItemModel::k4pl, "4pl"},
                                                 {ItemModel::kGraded, "grm"},
                                                 {ItemModel::kPartialCredit, "pcm"},
                                                 {ItemModel::kGeneralizedPartialCredit, "gpcm"},
                                                 {ItemModel::kRatingScale, "rsm"},
                                                 {ItemModel::kNominal, "nominal"}}};

inline double positive(double p) {
  return p > std::numeric_limits<double>::min() ? p : std::numeric_limits<double>::min();
}

inline double score_of(const ItemParameters& item, std::size_t k) {
  return item.model == ItemModel::kNominal ? item.scoring[k] : static_cast<double>(k);
}

inline double intercept(const ItemParameters& item, std::size_t k) {
  return k == 0 ? 0.0 : item.intercepts[k - 1];
}

/// P(X >= k) and its complement for k = 0 ... K, without cancellation in either tail.
struct Cumulative {
  double at_least;
  double below;
};
inline Cumulative cumulative(const ItemParameters& item, double ability, std::size_t k) {
  if (k == 0) return {1.0, 0.0};
  if (k > item.intercepts.size()) return {0.0, 1.0};
  const double z = item.slope * ability + item.intercepts[k - 1];
  return {math::logistic(z), math::logistic(-z)};
}

inline void graded(const ItemParameters& item, double ability, std::span<double> out) {
  // s(x) - s(y) = s(x) s(-y) (1 - exp(y - x)) for the logistic s: no difference of numbers near 1
  const std::size_t last = out.size() - 1;
  Cumulative c = cumulative(item, ability, 0);
  for (std::size_t k = 0; k <= last; ++k) {
    const Cumulative next = cumulative(item, ability, k + 1);
    double p = c.at_least * next.below;
    if (k > 0 && k < last) p *= 1.0 - math::exp(item.intercepts[k] - item.intercepts[k - 1]);
    out[k] = positive(p);
    c = next;
  }
}

inline void divide_by_total(const ItemParameters& item, double ability, std::span<double> out) {
  double highest = 0.0;
  for (std::size_t k = 0; k < out.size(); ++k) {
    out[k] = score_of(item, k) * item.slope * ability + intercept(item, k);
    if (k == 0 || out[k] > highest) highest = out[k];
  }
  double total = 0.0;
  for (double& v : out) {
    v = math::exp(v - highest);
    total += v;
  }
  for (double& v : out) v = positive(v / total);
}

inline bool finite(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
}

/// What is wrong with an item, or an empty text.
inline std::string fault(const ItemParameters& item) {
  if (item.n_categories < 2) return "n_categories is below 2";
  const auto intercepts = static_cast<std::size_t>(is_dichotomous(item.model) ? 1 : item.n_categories - 1);
  if (is_dichotomous(item.model) && item.n_categories != 2) return "a dichotomous model has 2 categories";
  if (item.intercepts.size() != intercepts) return "wrong number of intercepts";
  if (!std::isfinite(item.slope) || !finite(item.intercepts) || !finite(item.scoring)) return "a parameter is not finite";
  if (!(item.lower >= 0.0) || !(item.lower < item.upper) || !(item.upper <= 1.0)) return "0 <= lower < upper <= 1 does not hold";
  if (item.model == ItemModel::kNominal && item.scoring.size() != static_cast<std::size_t>(item.n_categories))
    return "wrong number of scoring values";
  if (item.model == ItemModel::kGraded)
    for (std::size_t k = 1; k < item.intercepts.size(); ++k)
      if (!(item.intercepts[k] < item.intercepts[k - 1])) return "graded intercepts do not decrease";
  for (const int c : item.category_map)
    if (c < -1 || c >= item.n_categories) return "category_map points outside the model's categories";
  return {};
}

inline Error invalid(const std::string& item, const std::string& name, const std::string& detail) {
  return make_error(Code::kInvalidArgument, {.table = {}, .column = {}, .row = -1, .item = item}, {{"name", name}, {"detail", detail}});
}

}  // namespace model_detail

std::string_view model_name(ItemModel model) {
  for (const auto& n : model_detail::kNames)
    if (n.model == model) return n.text;
  return "unknown";
}

Result<ItemModel> model_from_name(std::string_view name) {
  for (const auto& n : model_detail::kNames)
    if (n.text == name) return n.model;
  return model_detail::invalid({}, "model", "\"" + std::string(name) + "\" is not one of rasch 1pl 2pl 3pl 4pl grm pcm gpcm rsm nominal");
}

bool is_dichotomous(ItemModel model) {
  return model <= ItemModel::k4pl;
}

int ItemParameters::model_category(int observed) const {
  if (observed < 0) return -1;
  if (category_map.empty()) return observed < n_categories ? observed : -1;
  return observed < static_cast<int>(category_map.size()) ? category_map[static_cast<std::size_t>(observed)] : -1;
}

std::vector<double> ItemParameters::difficulties() const {
  std::vector<double> out;
  if (model == ItemModel::kNominal) return out;
  const bool steps =
      model == ItemModel::kPartialCredit || model == ItemModel::kGeneralizedPartialCredit || model == ItemModel::kRatingScale;
  for (std::size_t k = 0; k < intercepts.size(); ++k)
    out.push_back(steps ? (model_detail::intercept(*this, k) - intercepts[k]) / slope : -intercepts[k] / slope);
  return out;
}

std::vector<double> Grid::nodes() const {
  std::vector<double> out(static_cast<std::size_t>(n_nodes));
  for (int q = 0; q < n_nodes; ++q)
    out[static_cast<std::size_t>(q)] = n_nodes == 1 ? 0.5 * (lowest + highest) : lowest + (highest - lowest) * q / (n_nodes - 1);
  return out;
}

std::vector<double> Grid::weights(const Population& population) const {
  std::vector<double> out = nodes();
  double total = 0.0;
  for (double& v : out) {
    const double z = (v - population.mean) / population.sd;
    v = math::exp(-0.5 * z * z);
    total += v;
  }
  for (double& v : out) v /= total;
  return out;
}

std::int64_t Model::find(std::string_view item_id) const {
  for (std::size_t j = 0; j < items.size(); ++j)
    if (items[j].id == item_id) return static_cast<std::int64_t>(j);
  return -1;
}

void Model::visit(Visitor& visitor) {
  const auto integer = [&](std::string_view name, int& value) {
    std::int64_t wide = value;
    visitor.field(name, wide);
    // a number that does not fit is not a count; 0 makes check() refuse the model
    value = wide >= 0 && wide <= std::numeric_limits<int>::max() ? static_cast<int>(wide) : 0;
  };
  std::int64_t n_items = static_cast<std::int64_t>(items.size());
  visitor.begin_list("items", n_items);
  if (visitor.loading()) items.assign(static_cast<std::size_t>(n_items), {});
  for (ItemParameters& item : items) {
    visitor.next();
    visitor.field("id", item.id);
    std::string name(model_name(item.model));
    visitor.field("model", name);
    integer("n_categories", item.n_categories);
    if (const auto model = model_from_name(name))
      item.model = *model;
    else
      item.n_categories = 0;  // check() then refuses the item
    visitor.field("slope", item.slope);
    visitor.field("intercepts", item.intercepts);
    visitor.field("scoring", item.scoring);
    visitor.field("lower", item.lower);
    visitor.field("upper", item.upper);
    std::vector<std::int64_t> map(item.category_map.begin(), item.category_map.end());
    visitor.field("category_map", map);
    item.category_map.clear();
    for (const std::int64_t c : map) item.category_map.push_back(c >= -1 && c <= 1000 ? static_cast<int>(c) : -2);
  }
  visitor.end();
  std::int64_t n_populations = static_cast<std::int64_t>(populations.size());
  visitor.begin_list("populations", n_populations);
  if (visitor.loading()) populations.assign(static_cast<std::size_t>(n_populations), {});
  for (Population& population : populations) {
    visitor.next();
    visitor.field("id", population.id);
    visitor.field("mean", population.mean);
    visitor.field("sd", population.sd);
  }
  visitor.end();
  visitor.begin_record("grid");
  integer("n_nodes", grid.n_nodes);
  visitor.field("lowest", grid.lowest);
  visitor.field("highest", grid.highest);
  visitor.end();
}

Result<void> check(const Model& model) {
  std::unordered_set<std::string_view> ids;
  for (const ItemParameters& item : model.items) {
    if (const std::string fault = model_detail::fault(item); !fault.empty())
      return model_detail::invalid(item.id, "items", item.id + ": " + fault);
    if (!ids.insert(item.id).second) return model_detail::invalid(item.id, "items", item.id + ": the identifier repeats");
  }
  if (model.populations.empty()) return model_detail::invalid({}, "populations", "there is none");
  for (const Population& p : model.populations)
    if (!std::isfinite(p.mean) || !std::isfinite(p.sd) || !(p.sd > 0.0))
      return model_detail::invalid({}, "populations", "a mean or standard deviation is not finite, or an sd is not positive");
  if (model.grid.n_nodes < 2 || model.grid.n_nodes > 4096 || !std::isfinite(model.grid.lowest) || !std::isfinite(model.grid.highest) ||
      !(model.grid.lowest < model.grid.highest))
    return model_detail::invalid({}, "grid", "it needs 2 to 4096 nodes and lowest < highest, both finite");
  return {};
}

void category_probabilities(const ItemParameters& item, double ability, std::span<double> out) {
  if (is_dichotomous(item.model)) {
    const double z = item.slope * ability + item.intercepts[0];
    out[1] = model_detail::positive(item.lower + (item.upper - item.lower) * math::logistic(z));
    out[0] = model_detail::positive((1.0 - item.upper) + (item.upper - item.lower) * math::logistic(-z));
  } else if (item.model == ItemModel::kGraded) {
    model_detail::graded(item, ability, out);
  } else {
    model_detail::divide_by_total(item, ability, out);
  }
}

void category_log_derivatives(const ItemParameters& item, double ability, std::span<double> first, std::span<double> second) {
  const double a = item.slope;
  if (is_dichotomous(item.model)) {
    const double z = a * ability + item.intercepts[0];
    const double p = math::logistic(z);
    const double q = math::logistic(-z);
    const double range = item.upper - item.lower;
    const double p1 = model_detail::positive(item.lower + range * p);
    const double p0 = model_detail::positive((1.0 - item.upper) + range * q);
    const double d1 = range * a * p * q;
    const double d2 = d1 * a * (q - p);
    first[1] = d1 / p1;
    first[0] = -d1 / p0;
    second[1] = d2 / p1 - first[1] * first[1];
    second[0] = -d2 / p0 - first[0] * first[0];
  } else if (item.model == ItemModel::kGraded) {
    // P_k = F_k - F_{k+1} gives P_k' / P_k = a (1 - F_k - F_{k+1}) and (log P_k)'' = -a^2 (F_k (1 - F_k) + F_{k+1} (1 - F_{k+1}))
    model_detail::Cumulative c = model_detail::cumulative(item, ability, 0);
    for (std::size_t k = 0; k < first.size(); ++k) {
      const model_detail::Cumulative next = model_detail::cumulative(item, ability, k + 1);
      first[k] = a * (c.below - next.at_least);
      second[k] = -a * a * (c.at_least * c.below + next.at_least * next.below);
      c = next;
    }
  } else {
    model_detail::divide_by_total(item, ability, first);
    double mean = 0.0;
    for (std::size_t k = 0; k < first.size(); ++k) mean += model_detail::score_of(item, k) * first[k];
    double variance = 0.0;
    for (std::size_t k = 0; k < first.size(); ++k) {
      const double s = model_detail::score_of(item, k) - mean;
      variance += s * s * first[k];
    }
    for (std::size_t k = 0; k < first.size(); ++k) {
      first[k] = a * (model_detail::score_of(item, k) - mean);
      second[k] = -a * a * variance;
    }
  }
}

double expected_category(const ItemParameters& item, double ability) {
  std::vector<double> p(static_cast<std::size_t>(item.n_categories));
  category_probabilities(item, ability, p);
  double out = 0.0;
  for (std::size_t k = 1; k < p.size(); ++k) out += static_cast<double>(k) * p[k];
  return out;
}

double information(const ItemParameters& item, double ability) {
  const auto n = static_cast<std::size_t>(item.n_categories);
  std::vector<double> p(n);
  std::vector<double> first(n);
  std::vector<double> second(n);
  category_probabilities(item, ability, p);
  category_log_derivatives(item, ability, first, second);
  double out = 0.0;
  for (std::size_t k = 0; k < n; ++k) out += p[k] * first[k] * first[k];
  return out;
}

}  // namespace celadon::inline CELADON_ABI::irt
