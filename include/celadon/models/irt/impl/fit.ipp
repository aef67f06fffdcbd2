#pragma once

#include <celadon/core/math.hpp>
#include <celadon/models/irt/fit.hpp>
#include <celadon/models/irt/impl/estimation.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <unordered_map>

namespace celadon::inline CELADON_ABI::irt {

std::string_view stop_reason_name(StopReason reason) {
  switch (reason) {
    case StopReason::kTolerance:
      return "tolerance";
    case StopReason::kMaxIterations:
      return "max_iterations";
    default:
      return "no_progress";
  }
}

namespace fit_detail {

inline std::string number(double value) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::general, 3);
  return {text, end.ptr};
}

/// Whether there are more free parameters without a prior than the answer patterns of the items can tell apart, in every population.
inline bool too_few_patterns(const estimation_detail::Layout& layout, const Model& model) {
  double patterns = 1.0;
  for (const ItemParameters& item : model.items) patterns = std::min(patterns * item.n_categories, 1e9);
  return layout.n_free() - static_cast<double>(layout.priors.size()) > (patterns - 1.0) * static_cast<double>(model.populations.size());
}

inline void count_persons(const estimation_detail::Packed& packed, Fit& fit) {
  fit.n_used = packed.n;
  for (const std::uint16_t p : packed.population)
    if (p == estimation_detail::kDropped) --fit.n_used;
  fit.n_dropped = packed.n - fit.n_used;
  fit.total_weight = packed.total_weight;
  if (packed.population.empty()) return;
  if (fit.n_dropped == 0 && fit.model.populations.size() == 1) return;
  for (const std::uint16_t p : packed.population)
    fit.person_population.push_back(p == estimation_detail::kDropped ? -1 : static_cast<std::int32_t>(p));
}

}  // namespace fit_detail

Result<Fit> fit(const Responses& responses, const FitOptions& options, const ExecutionContext& context) {
  using namespace estimation_detail;
  auto plan = make_plan(responses, options, context);
  if (!plan) return plan.error();
  auto packed = pack(responses, plan->items, std::move(plan->population), options.weights, context);
  if (!packed) return packed.error();
  Fit out;
  out.model = std::move(plan->model);
  fit_detail::count_persons(*packed, out);
  if (out.n_used == 0) return make_error(Code::kNoPersons);
  const Packed persons = join_patterns(std::move(*packed));
  auto maximum = maximize(plan->layout, out.model, persons, options, context);
  if (!maximum) return maximum.error();

  out.log_likelihood = maximum->log_likelihood;
  out.log_posterior = maximum->log_posterior;
  out.iterations = maximum->iterations;
  out.stop = maximum->stop;
  out.converged = maximum->stop == StopReason::kTolerance;
  out.distance = maximum->distance;
  out.n_parameters = plan->layout.n_free();
  out.aic = -2.0 * out.log_likelihood + 2.0 * out.n_parameters;
  out.bic = -2.0 * out.log_likelihood + math::log(out.total_weight) * out.n_parameters;
  out.left_out = std::move(plan->left_out);
  out.item_component = std::move(plan->item_component);
  out.findings = std::move(plan->findings);
  if (out.n_dropped > 0)
    out.findings.push_back(make_finding(Severity::kNote, Code::kPersonsWithoutAnswers, {}, {{"count", std::to_string(out.n_dropped)}}));
  if (!out.converged)
    out.findings.push_back(
        make_finding(Severity::kError, Code::kNotConverged, {},
                     {{"reason", std::string(stop_reason_name(out.stop))}, {"distance", fit_detail::number(out.distance)}}));
  std::vector<double> covariance;
  if (fit_detail::too_few_patterns(plan->layout, out.model)) {
    out.findings.push_back(make_finding(Severity::kWarning, Code::kNoStandardErrors, {},
                                        {{"detail", std::to_string(out.n_parameters) + " parameters, too few answer patterns"}}));
  } else if (options.standard_errors) {
    auto found = free_covariance(plan->layout, out.model, persons, *maximum, context);
    if (!found) return found.error();
    covariance = std::move(*found);
    if (covariance.empty() && out.n_parameters > 0)
      out.findings.push_back(make_finding(Severity::kWarning, Code::kNoStandardErrors, {},
                                          {{"detail", std::to_string(out.n_parameters) + " x " + std::to_string(out.n_parameters)}}));
  }
  report_parameters(plan->layout, *maximum, covariance, out);
  return out;
}

