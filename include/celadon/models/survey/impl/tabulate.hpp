/// For bodies: measures of many variables in one pass, and the spread formula they share with gaps.
#pragma once

#include <celadon/models/survey/impl/engine.hpp>
#include <celadon/models/survey/means.hpp>

#include <span>
#include <string>
#include <utility>

namespace celadon::inline CELADON_ABI::survey::engine_detail {

inline Error invalid(std::string name, std::string detail) {
  return make_error(Code::kInvalidArgument, {}, {{"name", std::move(name)}, {"detail", std::move(detail)}});
}

/// Totals: w, w x, w x^2 about the shift.
template <class T>
T variance_of(Divisor divisor, double n, const T* t) {
  const T squares = t[2] - t[1] * t[1] / t[0];
  return (plain(squares) > 0.0 ? squares : T(0.0)) / divisor_of(divisor, n, t[0]);
}

/// A standard deviation; 0 has no derivative and no error.
template <class T>
T sd_of(Divisor divisor, double n, const T* t) {
  const T v = variance_of(divisor, n, t);
  return plain(v) == 0.0 ? T(0.0) : root(v);
}

/// tabulate(); with `join_runs`, measures of one variable that follow each other give rows by group, then measure.
Result<Estimates> tabulate_runs(const Design& design, std::span<const Variable> variables, std::span<const Measure> measures,
                                const Groups& groups, Divisor divisor, bool join_runs, const ExecutionContext& context);

}  // namespace celadon::inline CELADON_ABI::survey::engine_detail
