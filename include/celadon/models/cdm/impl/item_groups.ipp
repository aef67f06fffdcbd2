#pragma once

#include <celadon/models/cdm/impl/item_groups.hpp>

#include <Eigen/Dense>
#include <boost/math/distributions/chi_squared.hpp>

#include <algorithm>
#include <bit>
#include <cmath>

namespace celadon::inline CELADON_ABI::cdm::item_groups_detail {

double chi_square_tail(double value, int df) {
  if (df < 1 || !(value > 0.0)) return 1.0;
  return boost::math::cdf(boost::math::complement(boost::math::chi_squared(df), value));
}

Result<Persons> look(const Model& model, const Responses& responses, const ScoreOptions& options, const ExecutionContext& context) {
  Persons out;
  auto match = match_detail::match(model, responses, options.missing);
  if (!match) return match.error();
  ScoreOptions with_state = options;
  with_state.keep_state = true;
  auto scores = score(model, responses, with_state, context);
  if (!scores) return scores.error();
  out.match = std::move(*match);
  out.scores = std::move(*scores);
  const std::size_t n_classes = model.classes.size();
  out.right.assign(out.match.items.size(), std::vector<double>(n_classes, 0.0));
  out.asked = out.right;
  // One item a block of work: its sums run over the persons in their order.
  const auto n_items = static_cast<std::int64_t>(out.match.items.size());
  const auto work = [&](std::int64_t at, int) {
    const auto j = static_cast<std::size_t>(at);
    const latent_detail::CodedItem& item = out.match.coded[j];
    for (std::int64_t i = 0; i < responses.n_persons(); ++i) {
      const auto person = static_cast<std::size_t>(i);
      const std::uint8_t code = item.code[responses.at(i, item.column)];
      if (code > 1 || out.scores.status[person] != ScoreStatus::kScored) continue;
      const double* posterior = out.scores.state.probability.data() + person * n_classes;
      for (std::size_t c = 0; c < n_classes; ++c) out.asked[j][c] += posterior[c];
      if (code == 1)
        for (std::size_t c = 0; c < n_classes; ++c) out.right[j][c] += posterior[c];
    }
  };
  if (auto done = run_blocks(n_items, worker_count(n_items, context), context, work); !done) return done.error();
  return out;
}

std::vector<std::uint32_t> patterns(const Model& model, std::uint32_t set) {
  std::vector<std::uint32_t> out;
  for (const std::uint32_t c : model.classes) {
    std::uint32_t pattern = 0;
    int l = 0;
    for (std::uint32_t k = 0; k < model.attributes.size(); ++k)
      if ((set >> k & 1U) != 0) pattern |= (c >> k & 1U) << l++;
    out.push_back(pattern);
  }
  return out;
}

ByPattern by_pattern(const Persons& persons, std::size_t item, std::span<const std::uint32_t> pattern, std::size_t n_patterns) {
  ByPattern out;
  out.size.assign(n_patterns, 0.0);
  std::vector<double> right(n_patterns, 0.0);
  double n = 0.0;
  double all_right = 0.0;
  for (std::size_t c = 0; c < pattern.size(); ++c) {
    out.size[pattern[c]] += persons.asked[item][c];
    right[pattern[c]] += persons.right[item][c];
    n += persons.asked[item][c];
    all_right += persons.right[item][c];
  }
  const double mean = n > 0.0 ? all_right / n : 0.0;
  for (std::size_t g = 0; g < n_patterns; ++g) {
    out.probability.push_back(out.size[g] > 0.0 ? right[g] / out.size[g] : mean);
    const double d = out.probability[g] - mean;
    if (n > 0.0) out.variance += out.size[g] / n * d * d;
  }
  return out;
}

std::vector<double> information(const Persons& persons, const Responses& responses, std::size_t item,
                                std::span<const std::uint32_t> pattern, const ByPattern& of) {
  const std::size_t n_patterns = of.size.size();
  const std::size_t n_classes = pattern.size();
  std::vector<double> out(n_patterns * n_patterns, 0.0);
  std::vector<double> score(n_patterns);
  const latent_detail::CodedItem& coded = persons.match.coded[item];
  for (std::int64_t i = 0; i < responses.n_persons(); ++i) {
    const auto person = static_cast<std::size_t>(i);
    const std::uint8_t code = coded.code[responses.at(i, coded.column)];
    if (code > 1 || persons.scores.status[person] != ScoreStatus::kScored) continue;
    std::fill(score.begin(), score.end(), 0.0);
    const double* posterior = persons.scores.state.probability.data() + person * n_classes;
    for (std::size_t c = 0; c < n_classes; ++c) score[pattern[c]] += posterior[c];
    for (std::size_t g = 0; g < n_patterns; ++g) {
      const double p = std::clamp(of.probability[g], 1e-4, 1.0 - 1e-4);
      score[g] *= code == 1 ? 1.0 / p : -1.0 / (1.0 - p);
    }
    for (std::size_t g = 0; g < n_patterns; ++g)
      for (std::size_t h = 0; h <= g; ++h) out[g * n_patterns + h] += score[g] * score[h];
  }
  for (std::size_t g = 0; g < n_patterns; ++g)
    for (std::size_t h = 0; h < g; ++h) out[h * n_patterns + g] = out[g * n_patterns + h];
  return out;
}

std::vector<double> covariance(const std::vector<double>& information, std::span<const double> size, double least,
                               std::vector<std::uint8_t>& usable) {
  const std::size_t n = size.size();
  std::vector<std::size_t> kept;
  usable.assign(n, 0);
  for (std::size_t g = 0; g < n; ++g)
    if (size[g] >= least && information[g * n + g] > 0.0) kept.push_back(g);
  const auto m = static_cast<Eigen::Index>(kept.size());
  Eigen::MatrixXd a(m, m);
  for (Eigen::Index r = 0; r < m; ++r)
    for (Eigen::Index c = 0; c < m; ++c) a(r, c) = information[kept[static_cast<std::size_t>(r)] * n + kept[static_cast<std::size_t>(c)]];
  std::vector<double> out(n * n, 0.0);
  const Eigen::LDLT<Eigen::MatrixXd> factor(a);
  if (m == 0 || factor.info() != Eigen::Success || !factor.isPositive() || factor.rcond() < 1e-12) return out;
  const Eigen::MatrixXd inverse = factor.solve(Eigen::MatrixXd::Identity(m, m));
  for (Eigen::Index r = 0; r < m; ++r) {
    usable[kept[static_cast<std::size_t>(r)]] = 1;
    for (Eigen::Index c = 0; c < m; ++c) out[kept[static_cast<std::size_t>(r)] * n + kept[static_cast<std::size_t>(c)]] = inverse(r, c);
  }
  return out;
}

Wald wald(const std::vector<std::vector<double>>& restriction, std::span<const double> value, std::span<const double> slope,
          std::span<const double> covariance) {
  const std::size_t n = value.size();
  const auto m = static_cast<Eigen::Index>(restriction.size());
  Eigen::VectorXd x = Eigen::VectorXd::Zero(m);
  Eigen::MatrixXd v = Eigen::MatrixXd::Zero(m, m);
  for (Eigen::Index r = 0; r < m; ++r) {
    const std::vector<double>& a = restriction[static_cast<std::size_t>(r)];
    for (std::size_t g = 0; g < n; ++g) x(r) += a[g] == 0.0 ? 0.0 : a[g] * value[g];
    for (Eigen::Index c = 0; c <= r; ++c) {
      const std::vector<double>& b = restriction[static_cast<std::size_t>(c)];
      for (std::size_t g = 0; g < n; ++g)
        for (std::size_t h = 0; h < n; ++h)
          if (a[g] != 0.0 && b[h] != 0.0) v(r, c) += a[g] * slope[g] * covariance[g * n + h] * slope[h] * b[h];
      v(c, r) = v(r, c);
    }
  }
  Wald out;
  const Eigen::LDLT<Eigen::MatrixXd> factor(v);
  if (m == 0 || factor.info() != Eigen::Success || !factor.isPositive() || !(factor.vectorD().minCoeff() > 0.0)) return out;
  out.value = x.dot(factor.solve(x));
  out.df = static_cast<int>(m);
  out.p = chi_square_tail(out.value, out.df);
  return out;
}

}  // namespace celadon::inline CELADON_ABI::cdm::item_groups_detail
