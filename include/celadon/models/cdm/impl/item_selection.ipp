#pragma once

#include <celadon/core/math.hpp>
#include <celadon/models/cdm/impl/item_groups.hpp>
#include <celadon/models/cdm/impl/item_step.hpp>
#include <celadon/models/cdm/item_selection.hpp>

#include <Eigen/Cholesky>

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>

namespace celadon::inline CELADON_ABI::cdm {

namespace item_selection_detail {

inline constexpr std::array<Rule, 5> kReduced = {Rule::kDina, Rule::kDino, Rule::kAcdm, Rule::kLlm, Rule::kRrum};
inline constexpr double kLeastPersons = 1.0;
inline constexpr double kLeastP = 1e-4;

/// Restrictions of a rule among the 2^m (transformed) probabilities: rows that are 0 where it holds.
inline std::vector<std::vector<double>> restrictions(Rule rule, int m) {
  const std::size_t n = std::size_t{1} << m;
  std::vector<std::vector<double>> out;
  const auto equal = [&](std::size_t a, std::size_t b) {
    out.emplace_back(n, 0.0);
    out.back()[a] = 1.0;
    out.back()[b] = -1.0;
  };
  if (rule == Rule::kDina) {
    for (std::size_t g = 1; g + 1 < n; ++g) equal(g, 0);
  } else if (rule == Rule::kDino) {
    for (std::size_t g = 1; g + 1 < n; ++g) equal(g, n - 1);
  } else {
    for (std::size_t s = 0; s < n; ++s) {  // interactions: alternating sums over the subsets of s
      if (std::popcount(s) < 2) continue;
      out.emplace_back(n, 0.0);
      for (std::size_t g = 0; g < n; ++g)
        if ((g & ~s) == 0) out.back()[g] = (std::popcount(s) - std::popcount(g)) % 2 == 0 ? 1.0 : -1.0;
    }
  }
  return out;
}

/// The restrictions that can be tested, and the probabilities on the scale on which they are linear.
struct Restricted {
  std::vector<std::vector<double>> rows;
  std::vector<double> value;
  std::vector<double> slope;  ///< of the scale at P
};

inline Restricted restrict_to(Rule rule, int m, const item_groups_detail::ByPattern& of, const std::vector<std::uint8_t>& usable) {
  Restricted out;
  for (const double raw : of.probability) {
    const double p = std::clamp(raw, kLeastP, 1.0 - kLeastP);
    out.value.push_back(rule == Rule::kLlm ? math::log(p / (1.0 - p)) : (rule == Rule::kRrum ? math::log(p) : p));
    out.slope.push_back(rule == Rule::kLlm ? 1.0 / (p * (1.0 - p)) : (rule == Rule::kRrum ? 1.0 / p : 1.0));
  }
  out.rows = restrictions(rule, m);
  std::erase_if(out.rows, [&](const std::vector<double>& r) {
    for (std::size_t g = 0; g < r.size(); ++g)
      if (r[g] != 0.0 && usable[g] == 0) return true;
    return false;
  });
  return out;
}

/// How much larger than a chi-square the ratio of expected answers is on average: it counts them as if the groups were known. The mean of
/// the weights in its distribution, trace of (R C R')^-1 (R V R') by the number of restrictions R, with C the covariance of known groups
/// and V that of the answers.
inline double scale_of(const Restricted& restricted, const item_groups_detail::ByPattern& of, const std::vector<double>& covariance) {
  const std::size_t n = of.size.size();
  const auto f = static_cast<Eigen::Index>(restricted.rows.size());
  if (f == 0) return 1.0;
  Eigen::MatrixXd known(f, f);
  Eigen::MatrixXd seen(f, f);
  for (Eigen::Index r = 0; r < f; ++r)
    for (Eigen::Index c = 0; c < f; ++c) {
      const std::vector<double>& a = restricted.rows[static_cast<std::size_t>(r)];
      const std::vector<double>& b = restricted.rows[static_cast<std::size_t>(c)];
      known(r, c) = 0.0;
      seen(r, c) = 0.0;
      for (std::size_t g = 0; g < n; ++g) {
        if (a[g] == 0.0) continue;
        const double p = std::clamp(of.probability[g], kLeastP, 1.0 - kLeastP);
        const double slope = restricted.slope[g];
        if (b[g] != 0.0) known(r, c) += a[g] * b[g] * slope * slope * p * (1.0 - p) / of.size[g];
        for (std::size_t h = 0; h < n; ++h)
          if (b[h] != 0.0) seen(r, c) += a[g] * b[h] * slope * restricted.slope[h] * covariance[g * n + h];
      }
    }
  const Eigen::LDLT<Eigen::MatrixXd> factor(known);
  if (factor.info() != Eigen::Success || !factor.isPositive() || !(factor.vectorD().minCoeff() > 0.0)) return 1.0;
  return std::max(1.0, factor.solve(seen).trace() / static_cast<double>(f));
}

inline item_groups_detail::Wald by_ratio(Rule rule, const ItemParameters& item, const item_groups_detail::ByPattern& of, double scale) {
  fit_detail::GroupCounts counts;
  for (std::size_t g = 0; g < of.size.size(); ++g) {
    counts.right.push_back(of.size[g] * of.probability[g]);
    counts.wrong.push_back(of.size[g] * (1.0 - of.probability[g]));
  }
  std::vector<double> free = of.probability;
  for (double& p : free) p = std::clamp(p, fit_detail::kEdge, 1.0 - fit_detail::kEdge);
  ItemParameters reduced = item;
  reduced.rule = rule;
  const auto m = static_cast<int>(item.attributes.size());
  const double low = std::clamp(free.front(), 0.02, 0.9);
  const double high = std::clamp(free.back(), low + 0.05, 0.98);
  for (std::size_t g = 0; g < free.size(); ++g) {  // a start of the rule's shape
    const double share = static_cast<double>(std::popcount(g)) / m;
    double p = low + share * (high - low);
    if (rule == Rule::kDina) p = share == 1.0 ? high : low;
    if (rule == Rule::kDino) p = share > 0.0 ? high : low;
    if (rule == Rule::kLlm) p = math::logistic(math::log(low / (1.0 - low)) * (1.0 - share) + math::log(high / (1.0 - high)) * share);
    if (rule == Rule::kRrum) p = math::exp(math::log(low) * (1.0 - share) + math::log(high) * share);
    reduced.probability[g] = p;
  }
  for (int step = 0; step < 20; ++step) fit_detail::maximise(counts, false, reduced);
  item_groups_detail::Wald out;
  out.value =
      std::max(0.0, 2.0 * (fit_detail::log_likelihood(counts, free) - fit_detail::log_likelihood(counts, reduced.probability))) / scale;
  out.df = n_parameters(Rule::kGdina, m) - n_parameters(rule, m);
  out.p = item_groups_detail::chi_square_tail(out.value, out.df);
  return out;
}

}  // namespace item_selection_detail

std::vector<double> holm(std::span<const double> p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  std::vector<double> out(p.size());
  double most = 0.0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    most = std::max(most, std::min(1.0, static_cast<double>(order.size() - i) * p[order[i]]));
    out[order[i]] = most;
  }
  return out;
}

