/// Who answered what: which items and persons can stand on one scale.
///
/// Schools sit different papers. Two sets of items are comparable only through items or persons they share, or through an item bank. This
/// topic finds the connected parts of a response matrix, the forms (booklets) that were administered, and how well forms are linked.
/// Connected is not linked: a link between forms needs a minimum of shared items. Nothing is pooled silently.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/execution.hpp>
#include <celadon/core/responses.hpp>
#include <celadon/core/table.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace celadon::inline CELADON_ABI::irt {

/// How many shared items make a link between two forms: at least `least_items`, and at least `least_share` of the shorter form's items.
/// The defaults are the usual rule of thumb for anchors (Kolen & Brennan 2014, Test Equating, Scaling, and Linking, section 8.1: 20 % of
/// the test), with a floor for short papers.
struct LinkRule {
  int least_items = 5;
  double least_share = 0.20;
};

struct ConnectOptions {
  MissingPolicy missing;  ///< a cell counts as answered where it has a category or its kind is treated as kLowest
  LinkRule rule;
  /// Items whose parameters are fixed from a bank (n_items bytes, non-zero = anchored), or empty. A form with enough anchored items is on
  /// the bank's scale, and so are all such forms together.
  std::span<const std::uint8_t> anchored = {};
  /// More distinct forms than this are not listed one by one (adaptive or random assignment); components are still found.
  int most_forms = 1000;
};

/// A part of the data that hangs together by shared answers.
struct Component {
  std::vector<std::int64_t> items;  ///< item indices, ascending
  std::int64_t n_persons = 0;       ///< persons with at least one answer in it
};

/// A set of items that some persons were administered. Omitted, not reached and invalid cells were administered.
struct Form {
  std::vector<std::int64_t> items;  ///< item indices, ascending
  std::int64_t n_persons = 0;
  std::int32_t component = -1;     ///< of the raw connection, -1 when nobody answered anything
  std::int32_t linked_group = -1;  ///< forms with one number are linked, directly or by a chain of sufficient links or by the bank
};

/// Two forms that share items.
struct FormLink {
  std::int32_t first = 0;
  std::int32_t second = 0;
  int n_shared = 0;
  double share = 0.0;       ///< n_shared / items of the shorter form
  bool sufficient = false;  ///< by the LinkRule
};

struct Connectedness {
  std::vector<Component> components;           ///< ordered by their first item; items nobody answered are in none
  std::vector<std::int32_t> item_component;    ///< n_items, -1 where nobody answered
  std::vector<std::int32_t> person_component;  ///< n_persons, -1 for persons without any answer
  std::vector<Form> forms;                     ///< ordered by first person; empty when there are more than most_forms
  std::vector<std::int32_t> person_form;       ///< n_persons; empty when forms is
  std::vector<FormLink> links;                 ///< pairs with at least one shared item, by (first, second)
  std::int32_t n_linked_groups = 0;            ///< 1 when all forms are linked; 0 when forms were not listed
  Findings findings;                           ///< kNotConnected, kWeakLink, kNoAnswers

  [[nodiscard]] bool connected() const { return components.size() <= 1; }
  /// Connected, and every form reachable by sufficient links (or through the bank). True for a single form.
  [[nodiscard]] bool linked() const { return connected() && n_linked_groups == 1; }
  /// One row a link: first_form, second_form, n_shared, share, sufficient.
  [[nodiscard]] Table to_table() const;
};

/// Finds components, forms and links.
/// Errors: kLengthMismatch (anchored), kCancelled. Cost: one pass over the cells of items that have missing cells, then O(forms^2).
/// Deterministic for any number of threads. Reentrant.
[[nodiscard]] Result<Connectedness> connectedness(const Responses& responses, const ConnectOptions& options = {},
                                                  const ExecutionContext& context = {});

}  // namespace celadon::inline CELADON_ABI::irt
