#pragma once

#include <celadon/core/random.hpp>
#include <celadon/models/survey/design.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <utility>

namespace celadon::inline CELADON_ABI::survey {

namespace design_detail {

inline constexpr std::int64_t kMaxFactors = std::int64_t{1} << 26;
inline constexpr std::array<std::string_view, 8> kMethodNames = {"linearised", "jk1", "jk2", "jkn", "brr", "fay", "bootstrap", "given"};

inline Error invalid(std::string name, std::string detail) {
  return make_error(Code::kInvalidArgument, {}, {{"name", std::move(name)}, {"detail", std::move(detail)}});
}

inline Result<void> check_length(std::string_view name, std::size_t actual, std::int64_t expected) {
  if (actual == 0 || static_cast<std::int64_t>(actual) == expected) return {};
  return make_error(Code::kLengthMismatch, {},
                    {{"name", std::string(name)}, {"actual", std::to_string(actual)}, {"expected", std::to_string(expected)}});
}

inline Result<void> check_weights(std::string_view name, std::span<const double> weights, std::int64_t per_row) {
  bool any = weights.empty();
  const auto good = [](double w) { return w >= 0.0 && w <= std::numeric_limits<double>::max(); };
  for (std::size_t i = 0; i < weights.size(); ++i) {
    any = any || weights[i] > 0.0;
    if (good(weights[i])) continue;
    Place place;
    place.column = std::string(name);
    place.row = static_cast<std::int64_t>(i) / per_row + 1;
    if (!std::isfinite(weights[i])) return make_error(Code::kNotFinite, place);
    return make_error(Code::kNegativeWeight, place, {{"name", std::string(name)}});
  }
  if (!any) return make_error(Code::kNoWeight, {}, {{"name", std::string(name)}});
  return {};
}

inline Result<void> check_numbers(std::string_view name, std::span<const std::int32_t> numbers) {
  if (std::any_of(numbers.begin(), numbers.end(), [](std::int32_t v) { return v < 0; }))
    return invalid(std::string(name), "a number is below 0");
  return {};
}

inline Result<void> check(const DesignSpec& spec) {
  if (spec.n_rows < 1) return invalid("n_rows", "there are no rows");
  if (spec.n_rows > std::numeric_limits<std::int32_t>::max()) return invalid("n_rows", "more than 2^31 - 1 rows");
  const std::array<std::pair<std::string_view, std::size_t>, 4> lengths = {{{"weights", spec.weights.size()},
                                                                            {"strata", spec.strata.size()},
                                                                            {"clusters", spec.clusters.size()},
                                                                            {"population_units", spec.population_units.size()}}};
  for (const auto& [name, size] : lengths)
    if (auto ok = check_length(name, size, spec.n_rows); !ok) return ok;
  if (auto ok = check_weights("weights", spec.weights, 1); !ok) return ok;
  if (auto ok = check_numbers("strata", spec.strata); !ok) return ok;
  if (auto ok = check_numbers("clusters", spec.clusters); !ok) return ok;
  if (!(spec.fay_coefficient >= 0.0 && spec.fay_coefficient < 1.0)) return invalid("fay_coefficient", "must be in [0, 1)");
  if (spec.method == Method::kBootstrap && (spec.n_bootstrap < 2 || spec.n_bootstrap > 100000))
    return invalid("n_bootstrap", "must be in 2 ... 100000");
  if (static_cast<std::size_t>(spec.method) >= kMethodNames.size()) return invalid("method", "not one of the methods");
  return {};
}

/// Units as the sorted distinct pairs (stratum, cluster) of rows with weight; finite populations by stratum.
inline Result<void> number_units(const DesignSpec& spec, Design& d) {
  const auto n = static_cast<std::size_t>(spec.n_rows);
  const bool one_stratum = spec.strata.empty() || spec.method == Method::kJk1;
  std::vector<std::pair<std::int64_t, std::int64_t>> keys(n, {-1, -1});
  std::vector<std::pair<std::int64_t, std::int64_t>> distinct;
  for (std::size_t i = 0; i < n; ++i) {
    if (d.weights[i] <= 0.0) continue;
    // JK1 forgets the strata, but clusters may be numbered within them
    const std::int64_t within = spec.clusters.empty() ? static_cast<std::int64_t>(i) : spec.clusters[i];
    const std::int64_t stratum = spec.strata.empty() ? 0 : spec.strata[i];
    keys[i] = {stratum, within};
    if (distinct.empty() || distinct.back() != keys[i]) distinct.push_back(keys[i]);
  }
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  if (distinct.size() < 2) return make_error(Code::kTooFewSamplingUnits, {}, {{"n", std::to_string(distinct.size())}});

  std::vector<double> population;
  for (std::size_t u = 0; u < distinct.size(); ++u) {
    if (u == 0 || (!one_stratum && distinct[u].first != distinct[u - 1].first)) d.n_units_of.push_back(0);
    ++d.n_units_of.back();
    d.stratum.push_back(static_cast<std::int32_t>(d.n_units_of.size() - 1));
  }
  d.unit.assign(n, -1);
  population.assign(d.n_units_of.size(), std::numeric_limits<double>::quiet_NaN());
  std::size_t last = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (d.weights[i] <= 0.0) continue;
    if (distinct[last] != keys[i])
      last = static_cast<std::size_t>(std::lower_bound(distinct.begin(), distinct.end(), keys[i]) - distinct.begin());
    d.unit[i] = static_cast<std::int32_t>(last);
    if (spec.population_units.empty()) continue;
    double& size = population[static_cast<std::size_t>(d.stratum[last])];
    const double given = spec.population_units[i];
    if (!(given > 0.0) || (size == size && size != given)) return invalid("population_units", "must be one number > 0 for each stratum");
    size = given;
  }
  for (std::size_t h = 0; h < d.n_units_of.size(); ++h) {
    double f = 0.0;
    if (!spec.population_units.empty()) f = static_cast<double>(d.n_units_of[h]) / population[h];
    if (f > 1.0) return invalid("population_units", "is below the number of sampled units of a stratum");
    d.free_share.push_back(1.0 - f);
  }
  return {};
}

/// First unit of each stratum.
inline std::vector<std::int32_t> first_units(const Design& d) {
  std::vector<std::int32_t> out(d.n_units_of.size(), 0);
  for (std::size_t h = 1; h < out.size(); ++h) out[h] = out[h - 1] + d.n_units_of[h - 1];
  return out;
}

inline Result<void> check_strata(const DesignSpec& spec, const std::vector<std::int32_t>& first, const std::vector<std::int32_t>& row_of,
                                 Design& d) {
  const bool paired = d.method == Method::kJk2 || d.method == Method::kBrr || d.method == Method::kFay;
  for (std::size_t h = 0; h < d.n_units_of.size(); ++h) {
    const std::int32_t n = d.n_units_of[h];
    const auto row = static_cast<std::size_t>(row_of[static_cast<std::size_t>(first[h])]);
    const std::string name = std::to_string(spec.strata.empty() ? 0 : spec.strata[row]);
    if (paired && n != 2) return make_error(Code::kNotPaired, {}, {{"stratum", name}, {"n", std::to_string(n)}});
    if (paired || n > 1) continue;
    if (d.free_share[h] == 0.0) continue;  // the whole of its population
    const bool centred = d.lonely == LonelyUnit::kCentred && d.method == Method::kLinearised;
    if (d.lonely == LonelyUnit::kRefuse || (d.lonely == LonelyUnit::kCentred && !centred))
      return make_error(Code::kLonelyUnit, {}, {{"stratum", name}});
    d.findings.push_back(make_finding(Severity::kWarning, Code::kLonelyUnit, {}, {{"stratum", name}}));
  }
  return {};
}

inline Result<void> room_for(Design& d, std::int64_t n_replicates) {
  const std::int64_t n_units = d.n_units();
  if (n_replicates > kMaxFactors / n_units)
    return make_error(Code::kTooManyReplicates, {},
                      {{"n", std::to_string(n_replicates)}, {"limit", std::to_string(kMaxFactors / n_units)}});
  d.n_replicates = static_cast<int>(n_replicates);
  d.factors.assign(static_cast<std::size_t>(n_units * n_replicates), 1.0);
  return {};
}

inline double& factor(Design& d, std::int64_t unit, std::int64_t replicate) {
  return d.factors[static_cast<std::size_t>(unit * d.n_replicates + replicate)];
}

/// JK1 (one stratum) and JKn.
inline Result<void> leave_one_out(Design& d, const std::vector<std::int32_t>& first) {
  std::int64_t n_replicates = 0;
  for (const std::int32_t n : d.n_units_of) n_replicates += n > 1 ? n : 0;
  if (auto ok = room_for(d, n_replicates); !ok) return ok;
  std::int64_t r = 0;
  for (std::size_t h = 0; h < d.n_units_of.size(); ++h) {
    const std::int32_t n = d.n_units_of[h];
    if (n < 2) continue;
    for (std::int32_t out = 0; out < n; ++out, ++r) {
      for (std::int32_t u = 0; u < n; ++u) factor(d, first[h] + u, r) = u == out ? 0.0 : static_cast<double>(n) / (n - 1.0);
      d.replicate_scale.push_back(d.free_share[h] * (n - 1.0) / n);
    }
  }
  return {};
}

inline Result<void> jack_two(Design& d, const std::vector<std::int32_t>& first) {
  const auto n_strata = static_cast<std::int64_t>(d.n_units_of.size());
  if (auto ok = room_for(d, n_strata); !ok) return ok;
  for (std::int64_t h = 0; h < n_strata; ++h) {
    const auto at = static_cast<std::size_t>(h);
    factor(d, first[at], h) = 0.0;
    factor(d, first[at] + 1, h) = 2.0;
    d.replicate_scale.push_back(d.free_share[at]);
  }
  return {};
}

inline Result<void> half_samples(Design& d, const std::vector<std::int32_t>& first, double k) {
  const auto n_strata = static_cast<int>(d.n_units_of.size());
  if (n_strata > 4094) return invalid("strata", "more than 4094 strata for half-samples");
  const auto signs = hadamard(n_strata + 1);
  const auto order = static_cast<std::int64_t>(std::llround(std::sqrt(static_cast<double>(signs.size()))));
  if (auto ok = room_for(d, order); !ok) return ok;
  for (std::int64_t r = 0; r < order; ++r)
    for (std::int64_t h = 0; h < n_strata; ++h) {
      const bool up = signs[static_cast<std::size_t>(r * order + h + 1)] > 0;
      // a finite population pulls the factors towards 1, so that each stratum's part shrinks by 1 - f
      const double away = (1.0 - k) * std::sqrt(d.free_share[static_cast<std::size_t>(h)]);
      factor(d, first[static_cast<std::size_t>(h)], r) = up ? 1.0 + away : 1.0 - away;
      factor(d, first[static_cast<std::size_t>(h)] + 1, r) = up ? 1.0 - away : 1.0 + away;
    }
  d.replicate_scale.assign(static_cast<std::size_t>(order), 1.0 / (static_cast<double>(order) * (1.0 - k) * (1.0 - k)));
  return {};
}

inline Result<void> bootstrap(Design& d, const std::vector<std::int32_t>& first, int n_replicates, std::uint64_t seed) {
  if (auto ok = room_for(d, n_replicates); !ok) return ok;
  std::vector<double> drawn;
  for (std::int64_t r = 0; r < n_replicates; ++r) {
    random::Stream stream(seed, random::purpose("survey.bootstrap"), static_cast<std::uint64_t>(r));
    for (std::size_t h = 0; h < d.n_units_of.size(); ++h) {
      const std::int32_t n = d.n_units_of[h];
      if (n < 2) continue;
      drawn.assign(static_cast<std::size_t>(n), 0.0);
      for (std::int32_t k = 0; k < n - 1; ++k) drawn[stream.below(static_cast<std::uint64_t>(n))] += 1.0;
      const double lambda = std::sqrt(d.free_share[h]);
      for (std::int32_t u = 0; u < n; ++u)
        factor(d, first[h] + u, r) = 1.0 - lambda + lambda * drawn[static_cast<std::size_t>(u)] * n / (n - 1.0);
    }
  }
  d.replicate_scale.assign(static_cast<std::size_t>(n_replicates), 1.0 / n_replicates);
  return {};
}

inline Result<Design> given(const DesignSpec& spec, Design d) {
  const auto n = static_cast<std::size_t>(spec.n_rows);
  if (spec.replicate_weights.empty() || spec.replicate_weights.size() % n != 0)
    return invalid("replicate_weights", "its length is no multiple of the number of rows");
  const std::size_t n_replicates = spec.replicate_weights.size() / n;
  if (n_replicates < 2 || n_replicates > 100000) return invalid("replicate_weights", "must have 2 ... 100000 columns");
  if (auto ok = check_weights("replicate_weights", spec.replicate_weights, static_cast<std::int64_t>(n_replicates)); !ok) return ok.error();
  if (auto ok = check_length("replicate_scales", spec.replicate_scales.size(), static_cast<std::int64_t>(n_replicates)); !ok)
    return ok.error();
  if (!(spec.scale > 0.0) || !std::isfinite(spec.scale)) return invalid("scale", "must be above 0");
  if (!(spec.degrees_of_freedom >= 0.0)) return invalid("degrees_of_freedom", "must be 0 or more");
  d.n_replicates = static_cast<int>(n_replicates);
  d.replicate_weights = spec.replicate_weights;
  d.replicate_scale.assign(n_replicates, spec.scale);
  for (std::size_t r = 0; r < spec.replicate_scales.size(); ++r) {
    if (!(spec.replicate_scales[r] >= 0.0) || !std::isfinite(spec.replicate_scales[r]))
      return invalid("replicate_scales", "must be 0 or more");
    d.replicate_scale[r] *= spec.replicate_scales[r];
  }
  d.degrees_of_freedom = spec.degrees_of_freedom > 0.0 ? spec.degrees_of_freedom : static_cast<double>(n_replicates);
  return d;
}

inline bool is_prime(int q) {
  if (q < 2) return false;
  for (int p = 2; p * p <= q; ++p)
    if (q % p == 0) return false;
  return true;
}

/// Paley's first construction for a prime q = 3 mod 4, first row and column made 1.
inline std::vector<std::int8_t> paley(int q) {
  std::vector<std::int8_t> residue(static_cast<std::size_t>(q), -1);
  residue[0] = 0;
  for (int x = 1; x < q; ++x) residue[static_cast<std::size_t>(static_cast<std::int64_t>(x) * x % q)] = 1;
  const int n = q + 1;
  std::vector<std::int8_t> out(static_cast<std::size_t>(n) * static_cast<std::size_t>(n), 1);
  for (int i = 1; i < n; ++i)
    for (int j = 1; j < n; ++j) {
      const std::int8_t s = residue[static_cast<std::size_t>((i - j + q) % q)];
      out[static_cast<std::size_t>(i) * static_cast<std::size_t>(n) + static_cast<std::size_t>(j)] =
          static_cast<std::int8_t>(i == j ? -1 : -s);
    }
  return out;
}

}  // namespace design_detail

