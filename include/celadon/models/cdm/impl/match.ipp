#pragma once

#include <celadon/models/cdm/impl/match.hpp>

#include <algorithm>
#include <string>
#include <unordered_map>

namespace celadon::inline CELADON_ABI::cdm::match_detail {

Result<Match> match(const Model& model, const Responses& responses, const MissingPolicy& missing) {
  if (auto ok = check(model); !ok) return ok.error();
  std::unordered_map<std::string_view, std::size_t> index;
  for (std::size_t j = 0; j < model.items.size(); ++j) index.emplace(model.items[j].id, j);
  Match out;
  for (std::int64_t column = 0; column < responses.n_items(); ++column) {
    const std::string& id = responses.item_ids()[static_cast<std::size_t>(column)];
    const auto at = index.find(id);
    if (at == index.end()) {
      out.findings.push_back(make_finding(Severity::kWarning, Code::kItemNotInModel, {.table = {}, .column = {}, .row = -1, .item = id}));
      continue;
    }
    const int n = responses.n_categories()[static_cast<std::size_t>(column)];
    if (n > 2)
      return make_error(Code::kNotRightWrong, {.table = "responses", .column = id, .row = -1, .item = id}, {{"n", std::to_string(n)}});
    latent_detail::CodedItem item;
    item.column = column;
    item.code.assign(256, 2);
    item.code[0] = 0;
    item.code[1] = 1;
    if (responses.has_missing(column))
      for (int cell = kMaxCategory + 1; cell < 256; ++cell) {
        const auto byte = static_cast<std::size_t>(cell);
        const MissingTreatment how = missing.of(static_cast<std::uint8_t>(cell));
        if (how == MissingTreatment::kLowest)
          item.code[byte] = 0;
        else
          item.has_missing = true;
        if (how != MissingTreatment::kDropPerson) continue;
        item.dropped.resize(256, 0);
        item.dropped[byte] = 1;
      }
    out.items.push_back(static_cast<std::int32_t>(at->second));
    out.coded.push_back(std::move(item));
  }
  if (out.items.empty()) return make_error(Code::kNoCommonItems);
  const std::size_t absent = model.items.size() - out.items.size();
  if (absent > 0) out.findings.push_back(make_finding(Severity::kNote, Code::kModelItemsAbsent, {}, {{"count", std::to_string(absent)}}));
  return out;
}

latent_detail::Tables tables(const Model& model, const Match& match, const std::vector<latent_detail::PackedGroup>& groups) {
  latent_detail::Tables t;
  const std::size_t n = model.classes.size();
  const std::size_t padded = (n + 7) / 8 * 8;
  t.n_points = static_cast<int>(n);
  t.padded = static_cast<int>(padded);
  for (const std::int32_t j : match.items) {
    std::vector<double>& table = t.probability.emplace_back(3 * padded, 0.0);
    for (std::size_t c = 0; c < n; ++c) {
      const double p = std::clamp(model.items[static_cast<std::size_t>(j)].of_class(model.classes[c]), kClosest, 1.0 - kClosest);
      table[c] = 1.0 - p;
      table[padded + c] = p;
      table[2 * padded + c] = 1.0;
    }
  }
  latent_detail::make_products(groups, t);
  for (const Population& p : model.populations) {
    t.weights.insert(t.weights.end(), p.probability.begin(), p.probability.end());
    t.weights.insert(t.weights.end(), padded - n, 0.0);
  }
  return t;
}

std::uint32_t rule_group(const ItemParameters& item, std::uint32_t mastered) {
  std::uint32_t group = 0;
  for (std::size_t l = 0; l < item.attributes.size(); ++l) group |= (mastered >> item.attributes[l] & 1U) << l;
  if (item.rule == Rule::kDina) return group == (1U << item.attributes.size()) - 1U ? 1U : 0U;
  if (item.rule == Rule::kDino) return group != 0 ? 1U : 0U;
  return group;
}

std::uint32_t n_rule_groups(const ItemParameters& item) {
  if (item.rule == Rule::kDina || item.rule == Rule::kDino) return 2;
  return 1U << item.attributes.size();
}

}  // namespace celadon::inline CELADON_ABI::cdm::match_detail