Result<ItemSelection> select_rules(const Model& model, const Responses& responses, const SelectionOptions& options,
                                   const ExecutionContext& context) {
  using namespace item_selection_detail;
  if (!(options.alpha > 0.0 && options.alpha < 1.0))
    return make_error(Code::kInvalidArgument, {}, {{"name", "alpha"}, {"detail", "0 < alpha < 1 is needed"}});
  ScoreOptions how;
  how.missing = options.missing;
  how.population = options.population;
  auto persons = item_groups_detail::look(model, responses, how, context);
  if (!persons) return persons.error();
  ItemSelection out;
  out.findings = persons->match.findings;
  for (std::size_t i = 0; i < persons->match.items.size(); ++i) {
    const ItemParameters& item = model.items[static_cast<std::size_t>(persons->match.items[i])];
    out.selected.emplace_back(item.id, item.rule);
    const auto m = static_cast<int>(item.attributes.size());
    if (m < 2 || item.rule != Rule::kGdina) continue;
    std::uint32_t set = 0;
    for (const std::int32_t k : item.attributes) set |= 1U << k;
    const auto pattern = item_groups_detail::patterns(model, set);
    const auto of = item_groups_detail::by_pattern(*persons, i, pattern, item.probability.size());
    std::vector<std::uint8_t> usable;
    const std::vector<double> covariance = item_groups_detail::covariance(
        item_groups_detail::information(*persons, responses, i, pattern, of), of.size, kLeastPersons, usable);
    for (const Rule rule : kReduced) {
      const Restricted restricted = restrict_to(rule, m, of, usable);
      const auto test = options.test == SelectionTest::kWald
                            ? item_groups_detail::wald(restricted.rows, restricted.value, restricted.slope, covariance)
                            : by_ratio(rule, item, of, scale_of(restricted, of, covariance));
      out.tests.push_back({item.id, rule, test.value, test.df, test.p, 1.0});
    }
  }
  std::vector<double> p;
  for (const RuleTest& t : out.tests) p.push_back(t.p);
  const std::vector<double> adjusted = holm(p);
  for (std::size_t t = 0; t < out.tests.size(); ++t) out.tests[t].p_adjusted = adjusted[t];
  for (auto& [id, rule] : out.selected) {
    const RuleTest* best = nullptr;
    for (const RuleTest& t : out.tests) {
      if (t.item != id || t.df == 0 || t.p_adjusted <= options.alpha) continue;
      const auto simple = [](Rule r) { return r == Rule::kDina || r == Rule::kDino; };
      if (best == nullptr || (simple(t.rule) == simple(best->rule) && t.p > best->p) || (simple(t.rule) && !simple(best->rule))) best = &t;
    }
    if (best != nullptr) rule = best->rule;
  }
  return out;
}

Table ItemSelection::to_table() const {
  Table table("rule_tests");
  std::vector<std::string> item;
  std::vector<std::string> rule;
  std::vector<double> statistic;
  std::vector<std::int64_t> df;
  std::vector<double> p;
  std::vector<double> p_adjusted;
  std::vector<std::uint8_t> chosen;
  for (const RuleTest& t : tests) {
    item.push_back(t.item);
    rule.emplace_back(rule_name(t.rule));
    statistic.push_back(t.statistic);
    df.push_back(t.df);
    p.push_back(t.p);
    p_adjusted.push_back(t.p_adjusted);
    const bool is = std::find(selected.begin(), selected.end(), std::pair<std::string, Rule>(t.item, t.rule)) != selected.end();
    chosen.push_back(is ? 1 : 0);
  }
  table.add("item", std::move(item)).add("rule", std::move(rule)).add("statistic", std::move(statistic)).add("df", std::move(df));
  table.add("p", std::move(p)).add("p_adjusted", std::move(p_adjusted)).add_boolean("selected", std::move(chosen));
  return table;
}

}  // namespace celadon::inline CELADON_ABI::cdm
