#pragma once

#include <celadon/core/impl/block_reader.hpp>
#include <celadon/core/impl/pack_tile.hpp>
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

Result<void> check_ids(std::vector<std::string>& ids, std::int64_t n_items) {
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

/// Packs one block of the caller's matrix (rows persons from `data`) into columns of `base`, and says what is in them.
template <class T>
void pack_block(const DenseView<T>& view, const T* data, std::int64_t rows, std::uint8_t* base, std::int64_t stride, Summary* summaries) {
  const std::int64_t n_items = view.n_items;
  for (std::int64_t j = 0; j < n_items; ++j)
    std::memset(base + j * stride + rows, static_cast<int>(Missing::kNotAdministered), static_cast<std::size_t>(stride - rows));
  std::int64_t tiled = 0;  // rows that went through tiles
  if (view.person_stride != 1 || n_items == 1) {
    std::vector<std::uint8_t> highest(static_cast<std::size_t>((n_items + kTileItems) * 16));
    std::uint8_t local[kTileRows * kTileItems] = {};
    std::uint8_t turned[kTileRows * kTileItems];
    const bool bytes = sizeof(T) == 1 && view.item_stride == 1 && n_items >= kTileItems;
    for (; tiled + kTileRows <= rows; tiled += kTileRows) {
      for (std::int64_t j0 = 0; j0 < n_items; j0 += kTileItems) {
        // the last tile of items overlaps the one before it, so that it is whole
        const std::int64_t from = n_items >= kTileItems ? std::min(j0, n_items - kTileItems) : 0;
        const T* in = data + tiled * view.person_stride + from * view.item_stride;
        if (bytes) {
          turn_tile(reinterpret_cast<const std::uint8_t*>(in), view.person_stride, base + from * stride + tiled, stride,
                    highest.data() + from * 16);
          continue;
        }
        const std::int64_t width = std::min(kTileItems, n_items);
        for (std::int64_t r = 0; r < kTileRows; ++r, in += view.person_stride) {
          if (view.item_stride == 1 && width == kTileItems)
            for (std::int64_t j = 0; j < kTileItems; ++j) local[r * kTileItems + j] = to_cell(in[j]);
          else
            for (std::int64_t j = 0; j < width; ++j) local[r * kTileItems + j] = to_cell(in[j * view.item_stride]);
        }
        if (width == kTileItems) {
          turn_tile(local, kTileItems, base + from * stride + tiled, stride, highest.data() + from * 16);
          continue;
        }
        turn_tile(local, kTileItems, turned, kTileRows, highest.data());
        for (std::int64_t j = 0; j < width; ++j) std::memcpy(base + j * stride + tiled, turned + j * kTileRows, kTileRows);
      }
    }
    for (std::int64_t j = 0; j < n_items; ++j) {
      const std::uint8_t* top = highest.data() + j * 16;
      const std::uint8_t most = *std::max_element(top, top + 16);
      std::uint8_t* column = base + j * stride;
      if (most < 128) {  // no missing code and no high category: the bytes are the cells
        if (tiled > 0) summaries[j].merge({static_cast<std::uint8_t>(most + 1), false, false});
        continue;
      }
      if (bytes)
        for (std::int64_t r = 0; r < tiled; ++r) column[r] = to_cell(static_cast<T>(column[r]));
      summaries[j].merge(summarise(column, tiled));
    }
  }
  for (std::int64_t j = 0; j < n_items; ++j) {
    const T* in = data + tiled * view.person_stride + j * view.item_stride;
    std::uint8_t* column = base + j * stride;
    if (view.person_stride == 1)
      for (std::int64_t r = tiled; r < rows; ++r) column[r] = to_cell(in[r - tiled]);
    else
      for (std::int64_t r = tiled; r < rows; ++r, in += view.person_stride) column[r] = to_cell(*in);
    summaries[j].merge(summarise(column + tiled, rows - tiled));
  }
}

template <class T>
BlockReader<T>::BlockReader(const DenseView<T>& view, const std::vector<std::string>& item_ids) : view_(view) {
  const std::int64_t rows = std::min(view.n_persons, kBlockRows);
  block_.cells_ = allocate(rows, view.n_items);
  block_.block_stride_ = stride_for(rows);
  block_.n_items_ = view.n_items;
  block_.item_ids_ = item_ids;
  block_.n_categories_.resize(item_ids.size());
  block_.has_missing_.resize(item_ids.size());
}

template <class T>
const Responses* BlockReader<T>::read(std::int64_t block) {
  const std::int64_t first = block * kBlockRows;
  block_.n_persons_ = std::min(kBlockRows, view_.n_persons - first);
  std::vector<Summary> found(block_.item_ids_.size());
  pack_block(view_, view_.data + first * view_.person_stride, block_.n_persons_, block_.cells_.get(), block_.block_stride_, found.data());
  for (std::size_t j = 0; j < found.size(); ++j) {
    if (found[j].bad) return nullptr;
    block_.n_categories_[j] = found[j].highest;
    block_.has_missing_[j] = found[j].missing ? 1 : 0;
  }
  return &block_;
}

template class BlockReader<std::int8_t>;
template class BlockReader<std::uint8_t>;
template class BlockReader<std::int16_t>;
template class BlockReader<std::int32_t>;
template class BlockReader<std::int64_t>;

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
      out.n_categories_[at] = std::max<int>(out.n_categories_[at], s.highest);
      out.has_missing_[at] = static_cast<std::uint8_t>(out.has_missing_[at] | (s.missing ? 1 : 0));
    }
  }
  out.item_ids_ = std::move(item_ids_);
  out.cells_ = std::move(cells_);
  return out;
}

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
    auto& found = scratch[static_cast<std::size_t>(worker)];
    std::fill(found.begin(), found.end(), responses_detail::Summary{});
    responses_detail::pack_block(view, view.data + first * view.person_stride, rows, cells.get() + block * view.n_items * stride, stride,
                                 found.data());
  };
  const auto merge = [&](std::int64_t, int worker) {
    for (std::size_t j = 0; j < n_items; ++j) total[j].merge(scratch[static_cast<std::size_t>(worker)][j]);
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
    out.n_categories_.push_back(total[j].highest);
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
