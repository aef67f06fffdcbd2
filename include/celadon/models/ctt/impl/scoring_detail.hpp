/// Shared beginning of every classical analysis: what each cell is worth, who takes part, and the totals. For bodies only.
#pragma once

#include <celadon/models/ctt/test_scores.hpp>

#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace celadon::inline CELADON_ABI::ctt::scoring_detail {

/// Decisions compare values rounded to 1e-6, so that a last digit never moves a person over a cut.
inline double rounded(double x) {
  return std::floor(x * 1e6 + 0.5) / 1e6;
}

/// What a byte of one item is worth. Points are kept in whole units of a common step where there is one: then sums are exact.
struct ItemPlan {
  std::array<double, 256> units{};         ///< points x per_point; 0 where the cell does not count
  std::array<std::uint8_t, 256> counts{};  ///< 1 when the cell counts
  std::array<std::uint8_t, 256> drops{};   ///< 1 when the cell drops the person
  double full_mark = 1.0;                  ///< points
  bool identity = true;                    ///< units of a category are the category itself
  bool empty = false;                      ///< no cell of this item can count
  bool dichotomous = false;                ///< observed categories score 0 or the full mark only
  bool bonus = false;                      ///< outside the full mark
};

struct Plan {
  std::vector<ItemPlan> items;
  double per_point = 1.0;  ///< units in a point
  bool whole = true;       ///< all units are whole numbers
  bool may_skip = false;   ///< some cell may not count, or drop a person
  bool has_bonus = false;
  double full_mark = 0.0;  ///< of the regular items
  Findings findings;
};

/// Who takes part, and the totals. Units, not points.
struct Prepared {
  Plan plan;
  std::int64_t n_persons = 0;
  std::vector<double> total;
  std::vector<double> attainable;     ///< units, of regular items
  std::vector<std::int32_t> n_items;  ///< counting cells of regular items
  std::vector<std::uint8_t> used;
  std::vector<double> weight;  ///< scaled to sum to n_used, 0 for persons left out; empty without weights
  std::int64_t n_used = 0;
  std::int64_t n_dropped = 0;
  double n_effective = 0.0;
  bool complete = true;    ///< every person used has a counting cell on every item that is not empty
  bool same_paper = true;  ///< equal attainable points
  Findings findings;

  [[nodiscard]] bool weighted() const { return !weight.empty(); }
  [[nodiscard]] double weight_of(std::int64_t person) const {
    const auto i = static_cast<std::size_t>(person);
    return used[i] == 0 ? 0.0 : (weight.empty() ? 1.0 : weight[i]);
  }
};

/// Errors as test_scores.
Result<Plan> make_plan(const Responses& responses, const Items& items, const MissingPolicy& missing);
/// What a plan needs to know of the data.
struct Shape {
  std::int64_t n_persons = 0;
  const std::vector<std::string>* item_ids = nullptr;
  const std::vector<int>* n_categories = nullptr;
  bool has_missing = false;  ///< any item
};
Result<Plan> make_plan(const Shape& shape, const Items& items, const MissingPolicy& missing);
Result<void> check_sample(const Responses& responses, const Sample& sample);
/// What a bonus item does to the total: nothing, or it adds points (and never anything attainable).
enum class BonusPoints : std::uint8_t { kLeftOut = 0, kAdded = 1 };
Result<Prepared> prepare(const Responses& responses, const Items& items, const Sample& sample, const ScoringOptions& options,
                         const ExecutionContext& context, BonusPoints bonus = BonusPoints::kLeftOut);

/// The columns of one kind, regular or bonus, with their items; nothing where no item is a bonus item (or the lengths do not fit, which
/// make_plan tells).
struct Columns {
  Responses responses;
  Items items;
  std::vector<std::int64_t> column;  ///< in the whole paper
};
Result<std::optional<Columns>> columns_apart(const Responses& responses, const Items& items, bool bonus);

/// One item's cells of one block as units and as 0/1 of what counts (both 0 where a person is not used).
void expand(const Prepared& prepared, const Responses& responses, std::int64_t block, std::int64_t item, double* units, double* counts);

/// Sum of products in eight fixed lanes.
inline double dot(const double* a, const double* b, std::int64_t n) {
  double lane[8] = {};
  std::int64_t i = 0;
  for (; i + 8 <= n; i += 8)
    for (int l = 0; l < 8; ++l) lane[l] += a[i + l] * b[i + l];
  for (int l = 0; i < n; ++i, ++l) lane[l] += a[i] * b[i];
  return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

/// Distinct values with their weights, ascending.
struct Distinct {
  std::vector<double> value;
  std::vector<double> weight;
  std::vector<std::int64_t> count;
  double sum = 0.0;  ///< of weights
};
/// @param weights as many as values, or empty. Values are merged when equal after rounding to 1e-9 of their size.
Distinct distinct(std::vector<double> values, const std::vector<double>& weights);
/// Type 7 quantile: of n values at position (n - 1) p; with weights, value number i is the smallest whose cumulative weight reaches i.
double weighted_quantile(const Distinct& d, double probability);

inline std::string number(double x) {
  const double r = std::floor(x * 1e4 + 0.5) / 1e4;
  std::string s = std::to_string(r);
  while (s.find('.') != std::string::npos && (s.back() == '0' || s.back() == '.')) {
    const bool dot_last = s.back() == '.';
    s.pop_back();
    if (dot_last) break;
  }
  for (char& c : s)
    if (c == ',') c = '.';  // std::to_string follows the C locale of the host
  return s.empty() ? "0" : s;
}

inline Place item_place(const std::string& id) {
  return Place{.table = "items", .column = {}, .row = -1, .item = id};
}

}  // namespace celadon::inline CELADON_ABI::ctt::scoring_detail
