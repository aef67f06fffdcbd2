#pragma once

#include <celadon/evaluation/scheme/impl/plan.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace celadon::inline CELADON_ABI::scheme::engine_detail {

namespace plan_detail {

inline Error bad_frame(const Frame& frame, std::string detail) {
  return make_error(Code::kSchemeFrameInvalid, {}, {{"frame", frame.name}, {"detail", std::move(detail)}});
}

inline int find_level(const Period& period, const std::string& name) {
  for (std::size_t l = 0; l < period.levels.size(); ++l)
    if (period.levels[l].name == name) return static_cast<int>(l);
  return -1;
}

/// More sampling units than this are not counted by unit: the design's own degrees of freedom stand for them.
inline constexpr std::size_t kMostSamplingUnits = 4096;

/// Rows of a given matrix with the same factors (to seven digits) belong to one sampling unit, for all that the replicates tell.
inline void number_sampling_units(FramePlan& f) {
  const survey::Design& d = *f.frame->design;
  if (!f.given()) {
    if (d.stratum.size() > kMostSamplingUnits) return;
    f.sampling_unit = d.unit;
    f.stratum = d.stratum;
  } else if (d.n_replicates > 0) {
    std::unordered_map<std::uint64_t, std::int32_t> numbers;
    std::vector<std::int32_t> unit(static_cast<std::size_t>(d.n_rows), -1);
    const auto n = static_cast<std::size_t>(d.n_replicates);
    for (const std::int32_t row : f.rows) {
      const double* w = d.replicate_weights.data() + static_cast<std::size_t>(row) * n;
      const double scale = 1.0 / d.weights[static_cast<std::size_t>(row)];
      std::uint64_t hash = 14695981039346656037ULL;
      for (std::size_t r = 0; r < n; ++r) hash = (hash ^ std::bit_cast<std::uint32_t>(static_cast<float>(w[r] * scale))) * 1099511628211ULL;
      const auto found = numbers.emplace(hash, static_cast<std::int32_t>(numbers.size())).first;
      if (numbers.size() > kMostSamplingUnits) return;
      unit[static_cast<std::size_t>(row)] = found->second;
    }
    f.sampling_unit = std::move(unit);
    f.stratum.assign(numbers.size(), 0);
  }
  f.words = static_cast<std::int64_t>(f.stratum.size() + 63) / 64;
}

/// Checks a frame and orders its rows by unit, then sampling unit.
inline Result<void> read_frame(const Frame& frame, const Period& period, FramePlan& out) {
  out.frame = &frame;
  out.level = find_level(period, frame.level);
  if (out.level < 0) return bad_frame(frame, "its level \"" + frame.level + "\" is not among the levels of units");
  if (frame.design == nullptr) return bad_frame(frame, "there is no design");
  const survey::Design& d = *frame.design;
  if (d.method == survey::Method::kLinearised) return make_error(Code::kSchemeReplicates, {}, {{"frame", frame.name}});
  const auto n = static_cast<std::size_t>(d.n_rows);
  if (frame.unit.size() != n) return bad_frame(frame, "units and rows of the design differ in number");
  for (const survey::Variable& v : frame.variables) {
    if (v.columns.empty()) return bad_frame(frame, "\"" + v.name + "\" has no column");
    for (const auto& column : v.columns)
      if (column.size() != n) return bad_frame(frame, "\"" + v.name + "\" and the rows of the design differ in number");
  }
  const std::size_t n_units = period.levels[static_cast<std::size_t>(out.level)].ids.size();
  out.row_begin.assign(n_units + 1, 0);
  for (std::size_t i = 0; i < n; ++i) {
    const std::int32_t u = frame.unit[i];
    if (u < -1 || u >= static_cast<std::int32_t>(n_units))
      return bad_frame(frame, "row " + std::to_string(i + 1) + ": its unit does not exist");
    if (u >= 0 && d.weights[i] > 0.0) ++out.row_begin[static_cast<std::size_t>(u) + 1];
  }
  for (std::size_t u = 1; u < out.row_begin.size(); ++u) out.row_begin[u] += out.row_begin[u - 1];
  out.rows.resize(static_cast<std::size_t>(out.row_begin.back()));
  std::vector<std::int64_t> next(out.row_begin.begin(), out.row_begin.end() - 1);
  for (std::size_t i = 0; i < n; ++i)
    if (frame.unit[i] >= 0 && d.weights[i] > 0.0)
      out.rows[static_cast<std::size_t>(next[static_cast<std::size_t>(frame.unit[i])]++)] = static_cast<std::int32_t>(i);
  out.n_replicates = d.n_replicates;
  out.stride = (1 + static_cast<std::int64_t>(d.n_replicates) + 7) / 8 * 8;
  if (!out.given())  // stable: rows of one sampling unit together, so that they need its factors once
    for (std::size_t u = 0; u < n_units; ++u)
      std::stable_sort(out.rows.begin() + out.row_begin[u], out.rows.begin() + out.row_begin[u + 1], [&](std::int32_t a, std::int32_t b) {
        return d.unit[static_cast<std::size_t>(a)] < d.unit[static_cast<std::size_t>(b)];
      });
  number_sampling_units(out);
  return {};
}

/// Collects what leaves need of a frame; equal parts stand once.
class Collector {
 public:
  Collector(FramePlan& frame, std::int64_t& counts) : frame_(&frame), counts_(&counts) {}

