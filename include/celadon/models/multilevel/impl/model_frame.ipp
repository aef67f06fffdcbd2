#pragma once

#include <celadon/core/arrow/impl/reader_parts.hpp>
#include <celadon/core/math.hpp>
#include <celadon/core/text.hpp>
#include <celadon/models/multilevel/impl/model_frame.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <unordered_map>

namespace celadon::inline CELADON_ABI::multilevel::frame_detail {

inline constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

inline Result<const arrow::DataColumn*> column_of(const arrow::DataTable& table, const std::string& column) {
  const arrow::DataColumn* c = table.find(column);
  if (c == nullptr) return make_error(Code::kUnknownVariable, {{}, column, -1, {}});
  if (c->kind() == arrow::ValueKind::kUnsupported) return make_error(Code::kUnsupportedType, {{}, column, -1, {}}, {{"type", c->format()}});
  return c;
}

Result<Numbers> read_numbers(const arrow::DataTable& table, const std::string& column) {
  const auto found = column_of(table, column);
  if (!found) return found.error();
  const arrow::DataColumn& c = **found;
  if (c.kind() == arrow::ValueKind::kText) return make_error(Code::kNotNumeric, {{}, column, -1, {}});
  Numbers out;
  out.name = column;
  const auto plain = [](const arrow::Chunk& k) {
    return k.layout == arrow::Layout::kFloat64 && k.validity_bits == nullptr && k.validity_bytes == nullptr && k.parent_bits == nullptr;
  };
  if (c.chunks().size() == 1 && plain(c.chunks()[0])) {
    out.values = static_cast<const double*>(c.chunks()[0].values) + c.chunks()[0].offset;
    return out;
  }
  out.own.reserve(static_cast<std::size_t>(c.size()));
  for (const arrow::Chunk& k : c.chunks()) {
    if (plain(k)) {
      const double* from = static_cast<const double*>(k.values) + k.offset;
      out.own.insert(out.own.end(), from, from + k.size);
      continue;
    }
    for (std::int64_t i = 0; i < k.size; ++i) out.own.push_back(k.is_null(i) ? kMissing : k.number(i));
  }
  out.values = out.own.data();
  return out;
}

/// Sorts labels (numbers by value where every label is one) and gives each old code its new one.
inline std::vector<std::int32_t> sort_levels(std::vector<std::string>& levels, bool numeric) {
  std::vector<std::size_t> order(levels.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::vector<double> value(levels.size());
  if (numeric)
    for (std::size_t i = 0; i < levels.size(); ++i) value[i] = parse_number(levels[i]).value_or(0.0);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (numeric && value[a] != value[b]) return value[a] < value[b];
    return levels[a] < levels[b];
  });
  std::vector<std::int32_t> map(levels.size());
  std::vector<std::string> sorted(levels.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    map[order[i]] = static_cast<std::int32_t>(i);
    sorted[i] = std::move(levels[order[i]]);
  }
  levels = std::move(sorted);
  return map;
}

