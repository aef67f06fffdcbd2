#pragma once

#include <celadon/models/standard_setting/consistency.hpp>
#include <celadon/models/standard_setting/impl/rating_detail.hpp>
#include <celadon/models/standard_setting/impl/scale.hpp>

namespace celadon::inline CELADON_ABI::standard_setting {

namespace consistency_detail {

using rating_detail::Row;
using rating_detail::Shares;

inline JudgeConsistency none() {
  JudgeConsistency out;
  out.correlation = out.ability = out.mean_absolute_error = out.largest_error = out.consistency = detail::kNaN;
  return out;
}

inline void set_means(Consistency& out) {
  std::vector<double> r;
  std::vector<double> c;
  r.reserve(out.judges.size());
  c.reserve(out.judges.size());
  for (const JudgeConsistency& j : out.judges) {
    r.push_back(j.correlation);
    c.push_back(j.consistency);
  }
  out.mean_correlation = detail::mean(detail::present(r));
  out.mean_consistency = detail::mean(detail::present(c));
}

/// The judge's own cut on the ability scale and the errors about it; what the sum of the ratings cannot place has no index.
inline void specify(const Shares& s, const Row& row, std::size_t judge, const irt::Model& model, const irt::CategoryPoints& points,
                    JudgeConsistency& out, Findings& findings) {
  std::vector<double> room;
  const auto share = [&](std::size_t item, double ability) {
    return scale_detail::expected(model, points, item, ability, room) / scale_detail::item_full_mark(model, points, item);
  };
  const auto curve = [&](double ability) {
    double sum = 0.0;
    for (const std::size_t i : row.items) sum += s.full_marks[i] * share(i, ability);
    return sum;
  };
  double sum = 0.0;
  for (std::size_t k = 0; k < row.items.size(); ++k) sum += s.full_marks[row.items[k]] * row.values[k];
  const auto ability = scale_detail::root(curve, sum);
  if (!ability) {
    findings.push_back(detail::warning(Code::kCutOutsideScale, {{}, {}, static_cast<std::int64_t>(judge) + 1, {}},
                                       {{"name", "judge " + std::to_string(judge + 1)},
                                        {"value", detail::shown(sum)},
                                        {"lowest", detail::shown(curve(scale_detail::kLowest))},
                                        {"highest", detail::shown(curve(scale_detail::kHighest))}}));
    return;
  }
  const auto n = static_cast<double>(row.items.size());
  std::vector<double> expected;
  expected.reserve(row.items.size());
  out.ability = *ability;
  out.mean_absolute_error = 0.0;
  out.largest_error = 0.0;
  for (std::size_t k = 0; k < row.items.size(); ++k) {
    expected.push_back(share(row.items[k], *ability));
    out.mean_absolute_error += std::fabs(row.values[k] - expected[k]) / n;
    out.largest_error += std::max(expected[k], 1.0 - expected[k]) / n;
  }
  out.consistency = (out.largest_error - out.mean_absolute_error) / out.largest_error;
  out.correlation = detail::correlation(row.values, expected);
}

}  // namespace consistency_detail

Result<Consistency> difficulty_consistency(const Ratings& ratings, std::span<const double> difficulty) {
  const auto s = rating_detail::read(ratings);
  if (!s) return s.error();
  if (difficulty.size() != s->n_items) return detail::length("difficulty", difficulty.size(), ratings.n_items);
  for (const double d : difficulty)
    if (d < 0.0 || d > 1.0) return detail::invalid("difficulty", "each must be a share from 0 to 1, or missing");
  Consistency out;
  out.findings = s->findings;
  out.judges.reserve(s->n_judges);
  for (std::size_t j = 0; j < s->n_judges; ++j) {
    const auto row = rating_detail::row_of(*s, j);
    std::vector<double> own;
    std::vector<double> reference;
    own.reserve(row.items.size());
    reference.reserve(row.items.size());
    for (std::size_t k = 0; k < row.items.size(); ++k) {
      if (std::isnan(difficulty[row.items[k]])) continue;
      own.push_back(row.values[k]);
      reference.push_back(difficulty[row.items[k]]);
    }
    auto judge = consistency_detail::none();
    judge.n_items = static_cast<std::int64_t>(own.size());
    judge.correlation = detail::correlation(own, reference);
    rating_detail::find_constant(row, j, out.findings);
    out.judges.push_back(judge);
  }
  consistency_detail::set_means(out);
  return out;
}

Result<Consistency> latent_consistency(const Ratings& ratings, const irt::Model& model, const irt::CategoryPoints& points) {
  const auto s = rating_detail::read(ratings);
  if (!s) return s.error();
  if (model.items.size() != s->n_items) return detail::length("model.items", model.items.size(), ratings.n_items);
  if (const auto ok = irt::true_score(model, 0.0, points); !ok) return ok.error();
  for (std::size_t i = 0; i < s->n_items; ++i)
    if (!(scale_detail::item_full_mark(model, points, i) > 0.0))
      return detail::invalid("points", "item " + s->ids[i] + " has no points above 0");
  Consistency out;
  out.findings = s->findings;
  out.judges.reserve(s->n_judges);
  for (std::size_t j = 0; j < s->n_judges; ++j) {
    const auto row = rating_detail::row_of(*s, j);
    auto judge = consistency_detail::none();
    judge.n_items = static_cast<std::int64_t>(row.items.size());
    rating_detail::find_constant(row, j, out.findings);
    if (!row.items.empty()) consistency_detail::specify(*s, row, j, model, points, judge, out.findings);
    out.judges.push_back(judge);
  }
  consistency_detail::set_means(out);
  return out;
}

Table Consistency::to_table() const {
  std::vector<std::int64_t> number;
  std::vector<std::int64_t> n;
  std::vector<double> correlation;
  std::vector<double> ability;
  std::vector<double> error;
  std::vector<double> largest;
  std::vector<double> index;
  for (auto* v : {&correlation, &ability, &error, &largest, &index}) v->reserve(judges.size());
  number.reserve(judges.size());
  n.reserve(judges.size());
  for (const JudgeConsistency& j : judges) {
    number.push_back(static_cast<std::int64_t>(number.size()) + 1);
    n.push_back(j.n_items);
    correlation.push_back(j.correlation);
    ability.push_back(j.ability);
    error.push_back(j.mean_absolute_error);
    largest.push_back(j.largest_error);
    index.push_back(j.consistency);
  }
  Table out("judge_consistency");
  out.add("judge", number);
  out.add("n_items", n);
  out.add("correlation", correlation);
  out.add("ability", ability);
  out.add("mean_absolute_error", error);
  out.add("largest_error", largest);
  out.add("consistency", index);
  return out;
}

}  // namespace celadon::inline CELADON_ABI::standard_setting
