/// For bodies: the items of a model that were answered, and counts over persons who answered all of them. Counts are whole numbers, so
/// the order of summing does not matter.
#pragma once

#include <celadon/models/irt/impl/match.hpp>

#include <cstdint>
#include <vector>

namespace celadon::inline CELADON_ABI::irt::complete_detail {

struct Complete {
  Model model;                       ///< answered items only
  std::vector<std::size_t> item;     ///< their places in the caller's model
  std::vector<std::int64_t> column;  ///< their columns
  match_detail::Match match;
  std::int64_t n_used = 0;
  std::int64_t n_dropped = 0;
};

/// Errors: those of matching; kInvalidArgument where the model has several populations (a statistic of this kind is for one).
inline Result<Complete> prepare(const Model& model, const Responses& responses, const MissingPolicy& missing) {
  if (auto ok = check(model); !ok) return ok.error();
  if (model.populations.size() != 1)
    return make_error(Code::kInvalidArgument, {},
                      {{"name", "model"}, {"detail", "it has several populations; test each with its own model and persons"}});
  auto matched = match_detail::match(model, responses, missing);
  if (!matched) return matched.error();
  Complete out;
  out.match = std::move(*matched);
  out.model.populations = model.populations;
  out.model.grid = model.grid;
  for (std::size_t j = 0; j < model.items.size(); ++j) {
    if (out.match.column_of_item[j] < 0) continue;
    out.model.items.push_back(model.items[j]);
    out.item.push_back(j);
    out.column.push_back(out.match.column_of_item[j]);
  }
  return out;
}

/// Categories of all complete persons of a block, item by item: categories[j * rows + i]; `kept` gets their number.
inline void read_block(const Complete& c, const Responses& responses, std::int64_t block, std::vector<std::uint8_t>& categories,
                       std::size_t& kept) {
  const auto rows = static_cast<std::size_t>(responses.rows(block));
  std::vector<std::size_t> whole;
  std::vector<std::uint8_t> complete(rows, 1);
  for (const std::int64_t column : c.column) {
    const std::uint8_t* cells = responses.column(block, column);
    const match_detail::CellCodes& codes = c.match.codes[static_cast<std::size_t>(column)];
    for (std::size_t i = 0; i < rows; ++i) complete[i] = static_cast<std::uint8_t>(complete[i] & (codes[cells[i]] >= 0 ? 1 : 0));
  }
  for (std::size_t i = 0; i < rows; ++i)
    if (complete[i] != 0) whole.push_back(i);
  kept = whole.size();
  categories.resize(c.column.size() * kept);
  for (std::size_t j = 0; j < c.column.size(); ++j) {
    const std::uint8_t* cells = responses.column(block, c.column[j]);
    const match_detail::CellCodes& codes = c.match.codes[static_cast<std::size_t>(c.column[j])];
    for (std::size_t i = 0; i < kept; ++i) categories[j * kept + i] = static_cast<std::uint8_t>(codes[cells[whole[i]]]);
  }
}

inline void add_finding(const Complete& c, Findings& findings) {
  findings = c.match.findings;
  if (c.n_dropped > 0)
    findings.push_back(make_finding(Severity::kWarning, Code::kIncompletePersons, {}, {{"count", std::to_string(c.n_dropped)}}));
}

}  // namespace celadon::inline CELADON_ABI::irt::complete_detail
