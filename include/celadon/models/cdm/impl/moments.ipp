#pragma once

#include <celadon/models/cdm/impl/moments.hpp>
#include <celadon/models/cdm/impl/structure_step.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace celadon::inline CELADON_ABI::cdm::moments_detail {

Moments moments(const Model& model, const match_detail::Match& match) {
  Moments out;
  out.n_items = match.items.size();
  out.n_classes = model.classes.size();
  for (std::size_t j = 0; j < out.n_items; ++j) {
    out.list.push_back({j, j});
    for (const std::uint32_t c : model.classes)
      out.probability.push_back(model.items[static_cast<std::size_t>(match.items[j])].of_class(c));
  }
  for (std::size_t a = 0; a < out.n_items; ++a)
    for (std::size_t b = a + 1; b < out.n_items; ++b) out.list.push_back({a, b});
  const std::vector<double>& pi = model.populations[0].probability;
  for (const Moment& m : out.list) {
    double sum = 0.0;
    const double* pa = out.probability.data() + m.a * out.n_classes;
    const double* pb = out.probability.data() + m.b * out.n_classes;
    for (std::size_t c = 0; c < out.n_classes; ++c) sum += m.a == m.b ? pi[c] * pa[c] : pi[c] * pa[c] * pb[c];
    out.expected.push_back(sum);
  }
  return out;
}

std::vector<double> covariance(const Model& model, const Moments& m) {
  const std::size_t n = m.list.size();
  const std::vector<double>& pi = model.populations[0].probability;
  std::vector<double> out(n * n);
  std::vector<double> product(m.n_classes);
  for (std::size_t r = 0; r < n; ++r) {
    const Moment& x = m.list[r];
    for (std::size_t k = 0; k < m.n_classes; ++k) {
      product[k] = pi[k] * m.probability[x.a * m.n_classes + k];
      if (x.b != x.a) product[k] *= m.probability[x.b * m.n_classes + k];
    }
    for (std::size_t s = 0; s <= r; ++s) {
      const Moment& y = m.list[s];
      // items of y that are not in x: their answers multiply, those in both are the same answer
      const bool a = y.a != x.a && y.a != x.b;
      const bool b = y.b != y.a && y.b != x.a && y.b != x.b;
      const double* pa = m.probability.data() + y.a * m.n_classes;
      const double* pb = m.probability.data() + y.b * m.n_classes;
      double sum = 0.0;
      if (a && b)
        for (std::size_t k = 0; k < m.n_classes; ++k) sum += product[k] * pa[k] * pb[k];
      else if (a || b)
        for (std::size_t k = 0; k < m.n_classes; ++k) sum += product[k] * (a ? pa[k] : pb[k]);
      else
        for (std::size_t k = 0; k < m.n_classes; ++k) sum += product[k];
      out[r * n + s] = out[s * n + r] = sum - m.expected[r] * m.expected[s];
    }
  }
  return out;
}

