#pragma once

#include <celadon/core/math.hpp>
#include <celadon/models/cdm/model.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <map>
#include <unordered_set>

namespace celadon::inline CELADON_ABI::cdm {

namespace model_detail {

inline constexpr std::array<std::string_view, 6> kRules = {"dina", "dino", "acdm", "llm", "rrum", "gdina"};
inline constexpr std::array<std::string_view, 3> kStructures = {"saturated", "higher_order", "independent"};

inline Error bad(const std::string& name, const std::string& detail) {
  return make_error(Code::kInvalidArgument, {}, {{"name", name}, {"detail", detail}});
}

/// Subsets of m attributes in the order d_0, single ones, pairs, ...; within a size in the order of their attributes.
inline std::vector<std::uint32_t> subsets_by_size(int m) {
  std::vector<std::uint32_t> out;
  for (std::uint32_t s = 0; s < (1U << m); ++s) out.push_back(s);
  const auto reversed = [m](std::uint32_t s) {  // so that {1, 2} stands before {1, 3}
    std::uint32_t r = 0;
    for (int l = 0; l < m; ++l)
      if ((s >> l & 1U) != 0) r |= 1U << (m - 1 - l);
    return r;
  };
  std::stable_sort(out.begin(), out.end(), [&](std::uint32_t a, std::uint32_t b) {
    const int na = std::popcount(a);
    const int nb = std::popcount(b);
    return na != nb ? na < nb : reversed(a) > reversed(b);
  });
  return out;
}

/// Link of the additive rules.
inline double link(Rule rule, double p) {
  if (rule == Rule::kLlm) return math::log(p) - math::log(1.0 - p);
  if (rule == Rule::kRrum) return math::log(p);
  return p;
}

}  // namespace model_detail

std::string_view rule_name(Rule rule) {
  return model_detail::kRules[static_cast<std::size_t>(rule)];
}

Result<Rule> rule_from_name(std::string_view name) {
  for (std::size_t i = 0; i < model_detail::kRules.size(); ++i)
    if (model_detail::kRules[i] == name) return static_cast<Rule>(i);
  return model_detail::bad("rule", "\"" + std::string(name) + "\" is none of dina dino acdm llm rrum gdina");
}

std::string_view structure_name(Structure structure) {
  return model_detail::kStructures[static_cast<std::size_t>(structure)];
}

Result<Structure> structure_from_name(std::string_view name) {
  for (std::size_t i = 0; i < model_detail::kStructures.size(); ++i)
    if (model_detail::kStructures[i] == name) return static_cast<Structure>(i);
  return model_detail::bad("structure", "\"" + std::string(name) + "\" is none of saturated higher_order independent");
}

double ItemParameters::of_class(std::uint32_t mastered) const {
  std::size_t group = 0;
  for (std::size_t l = 0; l < attributes.size(); ++l)
    if ((mastered >> attributes[l] & 1U) != 0) group |= std::size_t{1} << l;
  return probability[group];
}

std::vector<double> ItemParameters::parameters() const {
  const auto m = static_cast<int>(attributes.size());
  const std::size_t all = probability.size() - 1;
  if (rule == Rule::kDina || rule == Rule::kDino) return {probability[0], 1.0 - probability[all]};
  if (rule != Rule::kGdina) {
    std::vector<double> out{model_detail::link(rule, probability[0])};
    for (int l = 0; l < m; ++l) out.push_back(model_detail::link(rule, probability[std::size_t{1} << l]) - out[0]);
    return out;
  }
  // Moebius inversion over subsets: what a set of attributes adds beyond its parts.
  std::vector<double> delta = probability;
  for (int l = 0; l < m; ++l)
    for (std::size_t s = 0; s <= all; ++s)
      if ((s >> l & 1U) != 0) delta[s] -= delta[s ^ (std::size_t{1} << l)];
  std::vector<double> out;
  for (const std::uint32_t s : model_detail::subsets_by_size(m)) out.push_back(delta[s]);
  return out;
}

int n_parameters(Rule rule, int n_attributes) {
  switch (rule) {
    case Rule::kDina:
    case Rule::kDino:
      return n_attributes == 0 ? 1 : 2;
    case Rule::kAcdm:
    case Rule::kLlm:
    case Rule::kRrum:
      return n_attributes + 1;
    default:
      return 1 << n_attributes;
  }
}

std::int64_t Model::find(std::string_view item_id) const {
  for (std::size_t j = 0; j < items.size(); ++j)
    if (items[j].id == item_id) return static_cast<std::int64_t>(j);
  return -1;
}

std::vector<double> Model::prevalence(std::size_t population) const {
  std::vector<double> out(attributes.size(), 0.0);
  for (std::size_t c = 0; c < classes.size(); ++c)
    for (std::size_t k = 0; k < out.size(); ++k)
      if ((classes[c] >> k & 1U) != 0) out[k] += populations[population].probability[c];
  return out;
}

LatentGroups latent_groups(const Model& model) {
  LatentGroups out;
  std::map<std::vector<std::uint32_t>, std::int32_t> seen;
  std::vector<std::uint32_t> all;   // by group: attributes mastered in every class
  std::vector<std::uint32_t> some;  // in at least one
  std::vector<std::uint32_t> key(model.items.size());
  for (const std::uint32_t c : model.classes) {
    for (std::size_t j = 0; j < model.items.size(); ++j) {
      const ItemParameters& item = model.items[j];
      std::uint32_t g = 0;
      for (std::size_t l = 0; l < item.attributes.size(); ++l) g |= (c >> item.attributes[l] & 1U) << l;
      if (item.rule == Rule::kDina) g = g + 1 == item.probability.size() ? 1 : 0;
      if (item.rule == Rule::kDino) g = g != 0 ? 1 : 0;
      key[j] = g;
    }
    const auto [at, fresh] = seen.emplace(key, out.n_groups);
    if (fresh) {
      ++out.n_groups;
      all.push_back(c);
      some.push_back(c);
    }
    all[static_cast<std::size_t>(at->second)] &= c;
    some[static_cast<std::size_t>(at->second)] |= c;
    out.group_of_class.push_back(at->second);
  }
  for (std::size_t g = 0; g < all.size(); ++g) out.undecided |= some[g] & ~all[g];
  return out;
}

Result<void> check(const Model& model) {
  using model_detail::bad;
  if (model.attributes.empty() || model.attributes.size() > static_cast<std::size_t>(kMaxAttributes))
    return bad("attributes", "a model has 1 to " + std::to_string(kMaxAttributes) + " attributes");
  if (model.classes.empty()) return bad("classes", "there are none");
  for (std::size_t c = 0; c < model.classes.size(); ++c)
    if ((model.classes[c] >> model.attributes.size()) != 0 || (c > 0 && model.classes[c] <= model.classes[c - 1]))
      return bad("classes", "not ascending, or with an attribute that is not there");
  std::unordered_set<std::string_view> ids;
  for (const ItemParameters& item : model.items) {
    if (!ids.insert(item.id).second) return bad("items", "item \"" + item.id + "\" repeats");
    if (item.attributes.empty()) return bad("items", "item \"" + item.id + "\" needs no attribute");
    for (std::size_t l = 0; l < item.attributes.size(); ++l)
      if (item.attributes[l] < 0 || item.attributes[l] >= static_cast<std::int32_t>(model.attributes.size()) ||
          (l > 0 && item.attributes[l] <= item.attributes[l - 1]))
        return bad("items", "item \"" + item.id + "\": attributes not ascending, or one that is not there");
    if (item.probability.size() != std::size_t{1} << item.attributes.size())
      return bad("items", "item \"" + item.id + "\" needs 2^m probabilities");
    for (const double p : item.probability)
      if (!(p >= 0.0 && p <= 1.0)) return bad("items", "item \"" + item.id + "\" has a probability outside [0, 1]");
  }
  if (model.populations.empty()) return bad("populations", "there are none");
  for (const Population& p : model.populations) {
    double sum = 0.0;
    for (const double v : p.probability) sum += v >= 0.0 ? v : std::nan("");
    if (p.probability.size() != model.classes.size() || !(std::fabs(sum - 1.0) < 1e-9))
      return bad("populations", "population \"" + p.id + "\": one probability a class, summing to 1");
  }
  return {};
}

}  // namespace celadon::inline CELADON_ABI::cdm
