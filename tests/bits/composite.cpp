// Every table of composite indicators.
#include "bits.hpp"

#include <celadon/models/composite/ahp.hpp>
#include <celadon/models/composite/compare.hpp>
#include <celadon/models/composite/multivariate.hpp>
#include <celadon/models/composite/uncertainty.hpp>
#include <celadon/models/composite/weights.hpp>

namespace {

namespace composite = celadon::composite;

/// 60 units, 8 indicators in two pillars; one long tail, a few gaps.
composite::Measures measures() {
  composite::Measures m;
  std::vector<composite::Node> nodes(11);
  for (std::size_t j = 0; j < 11; ++j) {
    nodes[j].code = "n" + std::to_string(j);
    nodes[j].level = j < 8 ? 1 : j < 10 ? 2 : 3;
    nodes[j].parent = j < 8 ? (j % 2 == 0 ? "n8" : "n9") : j < 10 ? "n10" : "";
    nodes[j].direction = j == 3 ? -1 : 1;
    nodes[j].weight = 1.0 + static_cast<double>(j % 3);
  }
  m.tree = bits::take(composite::Tree::make(nodes));
  m.values = composite::Matrix(60, 8);
  m.standard_errors = composite::Matrix(60, 8, 0.5);
  std::uint32_t state = 20261125U;
  const auto draw = [&state] { return static_cast<double>((state = state * 1664525U + 1013904223U) >> 8); };
  for (std::int64_t i = 0; i < 60; ++i) {
    const double common = draw() / 16777216.0;
    for (std::int64_t j = 0; j < 8; ++j) {
      const double x = 10.0 + 8.0 * common + 4.0 * draw() / 16777216.0;
      m.values(i, j) = j == 5 ? x * x * x * x : x;
      if ((i * 8 + j) % 37 == 36) m.values(i, j) = composite::kMissing;
    }
    m.groups.push_back(i % 3 == 0 ? "a" : "b");
  }
  return m;
}

}  // namespace

int main(int argc, char** argv) {
  const composite::Measures m = measures();
  composite::Construction choices;
  choices.imputation = composite::Imputation::kGroupMean;
  std::vector<composite::Factor> factors(5);
  factors[0].noise = {0.1, 0.25};
  factors[1].choice = composite::Choice::kNormalisation;
  factors[1].normalisations.resize(2);
  factors[1].normalisations[0].lower = 1.0;
  factors[1].normalisations[1].method = composite::Normalisation::kRank;
  factors[2].choice = composite::Choice::kAggregation;
  factors[2].aggregations.resize(2);
  factors[2].aggregations[1].methods = {composite::Aggregation::kGeometric};
  factors[3].choice = composite::Choice::kTreatment;
  factors[3].treatments.resize(2);
  factors[3].treatments[1].transformation = composite::Transformation::kBoxCoxEstimated;
  factors[3].treatments[1].max_winsorised = 0;
  factors[4].choice = composite::Choice::kDataError;
  return bits::run(argc, argv, [&](bits::Dump& dump, const celadon::ExecutionContext& context) {
    const auto index = bits::take(composite::build(m, choices));
    dump.add(index.to_table());
    dump.add(index.treatment_table());
    dump.add(index.normalised.values);
    dump.add(composite::statistics_table(composite::describe(m.values)));
    for (const auto kind : {composite::Aggregation::kGeometric, composite::Aggregation::kHarmonic, composite::Aggregation::kCopeland,
                            composite::Aggregation::kTopsis}) {
      composite::Matrix positive = index.normalised;
      for (double& x : positive.values) x += 1.0;
      composite::AggregateOptions options;
      options.methods = {kind};
      dump.add(bits::take(composite::aggregate(positive, m.tree, options)).values);
    }
    for (const auto& weights : {composite::entropy_weights(index.normalised), composite::critic_weights(index.normalised),
                                composite::deviation_weights(index.normalised), composite::component_weights(index.normalised)})
      dump.add(bits::take(weights).to_table());
    composite::Matrix judgements(4, 4, 1.0);
    for (std::int64_t i = 0; i < 4; ++i)
      for (std::int64_t j = 0; j < 4; ++j)
        judgements(i, j) = i < j ? static_cast<double>(j - i + 1) : i == j ? 1.0 : 1.0 / static_cast<double>(i - j + 1);
    const auto ahp = bits::take(composite::ahp(judgements));
    dump.add(ahp.to_table());
    dump.add(ahp.consistency_ratio);
    dump.add(composite::rank_correlations(m.values).values);
    dump.add(bits::take(composite::principal_components(index.normalised)).to_table());
    dump.add(bits::take(composite::remove_one_at_a_time(m, choices, 1, context)).to_table());
    dump.add(bits::take(composite::equal_influence_weights(m, choices, 2)).to_table());
    composite::SensitivityOptions options;
    options.n_runs = 40;
    options.n_bootstrap = 20;
    options.keep_runs = true;
    for (const std::size_t n_factors : {4U, 5U}) {
      const auto s = bits::take(composite::sensitivity(m, choices, std::span(factors).first(n_factors), options, context));
      dump.add(s.to_table());
      dump.add(s.uncertainty.to_table());
      dump.add(s.uncertainty.run_scores.values);
      dump.add(s.uncertainty.run_ranks.values);
    }
  });
}
