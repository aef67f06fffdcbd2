/// One run of the many: from a row of uniform numbers to the index of every unit.
#pragma once

#include <celadon/core/parallel.hpp>
#include <celadon/core/random.hpp>
#include <celadon/models/composite/impl/construction_detail.hpp>
#include <celadon/models/composite/uncertainty.hpp>

#include <array>
#include <optional>

namespace celadon::inline CELADON_ABI::composite::uncertainty_detail {

using columns_detail::at;
using columns_detail::invalid;

inline std::int64_t alternatives(const Factor& f) {
  switch (f.choice) {
    case Choice::kImputation:
      return static_cast<std::int64_t>(f.imputations.size());
    case Choice::kTreatment:
      return static_cast<std::int64_t>(f.treatments.size());
    case Choice::kNormalisation:
      return static_cast<std::int64_t>(f.normalisations.size());
    case Choice::kWeights:
      return static_cast<std::int64_t>(f.weight_sets.size());
    case Choice::kAggregation:
      return static_cast<std::int64_t>(f.aggregations.size());
    case Choice::kInclusion:
      return static_cast<std::int64_t>(f.excluded.size());
    case Choice::kWeightNoise:
    case Choice::kDataError:
      return 1;
  }
  return 0;
}

inline Result<void> check(const Measures& m, std::span<const Factor> factors) {
  if (factors.empty()) return invalid("factors", "none");
  std::array<int, 8> seen{};
  for (const Factor& f : factors) {
    if (alternatives(f) < 1) return invalid("factors", "no alternatives: " + f.name);
    const bool several = f.choice == Choice::kWeightNoise || f.choice == Choice::kInclusion;
    if (++seen[static_cast<std::size_t>(f.choice)] > 1 && !several) return invalid("factors", "one choice twice: " + f.name);
    for (const auto& w : f.weight_sets)
      if (f.choice == Choice::kWeights)
        if (auto ok = effective_weights(m.tree, w); !ok) return ok.error();
    if (f.choice == Choice::kWeightNoise) {
      if (f.noise.empty()) return invalid("noise", "none: " + f.name);
      for (const double share : f.noise)
        if (!(share >= 0.0 && share < 1.0)) return invalid("noise", "outside [0, 1)");
    }
    if (f.choice == Choice::kAggregation)
      for (const auto& a : f.aggregations)
        if (auto ok = aggregate_detail::check(a); !ok) return ok.error();
    if (f.choice == Choice::kInclusion)
      for (const std::string& code : f.excluded)
        if (!code.empty() && (m.tree.find(code) < 0 || m.tree.find(code) == m.tree.root()))
          return make_error(Code::kUnknownNode, {}, {{"node", code}});
    if (f.choice == Choice::kDataError && m.standard_errors.empty()) return invalid("standard_errors", "none given");
  }
  return {};
}

/// Takes a node out by a weight of 0, and its parent where no sibling is left.
inline void exclude(const Tree& tree, std::int64_t node, std::vector<double>& weights) {
  while (node >= 0) {
    weights[at(node)] = 0.0;
    node = tree.parent(node);
    if (node < 0) return;
    for (const std::int64_t c : tree.children(node))
      if (weights[at(c)] > 0.0) return;
  }
}

struct Worker {
  std::vector<double> columns;
  std::vector<double> weights;
  aggregate_detail::Scratch scratch;
};

/// All that the runs share: read only once `prepare` has ended.
class Runner {
 public:
  Runner(const Measures& m, const Construction& nominal, std::span<const Factor> factors, std::uint64_t seed)
      : m_(m), nominal_(nominal), factors_(factors), seed_(seed) {}

