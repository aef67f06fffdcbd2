/// What the bindings of schemes share with those of what is said and drawn of them.
#pragma once

#include "dataset.hpp"

#include <celadon/evaluation/scheme/like_units.hpp>
#include <celadon/evaluation/scheme/period_data.hpp>

namespace celadon::python {

/// A comparison with the names that its rows need and the period that it is of.
struct LikeHandle {
  scheme::LikeUnits value;
  Table table;
  std::size_t period = 0;
};

/// The estimand that a name stands for.
inline scheme::Estimand estimand_of(const std::string& name) {
  using scheme::Estimand;
  return choose<Estimand>(
      "estimand", name,
      {{"these_rows", Estimand::kTheseRows}, {"like_cohort", Estimand::kLikeCohort}, {"replicates", Estimand::kReplicates}});
}

}  // namespace celadon::python
