#pragma once

#include <celadon/models/irt/impl/residuals.hpp>
#include <celadon/models/irt/person_fit.hpp>

#include <limits>

namespace celadon::inline CELADON_ABI::irt {

namespace person_fit_detail {

/// Log likelihood with its mean and variance under the model.
struct Surprise {
  double observed = 0.0;
  double expected = 0.0;
  double variance = 0.0;

  void add(std::span<const double> p, int category) {
    double mean = 0.0;
    double square = 0.0;
    for (const double v : p) {
      const double l = math::log(v);
      mean += v * l;
      square += v * l * l;
    }
    observed += math::log(p[static_cast<std::size_t>(category)]);
    expected += mean;
    variance += std::max(square - mean * mean, 0.0);
  }
  [[nodiscard]] double standardised() const {
    return variance > 0.0 ? (observed - expected) / math::sqrt(variance) : std::numeric_limits<double>::quiet_NaN();
  }
};

struct Sums {
  residual_detail::FitSums fit;
  Surprise all;
  Surprise dichotomous;
};

}  // namespace person_fit_detail

Result<PersonFit> person_fit(const Model& model, const Responses& responses, const ScoreOptions& options, const ExecutionContext& context) {
  auto made = residual_detail::basis(model, responses, options, context);
  if (!made) return made.error();
  const residual_detail::Basis& basis = *made;
  const auto n = static_cast<std::size_t>(responses.n_persons());
  const std::vector<double> empty(n, std::numeric_limits<double>::quiet_NaN());
  PersonFit out;
  out.ability = basis.scores.ability;
  out.n_answered = basis.scores.n_answered;
  out.zh = out.lz = out.outfit = out.outfit_z = out.infit = out.infit_z = empty;
  out.n_used = basis.scores.n_scored;
  out.findings = basis.scores.findings;
  for (std::size_t i = 0; i < n; ++i)
    if (basis.scores.status[i] != ScoreStatus::kScored) out.ability[i] = std::numeric_limits<double>::quiet_NaN();

  const int n_workers = worker_count(responses.n_blocks(), context);
  std::vector<std::vector<person_fit_detail::Sums>> scratch(static_cast<std::size_t>(n_workers));
  const auto work = [&](std::int64_t block, int worker) {
    auto& sums = scratch[static_cast<std::size_t>(worker)];
    sums.assign(static_cast<std::size_t>(responses.rows(block)), {});
    residual_detail::for_each_answer(model, responses, basis, block,
                                     [&](std::int64_t row, std::size_t item, int category, std::span<const double> p) {
                                       auto& s = sums[static_cast<std::size_t>(row)];
                                       s.fit.add(static_cast<double>(category), residual_detail::moments(p));
                                       s.all.add(p, category);
                                       if (is_dichotomous(model.items[item].model)) s.dichotomous.add(p, category);
                                     });
    for (std::size_t i = 0; i < sums.size(); ++i) {
      const auto& s = sums[i];
      if (!(s.fit.n > 0.0)) continue;
      const std::size_t row = static_cast<std::size_t>(block * kBlockRows) + i;
      const residual_detail::Fit fit = residual_detail::fit_of(s.fit);
      out.outfit[row] = fit.outfit;
      out.outfit_z[row] = fit.outfit_z;
      out.infit[row] = fit.infit;
      out.infit_z[row] = fit.infit_z;
      out.zh[row] = s.all.standardised();
      out.lz[row] = s.dichotomous.standardised();
    }
  };
  if (auto done = run_blocks(responses.n_blocks(), n_workers, context, work); !done) return done.error();
  return out;
}

Table PersonFit::table() const {
  Table out("person_fit");
  out.add("ability", ability).add("zh", zh).add("lz", lz).add("outfit", outfit).add("outfit_z", outfit_z).add("infit", infit);
  out.add("infit_z", infit_z).add("n_answered", std::vector<std::int64_t>(n_answered.begin(), n_answered.end()));
  return out;
}

}  // namespace celadon::inline CELADON_ABI::irt