Table Fit::parameter_table(bool irt_form) const {
  std::vector<std::string> name;
  std::vector<std::string> item;
  std::vector<std::string> population;
  std::vector<double> estimate;
  std::vector<double> se;
  std::vector<std::uint8_t> fixed;
  for (const ParameterEstimate& p : (irt_form ? irt : slope_intercept).parameters) {
    name.push_back(p.name);
    item.push_back(p.item);
    population.push_back(p.population);
    estimate.push_back(p.estimate);
    se.push_back(p.se);
    fixed.push_back(p.fixed ? 1 : 0);
  }
  Table table("parameters");
  table.add("name", std::move(name)).add("item", std::move(item)).add("population", std::move(population));
  table.add("estimate", std::move(estimate)).add("se", std::move(se)).add_boolean("fixed", std::move(fixed));
  return table;
}

Table Fit::item_table() const {
  const std::size_t n = model.items.size();
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  std::unordered_map<std::string, double> se;  // "item\nname" -> standard error
  for (const ParameterEstimate& p : irt.parameters) se[p.item + "\n" + p.name] = p.se;
  const auto se_of = [&](const std::string& item, const std::string& name) {
    const auto at = se.find(item + "\n" + name);
    return at == se.end() ? kNan : at->second;
  };
  std::vector<std::string> id;
  std::vector<std::string> kind;
  std::vector<std::int64_t> categories;
  std::vector<std::int64_t> component;
  std::vector<double> a(n, kNan), a_se(n, kNan), b(n, kNan), b_se(n, kNan), g(n, kNan), g_se(n, kNan), u(n, kNan), u_se(n, kNan);
  std::size_t most = 0;
  for (const ItemParameters& item : model.items)
    if (!is_dichotomous(item.model) && item.model != ItemModel::kNominal) most = std::max(most, item.intercepts.size());
  std::vector<std::vector<double>> steps(most, std::vector<double>(n, kNan));
  std::vector<std::vector<double>> steps_se = steps;
  for (std::size_t j = 0; j < n; ++j) {
    const ItemParameters& item = model.items[j];
    id.push_back(item.id);
    kind.emplace_back(model_name(item.model));
    categories.push_back(item.n_categories);
    component.push_back(j < item_component.size() ? item_component[j] : 0);
    a[j] = item.slope;
    a_se[j] = se_of(item.model == ItemModel::k1pl ? std::string() : item.id, "a");
    const std::vector<double> difficulty = item.difficulties();
    if (is_dichotomous(item.model)) {
      b[j] = difficulty[0];
      b_se[j] = se_of(item.id, "b");
      g[j] = item.lower;
      g_se[j] = se_of(item.id, "g");
      u[j] = item.upper;
      u_se[j] = se_of(item.id, "u");
    }
    if (is_dichotomous(item.model) || item.model == ItemModel::kNominal) continue;
    for (std::size_t k = 0; k < difficulty.size(); ++k) {
      steps[k][j] = difficulty[k];
      steps_se[k][j] = se_of(item.id, difficulty.size() == 1 ? "b" : "b" + std::to_string(k + 1));
    }
  }
  Table table("items");
  table.add("id", std::move(id))
      .add("model", std::move(kind))
      .add("n_categories", std::move(categories))
      .add("component", std::move(component));
  table.add("a", std::move(a)).add("a_se", std::move(a_se)).add("b", std::move(b)).add("b_se", std::move(b_se));
  table.add("g", std::move(g)).add("g_se", std::move(g_se)).add("u", std::move(u)).add("u_se", std::move(u_se));
  for (std::size_t k = 0; k < most; ++k)
    table.add("b" + std::to_string(k + 1), std::move(steps[k])).add("b" + std::to_string(k + 1) + "_se", std::move(steps_se[k]));
  return table;
}