Result<Categories> read_categories(const arrow::DataTable& table, const std::string& column) {
  const auto found = column_of(table, column);
  if (!found) return found.error();
  const arrow::DataColumn& c = **found;
  const bool numeric = c.kind() != arrow::ValueKind::kText;
  Categories out;
  out.name = column;
  out.codes.resize(static_cast<std::size_t>(c.size()));
  std::unordered_map<std::string, std::int32_t> known;
  const auto code_of = [&](std::string label) {
    const auto [at, is_new] = known.emplace(std::move(label), static_cast<std::int32_t>(out.levels.size()));
    if (is_new) out.levels.push_back(at->first);
    return at->second;
  };
  const auto label = [&](const arrow::Chunk& k, std::int64_t i) { return numeric ? format_number(k.number(i)) : std::string(k.text(i)); };
  std::unordered_map<std::int64_t, std::int32_t> integers;
  std::size_t row = 0;
  for (const arrow::Chunk& k : c.chunks()) {
    if (k.layout == arrow::Layout::kDictionary) {
      std::vector<std::int32_t> code(static_cast<std::size_t>(k.dictionary->size));
      for (std::int64_t i = 0; i < k.dictionary->size; ++i)
        code[static_cast<std::size_t>(i)] = k.dictionary->is_null(i) ? -1 : code_of(label(*k.dictionary, i));
      const bool whole = k.validity_bits == nullptr && k.validity_bytes == nullptr && k.parent_bits == nullptr;
      if (whole && k.index_layout == arrow::Layout::kInt32) {
        const auto* index = static_cast<const std::int32_t*>(k.values) + k.offset;
        for (std::int64_t i = 0; i < k.size; ++i) out.codes[row++] = code[static_cast<std::size_t>(index[i])];
      } else {
        for (std::int64_t i = 0; i < k.size; ++i)
          out.codes[row++] =
              k.is_null(i) ? -1 : code[static_cast<std::size_t>(arrow::reader_detail::integer_at(k.index_layout, k.values, k.offset + i))];
      }
      continue;
    }
    std::string_view last_text;
    std::int32_t last_code = -1;
    for (std::int64_t i = 0; i < k.size; ++i, ++row) {
      if (k.is_null(i)) {
        out.codes[row] = -1;
      } else if (c.kind() == arrow::ValueKind::kInteger || c.kind() == arrow::ValueKind::kBoolean) {
        const std::int64_t value = k.integer(i);
        const auto [at, is_new] = integers.emplace(value, -1);
        if (is_new) at->second = code_of(label(k, i));
        out.codes[row] = at->second;
      } else if (numeric) {
        const double value = k.number(i);
        out.codes[row] = std::isnan(value) ? -1 : code_of(format_number(value));
      } else {
        const std::string_view text = k.text(i);
        if (last_code < 0 || text != last_text) {
          last_text = text;
          last_code = code_of(std::string(text));
        }
        out.codes[row] = last_code;
      }
    }
  }
  const auto map = sort_levels(out.levels, numeric);
  for (std::int32_t& v : out.codes) v = v < 0 ? -1 : map[static_cast<std::size_t>(v)];
  return out;
}

/// Takes out levels that no used row has.
inline void drop_unused(Categories& c, const std::vector<std::uint8_t>& used) {
  std::vector<std::uint8_t> seen(c.levels.size(), 0);
  for (std::size_t i = 0; i < c.codes.size(); ++i)
    if (c.codes[i] >= 0 && (used.empty() || used[i] != 0)) seen[static_cast<std::size_t>(c.codes[i])] = 1;
  if (std::find(seen.begin(), seen.end(), 0) == seen.end()) return;
  std::vector<std::int32_t> map(seen.size(), -1);
  std::vector<std::string> kept;
  for (std::size_t l = 0; l < seen.size(); ++l) {
    if (seen[l] == 0) continue;
    map[l] = static_cast<std::int32_t>(kept.size());
    kept.push_back(std::move(c.levels[l]));
  }
  c.levels = std::move(kept);
  for (std::int32_t& v : c.codes) v = v < 0 ? -1 : map[static_cast<std::size_t>(v)];
}

