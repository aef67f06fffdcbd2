#pragma once

#include <celadon/models/irt/impl/residuals.hpp>
#include <celadon/models/irt/item_fit.hpp>

#include <limits>

namespace celadon::inline CELADON_ABI::irt {

Result<ItemMeanSquares> item_mean_squares(const Model& model, const Responses& responses, const ScoreOptions& options,
                                          const ExecutionContext& context) {
  auto made = residual_detail::basis(model, responses, options, context);
  if (!made) return made.error();
  const residual_detail::Basis& basis = *made;
  std::vector<residual_detail::FitSums> total(model.items.size());
  const int n_workers = worker_count(responses.n_blocks(), context);
  std::vector<std::vector<residual_detail::FitSums>> scratch(static_cast<std::size_t>(n_workers));
  const auto work = [&](std::int64_t block, int worker) {
    auto& sums = scratch[static_cast<std::size_t>(worker)];
    sums.assign(model.items.size(), {});
    residual_detail::for_each_answer(model, responses, basis, block,
                                     [&](std::int64_t, std::size_t item, int category, std::span<const double> p) {
                                       sums[item].add(static_cast<double>(category), residual_detail::moments(p));
                                     });
  };
  const auto merge = [&](std::int64_t, int worker) {
    for (std::size_t j = 0; j < total.size(); ++j) total[j].add(scratch[static_cast<std::size_t>(worker)][j]);
  };
  if (auto done = run_blocks(responses.n_blocks(), n_workers, context, work, merge); !done) return done.error();

  ItemMeanSquares out;
  out.n_persons = basis.scores.n_scored;
  out.findings = basis.scores.findings;
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  for (std::size_t j = 0; j < total.size(); ++j) {
    MeanSquares m{.item = model.items[j].id, .outfit = kNone, .outfit_z = kNone, .infit = kNone, .infit_z = kNone};
    if (total[j].n > 0.0) {
      const residual_detail::Fit fit = residual_detail::fit_of(total[j]);
      m.outfit = fit.outfit;
      m.outfit_z = fit.outfit_z;
      m.infit = fit.infit;
      m.infit_z = fit.infit_z;
      m.n = static_cast<std::int64_t>(total[j].n);
    }
    out.items.push_back(std::move(m));
  }
  return out;
}

Table ItemMeanSquares::table() const {
  std::vector<std::string> item;
  std::vector<double> outfit;
  std::vector<double> outfit_z;
  std::vector<double> infit;
  std::vector<double> infit_z;
  std::vector<std::int64_t> n;
  for (const MeanSquares& m : items) {
    item.push_back(m.item);
    outfit.push_back(m.outfit);
    outfit_z.push_back(m.outfit_z);
    infit.push_back(m.infit);
    infit_z.push_back(m.infit_z);
    n.push_back(m.n);
  }
  Table out("item_mean_squares");
  out.add("item", std::move(item)).add("outfit", std::move(outfit)).add("outfit_z", std::move(outfit_z));
  out.add("infit", std::move(infit)).add("infit_z", std::move(infit_z)).add("n", std::move(n));
  return out;
}

}  // namespace celadon::inline CELADON_ABI::irt