std::vector<std::int8_t> hadamard(int at_least) {
  if (at_least < 1 || at_least > 4096) throw LogicError("celadon: survey::hadamard: order out of range");
  int best = 1;
  int core = 1;
  while (best < at_least) best *= 2;
  for (int q = 3; q < best; q += 4) {
    if (!design_detail::is_prime(q)) continue;
    int order = q + 1;
    while (order < at_least) order *= 2;
    if (order < best) {
      best = order;
      core = q + 1;
    }
  }
  std::vector<std::int8_t> out = core == 1 ? std::vector<std::int8_t>{1} : design_detail::paley(core - 1);
  for (int n = core; n < best; n *= 2) {
    std::vector<std::int8_t> twice(out.size() * 4);
    for (int i = 0; i < 2 * n; ++i)
      for (int j = 0; j < 2 * n; ++j) {
        const std::int8_t v = out[static_cast<std::size_t>(i % n) * static_cast<std::size_t>(n) + static_cast<std::size_t>(j % n)];
        twice[static_cast<std::size_t>(i) * static_cast<std::size_t>(2 * n) + static_cast<std::size_t>(j)] =
            i >= n && j >= n ? static_cast<std::int8_t>(-v) : v;
      }
    out = std::move(twice);
  }
  return out;
}

std::string_view method_name(Method method) {
  return design_detail::kMethodNames.at(static_cast<std::size_t>(method));
}