/// Combinations of two that occur, named "inner:outer", in the order of inner within outer's order by label pairs.
inline Categories combined(const Categories& inner, const Categories& outer) {
  Categories out;
  out.name = inner.name + ":" + outer.name;
  out.codes.assign(inner.codes.size(), -1);
  const auto n_outer = static_cast<std::int64_t>(outer.levels.size());
  std::vector<std::int64_t> keys;
  std::unordered_map<std::int64_t, std::int32_t> known;
  for (std::size_t i = 0; i < inner.codes.size(); ++i) {
    if (inner.codes[i] < 0 || outer.codes[i] < 0) continue;
    const std::int64_t key = inner.codes[i] * n_outer + outer.codes[i];
    const auto [at, is_new] = known.emplace(key, static_cast<std::int32_t>(keys.size()));
    if (is_new) keys.push_back(key);
    out.codes[i] = at->second;
  }
  std::vector<std::int64_t> sorted = keys;
  std::sort(sorted.begin(), sorted.end());
  for (std::int32_t& v : out.codes)
    if (v >= 0)
      v = static_cast<std::int32_t>(std::lower_bound(sorted.begin(), sorted.end(), keys[static_cast<std::size_t>(v)]) - sorted.begin());
  for (const std::int64_t key : sorted)
    out.levels.push_back(inner.levels[static_cast<std::size_t>(key / n_outer)] + ":" +
                         outer.levels[static_cast<std::size_t>(key % n_outer)]);
  return out;
}

/// First infinite value, -1 where there is none. Blocks are judged whole, so that the usual case takes no branch a value.
inline std::int64_t first_infinite(const double* values, std::int64_t n) {
  constexpr double kLargest = std::numeric_limits<double>::max();
  constexpr std::int64_t kBlock = 1024;
  for (std::int64_t from = 0; from < n; from += kBlock) {
    const std::int64_t to = std::min(n, from + kBlock);
    std::int64_t found = 0;
    for (std::int64_t i = from; i < to; ++i) found += std::abs(values[i]) > kLargest ? 1 : 0;
    if (found == 0) continue;
    for (std::int64_t i = from; i < to; ++i)
      if (std::isinf(values[i])) return i;
  }
  return -1;
}

class Maker {
 public:
  Maker(const arrow::DataTable& table, const std::vector<ReferenceLevel>& reference) : table_(table), reference_(reference) {}

  Result<Frame> make(const Formula& formula, const std::string& weights) {
    out_.n_rows = table_.n_rows();
    std::vector<const Variable*> variables{&formula.response};
    for (const Term& t : formula.terms)
      for (const Variable& v : t) variables.push_back(&v);
    for (const RandomTerm& r : formula.random)
      for (const Term& t : r.terms)
        for (const Variable& v : t) variables.push_back(&v);
    for (const Variable* v : variables)
      if (auto ok = read(*v); !ok) return ok.error();
    for (const RandomTerm& r : formula.random)
      if (auto ok = group(r); !ok) return ok.error();
    if (!weights.empty()) {
      auto w = read_numbers(table_, weights);
      if (!w) return w.error();
      out_.numbers.push_back(std::move(*w));
      fix_pointer(out_.numbers.back());
      out_.weights = &out_.numbers.back();
      for (std::int64_t i = 0; i < out_.n_rows; ++i)
        if (out_.weights->values[i] < 0.0)
          return make_error(Code::kInvalidArgument, {{}, weights, i + 1, {}}, {{"name", "weights"}, {"detail", "a negative weight"}});
    }
    if (auto ok = rows(); !ok) return ok.error();
    for (Categories& c : out_.categories) drop_unused(c, out_.used);
    for (Categories& c : out_.groupings) drop_unused(c, out_.used);
    for (const Variable* v : variables)
      if (auto ok = derive(*v); !ok) return ok.error();
    if (auto ok = plan(formula); !ok) return ok.error();
    nesting();
    return std::move(out_);
  }

 private:
  static void fix_pointer(Numbers& n) {
    if (!n.own.empty()) n.values = n.own.data();
  }
  [[nodiscard]] bool is_used(std::size_t row) const { return out_.used.empty() || out_.used[row] != 0; }

