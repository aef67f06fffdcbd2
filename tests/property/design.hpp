/// A random paper: persons, items of two to seven categories, half marks, missing kinds, weights, statuses, classes.
#pragma once

#include "for_all.hpp"

#include <celadon/core/items.hpp>
#include <celadon/core/responses.hpp>
#include <celadon/core/units.hpp>
#include <celadon/evaluation/paper.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace property {

/// Cells hold a category or -1 ... -4 for the missing kinds, by person then item.
struct Design {
  std::int64_t n_persons = 0;
  celadon::Items items;
  std::vector<int> n_categories;  ///< of each item
  std::vector<int> cells;
  std::vector<double> weights;  ///< whole numbers; one a person
  std::vector<celadon::Status> status;
  std::vector<std::int32_t> person_class;
  int n_classes = 1;

  [[nodiscard]] std::int64_t n_items() const { return static_cast<std::int64_t>(items.size()); }
  [[nodiscard]] int cell(std::int64_t person, std::int64_t item) const {
    return cells[static_cast<std::size_t>(person * n_items() + item)];
  }
  [[nodiscard]] std::vector<std::string> ids() const;
  [[nodiscard]] celadon::Responses responses() const;
  /// 1 for persons whose status counts.
  [[nodiscard]] std::vector<std::uint8_t> include() const;
  /// The design with these rows and columns in this order; repeats of rows allowed.
  [[nodiscard]] Design select(const std::vector<std::int64_t>& persons, const std::vector<std::int64_t>& columns) const;
  [[nodiscard]] Design select_persons(const std::vector<std::int64_t>& persons) const;
  [[nodiscard]] Design select_items(const std::vector<std::int64_t>& columns) const;
  [[nodiscard]] celadon::evaluation::Paper paper() const;
};

struct DesignRange {
  int least_persons = 2;
  int most_persons = 60;
  int least_items = 2;
  int most_items = 8;
  int most_categories = 7;
  double missing = 0.1;    ///< share of papers with missing cells is twice this where it is not 0; a cell is missing with up to this share
  double statuses = 0.05;  ///< a person is absent ... with this probability
  bool half_marks = true;
  bool bonus = false;   ///< an item may be a bonus item
  bool choice = false;  ///< a pair of items may be a choice group, with one of them not administered
  int most_classes = 1;
};

[[nodiscard]] Design draw_design(Stream& draw, const DesignRange& range);
/// Designs with halves and single rows and columns left out, never below two persons and two items.
[[nodiscard]] std::vector<Design> smaller_designs(const Design& design);
[[nodiscard]] std::string show_design(const Design& design);
[[nodiscard]] Kind<Design> designs(const DesignRange& range);

[[nodiscard]] std::vector<std::int64_t> rows_up_to(std::int64_t n);
/// Whether two values agree within `tolerance` of their size (at least 1); NaN agrees with NaN.
[[nodiscard]] bool agree(double a, double b, double tolerance = 1e-10);
/// "name: a is not b", nothing where they agree.
[[nodiscard]] Problem differ(const std::string& name, double a, double b, double tolerance = 1e-10);

}  // namespace property
