/// One-pass sums behind item analysis. For bodies only.
#pragma once

#include <celadon/models/ctt/impl/scoring_detail.hpp>

namespace celadon::inline CELADON_ABI::ctt::item_sums_detail {

/// Sums of units over persons used, weighted; xt and the totals are meaningful for complete data.
struct ItemTotals {
  double per_point = 1.0;
  std::vector<double> x;
  std::vector<double> xx;
  std::vector<double> xt;
  std::vector<double> cells;
  std::vector<double> n_effective;  ///< Kish's, of the persons with a counting cell
  double total = 0.0;
  double total_squared = 0.0;
};

/// Sums over the upper and the lower group.
struct Groups {
  bool apart = false;  ///< whether the two cuts tell two groups apart
  double upper_n = 0.0;
  double lower_n = 0.0;
  std::vector<double> upper;  ///< units of an item in the upper group
  std::vector<double> lower;
  std::vector<double> upper_weight;  ///< weight of the group's persons with a counting cell
  std::vector<double> lower_weight;
};

/// The part that a person whose share of points is `share` has in each group.
struct GroupCuts {
  double upper = 0.0;           ///< lowest share of the upper group
  double lower = 0.0;           ///< highest share of the lower group
  double upper_fraction = 1.0;  ///< of those who stand at the cut
  double lower_fraction = 1.0;
  bool apart = false;
};
GroupCuts group_cuts(const scoring_detail::Distinct& shares, double group_share, bool fractional);

Result<ItemTotals> item_totals(const scoring_detail::Prepared& prepared, const Responses& responses, const ExecutionContext& context);
Result<Groups> group_sums(const scoring_detail::Prepared& prepared, const Responses& responses, double group_share, bool fractional,
                          const ExecutionContext& context);

/// Whether sums of these data fit the narrow kernels: nothing missing, whole units below 256, totals below 32,768.
bool narrow(const scoring_detail::Plan& plan, const Responses& responses);
struct NarrowSums {
  ItemTotals totals;
  Groups groups;
};
Result<NarrowSums> narrow_sums(const scoring_detail::Plan& plan, const Responses& responses, double group_share, bool fractional,
                               const ExecutionContext& context);

}  // namespace celadon::inline CELADON_ABI::ctt::item_sums_detail