  Result<void> read(const Variable& v) {
    const std::string name = v.name();
    if (number_at_.count(name) != 0 || category_at_.count(name) != 0) return {};
    const auto c = column_of(table_, v.column);
    if (!c) return c.error();
    const bool category = v.transform == Transform::kFactor || (v.transform == Transform::kNone && (*c)->kind() == arrow::ValueKind::kText);
    if (category) {
      auto codes = read_categories(table_, v.column);
      if (!codes) return codes.error();
      codes->name = name;
      category_at_[name] = out_.categories.size();
      out_.categories.push_back(std::move(*codes));
      return {};
    }
    auto numbers = read_numbers(table_, v.column);
    if (!numbers) return numbers.error();
    fix_pointer(*numbers);
    if (const std::int64_t i = first_infinite(numbers->values, out_.n_rows); i >= 0)
      return make_error(Code::kNotFinite, {{}, v.column, i + 1, {}});
    if (v.transform == Transform::kPower || v.transform == Transform::kLog) {
      std::vector<double> made(static_cast<std::size_t>(out_.n_rows));
      for (std::size_t i = 0; i < made.size(); ++i) {
        const double x = numbers->values[i];
        if (v.transform == Transform::kLog) {
          if (x <= 0.0) return make_error(Code::kNotFinite, {{}, name, static_cast<std::int64_t>(i) + 1, {}});
          made[i] = math::log(x);
        } else {
          double power = x;
          for (int k = 1; k < v.power; ++k) power *= x;
          made[i] = power;
        }
      }
      numbers->own = std::move(made);
    }
    if (v.transform == Transform::kGroupMean || v.transform == Transform::kWithinGroup) {
      auto codes = read_categories(table_, v.group);
      if (!codes) return codes.error();
      mean_groups_.push_back(std::move(*codes));
      mean_group_at_[name] = mean_groups_.size() - 1;
    }
    numbers->name = name;
    number_at_[name] = out_.numbers.size();
    out_.numbers.push_back(std::move(*numbers));
    fix_pointer(out_.numbers.back());
    return {};
  }

  Result<void> group(const RandomTerm& r) {
    const std::string name = r.group_name();
    for (const Categories& g : out_.groupings)
      if (g.name == name) return {};
    Categories made;
    for (std::size_t i = 0; i < r.group.size(); ++i) {
      auto part = read_categories(table_, r.group[i]);
      if (!part) return part.error();
      made = i == 0 ? std::move(*part) : combined(made, *part);
    }
    made.name = name;
    out_.groupings.push_back(std::move(made));
    return {};
  }

  /// Which rows have every value.
  Result<void> rows() {
    const auto n = static_cast<std::size_t>(out_.n_rows);
    std::vector<std::uint8_t> used(n, 1);
    for (const Numbers& x : out_.numbers) {
      const double* values = x.values;
      for (std::size_t i = 0; i < n; ++i) used[i] &= static_cast<std::uint8_t>(values[i] == values[i]);
    }
    if (out_.weights != nullptr)
      for (std::size_t i = 0; i < n; ++i) {
        used[i] &= static_cast<std::uint8_t>(out_.weights->values[i] > 0.0);
        if (std::isinf(out_.weights->values[i]))
          return make_error(Code::kNotFinite, {{}, out_.weights->name, static_cast<std::int64_t>(i) + 1, {}});
      }
    const auto with = [&](const Categories& c) {
      const std::int32_t* codes = c.codes.data();
      for (std::size_t i = 0; i < n; ++i) used[i] &= static_cast<std::uint8_t>(codes[i] >= 0);
    };
    for (const Categories& c : out_.categories) with(c);
    for (const Categories& c : out_.groupings) with(c);
    for (const Categories& c : mean_groups_) with(c);
    out_.n_used = 0;
    for (const std::uint8_t u : used) out_.n_used += u;
    if (out_.n_used < out_.n_rows) out_.used = std::move(used);
    return {};
  }

