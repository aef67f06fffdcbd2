/// Papers made by hand: items of given marks and a table of points, as a teacher would write them.
#pragma once

#include <celadon/evaluation/paper.hpp>
#include <celadon/io/profile_json.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace paper_fixture {

using celadon::Item;
using celadon::Items;
using celadon::Missing;
using celadon::Responses;

/// Cells that are no points.
inline constexpr int kOmit = -3;
inline constexpr int kAway = -1;

inline Item item(std::string id, double full_mark) {
  Item out;
  out.id = std::move(id);
  out.full_mark = full_mark;
  return out;
}

inline Items items(const std::vector<double>& full_marks) {
  Items out;
  for (std::size_t j = 0; j < full_marks.size(); ++j) out.push_back(item("q" + std::to_string(j + 1), full_marks[j]));
  return out;
}

/// Points by pupil and item; negative cells are missing (-1 not administered, -2 not reached, -3 omitted, -4 invalid).
inline celadon::evaluation::Paper paper(Items items, const std::vector<std::vector<int>>& points) {
  celadon::evaluation::Paper out;
  out.id = "p";
  out.name = "Paper";
  std::vector<std::string> ids;
  for (const Item& i : items) {
    ids.push_back(i.id);
    if (!i.bonus) out.full_mark += i.full_mark;
  }
  Responses::Builder builder(static_cast<std::int64_t>(points.size()), ids);
  for (std::size_t i = 0; i < points.size(); ++i)
    for (std::size_t j = 0; j < items.size(); ++j)
      builder.set(static_cast<std::int64_t>(i), static_cast<std::int64_t>(j),
                  points[i][j] < 0 ? static_cast<std::uint8_t>(251 - points[i][j]) : static_cast<std::uint8_t>(points[i][j]));
  out.scored = std::move(builder).build().value();
  out.items = std::move(items);
  return out;
}

inline const celadon::evaluation::Profile& profile() {
  return celadon::io::default_profile();
}

}  // namespace paper_fixture