Result<LogLikelihood> log_likelihood(const Model& model, const Responses& responses, const LikelihoodOptions& options,
                                     const ExecutionContext& context) {
  using namespace estimation_detail;
  if (auto ok = check(model); !ok) return ok.error();
  const auto n = static_cast<std::size_t>(responses.n_persons());
  if (n == 0) return make_error(Code::kNoPersons);
  const auto wrong_length = [&](const char* name, std::size_t actual) {
    return make_error(Code::kLengthMismatch, {}, {{"name", name}, {"actual", std::to_string(actual)}, {"expected", std::to_string(n)}});
  };
  if (!options.weights.empty() && options.weights.size() != n) return wrong_length("weights", options.weights.size());
  if (!options.populations.empty() && options.populations.size() != n) return wrong_length("populations", options.populations.size());
  if (!std::all_of(options.weights.begin(), options.weights.end(), [](double w) { return std::isfinite(w) && w >= 0.0; }))
    return make_error(Code::kInvalidArgument, {}, {{"name", "weights"}, {"detail", "a weight is negative or not finite"}});

  std::unordered_map<std::string_view, std::int64_t> columns;
  for (std::size_t j = 0; j < responses.item_ids().size(); ++j) columns[responses.item_ids()[j]] = static_cast<std::int64_t>(j);
  Model used;
  used.populations = model.populations;
  used.grid = model.grid;
  std::vector<ItemPlan> plans;
  for (const ItemParameters& item : model.items) {
    const auto at = columns.find(item.id);
    if (at == columns.end()) continue;
    ItemPlan plan;
    plan.column = at->second;
    plan.start = item;
    plan.code.assign(256, static_cast<std::uint8_t>(item.n_categories));
    plan.has_missing = true;  // cheap here, and right whatever the cells hold
    for (int byte = 0; byte < 256; ++byte) {
      const bool answer = byte <= kMaxCategory;
      const MissingTreatment treatment = answer ? MissingTreatment::kIgnore : options.missing.of(static_cast<std::uint8_t>(byte));
      const int observed = answer ? byte : treatment == MissingTreatment::kLowest ? 0 : -1;
      const int category = observed < 0 ? -1 : item.model_category(observed);
      if (category >= 0) plan.code[static_cast<std::size_t>(byte)] = static_cast<std::uint8_t>(category);
      if (treatment == MissingTreatment::kDropPerson) {
        plan.dropped.resize(256, 0);
        plan.dropped[static_cast<std::size_t>(byte)] = 1;
      }
    }
    plans.push_back(std::move(plan));
    used.items.push_back(item);
  }
  if (plans.empty()) return make_error(Code::kNoItems);
  std::vector<std::uint16_t> population;
  for (const std::int32_t p : options.populations) {
    if (p < -1 || p >= static_cast<std::int32_t>(model.populations.size()))
      return make_error(Code::kInvalidArgument, {}, {{"name", "populations"}, {"detail", "an index is outside the model's populations"}});
    population.push_back(p < 0 ? kDropped : static_cast<std::uint16_t>(p));
  }
  const auto packed = pack(responses, plans, std::move(population), options.weights, context);
  if (!packed) return packed.error();
  const auto expected = expect(*packed, make_tables(used, packed->groups), false, context);
  if (!expected) return expected.error();
  LogLikelihood out;
  out.value = expected->log_likelihood;
  out.n_used = packed->n;
  for (const std::uint16_t p : packed->population)
    if (p == kDropped) --out.n_used;
  out.n_dropped = packed->n - out.n_used;
  if (out.n_used == 0) return make_error(Code::kNoPersons);
  return out;
}

}  // namespace celadon::inline CELADON_ABI::irt
