/// For bodies: the lines of the outcome on the background.
#pragma once

#include <celadon/evaluation/green/drivers.hpp>
#include <celadon/evaluation/green/impl/driver_rows.hpp>
#include <celadon/models/multilevel/fit.hpp>

#include <string>
#include <vector>

namespace celadon::inline CELADON_ABI::green::drivers_detail {

struct DriverLines {
  GradientLine overall;
  std::vector<GradientLine> units;  ///< as DriverRows::used_units
};

/// Of the fits of all plausible values. @param above_name  grouping of the units above; empty where they are not in the model
DriverLines lines_of(const DriverRows& rows, const std::string& unit_name, const std::string& above_name,
                     const std::vector<multilevel::Fit>& fits, bool random_slopes);

}  // namespace celadon::inline CELADON_ABI::green::drivers_detail
