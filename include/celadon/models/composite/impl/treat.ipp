#pragma once

#include <celadon/models/composite/impl/columns_detail.hpp>
#include <celadon/models/composite/treat.hpp>

namespace celadon::inline CELADON_ABI::composite {

namespace treat_detail {

inline bool passes(const columns_detail::Moments& m, const TreatOptions& o) {
  return std::fabs(m.skewness) < o.skew_limit || m.kurtosis < o.kurtosis_limit;
}

/// One step: the largest (or least) value becomes the next; returns how many values now stand there, 0 when there is no other value.
inline std::int64_t winsorise_once(std::vector<double>& x, bool high) {
  double end = kMissing;
  for (const double v : x)
    if (!std::isnan(v) && (std::isnan(end) || (high ? v > end : v < end))) end = v;
  double next = kMissing;
  for (const double v : x)
    if (!std::isnan(v) && v != end && (std::isnan(next) || (high ? v > next : v < next))) next = v;
  if (std::isnan(next)) return 0;
  std::int64_t changed = 0;
  for (double& v : x)
    if (v == end) {
      v = next;
      ++changed;
    }
  return changed;
}

inline void box_cox(std::vector<double>& x, double low, double lambda) {
  for (double& v : x)
    if (!std::isnan(v)) v = lambda == 0.0 ? math::log(v - low + 1.0) : (columns_detail::power(v - low + 1.0, lambda) - 1.0) / lambda;
}

/// -n/2 ln(variance of the transformed values) + (lambda - 1) sum ln(shifted x).
inline double box_cox_likelihood(const std::vector<double>& x, double low, double lambda) {
  std::vector<double> y = x;
  box_cox(y, low, lambda);
  const auto m = columns_detail::moments(y.data(), y.size());
  double logs = 0.0;
  for (const double v : x)
    if (!std::isnan(v)) logs += math::log(v - low + 1.0);
  const auto n = static_cast<double>(m.n);
  return -0.5 * n * math::log(m.sd * m.sd * (n - 1.0) / n) + (lambda - 1.0) * logs;
}

/// Golden section on [-2, 2]: the profile likelihood has one maximum in practice, and an end of the range is a fair answer where it has
/// not.
inline double estimated_lambda(const std::vector<double>& x, double low) {
  const double ratio = 0.5 * (math::sqrt(5.0) - 1.0);
  double a = -2.0;
  double b = 2.0;
  double c = b - ratio * (b - a);
  double d = a + ratio * (b - a);
  double fc = box_cox_likelihood(x, low, c);
  double fd = box_cox_likelihood(x, low, d);
  for (int step = 0; step < 60; ++step) {
    if (fc > fd) {
      b = d;
      d = c;
      fd = fc;
      c = b - ratio * (b - a);
      fc = box_cox_likelihood(x, low, c);
    } else {
      a = c;
      c = d;
      fc = fd;
      d = a + ratio * (b - a);
      fd = box_cox_likelihood(x, low, d);
    }
  }
  return 0.5 * (a + b);
}

inline void transform(std::vector<double>& x, const TreatOptions& o, TreatmentRecord& record) {
  double low = kMissing;
  double high = kMissing;
  for (const double v : x)
    if (!std::isnan(v)) {
      low = std::isnan(low) ? v : std::min(low, v);
      high = std::isnan(high) ? v : std::max(high, v);
    }
  record.transformation = o.transformation;
  switch (o.transformation) {
    case Transformation::kNone:
      break;
    case Transformation::kLog:
      for (double& v : x)
        if (!std::isnan(v)) v = math::log(v - low + 0.01 * (high - low));
      break;
    case Transformation::kLogShiftOne:
      for (double& v : x)
        if (!std::isnan(v)) v = math::log(v - low + 1.0);
      break;
    case Transformation::kBoxCox:
      record.lambda = o.lambda;
      box_cox(x, low, o.lambda);
      break;
    case Transformation::kBoxCoxEstimated:
      record.lambda = estimated_lambda(x, low);
      box_cox(x, low, record.lambda);
      break;
  }
}

inline TreatmentRecord treat_column(std::vector<double>& x, const TreatOptions& o) {
  TreatmentRecord record;
  auto m = columns_detail::moments(x.data(), x.size());
  record.skewness_before = record.skewness_after = m.skewness;
  record.kurtosis_before = record.kurtosis_after = m.kurtosis;
  if (m.n < 4 || std::isnan(m.kurtosis)) return record;
  record.passed_before = record.passed_after = passes(m, o);
  if (!o.treat || record.passed_before) return record;
  const std::vector<double> original = x;
  std::int64_t high = 0;
  std::int64_t low = 0;
  while (!passes(m, o) && high + low < o.max_winsorised) {
    // A step that meets ties moves them together, so each end counts the points that now stand at its edge.
    const bool at_top = m.skewness >= 0.0;
    const std::int64_t moved = winsorise_once(x, at_top);
    if (moved == 0) break;
    (at_top ? high : low) = moved;
    m = columns_detail::moments(x.data(), x.size());
    if (std::isnan(m.kurtosis)) break;
  }
  record.n_tried = record.n_winsorised = high + low;
  record.passed_after = passes(m, o);
  if (!record.passed_after && o.transformation != Transformation::kNone) {
    if (!o.combine) {
      x = original;
      record.n_winsorised = 0;
    }
    transform(x, o, record);
    m = columns_detail::moments(x.data(), x.size());
    record.passed_after = passes(m, o);
  }
  record.skewness_after = m.skewness;
  record.kurtosis_after = m.kurtosis;
  return record;
}

inline Result<void> check(std::span<const TreatOptions> options, std::int64_t n) {
  if (options.size() != 1 && static_cast<std::int64_t>(options.size()) != n)
    return columns_detail::length("treatment", static_cast<std::int64_t>(options.size()), n);
  for (const TreatOptions& o : options) {
    if (!(o.skew_limit > 0.0) || std::isnan(o.kurtosis_limit)) return columns_detail::invalid("treatment", "a limit that is not above 0");
    if (o.max_winsorised < 0) return columns_detail::invalid("max_winsorised", "negative");
    if (!std::isfinite(o.lambda)) return columns_detail::invalid("lambda", "not finite");
  }
  return {};
}

inline Finding outliers_remain(const std::string& node, const TreatmentRecord& r) {
  return make_finding(
      Severity::kWarning, Code::kOutliersRemain, {},
      {{"node", node}, {"skew", columns_detail::number(r.skewness_after)}, {"kurtosis", columns_detail::number(r.kurtosis_after)}});
}

}  // namespace treat_detail

Result<Treated> treat(const Matrix& data, std::span<const TreatOptions> options, const Tree* names) {
  if (auto ok = treat_detail::check(options, data.n_columns); !ok) return ok.error();
  if (names != nullptr && names->n_indicators() != data.n_columns)
    return columns_detail::length("data", data.n_columns, names->n_indicators());
  Treated out;
  out.values = data;
  for (std::int64_t j = 0; j < data.n_columns; ++j) {
    const auto& o = options.size() == 1 ? options[0] : options[static_cast<std::size_t>(j)];
    std::vector<double> x = data.column(j);
    out.records.push_back(treat_detail::treat_column(x, o));
    for (std::int64_t i = 0; i < data.n_rows; ++i) out.values(i, j) = x[static_cast<std::size_t>(i)];
    if (o.treat && !out.records.back().passed_after)
      out.findings.push_back(treat_detail::outliers_remain(
          names == nullptr ? std::to_string(j + 1) : names->nodes()[static_cast<std::size_t>(j)].code, out.records.back()));
  }
  return out;
}

}  // namespace celadon::inline CELADON_ABI::composite
