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
bool narrow(const scoring_detail::Plan& plan, const std::vector<int>& n_categories);
struct NarrowSums {
  ItemTotals totals;
  Groups groups;
};
Result<NarrowSums> narrow_sums(const scoring_detail::Plan& plan, const Responses& responses, double group_share, bool fractional,
                               const ExecutionContext& context);

/// narrow_sums of a matrix of scores that is not packed, without groups. `fits` is false where the data ask for more: missing cells, sums
/// that are not narrow, a value that is no category.
struct StreamedSums {
  bool fits = false;
  scoring_detail::Plan plan;
  ItemTotals totals;
};
template <class T>
Result<StreamedSums> streamed_sums(const DenseView<T>& view, const std::vector<std::string>& item_ids, const ExecutionContext& context);
extern template Result<StreamedSums> streamed_sums(const DenseView<std::int8_t>&, const std::vector<std::string>&, const ExecutionContext&);
extern template Result<StreamedSums> streamed_sums(const DenseView<std::uint8_t>&, const std::vector<std::string>&,
                                                   const ExecutionContext&);
extern template Result<StreamedSums> streamed_sums(const DenseView<std::int16_t>&, const std::vector<std::string>&,
                                                   const ExecutionContext&);
extern template Result<StreamedSums> streamed_sums(const DenseView<std::int32_t>&, const std::vector<std::string>&,
                                                   const ExecutionContext&);
extern template Result<StreamedSums> streamed_sums(const DenseView<std::int64_t>&, const std::vector<std::string>&,
                                                   const ExecutionContext&);

}  // namespace celadon::inline CELADON_ABI::ctt::item_sums_detail
