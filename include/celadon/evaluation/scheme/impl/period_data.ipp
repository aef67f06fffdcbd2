#pragma once

#include <celadon/evaluation/scheme/period_data.hpp>

#include <celadon/core/arrow/reader.hpp>

#include <algorithm>
#include <limits>
#include <map>
#include <set>

namespace celadon::inline CELADON_ABI::scheme {

namespace period_detail {

struct Level {
  std::map<std::string, std::int32_t, std::less<>> index;
  std::vector<std::string> ids;
  std::vector<std::int32_t> parent;  ///< -1 until a table says it
};

struct OwnedFrame {
  FrameOptions options;
  std::string level;
  std::vector<std::int32_t> unit;
  std::vector<double> replicates;
  survey::Design design;
  std::vector<std::pair<std::string, std::vector<std::vector<double>>>> variables;
};

inline Error bad_frame(const std::string& frame, std::string detail) {
  return make_error(Code::kSchemeFrameInvalid, {}, {{"frame", frame}, {"detail", std::move(detail)}});
}

inline bool numeric(const arrow::DataColumn& c) {
  return c.kind() == arrow::ValueKind::kNumber || c.kind() == arrow::ValueKind::kInteger || c.kind() == arrow::ValueKind::kBoolean;
}

inline std::vector<double> numbers(const arrow::DataColumn& c) {
  std::vector<double> out;
  out.reserve(static_cast<std::size_t>(c.size()));
  for (const arrow::Chunk& chunk : c.chunks())
    for (std::int64_t r = 0; r < chunk.size; ++r) out.push_back(chunk.is_null(r) ? kUnset : chunk.number(r));
  return out;
}

}  // namespace period_detail

struct PeriodData::State {
  std::string id;
  std::vector<std::string> names;
  std::vector<period_detail::Level> levels;
  std::vector<std::unique_ptr<period_detail::OwnedFrame>> frames;
  std::vector<LinkError> link_errors;
  Findings findings;

  std::int32_t unit(std::size_t level, std::string id_of) {
    period_detail::Level& l = levels[level];
    const auto [it, is_new] = l.index.emplace(std::move(id_of), static_cast<std::int32_t>(l.ids.size()));
    if (is_new) {
      l.ids.push_back(it->first);
      l.parent.push_back(-1);
    }
    return it->second;
  }

  /// Units of a table's rows, and where these lie.
  Result<void> read_units(const arrow::DataTable& table, period_detail::OwnedFrame& f) {
    std::vector<std::pair<std::size_t, const arrow::DataColumn*>> columns;
    for (std::size_t l = 0; l < names.size(); ++l)
      if (const arrow::DataColumn* c = table.find(names[l])) columns.emplace_back(l, c);
    if (columns.empty()) return period_detail::bad_frame(f.options.name, "it has none of the columns of the levels");
    f.level = names[columns.front().first];
    const auto n = static_cast<std::size_t>(table.n_rows());
    std::vector<std::int32_t> below;
    for (std::size_t k = 0; k < columns.size(); ++k) {
      std::vector<std::int32_t> here(n, -1);
      for (std::size_t r = 0; r < n; ++r) {
        std::string text = columns[k].second->as_text(static_cast<std::int64_t>(r));
        if (!text.empty()) here[r] = unit(columns[k].first, std::move(text));
      }
      if (k > 0 && columns[k].first == columns[k - 1].first + 1) {
        period_detail::Level& lower = levels[columns[k - 1].first];
        for (std::size_t r = 0; r < n; ++r) {
          if (below[r] < 0 || here[r] < 0) continue;
          std::int32_t& parent = lower.parent[static_cast<std::size_t>(below[r])];
          if (parent >= 0 && parent != here[r])
            return make_error(Code::kSchemeUnits, {f.options.name, names[columns[k].first], static_cast<std::int64_t>(r) + 1, ""},
                              {{"level", names[columns[k - 1].first]},
                               {"detail", f.options.name + ", row " + std::to_string(r + 1) + ": the unit already lies in another " +
                                              names[columns[k].first]}});
          parent = here[r];
        }
      }
      if (k == 0) f.unit = here;
      below = std::move(here);
    }
    for (std::size_t r = 0; r < n; ++r) {
      if (f.unit[r] >= 0) continue;
      findings.push_back(make_finding(Severity::kWarning, Code::kMissingId, {f.options.name, f.level, static_cast<std::int64_t>(r) + 1, ""},
                                      {{"value", std::to_string(std::count(f.unit.begin(), f.unit.end(), -1))}}));
      break;
    }
    return {};
  }

