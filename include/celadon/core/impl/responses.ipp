#pragma once

#include <celadon/core/impl/pack_detail.hpp>
#include <celadon/core/responses.hpp>

#include <algorithm>
#include <cstring>
#include <limits>
#include <numeric>
#include <type_traits>
#include <unordered_map>

namespace celadon::inline CELADON_ABI {

namespace responses_detail {

constexpr std::int64_t kPad = 64;

inline std::int64_t stride_for(std::int64_t n_persons) {
  const std::int64_t rows = std::min(n_persons, kBlockRows);
  return (rows + kPad - 1) / kPad * kPad;
}

inline SharedBuffer allocate(std::int64_t n_persons, std::int64_t n_items) {
  const std::int64_t bytes = std::max<std::int64_t>(1, block_count(n_persons) * n_items * stride_for(n_persons));
  return SharedBuffer(bytes);
}

inline Result<void> check_ids(std::vector<std::string>& ids, std::int64_t n_items) {
  if (ids.empty()) {
    ids.reserve(static_cast<std::size_t>(n_items));
    for (std::int64_t j = 0; j < n_items; ++j) ids.push_back(std::to_string(j + 1));
  }
  if (static_cast<std::int64_t>(ids.size()) != n_items)
    return make_error(Code::kLengthMismatch, {},
                      {{"name", "item_ids"}, {"actual", std::to_string(ids.size())}, {"expected", std::to_string(n_items)}});
  std::unordered_map<std::string_view, std::size_t> seen;
  for (std::size_t j = 0; j < ids.size(); ++j) {
    const auto [at, fresh] = seen.emplace(ids[j], j);
    if (!fresh)
      return make_error(Code::kDuplicateId, {.table = "items", .column = "id", .row = static_cast<std::int64_t>(j) + 1, .item = ids[j]},
                        {{"first", std::to_string(at->second + 1)}});
  }
  return {};
}

/// Byte of a caller's value, or 250 for a value that is neither a category nor a missing code.
template <class T>
inline std::uint8_t to_cell(T value) {
  if constexpr (std::is_signed_v<T>) {
    if (value < 0) return value >= -4 ? static_cast<std::uint8_t>(251 - static_cast<int>(value)) : std::uint8_t{250};
  }
  if constexpr (sizeof(T) == 1 && std::is_signed_v<T>)
    return static_cast<std::uint8_t>(value);
  else
    return value <= static_cast<T>(kMaxCategory) ? static_cast<std::uint8_t>(value) : std::uint8_t{250};
}

struct Summary {
  int highest = -1;
  bool missing = false;
  bool bad = false;
};

/// Highest category and whether any cell is missing or neither.
inline Summary summarise(const std::uint8_t* cells, std::int64_t n) {
  std::uint8_t top = 0;
  for (std::int64_t i = 0; i < n; ++i) top = std::max(top, cells[i]);
  if (n > 0 && top <= kMaxCategory) return {top, false, false};  // the usual column: nothing missing
  std::uint8_t highest = 0;
  std::uint8_t largest = 0;
  std::uint8_t any = 0;
  std::uint8_t bad = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    const std::uint8_t c = cells[i];
    const bool category = c <= kMaxCategory;
    const auto shown = static_cast<std::uint8_t>(category ? c + 1 : 0);  // 0 stands for 'no category'
    highest = std::max(highest, shown);
    largest = std::max(largest, c);
    any = static_cast<std::uint8_t>(any | (category ? 1 : 0));
    bad = static_cast<std::uint8_t>(bad | (c == 250 || c == 251 ? 1 : 0));
  }
  return {any != 0 ? highest - 1 : -1, largest > kMaxCategory, bad != 0};
}

}  // namespace responses_detail

Responses::Builder::Builder(std::int64_t n_persons, std::vector<std::string> item_ids)
    : cells_(responses_detail::allocate(n_persons, static_cast<std::int64_t>(item_ids.size()))),
      n_persons_(n_persons),
      n_items_(static_cast<std::int64_t>(item_ids.size())),
      block_stride_(responses_detail::stride_for(n_persons)),
      item_ids_(std::move(item_ids)) {
  std::memset(cells_.get(), static_cast<int>(Missing::kNotAdministered),
              static_cast<std::size_t>(block_count(n_persons_) * n_items_ * block_stride_));
}

void Responses::Builder::set(std::int64_t person, std::int64_t item, std::uint8_t cell) {
  column(person / kBlockRows, item)[person % kBlockRows] = cell;
}

