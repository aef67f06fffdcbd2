/// Packed responses: persons x items, one byte a cell, in fixed blocks of persons.
///
/// A cell is a category (0, 1, ... up to kMaxCategory) or one of four missing kinds. Missing is its own thing: what a kind
/// means for a model is an explicit option of that model (MissingPolicy), never a silent zero.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/execution.hpp>
#include <celadon/core/parallel.hpp>
#include <celadon/core/shared_buffer.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace celadon::inline CELADON_ABI {

/// The highest category a cell can hold.
inline constexpr int kMaxCategory = 249;

/// Why a cell has no category. The values are the bytes in packed storage.
enum class Missing : std::uint8_t {
  kNotAdministered = 252,  ///< the item was not in this person's booklet or paper
  kNotReached = 253,       ///< the person stopped before the item (a trailing run of blanks)
  kOmitted = 254,          ///< the person saw the item and left it blank
  kInvalid = 255,          ///< an answer that cannot be used: two options marked, unreadable, spoiled
};

[[nodiscard]] constexpr bool is_missing(std::uint8_t cell) {
  return cell > kMaxCategory;
}

/// What a model does with a missing kind.
enum class MissingTreatment : std::uint8_t {
  kIgnore = 0,      ///< the cell gives no information (as if not administered)
  kLowest = 1,      ///< counts as category 0
  kDropPerson = 2,  ///< the whole person is left out and counted as dropped
};

/// One treatment for each missing kind. The default ignores all four: nobody loses points that were not marked.
struct MissingPolicy {
  MissingTreatment not_administered = MissingTreatment::kIgnore;
  MissingTreatment not_reached = MissingTreatment::kIgnore;
  MissingTreatment omitted = MissingTreatment::kIgnore;
  MissingTreatment invalid = MissingTreatment::kIgnore;

  [[nodiscard]] MissingTreatment of(std::uint8_t cell) const {
    switch (static_cast<Missing>(cell)) {
      case Missing::kNotAdministered:
        return not_administered;
      case Missing::kNotReached:
        return not_reached;
      case Missing::kOmitted:
        return omitted;
      default:
        return invalid;
    }
  }
};

/// The types of a caller's cells: those that Responses::from_dense is compiled for.
template <class T>
inline constexpr bool is_cell_type = std::is_same_v<T, std::int8_t> || std::is_same_v<T, std::uint8_t> || std::is_same_v<T, std::int16_t> ||
                                     std::is_same_v<T, std::int32_t> || std::is_same_v<T, std::int64_t>;

/// A dense integer matrix that the caller keeps: element (person, item) is data[person * person_stride + item * item_stride]
/// (strides in elements). Negative values are missing: -1 not administered, -2 not reached, -3 omitted, -4 invalid.
template <class T>
struct DenseView {
  static_assert(
      is_cell_type<T>,
      "celadon::DenseView: cells are int8_t, uint8_t, int16_t, int32_t or int64_t; marks in floating point come as categories with "
      "Item::category_scores, or as a table over Arrow");
  const T* data = nullptr;
  std::int64_t n_persons = 0;
  std::int64_t n_items = 0;
  std::int64_t person_stride = 0;
  std::int64_t item_stride = 1;
};

namespace responses_detail {
template <class T>
class BlockReader;
}

/// The packed matrix. Immutable after construction; copies share storage; safe to read from any number of threads.
///
/// Storage is cut in blocks of kBlockRows persons (the last one shorter). Within a block an item's cells are contiguous, so
/// that kernels run over persons; a block of 60 items is 240 KiB and stays in the second-level cache.
class Responses {
 public:
  Responses() = default;

  /// Packs a caller's matrix; it is only borrowed for the call. T is int8_t, int16_t, int32_t, int64_t or uint8_t.
  /// @param item_ids  n_items names, or empty for "1", "2", ...; must be unique.
  /// Errors: kLengthMismatch, kDuplicateId, kTooManyCategories (a value above kMaxCategory), kInvalidArgument (a value below -4).
  /// Cost: one pass over the data. Reentrant.
  template <class T>
  static Result<Responses> from_dense(const DenseView<T>& view, std::vector<std::string> item_ids = {},
                                      const ExecutionContext& context = {});