  Result<void> prepare(const ExecutionContext& context) {
    if (auto ok = aggregate_detail::check(nominal_.aggregation); !ok) return ok.error();
    auto base = construction_detail::prepare(m_, nominal_);
    if (!base) return base.error();
    base_ = std::move(*base);
    n_ = static_cast<std::int64_t>(base_.rows.size());
    auto weights = aggregate_detail::node_weights(m_.tree, nominal_.weights);
    if (!weights) return weights.error();
    nominal_weights_ = std::move(*weights);
    for (std::size_t f = 0; f < factors_.size(); ++f) {
      const auto kind = static_cast<std::size_t>(factors_[f].choice);
      if (kind < 3) of_step_[kind] = static_cast<int>(f);
      if (factors_[f].choice == Choice::kDataError) data_error_ = static_cast<int>(f);
    }
    std::int64_t combinations = 1;
    for (std::size_t step = 0; step < 3; ++step) {
      if (of_step_[step] < 0) continue;
      combinations = std::min<std::int64_t>(kMostKept + 1, combinations * alternatives(factors_[at(of_step_[step])]));
    }
    if (data_error_ >= 0 || combinations > kMostKept) return {};
    kept_.resize(at(combinations));
    return run_blocks(combinations, worker_count(combinations, context), context, [&](std::int64_t block, int) {
      std::array<std::int64_t, 3> pick{};
      std::int64_t rest = block;
      for (std::size_t step = 0; step < 3; ++step) {
        const std::int64_t m = of_step_[step] < 0 ? 1 : alternatives(factors_[at(of_step_[step])]);
        pick[step] = rest % m;
        rest /= m;
      }
      kept_[at(block)] = normalised(pick, base_.denominated);
    });
  }

  [[nodiscard]] std::int64_t n_units() const { return n_; }
  [[nodiscard]] const construction_detail::Prepared& base() const { return base_; }

  /// Scores of all units at the row u of the design; all NaN when the choices do not go together.
  void run(const double* u, Worker& w, double* out) const {
    std::fill(out, out + n_, kMissing);
    std::array<std::int64_t, 3> pick{};
    w.weights = nominal_weights_;
    const AggregateOptions* aggregation = &nominal_.aggregation;
    for (std::size_t f = 0; f < factors_.size(); ++f) {
      const Factor& factor = factors_[f];
      const std::int64_t m = alternatives(factor);
      const auto which = std::min(m - 1, static_cast<std::int64_t>(u[f] * static_cast<double>(m)));
      if (factor.choice == Choice::kWeights) w.weights = factor.weight_sets[at(which)];
      if (factor.choice == Choice::kAggregation) aggregation = &factor.aggregations[at(which)];
      const auto kind = static_cast<std::size_t>(factor.choice);
      if (kind < 3) pick[kind] = which;
    }
    for (std::size_t f = 0; f < factors_.size(); ++f)
      if (factors_[f].choice == Choice::kWeightNoise) add_noise(f, u[f], w.weights);
    for (std::size_t f = 0; f < factors_.size(); ++f) {
      const Factor& factor = factors_[f];
      if (factor.choice != Choice::kInclusion) continue;
      const auto m = alternatives(factor);
      const auto& code = factor.excluded[at(std::min(m - 1, static_cast<std::int64_t>(u[f] * static_cast<double>(m))))];
      if (!code.empty()) exclude(m_.tree, m_.tree.find(code), w.weights);
    }
    w.columns.resize(at(m_.tree.n_nodes()) * at(n_));
    if (!kept_.empty()) {
      std::int64_t place = 0;
      for (std::size_t step = 3; step-- > 0;)
        place = place * (of_step_[step] < 0 ? 1 : alternatives(factors_[at(of_step_[step])])) + pick[step];
      if (!kept_[at(place)]) return;
      std::copy(kept_[at(place)]->begin(), kept_[at(place)]->end(), w.columns.begin());
    } else {
      const auto made = normalised(pick, data_error_ < 0 ? base_.denominated : disturbed(u[at(data_error_)]));
      if (!made) return;
      std::copy(made->begin(), made->end(), w.columns.begin());
    }
    if (aggregate_detail::run(m_.tree, *aggregation, w.weights.data(), at(n_), w.columns.data(), w.scratch)) return;
    const double* root = w.columns.data() + at(m_.tree.root()) * at(n_);
    std::copy(root, root + n_, out);
  }

 private:
  static constexpr std::int64_t kMostKept = 512;

  /// The stream that belongs to a value of u: u has 52 bits, and so has its place.
  [[nodiscard]] random::Stream stream(const char* purpose, std::size_t factor, double u) const {
    const auto place = static_cast<std::uint64_t>(u * 4503599627370496.0);
    return random::Stream(seed_, random::purpose(purpose) + static_cast<std::uint32_t>(factor), place);
  }

