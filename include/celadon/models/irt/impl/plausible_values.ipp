#pragma once

#include <celadon/core/math.hpp>
#include <celadon/core/parallel.hpp>
#include <celadon/core/random.hpp>
#include <celadon/models/irt/impl/latent_regression.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace celadon::inline CELADON_ABI::irt {

namespace plausible_values_detail {

using latent_regression_detail::Persons;

/// A gamma deviate of shape >= 1/2 and scale 1: Marsaglia & Tsang (2000), doi:10.1145/358407.358414; shapes below 1 by one more uniform.
inline double gamma_deviate(random::Stream& stream, double shape) {
  double boost = 1.0;
  if (shape < 1.0) {
    boost = math::exp(math::log(stream.uniform()) / shape);
    shape += 1.0;
  }
  const double d = shape - 1.0 / 3.0;
  const double c = 1.0 / std::sqrt(9.0 * d);
  for (;;) {
    const double z = stream.normal();
    const double root = 1.0 + c * z;
    if (root <= 0.0) continue;
    const double v = root * root * root;
    if (math::log(stream.uniform()) < 0.5 * z * z + d - d * v + d * math::log(v)) return boost * d * v;
  }
}

/// Everything that is drawn, and what the persons' draws are summed to. Weights are scaled to sum to the persons used.
struct Sampler {
  const Persons& persons;
  const PlausibleValueOptions& options;
  std::size_t n_schools = 0;
  double scale = 1.0;
  std::vector<double> b;
  double variance = 1.0;
  std::vector<double> effect;  ///< by school
  double effect_variance = 0.0;
  std::vector<double> school_weight;
  std::vector<double> school_x;      ///< [school][k]: sums of w x
  double theta_squares = 0.0;        ///< sum w theta^2
  std::vector<double> theta_x;       ///< sums of w x theta
  std::vector<double> theta_school;  ///< sums of w theta
  std::vector<double> theta;

  Sampler(const Persons& p, const PlausibleValueOptions& o, const LatentRegression& start)
      : persons(p), options(o), b(start.coefficients), variance(start.residual_variance) {
    scale = static_cast<double>(p.n_used) / p.total_weight;
    theta.assign(p.used.size(), std::numeric_limits<double>::quiet_NaN());
    if (o.school.empty()) return;
    n_schools = static_cast<std::size_t>(*std::max_element(o.school.begin(), o.school.end())) + 1;
    effect.assign(n_schools, 0.0);
    effect_variance = 0.2 * variance;
    variance *= 0.8;
    school_weight.assign(n_schools, 0.0);
    school_x.assign(n_schools * p.k, 0.0);
    for (std::size_t i = 0; i < p.used.size(); ++i) {
      if (p.used[i] == 0) continue;
      const auto person = static_cast<std::int64_t>(i);
      const auto s = static_cast<std::size_t>(o.school[i]);
      const double w = scale * p.weight(person);
      school_weight[s] += w;
      for (std::size_t j = 0; j < p.k; ++j) school_x[s * p.k + j] += w * p.covariate(person, j);
    }
  }

  [[nodiscard]] double mean_of(std::int64_t person) const {
    const double fixed = persons.predicted(person, b);
    return n_schools == 0 ? fixed : fixed + effect[static_cast<std::size_t>(options.school[static_cast<std::size_t>(person)])];
  }

  /// A draw between the nodes; `weight` is likelihood x density at the nodes.
  [[nodiscard]] double draw(const std::vector<double>& weight, random::Stream& stream) const {
    const Posteriors::State& s = persons.posteriors.state();
    const auto n = static_cast<std::size_t>(s.n_nodes);
    const double step = s.nodes[1] - s.nodes[0];
    const auto share = [&](std::size_t q) {  // integral over the cell, times 24
      return 22.0 * weight[q] + (q > 0 ? weight[q - 1] : 0.0) + (q + 1 < n ? weight[q + 1] : 0.0);
    };
    double total = 0.0;
    for (std::size_t q = 0; q < n; ++q) total += share(q);
    double left = stream.uniform() * total;
    std::size_t q = 0;
    while (q + 1 < n && left >= share(q)) left -= share(q++);
    const double v = std::clamp(left / share(q), 0.0, 1.0);
    double slope = 0.0;
    if (q > 0 && q + 1 < n && weight[q - 1] > 0.0 && weight[q + 1] > 0.0) slope = 0.5 * math::log(weight[q + 1] / weight[q - 1]);
    const double within = std::fabs(slope) < 1e-6 ? v : math::log(1.0 + (math::exp(slope) - 1.0) * v) / slope;
    return s.nodes[q] + step * (within - 0.5);
  }

