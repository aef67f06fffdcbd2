/// How a model shows its state without knowing a format: named fields to a visitor. `io` turns the visit into versioned JSON and back.
#pragma once

#include <celadon/core/config.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::inline CELADON_ABI {

/// Receives (saving) or supplies (loading) named fields in a fixed order. The same `visit` function of a model serves both, so a field
/// cannot be written and forgotten on the way back. Lists of records nest by begin_list/next/end.
class Visitor {
 public:
  virtual ~Visitor() = default;
  [[nodiscard]] virtual bool loading() const = 0;
  virtual void field(std::string_view name, double& value) = 0;
  virtual void field(std::string_view name, std::int64_t& value) = 0;
  virtual void field(std::string_view name, bool& value) = 0;
  virtual void field(std::string_view name, std::string& value) = 0;
  virtual void field(std::string_view name, std::vector<double>& values) = 0;
  virtual void field(std::string_view name, std::vector<std::int64_t>& values) = 0;
  virtual void field(std::string_view name, std::vector<std::string>& values) = 0;
  /// Enters a record; leave it with end().
  virtual void begin_record(std::string_view name) = 0;
  /// Enters a list of records: `size` is written when saving and set when loading. Call next() before each record, end() after the last.
  virtual void begin_list(std::string_view name, std::int64_t& size) = 0;
  virtual void next() = 0;
  virtual void end() = 0;
};

}  // namespace celadon::inline CELADON_ABI
