// What the functions of composite indicators share: handles, matrices, and choices from the caller's structs.
#pragma once

#include "wall.hpp"

#include <celadon/models/composite/construction.hpp>

#include <string>
#include <vector>

struct celadon_composite_tree {
  celadon::composite::Tree value;
};
struct celadon_composite_measures {
  celadon::composite::Measures value;
};
struct celadon_composite_index_result {
  celadon::composite::Index value;
};

namespace celadon_c {

namespace composite = celadon::composite;

/// A caller's table as a matrix.
composite::Matrix matrix_of(const double* values, std::int64_t n_rows, std::int64_t n_columns, const char* name);
/// Numbers into a caller's buffer.
void fill(const std::vector<double>& values, double* out, std::int64_t capacity);

celadon_composite_treat_options default_treatment();
celadon_composite_normalise_options default_normalisation();
celadon_composite_aggregate_options default_aggregation();
composite::TreatOptions treatment_of(const celadon_composite_treat_options& known);
composite::NormaliseOptions normalisation_of(const celadon_composite_normalise_options& known);
composite::AggregateOptions aggregation_of(const celadon_composite_aggregate_options& known);
composite::Construction construction_of(const celadon_composite_construction* given);

/// Structs of a caller's array, each converted; NULL gives the defaults once.
template <class Out, class Sized, class Convert>
std::vector<Out> each(const Sized* first, std::int64_t n, const Sized& defaults, const char* name, Convert convert) {
  std::vector<Out> out;
  if (first == nullptr) {
    if (n > 0) refuse(name, "NULL with a size, or a negative size");
    out.push_back(convert(defaults));
    return out;
  }
  if (n < 0) refuse(name, "a negative size");
  out.reserve(static_cast<std::size_t>(n));
  for (std::int64_t i = 0; i < n; ++i) out.push_back(convert(element(first, i, defaults, name)));
  return out;
}

}  // namespace celadon_c
