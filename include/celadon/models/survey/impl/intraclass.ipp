#pragma once

#include <celadon/models/survey/impl/regions.hpp>
#include <celadon/models/survey/intraclass.hpp>

#include <cmath>
#include <utility>

namespace celadon::inline CELADON_ABI::survey {

namespace intraclass_detail {

using namespace engine_detail;

/// Totals of each school: w, w x, w x^2 about the shift.
struct Components {
  double error_variance;
  [[nodiscard]] int n_parameters() const { return error_variance > 0.0 ? 4 : 3; }
  template <class T>
  void compute(int n_groups, const T* t, const double* counts, T* out) const {
    for (int p = 0; p < n_parameters(); ++p) out[p] = T(kNaN);
    T all(0.0);
    T sum(0.0);
    T inner(0.0);
    T inner_weight(0.0);
    int n_schools = 0;
    for (int s = 0; s < n_groups; ++s) {
      const T* u = t + 3 * s;
      if (!(plain(u[0]) > 0.0)) continue;
      ++n_schools;
      all = all + u[0];
      sum = sum + u[1];
      if (counts[s] < 2.0) continue;
      inner = inner + (u[2] - u[1] * u[1] / u[0]) * T(counts[s] / (counts[s] - 1.0));
      inner_weight = inner_weight + u[0];
    }
    if (n_schools < 2 || !(plain(inner_weight) > 0.0)) return;
    const T within = inner / inner_weight;
    const T mean = sum / all;
    T spread(0.0);
    T noise(0.0);
    T squares(0.0);
    for (int s = 0; s < n_groups; ++s) {
      const T* u = t + 3 * s;
      if (!(plain(u[0]) > 0.0)) continue;
      const T share = u[0] / all;
      const T away = u[1] / u[0] - mean;
      spread = spread + share * away * away;
      noise = noise + (share - share * share) / T(counts[s]);
      squares = squares + share * share;
    }
    const T between = (spread - within * noise) / (T(1.0) - squares);
    out[0] = between;
    out[1] = within;
    out[2] = plain(between + within) > 0.0 ? between / (between + within) : T(kNaN);
    if (error_variance > 0.0) {
      const T corrected = between + within - T(error_variance);
      out[3] = plain(corrected) > 0.0 ? between / corrected : T(kNaN);
    }
  }
};

}  // namespace intraclass_detail

Result<Estimates> intraclass(const Design& design, const Variable& variable, const Groups& schools, std::span<const std::int32_t> region,
                             const IntraclassOptions& options, const ExecutionContext& context) {
  using namespace intraclass_detail;
  if (!(options.error_variance >= 0.0) || !std::isfinite(options.error_variance))
    return make_error(Code::kInvalidArgument, {}, {{"name", "error_variance"}, {"detail", "must be 0 or more"}});
  Plan plan;
  plan.sources = {{&variable}};
  plan.quantities.push_back({0, -1});
  plan.quantities.push_back({0, 0});
  std::vector<Label> labels = {{"between_variance", variable.name}, {"within_variance", variable.name}, {"icc", variable.name}};
  if (options.error_variance > 0.0) labels.push_back({"icc_corrected", variable.name});
  return over_regions(design, std::move(plan), schools, region, labels, context,
                      [&](const Plan&) { return Components{options.error_variance}; });
}

}  // namespace celadon::inline CELADON_ABI::survey