std::uint8_t* Responses::Builder::column(std::int64_t block, std::int64_t item) {
  return cells_.get() + (block * n_items_ + item) * block_stride_;
}

Result<Responses> Responses::Builder::build() && {
  if (auto ok = responses_detail::check_ids(item_ids_, n_items_); !ok) return ok.error();
  Responses out;
  out.n_persons_ = n_persons_;
  out.n_items_ = n_items_;
  out.block_stride_ = block_stride_;
  out.n_categories_.assign(static_cast<std::size_t>(n_items_), 0);
  out.has_missing_.assign(static_cast<std::size_t>(n_items_), 0);
  for (std::int64_t b = 0; b < block_count(n_persons_); ++b) {
    const std::int64_t rows = std::min(kBlockRows, n_persons_ - b * kBlockRows);
    for (std::int64_t j = 0; j < n_items_; ++j) {
      const auto s = responses_detail::summarise(column(b, j), rows);
      const auto at = static_cast<std::size_t>(j);
      if (s.bad)
        return make_error(Code::kTooManyCategories, {.table = "responses", .column = item_ids_[at], .row = -1, .item = item_ids_[at]},
                          {{"value", ">" + std::to_string(kMaxCategory)}, {"limit", std::to_string(kMaxCategory)}});
      out.n_categories_[at] = std::max(out.n_categories_[at], s.highest + 1);
      out.has_missing_[at] = static_cast<std::uint8_t>(out.has_missing_[at] | (s.missing ? 1 : 0));
    }
  }
  out.item_ids_ = std::move(item_ids_);
  out.cells_ = std::move(cells_);
  return out;
}

namespace responses_detail {

/// One block of the caller's matrix as columns. Bytes in rows go by tiles of 64 rows and 16 items; what is left over, and other types,
/// cell by cell, in tiles of rows that stay in the first-level cache while their columns are written.
template <class T>
inline void pack_rows(const DenseView<T>& view, std::int64_t first, std::int64_t rows, std::uint8_t* base, std::int64_t stride) {
  const auto cells = [&](std::int64_t from, std::int64_t to) {
    for (std::int64_t j = 0; j < view.n_items; ++j) {
      const T* in = view.data + (first + from) * view.person_stride + j * view.item_stride;
      std::uint8_t* out = base + j * stride;
      for (std::int64_t r = from; r < to; ++r, in += view.person_stride) out[r] = to_cell(*in);
    }
  };
  std::int64_t r0 = 0;
#if CELADON_PACK_TILES
  if constexpr (sizeof(T) == 1) {
    using pack_detail::kTileItems;
    using pack_detail::kTileRows;
    if (view.item_stride == 1 && view.n_items >= kTileItems) {
      for (; r0 + kTileRows <= rows; r0 += kTileRows) {
        const auto* in = reinterpret_cast<const std::uint8_t*>(view.data + (first + r0) * view.person_stride);
        for (std::int64_t j = 0; j < view.n_items; j += kTileItems) {
          const std::int64_t at = std::min(j, view.n_items - kTileItems);  // the last tile may overlap the one before
          pack_detail::tile<std::is_signed_v<T>>(in + at, view.person_stride, base + at * stride + r0, stride);
        }
      }
    }
  }
#endif
  for (; r0 < rows; r0 += pack_detail::kTileRows) cells(r0, std::min(rows, r0 + pack_detail::kTileRows));
}

}  // namespace responses_detail