  [[nodiscard]] int variable(const std::string& name) const {
    const auto& all = frame_->frame->variables;
    for (std::size_t v = 0; v < all.size(); ++v)
      if (all[v].name == name) return static_cast<int>(v);
    return -1;
  }
  /// A value less the first number of its column.
  int value(int variable, bool shifted) {
    Source s;
    s.variable = variable;
    s.n_columns = columns_of(variable);
    if (shifted) s.shift = first_number(variable);
    return add(std::move(s));
  }
  int tests(std::vector<Test> tests, int least_met, double others_ratio) {
    Source s;
    s.tests = std::move(tests);
    s.least_met = least_met > 0 ? least_met : static_cast<int>(s.tests.size());
    s.others_ratio = others_ratio;
    for (const Test& t : s.tests) {
      s.n_columns = std::max(s.n_columns, columns_of(t.variable));
      if (t.per >= 0) s.n_columns = std::max(s.n_columns, columns_of(t.per));
    }
    return add(std::move(s));
  }
  int mask(std::vector<int> present, std::vector<int> holds) {
    Mask m{std::move(present), std::move(holds), 1, 0, 0};
    for (const int s : m.present) m.n_columns = std::max(m.n_columns, frame_->sources[static_cast<std::size_t>(s)].n_columns);
    for (const int s : m.holds) m.n_columns = std::max(m.n_columns, frame_->sources[static_cast<std::size_t>(s)].n_columns);
    auto& all = frame_->masks;
    for (std::size_t k = 0; k < all.size(); ++k)
      if (all[k].present == m.present && all[k].holds == m.holds) return static_cast<int>(k);
    m.count = static_cast<int>(*counts_);
    *counts_ += 2;
    all.push_back(std::move(m));
    return static_cast<int>(all.size() - 1);
  }
  int quantity(int mask, int first = -1, int second = -1) {
    auto& all = frame_->quantities;
    for (std::size_t q = 0; q < all.size(); ++q)
      if (all[q].mask == mask && all[q].first == first && all[q].second == second) return static_cast<int>(q);
    Quantity q{mask, first, second, frame_->masks[static_cast<std::size_t>(mask)].n_columns, 0, 0};
    all.push_back(q);
    return static_cast<int>(all.size() - 1);
  }
  [[nodiscard]] double shift_of(int source) const { return frame_->sources[static_cast<std::size_t>(source)].shift; }
  [[nodiscard]] int columns_of_mask(int mask) const { return frame_->masks[static_cast<std::size_t>(mask)].n_columns; }

 private:
  [[nodiscard]] int columns_of(int variable) const {
    return static_cast<int>(frame_->frame->variables[static_cast<std::size_t>(variable)].columns.size());
  }
  [[nodiscard]] double first_number(int variable) const {
    for (const double x : frame_->frame->variables[static_cast<std::size_t>(variable)].columns.front())
      if (std::isfinite(x)) return x;
    return 0.0;
  }
  int add(Source source) {
    const auto same_tests = [](const std::vector<Test>& a, const std::vector<Test>& b) {
      return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Test& x, const Test& y) {
        return std::tie(x.variable, x.per, x.times, x.comparison, x.limit) == std::tie(y.variable, y.per, y.times, y.comparison, y.limit);
      });
    };
    auto& all = frame_->sources;
    for (std::size_t s = 0; s < all.size(); ++s)
      if (all[s].variable == source.variable && all[s].shift == source.shift && all[s].least_met == source.least_met &&
          all[s].others_ratio == source.others_ratio && same_tests(all[s].tests, source.tests))
        return static_cast<int>(s);
    all.push_back(std::move(source));
    return static_cast<int>(all.size() - 1);
  }

  FramePlan* frame_;
  std::int64_t* counts_;
};

