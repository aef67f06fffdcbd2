// Handles and arguments shared by the files of survey statistics.
#pragma once

#include "wall.hpp"

#include <celadon/models/survey/estimate.hpp>

struct celadon_survey_design {
  celadon::survey::Design value;
};
struct celadon_survey_estimates {
  celadon::survey::Estimates value;
};
struct celadon_survey_joint_estimate {
  celadon::survey::JointEstimate value;
};

namespace celadon_c {

inline celadon::survey::Variable survey_variable(const celadon_survey_variable& given, const char* name) {
  celadon::survey::Variable out{text_or_empty(given.name), {}};
  const auto columns = span_of(given.columns, given.n_columns, name);
  out.columns.reserve(columns.size());
  for (const double* column : columns) out.columns.push_back(span_of(column, given.n_rows, name));
  return out;
}

inline celadon::survey::Variable survey_variable(const celadon_survey_variable* given, const char* name) {
  need(given, name);
  return survey_variable(sized(given, celadon_survey_variable{}, name), name);
}

inline std::vector<celadon::survey::Variable> survey_variables(const celadon_survey_variable* first, std::int64_t n, const char* name) {
  if (n < 0 || (first == nullptr && n > 0)) refuse(name, "NULL with a size, or a negative size");
  std::vector<celadon::survey::Variable> out;
  out.reserve(static_cast<std::size_t>(n));
  for (std::int64_t i = 0; i < n; ++i) out.push_back(survey_variable(element(first, i, celadon_survey_variable{}, name), name));
  return out;
}

inline celadon::survey::Groups survey_groups(const celadon_survey_groups* given) {
  if (given == nullptr) return {};
  const auto known = sized(given, celadon_survey_groups{}, "groups");
  return {span_of(known.index, known.n_index, "groups"), known.n_groups};
}

inline celadon::survey::Divisor survey_divisor(std::int32_t divisor) {
  return enumerator<celadon::survey::Divisor>(divisor, 3, "divisor");
}

/// A call that gives estimates.
template <class Call>
celadon_status estimates(const celadon_survey_design* design, const celadon_execution* execution, celadon_survey_estimates** out,
                         celadon_error* error, const Call& call) noexcept {
  return produce(out, error, [&] {
    const Execution run(execution);
    return unwrap(call(need(design, "design").value, run.context()));
  });
}

}  // namespace celadon_c
