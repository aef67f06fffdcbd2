/// What a formula and a table come to: numbers and codes by row, and the plan of the model's columns. Internal.
#pragma once

#include <celadon/core/arrow/reader.hpp>
#include <celadon/core/error.hpp>
#include <celadon/models/multilevel/fit.hpp>
#include <celadon/models/multilevel/formula.hpp>

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

namespace celadon::inline CELADON_ABI::multilevel::frame_detail {

/// A variable as numbers; NaN where missing. Borrowed from the table where it lies there as float64 in one piece without nulls.
struct Numbers {
  std::string name;
  const double* values = nullptr;
  std::vector<double> own;
};

/// A variable as categories: codes in the order of the sorted labels, -1 where missing.
struct Categories {
  std::string name;
  std::vector<std::int32_t> codes;
  std::vector<std::string> levels;
};

/// A factor of a product: a variable's number, or 1 where the category is `level`.
struct Piece {
  bool is_number = true;
  std::size_t source = 0;
  std::int32_t level = 0;
};

/// A column of the model: the product of its pieces; none is the intercept.
struct ColumnPlan {
  std::string name;
  std::vector<Piece> pieces;
};

/// Columns of one random term, all of one grouping.
struct TermPlan {
  std::size_t grouping = 0;
  std::vector<std::size_t> columns;
};

struct Frame {
  std::int64_t n_rows = 0;
  std::int64_t n_used = 0;
  std::vector<std::uint8_t> used;  ///< one a row; empty: all
  std::deque<Numbers> numbers;
  std::deque<Categories> categories;
  std::deque<Categories> groupings;  ///< finest first
  std::vector<ColumnPlan> columns;   ///< fixed ones, those of random terms only, the outcome last
  std::size_t n_fixed = 0;
  std::vector<TermPlan> terms;  ///< by grouping
  const Numbers* weights = nullptr;
  bool nested = false;                                ///< each grouping lies within the next
  std::vector<std::vector<std::int32_t>> parents;     ///< of a nested design: parent of each group of grouping i in grouping i + 1
  Categories cells;                                   ///< combinations of all groupings that occur (not nested)
  std::vector<std::vector<std::int32_t>> cell_group;  ///< not nested: group of each cell, by grouping
  [[nodiscard]] const std::vector<std::int32_t>& cell_of_row() const { return nested ? groupings.front().codes : cells.codes; }
  [[nodiscard]] std::size_t n_cells() const { return nested ? groupings.front().levels.size() : cells.levels.size(); }
};

/// Reads what the formula names. The table must outlive the frame.
Result<Frame> make_frame(const Formula& formula, const arrow::DataTable& table, const std::string& weights,
                         const std::vector<ReferenceLevel>& reference_levels);

/// A column's codes and sorted labels.
Result<Categories> read_categories(const arrow::DataTable& table, const std::string& column);
/// A column as numbers.
Result<Numbers> read_numbers(const arrow::DataTable& table, const std::string& column);

}  // namespace celadon::inline CELADON_ABI::multilevel::frame_detail