/// Turns one leaf into quantities; the name of a column that is absent stops it.
class LeafReader {
 public:
  LeafReader(const Indicator& indicator, Collector& collector) : i_(indicator), c_(collector) {}
  std::string absent;

  void read(LeafPlan& leaf) {
    std::vector<int> holds;
    for (const Condition& w : i_.where) holds.push_back(tests({w}, 0, 0.0));
    using S = Statistic;
    switch (i_.statistic) {
      case S::kMean:
        first_moment(leaf, value(i_.variable, false), holds);
        break;
      case S::kShareAtLeast:
        first_moment(leaf, tests({at_cut(Comparison::kAtLeast)}, 0, 0.0), holds);
        break;
      case S::kShareAtMost:
        first_moment(leaf, tests({at_cut(Comparison::kAtMost)}, 0, 0.0), holds);
        break;
      case S::kShareMeeting:
        first_moment(leaf, tests(i_.conditions, i_.least_met, i_.others_ratio), holds);
        break;
      case S::kTotal:
        first_moment(leaf, value(i_.variable, false), holds);
        break;
      case S::kRatio:
      case S::kCoefficientOfVariation:
        ratio(leaf, holds);
        break;
      case S::kSd:
      case S::kIcc:
      case S::kIccCorrected:
        spread(leaf, holds);
        break;
      case S::kGap:
        gap(leaf, holds);
        break;
      case S::kGradient:
      case S::kVarianceExplained:
      case S::kProgress:
        regression(leaf, holds);
        break;
      case S::kNone:
      case S::kChange:
        break;
    }
  }

 private:
  [[nodiscard]] Condition at_cut(Comparison comparison) const { return {i_.variable, "", 1.0, comparison, i_.cut}; }

