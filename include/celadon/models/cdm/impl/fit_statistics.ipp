#pragma once

#include <celadon/core/math.hpp>
#include <celadon/core/normal.hpp>
#include <celadon/models/cdm/fit_statistics.hpp>
#include <celadon/models/cdm/impl/item_groups.hpp>
#include <celadon/models/cdm/impl/moments.hpp>
#include <celadon/models/cdm/item_selection.hpp>

#include <Eigen/Dense>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/non_central_chi_squared.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace celadon::inline CELADON_ABI::cdm {

namespace fit_statistics_detail {

using moments_detail::Moments;

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Counts of two items: [wrong, right] x [wrong, right] among those who answered both; and the same among complete persons.
struct Counts {
  std::vector<double> pair;      ///< 4 a pair: n00, n01 (second right), n10, n11
  std::vector<double> complete;  ///< by moment: right answers (both right) among complete persons
  std::int64_t n_complete = 0;
};

inline Counts count(const match_detail::Match& match, const Responses& responses, const Moments& m) {
  Counts out;
  const std::size_t n_items = m.n_items;
  out.pair.assign((m.list.size() - n_items) * 4, 0.0);
  out.complete.assign(m.list.size(), 0.0);
  std::vector<std::uint8_t> code(n_items);
  for (std::int64_t i = 0; i < responses.n_persons(); ++i) {
    bool complete = true;
    bool dropped = false;
    for (std::size_t j = 0; j < n_items; ++j) {
      const latent_detail::CodedItem& item = match.coded[j];
      const std::uint8_t cell = responses.at(i, item.column);
      code[j] = item.code[cell];
      complete = complete && code[j] < 2;
      dropped = dropped || (!item.dropped.empty() && item.dropped[cell] != 0);
    }
    if (dropped) continue;
    if (complete) ++out.n_complete;
    std::size_t at = 0;
    for (std::size_t a = 0; a < n_items; ++a) {
      if (complete) out.complete[a] += code[a];
      for (std::size_t b = a + 1; b < n_items; ++b, ++at) {
        if (code[a] > 1 || code[b] > 1) continue;
        out.pair[at * 4 + code[a] * 2U + code[b]] += 1.0;
        if (complete && code[a] == 1 && code[b] == 1) out.complete[n_items + at] += 1.0;
      }
    }
  }
  return out;
}

inline double phi(double pa, double pb, double pab) {
  const double v = pa * (1.0 - pa) * pb * (1.0 - pb);
  return v > 0.0 ? (pab - pa * pb) / math::sqrt(v) : kNaN;
}

inline double fisher(double r) {
  return 0.5 * (math::log(1.0 + r) - math::log(1.0 - r));
}

inline double two_sided(double z) {
  return std::isnan(z) ? 1.0 : 2.0 * normal_cdf(-std::fabs(z));
}

inline PairResidual pair(const Moments& m, std::size_t a, std::size_t b, std::size_t at, const double* n) {
  PairResidual out;
  out.first = static_cast<std::int32_t>(a);
  out.second = static_cast<std::int32_t>(b);
  const double total = n[0] + n[1] + n[2] + n[3];
  out.n = std::llround(total);
  const double ea = m.expected[a];
  const double eb = m.expected[b];
  const double eab = m.expected[m.n_items + at];
  out.expected_correlation = phi(ea, eb, eab);
  out.correlation = total > 0.0 ? phi((n[2] + n[3]) / total, (n[1] + n[3]) / total, n[3] / total) : kNaN;
  out.correlation_z = total > 3.0 && std::fabs(out.correlation) < 1.0
                          ? (fisher(out.correlation) - fisher(out.expected_correlation)) * math::sqrt(total - 3.0)
                          : kNaN;
  out.correlation_p = two_sided(out.correlation_z);
  const double add = n[0] > 0.0 && n[1] > 0.0 && n[2] > 0.0 && n[3] > 0.0 ? 0.0 : 0.5;
  const double c[4] = {n[0] + add, n[1] + add, n[2] + add, n[3] + add};
  out.log_odds_ratio = math::log(c[0]) + math::log(c[3]) - math::log(c[1]) - math::log(c[2]);
  out.expected_log_odds_ratio = math::log(eab) + math::log(1.0 - ea - eb + eab) - math::log(ea - eab) - math::log(eb - eab);
  const double se = math::sqrt(1.0 / c[0] + 1.0 / c[1] + 1.0 / c[2] + 1.0 / c[3]);
  out.log_odds_ratio_z = total > 0.0 ? (out.log_odds_ratio - out.expected_log_odds_ratio) / se : kNaN;
  if (std::isinf(out.log_odds_ratio_z)) out.log_odds_ratio_z = kNaN;
  out.log_odds_ratio_p = two_sided(out.log_odds_ratio_z);
  return out;
}

inline void pairs(const Moments& m, const Counts& counts, AbsoluteFit& out) {
  std::size_t at = 0;
  for (std::size_t a = 0; a < m.n_items; ++a)
    for (std::size_t b = a + 1; b < m.n_items; ++b, ++at) out.pairs.push_back(pair(m, a, b, at, counts.pair.data() + at * 4));
  std::vector<double> r;
  std::vector<double> l;
  for (const PairResidual& p : out.pairs) {
    r.push_back(p.correlation_p);
    l.push_back(p.log_odds_ratio_p);
    out.max_correlation_z = std::max(out.max_correlation_z, std::isnan(p.correlation_z) ? 0.0 : std::fabs(p.correlation_z));
    out.max_log_odds_ratio_z = std::max(out.max_log_odds_ratio_z, std::isnan(p.log_odds_ratio_z) ? 0.0 : std::fabs(p.log_odds_ratio_z));
  }
  const auto n = static_cast<double>(out.pairs.size());
  out.max_correlation_p = std::min(1.0, n * two_sided(out.max_correlation_z));
  out.max_log_odds_ratio_p = std::min(1.0, n * two_sided(out.max_log_odds_ratio_z));
  const auto adjusted_r = holm(r);
  const auto adjusted_l = holm(l);
  for (std::size_t i = 0; i < out.pairs.size(); ++i) {
    out.pairs[i].correlation_p_adjusted = adjusted_r[i];
    out.pairs[i].log_odds_ratio_p_adjusted = adjusted_l[i];
  }
}

/// Non-centrality at which a chi-square is as small as this with probability p.
inline double non_centrality(double statistic, int df, double p) {
  if (!(statistic > 0.0) || boost::math::cdf(boost::math::chi_squared(df), statistic) <= p) return 0.0;
  return boost::math::non_central_chi_squared::find_non_centrality(static_cast<double>(df), statistic, p);
}

inline void m2(const Model& model, const match_detail::Match& match, const Moments& m, const Counts& counts, AbsoluteFit& out) {
  const auto n = static_cast<double>(counts.n_complete);
  const auto size = static_cast<Eigen::Index>(m.list.size());
  using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const std::vector<double> covariance = moments_detail::covariance(model, m);
  const auto derivatives = moments_detail::derivatives(model, match, m);
  const Eigen::Map<const Rows> x(covariance.data(), size, size);
  const Eigen::Map<const Rows> d(derivatives.values.data(), size, static_cast<Eigen::Index>(derivatives.n_parameters));
  Eigen::VectorXd e(size);
  for (Eigen::Index r = 0; r < size; ++r) e(r) = counts.complete[static_cast<std::size_t>(r)] / n - m.expected[static_cast<std::size_t>(r)];
  const Eigen::LLT<Eigen::MatrixXd> factor{Eigen::MatrixXd(x)};
  if (factor.info() != Eigen::Success) return;
  // In the metric of the residuals: what of them lies outside the space that the parameters reach.
  const Eigen::VectorXd u = factor.matrixL().solve(e);
  Eigen::MatrixXd reach = factor.matrixL().solve(Eigen::MatrixXd(d));
  for (Eigen::Index c = 0; c < reach.cols(); ++c)
    if (const double length = reach.col(c).norm(); length > 0.0) reach.col(c) /= length;
  Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(reach);
  qr.setThreshold(1e-8);
  const Eigen::Index rank = qr.rank();
  out.df = static_cast<int>(size - rank);
  if (out.df < 1) {
    out.df = 0;
    return;
  }
  const Eigen::VectorXd rotated = qr.householderQ().transpose() * u;
  out.m2 = n * rotated.tail(size - rank).squaredNorm();
  out.p = item_groups_detail::chi_square_tail(out.m2, out.df);
  out.rmsea2 = math::sqrt(std::max(0.0, (out.m2 / out.df - 1.0) / n));
  out.rmsea2_lower = math::sqrt(non_centrality(out.m2, out.df, 0.95) / (out.df * n));
  out.rmsea2_upper = math::sqrt(non_centrality(out.m2, out.df, 0.05) / (out.df * n));
}

inline double srmsr(const Moments& m, const Counts& counts) {
  const auto n = static_cast<double>(counts.n_complete);
  double sum = 0.0;
  std::size_t at = 0;
  for (std::size_t a = 0; a < m.n_items; ++a)
    for (std::size_t b = a + 1; b < m.n_items; ++b, ++at) {
      const double seen = phi(counts.complete[a] / n, counts.complete[b] / n, counts.complete[m.n_items + at] / n);
      const double d = seen - phi(m.expected[a], m.expected[b], m.expected[m.n_items + at]);
      sum += d * d;
    }
  return math::sqrt(sum / static_cast<double>(at));
}

}  // namespace fit_statistics_detail

