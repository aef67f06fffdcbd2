#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/table.hpp>

#include <cmath>

namespace celadon::inline CELADON_ABI {

std::int64_t Column::size() const {
  return std::visit([](const auto& v) { return static_cast<std::int64_t>(v.size()); }, values);
}

Table::Table(std::string name) : name_(std::move(name)) {}

const Column* Table::find(std::string_view column) const {
  for (const Column& c : columns_)
    if (c.name == column) return &c;
  return nullptr;
}

Table& Table::push(Column column) {
  if (!columns_.empty() && column.size() != n_rows()) throw LogicError("celadon::Table: column '" + column.name + "' has another length");
  if (find(column.name) != nullptr) throw LogicError("celadon::Table: column '" + column.name + "' is there already");
  columns_.push_back(std::move(column));
  return *this;
}

Table& Table::add(std::string name, std::vector<double> values) {
  std::vector<std::uint8_t> valid;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isnan(values[i])) continue;
    if (valid.empty()) valid.assign(values.size(), 1);
    valid[i] = 0;
  }
  return push({std::move(name), std::move(values), std::move(valid)});
}

Table& Table::add(std::string name, std::vector<std::int64_t> values, std::vector<std::uint8_t> valid) {
  return push({std::move(name), std::move(values), std::move(valid)});
}

Table& Table::add(std::string name, std::vector<std::string> values, std::vector<std::uint8_t> valid) {
  return push({std::move(name), std::move(values), std::move(valid)});
}

Table& Table::add_boolean(std::string name, std::vector<std::uint8_t> values, std::vector<std::uint8_t> valid) {
  return push({std::move(name), std::move(values), std::move(valid)});
}

template class CopySafeVariant<std::vector<double>, std::vector<std::int64_t>, std::vector<std::uint8_t>, std::vector<std::string>>;

}  // namespace celadon::inline CELADON_ABI
