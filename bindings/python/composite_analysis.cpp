// celadon.composite: weights, how indicators go together, comparisons of units and of schemes, uncertainty.
#include "composite.hpp"

#include <celadon/models/composite/ahp.hpp>
#include <celadon/models/composite/compare.hpp>
#include <celadon/models/composite/multivariate.hpp>
#include <celadon/models/composite/weights.hpp>

namespace celadon::python::composite_faces {

namespace cm = celadon::composite;

namespace {

constexpr std::initializer_list<std::pair<const char*, cm::PairRule>> kPairRules = {{"complete", cm::PairRule::kComplete},
                                                                                    {"pairwise", cm::PairRule::kPairwise}};

cm::AhpOptions ahp_options(const std::string& method, double consistency_limit) {
  using M = cm::AhpMethod;
  cm::AhpOptions out;
  out.method = choose<M>("method", method,
                         {{"eigenvector", M::kEigenvector}, {"geometric_mean", M::kGeometricMean}, {"column_average", M::kColumnAverage}});
  out.consistency_limit = consistency_limit;
  return out;
}

void bind_ahp(py::module_& m) {
  py::class_<cm::AhpResult> type(m, "AhpResult", "Weights from comparisons in pairs, with their consistency.");
  type.def_readonly("lambda_max", &cm::AhpResult::lambda_max)
      .def_readonly("consistency_index", &cm::AhpResult::consistency_index)
      .def_readonly("random_index", &cm::AhpResult::random_index)
      .def_readonly("consistency_ratio", &cm::AhpResult::consistency_ratio)
      .def_property_readonly(
          "worst_judgement",
          [](const cm::AhpResult& self) -> std::optional<std::pair<int, int>> {
            if (self.worst_row < 0) return std::nullopt;
            return std::pair{self.worst_row, self.worst_column};
          },
          "Row and column of the judgement that fits least.")
      .def_readonly("findings", &cm::AhpResult::findings);
  bind_values(type, "weights", &cm::AhpResult::weights);
  bind_frame(type, [](const cm::AhpResult& self) { return self.to_table(); });
  py::class_<cm::AhpGroupResult>(m, "AhpGroupResult", "The group's weights and each member's.")
      .def_readonly("group", &cm::AhpGroupResult::group)
      .def_readonly("members", &cm::AhpGroupResult::members);
  m.def("ahp", [](const Array<double>& judgements, const std::string& method, double consistency_limit) {
    return take(cm::ahp(matrix_of(judgements, "judgements"), ahp_options(method, consistency_limit)));
  });
  m.def("ahp_group", [](const std::vector<Array<double>>& judgements, const std::string& mode,
                        const std::optional<Array<double>>& importance, const std::string& method, double consistency_limit) {
    using G = cm::AhpGroup;
    std::vector<cm::Matrix> each_judge;
    each_judge.reserve(judgements.size());
    for (const auto& one : judgements) each_judge.push_back(matrix_of(one, "judgements"));
    return take(cm::ahp_group(
        each_judge,
        choose<G>("mode", mode,
                  {{"judgements", G::kJudgements}, {"priorities", G::kPriorities}, {"priorities_arithmetic", G::kPrioritiesArithmetic}}),
        span_of(importance), ahp_options(method, consistency_limit)));
  });
}

void bind_multivariate(py::module_& m) {
  const auto def = [&m](const char* name, cm::Matrix (*function)(const cm::Matrix&, cm::PairRule)) {
    m.def(name, [function](const Array<double>& data, const std::string& rule) {
      return array_of(function(matrix_of(data, "values"), choose<cm::PairRule>("rule", rule, kPairRules)));
    });
  };
  def("correlations", cm::correlations);
  def("rank_correlations", cm::rank_correlations);
  def("covariances", cm::covariances);
  py::class_<cm::GroupAlpha>(m, "GroupAlpha", "Cronbach's alpha of a group of indicators.")
      .def_readonly("alpha", &cm::GroupAlpha::alpha)
      .def_readonly("alpha_standardized", &cm::GroupAlpha::alpha_standardized)
      .def_readonly("n_units", &cm::GroupAlpha::n_units);
  m.def("group_alpha", [](const Array<double>& data, const std::string& rule) {
    return take(cm::group_alpha(matrix_of(data, "values"), choose<cm::PairRule>("rule", rule, kPairRules)));
  });
  py::class_<cm::PrincipalComponents> type(m, "PrincipalComponents", "Principal components of the correlations.");
  type.def_readonly("n_units", &cm::PrincipalComponents::n_units);
  bind_values(type, "sd", &cm::PrincipalComponents::sd);
  bind_values(type, "explained_share", &cm::PrincipalComponents::explained_share);
  bind_values(type, "loadings", &cm::PrincipalComponents::loadings, "Indicators by components, of unit length.");
  bind_frame(type, [](const cm::PrincipalComponents& self) { return self.to_table(); });
  m.def("principal_components", [](const Array<double>& data, const std::string& rule) {
    return take(cm::principal_components(matrix_of(data, "values"), choose<cm::PairRule>("rule", rule, kPairRules)));
  });
}

void bind_pairs(py::module_& m) {
  m.def("outranking", [](const Array<double>& values, const std::optional<Array<double>>& weights) {
    return array_of(take(cm::outranking(matrix_of(values, "values"), span_of(weights))));
  });
  m.def("copeland", [](const Array<double>& values, const std::optional<Array<double>>& weights) {
    return array_of(take(cm::copeland(matrix_of(values, "values"), span_of(weights))));
  });
  py::class_<cm::Topsis> type(m, "Topsis", "Closeness of each unit to the best.");
  bind_values(type, "closeness", &cm::Topsis::closeness, "1 is the best there is, 0 the worst.");
  bind_values(type, "to_best", &cm::Topsis::to_best);
  bind_values(type, "to_worst", &cm::Topsis::to_worst);
  bind_values(type, "rank", &cm::Topsis::rank);
  bind_frame(type, [](const cm::Topsis& self) { return self.to_table(); });
  m.def("topsis", [](const Array<double>& values, const std::optional<Array<double>>& weights, const std::vector<int>& directions) {
    return take(cm::topsis(matrix_of(values, "values"), span_of(weights), directions));
  });
  m.def("weighted_product",
        [](const Array<double>& values, const std::optional<Array<double>>& weights, const std::vector<int>& directions) {
          return array_of(take(cm::weighted_product(matrix_of(values, "values"), span_of(weights), directions)));
        });
}

}  // namespace

void bind_weights(py::module_& m) {
  py::class_<cm::Weights> type(m, "Weights", "Weights that sum to 1, with what they were made from.");
  type.def_readonly("findings", &cm::Weights::findings);
  bind_values(type, "weights", &cm::Weights::weights);
  bind_values(type, "criterion", &cm::Weights::criterion, "Entropy, CRITIC's c, standard deviation, loading, or mean points.");
  bind_values(type, "se", &cm::Weights::se, "Of a budget, over experts; else empty.");
  bind_frame(type, [](const cm::Weights& self) { return self.to_table(); });
  m.def("equal_weights", [](std::int64_t n) { return take(cm::equal_weights(n)); });
  m.def("entropy_weights", [](const Array<double>& x) { return take(cm::entropy_weights(matrix_of(x, "values"))); });
  m.def("critic_weights", [](const Array<double>& x) { return take(cm::critic_weights(matrix_of(x, "values"))); });
  m.def("deviation_weights", [](const Array<double>& x) { return take(cm::deviation_weights(matrix_of(x, "values"))); });
  m.def("component_weights",
        [](const Array<double>& x, bool squared) { return take(cm::component_weights(matrix_of(x, "values"), squared)); });
  m.def("budget_weights",
        [](const Array<double>& points, double budget) { return take(cm::budget_weights(matrix_of(points, "points"), budget)); });
  bind_ahp(m);
  bind_multivariate(m);
  bind_pairs(m);
}

void bind_comparisons(py::module_& m) {
  py::class_<cm::Comparison> comparison(m, "Comparison", "Two indices of the same units; the frame has one row a unit.");
  comparison.def_readonly("unit_ids", &cm::Comparison::unit_ids)
      .def_readonly("rank_correlation", &cm::Comparison::rank_correlation)
      .def_readonly("score_correlation", &cm::Comparison::score_correlation)
      .def_readonly("mean_absolute_change", &cm::Comparison::mean_absolute_change)
      .def_readonly("largest_absolute_change", &cm::Comparison::largest_absolute_change)
      .def_readonly("n_unmatched", &cm::Comparison::n_unmatched);
  bind_values(comparison, "rank_change", &cm::Comparison::rank_change, "Above 0: the unit stands better in the second.");
  bind_frame(comparison, [](const cm::Comparison& self) { return self.to_table(); });
  m.def("compare", [](const cm::Index& a, const cm::Index& b) { return take(cm::compare(a, b)); });
  m.def("what_if", [](const cm::Measures& measures, const py::object& construction,
                      const std::vector<std::tuple<std::int64_t, std::int64_t, double>>& changes) {
    const auto choices = construction_of(construction);
    std::vector<cm::Change> cells;
    cells.reserve(changes.size());
    for (const auto& [row, column, value] : changes) cells.push_back({row, column, value});
    return run({}, [&](const ExecutionContext&) { return cm::what_if(measures, choices, cells); });
  });

  py::class_<cm::Removals> removals(m, "Removals", "The index without each node in turn; the frame has one row a node.");
  removals.def_readonly("unit_ids", &cm::Removals::unit_ids)
      .def_property_readonly(
          "rank_changes",
          [](const cm::Removals& self) {
            cm::Matrix out(static_cast<std::int64_t>(self.nodes.size()), static_cast<std::int64_t>(self.unit_ids.size()));
            for (std::size_t k = 0; k < self.nodes.size(); ++k)
              for (std::size_t i = 0; i < self.unit_ids.size(); ++i)
                out(static_cast<std::int64_t>(k), static_cast<std::int64_t>(i)) = self.nodes[k].rank_change[i];
            return array_of(out);
          },
          "Nodes by units, rank of the whole index less the new rank.")
      .def_readonly("findings", &cm::Removals::findings);
  bind_frame(removals, [](const cm::Removals& self) { return self.to_table(); });
  m.def("remove_one_at_a_time",
        [](const cm::Measures& measures, const py::object& construction, int level, int n_threads, py::object progress) {
          const auto choices = construction_of(construction);
          return run({n_threads, std::move(progress)},
                     [&](const ExecutionContext& context) { return cm::remove_one_at_a_time(measures, choices, level, context); });
        });

  py::class_<cm::InfluenceWeights> influence(m, "InfluenceWeights",
                                             "Weights that give nodes the wanted influence; the frame has one row a node.");
  influence.def_readonly("codes", &cm::InfluenceWeights::codes)
      .def_readonly("deviation", &cm::InfluenceWeights::deviation)
      .def_readonly("iterations", &cm::InfluenceWeights::iterations)
      .def_readonly("converged", &cm::InfluenceWeights::converged)
      .def_readonly("findings", &cm::InfluenceWeights::findings);
  bind_values(influence, "weights", &cm::InfluenceWeights::weights);
  bind_values(influence, "influence_shares", &cm::InfluenceWeights::influence_shares);
  bind_values(influence, "all_weights", &cm::InfluenceWeights::all_weights, "One a node of the tree, for Construction(weights=...).");
  bind_frame(influence, [](const cm::InfluenceWeights& self) { return self.to_table(); });
  m.def("equal_influence_weights", [](const cm::Measures& measures, const py::object& construction, int level,
                                      const std::vector<double>& targets, double tolerance, int max_iterations) {
    const auto choices = construction_of(construction);
    const cm::InfluenceOptions options{targets, tolerance, max_iterations};
    return run({}, [&](const ExecutionContext&) { return cm::equal_influence_weights(measures, choices, level, options); });
  });
}

void bind_uncertainty(py::module_& m) {
  using U = cm::Uncertainty;
  py::class_<U> type(m, "Uncertainty", "Scores and ranks over all runs; the frame has one row a unit.");
  type.def_readonly("unit_ids", &U::unit_ids)
      .def_readonly("factor_names", &U::factor_names)
      .def_readonly("mean_rank_shift", &U::mean_rank_shift)
      .def_readonly("n_runs", &U::n_runs)
      .def_readonly("n_failed", &U::n_failed)
      .def_readonly("confidence", &U::confidence)
      .def_readonly("findings", &U::findings);
  bind_values(type, "design", &U::design, "Runs by factors; empty unless keep_runs.");
  bind_values(type, "run_scores", &U::run_scores, "Runs by units; empty unless keep_runs.");
  bind_values(type, "run_ranks", &U::run_ranks, "Runs by units; empty unless keep_runs.");
  bind_frame(type, [](const U& self) { return self.to_table(); });
  m.def("uncertainty", [](const cm::Measures& measures, const py::object& construction, const py::object& factors, std::int64_t n_runs,
                          std::uint64_t seed, double confidence, bool keep_runs, int n_threads, py::object progress) {
    const auto choices = construction_of(construction);
    const auto uncertain = each<cm::Factor>(factors, factor_of);
    const cm::UncertaintyOptions options{n_runs, seed, confidence, keep_runs};
    return run({n_threads, std::move(progress)},
               [&](const ExecutionContext& context) { return cm::uncertainty(measures, choices, uncertain, options, context); });
  });

  using S = cm::Sensitivity;
  py::class_<S> sensitivity(m, "Sensitivity", "Shares of the variance by factor; the frame has one row a factor.");
  sensitivity.def_readonly("variance", &S::variance).def_readonly("uncertainty", &S::uncertainty);
  bind_frame(sensitivity, [](const S& self) { return self.to_table(); });
  m.def("sensitivity", [](const cm::Measures& measures, const py::object& construction, const py::object& factors,
                          const std::string& output, std::int64_t unit, std::int64_t n_bootstrap, std::int64_t n_runs, std::uint64_t seed,
                          double confidence, bool keep_runs, int n_threads, py::object progress) {
    using O = cm::Output;
    const auto choices = construction_of(construction);
    const auto uncertain = each<cm::Factor>(factors, factor_of);
    cm::SensitivityOptions options;
    options.n_runs = n_runs;
    options.seed = seed;
    options.confidence = confidence;
    options.keep_runs = keep_runs;
    options.output =
        choose<O>("output", output, {{"mean_rank_shift", O::kMeanRankShift}, {"unit_score", O::kUnitScore}, {"unit_rank", O::kUnitRank}});
    options.unit = unit;
    options.n_bootstrap = n_bootstrap;
    return run({n_threads, std::move(progress)},
               [&](const ExecutionContext& context) { return cm::sensitivity(measures, choices, uncertain, options, context); });
  });
  m.def("sensitivity_indices", [](const Array<double>& y_a, const Array<double>& y_b, const Array<double>& y_ab,
                                  const std::vector<std::string>& names, std::int64_t n_bootstrap, std::uint64_t seed, double confidence) {
    S out;
    out.factors = take(cm::sensitivity_indices(span_of(std::optional(y_a)), span_of(std::optional(y_b)), matrix_of(y_ab, "y_ab"),
                                               n_bootstrap, seed, confidence));
    for (std::size_t j = 0; j < out.factors.size(); ++j) out.factors[j].name = names.at(j);
    return out.to_table();
  });
}

}  // namespace celadon::python::composite_faces
