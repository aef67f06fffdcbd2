#pragma once

#include <celadon/evaluation/green/impl/driver_rows.hpp>

#include <celadon/evaluation/scheme/impl/plan.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <utility>

namespace celadon::inline CELADON_ABI::green::drivers_detail {

namespace rows_detail {

inline Error invalid(const std::string& name, std::string detail) {
  return make_error(Code::kInvalidArgument, {}, {{"name", name}, {"detail", std::move(detail)}});
}

inline Error bad_frame(const scheme::Frame& frame, std::string detail) {
  return make_error(Code::kSchemeFrameInvalid, {frame.name, {}, -1, {}}, {{"frame", frame.name}, {"detail", std::move(detail)}});
}

inline Result<void> check(const DriverOptions& o) {
  if (!(o.confidence > 0.0 && o.confidence < 1.0)) return invalid("confidence", "must be in (0, 1)");
  if (!(o.false_discovery >= 0.0 && o.false_discovery <= 1.0)) return invalid("false_discovery", "must be in [0, 1]");
  if (o.least_units_above < 2) return invalid("least_units_above", "must be 2 or more");
  if (o.predictors.empty()) return invalid("predictors", "there must be at least one");
  std::set<std::string> names{o.outcome};
  for (const Predictor& p : o.predictors)
    if (!names.insert(p.variable).second) return invalid("predictors", "\"" + p.variable + "\" stands twice or is the outcome");
  return {};
}

/// One variable of the frame; its columns checked for length.
inline Result<const survey::Variable*> find_variable(const scheme::Frame& frame, const std::string& name) {
  const auto v = std::find_if(frame.variables.begin(), frame.variables.end(), [&](const survey::Variable& x) { return x.name == name; });
  if (v == frame.variables.end() || v->columns.empty()) return make_error(Code::kMissingColumn, {frame.name, name, -1, {}});
  for (const auto& column : v->columns)
    if (column.size() != frame.unit.size()) return bad_frame(frame, "column \"" + name + "\" and the units differ in length");
  return &*v;
}

/// Rows that the model could use, and of these the ones that have every value.
struct Selection {
  std::vector<std::size_t> rows;
  std::int64_t n_left_out = 0;
};

inline Result<Selection> select(const scheme::Frame& frame, std::int32_t n_units, const std::vector<const survey::Variable*>& variables) {
  Selection out;
  const std::size_t n = frame.unit.size();
  const bool weighted = frame.design != nullptr && !frame.design->weights.empty();
  if (weighted && frame.design->weights.size() != n) return bad_frame(frame, "the design and the units differ in length");
  for (std::size_t i = 0; i < n; ++i) {
    if (frame.unit[i] < -1 || frame.unit[i] >= n_units) return bad_frame(frame, "a row's unit is not a unit of its level");
    if (frame.unit[i] < 0 || (weighted && !(frame.design->weights[i] > 0.0))) continue;
    bool whole = true;
    for (const survey::Variable* v : variables)
      for (const auto& column : v->columns) {
        if (std::isinf(column[i])) return make_error(Code::kNotFinite, {frame.name, v->name, static_cast<std::int64_t>(i) + 1, {}});
        whole = whole && column[i] == column[i];
      }
    if (whole) {
      out.rows.push_back(i);
    } else {
      ++out.n_left_out;
    }
  }
  return out;
}

inline void sort_rows(const scheme::Frame& frame, const std::vector<const survey::Variable*>& variables, std::vector<std::size_t>& rows) {
  std::sort(rows.begin(), rows.end(), [&](std::size_t a, std::size_t b) {
    if (frame.unit[a] != frame.unit[b]) return frame.unit[a] < frame.unit[b];
    for (const survey::Variable* v : variables)
      for (const auto& column : v->columns)
        if (column[a] != column[b]) return column[a] < column[b];
    return false;
  });
}

inline Columns taken(const survey::Variable& v, const std::vector<std::size_t>& rows) {
  Columns out;
  for (const auto& column : v.columns) {
    std::vector<double> values;
    values.reserve(rows.size());
    for (const std::size_t i : rows) values.push_back(column[i]);
    out.push_back(std::move(values));
  }
  return out;
}

inline bool constant(const std::vector<double>& x) {
  return std::all_of(x.begin(), x.end(), [&](double v) { return v == x.front(); });
}

inline double mean_of(const Columns& columns) {
  double sum = 0.0;
  for (const auto& x : columns) sum += std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
  return sum / static_cast<double>(columns.size());
}

/// The distance between two values where there are no others, the standard deviation else.
struct Step {
  double per = 1.0;
  bool group = false;  ///< two values
};
inline Step step_of(const Columns& columns) {
  double low = columns.front().front();
  double high = low;
  for (const auto& x : columns) {
    low = std::min(low, *std::min_element(x.begin(), x.end()));
    high = std::max(high, *std::max_element(x.begin(), x.end()));
  }
  const bool two = std::all_of(columns.begin(), columns.end(), [&](const std::vector<double>& x) {
    return std::all_of(x.begin(), x.end(), [&](double v) { return v == low || v == high; });
  });
  if (two) return {high - low, true};
  double variance = 0.0;
  for (const auto& x : columns) {
    const double mean = mean_of({x});
    double sum = 0.0;
    for (const double v : x) sum += (v - mean) * (v - mean);
    variance += sum / static_cast<double>(x.size() - 1);
  }
  return {std::sqrt(variance / static_cast<double>(columns.size())), false};
}

/// Whether a variable is the same for all rows of each group.
inline bool constant_within(const Columns& columns, const std::vector<std::int32_t>& group) {
  for (const auto& x : columns) {
    std::vector<double> first(static_cast<std::size_t>(*std::max_element(group.begin(), group.end())) + 1, kUnset);
    for (std::size_t i = 0; i < x.size(); ++i) {
      double& f = first[static_cast<std::size_t>(group[i])];
      if (f != f) f = x[i];
      if (f != x[i]) return false;
    }
  }
  return true;
}

/// Units with rows, and whether the level above is a level of the model.
inline void arrange(const scheme::Period& period, std::size_t l, const std::vector<std::int32_t>& parent, int least_units_above,
                    DriverRows& out) {
  for (std::size_t i = 0; i < out.unit.size(); ++i) {
    if (i > 0 && out.unit[i] == out.unit[i - 1]) continue;
    out.used_units.push_back(out.unit[i]);
    out.begin.push_back(static_cast<std::int64_t>(i));
  }
  out.begin.push_back(static_cast<std::int64_t>(out.unit.size()));
  out.above_of = parent;
  std::set<std::int32_t> above;
  for (const std::int32_t u : out.used_units) above.insert(parent[static_cast<std::size_t>(u)]);
  if (l + 1 == period.levels.size() || above.contains(-1) || above.size() < static_cast<std::size_t>(least_units_above) ||
      above.size() >= out.used_units.size())
    return;
  out.above = period.levels[l + 1].name;
  out.n_above = static_cast<std::int32_t>(above.size());
}

inline Varies where_it_varies(const Columns& columns, const DriverRows& rows) {
  if (!constant_within(columns, rows.unit)) return Varies::kWithinUnits;
  if (rows.above.empty()) return Varies::kBetweenUnits;
  std::vector<std::int32_t> above;
  above.reserve(rows.unit.size());
  for (const std::int32_t u : rows.unit) above.push_back(rows.above_of[static_cast<std::size_t>(u)]);
  return constant_within(columns, above) ? Varies::kBetweenAbove : Varies::kBetweenUnits;
}

}  // namespace rows_detail

Result<DriverRows> read_rows(const scheme::Period& period, const DriverOptions& options, Findings& findings) {
  using namespace rows_detail;
  if (auto ok = check(options); !ok) return ok.error();
  const auto frame = std::find_if(period.frames.begin(), period.frames.end(), [&](const auto& f) { return f.name == options.frame; });
  if (frame == period.frames.end()) return make_error(Code::kMissingTable, {options.frame, {}, -1, {}});
  const auto level = std::find_if(period.levels.begin(), period.levels.end(), [&](const auto& x) { return x.name == frame->level; });
  if (level == period.levels.end()) return bad_frame(*frame, "its level \"" + frame->level + "\" is not among the period's");
  const auto tree = scheme::engine_detail::make_tree(period);
  if (!tree) return tree.error();

  std::vector<const survey::Variable*> variables;
  std::vector<std::string> names{options.outcome};
  for (const Predictor& p : options.predictors) names.push_back(p.variable);
  DriverRows out;
  for (const std::string& name : names) {
    const auto v = find_variable(*frame, name);
    if (!v) return v.error();
    const auto columns = static_cast<int>((*v)->columns.size());
    if (columns > 1 && out.n_imputations > 1 && columns != out.n_imputations)
      return invalid("predictors", "\"" + name + "\" has another number of plausible values");
    out.n_imputations = std::max(out.n_imputations, columns);
    variables.push_back(*v);
  }
  auto selected = select(*frame, static_cast<std::int32_t>(level->ids.size()), variables);
  if (!selected) return selected.error();
  std::vector<std::size_t>& rows = selected->rows;
  out.n = static_cast<std::int64_t>(rows.size());
  out.n_left_out = selected->n_left_out;
  const std::size_t needed = options.predictors.size() + 2;
  if (rows.size() <= needed)
    return make_error(Code::kTooFewRows, {}, {{"n", std::to_string(rows.size())}, {"needed", std::to_string(needed)}});
  if (10 * out.n_left_out > out.n + out.n_left_out)
    findings.push_back(
        make_finding(Severity::kWarning, Code::kRowsLeftOut, {frame->name, {}, -1, {}}, {{"n", std::to_string(out.n_left_out)}}));
  sort_rows(*frame, variables, rows);

  out.frame = frame->name;
  out.persons = frame->persons;
  out.level = level->name;
  out.ids = level->ids;
  for (const std::size_t i : rows) out.unit.push_back(frame->unit[i]);
  const auto l = static_cast<std::size_t>(level - period.levels.begin());
  arrange(period, l, tree->parent[l], options.least_units_above, out);
  const std::size_t units = out.used_units.size();
  if (units < 2) return make_error(Code::kTooFewGroups, {}, {{"group", out.level}, {"n", std::to_string(units)}});
  if (units >= rows.size()) return make_error(Code::kTooManyEffects, {}, {{"group", out.level}, {"n", std::to_string(units)}});
  if (frame->design != nullptr && !frame->design->weights.empty()) {
    const auto& w = frame->design->weights;
    if (std::any_of(rows.begin(), rows.end(), [&](std::size_t i) { return w[i] != w[rows.front()]; }))
      findings.push_back(make_finding(Severity::kNote, Code::kWeightsNotUsed, {frame->name, {}, -1, {}}, {{"frame", frame->name}}));
  }

  out.outcome = taken(*variables[0], rows);
  for (auto& y : out.outcome)
    if (constant(y)) return make_error(Code::kConstantOutcome, {frame->name, options.outcome, -1, {}});
  out.outcome_mean = mean_of(out.outcome);
  for (auto& y : out.outcome)
    for (double& v : y) v -= out.outcome_mean;
  for (std::size_t k = 1; k < variables.size(); ++k) {
    DriverColumn c;
    c.values = taken(*variables[k], rows);
    if (std::any_of(c.values.begin(), c.values.end(), constant))
      return invalid("predictors", "\"" + variables[k]->name + "\" does not vary over the rows used");
    c.mean = mean_of(c.values);
    const Step step = step_of(c.values);
    c.per = step.per;
    c.group = step.group;
    c.steps = c.values;
    for (auto& x : c.steps)
      for (double& v : x) v = (v - c.mean) / c.per;
    c.varies = where_it_varies(c.values, out);
    out.predictors.push_back(std::move(c));
  }
  return out;
}

}  // namespace celadon::inline CELADON_ABI::green::drivers_detail