  void add_noise(std::size_t f, double u, std::vector<double>& weights) const {
    auto s = stream("composite.weight_noise", f, u);
    const auto& noise = factors_[f].noise;
    for (std::size_t k = 0; k < weights.size(); ++k) {
      const auto level = static_cast<std::size_t>(m_.tree.nodes()[k].level);
      if (level > noise.size() || noise[level - 1] == 0.0) continue;
      weights[k] *= 1.0 + noise[level - 1] * s.uniform(-1.0, 1.0);
    }
  }

  [[nodiscard]] Matrix disturbed(double u) const {
    auto s = stream("composite.data_error", at(data_error_), u);
    Matrix values = m_.values;
    for (std::size_t c = 0; c < values.values.size(); ++c) {
      const double se = m_.standard_errors.values[c];
      if (se > 0.0) values.values[c] += se * s.normal();
    }
    if (nominal_.denominate) {
      auto d = denominate(values, m_.tree, m_.denominators, m_.denominator_codes);
      values = std::move(d.value().values);
    }
    return construction_detail::rows_of(values, base_.rows);
  }

  [[nodiscard]] std::optional<std::vector<double>> normalised(const std::array<std::int64_t, 3>& pick, const Matrix& values) const {
    const Imputation imputation = of_step_[0] < 0 ? nominal_.imputation : factors_[at(of_step_[0])].imputations[at(pick[0])];
    std::span<const TreatOptions> treatment = nominal_.treatment;
    if (of_step_[1] >= 0) treatment = std::span(&factors_[at(of_step_[1])].treatments[at(pick[1])], 1);
    std::span<const NormaliseOptions> normalisation = nominal_.normalisation;
    if (of_step_[2] >= 0) normalisation = std::span(&factors_[at(of_step_[2])].normalisations[at(pick[2])], 1);
    const auto made = construction_detail::normal(m_.tree, values, base_.groups, imputation, treatment, normalisation);
    if (!made) return std::nullopt;
    return aggregate_detail::to_columns(made->normalised, m_.tree.n_indicators());
  }

  const Measures& m_;
  const Construction& nominal_;
  std::span<const Factor> factors_;
  std::uint64_t seed_;
  construction_detail::Prepared base_;
  std::vector<double> nominal_weights_;
  std::array<int, 3> of_step_ = {-1, -1, -1};
  int data_error_ = -1;
  std::int64_t n_ = 0;
  std::vector<std::optional<std::vector<double>>> kept_;
};

inline constexpr std::int64_t kRunsOfBlock = 16;

/// Scores and ranks of every row of the design. Each run stands on its own, so that the order of work does not matter.
inline Result<void> run_all(const Runner& runner, const Matrix& design, Matrix& scores, Matrix& ranks_out,
                            const ExecutionContext& context) {
  const std::int64_t n = runner.n_units();
  scores = Matrix(design.n_rows, n);
  ranks_out = Matrix(design.n_rows, n);
  const std::int64_t blocks = (design.n_rows + kRunsOfBlock - 1) / kRunsOfBlock;
  const int workers = worker_count(blocks, context);
  std::vector<Worker> scratch(at(workers));
  std::vector<std::vector<columns_detail::Placed>> orders(at(workers));
  return run_blocks(blocks, workers, context, [&](std::int64_t block, int worker) {
    const std::int64_t end = std::min(design.n_rows, (block + 1) * kRunsOfBlock);
    std::vector<double> negated(at(n));
    for (std::int64_t r = block * kRunsOfBlock; r < end; ++r) {
      double* out = scores.values.data() + r * n;
      runner.run(design.values.data() + r * design.n_columns, scratch[at(worker)], out);
      for (std::int64_t i = 0; i < n; ++i) negated[at(i)] = -out[i];
      columns_detail::ascending_ranks(negated.data(), at(n), columns_detail::Ties::kLowest, ranks_out.values.data() + r * n,
                                      orders[at(worker)]);
    }
  });
}

}  // namespace celadon::inline CELADON_ABI::composite::uncertainty_detail
