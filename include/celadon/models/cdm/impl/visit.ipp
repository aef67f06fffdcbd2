#pragma once

#include <celadon/core/visitor.hpp>
#include <celadon/models/cdm/score.hpp>

#include <limits>
#include <string>
#include <vector>

namespace celadon::inline CELADON_ABI::cdm {

namespace visit_detail {

/// Whole numbers of another type. One out of its range becomes `otherwise`, which check() refuses.
template <class T>
void integers(Visitor& visitor, std::string_view name, std::vector<T>& values, T otherwise) {
  std::vector<std::int64_t> wide(values.begin(), values.end());
  visitor.field(name, wide);
  if (!visitor.loading()) return;
  values.clear();
  for (const std::int64_t v : wide) {
    const bool fits =
        v >= static_cast<std::int64_t>(std::numeric_limits<T>::min()) && v <= static_cast<std::int64_t>(std::numeric_limits<T>::max());
    values.push_back(fits ? static_cast<T>(v) : otherwise);
  }
}

template <class T>
void begin_list(Visitor& visitor, std::string_view name, std::vector<T>& values) {
  auto size = static_cast<std::int64_t>(values.size());
  visitor.begin_list(name, size);
  if (visitor.loading()) values.assign(static_cast<std::size_t>(size), {});
}

/// A name for a value of an enumeration. A name that is not known becomes `otherwise`, which check() refuses by its empty probabilities.
template <class T, class Name, class From>
bool named(Visitor& visitor, std::string_view field, T& value, Name name, From from) {
  std::string text(name(value));
  visitor.field(field, text);
  if (!visitor.loading()) return true;
  const auto read = from(text);
  if (!read) return false;
  value = *read;
  return true;
}

}  // namespace visit_detail

void Model::visit(Visitor& visitor) {
  using namespace visit_detail;
  visitor.field("attributes", attributes);
  integers(visitor, "classes", classes, std::numeric_limits<std::uint32_t>::max());
  if (!named(visitor, "structure", structure, structure_name, structure_from_name)) classes.clear();
  begin_list(visitor, "items", items);
  for (ItemParameters& item : items) {
    visitor.next();
    visitor.field("id", item.id);
    const bool known = named(visitor, "rule", item.rule, rule_name, rule_from_name);
    integers(visitor, "attributes", item.attributes, std::int32_t{-1});
    visitor.field("probability", item.probability);
    if (!known) item.probability.clear();
  }
  visitor.end();
  begin_list(visitor, "populations", populations);
  for (Population& p : populations) {
    visitor.next();
    visitor.field("id", p.id);
    visitor.field("probability", p.probability);
    visitor.field("slope", p.slope);
    visitor.field("intercept", p.intercept);
  }
  visitor.end();
}

void QMatrix::visit(Visitor& visitor) {
  visitor.field("items", item_ids);
  visitor.field("attributes", attributes);
  visit_detail::integers(visitor, "cells", cells, std::uint8_t{255});
}

void MasteryState::visit(Visitor& visitor) {
  using namespace visit_detail;
  visitor.field("attributes", attributes);
  integers(visitor, "classes", classes, std::numeric_limits<std::uint32_t>::max());
  visitor.field("probability", probability);
  integers(visitor, "n_items", n_items, std::int32_t{-1});
  integers(visitor, "n_answered", n_answered, std::int32_t{-1});
  begin_list(visitor, "evidence", evidence);
  for (Evidence& e : evidence) {
    visitor.next();
    integers(visitor, "group_of_class", e.group_of_class, std::int32_t{-1});
    integers(visitor, "same_items", e.same_items, std::numeric_limits<std::uint32_t>::max());
  }
  visitor.end();
  integers(visitor, "evidence_of_person", evidence_of_person, std::int32_t{-1});
}

}  // namespace celadon::inline CELADON_ABI::cdm