  int column(const std::string& name) {
    const int v = c_.variable(name);
    if (v < 0 && absent.empty()) absent = name;
    return v;
  }
  int value(const std::string& name, bool shifted) {
    const int v = column(name);
    return v < 0 ? 0 : c_.value(v, shifted);
  }
  int tests(const std::vector<Condition>& conditions, int least_met, double others_ratio) {
    std::vector<Test> out;
    out.reserve(conditions.size());
    for (const Condition& c : conditions)
      out.push_back({column(c.variable), c.per.empty() ? -1 : column(c.per), c.times, c.comparison, c.limit});
    return absent.empty() ? c_.tests(std::move(out), least_met, others_ratio) : 0;
  }
  void mask(LeafPlan& leaf, std::vector<int> present, const std::vector<int>& holds) {
    leaf.mask = c_.mask(std::move(present), holds);
    leaf.n_columns = c_.columns_of_mask(leaf.mask);
  }
  void first_moment(LeafPlan& leaf, int x, const std::vector<int>& holds) {
    if (!absent.empty()) return;
    mask(leaf, {x}, holds);
    leaf.quantities = {c_.quantity(leaf.mask), c_.quantity(leaf.mask, x)};
  }
  void ratio(LeafPlan& leaf, const std::vector<int>& holds) {
    const int x = value(i_.variable, false);
    const int y = i_.per.empty() ? -1 : value(i_.per, false);
    if (!absent.empty()) return;
    mask(leaf, y >= 0 ? std::vector<int>{x, y} : std::vector<int>{x}, holds);
    leaf.quantities = {c_.quantity(leaf.mask, y), c_.quantity(leaf.mask, x)};
    if (i_.statistic == Statistic::kCoefficientOfVariation) leaf.n_derived = 1;
  }
  void spread(LeafPlan& leaf, const std::vector<int>& holds) {
    const int x = value(i_.variable, true);
    const bool corrected = i_.statistic == Statistic::kIccCorrected;
    const int e = corrected ? value(i_.error_variance, false) : -1;
    if (!absent.empty()) return;
    mask(leaf, corrected ? std::vector<int>{x, e} : std::vector<int>{x}, holds);
    leaf.quantities = {c_.quantity(leaf.mask), c_.quantity(leaf.mask, x), c_.quantity(leaf.mask, x, x)};
    if (corrected) leaf.quantities.push_back(c_.quantity(leaf.mask, e));
    if (i_.statistic != Statistic::kSd) leaf.n_derived = 6;
  }
  void gap(LeafPlan& leaf, const std::vector<int>& holds) {
    const int x = value(i_.variable, false);
    std::array<int, 2> in{};
    for (std::size_t g = 0; g < 2; ++g) in[g] = tests({{i_.group, "", 1.0, Comparison::kEquals, i_.groups[g]}}, 0, 0.0);
    if (!absent.empty()) return;
    std::array<int, 2> masks{};
    for (std::size_t g = 0; g < 2; ++g) {
      std::vector<int> both = holds;
      both.push_back(in[g]);
      masks[g] = c_.mask({x}, both);
      leaf.quantities.push_back(c_.quantity(masks[g]));
      leaf.quantities.push_back(c_.quantity(masks[g], x));
    }
    leaf.mask = masks[0];
    leaf.second_mask = masks[1];
    leaf.n_columns = c_.columns_of_mask(leaf.mask);
  }
  /// Weight, outcome, its square, then for each predictor itself, with the outcome, and with the predictors up to itself.
  void regression(LeafPlan& leaf, const std::vector<int>& holds) {
    const int y = value(i_.variable, true);
    std::vector<int> x;
    for (const std::string& name : i_.predictors) x.push_back(value(name, true));
    if (!absent.empty()) return;
    std::vector<int> present = {y};
    present.insert(present.end(), x.begin(), x.end());
    mask(leaf, present, holds);
    leaf.quantities = {c_.quantity(leaf.mask), c_.quantity(leaf.mask, y), c_.quantity(leaf.mask, y, y)};
    for (std::size_t j = 0; j < x.size(); ++j) {
      leaf.quantities.push_back(c_.quantity(leaf.mask, x[j]));
      leaf.quantities.push_back(c_.quantity(leaf.mask, x[j], y));
      for (std::size_t k = 0; k <= j; ++k) leaf.quantities.push_back(c_.quantity(leaf.mask, x[j], x[k]));
      leaf.predictor_shifts.push_back(c_.shift_of(x[j]));
    }
    leaf.shift = c_.shift_of(y);
  }

  const Indicator& i_;
  Collector& c_;
};

inline void lacks(Findings& findings, Severity severity, Code code, const Scheme& scheme, const Indicator& i,
                  std::vector<Argument> more = {}) {
  std::vector<Argument> arguments = {{"id", i.id}, {"path", i.path}};
  arguments.insert(arguments.end(), more.begin(), more.end());
  findings.push_back(make_finding(severity, code, {scheme.id, "", i.line, ""}, std::move(arguments)));
}

/// State of an indicator that no data can change; nullopt for a leaf that is to be computed.
inline std::optional<IndexState> fixed_state(const Scheme& scheme, const Indicator& i, Findings& findings) {
  if (!i.is_leaf()) {
    if (i.aggregation == Aggregation::kProfile) return IndexState::kProfile;
    if (i.problem != Code::kNone) return IndexState::kInvalid;
    if (i.weighting == Weighting::kNone && i.aggregation != Aggregation::kMinimum) {
      lacks(findings, Severity::kNote, Code::kSchemeNoWeights, scheme, i);
      return IndexState::kNoWeights;
    }
    return IndexState::kEvaluated;
  }
  if (i.problem != Code::kNone && i.problem != Code::kSchemeBandNames) return IndexState::kInvalid;
  if (i.statistic == Statistic::kNone) {
    lacks(findings, Severity::kNote, Code::kSchemeQualitative, scheme, i, {{"method", i.method.empty() ? "—" : i.method}});
    return IndexState::kByPeople;
  }
  if (i.statistic == Statistic::kChange) return IndexState::kNoEarlierPeriod;
  if ((i.statistic == Statistic::kShareAtLeast || i.statistic == Statistic::kShareAtMost) && std::isnan(i.cut)) {
    lacks(findings, Severity::kWarning, Code::kSchemeCutNotPublished, scheme, i);
    return IndexState::kCutNotPublished;
  }
  return std::nullopt;
}

