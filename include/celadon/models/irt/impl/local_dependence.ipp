#pragma once

#include <celadon/models/irt/impl/residuals.hpp>
#include <celadon/models/irt/local_dependence.hpp>

#include <limits>

namespace celadon::inline CELADON_ABI::irt {

namespace local_dependence_detail {

/// Sums over the persons who answered both items.
struct PairSums {
  double n = 0.0;
  double x = 0.0;
  double y = 0.0;
  double xx = 0.0;
  double yy = 0.0;
  double xy = 0.0;

  void add(const PairSums& o) {
    n += o.n;
    x += o.x;
    y += o.y;
    xx += o.xx;
    yy += o.yy;
    xy += o.xy;
  }
  [[nodiscard]] double correlation() const {
    const double sx = xx - x * x / n;
    const double sy = yy - y * y / n;
    // residuals that agree to the last digits are constant: their variance is rounding
    if (n < 3.0 || !(sx > 1e-12 * xx) || !(sy > 1e-12 * yy)) return std::numeric_limits<double>::quiet_NaN();
    return (xy - x * y / n) / math::sqrt(sx * sy);
  }
};

struct Worker {
  std::vector<double> residual;  ///< items x rows
  std::vector<double> present;   ///< 1 or 0
  std::vector<PairSums> sums;
};

}  // namespace local_dependence_detail

Result<LocalDependence> local_dependence(const Model& model, const Responses& responses, const ScoreOptions& options,
                                         const ExecutionContext& context) {
  if (model.items.size() < 2) return make_error(Code::kNoItems);
  auto made = residual_detail::basis(model, responses, options, context);
  if (!made) return made.error();
  const residual_detail::Basis& basis = *made;
  const std::size_t n_items = model.items.size();
  std::vector<local_dependence_detail::PairSums> total(n_items * (n_items - 1) / 2);
  const int n_workers = worker_count(responses.n_blocks(), context);
  std::vector<local_dependence_detail::Worker> workers(static_cast<std::size_t>(n_workers));

  const auto work = [&](std::int64_t block, int worker) {
    auto& w = workers[static_cast<std::size_t>(worker)];
    const auto rows = static_cast<std::size_t>(responses.rows(block));
    w.residual.assign(n_items * rows, 0.0);
    w.present.assign(n_items * rows, 0.0);
    w.sums.assign(total.size(), {});
    residual_detail::for_each_answer(model, responses, basis, block,
                                     [&](std::int64_t row, std::size_t item, int category, std::span<const double> p) {
                                       const std::size_t at = item * rows + static_cast<std::size_t>(row);
                                       w.residual[at] = static_cast<double>(category) - residual_detail::moments(p).mean;
                                       w.present[at] = 1.0;
                                     });
    std::size_t pair = 0;
    for (std::size_t a = 0; a < n_items; ++a)
      for (std::size_t b = a + 1; b < n_items; ++b, ++pair) {
        local_dependence_detail::PairSums s;
        for (std::size_t i = 0; i < rows; ++i) {
          const double both = w.present[a * rows + i] * w.present[b * rows + i];
          const double x = w.residual[a * rows + i] * both;
          const double y = w.residual[b * rows + i] * both;
          s.n += both;
          s.x += x;
          s.y += y;
          s.xx += x * x;
          s.yy += y * y;
          s.xy += x * y;
        }
        w.sums[pair] = s;
      }
  };
  const auto merge = [&](std::int64_t, int worker) {
    const auto& w = workers[static_cast<std::size_t>(worker)];
    for (std::size_t p = 0; p < total.size(); ++p) total[p].add(w.sums[p]);
  };
  if (auto done = run_blocks(responses.n_blocks(), n_workers, context, work, merge); !done) return done.error();

  LocalDependence out;
  for (const ItemParameters& item : model.items) out.items.push_back(item.id);
  out.q3.assign(n_items * n_items, 1.0);
  out.findings = basis.scores.findings;
  std::size_t pair = 0;
  double n_pairs = 0.0;
  for (std::size_t a = 0; a < n_items; ++a)
    for (std::size_t b = a + 1; b < n_items; ++b, ++pair) {
      const double r = total[pair].correlation();
      out.q3[a * n_items + b] = out.q3[b * n_items + a] = r;
      if (r != r) continue;
      out.mean_q3 += r;
      n_pairs += 1.0;
    }
  out.mean_q3 = n_pairs > 0.0 ? out.mean_q3 / n_pairs : std::numeric_limits<double>::quiet_NaN();
  return out;
}

Table LocalDependence::table() const {
  std::vector<std::string> first;
  std::vector<std::string> second;
  std::vector<double> value;
  std::vector<double> adjusted;
  for (std::size_t a = 0; a < items.size(); ++a)
    for (std::size_t b = a + 1; b < items.size(); ++b) {
      first.push_back(items[a]);
      second.push_back(items[b]);
      value.push_back(at(a, b));
      adjusted.push_back(at(a, b) - mean_q3);
    }
  Table out("local_dependence");
  out.add("item_1", std::move(first)).add("item_2", std::move(second)).add("q3", std::move(value));
  out.add("q3_adjusted", std::move(adjusted));
  return out;
}

}  // namespace celadon::inline CELADON_ABI::irt
