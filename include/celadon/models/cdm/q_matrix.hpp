/// Which attributes (knowledge points, abilities) each item needs, what a test with such a matrix can tell apart, and what it cannot.
///
/// Sources: Tatsuoka (1983), doi:10.1111/j.1745-3984.1983.tb00212.x; Chiu, Douglas & Li (2009), doi:10.1007/s11336-009-9125-0
/// (completeness); Gu & Xu (2019), doi:10.1007/s11336-018-9619-8 (DINA) and (2020), doi:10.1214/19-AOS1878 (general models).
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/table.hpp>
#include <celadon/core/visitor.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::inline CELADON_ABI::cdm {

/// The most attributes that one matrix may have.
inline constexpr int kMaxAttributes = 15;

/// Items x attributes, 1 where the item needs the attribute. Value type.
struct QMatrix {
  std::vector<std::string> item_ids;
  std::vector<std::string> attributes;  ///< names, at most kMaxAttributes
  std::vector<std::uint8_t> cells;      ///< n_items x n_attributes, item by item; 0 or 1

  [[nodiscard]] std::int64_t n_items() const { return static_cast<std::int64_t>(item_ids.size()); }
  [[nodiscard]] int n_attributes() const { return static_cast<int>(attributes.size()); }
  [[nodiscard]] bool needs(std::int64_t item, int attribute) const {
    return cells[static_cast<std::size_t>(item) * attributes.size() + static_cast<std::size_t>(attribute)] != 0;
  }
  /// The attributes of an item as bits: bit k is attribute k.
  [[nodiscard]] std::uint32_t mask(std::int64_t item) const;
  /// All state, for saving and loading (io).
  void visit(Visitor& visitor);
};

/// Errors: kLengthMismatch (cells), kInvalidArgument (a cell other than 0 and 1, no or too many attributes), kDuplicateId (items,
/// attributes).
[[nodiscard]] Result<void> check_shape(const QMatrix& q);

/// `first` has to be mastered before `then` can be (indices of attributes).
struct Prerequisite {
  std::int32_t first = 0;
  std::int32_t then = 0;
};

/// Classes of mastery that a hierarchy allows, ascending: bit k of a class is attribute k. Without prerequisites all 2^n_attributes.
/// Errors: kInvalidArgument (an attribute that is not there; prerequisites that form a circle).
[[nodiscard]] Result<std::vector<std::uint32_t>> mastery_classes(int n_attributes, std::span<const Prerequisite> prerequisites = {});

/// The classes that no item tells apart under the conjunctive rule (DINA): classes with the same right answers in an ideal world.
struct LatentGroups {
  std::vector<std::int32_t> group_of_class;  ///< by class, groups in order of their first class
  std::int32_t n_groups = 0;
  /// Bit k: within some group of several classes attribute k is mastered in one and not in another, so that nothing in the answers decides
  /// it.
  std::uint32_t undecided = 0;
};
[[nodiscard]] LatentGroups latent_groups(const QMatrix& q, std::span<const std::uint32_t> classes);

struct AttributeCheck {
  std::string attribute;
  std::int64_t n_items = 0;
  std::int64_t n_alone = 0;              ///< items that need it and nothing else
  std::vector<std::string> always_with;  ///< attributes that stand in every item that needs this one
  std::vector<std::string> same_column;  ///< attributes with the same items
  bool decided = true;                   ///< the conjunctive rule tells its mastery in every group of classes
};

/// What a matrix can identify.
///
/// `complete`: for every attribute an item that needs it alone, without which DINA cannot tell all classes apart. `dina_identified`:
/// complete, every attribute in three items or more, and the columns left after one such item of each attribute are distinct; sufficient
/// and, for all parameters together, necessary (Gu & Xu 2019). `general_identified`: two items alone for every attribute, and for every
/// attribute a further item that needs it (Gu & Xu 2020, condition for models with main effects); sufficient.
struct QMatrixCheck {
  bool complete = false;
  bool dina_identified = false;
  bool general_identified = false;
  std::vector<AttributeCheck> attributes;
  LatentGroups groups;
  std::int64_t n_classes = 0;
  std::vector<std::int64_t> first_alike;  ///< by item: the first item with the same row (itself where there is none before); no fault
  Findings findings;

  /// One row an attribute: attribute, n_items, n_alone, decided.
  [[nodiscard]] Table to_table() const;
};

/// Looks at a matrix before any answers. Errors: those of check_shape and mastery_classes.
/// Findings: kQRowEmpty (an item that needs nothing), kQColumnEmpty, kQColumnsEqual, kQNeverAlone, kQFewItems (fewer than three
/// items), kQGroupsMerged (classes that DINA cannot tell apart).
/// Cost: O(items x classes).
[[nodiscard]] Result<QMatrixCheck> check_q_matrix(const QMatrix& q, std::span<const Prerequisite> prerequisites = {});

}  // namespace celadon::inline CELADON_ABI::cdm
