// What the classical functions share: sample, scoring options and the common arguments.
#pragma once

#include "wall.hpp"

#include <celadon/models/ctt/test_scores.hpp>

namespace celadon_c {

inline celadon_ctt_scoring_options default_scoring() {
  celadon_ctt_scoring_options options{};
  options.struct_size = sizeof options;
  return options;
}

inline celadon::ctt::ScoringOptions scoring(const celadon_ctt_scoring_options& given) {
  celadon::ctt::ScoringOptions out;
  out.cases = enumerator<celadon::ctt::CaseRule>(given.cases, 2, "cases");
  out.missing = missing_policy(given.not_administered, given.not_reached, given.omitted, given.invalid);
  return out;
}

inline celadon::ctt::Sample sample_of(const celadon_sample* given) {
  celadon_sample defaults{};
  defaults.struct_size = sizeof defaults;
  const celadon_sample known = sized(given, defaults, "sample");
  return {span_of(known.weights, known.n_weights, "weights"), span_of(known.include, known.n_include, "include")};
}

inline const celadon::Items& items_of(const celadon_items* given) {
  static const celadon::Items kNoItems;
  return given == nullptr ? kNoItems : given->value;
}

/// Calls a function of the common shape (responses, items, sample, options, context).
template <class Function, class Options>
auto analyse(Function function, const celadon_responses* responses, const celadon_items* items, const celadon_sample* sample,
             const Options& options, const celadon_execution* execution) {
  const Execution run(execution);
  return unwrap(function(need(responses, "responses").value, items_of(items), sample_of(sample), options, run.context()));
}

}  // namespace celadon_c