  /// Group means, once it is known which rows are used.
  Result<void> derive(const Variable& v) {
    if (v.transform != Transform::kGroupMean && v.transform != Transform::kWithinGroup) return {};
    const auto at = mean_group_at_.find(v.name());
    if (at == mean_group_at_.end()) return {};
    const Categories& g = mean_groups_[at->second];
    Numbers& x = out_.numbers[number_at_.at(v.name())];
    std::vector<double> sum(g.levels.size(), 0.0);
    std::vector<double> n(g.levels.size(), 0.0);
    for (std::size_t i = 0; i < g.codes.size(); ++i)
      if (is_used(i)) {
        sum[static_cast<std::size_t>(g.codes[i])] += x.values[i];
        n[static_cast<std::size_t>(g.codes[i])] += 1.0;
      }
    std::vector<double> made(g.codes.size(), 0.0);
    for (std::size_t i = 0; i < made.size(); ++i)
      if (is_used(i)) {
        const auto l = static_cast<std::size_t>(g.codes[i]);
        made[i] = v.transform == Transform::kGroupMean ? sum[l] / n[l] : x.values[i] - sum[l] / n[l];
      }
    x.own = std::move(made);
    fix_pointer(x);
    mean_group_at_.erase(at);
    return {};
  }

  /// The level that a category is compared with.
  Result<std::int32_t> base_of(const Variable& v, const Categories& c) const {
    for (const ReferenceLevel& r : reference_) {
      if (r.column != v.column) continue;
      for (std::size_t l = 0; l < c.levels.size(); ++l)
        if (c.levels[l] == r.level) return static_cast<std::int32_t>(l);
      return make_error(Code::kInvalidArgument, {{}, v.column, -1, {}}, {{"name", "reference_levels"}, {"detail", "no such level"}});
    }
    return 0;
  }

  /// Columns of a term. A category is coded by contrasts where the term without it is in the model, else by all its levels.
  Result<std::vector<ColumnPlan>> expand(const Term& term, bool intercept, const std::vector<Term>& terms) const {
    std::vector<ColumnPlan> columns(1);
    for (const Variable& v : term) {
      std::vector<ColumnPlan> factors;
      if (const auto number = number_at_.find(v.name()); number != number_at_.end()) {
        factors.push_back({v.name(), {{true, number->second, 0}}});
      } else {
        const std::size_t at = category_at_.at(v.name());
        const Categories& c = out_.categories[at];
        Term rest;
        for (const Variable& u : term)
          if (!(u == v)) rest.push_back(u);
        const bool contrasts = rest.empty() ? intercept : std::any_of(terms.begin(), terms.end(), [&](const Term& t) {
          return t.size() == rest.size() && std::is_permutation(t.begin(), t.end(), rest.begin());
        });
        const auto base = base_of(v, c);
        if (!base) return base.error();
        for (std::size_t l = 0; l < c.levels.size(); ++l)
          if (!contrasts || static_cast<std::int32_t>(l) != *base)
            factors.push_back({v.name() + c.levels[l], {{false, at, static_cast<std::int32_t>(l)}}});
      }
      std::vector<ColumnPlan> next;
      for (const ColumnPlan& f : factors)
        for (const ColumnPlan& c : columns) {
          ColumnPlan joint = c;
          joint.name += (joint.name.empty() ? "" : ":") + f.name;
          joint.pieces.insert(joint.pieces.end(), f.pieces.begin(), f.pieces.end());
          next.push_back(std::move(joint));
        }
      columns = std::move(next);
    }
    return columns;
  }

  Result<std::vector<ColumnPlan>> columns_of(bool intercept, const std::vector<Term>& terms) const {
    std::vector<ColumnPlan> out;
    if (intercept) out.push_back({"(Intercept)", {}});
    bool full_used = intercept;  // without an intercept the first category spans it
    std::vector<Term> before;
    for (const Term& t : terms) {
      const bool main_category = t.size() == 1 && category_at_.count(t[0].name()) != 0;
      const auto made = expand(t, full_used, terms);
      if (!made) return made.error();
      if (main_category) full_used = true;
      out.insert(out.end(), made->begin(), made->end());
    }
    return out;
  }