template <class T>
Result<Responses> Responses::from_dense(const DenseView<T>& view, std::vector<std::string> item_ids, const ExecutionContext& context) {
  if (view.n_persons < 0 || view.n_items < 0 || (view.data == nullptr && view.n_persons * view.n_items > 0))
    return make_error(Code::kInvalidArgument, {}, {{"name", "view"}, {"detail", "null data or a negative size"}});
  if (auto ok = responses_detail::check_ids(item_ids, view.n_items); !ok) return ok.error();

  const auto n_items = static_cast<std::size_t>(view.n_items);
  auto cells = responses_detail::allocate(view.n_persons, view.n_items);
  const std::int64_t stride = responses_detail::stride_for(view.n_persons);
  const std::int64_t n_blocks = block_count(view.n_persons);
  const int workers = worker_count(n_blocks, context);
  std::vector<std::vector<responses_detail::Summary>> scratch(static_cast<std::size_t>(workers),
                                                              std::vector<responses_detail::Summary>(n_items));
  std::vector<responses_detail::Summary> total(n_items);

  const auto pack = [&](std::int64_t block, int worker) {
    const std::int64_t first = block * kBlockRows;
    const std::int64_t rows = std::min(kBlockRows, view.n_persons - first);
    std::uint8_t* base = cells.get() + block * view.n_items * stride;
    for (std::int64_t j = 0; j < view.n_items; ++j)
      std::memset(base + j * stride + rows, static_cast<int>(Missing::kNotAdministered), static_cast<std::size_t>(stride - rows));
    responses_detail::pack_rows(view, first, rows, base, stride);
    for (std::size_t j = 0; j < n_items; ++j)
      scratch[static_cast<std::size_t>(worker)][j] = responses_detail::summarise(base + static_cast<std::int64_t>(j) * stride, rows);
  };
  const auto merge = [&](std::int64_t, int worker) {
    for (std::size_t j = 0; j < n_items; ++j) {
      const auto& s = scratch[static_cast<std::size_t>(worker)][j];
      total[j].highest = std::max(total[j].highest, s.highest);
      total[j].missing |= s.missing;
      total[j].bad |= s.bad;
    }
  };
  if (auto done = run_blocks(n_blocks, workers, context, pack, merge); !done) return done.error();

  Responses out;
  for (std::size_t j = 0; j < n_items; ++j) {
    if (total[j].bad) {
      std::int64_t row = 0;  // only now, on the way out, is the first offending row worth a search
      T value{};
      for (; row < view.n_persons; ++row) {
        value = view.data[row * view.person_stride + static_cast<std::int64_t>(j) * view.item_stride];
        if (responses_detail::to_cell(value) == 250) break;
      }
      const Place place{.table = "responses", .column = item_ids[j], .row = row + 1, .item = item_ids[j]};
      if (std::is_signed_v<T> && value < T{})
        return make_error(
            Code::kInvalidArgument, place,
            {{"name", item_ids[j]}, {"detail", "row " + std::to_string(row + 1) + " is below -4; missing codes are -1 to -4"}});
      return make_error(Code::kTooManyCategories, place, {{"value", std::to_string(value)}, {"limit", std::to_string(kMaxCategory)}});
    }
    out.n_categories_.push_back(total[j].highest + 1);
    out.has_missing_.push_back(total[j].missing ? 1 : 0);
  }
  out.cells_ = std::move(cells);
  out.n_persons_ = view.n_persons;
  out.n_items_ = view.n_items;
  out.block_stride_ = stride;
  out.item_ids_ = std::move(item_ids);
  return out;
}

Result<Responses> Responses::select(std::span<const std::int64_t> persons, std::span<const std::int64_t> items) const {
  std::vector<std::string> ids;
  for (const std::int64_t j : items) {
    if (j < 0 || j >= n_items_)
      return make_error(Code::kInvalidArgument, {}, {{"name", "items"}, {"detail", "index " + std::to_string(j) + " is out of range"}});
    ids.push_back(item_ids_[static_cast<std::size_t>(j)]);
  }
  for (const std::int64_t i : persons)
    if (i < 0 || i >= n_persons_)
      return make_error(Code::kInvalidArgument, {}, {{"name", "persons"}, {"detail", "index " + std::to_string(i) + " is out of range"}});
  Builder builder(static_cast<std::int64_t>(persons.size()), std::move(ids));
  for (std::size_t j = 0; j < items.size(); ++j)
    for (std::size_t i = 0; i < persons.size(); ++i)
      builder.set(static_cast<std::int64_t>(i), static_cast<std::int64_t>(j), at(persons[i], items[j]));
  return std::move(builder).build();
}

Result<Responses> Responses::select_persons(std::span<const std::int64_t> persons) const {
  std::vector<std::int64_t> items(static_cast<std::size_t>(n_items_));
  std::iota(items.begin(), items.end(), std::int64_t{0});
  return select(persons, items);
}

template Result<Responses> Responses::from_dense(const DenseView<std::int8_t>&, std::vector<std::string>, const ExecutionContext&);
template Result<Responses> Responses::from_dense(const DenseView<std::uint8_t>&, std::vector<std::string>, const ExecutionContext&);
template Result<Responses> Responses::from_dense(const DenseView<std::int16_t>&, std::vector<std::string>, const ExecutionContext&);
template Result<Responses> Responses::from_dense(const DenseView<std::int32_t>&, std::vector<std::string>, const ExecutionContext&);
template Result<Responses> Responses::from_dense(const DenseView<std::int64_t>&, std::vector<std::string>, const ExecutionContext&);

}  // namespace celadon::inline CELADON_ABI
