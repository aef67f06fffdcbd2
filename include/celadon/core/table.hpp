/// Result tables: named columns of numbers, integers, booleans or text, with nulls. What every result offers beside its own type,
/// so that all languages get the same rows (Arrow export: core/arrow).
#pragma once

#include <celadon/core/config.hpp>
#include <celadon/core/variant.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::inline CELADON_ABI {

using ColumnValues = CopySafeVariant<std::vector<double>, std::vector<std::int64_t>, std::vector<std::uint8_t>, std::vector<std::string>>;
extern template class CopySafeVariant<std::vector<double>, std::vector<std::int64_t>, std::vector<std::uint8_t>, std::vector<std::string>>;

/// A column. `valid` is empty when nothing is null, else one byte a row (0 = null). Numbers that cannot be computed are null, not NaN.
struct Column {
  std::string name;
  ColumnValues values;  ///< uint8_t is boolean
  std::vector<std::uint8_t> valid;

  [[nodiscard]] std::int64_t size() const;
  [[nodiscard]] bool is_null(std::int64_t row) const { return !valid.empty() && valid[static_cast<std::size_t>(row)] == 0; }
};

/// A table with columns of equal length. Value type.
class Table {
 public:
  Table() = default;
  explicit Table(std::string name);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] const std::vector<Column>& columns() const noexcept { return columns_; }
  [[nodiscard]] std::int64_t n_rows() const { return columns_.empty() ? 0 : columns_.front().size(); }
  [[nodiscard]] const Column* find(std::string_view column) const;

  /// Adds a column; NaN in `values` becomes null. Throws LogicError when the length differs or the name is taken.
  Table& add(std::string name, std::vector<double> values);
  Table& add(std::string name, std::vector<std::int64_t> values, std::vector<std::uint8_t> valid = {});
  Table& add(std::string name, std::vector<std::string> values, std::vector<std::uint8_t> valid = {});
  Table& add_boolean(std::string name, std::vector<std::uint8_t> values, std::vector<std::uint8_t> valid = {});

 private:
  Table& push(Column column);
  std::string name_;
  std::vector<Column> columns_;
};

}  // namespace celadon::inline CELADON_ABI