  Result<void> plan(const Formula& formula) {
    auto fixed = columns_of(formula.intercept, formula.terms);
    if (!fixed) return fixed.error();
    out_.columns = std::move(*fixed);
    out_.n_fixed = out_.columns.size();
    // Groupings with most groups first, as the terms of lme4.
    std::vector<std::size_t> order(out_.groupings.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return out_.groupings[a].levels.size() > out_.groupings[b].levels.size(); });
    std::deque<Categories> sorted;
    for (const std::size_t g : order) sorted.push_back(std::move(out_.groupings[g]));
    out_.groupings = std::move(sorted);
    for (std::size_t g = 0; g < out_.groupings.size(); ++g)
      for (const RandomTerm& r : formula.random) {
        if (r.group_name() != out_.groupings[g].name) continue;
        const auto made = columns_of(r.intercept, r.terms);
        if (!made) return made.error();
        TermPlan term{g, {}};
        for (const ColumnPlan& c : *made) {
          const auto same = std::find_if(out_.columns.begin(), out_.columns.end(), [&](const ColumnPlan& k) { return k.name == c.name; });
          term.columns.push_back(static_cast<std::size_t>(same - out_.columns.begin()));
          if (same == out_.columns.end()) out_.columns.push_back(c);
        }
        out_.terms.push_back(std::move(term));
      }
    out_.columns.push_back({formula.response.name(),
                            {{true, number_at_.count(formula.response.name()) == 0 ? 0 : number_at_.at(formula.response.name()), 0}}});
    if (number_at_.count(formula.response.name()) == 0) return make_error(Code::kNotNumeric, {{}, formula.response.column, -1, {}});
    return {};
  }

  void nesting() {
    auto& g = out_.groupings;
    out_.nested = true;
    for (std::size_t i = 0; out_.nested && i + 1 < g.size(); ++i) {
      std::vector<std::int32_t> parent(g[i].levels.size(), -1);
      for (std::size_t row = 0; row < g[i].codes.size() && out_.nested; ++row) {
        if (!is_used(row)) continue;
        std::int32_t& p = parent[static_cast<std::size_t>(g[i].codes[row])];
        if (p < 0) p = g[i + 1].codes[row];
        out_.nested = p == g[i + 1].codes[row];
      }
      out_.parents.push_back(std::move(parent));
    }
    if (out_.nested) return;
    out_.parents.clear();
    // Cells by their groups, one code at a time; labels are not needed.
    Categories cells;
    cells.codes = g[0].codes;
    std::size_t n_cells = g[0].levels.size();
    for (std::size_t i = 1; i < g.size(); ++i) {
      cells.levels.assign(n_cells, {});
      Categories bare;
      bare.codes = g[i].codes;
      bare.levels.assign(g[i].levels.size(), {});
      cells = combined(cells, bare);
      n_cells = cells.levels.size();
    }
    drop_unused(cells, out_.used);
    out_.cells = std::move(cells);
    out_.cell_group.assign(g.size(), std::vector<std::int32_t>(out_.cells.levels.size(), -1));
    for (std::size_t row = 0; row < out_.cells.codes.size(); ++row)
      if (is_used(row))
        for (std::size_t i = 0; i < g.size(); ++i) out_.cell_group[i][static_cast<std::size_t>(out_.cells.codes[row])] = g[i].codes[row];
  }

  const arrow::DataTable& table_;
  const std::vector<ReferenceLevel>& reference_;
  Frame out_;
  std::map<std::string, std::size_t> number_at_;
  std::map<std::string, std::size_t> category_at_;
  std::deque<Categories> mean_groups_;
  std::map<std::string, std::size_t> mean_group_at_;
};

Result<Frame> make_frame(const Formula& formula, const arrow::DataTable& table, const std::string& weights,
                         const std::vector<ReferenceLevel>& reference_levels) {
  return Maker(table, reference_levels).make(formula, weights);
}

}  // namespace celadon::inline CELADON_ABI::multilevel::frame_detail