  [[nodiscard]] std::int64_t n_persons() const noexcept { return n_persons_; }
  [[nodiscard]] std::int64_t n_items() const noexcept { return n_items_; }
  [[nodiscard]] const std::vector<std::string>& item_ids() const noexcept { return item_ids_; }
  /// Highest observed category of each item plus one; 0 where an item has no observed cell.
  [[nodiscard]] const std::vector<int>& n_categories() const noexcept { return n_categories_; }
  /// Whether the item has any missing cell.
  [[nodiscard]] bool has_missing(std::int64_t item) const { return has_missing_[static_cast<std::size_t>(item)] != 0; }

  [[nodiscard]] std::int64_t n_blocks() const noexcept { return block_count(n_persons_); }
  /// Persons in a block: kBlockRows, fewer in the last.
  [[nodiscard]] std::int64_t rows(std::int64_t block) const noexcept {
    const std::int64_t left = n_persons_ - block * kBlockRows;
    return left < kBlockRows ? left : kBlockRows;
  }
  /// rows(block) cells of one item, in person order; readable up to the next multiple of 64 (padding is kNotAdministered).
  [[nodiscard]] const std::uint8_t* column(std::int64_t block, std::int64_t item) const noexcept {
    return cells_.get() + (block * n_items_ + item) * block_stride_;
  }
  /// One cell. Bounds are the caller's promise.
  [[nodiscard]] std::uint8_t at(std::int64_t person, std::int64_t item) const noexcept {
    return column(person / kBlockRows, item)[person % kBlockRows];
  }

  /// The given persons (row numbers, repeats allowed) and items, in the given order.
  [[nodiscard]] Result<Responses> select(std::span<const std::int64_t> persons, std::span<const std::int64_t> items) const;
  [[nodiscard]] Result<Responses> select_persons(std::span<const std::int64_t> persons) const;

  /// Bytes held by the cells.
  [[nodiscard]] std::int64_t bytes() const noexcept { return n_blocks() * n_items_ * block_stride_; }

  /// Builds cell by cell where no dense matrix exists; cells not set are kNotAdministered. Not thread-safe.
  class Builder {
   public:
    Builder(std::int64_t n_persons, std::vector<std::string> item_ids);
    void set(std::int64_t person, std::int64_t item, std::uint8_t cell);
    void set(std::int64_t person, std::int64_t item, Missing kind) { set(person, item, static_cast<std::uint8_t>(kind)); }
    /// One item's cells of one block, to fill directly (rows(block) of them).
    [[nodiscard]] std::uint8_t* column(std::int64_t block, std::int64_t item);
    /// Errors: kDuplicateId, kTooManyCategories (a cell of 250 or 251).
    [[nodiscard]] Result<Responses> build() &&;

   private:
    SharedBuffer cells_;
    std::int64_t n_persons_;
    std::int64_t n_items_;
    std::int64_t block_stride_;
    std::vector<std::string> item_ids_;
  };

 private:
  template <class T>
  friend class responses_detail::BlockReader;
  SharedBuffer cells_;
  std::int64_t n_persons_ = 0;
  std::int64_t n_items_ = 0;
  std::int64_t block_stride_ = 0;
  std::vector<std::string> item_ids_;
  std::vector<int> n_categories_;
  std::vector<std::uint8_t> has_missing_;
};

extern template Result<Responses> Responses::from_dense(const DenseView<std::int8_t>&, std::vector<std::string>, const ExecutionContext&);
extern template Result<Responses> Responses::from_dense(const DenseView<std::uint8_t>&, std::vector<std::string>, const ExecutionContext&);
extern template Result<Responses> Responses::from_dense(const DenseView<std::int16_t>&, std::vector<std::string>, const ExecutionContext&);
extern template Result<Responses> Responses::from_dense(const DenseView<std::int32_t>&, std::vector<std::string>, const ExecutionContext&);
extern template Result<Responses> Responses::from_dense(const DenseView<std::int64_t>&, std::vector<std::string>, const ExecutionContext&);

}  // namespace celadon::inline CELADON_ABI