namespace {

/// dP_g / d parameter, by parameter: [parameter][group].
std::vector<std::vector<double>> item_derivatives(const ItemParameters& item) {
  const std::size_t n = item.probability.size();
  const std::size_t m = item.attributes.size();
  std::vector<std::vector<double>> out;
  if (item.rule == Rule::kGdina) {
    for (std::size_t g = 0; g < n; ++g) {
      out.emplace_back(n, 0.0);
      out.back()[g] = 1.0;
    }
    return out;
  }
  if (item.rule == Rule::kDina || item.rule == Rule::kDino) {
    out.assign(m == 0 ? 1 : 2, std::vector<double>(n, 0.0));
    for (std::size_t g = 0; g < n; ++g) {
      const bool high = m > 0 && (item.rule == Rule::kDina ? g + 1 == n : g > 0);
      out[high ? 1 : 0][g] = 1.0;
    }
    return out;
  }
  for (std::size_t d = 0; d <= m; ++d) {
    out.emplace_back(n, 0.0);
    for (std::size_t g = 0; g < n; ++g) {
      if (d > 0 && (g >> (d - 1) & 1U) == 0) continue;
      const double p = item.probability[g];
      out.back()[g] = item.rule == Rule::kLlm ? p * (1.0 - p) : (item.rule == Rule::kRrum ? p : 1.0);
    }
  }
  return out;
}

/// d pi / d parameter, by parameter: [parameter][class].
std::vector<std::vector<double>> class_derivatives(const Model& model) {
  const Population& p = model.populations[0];
  const std::size_t n = model.classes.size();
  std::vector<std::vector<double>> out;
  if (model.structure == Structure::kSaturated) {
    for (std::size_t c = 1; c < n; ++c) {
      out.emplace_back(n, 0.0);
      out.back()[c] = 1.0;
      out.back()[0] = -1.0;
    }
    return out;
  }
  constexpr double kStep = 1e-5;
  for (std::vector<double> Population::*field : {&Population::slope, &Population::intercept})
    for (std::size_t k = 0; k < (p.*field).size(); ++k) {
      Population up = p;
      Population down = p;
      (up.*field)[k] += kStep;
      (down.*field)[k] -= kStep;
      fit_detail::fill_classes(model.structure, model.classes, up);
      fit_detail::fill_classes(model.structure, model.classes, down);
      std::vector<double>& d = out.emplace_back(n);
      for (std::size_t c = 0; c < n; ++c) d[c] = (up.probability[c] - down.probability[c]) / (2.0 * kStep);
    }
  return out;
}

}  // namespace

Derivatives derivatives(const Model& model, const match_detail::Match& match, const Moments& m) {
  const std::vector<double>& pi = model.populations[0].probability;
  std::vector<std::vector<double>> columns;
  for (std::size_t j = 0; j < m.n_items; ++j) {
    const ItemParameters& item = model.items[static_cast<std::size_t>(match.items[j])];
    for (const std::vector<double>& by_group : item_derivatives(item)) {
      std::vector<double> by_class(m.n_classes);
      for (std::size_t c = 0; c < m.n_classes; ++c) {
        std::size_t g = 0;
        for (std::size_t l = 0; l < item.attributes.size(); ++l) g |= std::size_t{model.classes[c] >> item.attributes[l] & 1U} << l;
        by_class[c] = pi[c] * by_group[g];
      }
      std::vector<double>& column = columns.emplace_back(m.list.size(), 0.0);
      for (std::size_t r = 0; r < m.list.size(); ++r) {
        const Moment& x = m.list[r];
        if (x.a != j && x.b != j) continue;
        const double* other = m.probability.data() + (x.a == j ? x.b : x.a) * m.n_classes;
        for (std::size_t c = 0; c < m.n_classes; ++c) column[r] += x.a == x.b ? by_class[c] : by_class[c] * other[c];
      }
    }
  }
  for (const std::vector<double>& by_class : class_derivatives(model)) {
    std::vector<double>& column = columns.emplace_back(m.list.size(), 0.0);
    for (std::size_t r = 0; r < m.list.size(); ++r) {
      const Moment& x = m.list[r];
      const double* pa = m.probability.data() + x.a * m.n_classes;
      const double* pb = m.probability.data() + x.b * m.n_classes;
      for (std::size_t c = 0; c < m.n_classes; ++c) column[r] += x.a == x.b ? by_class[c] * pa[c] : by_class[c] * pa[c] * pb[c];
    }
  }
  Derivatives out;
  out.n_parameters = columns.size();
  out.values.resize(m.list.size() * columns.size());
  for (std::size_t r = 0; r < m.list.size(); ++r)
    for (std::size_t p = 0; p < columns.size(); ++p) out.values[r * columns.size() + p] = columns[p][r];
  return out;
}

}  // namespace celadon::inline CELADON_ABI::cdm::moments_detail
