#pragma once

#include <celadon/core/normal.hpp>
#include <celadon/models/ctt/conditional_sem.hpp>
#include <celadon/models/ctt/impl/scoring_detail.hpp>

#include <algorithm>
#include <cmath>
#include <map>

namespace celadon::inline CELADON_ABI::ctt {

namespace conditional_sem_detail {

using scoring_detail::Prepared;

/// Sums over persons, in points.
struct Sums {
  double weight = 0.0;
  double total = 0.0;
  double total_squared = 0.0;
  std::vector<double> x;
  std::vector<double> xx;
  double normal[3][3] = {};  // of the quadratic: sums of s^(a+b)
  double right[3] = {};      // and of s^a times the person's error variance
  double error = 0.0;        // and of the error variance itself
  explicit Sums(std::size_t k = 0) : x(k), xx(k) {}
  void add(const Sums& o) {
    weight += o.weight;
    total += o.total;
    total_squared += o.total_squared;
    error += o.error;
    for (std::size_t j = 0; j < x.size(); ++j) {
      x[j] += o.x[j];
      xx[j] += o.xx[j];
    }
    for (int a = 0; a < 3; ++a) {
      right[a] += o.right[a];
      for (int b = 0; b < 3; ++b) normal[a][b] += o.normal[a][b];
    }
  }
};

template <class Work>
Result<Sums> over_blocks(const Responses& responses, std::size_t k, const ExecutionContext& context, const Work& work) {
  const int workers = worker_count(responses.n_blocks(), context);
  std::vector<Sums> scratch(static_cast<std::size_t>(workers));
  Sums sum(k);
  auto done = run_blocks(
      responses.n_blocks(), workers, context,
      [&](std::int64_t block, int worker) {
        Sums& s = scratch[static_cast<std::size_t>(worker)];
        s = Sums(k);
        work(block, s);
      },
      [&](std::int64_t, int worker) { sum.add(scratch[static_cast<std::size_t>(worker)]); });
  if (!done) return done.error();
  return sum;
}

inline void first_pass(const Prepared& p, const Responses& responses, std::int64_t block, Sums& s) {
  const std::int64_t rows = responses.rows(block);
  const double unit = 1.0 / p.plan.per_point;
  for (std::int64_t i = 0; i < rows; ++i) {
    const std::int64_t person = block * kBlockRows + i;
    const double w = p.weight_of(person);
    const double t = p.total[static_cast<std::size_t>(person)] * unit;
    s.weight += w;
    s.total += w * t;
    s.total_squared += w * t * t;
  }
  for (std::size_t j = 0; j < s.x.size(); ++j) {
    if (p.plan.items[j].empty) continue;
    const std::uint8_t* cells = responses.column(block, static_cast<std::int64_t>(j));
    for (std::int64_t i = 0; i < rows; ++i) {
      const double w = p.weight_of(block * kBlockRows + i);
      const double x = p.plan.items[j].units[cells[i]] * unit;
      s.x[j] += w * x;
      s.xx[j] += w * x * x;
    }
  }
}

/// Items of one full mark; error variance of a person within the group, as parts of equal length.
using Groups = std::vector<std::vector<std::size_t>>;

/// A group of one item cannot show error: it joins the group whose full mark is nearest, where items then count as shares.
inline Groups group_items(const Prepared& p) {
  std::map<double, std::vector<std::size_t>> by_mark;
  for (std::size_t j = 0; j < p.plan.items.size(); ++j)
    if (!p.plan.items[j].empty) by_mark[p.plan.items[j].full_mark].push_back(j);
  while (by_mark.size() > 1) {
    const auto single = std::find_if(by_mark.begin(), by_mark.end(), [](const auto& g) { return g.second.size() == 1; });
    if (single == by_mark.end()) break;
    auto nearest = by_mark.end();
    for (auto g = by_mark.begin(); g != by_mark.end(); ++g)
      if (g != single && (nearest == by_mark.end() || std::fabs(g->first - single->first) < std::fabs(nearest->first - single->first)))
        nearest = g;
    nearest->second.push_back(single->second.front());
    by_mark.erase(single);
  }
  Groups out;
  for (auto& [mark, members] : by_mark) out.push_back(members);
  return out;
}

/// One person's error variance: sum over groups of (sum of squared full marks) times the variance (divisor n - 1) of the shares'
/// deviations from the items' mean shares. For equal full marks this is Feldt and Qualls' n/(n-1) sum of squared deviations.
inline double error_variance(const Prepared& p, const Groups& groups, const std::vector<double>& mean_share, const Responses& responses,
                             std::int64_t block, std::int64_t i) {
  double error = 0.0;
  for (const auto& group : groups) {
    double sum = 0.0;
    double squares = 0.0;
    double marks = 0.0;
    for (const std::size_t j : group) {
      const auto& item = p.plan.items[j];
      const double share =
          item.units[responses.column(block, static_cast<std::int64_t>(j))[i]] / p.plan.per_point / item.full_mark - mean_share[j];
      sum += share;
      squares += share * share;
      marks += item.full_mark * item.full_mark;
    }
    const auto n = static_cast<double>(group.size());
    error += marks * std::max(0.0, squares - sum * sum / n) / (n - 1.0);
  }
  return error;
}

/// Solves the 3 x 3 normal equations by elimination with pivoting; falls back to fewer terms where scores are too few.
inline void solve(const Sums& s, double out[3]) {
  for (int terms = 3; terms >= 1; --terms) {
    double a[3][4] = {};
    for (int i = 0; i < terms; ++i) {
      for (int j = 0; j < terms; ++j) a[i][j] = s.normal[i][j] / s.weight;
      a[i][3] = s.right[i] / s.weight;
    }
    bool regular = true;
    for (int c = 0; c < terms && regular; ++c) {
      int pivot = c;
      for (int r = c + 1; r < terms; ++r)
        if (std::fabs(a[r][c]) > std::fabs(a[pivot][c])) pivot = r;
      regular = std::fabs(a[pivot][c]) > 1e-10;
      std::swap(a[c], a[pivot]);
      for (int r = 0; regular && r < terms; ++r) {
        if (r == c) continue;
        const double f = a[r][c] / a[c][c];
        for (int q = c; q < 4; ++q) a[r][q] -= f * a[c][q];
      }
    }
    if (!regular) continue;
    for (int i = 0; i < 3; ++i) out[i] = i < terms ? a[i][3] / a[i][i] : 0.0;
    return;
  }
}

inline double alpha(const Sums& s, std::size_t k, double variance, double n) {
  double item_variances = 0.0;
  for (std::size_t j = 0; j < s.x.size(); ++j) item_variances += (s.xx[j] - s.x[j] * s.x[j] / n) / (n - 1.0);
  const auto items = static_cast<double>(k);
  return items / (items - 1.0) * (1.0 - item_variances / variance);
}

inline double variance_at(const ConditionalSem& c, double x) {
  const double t = std::clamp(x, 0.0, c.full_mark);
  if (c.method != ConditionalSemMethod::kFeldtQualls) return c.ratio * t * (c.full_mark - t);
  const double share = t / c.full_mark;
  return std::max(c.floor, c.coefficients[0] + share * (c.coefficients[1] + share * c.coefficients[2]));
}

}  // namespace conditional_sem_detail

double ConditionalSem::at(double x) const {
  return std::sqrt(conditional_sem_detail::variance_at(*this, x));
}

ScoreInterval ConditionalSem::true_score_interval(double x, double confidence) const {
  if (!(confidence > 0.0 && confidence < 1.0)) throw LogicError("celadon::ctt::ConditionalSem: confidence outside (0, 1)");
  const double z = normal_quantile(0.5 + 0.5 * confidence);
  const double t = std::clamp(x, 0.0, full_mark);
  if (method != ConditionalSemMethod::kFeldtQualls) {
    // Errors at the true score tau: c' tau (F - tau) with c' = c / (1 + c), since E[x (F - x)] falls short of tau (F - tau) by the error.
    const double b = z * z * ratio / (1.0 + ratio);
    const double centre = (t + 0.5 * b * full_mark) / (1.0 + b);
    const double half = std::sqrt(b * t * (full_mark - t) + 0.25 * b * b * full_mark * full_mark) / (1.0 + b);
    return {std::max(0.0, centre - half), std::min(full_mark, centre + half)};
  }
  // Nearest and farthest true scores that do not reject x, found by halving: |x - tau| - z sem(tau) changes sign once on each side.
  const auto edge = [&](double outer) {
    if (std::fabs(t - outer) <= z * at(outer)) return outer;
    double inside = t;
    double outside = outer;
    for (int i = 0; i < 60; ++i) {
      const double middle = 0.5 * (inside + outside);
      (std::fabs(t - middle) <= z * at(middle) ? inside : outside) = middle;
    }
    return inside;
  };
  return {edge(0.0), edge(full_mark)};
}

Result<ConditionalSem> conditional_sem(const Responses& responses, const Items& items, const Sample& sample,
                                       const ConditionalSemOptions& options, const ExecutionContext& context) {
  namespace detail = conditional_sem_detail;
  if (!std::isnan(options.reliability) && !(options.reliability >= 0.0 && options.reliability < 1.0))
    return make_error(Code::kInvalidArgument, {}, {{"name", "reliability"}, {"detail", "outside [0, 1)"}});
  const auto regular = scoring_detail::columns_apart(responses, items, false);
  if (!regular) return regular.error();
  if (*regular) return conditional_sem((*regular)->responses, (*regular)->items, sample, options, context);
  ScoringOptions scoring = options.scoring;
  scoring.cases = CaseRule::kListwise;
  auto prepared = scoring_detail::prepare(responses, items, sample, scoring, context);
  if (!prepared) return prepared.error();
  const scoring_detail::Prepared& p = *prepared;
  const auto k = static_cast<std::size_t>(std::count_if(p.plan.items.begin(), p.plan.items.end(), [](const auto& i) { return !i.empty; }));
  if (p.n_used < 2) return make_error(Code::kTooFewPersons, {}, {{"n", std::to_string(p.n_used)}, {"needed", "2"}});
  if (k < 2) return make_error(Code::kTooFewItems, {}, {{"n", std::to_string(k)}, {"needed", "2"}});
  if (options.method == ConditionalSemMethod::kLordBinomial)
    for (std::size_t j = 0; j < p.plan.items.size(); ++j)
      if (!p.plan.items[j].empty && (!p.plan.items[j].dichotomous || p.plan.items[j].full_mark != p.plan.items[0].full_mark))
        return make_error(Code::kNotDichotomous, scoring_detail::item_place(responses.item_ids()[j]));

  ConditionalSem out;
  out.method = options.method;
  out.full_mark = p.plan.full_mark;
  out.n_used = p.n_used;
  out.n_dropped = p.n_dropped;
  out.findings = p.findings;
  const auto first = detail::over_blocks(responses, p.plan.items.size(), context,
                                         [&](std::int64_t block, detail::Sums& s) { detail::first_pass(p, responses, block, s); });
  if (!first) return first.error();
  const double n = first->weight;
  const double variance = (first->total_squared - first->total * first->total / n) / (n - 1.0);
  if (!(variance > 1e-12)) return make_error(Code::kZeroVariance);
  const double product = (first->total * out.full_mark - first->total_squared) / n;  // mean of x (F - x)
  double mean_error = 0.0;
  switch (options.method) {
    case ConditionalSemMethod::kLordBinomial:
      out.ratio = 1.0 / (static_cast<double>(k) - 1.0);
      mean_error = out.ratio * product;
      break;
    case ConditionalSemMethod::kScaledBinomial: {
      double reliability = options.reliability;
      if (std::isnan(reliability)) {
        reliability = detail::alpha(*first, k, variance, n);
        if (reliability < 0.0) {
          out.findings.push_back(
              make_finding(Severity::kWarning, Code::kNegativeReliability, {}, {{"value", scoring_detail::number(reliability)}}));
          reliability = 0.0;
        }
      }
      mean_error = variance * (1.0 - reliability);
      out.ratio = product > 0.0 ? mean_error / product : 0.0;
      break;
    }
    case ConditionalSemMethod::kFeldtQualls: {
      const auto groups = detail::group_items(p);
      std::vector<double> mean_share;
      for (std::size_t j = 0; j < p.plan.items.size(); ++j) mean_share.push_back(first->x[j] / n / p.plan.items[j].full_mark);
      const auto second = detail::over_blocks(responses, 0, context, [&](std::int64_t block, detail::Sums& s) {
        for (std::int64_t i = 0; i < responses.rows(block); ++i) {
          const std::int64_t person = block * kBlockRows + i;
          const double w = p.weight_of(person);
          if (!(w > 0.0)) continue;
          const double e = detail::error_variance(p, groups, mean_share, responses, block, i);
          const double share = p.total[static_cast<std::size_t>(person)] / p.plan.per_point / out.full_mark;
          const double powers[5] = {1.0, share, share * share, share * share * share, share * share * share * share};
          s.weight += w;
          s.error += w * e;
          for (int a = 0; a < 3; ++a) {
            s.right[a] += w * powers[a] * e;
            for (int b = 0; b < 3; ++b) s.normal[a][b] += w * powers[a + b];
          }
        }
      });
      if (!second) return second.error();
      mean_error = second->error / second->weight;
      detail::solve(*second, out.coefficients);
      out.floor = 0.05 * mean_error;  // a fitted quadratic may dip below 0 at the ends
      break;
    }
  }
  out.sem = std::sqrt(mean_error);
  out.reliability = 1.0 - mean_error / variance;

  std::vector<double> totals;
  for (std::size_t i = 0; i < p.total.size(); ++i)
    if (p.used[i] != 0) totals.push_back(p.total[i] / p.plan.per_point);
  const auto d = scoring_detail::distinct(std::move(totals), {});
  out.scores = d.value;
  out.score_n = d.count;
  for (const double x : out.scores) out.score_sem.push_back(out.at(x));
  return out;
}

Table ConditionalSem::to_table() const {
  Table table("conditional_sem");
  table.add("score", scores);
  table.add("sem", score_sem);
  table.add("n", score_n);
  return table;
}

}  // namespace celadon::inline CELADON_ABI::ctt