  Result<void> read_variables(const arrow::DataTable& table, period_detail::OwnedFrame& f) {
    std::set<std::string, std::less<>> taken(names.begin(), names.end());
    taken.insert(f.options.weight);
    taken.insert(f.options.replicate_weights.begin(), f.options.replicate_weights.end());
    for (const auto& [name, columns] : f.options.plausible_values) {
      std::vector<std::vector<double>> draws;
      for (const std::string& column : columns) {
        const arrow::DataColumn* c = table.find(column);
        if (c == nullptr || !period_detail::numeric(*c))
          return period_detail::bad_frame(f.options.name, "there is no numeric column \"" + column + "\"");
        draws.push_back(period_detail::numbers(*c));
        taken.insert(column);
      }
      if (draws.empty() || !taken.insert(name).second)
        return period_detail::bad_frame(f.options.name, "plausible values \"" + name + "\": no columns, or the name is taken");
      f.variables.emplace_back(name, std::move(draws));
    }
    for (const arrow::DataColumn& c : table.columns()) {
      if (!period_detail::numeric(c) || taken.contains(c.name())) continue;
      f.variables.emplace_back(c.name(), std::vector<std::vector<double>>{period_detail::numbers(c)});
    }
    return {};
  }

  static Result<void> make_design(const arrow::DataTable& table, period_detail::OwnedFrame& f) {
    const FrameOptions& o = f.options;
    std::vector<double> weights;
    if (!o.weight.empty()) {
      const arrow::DataColumn* c = table.find(o.weight);
      if (c == nullptr || !period_detail::numeric(*c))
        return period_detail::bad_frame(o.name, "there is no numeric column \"" + o.weight + "\"");
      weights = period_detail::numbers(*c);
    }
    const auto keep = [&](Result<survey::Design> design) -> Result<void> {
      if (!design) return design.error();
      f.design = std::move(design).value();
      return {};
    };
    if (o.estimand == Estimand::kTheseRows) return keep(census_design(table.n_rows(), weights));
    if (o.estimand == Estimand::kLikeCohort) return keep(cohort_design(f.unit, weights, o.n_groups, o.seed));
    if (o.replicate_weights.empty()) return period_detail::bad_frame(o.name, "no columns of replicate weights are named");
    const std::size_t n = o.replicate_weights.size();
    f.replicates.resize(static_cast<std::size_t>(table.n_rows()) * n);
    for (std::size_t r = 0; r < n; ++r) {
      const arrow::DataColumn* c = table.find(o.replicate_weights[r]);
      if (c == nullptr || !period_detail::numeric(*c))
        return period_detail::bad_frame(o.name, "there is no numeric column \"" + o.replicate_weights[r] + "\"");
      const std::vector<double> column = period_detail::numbers(*c);
      for (std::size_t i = 0; i < column.size(); ++i) f.replicates[i * n + r] = column[i];
    }
    survey::DesignSpec spec;
    spec.n_rows = table.n_rows();
    spec.weights = weights;
    spec.method = survey::Method::kGiven;
    spec.replicate_weights = f.replicates;
    spec.scale = o.scale;
    spec.degrees_of_freedom = o.degrees_of_freedom;
    return keep(survey::make_design(spec));
  }
};

PeriodData::PeriodData(std::string id, std::vector<std::string> levels) : state_(std::make_unique<State>()) {
  state_->id = std::move(id);
  state_->levels.resize(levels.size());
  state_->names = std::move(levels);
}
PeriodData::~PeriodData() = default;
PeriodData::PeriodData(PeriodData&&) noexcept = default;
PeriodData& PeriodData::operator=(PeriodData&&) noexcept = default;

Result<void> PeriodData::add(const arrow::DataTable& table, const FrameOptions& options) {
  auto frame = std::make_unique<period_detail::OwnedFrame>();
  frame->options = options;
  const bool taken =
      std::any_of(state_->frames.begin(), state_->frames.end(), [&](const auto& f) { return f->options.name == options.name; });
  if (options.name.empty() || taken) return period_detail::bad_frame(options.name, "the name is empty or taken");
  if (auto ok = state_->read_units(table, *frame); !ok) return ok;
  if (auto ok = state_->read_variables(table, *frame); !ok) return ok;
  if (auto ok = State::make_design(table, *frame); !ok) return ok;
  state_->frames.push_back(std::move(frame));
  return {};
}

void PeriodData::add_link_error(LinkError error) {
  state_->link_errors.push_back(std::move(error));
}

const Findings& PeriodData::findings() const {
  return state_->findings;
}

Period PeriodData::period() const {
  Period out;
  out.id = state_->id;
  out.link_errors = state_->link_errors;
  for (std::size_t l = 0; l < state_->names.size(); ++l) {
    UnitLevel level{state_->names[l], state_->levels[l].ids, state_->levels[l].parent};
    if (l + 1 == state_->names.size()) {
      level.parent.clear();
      if (level.ids.empty()) level.ids = {level.name};
    }
    out.levels.push_back(std::move(level));
  }
  for (std::size_t l = 0; l + 1 < out.levels.size(); ++l)
    if (out.levels[l + 1].ids.size() == 1) out.levels[l].parent.assign(out.levels[l].ids.size(), 0);
  for (const auto& f : state_->frames) {
    Frame frame;
    frame.name = f->options.name;
    frame.level = f->level;
    frame.unit = f->unit;
    frame.design = &f->design;
    frame.persons = f->options.persons;
    for (const auto& [name, columns] : f->variables) {
      survey::Variable v{name, {}};
      for (const auto& column : columns) v.columns.emplace_back(column);
      frame.variables.push_back(std::move(v));
    }
    out.frames.push_back(std::move(frame));
  }
  return out;
}

}  // namespace celadon::inline CELADON_ABI::scheme
