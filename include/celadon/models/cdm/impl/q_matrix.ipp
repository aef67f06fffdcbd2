#pragma once

#include <celadon/models/cdm/q_matrix.hpp>

#include <algorithm>
#include <bit>
#include <unordered_map>
#include <unordered_set>

namespace celadon::inline CELADON_ABI::cdm {

namespace q_matrix_detail {

inline Error bad(const std::string& name, const std::string& detail) {
  return make_error(Code::kInvalidArgument, {.table = "q_matrix", .column = {}, .row = -1, .item = {}},
                    {{"name", name}, {"detail", detail}});
}

inline Result<void> unique(const std::vector<std::string>& ids, const char* column) {
  std::unordered_map<std::string_view, std::size_t> seen;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto [at, fresh] = seen.emplace(ids[i], i);
    if (!fresh)
      return make_error(Code::kDuplicateId,
                        {.table = "q_matrix", .column = column, .row = static_cast<std::int64_t>(i) + 1, .item = ids[i]},
                        {{"first", std::to_string(at->second + 1)}});
  }
  return {};
}

/// The items of an attribute, one bit an item in words of 64.
inline std::vector<std::uint64_t> column(const QMatrix& q, int attribute) {
  std::vector<std::uint64_t> out(static_cast<std::size_t>(q.n_items() + 63) / 64, 0);
  for (std::int64_t j = 0; j < q.n_items(); ++j)
    if (q.needs(j, attribute)) out[static_cast<std::size_t>(j / 64)] |= std::uint64_t{1} << (j % 64);
  return out;
}

/// Whether the columns are distinct once the given items are left out.
inline bool distinct_without(const QMatrix& q, const std::vector<std::int64_t>& left_out) {
  std::vector<std::vector<std::uint64_t>> columns;
  for (int k = 0; k < q.n_attributes(); ++k) {
    columns.push_back(column(q, k));
    for (const std::int64_t j : left_out) columns.back()[static_cast<std::size_t>(j / 64)] &= ~(std::uint64_t{1} << (j % 64));
  }
  std::sort(columns.begin(), columns.end());
  return std::adjacent_find(columns.begin(), columns.end()) == columns.end();
}

}  // namespace q_matrix_detail

std::uint32_t QMatrix::mask(std::int64_t item) const {
  std::uint32_t out = 0;
  for (int k = 0; k < n_attributes(); ++k)
    if (needs(item, k)) out |= 1U << k;
  return out;
}

Result<void> check_shape(const QMatrix& q) {
  using q_matrix_detail::bad;
  if (q.attributes.empty() || q.attributes.size() > static_cast<std::size_t>(kMaxAttributes))
    return bad("attributes", std::to_string(q.attributes.size()) + " attributes; 1 to " + std::to_string(kMaxAttributes) + " are possible");
  if (q.cells.size() != q.item_ids.size() * q.attributes.size())
    return make_error(Code::kLengthMismatch, {.table = "q_matrix", .column = {}, .row = -1, .item = {}},
                      {{"name", "cells"},
                       {"actual", std::to_string(q.cells.size())},
                       {"expected", std::to_string(q.item_ids.size() * q.attributes.size())}});
  for (std::size_t i = 0; i < q.cells.size(); ++i)
    if (q.cells[i] > 1) {
      const std::size_t j = i / q.attributes.size();
      return make_error(Code::kInvalidArgument,
                        {.table = "q_matrix",
                         .column = q.attributes[i % q.attributes.size()],
                         .row = static_cast<std::int64_t>(j) + 1,
                         .item = q.item_ids[j]},
                        {{"name", "cells"}, {"detail", "a cell is 0 or 1"}});
    }
  if (auto ok = q_matrix_detail::unique(q.item_ids, "item"); !ok) return ok;
  return q_matrix_detail::unique(q.attributes, "attribute");
}

Result<std::vector<std::uint32_t>> mastery_classes(int n_attributes, std::span<const Prerequisite> prerequisites) {
  using q_matrix_detail::bad;
  if (n_attributes < 1 || n_attributes > kMaxAttributes)
    return bad("attributes", std::to_string(n_attributes) + " attributes; 1 to " + std::to_string(kMaxAttributes) + " are possible");
  std::vector<std::uint32_t> before(static_cast<std::size_t>(n_attributes), 0);  // all that has to be mastered first
  for (const Prerequisite& p : prerequisites) {
    if (p.first < 0 || p.first >= n_attributes || p.then < 0 || p.then >= n_attributes)
      return bad("prerequisites", "an attribute that is not there");
    before[static_cast<std::size_t>(p.then)] |= 1U << p.first;
  }
  for (int round = 0; round < n_attributes; ++round)
    for (std::uint32_t& b : before) {
      const std::uint32_t direct = b;
      for (int k = 0; k < n_attributes; ++k)
        if ((direct >> k & 1U) != 0) b |= before[static_cast<std::size_t>(k)];
    }
  for (int k = 0; k < n_attributes; ++k)
    if ((before[static_cast<std::size_t>(k)] >> k & 1U) != 0) return bad("prerequisites", "they form a circle");
  std::vector<std::uint32_t> out;
  for (std::uint32_t c = 0; c < (1U << n_attributes); ++c) {
    bool allowed = true;
    for (int k = 0; k < n_attributes && allowed; ++k) allowed = (c >> k & 1U) == 0 || (before[static_cast<std::size_t>(k)] & ~c) == 0;
    if (allowed) out.push_back(c);
  }
  return out;
}

