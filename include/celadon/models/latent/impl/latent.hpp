/// A latent variable that takes finitely many points (nodes of a grid, classes of mastery) with answers that are independent at each point:
/// packed persons, products of probabilities, expected counts. Shared by the bodies of irt and cdm.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/execution.hpp>
#include <celadon/core/responses.hpp>

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace celadon::inline CELADON_ABI::latent_detail {

/// An item's cells: where they are and what each byte means.
struct CodedItem {
  std::int64_t column = 0;
  int n_categories = 2;
  std::vector<std::uint8_t> code;     ///< category of each of the 256 bytes; n_categories means no answer
  bool has_missing = false;           ///< some cell has no answer
  std::vector<std::uint8_t> dropped;  ///< 1 for bytes that drop the person; empty when none does
};

/// Items that share one index: a row of the table is the product of one category (or no answer) of each.
struct PackedGroup {
  std::vector<std::int32_t> items;    ///< indices of items
  std::vector<std::int32_t> strides;  ///< of each item in the index
  std::vector<std::int32_t> levels;   ///< categories, plus one where there are missing cells
  std::int32_t n_rows = 1;
};

constexpr std::uint16_t kDropped = 0xFFFF;

/// Persons (or distinct patterns): one byte a group. Blocks of kBlockRows; within a block a group's bytes are contiguous.
struct Packed {
  std::vector<PackedGroup> groups;
  std::int64_t n = 0;
  std::vector<std::uint8_t> index;
  std::vector<std::uint16_t> population;  ///< by person; empty: all 0
  std::vector<double> weight;             ///< by person; empty: all 1
  double total_weight = 0.0;
  [[nodiscard]] std::int64_t n_blocks() const { return block_count(n); }
  [[nodiscard]] std::int64_t rows(std::int64_t block) const { return std::min(kBlockRows, n - block * kBlockRows); }
  [[nodiscard]] std::int64_t stride() const { return n < kBlockRows ? n : kBlockRows; }
  [[nodiscard]] const std::uint8_t* column(std::int64_t block, std::size_t group) const {
    return index.data() + (block * static_cast<std::int64_t>(groups.size()) + static_cast<std::int64_t>(group)) * stride();
  }
  [[nodiscard]] std::uint8_t* column(std::int64_t block, std::size_t group) {
    return index.data() + (block * static_cast<std::int64_t>(groups.size()) + static_cast<std::int64_t>(group)) * stride();
  }
};

/// Rows of one table. More rows mean fewer lookups a person, until the tables leave the second-level cache. At most 256.
constexpr std::int32_t kMostRows = 64;
/// Groups of items for the tables. Items keep their order.
[[nodiscard]] std::vector<PackedGroup> make_groups(std::span<const CodedItem> items, std::int32_t most_rows = kMostRows);
/// Packs all persons. `population` (by person, kDropped for one left out) may be empty. Persons without an answer and those that the
/// missing policy drops become kDropped.
[[nodiscard]] Result<Packed> pack(const Responses& responses, std::span<const CodedItem> items, std::vector<std::uint16_t> population,
                                  std::span<const double> weights, const ExecutionContext& context, std::int32_t most_rows = kMostRows);
/// The same persons with equal patterns joined, by first appearance; the input where that would not pay.
[[nodiscard]] Packed join_patterns(Packed packed);
/// Every (n / size)-th person that is not dropped, with weights scaled to the whole.
[[nodiscard]] Packed subsample(const Packed& packed, std::int64_t size);

/// Probabilities at all points of the latent variable and what is made of them. Points are padded to a multiple of eight (probability 1,
/// weight 0).
struct Tables {
  int n_points = 0;
  int padded = 0;
  std::vector<std::vector<double>> probability;  ///< by item: [category][point]
  std::vector<std::vector<double>> product;      ///< by group: [row][point]
  std::vector<double> weights;                   ///< [population][point]
};
/// Multiplies `probability` up into `product`; n_points, padded and probability are there.
void make_products(std::span<const PackedGroup> groups, Tables& tables);

namespace expect_detail {
/// A person whose likelihood underflows as a product: by logs. Fills the posterior (sums to 1) and returns log L.
double in_logs(const Packed& packed, const Tables& tables, std::int64_t person, std::vector<double>& posterior);
/// to += from.
void add(std::vector<double>& to, const std::vector<double>& from);
}  // namespace expect_detail

/// Expected counts and the log-likelihood.
struct Expected {
  double log_likelihood = 0.0;
  std::vector<std::vector<double>> counts;  ///< by item: [category][point]
  std::vector<double> population;           ///< [population][point]
};
/// One pass. Without counts only the log-likelihood is computed.
[[nodiscard]] Result<Expected> expect(const Packed& packed, const Tables& tables, bool counts, const ExecutionContext& context);

}  // namespace celadon::inline CELADON_ABI::latent_detail
