/// What the standard errors of a calibration are made of: the cells of items and classes, and one pass over the persons. For errors.ipp.
#pragma once

#include <celadon/core/math.hpp>
#include <celadon/core/parallel.hpp>
#include <celadon/models/cdm/impl/errors.hpp>
#include <celadon/models/cdm/impl/structure_step.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace celadon::inline CELADON_ABI::cdm::fit_detail {

namespace errors_detail {

inline constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
/// A probability with less than so many right or wrong answers stands on its bound; a class with less persons is empty.
inline constexpr double kFew = 0.05;

/// Where the answers of an item depend on the class: two sides (DINA, DINO) or every group, on the scale where the rule is linear.
struct Cells {
  std::size_t first = 0;  ///< of all cells
  std::size_t n = 0;
  std::vector<std::uint32_t> of_group;  ///< cell of each group
  std::vector<double> probability;
  std::vector<double> slope;  ///< dP by the linear scale
  std::vector<double> bend;   ///< second derivative
  std::vector<double> right;  ///< expected answers, prior counts among them
  std::vector<double> wrong;
  std::vector<double> own_right;  ///< the same without prior counts
  std::vector<double> own_wrong;
  std::vector<double> persons;
  std::vector<std::vector<double>> design;  ///< by free parameter, by cell
  std::size_t first_free = 0;
  std::vector<std::int64_t> free_of_cell;  ///< rules with free cells: position of the cell's parameter, -1 on a bound
};

inline bool linear_rule(Rule rule) {
  return rule == Rule::kAcdm || rule == Rule::kLlm || rule == Rule::kRrum;
}

inline Cells make_cells(const ItemParameters& item, const GroupCounts& counts, const Priors& priors) {
  Cells out;
  const std::size_t n = item.probability.size();
  const bool two = item.rule == Rule::kDina || item.rule == Rule::kDino;
  out.n = two ? 2 : n;
  out.probability.assign(out.n, 0.0);
  out.right.assign(out.n, 0.0);
  out.wrong.assign(out.n, 0.0);
  for (std::size_t g = 0; g < n; ++g) {
    std::size_t cell = g;
    if (two) cell = (item.rule == Rule::kDina ? g == n - 1 : g != 0) ? 1 : 0;
    out.of_group.push_back(static_cast<std::uint32_t>(cell));
    out.probability[cell] = item.probability[g];
    out.right[cell] += counts.right[g];
    out.wrong[cell] += counts.wrong[g];
  }
  for (std::size_t c = 0; c < out.n; ++c) {
    out.own_right.push_back(out.right[c]);
    out.own_wrong.push_back(out.wrong[c]);
    out.persons.push_back(out.right[c] + out.wrong[c]);
    const BetaPrior& prior = c == 0 ? priors.lowest : (c == out.n - 1 ? priors.highest : priors.between);
    out.right[c] += prior.a - 1.0;
    out.wrong[c] += prior.b - 1.0;
    const double p = out.probability[c];
    out.slope.push_back(item.rule == Rule::kLlm ? p * (1.0 - p) : (item.rule == Rule::kRrum ? p : 1.0));
    out.bend.push_back(item.rule == Rule::kLlm ? p * (1.0 - p) * (1.0 - 2.0 * p) : (item.rule == Rule::kRrum ? p : 0.0));
  }
  return out;
}

/// Minus the second derivative of the expected log-likelihood of a cell by its linear scale.
inline double complete(const Cells& cells, std::size_t c) {
  const double p = cells.probability[c];
  const double q = 1.0 - p;
  const double s = cells.slope[c];
  const double b = cells.bend[c];
  double out = 0.0;
  if (cells.right[c] > 0.0) out += cells.right[c] * (s * s - b * p) / (p * p);
  if (cells.wrong[c] > 0.0) out += cells.wrong[c] * (s * s + b * q) / (q * q);
  return out;
}

/// The parameters of an item that have an error, as combinations of its cells.
inline void choose_free(const ItemParameters& item, Cells& cells) {
  if (linear_rule(item.rule)) {
    for (std::size_t c = 0; c < cells.n; ++c)
      if (cells.persons[c] > kFew && (cells.probability[c] < 1e-5 || cells.probability[c] > 1.0 - 1e-5)) return;  // on a bound
    for (std::size_t l = 0; l <= item.attributes.size(); ++l) {
      std::vector<double>& row = cells.design.emplace_back(cells.n, 0.0);
      for (std::size_t g = 0; g < cells.n; ++g) row[g] = l == 0 || (g >> (l - 1) & 1U) != 0 ? 1.0 : 0.0;
    }
    return;
  }
  cells.free_of_cell.assign(cells.n, -1);
  for (std::size_t c = 0; c < cells.n; ++c) {
    if (cells.right[c] < kFew || cells.wrong[c] < kFew) continue;
    cells.free_of_cell[c] = static_cast<std::int64_t>(cells.design.size());
    cells.design.emplace_back(cells.n, 0.0)[c] = 1.0;
  }
}

/// The classes of a population and how they hang on its free parameters.
struct ClassCells {
  std::size_t first = 0;
  std::size_t first_free = 0;
  std::vector<std::vector<double>> design;  ///< by free parameter, by class: derivative of the probability
  std::vector<double> curvature;            ///< what is added to the information, free x free
  std::vector<std::int64_t> free_of_class;  ///< saturated: -1 empty, -2 the class that follows from the others
};

inline ClassCells make_classes(const Model& model, const Population& population, std::span<const double> counts, const Priors& priors) {
  ClassCells out;
  const std::size_t n = model.classes.size();
  if (model.structure == Structure::kSaturated) {
    out.free_of_class.assign(n, -1);
    const auto largest = static_cast<std::size_t>(std::max_element(population.probability.begin(), population.probability.end()) -
                                                  population.probability.begin());
    for (std::size_t c = 0; c < n; ++c) {
      if (c == largest || counts[c] + priors.class_count < kFew) continue;
      out.free_of_class[c] = static_cast<std::int64_t>(out.design.size());
      std::vector<double>& row = out.design.emplace_back(n, 0.0);
      row[c] = 1.0;
      row[largest] = -1.0;
    }
    out.free_of_class[largest] = -2;
    const std::size_t f = out.design.size();
    out.curvature.assign(f * f, 0.0);
    if (priors.class_count > 0.0) {
      const auto of = [&](double p) { return priors.class_count / (p * p); };
      for (std::size_t c = 0; c < n; ++c)
        if (out.free_of_class[c] >= 0) {
          const auto at = static_cast<std::size_t>(out.free_of_class[c]);
          for (std::size_t b = 0; b < f; ++b) out.curvature[at * f + b] += of(population.probability[largest]);
          out.curvature[at * f + at] += of(population.probability[c]);
        }
    }
    return out;
  }
  // Few parameters: derivatives of the classes' probabilities by differences.
  const std::size_t k = model.attributes.size();
  const std::size_t f = population.slope.size() + k;
  const auto at = [&](std::size_t i, double di, std::size_t j, double dj) {
    Population p = population;
    const auto move = [&](std::size_t which, double by) {
      (which < p.slope.size() ? p.slope[which] : p.intercept[which - p.slope.size()]) += by;
    };
    move(i, di);
    move(j, dj);
    fill_classes(model.structure, model.classes, p);
    return p.probability;
  };
  constexpr double h = 1e-4;
  const double ridge = priors.structure_sd > 0.0 ? 1.0 / (priors.structure_sd * priors.structure_sd) : 0.0;
  out.curvature.assign(f * f, 0.0);
  for (std::size_t i = 0; i < f; ++i) {
    const auto up = at(i, h, i, 0.0);
    const auto down = at(i, -h, i, 0.0);
    std::vector<double>& row = out.design.emplace_back(n, 0.0);
    for (std::size_t c = 0; c < n; ++c) row[c] = (up[c] - down[c]) / (2.0 * h);
    for (std::size_t j = 0; j <= i; ++j) {
      const auto pp = at(i, h, j, h);
      const auto pm = at(i, h, j, -h);
      const auto mp = at(i, -h, j, h);
      const auto mm = at(i, -h, j, -h);
      double sum = 0.0;
      for (std::size_t c = 0; c < n; ++c)
        if (population.probability[c] > 1e-12)
          sum -= counts[c] / population.probability[c] * (pp[c] - pm[c] - mp[c] + mm[c]) / (4.0 * h * h);
      out.curvature[i * f + j] = out.curvature[j * f + i] = sum + (i == j ? ridge : 0.0);
    }
  }
  return out;
}

/// All cells and free parameters.
struct Plan {
  std::vector<Cells> items;
  std::vector<ClassCells> populations;
  std::size_t n_cells = 0;
  std::size_t n_free = 0;
};

/// Sums over the persons.
struct Sums {
  std::vector<double> scores;   ///< sum of w s s', free x free (upper part), or the items' blocks one after the other
  std::vector<double> squares;  ///< the same with w^2 where weights are those of a sample
  std::vector<double> within;   ///< by class, item x item (k < j): sum of w posterior e_j e_k; empty where item by item
  std::vector<double> cross;    ///< by population, class, item: sum of w posterior e_j; empty where item by item
};

/// The answer of a packed person to an item: 0, 1, or 2 for none.
struct Answers {
  std::vector<std::size_t> group;
  std::vector<std::int32_t> stride;
  std::vector<std::int32_t> levels;
  explicit Answers(const latent_detail::Packed& packed) {
    for (std::size_t g = 0; g < packed.groups.size(); ++g)
      for (std::size_t i = 0; i < packed.groups[g].items.size(); ++i) {
        group.push_back(g);
        stride.push_back(packed.groups[g].strides[i]);
        levels.push_back(packed.groups[g].levels[i]);
      }
  }
  [[nodiscard]] int of(const latent_detail::Packed& packed, std::int64_t person, std::size_t item) const {
    return packed.column(person / kBlockRows, group[item])[person % kBlockRows] / stride[item] % levels[item];
  }
};

/// One pass over the persons.
inline Result<Sums> sum_up(const Problem& problem, const Model& model, const Plan& plan,
                           const std::vector<std::vector<std::uint32_t>>& groups, bool together, const ExecutionContext& context) {
  const latent_detail::Packed& packed = *problem.persons;
  const latent_detail::Tables tables = tables_of(model, groups, packed);
  const Answers answers(packed);
  const std::size_t n_items = model.items.size();
  const std::size_t n_classes = model.classes.size();
  const std::size_t f = plan.n_free;
  std::vector<std::size_t> block_at(n_items + 1, 0);
  for (std::size_t j = 0; j < n_items; ++j) block_at[j + 1] = block_at[j] + plan.items[j].design.size() * plan.items[j].design.size();
  const bool sandwich = problem.options->errors == ErrorMethod::kSandwich;
  const bool sample_weights = sandwich && !problem.options->weights.empty();
  Sums zero;
  zero.scores.assign(together ? f * f : block_at[n_items], 0.0);
  if (sample_weights) zero.squares = zero.scores;
  if (together) {
    zero.within.assign(n_classes * n_items * n_items, 0.0);
    zero.cross.assign(model.populations.size() * n_classes * n_items, 0.0);
  }
  // What an answer says of a cell: the derivative of log P or log(1 - P), by class.
  std::vector<double> of_right(n_items * n_classes);
  std::vector<double> of_wrong(n_items * n_classes);
  for (std::size_t j = 0; j < n_items; ++j)
    for (std::size_t c = 0; c < n_classes; ++c) {
      const Cells& cells = plan.items[j];
      const std::size_t cell = cells.of_group[groups[j][c]];
      of_right[c * n_items + j] = cells.slope[cell] / cells.probability[cell];
      of_wrong[c * n_items + j] = -cells.slope[cell] / (1.0 - cells.probability[cell]);
    }
  const int workers = worker_count(packed.n_blocks(), context);
  std::vector<Sums> scratch(static_cast<std::size_t>(workers), zero);
  const auto work = [&](std::int64_t block, int worker) {
    Sums& sums = scratch[static_cast<std::size_t>(worker)];
    std::fill(sums.scores.begin(), sums.scores.end(), 0.0);
    std::fill(sums.squares.begin(), sums.squares.end(), 0.0);
    std::fill(sums.within.begin(), sums.within.end(), 0.0);
    std::fill(sums.cross.begin(), sums.cross.end(), 0.0);
    std::vector<double> posterior;
    std::vector<double> cell_score(plan.n_cells, 0.0);
    std::vector<int> answer(n_items);
    std::vector<double> e(n_items);
    std::vector<std::pair<std::size_t, double>> score;
    for (std::int64_t r = 0; r < packed.rows(block); ++r) {
      const std::int64_t person = block * kBlockRows + r;
      const auto at = static_cast<std::size_t>(person);
      if (!packed.population.empty() && packed.population[at] == latent_detail::kDropped) continue;
      const double w = packed.weight.empty() ? 1.0 : packed.weight[at];
      const std::size_t population = packed.population.empty() ? 0 : packed.population[at];
      posterior_of(packed, tables, person, posterior);
      for (std::size_t j = 0; j < n_items; ++j) answer[j] = answers.of(packed, person, j);
      std::fill(cell_score.begin(), cell_score.end(), 0.0);
      const ClassCells& classes = plan.populations[population];
      for (std::size_t c = 0; c < n_classes; ++c) {
        const double p = posterior[c];
        if (model.populations[population].probability[c] > 1e-12)
          cell_score[classes.first + c] = p / model.populations[population].probability[c];
        if (p < 1e-10) continue;
        for (std::size_t j = 0; j < n_items; ++j) {
          e[j] = answer[j] == 1 ? of_right[c * n_items + j] : (answer[j] == 0 ? of_wrong[c * n_items + j] : 0.0);
          cell_score[plan.items[j].first + plan.items[j].of_group[groups[j][c]]] += p * e[j];
        }
        if (!together) continue;
        double* to = sums.within.data() + c * n_items * n_items;
        double* cross = sums.cross.data() + (population * n_classes + c) * n_items;
        for (std::size_t j = 0; j < n_items; ++j) {
          const double v = w * p * e[j];
          if (v == 0.0) continue;
          cross[j] += v;
          double* row = to + j * n_items;
          for (std::size_t k = 0; k < j; ++k) row[k] += v * e[k];  // of one item with itself: by expected answers
        }
      }
      score.clear();
      const auto put = [&](std::size_t free, const std::vector<double>& design, std::size_t first) {
        double s = 0.0;
        for (std::size_t c = 0; c < design.size(); ++c) s += design[c] * cell_score[first + c];
        if (std::fabs(s) > 1e-12) score.emplace_back(free, s);
      };
      for (std::size_t j = 0; j < n_items; ++j) {
        const Cells& cells = plan.items[j];
        if (!together) score.clear();
        for (std::size_t i = 0; i < cells.design.size(); ++i) put(cells.first_free + i, cells.design[i], cells.first);
        if (together) continue;
        double* to = sums.scores.data() + block_at[j];
        double* squares = sample_weights ? sums.squares.data() + block_at[j] : nullptr;
        for (const auto& [a, sa] : score)
          for (const auto& [b, sb] : score) {
            const std::size_t cell = (a - cells.first_free) * cells.design.size() + (b - cells.first_free);
            to[cell] += w * sa * sb;
            if (squares != nullptr) squares[cell] += w * w * sa * sb;
          }
      }
      if (!together) continue;
      for (std::size_t i = 0; i < classes.design.size(); ++i) put(classes.first_free + i, classes.design[i], classes.first);
      for (std::size_t a = 0; a < score.size(); ++a)
        for (std::size_t b = a; b < score.size(); ++b) {
          const double v = w * score[a].second * score[b].second;
          sums.scores[score[a].first * f + score[b].first] += v;
          if (sample_weights) sums.squares[score[a].first * f + score[b].first] += w * v;
        }
    }
  };
  const auto merge = [&](std::int64_t, int worker) {
    const Sums& s = scratch[static_cast<std::size_t>(worker)];
    latent_detail::expect_detail::add(zero.scores, s.scores);
    latent_detail::expect_detail::add(zero.squares, s.squares);
    latent_detail::expect_detail::add(zero.within, s.within);
    latent_detail::expect_detail::add(zero.cross, s.cross);
  };
  if (auto done = run_blocks(packed.n_blocks(), workers, context, work, merge); !done) return done.error();
  return zero;
}

}  // namespace errors_detail

}  // namespace celadon::inline CELADON_ABI::cdm::fit_detail