  Result<void> draw_persons(int sweep, const ExecutionContext& context) {
    const Posteriors::State& s = persons.posteriors.state();
    const std::size_t k = persons.k;
    struct Worker {
      posterior_detail::Scratch scratch;
      std::vector<double> weight, sums;
    };
    const std::int64_t n_blocks = s.responses.n_blocks();
    const int workers = worker_count(n_blocks, context);
    std::vector<Worker> all(static_cast<std::size_t>(workers));
    theta_x.assign(k, 0.0);
    theta_school.assign(n_schools, 0.0);
    theta_squares = 0.0;
    return run_blocks(
        n_blocks, workers, context,
        [&](std::int64_t block, int w) {
          Worker& mine = all[static_cast<std::size_t>(w)];
          mine.weight.resize(static_cast<std::size_t>(s.stride));
          mine.sums.assign(1 + k + n_schools, 0.0);
          random::Stream stream(options.seed, random::purpose("irt.plausible_values"),
                                static_cast<std::uint64_t>(sweep) << 32 | static_cast<std::uint64_t>(block));
          posterior_detail::block_likelihood(s, block, mine.scratch);
          for (std::int64_t i = 0; i < s.responses.rows(block); ++i) {
            const std::int64_t person = block * kBlockRows + i;
            const auto at = static_cast<std::size_t>(person);
            if (persons.used[at] == 0) continue;
            double moments[4];
            latent_regression_detail::weigh(persons, mine.scratch.likelihood.data() + i * s.stride, mean_of(person), variance,
                                            mine.weight.data(), moments);
            const double x = draw(mine.weight, stream);
            theta[at] = x;
            const double wx = scale * persons.weight(person) * x;
            mine.sums[0] += wx * x;
            for (std::size_t j = 0; j < k; ++j) mine.sums[1 + j] += wx * persons.covariate(person, j);
            if (n_schools > 0) mine.sums[1 + k + static_cast<std::size_t>(options.school[at])] += wx;
          }
        },
        [&](std::int64_t, int w) {
          const auto& sums = all[static_cast<std::size_t>(w)].sums;
          theta_squares += sums[0];
          for (std::size_t j = 0; j < k; ++j) theta_x[j] += sums[1 + j];
          for (std::size_t j = 0; j < n_schools; ++j) theta_school[j] += sums[1 + k + j];
        });
  }