LatentGroups latent_groups(const QMatrix& q, std::span<const std::uint32_t> classes) {
  // The ideal answers of a class follow from the union of the needs that it meets.
  std::vector<std::uint32_t> needs;
  for (std::int64_t j = 0; j < q.n_items(); ++j) needs.push_back(q.mask(j));
  std::sort(needs.begin(), needs.end());
  needs.erase(std::unique(needs.begin(), needs.end()), needs.end());
  LatentGroups out;
  std::unordered_map<std::uint32_t, std::int32_t> group_of_union;
  std::vector<std::uint32_t> all;   // by group: attributes mastered in every class
  std::vector<std::uint32_t> some;  // in at least one
  for (const std::uint32_t c : classes) {
    std::uint32_t met = 0;
    for (const std::uint32_t n : needs)
      if ((n & ~c) == 0) met |= n;
    const auto [at, fresh] = group_of_union.emplace(met, out.n_groups);
    if (fresh) {
      ++out.n_groups;
      all.push_back(c);
      some.push_back(c);
    }
    all[static_cast<std::size_t>(at->second)] &= c;
    some[static_cast<std::size_t>(at->second)] |= c;
    out.group_of_class.push_back(at->second);
  }
  for (std::size_t g = 0; g < all.size(); ++g) out.undecided |= some[g] & ~all[g];
  return out;
}

Result<QMatrixCheck> check_q_matrix(const QMatrix& q, std::span<const Prerequisite> prerequisites) {
  if (auto ok = check_shape(q); !ok) return ok.error();
  auto classes = mastery_classes(q.n_attributes(), prerequisites);
  if (!classes) return classes.error();
  QMatrixCheck out;
  out.n_classes = static_cast<std::int64_t>(classes->size());
  out.groups = latent_groups(q, *classes);
  const auto finding = [&](Severity severity, Code code, const std::string& column, const std::string& item,
                           std::vector<Argument> arguments) {
    out.findings.push_back(
        make_finding(severity, code, {.table = "q_matrix", .column = column, .row = -1, .item = item}, std::move(arguments)));
  };
  std::unordered_map<std::uint32_t, std::int64_t> first_with;
  for (std::int64_t j = 0; j < q.n_items(); ++j) out.first_alike.push_back(first_with.emplace(q.mask(j), j).first->second);
  for (std::int64_t j = 0; j < q.n_items(); ++j)
    if (q.mask(j) == 0) finding(Severity::kError, Code::kQRowEmpty, {}, q.item_ids[static_cast<std::size_t>(j)], {});
  out.complete = true;
  bool three = true;
  bool two_alone_and_more = true;
  std::vector<std::int64_t> alone;  // the first item of each attribute that needs it and nothing else
  for (int k = 0; k < q.n_attributes(); ++k) {
    AttributeCheck a;
    a.attribute = q.attributes[static_cast<std::size_t>(k)];
    std::uint32_t with = ~0U;
    std::int64_t first = -1;
    for (std::int64_t j = 0; j < q.n_items(); ++j) {
      if (!q.needs(j, k)) continue;
      ++a.n_items;
      with &= q.mask(j);
      if (q.mask(j) != 1U << k) continue;
      ++a.n_alone;
      if (first < 0) first = j;
    }
    for (int l = 0; l < q.n_attributes() && a.n_items > 0; ++l) {
      if (l == k) continue;
      if ((with >> l & 1U) != 0) a.always_with.push_back(q.attributes[static_cast<std::size_t>(l)]);
      if (q_matrix_detail::column(q, k) == q_matrix_detail::column(q, l))
        a.same_column.push_back(q.attributes[static_cast<std::size_t>(l)]);
    }
    a.decided = a.n_items > 0 && (out.groups.undecided >> k & 1U) == 0;
    out.complete = out.complete && a.n_alone > 0;
    three = three && a.n_items >= 3;
    two_alone_and_more = two_alone_and_more && a.n_alone >= 2 && a.n_items >= 3;
    if (first >= 0) alone.push_back(first);
    const std::string n = std::to_string(a.n_items);
    if (a.n_items == 0)
      finding(Severity::kWarning, Code::kQColumnEmpty, a.attribute, {}, {});
    else if (!a.same_column.empty())
      finding(Severity::kWarning, Code::kQColumnsEqual, a.attribute, {}, {{"other", a.same_column.front()}});
    else if (a.n_alone == 0)
      finding(Severity::kNote, Code::kQNeverAlone, a.attribute, {}, {});
    if (a.n_items > 0 && a.n_items < 3) finding(Severity::kWarning, Code::kQFewItems, a.attribute, {}, {{"n", n}});
    out.attributes.push_back(std::move(a));
  }
  out.dina_identified = out.complete && three && q_matrix_detail::distinct_without(q, alone);
  out.general_identified = out.complete && two_alone_and_more;
  if (out.groups.n_groups < out.n_classes)
    finding(Severity::kWarning, Code::kQGroupsMerged, {}, {},
            {{"n", std::to_string(out.groups.n_groups)}, {"of", std::to_string(out.n_classes)}});
  return out;
}

Table QMatrixCheck::to_table() const {
  Table table("q_matrix_check");
  std::vector<std::string> attribute;
  std::vector<std::int64_t> items;
  std::vector<std::int64_t> alone;
  std::vector<std::int64_t> decided;
  for (const AttributeCheck& a : attributes) {
    attribute.push_back(a.attribute);
    items.push_back(a.n_items);
    alone.push_back(a.n_alone);
    decided.push_back(a.decided ? 1 : 0);
  }
  table.add("attribute", std::move(attribute));
  table.add("n_items", std::move(items));
  table.add("n_alone", std::move(alone));
  table.add("decided", std::move(decided));
  return table;
}

}  // namespace celadon::inline CELADON_ABI::cdm
