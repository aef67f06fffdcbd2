/// What the bindings of composite indicators share: choices from Python's data classes, matrices as arrays.
#pragma once

#include "common.hpp"

#include <celadon/models/composite/construction.hpp>
#include <celadon/models/composite/uncertainty.hpp>

#include <vector>

namespace celadon::python::composite_faces {

inline constexpr std::initializer_list<std::pair<const char*, composite::Imputation>> kImputations = {
    {"none", composite::Imputation::kNone},
    {"mean", composite::Imputation::kMean},
    {"median", composite::Imputation::kMedian},
    {"group_mean", composite::Imputation::kGroupMean},
    {"group_median", composite::Imputation::kGroupMedian}};
inline constexpr std::initializer_list<std::pair<const char*, composite::Aggregation>> kAggregations = {
    {"arithmetic", composite::Aggregation::kArithmetic},
    {"geometric", composite::Aggregation::kGeometric},
    {"harmonic", composite::Aggregation::kHarmonic},
    {"generalised", composite::Aggregation::kGeneralised},
    {"weighted_product", composite::Aggregation::kWeightedProduct},
    {"copeland", composite::Aggregation::kCopeland},
    {"topsis", composite::Aggregation::kTopsis}};

/// A two-dimensional array; anything else is a ValueError.
composite::Matrix matrix_of(const Array<double>& array, const char* name);
composite::Matrix matrix_of(const std::optional<Array<double>>& array, const char* name);
/// A new array of the same shape.
py::array array_of(const composite::Matrix& matrix);
py::array array_of(const std::vector<double>& values);

// From the data classes of celadon._composite_options.
composite::TreatOptions treatment_of(const py::handle& options);
composite::NormaliseOptions normalisation_of(const py::handle& options);
composite::AggregateOptions aggregation_of(const py::handle& options);
composite::Construction construction_of(const py::handle& construction);
composite::Factor factor_of(const py::handle& factor);
template <class T, class F>
std::vector<T> each(const py::handle& sequence, F convert) {
  std::vector<T> out;
  for (const py::handle one : sequence) out.push_back(convert(one));
  return out;
}

/// A read-only property that views a vector of the result.
template <class T, class... Extra>
void bind_values(py::class_<T, Extra...>& type, const char* name, std::vector<double> T::*member, const char* doc = "") {
  type.def_property_readonly(
      name, [member](const py::object& self) { return view(self.cast<const T&>().*member, self); }, doc);
}
/// The same of a matrix.
template <class T, class... Extra>
void bind_values(py::class_<T, Extra...>& type, const char* name, composite::Matrix T::*member, const char* doc = "") {
  type.def_property_readonly(
      name,
      [member](const py::object& self) {
        const composite::Matrix& m = self.cast<const T&>().*member;
        return view(m.values, static_cast<std::size_t>(m.n_rows), static_cast<std::size_t>(m.n_columns), self);
      },
      doc);
}

void bind_weights(py::module_& m);
void bind_comparisons(py::module_& m);
void bind_uncertainty(py::module_& m);

}  // namespace celadon::python::composite_faces
