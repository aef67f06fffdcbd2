/// A period's data from tables: units from their id columns, variables from the numeric ones, the design from options. Owns what a Period
/// borrows.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/evaluation/scheme/estimand.hpp>
#include <celadon/evaluation/scheme/evaluate_scheme.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace celadon::inline CELADON_ABI::arrow {
class DataTable;
}

namespace celadon::inline CELADON_ABI::scheme {

struct FrameOptions {
  std::string name = "pupils";
  bool persons = true;
  std::string weight;  ///< column; empty: 1 each
  /// Variables with plausible values: name, and the columns that hold the draws. Other numeric columns are variables of their own.
  std::vector<std::pair<std::string, std::vector<std::string>>> plausible_values;
  Estimand estimand = Estimand::kLikeCohort;
  int n_groups = 80;  ///< kLikeCohort
  std::uint64_t seed = 1;
  std::vector<std::string> replicate_weights;  ///< kReplicates: columns
  double scale = 1.0;                          ///< kReplicates: variance = scale sum (t_r - t)^2
  double degrees_of_freedom = 0.0;             ///< kReplicates: 0 for their number
};

/// Tables of one period. Not copyable: `period()` borrows from it.
class PeriodData {
 public:
  /// @param levels  columns that name units, finest first ("school", "district", "city"). The last may be in no table: it then is one
  /// unit of that name.
  PeriodData(std::string id, std::vector<std::string> levels);
  ~PeriodData();
  PeriodData(PeriodData&&) noexcept;
  PeriodData& operator=(PeriodData&&) noexcept;
  PeriodData(const PeriodData&) = delete;
  PeriodData& operator=(const PeriodData&) = delete;

  /// Adds a table as a frame. Its rows belong to units of the finest level whose column it has; columns of higher levels say where these
  /// lie. Values are copied as numbers; null and NaN are missing; text columns that are not levels are left alone. Errors:
  /// kSchemeFrameInvalid (no level, a column named in the options is absent or not numeric, a name that is taken), kSchemeUnits (a unit in
  /// two places), and those of the design. Findings: kMissingId for rows without a unit. A unit that no row places in one of the next level
  /// counts in none above; `evaluate` says so. Cost: O(cells).
  Result<void> add(const arrow::DataTable& table, const FrameOptions& options = {});
  void add_link_error(LinkError error);

  [[nodiscard]] const Findings& findings() const;
  /// The period as it now stands; it borrows from this object and ends with it.
  [[nodiscard]] Period period() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace celadon::inline CELADON_ABI::scheme