RelativeFit relative_fit(double log_likelihood, int n_parameters, double n) {
  RelativeFit out;
  const double p = n_parameters;
  out.aic = -2.0 * log_likelihood + 2.0 * p;
  out.bic = -2.0 * log_likelihood + p * math::log(n);
  out.caic = out.bic + p;
  out.sabic = -2.0 * log_likelihood + p * math::log((n + 2.0) / 24.0);
  return out;
}

int n_parameters(const Model& model) {
  int out = 0;
  for (const ItemParameters& item : model.items) out += n_parameters(item.rule, static_cast<int>(item.attributes.size()));
  const auto n_attributes = static_cast<int>(model.attributes.size());
  int structure = static_cast<int>(model.classes.size()) - 1;
  if (model.structure != Structure::kSaturated) structure = n_attributes * (model.structure == Structure::kHigherOrder ? 2 : 1);
  return out + structure * static_cast<int>(model.populations.size());
}

Result<AbsoluteFit> absolute_fit(const Model& model, const Responses& responses, const FitStatisticsOptions& options,
                                 const ExecutionContext& context) {
  using namespace fit_statistics_detail;
  auto match = match_detail::match(model, responses, options.missing);
  if (!match) return match.error();
  if (model.populations.size() != 1)
    return make_error(Code::kInvalidArgument, {},
                      {{"name", "model"}, {"detail", "several populations; look at each with its own persons"}});
  if (match->items.size() < 3) return make_error(Code::kNoItems);
  if (responses.n_persons() == 0) return make_error(Code::kNoPersons);
  if (context.cancelled()) return make_error(Code::kCancelled);
  AbsoluteFit out;
  out.findings = std::move(match->findings);
  out.n_parameters = n_parameters(model);
  for (const std::int32_t j : match->items) out.items.push_back(model.items[static_cast<std::size_t>(j)].id);
  const Moments m = moments_detail::moments(model, *match);
  const Counts counts = count(*match, responses, m);
  out.n_used = counts.n_complete;
  out.n_dropped = responses.n_persons() - out.n_used;
  pairs(m, counts, out);
  out.m2 = out.p = out.rmsea2 = out.rmsea2_lower = out.rmsea2_upper = out.srmsr = kNaN;
  if (counts.n_complete < 2) return out;
  out.srmsr = srmsr(m, counts);
  if (m.list.size() <= static_cast<std::size_t>(std::max(0, options.max_moments))) m2(model, *match, m, counts, out);
  return out;
}