Result<Method> method_from_name(std::string_view name) {
  for (std::size_t m = 0; m < design_detail::kMethodNames.size(); ++m)
    if (design_detail::kMethodNames[m] == name) return static_cast<Method>(m);
  return design_detail::invalid("method", std::string(name));
}

Result<Design> make_design(const DesignSpec& spec) {
  using namespace design_detail;
  if (auto ok = check(spec); !ok) return ok.error();
  Design d;
  d.method = spec.method;
  d.n_rows = spec.n_rows;
  d.lonely = spec.lonely;
  d.weights.assign(spec.weights.begin(), spec.weights.end());
  if (d.weights.empty()) d.weights.assign(static_cast<std::size_t>(spec.n_rows), 1.0);
  if (spec.method == Method::kGiven) return given(spec, std::move(d));
  if (auto ok = number_units(spec, d); !ok) return ok.error();
  const auto first = first_units(d);
  std::vector<std::int32_t> row_of(d.stratum.size(), 0);
  for (std::size_t i = d.unit.size(); i-- > 0;)
    if (d.unit[i] >= 0) row_of[static_cast<std::size_t>(d.unit[i])] = static_cast<std::int32_t>(i);
  if (auto ok = check_strata(spec, first, row_of, d); !ok) return ok.error();
  d.degrees_of_freedom = static_cast<double>(d.n_units()) - static_cast<double>(d.n_units_of.size());
  Result<void> made;
  switch (d.method) {
    case Method::kJk1:
    case Method::kJkn:
      made = leave_one_out(d, first);
      break;
    case Method::kJk2:
      made = jack_two(d, first);
      break;
    case Method::kBrr:
      made = half_samples(d, first, 0.0);
      break;
    case Method::kFay:
      made = half_samples(d, first, spec.fay_coefficient);
      break;
    case Method::kBootstrap:
      made = bootstrap(d, first, spec.n_bootstrap, spec.seed);
      break;
    case Method::kLinearised:
    case Method::kGiven:
      break;
  }
  if (!made) return made.error();
  return d;
}

}  // namespace celadon::inline CELADON_ABI::survey
