/// For bodies: answers matched to a model by item id, with what every cell means for the likelihood.
#pragma once

#include <celadon/core/responses.hpp>
#include <celadon/models/irt/model.hpp>

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace celadon::inline CELADON_ABI::irt::match_detail {

inline constexpr std::int16_t kIgnored = -1;  ///< the cell gives no information
inline constexpr std::int16_t kDrops = -2;    ///< the cell takes its person out

/// Model category of each of the 256 cell values of a column, or kIgnored, or kDrops.
using CellCodes = std::array<std::int16_t, 256>;

struct Match {
  std::vector<std::int64_t> item_of_column;  ///< -1: not in the model
  std::vector<std::int64_t> column_of_item;  ///< -1: not in the answers
  std::vector<CellCodes> codes;              ///< by column; empty meaning for columns that are not in the model
  std::vector<std::uint8_t> may_ignore;      ///< by column: a cell that is ignored does occur or may occur
  std::vector<std::uint8_t> may_drop;        ///< by column
  int n_items_used = 0;
  Findings findings;
};

inline CellCodes cell_codes(const ItemParameters& item, const MissingPolicy& missing) {
  CellCodes codes;
  codes.fill(kIgnored);
  for (int c = 0; c <= kMaxCategory; ++c) codes[static_cast<std::size_t>(c)] = static_cast<std::int16_t>(item.model_category(c));
  for (int c = kMaxCategory + 1; c < 256; ++c) {
    std::int16_t& code = codes[static_cast<std::size_t>(c)];
    switch (missing.of(static_cast<std::uint8_t>(c))) {
      case MissingTreatment::kLowest:
        code = codes[0];
        break;
      case MissingTreatment::kDropPerson:
        code = kDrops;
        break;
      default:
        code = kIgnored;
    }
  }
  return codes;
}

inline std::int64_t count_unknown(const Responses& responses, std::int64_t column, const CellCodes& codes) {
  std::int64_t n = 0;
  for (std::int64_t b = 0; b < responses.n_blocks(); ++b) {
    const std::uint8_t* cells = responses.column(b, column);
    for (std::int64_t i = 0; i < responses.rows(b); ++i) n += !is_missing(cells[i]) && codes[cells[i]] < 0 ? 1 : 0;
  }
  return n;
}

inline Result<Match> match(const Model& model, const Responses& responses, const MissingPolicy& missing,
                           std::span<const std::int32_t> group = {}) {
  if (auto ok = check(model); !ok) return ok.error();
  if (!group.empty() && static_cast<std::int64_t>(group.size()) != responses.n_persons())
    return make_error(Code::kLengthMismatch, {},
                      {{"name", "group"}, {"actual", std::to_string(group.size())}, {"expected", std::to_string(responses.n_persons())}});
  for (const std::int32_t g : group)
    if (g < 0 || g >= static_cast<std::int32_t>(model.populations.size()))
      return make_error(Code::kInvalidArgument, {}, {{"name", "group"}, {"detail", "index " + std::to_string(g) + " is out of range"}});

  Match out;
  const auto n_columns = static_cast<std::size_t>(responses.n_items());
  out.item_of_column.assign(n_columns, -1);
  out.column_of_item.assign(model.items.size(), -1);
  out.codes.resize(n_columns);
  out.may_ignore.assign(n_columns, 0);
  out.may_drop.assign(n_columns, 0);
  std::unordered_map<std::string_view, std::size_t> index;
  for (std::size_t j = 0; j < model.items.size(); ++j) index.emplace(model.items[j].id, j);
  for (std::size_t c = 0; c < n_columns; ++c) {
    const std::string& id = responses.item_ids()[c];
    const auto at = index.find(id);
    if (at == index.end()) {
      out.findings.push_back(make_finding(Severity::kWarning, Code::kItemNotInModel, {.table = {}, .column = {}, .row = -1, .item = id}));
      continue;
    }
    const auto column = static_cast<std::int64_t>(c);
    out.item_of_column[c] = static_cast<std::int64_t>(at->second);
    out.column_of_item[at->second] = column;
    out.codes[c] = cell_codes(model.items[at->second], missing);
    ++out.n_items_used;
    bool unknown = false;
    for (int k = 0; k < responses.n_categories()[c]; ++k) unknown |= out.codes[c][static_cast<std::size_t>(k)] < 0;
    if (unknown) {
      const std::int64_t n = count_unknown(responses, column, out.codes[c]);
      out.may_ignore[c] = n > 0 ? 1 : 0;
      if (n > 0)
        out.findings.push_back(make_finding(Severity::kWarning, Code::kUnknownCategory, {.table = {}, .column = {}, .row = -1, .item = id},
                                            {{"count", std::to_string(n)}}));
    }
    if (responses.has_missing(column))
      for (int k = kMaxCategory + 1; k < 256; ++k) {
        out.may_ignore[c] = static_cast<std::uint8_t>(out.may_ignore[c] | (out.codes[c][static_cast<std::size_t>(k)] == kIgnored ? 1 : 0));
        out.may_drop[c] = static_cast<std::uint8_t>(out.may_drop[c] | (out.codes[c][static_cast<std::size_t>(k)] == kDrops ? 1 : 0));
      }
  }
  if (out.n_items_used == 0) return make_error(Code::kNoCommonItems);
  const auto absent = static_cast<std::int64_t>(model.items.size()) - out.n_items_used;
  if (absent > 0) out.findings.push_back(make_finding(Severity::kNote, Code::kModelItemsAbsent, {}, {{"count", std::to_string(absent)}}));
  return out;
}

}  // namespace celadon::inline CELADON_ABI::irt::match_detail