Table AbsoluteFit::to_table() const {
  Table table("absolute_fit");
  const auto one = [](double v) { return std::vector<double>{v}; };
  const auto whole = [](std::int64_t v) { return std::vector<std::int64_t>{v}; };
  table.add("m2", one(m2)).add("df", whole(df)).add("p", one(p)).add("rmsea2", one(rmsea2)).add("rmsea2_lower", one(rmsea2_lower));
  table.add("rmsea2_upper", one(rmsea2_upper)).add("srmsr", one(srmsr)).add("max_correlation_p", one(max_correlation_p));
  table.add("max_log_odds_ratio_p", one(max_log_odds_ratio_p)).add("n_used", whole(n_used)).add("n_dropped", whole(n_dropped));
  return table;
}

Table AbsoluteFit::pair_table() const {
  Table table("item_pairs");
  std::vector<std::string> first;
  std::vector<std::string> second;
  std::vector<std::int64_t> n;
  for (const PairResidual& pair : pairs) {
    first.push_back(items[static_cast<std::size_t>(pair.first)]);
    second.push_back(items[static_cast<std::size_t>(pair.second)]);
    n.push_back(pair.n);
  }
  table.add("first", std::move(first)).add("second", std::move(second)).add("n", std::move(n));
  const auto add = [&](const char* name, double PairResidual::*field) {
    std::vector<double> values;
    for (const PairResidual& pair : pairs) values.push_back(pair.*field);
    table.add(name, std::move(values));
  };
  add("correlation", &PairResidual::correlation);
  add("expected_correlation", &PairResidual::expected_correlation);
  add("correlation_z", &PairResidual::correlation_z);
  add("correlation_p", &PairResidual::correlation_p);
  add("correlation_p_adjusted", &PairResidual::correlation_p_adjusted);
  add("log_odds_ratio", &PairResidual::log_odds_ratio);
  add("expected_log_odds_ratio", &PairResidual::expected_log_odds_ratio);
  add("log_odds_ratio_z", &PairResidual::log_odds_ratio_z);
  add("log_odds_ratio_p", &PairResidual::log_odds_ratio_p);
  add("log_odds_ratio_p_adjusted", &PairResidual::log_odds_ratio_p_adjusted);
  return table;
}

}  // namespace celadon::inline CELADON_ABI::cdm
