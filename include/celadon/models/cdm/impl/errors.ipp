#pragma once

#include <celadon/core/math.hpp>
#include <celadon/models/cdm/impl/error_sums.hpp>
#include <celadon/models/cdm/impl/errors.hpp>
#include <celadon/models/cdm/impl/item_step.hpp>

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>

#include <algorithm>
#include <cmath>

namespace celadon::inline CELADON_ABI::cdm::fit_detail {

double posterior_of(const latent_detail::Packed& packed, const latent_detail::Tables& tables, std::int64_t person,
                    std::vector<double>& posterior) {
  const auto padded = static_cast<std::size_t>(tables.padded);
  posterior.assign(padded, 0.0);
  const std::int64_t block = person / kBlockRows;
  const std::size_t population = packed.population.empty() ? 0 : packed.population[static_cast<std::size_t>(person)];
  const double* prior = tables.weights.data() + population * padded;
  std::copy(prior, prior + padded, posterior.begin());
  double log_scale = 0.0;
  double total = 0.0;
  for (std::size_t g = 0; g < packed.groups.size(); ++g) {
    const double* row = tables.product[g].data() + static_cast<std::size_t>(packed.column(block, g)[person % kBlockRows]) * padded;
    total = 0.0;
    for (std::size_t c = 0; c < padded; ++c) {
      posterior[c] *= row[c];
      total += posterior[c];
    }
    if (!(total > 1e-200)) return latent_detail::expect_detail::in_logs(packed, tables, person, posterior);
    if (total > 1e-50) continue;
    for (double& v : posterior) v /= total;
    log_scale += math::log(total);
    total = 1.0;
  }
  for (double& v : posterior) v /= total;
  return log_scale + math::log(total);
}

namespace errors_detail {

using Matrix = Eigen::MatrixXd;

/// Inverse of an information matrix; `known` tells which parameters it says something of. A direction without information, or with a
/// negative one, takes its parameters out.
inline Matrix invert(const Matrix& information, std::vector<std::uint8_t>& known) {
  const Eigen::Index n = information.rows();
  known.assign(static_cast<std::size_t>(n), 1);
  Eigen::VectorXd scale(n);
  for (Eigen::Index i = 0; i < n; ++i) scale[i] = information(i, i) > 0.0 ? 1.0 / math::sqrt(information(i, i)) : 0.0;
  const Matrix scaled = scale.asDiagonal() * information * scale.asDiagonal();
  constexpr double kLeast = 1e-7;
  const Eigen::LLT<Matrix> llt(scaled);
  if (llt.info() == Eigen::Success && llt.matrixLLT().diagonal().array().square().minCoeff() > 10.0 * kLeast)
    return scale.asDiagonal() * llt.solve(Matrix::Identity(n, n)) * scale.asDiagonal();
  const Eigen::SelfAdjointEigenSolver<Matrix> eigen(scaled);
  Matrix inverse = Matrix::Zero(n, n);
  for (Eigen::Index v = 0; v < n; ++v) {
    const double value = eigen.eigenvalues()[v];
    if (value > kLeast) {
      inverse += eigen.eigenvectors().col(v) * eigen.eigenvectors().col(v).transpose() / value;
      continue;
    }
    for (Eigen::Index i = 0; i < n; ++i)
      if (std::fabs(eigen.eigenvectors()(i, v)) > 1e-3) known[static_cast<std::size_t>(i)] = 0;
  }
  for (Eigen::Index i = 0; i < n; ++i)
    if (scale[i] == 0.0) known[static_cast<std::size_t>(i)] = 0;
  return scale.asDiagonal() * inverse * scale.asDiagonal();
}

/// Information and meat of all free parameters.
inline void assemble(const Plan& plan, const Model& model, const std::vector<std::vector<std::uint32_t>>& groups, const Sums& sums,
                     Matrix& information, Matrix& meat) {
  const auto f = static_cast<Eigen::Index>(plan.n_free);
  information.setZero(f, f);
  const auto at = [&](const std::vector<double>& m, Eigen::Index a, Eigen::Index b) {
    return m[static_cast<std::size_t>(std::min(a, b) * f + std::max(a, b))];
  };
  for (Eigen::Index a = 0; a < f; ++a)
    for (Eigen::Index b = 0; b < f; ++b) information(a, b) = at(sums.scores, a, b);
  meat = information;
  if (!sums.squares.empty())
    for (Eigen::Index a = 0; a < f; ++a)
      for (Eigen::Index b = 0; b < f; ++b) meat(a, b) = at(sums.squares, a, b);
  const std::size_t n_items = model.items.size();
  // One item with itself: complete information less the spread of the scores within persons, both diagonal in its cells. Prior counts
  // have no persons behind them, so that they stay.
  for (std::size_t j = 0; j < n_items; ++j) {
    const Cells& cells = plan.items[j];
    for (std::size_t c = 0; c < cells.n; ++c) {
      const double p = cells.probability[c];
      const double right = cells.slope[c] / p;
      const double wrong = cells.slope[c] / (1.0 - p);
      double value = complete(cells, c);
      value -= cells.own_right[c] * right * right + cells.own_wrong[c] * wrong * wrong;
      for (std::size_t a = 0; a < cells.design.size(); ++a)
        for (std::size_t b = 0; b < cells.design.size(); ++b) {
          const double d = cells.design[a][c] * cells.design[b][c];
          if (d != 0.0)
            information(static_cast<Eigen::Index>(cells.first_free + a), static_cast<Eigen::Index>(cells.first_free + b)) += d * value;
        }
    }
  }
  for (std::size_t c = 0; c < model.classes.size() && !sums.within.empty(); ++c)
    for (std::size_t j = 0; j < n_items; ++j)
      for (std::size_t k = 0; k < j; ++k) {
        const double v = sums.within[(c * n_items + j) * n_items + k];
        if (v == 0.0) continue;
        const Cells& one = plan.items[j];
        const Cells& two = plan.items[k];
        const std::size_t cell_one = one.of_group[groups[j][c]];
        const std::size_t cell_two = two.of_group[groups[k][c]];
        for (std::size_t a = 0; a < one.design.size(); ++a) {
          if (one.design[a][cell_one] == 0.0) continue;
          for (std::size_t b = 0; b < two.design.size(); ++b) {
            const double d = one.design[a][cell_one] * two.design[b][cell_two] * v;
            if (d == 0.0) continue;
            const auto row = static_cast<Eigen::Index>(one.first_free + a);
            const auto column = static_cast<Eigen::Index>(two.first_free + b);
            information(row, column) -= d;
            information(column, row) -= d;
          }
        }
      }
  for (std::size_t g = 0; g < plan.populations.size(); ++g) {
    const ClassCells& classes = plan.populations[g];
    for (std::size_t c = 0; c < model.classes.size(); ++c) {
      const double pi = model.populations[g].probability[c];
      if (!(pi > 1e-12)) continue;
      for (std::size_t j = 0; j < n_items; ++j) {
        const Cells& cells = plan.items[j];
        const std::size_t cell = cells.of_group[groups[j][c]];
        const double v = sums.cross[(g * model.classes.size() + c) * n_items + j] / pi;
        for (std::size_t a = 0; a < cells.design.size(); ++a) {
          if (cells.design[a][cell] == 0.0) continue;
          for (std::size_t b = 0; b < classes.design.size(); ++b) {
            const double d = cells.design[a][cell] * classes.design[b][c] * v;
            if (d == 0.0) continue;
            const auto row = static_cast<Eigen::Index>(cells.first_free + a);
            const auto column = static_cast<Eigen::Index>(classes.first_free + b);
            information(row, column) -= d;
            information(column, row) -= d;
          }
        }
      }
    }
    const std::size_t n = classes.design.size();
    for (std::size_t a = 0; a < n; ++a)
      for (std::size_t b = 0; b < n; ++b)
        information(static_cast<Eigen::Index>(classes.first_free + a), static_cast<Eigen::Index>(classes.first_free + b)) +=
            classes.curvature[a * n + b];
  }
}

/// Covariance of the free parameters [first, first + n), and which of them have one.
struct Known {
  Matrix covariance;
  std::vector<std::uint8_t> known;
};

/// Standard error of a linear combination; NaN where a parameter that enters has none.
inline double se_of(const std::vector<double>& weights, const Known& v) {
  double variance = 0.0;
  for (std::size_t a = 0; a < weights.size(); ++a) {
    if (weights[a] == 0.0) continue;
    if (v.known[a] == 0) return kNan;
    for (std::size_t b = 0; b < weights.size(); ++b)
      variance += weights[a] * weights[b] * v.covariance(static_cast<Eigen::Index>(a), static_cast<Eigen::Index>(b));
  }
  return variance > 0.0 ? math::sqrt(variance) : kNan;
}

/// Errors of one item from the covariance of its free parameters.
inline void fill_item(const ItemParameters& item, const Cells& cells, const Known& v, ItemEstimate& out) {
  const std::size_t n = item.probability.size();
  const std::size_t f = cells.design.size();
  std::vector<std::vector<double>> by_group;  // dP by the free parameters; empty on a bound
  for (std::size_t g = 0; g < n; ++g) {
    const std::size_t cell = cells.of_group[g];
    std::vector<double>& row = by_group.emplace_back(f, 0.0);
    for (std::size_t a = 0; a < f; ++a) row[a] = cells.slope[cell] * cells.design[a][cell];
    const bool bound = f == 0 || (!cells.free_of_cell.empty() && cells.free_of_cell[cell] < 0);
    if (bound) row.clear();
  }
  out.probability_se.clear();
  for (const std::vector<double>& row : by_group) out.probability_se.push_back(row.empty() ? kNan : se_of(row, v));
  out.probability_covariance.assign(n * n, kNan);
  for (std::size_t g = 0; g < n; ++g)
    for (std::size_t h = 0; h < n; ++h) {
      if (std::isnan(out.probability_se[g]) || std::isnan(out.probability_se[h])) continue;
      double sum = 0.0;
      for (std::size_t a = 0; a < f; ++a)
        for (std::size_t b = 0; b < f; ++b)
          sum += by_group[g][a] * by_group[h][b] * v.covariance(static_cast<Eigen::Index>(a), static_cast<Eigen::Index>(b));
      out.probability_covariance[g * n + h] = sum;
    }
  out.parameters_se.clear();
  if (linear_rule(item.rule)) {
    for (std::size_t l = 0; l <= item.attributes.size(); ++l) {
      std::vector<double> unit(f, 0.0);
      if (f > 0) unit[l] = 1.0;
      out.parameters_se.push_back(f == 0 ? kNan : se_of(unit, v));
    }
    return;
  }
  // The other rules' parameters are linear in P of the groups.
  ItemParameters unit = item;
  std::fill(unit.probability.begin(), unit.probability.end(), 0.0);
  const std::vector<double> origin = unit.parameters();
  std::vector<std::vector<double>> weights(origin.size(), std::vector<double>(f, 0.0));
  std::vector<std::uint8_t> bound(origin.size(), 0);
  const bool two = item.rule != Rule::kGdina;
  for (std::size_t g = 0; g < n; ++g) {
    if (two && g != 0 && g != n - 1) continue;
    unit.probability[g] = 1.0;
    const std::vector<double> moved = unit.parameters();
    unit.probability[g] = 0.0;
    for (std::size_t i = 0; i < origin.size(); ++i) {
      const double d = moved[i] - origin[i];
      if (d == 0.0) continue;
      if (by_group[g].empty()) bound[i] = 1;
      for (std::size_t a = 0; a < by_group[g].size(); ++a) weights[i][a] += d * by_group[g][a];
    }
  }
  for (std::size_t i = 0; i < origin.size(); ++i) out.parameters_se.push_back(bound[i] != 0 ? kNan : se_of(weights[i], v));
}

/// Errors of the classes of one population.
inline void fill_classes_of(const Model& model, const ClassCells& classes, const Known& v, std::size_t population, Fit& out) {
  const std::size_t n = model.classes.size();
  const std::size_t f = classes.design.size();
  const auto combine = [&](const auto& included) {
    std::vector<double> weights(f, 0.0);
    for (std::size_t a = 0; a < f; ++a)
      for (std::size_t c = 0; c < n; ++c)
        if (included(c)) weights[a] += classes.design[a][c];
    for (double& w : weights)
      if (std::fabs(w) < 1e-14) w = 0.0;
    return se_of(weights, v);
  };
  for (std::size_t c = 0; c < n; ++c) {
    const bool empty = !classes.free_of_class.empty() && classes.free_of_class[c] == -1;
    out.class_se[population].push_back(empty ? kNan : combine([&](std::size_t other) { return other == c; }));
  }
  for (std::size_t k = 0; k < model.attributes.size(); ++k)
    out.prevalence_se[population].push_back(combine([&](std::size_t c) { return (model.classes[c] >> k & 1U) != 0; }));
  if (model.structure == Structure::kSaturated) return;
  for (std::size_t a = 0; a < f; ++a) {
    std::vector<double> unit(f, 0.0);
    unit[a] = 1.0;
    (a < model.populations[population].slope.size() ? out.slope_se : out.intercept_se)[population].push_back(se_of(unit, v));
  }
}

inline Finding without_errors(std::string detail) {
  return make_finding(Severity::kWarning, Code::kNoStandardErrors, {}, {{"detail", std::move(detail)}});
}

}  // namespace errors_detail

Result<void> add_errors(const Problem& problem, Fit& fit, const ExecutionContext& context) {
  using namespace errors_detail;
  const Model& model = fit.model;
  const Priors& priors = problem.options->priors;
  const auto groups = groups_by_class(model);
  auto point = evaluate(problem, model, groups, context);
  if (!point) return point.error();
  Plan plan;
  for (std::size_t j = 0; j < model.items.size(); ++j) {
    const GroupCounts counts = counts_of(*point, j, groups[j]);
    ItemEstimate& estimate = fit.items.emplace_back();
    estimate.parameters = model.items[j].parameters();
    for (std::size_t g = 0; g < counts.right.size(); ++g) estimate.group_size.push_back(counts.right[g] + counts.wrong[g]);
    estimate.probability_se.assign(counts.right.size(), kNan);
    estimate.parameters_se.assign(estimate.parameters.size(), kNan);
    Cells cells = make_cells(model.items[j], counts, priors);
    choose_free(model.items[j], cells);
    cells.first = plan.n_cells;
    cells.first_free = plan.n_free;
    plan.n_cells += cells.n;
    plan.n_free += cells.design.size();
    plan.items.push_back(std::move(cells));
  }
  if (problem.options->errors == ErrorMethod::kNone) return {};
  const std::size_t n_classes = model.classes.size();
  const std::size_t padded = (n_classes + 7) / 8 * 8;
  const std::size_t of_items = plan.n_free;
  bool together = n_classes <= 4 * kMostTogether;
  for (std::size_t g = 0; g < model.populations.size(); ++g) {
    const auto counts = std::span<const double>(point->expected.population).subspan(g * padded, n_classes);
    ClassCells classes = together ? make_classes(model, model.populations[g], counts, priors) : ClassCells{};
    classes.first = plan.n_cells;
    classes.first_free = plan.n_free;
    plan.n_cells += n_classes;
    plan.n_free += classes.design.size();
    plan.populations.push_back(std::move(classes));
  }
  together = together && plan.n_free <= kMostTogether;
  if (!together) {
    plan.n_free = of_items;
    for (ClassCells& c : plan.populations) c.design.clear();
  }
  auto sums = sum_up(problem, model, plan, groups, together, context);
  if (!sums) return sums.error();
  const bool sandwich = problem.options->errors == ErrorMethod::kSandwich;
  const auto covariance = [&](const Matrix& information, const Matrix& meat) {
    Known out;
    out.covariance = invert(information, out.known);
    if (sandwich) out.covariance = out.covariance * meat * out.covariance;
    return out;
  };
  const auto part = [](const Known& all, std::size_t first, std::size_t n) {
    Known out;
    out.covariance = all.covariance.block(static_cast<Eigen::Index>(first), static_cast<Eigen::Index>(first), static_cast<Eigen::Index>(n),
                                          static_cast<Eigen::Index>(n));
    out.known.assign(all.known.begin() + static_cast<std::ptrdiff_t>(first), all.known.begin() + static_cast<std::ptrdiff_t>(first + n));
    return out;
  };
  if (together) {
    Matrix information;
    Matrix meat;
    assemble(plan, model, groups, *sums, information, meat);
    const Known all = covariance(information, meat);
    for (std::size_t j = 0; j < plan.items.size(); ++j)
      fill_item(model.items[j], plan.items[j], part(all, plan.items[j].first_free, plan.items[j].design.size()), fit.items[j]);
    fit.class_se.resize(model.populations.size());
    fit.prevalence_se.resize(model.populations.size());
    if (model.structure == Structure::kHigherOrder) fit.slope_se.resize(model.populations.size());
    if (model.structure != Structure::kSaturated) fit.intercept_se.resize(model.populations.size());
    for (std::size_t g = 0; g < plan.populations.size(); ++g)
      fill_classes_of(model, plan.populations[g], part(all, plan.populations[g].first_free, plan.populations[g].design.size()), g, fit);
    const auto unknown = std::count(all.known.begin(), all.known.end(), std::uint8_t{0});
    if (unknown > 0) fit.findings.push_back(without_errors(std::to_string(unknown) + " / " + std::to_string(plan.n_free)));
    return {};
  }
  std::size_t at = 0;
  for (std::size_t j = 0; j < plan.items.size(); ++j) {
    const Cells& cells = plan.items[j];
    const std::size_t n = cells.design.size();
    Plan one;
    one.items.push_back(cells);
    one.items[0].first_free = 0;
    one.n_free = n;
    Model single = model;
    single.items = {model.items[j]};
    single.populations.clear();
    Sums own;
    own.scores.assign(sums->scores.begin() + static_cast<std::ptrdiff_t>(at),
                      sums->scores.begin() + static_cast<std::ptrdiff_t>(at + n * n));
    if (!sums->squares.empty())
      own.squares.assign(sums->squares.begin() + static_cast<std::ptrdiff_t>(at),
                         sums->squares.begin() + static_cast<std::ptrdiff_t>(at + n * n));
    at += n * n;
    Matrix information;
    Matrix meat;
    assemble(one, single, {groups[j]}, own, information, meat);
    fill_item(model.items[j], cells, covariance(information, meat), fit.items[j]);
  }
  fit.findings.push_back(without_errors("item by item: " + std::to_string(of_items) + " + " + std::to_string(n_classes)));
  return {};
}

}  // namespace celadon::inline CELADON_ABI::cdm::fit_detail