/// Places of sums, of sums over lower units, and of regressions.
inline void lay_out(Plan& plan) {
  for (FramePlan& f : plan.frames) {
    f.offset = plan.n_sums;
    for (Quantity& q : f.quantities) {
      q.z = f.n_z;
      q.offset = f.offset + f.n_z * f.stride;
      f.n_z += q.n_columns;
    }
    plan.n_sums += f.n_z * f.stride;
    for (Mask& m : f.masks) {
      m.units = plan.n_words;
      plan.n_words += f.words;
    }
  }
  for (LeafPlan& leaf : plan.leaves) {
    if (leaf.frame < 0) continue;
    const FramePlan& f = plan.frames[static_cast<std::size_t>(leaf.frame)];
    if (leaf.n_derived > 0) {
      leaf.derived = plan.n_derived;
      plan.n_derived += static_cast<std::int64_t>(leaf.n_derived) * leaf.n_columns * f.stride;
    }
    if (plan.scheme->indicators[static_cast<std::size_t>(leaf.indicator)].statistic == Statistic::kProgress) {
      leaf.reference = plan.n_references;
      plan.n_references +=
          static_cast<std::int64_t>(leaf.n_columns) * f.stride * static_cast<std::int64_t>(1 + leaf.predictor_shifts.size());
    }
  }
}

}  // namespace plan_detail

Result<Plan> make_plan(const Scheme& scheme, const Period& period, bool progress_only, Findings& findings) {
  using namespace plan_detail;
  Plan plan;
  plan.scheme = &scheme;
  plan.period = &period;
  plan.scale = {0.0};
  for (const Frame& frame : period.frames) {
    FramePlan f;
    if (auto ok = read_frame(frame, period, f); !ok) return ok.error();
    for (const survey::Variable& v : frame.variables) {
      const auto m = static_cast<int>(v.columns.size());
      if (m == 1) continue;
      if (plan.n_imputations != 1 && plan.n_imputations != m)
        return bad_frame(frame, "\"" + v.name + "\" has another number of plausible values than the variables before it");
      plan.n_imputations = m;
    }
    f.base = plan.n_scenarios - 1;
    plan.n_scenarios += f.n_replicates;
    plan.scale.insert(plan.scale.end(), frame.design->replicate_scale.begin(), frame.design->replicate_scale.end());
    plan.frames.push_back(std::move(f));
  }
  std::vector<Collector> collectors;
  for (FramePlan& f : plan.frames) collectors.emplace_back(f, plan.n_counts);
  for (std::size_t k = 0; k < scheme.indicators.size(); ++k) {
    const Indicator& i = scheme.indicators[k];
    LeafPlan leaf;
    leaf.indicator = static_cast<std::int32_t>(k);
    if (const auto fixed = fixed_state(scheme, i, findings)) {
      leaf.state = *fixed;
      plan.leaves.push_back(std::move(leaf));
      continue;
    }
    if (progress_only && i.statistic != Statistic::kProgress) {
      leaf.state = IndexState::kNotForLevel;
      plan.leaves.push_back(std::move(leaf));
      continue;
    }
    const auto frame = std::find_if(plan.frames.begin(), plan.frames.end(), [&](const FramePlan& f) { return f.frame->name == i.frame; });
    leaf.state = IndexState::kNotInData;
    if (frame == plan.frames.end()) {
      lacks(findings, Severity::kWarning, Code::kSchemeFrameAbsent, scheme, i, {{"frame", i.frame}});
    } else if (leaf.between = i.between.empty() ? -1 : find_level(period, i.between); !i.between.empty() && leaf.between < 0) {
      lacks(findings, Severity::kWarning, Code::kSchemeLevelAbsent, scheme, i, {{"level", i.between}});
    } else {
      const auto f = static_cast<std::size_t>(frame - plan.frames.begin());
      LeafReader reader(i, collectors[f]);
      reader.read(leaf);
      if (reader.absent.empty()) {
        leaf.state = IndexState::kEvaluated;
        leaf.frame = static_cast<int>(f);
        leaf.least_n = i.least_n > 0 ? i.least_n : (frame->frame->persons ? 10 : 1);
      } else {
        lacks(findings, Severity::kWarning, Code::kSchemeVariableAbsent, scheme, i, {{"frame", i.frame}, {"variable", reader.absent}});
      }
    }
    plan.leaves.push_back(std::move(leaf));
  }
  lay_out(plan);
  return plan;
}

}  // namespace celadon::inline CELADON_ABI::scheme::engine_detail
