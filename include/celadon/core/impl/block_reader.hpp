/// A caller's matrix block by block, for an analysis that reads it once: every block is packed into the same memory, which stays in the
/// cache, where packing the whole would fill fresh memory as large as the matrix. For bodies only.
#pragma once

#include <celadon/core/responses.hpp>

namespace celadon::inline CELADON_ABI::responses_detail {

/// One worker's reader; not thread-safe. T as in Responses::from_dense.
template <class T>
class BlockReader {
 public:
  /// @param item_ids one a column; the caller has seen to it that they are unique.
  BlockReader(const DenseView<T>& view, const std::vector<std::string>& item_ids);

  /// The persons of a block as a matrix of one block, valid until the next call; null where a value is neither a category nor a missing
  /// code.
  [[nodiscard]] const Responses* read(std::int64_t block);

 private:
  DenseView<T> view_;
  Responses block_;
};

extern template class BlockReader<std::int8_t>;
extern template class BlockReader<std::uint8_t>;
extern template class BlockReader<std::int16_t>;
extern template class BlockReader<std::int32_t>;
extern template class BlockReader<std::int64_t>;

/// Names "1", "2", ... where none are given. Errors: kLengthMismatch, kDuplicateId.
Result<void> check_ids(std::vector<std::string>& ids, std::int64_t n_items);

}  // namespace celadon::inline CELADON_ABI::responses_detail
