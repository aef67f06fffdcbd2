#pragma once

#include <celadon/core/math.hpp>
#include <celadon/models/irt/impl/estimation.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace celadon::inline CELADON_ABI::irt::estimation_detail {

namespace report_detail {

/// A reported number and its derivatives with respect to the free parameters (those that are not zero).
struct Entry {
  ParameterEstimate what;
  std::vector<std::pair<std::int32_t, double>> gradient;
};

class Report {
 public:
  Report(const Layout& layout, const Model& model) : layout_(layout), model_(model) {}

  /// A function of one item's local parameters: `slope` holds its derivative with respect to each.
  void add(std::vector<Entry>& to, std::size_t j, std::string name, double value, const std::vector<std::pair<int, double>>& slope) {
    Entry e;
    e.what = {.name = std::move(name), .item = model_.items[j].id, .population = {}, .estimate = value};
    for (const auto& [local, derivative] : slope)
      for (const LocalLink& link : layout_.items[j].links)
        if (link.local == local) accumulate(e, link.free, derivative * link.coefficient);
    to.push_back(std::move(e));
  }
  void add_free(std::vector<Entry>& to, std::string name, const std::string& population, double value, std::int32_t at, double derivative) {
    Entry e;
    e.what = {.name = std::move(name), .item = {}, .population = population, .estimate = value};
    if (at >= 0) accumulate(e, at, derivative);
    to.push_back(std::move(e));
  }

  void dichotomous(std::size_t j) {
    const ItemParameters& item = model_.items[j];
    const double a = item.slope;
    const double d = item.intercepts[0];
    if (item.model != ItemModel::k1pl || layout_.items[j].links.empty()) {
      add(line, j, "a", a, {{0, 1.0}});
      add(irt, j, "a", a, {{0, 1.0}});
    }
    add(line, j, "d", d, {{1, 1.0}});
    add(irt, j, "b", -d / a, {{0, d / (a * a)}, {1, -1.0 / a}});
    for (auto* to : {&line, &irt}) {
      add(*to, j, "g", item.lower, {{2, item.lower * (1.0 - item.lower)}});
      add(*to, j, "u", item.upper, {{3, item.upper * (1.0 - item.upper)}});
    }
  }

  void nominal(std::size_t j) {
    const ItemParameters& item = model_.items[j];
    const int steps = item.n_categories - 1;
    const std::vector<double> local = to_local(item);
    const double a = item.slope;
    add(line, j, "a", a, {{steps - 1, 1.0 / steps}});
    for (int k = 1; k < steps; ++k)
      add(line, j, "s" + std::to_string(k), item.scoring[static_cast<std::size_t>(k)],
          {{k - 1, 1.0 / a}, {steps - 1, -local[static_cast<std::size_t>(k - 1)] / (a * a * steps)}});
    for (int k = 1; k <= steps; ++k)
      add(line, j, "d" + std::to_string(k), item.intercepts[static_cast<std::size_t>(k - 1)], {{steps + k - 1, 1.0}});
    // Bock: slopes and intercepts that sum to 0 over the categories
    for (const int part : {0, steps}) {
      double mean = 0.0;
      for (int k = 0; k < steps; ++k) mean += local[static_cast<std::size_t>(part) + static_cast<std::size_t>(k)] / (steps + 1);
      for (int k = 0; k <= steps; ++k) {
        std::vector<std::pair<int, double>> slope;
        slope.reserve(static_cast<std::size_t>(steps));
        for (int m = 0; m < steps; ++m) slope.emplace_back(part + m, (m == k - 1 ? 1.0 : 0.0) - 1.0 / (steps + 1));
        add(irt, j, (part == 0 ? "a" : "c") + std::to_string(k), (k == 0 ? 0.0 : local[static_cast<std::size_t>(part + k - 1)]) - mean,
            slope);
      }
    }
  }

  void ordered(std::size_t j) {
    const ItemParameters& item = model_.items[j];
    const double a = item.slope;
    const int steps = item.n_categories - 1;
    for (auto* to : {&line, &irt}) add(*to, j, "a", a, {{0, 1.0}});
    if (item.model == ItemModel::kRatingScale && !layout_.items[j].links.empty()) {
      const double location = item.intercepts.back() / steps;
      add(line, j, "d", location, {{steps, 1.0 / steps}});
      add(irt, j, "b", -location / a, {{steps, -1.0 / (steps * a)}});
      return;
    }
    const std::vector<double> b = item.difficulties();
    for (int k = 1; k <= steps; ++k) {
      const auto at = static_cast<std::size_t>(k - 1);
      const std::string suffix = steps == 1 ? "" : std::to_string(k);
      add(line, j, "d" + suffix, item.intercepts[at], {{k, 1.0}});
      std::vector<std::pair<int, double>> slope = {{0, -b[at] / a}, {k, -1.0 / a}};
      if (item.model != ItemModel::kGraded && k > 1) slope.emplace_back(k - 1, 1.0 / a);
      add(irt, j, "b" + suffix, b[at], slope);
    }
  }

