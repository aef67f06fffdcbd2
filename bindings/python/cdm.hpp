/// Shared by the bindings of celadon.cdm.
#pragma once

#include "common.hpp"

#include <celadon/models/cdm/fit.hpp>
#include <celadon/models/cdm/model.hpp>
#include <celadon/models/cdm/q_matrix.hpp>
#include <celadon/models/cdm/score.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace celadon::python {

/// Pairs of attribute numbers (first, then).
using PrerequisitePairs = std::vector<std::pair<std::int32_t, std::int32_t>>;
std::vector<cdm::Prerequisite> prerequisites_of(const PrerequisitePairs& pairs);

/// How Python asks for a calibration. Arrays are kept alive here.
struct FitRequest {
  cdm::FitOptions options;
  std::optional<Array<double>> weights;
  std::optional<Array<std::int32_t>> groups;
  std::shared_ptr<const cdm::Model> start;

  /// The options with their borrowed parts in place.
  [[nodiscard]] cdm::FitOptions ready() const;
};

/// Masks of attributes as text ("101").
std::vector<std::string> profile_texts(const std::vector<std::uint32_t>& profiles, std::size_t n_attributes);

void bind_cdm_q_matrix(py::module_& module);
void bind_cdm_q_validation(py::module_& module);
void bind_cdm_scores(py::module_& module);
void bind_cdm_quality(py::module_& module);

}  // namespace celadon::python