  void draw_parameters(int sweep) {
    const std::size_t k = persons.k;
    random::Stream stream(options.seed, random::purpose("irt.plausible_values.parameters"), static_cast<std::uint64_t>(sweep));
    double effect_squares = 0.0;
    for (std::size_t s = 0; s < n_schools; ++s) {
      double residual = theta_school[s];
      for (std::size_t j = 0; j < k; ++j) residual -= b[j] * school_x[s * k + j];
      const double precision = school_weight[s] / variance + 1.0 / effect_variance;
      effect[s] = residual / variance / precision + stream.normal() / std::sqrt(precision);
      effect_squares += effect[s] * effect[s];
    }
    if (n_schools > 0)
      effect_variance = std::max(1e-6, 0.5 * effect_squares / gamma_deviate(stream, 0.5 * (static_cast<double>(n_schools) - 1.0)));
    // coefficients given the effects: persons' draws less their school's
    std::vector<double> mean = theta_x;
    double squares = theta_squares;
    for (std::size_t s = 0; s < n_schools; ++s) {
      squares += effect[s] * (effect[s] * school_weight[s] - 2.0 * theta_school[s]);
      for (std::size_t j = 0; j < k; ++j) mean[j] -= effect[s] * school_x[s * k + j];
    }
    const std::vector<double> about = mean;
    for (double& m : mean) m /= scale;  // the factor is that of the weights as they came
    latent_regression_detail::solve(persons, mean.data());
    std::vector<double> noise(k);
    for (double& z : noise) z = stream.normal() * std::sqrt(variance / scale);
    for (std::size_t i = k; i-- > 0;) {  // L' x = z
      for (std::size_t c = i + 1; c < k; ++c) noise[i] -= persons.factor[c * k + i] * noise[c];
      noise[i] /= persons.factor[i * k + i];
    }
    double left = squares;
    for (std::size_t j = 0; j < k; ++j) {
      b[j] = mean[j] + noise[j];
      left -= 2.0 * b[j] * about[j];
    }
    for (std::size_t i = 0; i < k; ++i)
      for (std::size_t j = 0; j < k; ++j) left += scale * b[i] * b[j] * persons.cross[i * k + j];
    variance = std::max(1e-6, 0.5 * left / gamma_deviate(stream, 0.5 * static_cast<double>(persons.n_used)));
  }
};

inline Error invalid(const char* name, const char* detail) {
  return make_error(Code::kInvalidArgument, {}, {{"name", name}, {"detail", detail}});
}

inline Result<void> check(const Responses& responses, const PlausibleValueOptions& o) {
  if (o.n_draws < 1 || o.n_draws > 1000) return invalid("n_draws", "must be in 1 ... 1000");
  if (o.burn_in < 0) return invalid("burn_in", "must be 0 or more");
  if (o.thin < 1) return invalid("thin", "must be 1 or more");
  if (o.school.empty()) return {};
  if (static_cast<std::int64_t>(o.school.size()) != responses.n_persons())
    return make_error(
        Code::kLengthMismatch, {},
        {{"name", "school"}, {"actual", std::to_string(o.school.size())}, {"expected", std::to_string(responses.n_persons())}});
  const auto [low, high] = std::minmax_element(o.school.begin(), o.school.end());
  if (*low < 0) return invalid("school", "a number is below 0");
  if (*high < 4) return invalid("school", "there are fewer than 5");
  return {};
}

}  // namespace plausible_values_detail

Result<PlausibleValues> plausible_values(const Model& model, const Responses& responses, const PlausibleValueOptions& options,
                                         const ExecutionContext& context) {
  using namespace plausible_values_detail;
  if (auto ok = check(responses, options); !ok) return ok.error();
  auto persons = latent_regression_detail::read(model, responses, options.regression, context);
  if (!persons) return persons.error();
  auto regression = latent_regression_detail::estimate(*persons, context);
  if (!regression) return regression.error();
  PlausibleValues out;
  out.n_persons = responses.n_persons();
  out.n_draws = options.n_draws;
  out.regression = *regression;
  Sampler sampler(*persons, options, *regression);
  const bool gibbs = options.draw_parameters || !options.school.empty();
  int sweep = 0;
  for (int draw = 0; draw < options.n_draws; ++draw) {
    const int sweeps = !gibbs ? 1 : (draw == 0 ? options.burn_in + 1 : options.thin);
    for (int s = 0; s < sweeps; ++s, ++sweep) {
      if (auto ok = sampler.draw_persons(sweep, context); !ok) return ok.error();
      // the set keeps the parameters that it was drawn with
      if (gibbs && s + 1 < sweeps) sampler.draw_parameters(sweep);
    }
    out.values.insert(out.values.end(), sampler.theta.begin(), sampler.theta.end());
    out.residual_variance.push_back(sampler.variance);
    if (!options.school.empty()) out.school_variance.push_back(sampler.effect_variance);
    if (gibbs) sampler.draw_parameters(sweep - 1);
  }
  return out;
}

}  // namespace celadon::inline CELADON_ABI::irt