  void shared(const std::vector<double>& free) {
    if (layout_.common_slope >= 0)
      for (auto* to : {&line, &irt})
        add_free(*to, "a", {}, free[static_cast<std::size_t>(layout_.common_slope)], layout_.common_slope, 1.0);
    for (const auto& s : layout_.steps) {
      const std::string set = layout_.steps.size() == 1 ? "" : "_" + std::to_string(s.n_categories);
      double before = 0.0;
      for (int k = 1; k < s.n_categories; ++k) {
        const std::int32_t at = k < s.n_categories - 1 ? s.first + k - 1 : -1;
        const double c = at >= 0 ? free[static_cast<std::size_t>(at)] : 0.0;
        if (at >= 0) add_free(line, "c" + std::to_string(k) + set, {}, c, at, 1.0);
        add_free(irt, "t" + std::to_string(k) + set, {}, before - c, at, -1.0);
        if (k > 1) accumulate(irt.back(), s.first + k - 2, 1.0);
        before = c;
      }
    }
  }

  void population(std::size_t g) {
    const PopulationLayout& at = layout_.populations[g];
    const Population& p = model_.populations[g];
    for (auto* to : {&line, &irt}) add_free(*to, "mean", p.id, p.mean, at.mean, 1.0);
    add_free(line, "variance", p.id, p.sd * p.sd, at.log_sd, 2.0 * p.sd * p.sd);
    add_free(irt, "sd", p.id, p.sd, at.log_sd, p.sd);
  }

  static void accumulate(Entry& e, std::int32_t at, double derivative) {
    for (auto& [free, value] : e.gradient)
      if (free == at) {
        value += derivative;
        return;
      }
    e.gradient.emplace_back(at, derivative);
  }

  std::vector<Entry> line;
  std::vector<Entry> irt;

 private:
  const Layout& layout_;
  const Model& model_;
};

inline ParameterSet finish(std::vector<Entry>& entries, std::span<const double> covariance, const Maximum& maximum, std::size_t n) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  ParameterSet out;
  std::vector<const Entry*> rows;
  for (Entry& e : entries) {
    e.what.fixed = e.gradient.empty();
    e.what.position = e.what.fixed ? -1 : static_cast<std::int64_t>(rows.size());
    e.what.se = kNan;
    if (!e.what.fixed) rows.push_back(&e);
  }
  out.n_free = static_cast<std::int64_t>(rows.size());
  if (!covariance.empty()) {
    out.covariance.resize(rows.size() * rows.size());
    std::vector<double> half(n);
    for (std::size_t r = 0; r < rows.size(); ++r) {
      std::fill(half.begin(), half.end(), 0.0);
      for (const auto& [free, derivative] : rows[r]->gradient)
        for (std::size_t c = 0; c < n; ++c) half[c] += derivative * covariance[static_cast<std::size_t>(free) * n + c];
      for (std::size_t c = 0; c < rows.size(); ++c) {
        double v = 0.0;
        for (const auto& [free, derivative] : rows[c]->gradient) v += derivative * half[static_cast<std::size_t>(free)];
        out.covariance[r * rows.size() + c] = v;
      }
    }
    for (Entry& e : entries) {
      if (e.what.fixed) continue;
      bool bound = false;
      for (const auto& [free, derivative] : e.gradient) bound = bound || maximum.at_bound[static_cast<std::size_t>(free)] != 0;
      const auto at = static_cast<std::size_t>(e.what.position);
      const double variance = out.covariance[at * rows.size() + at];
      e.what.se = bound || !(variance >= 0.0) ? kNan : std::sqrt(variance);
    }
  }
  for (Entry& e : entries) out.parameters.push_back(std::move(e.what));
  return out;
}

}  // namespace report_detail

void report_parameters(const Layout& layout, const Maximum& maximum, std::span<const double> covariance, Fit& fit) {
  report_detail::Report report(layout, fit.model);
  for (std::size_t j = 0; j < fit.model.items.size(); ++j) {
    if (is_dichotomous(fit.model.items[j].model))
      report.dichotomous(j);
    else if (fit.model.items[j].model == ItemModel::kNominal)
      report.nominal(j);
    else
      report.ordered(j);
  }
  report.shared(maximum.free);
  for (std::size_t g = 0; g < fit.model.populations.size(); ++g) report.population(g);
  const auto n = maximum.free.size();
  fit.slope_intercept = report_detail::finish(report.line, covariance, maximum, n);
  fit.irt = report_detail::finish(report.irt, covariance, maximum, n);
  for (const ParameterEstimate& p : fit.slope_intercept.parameters) {
    if (p.fixed) continue;
    for (const report_detail::Entry& e : report.line) {
      if (e.what.position != p.position) continue;
      for (const auto& [free, derivative] : e.gradient)
        if (maximum.at_bound[static_cast<std::size_t>(free)] != 0)
          fit.findings.push_back(make_finding(Severity::kWarning, Code::kBoundary, {.table = {}, .column = {}, .row = -1, .item = p.item},
                                              {{"name", p.name}}));
    }
  }
}

}  // namespace celadon::inline CELADON_ABI::irt::estimation_detail
