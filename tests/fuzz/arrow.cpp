// Tables that come over the Arrow C interfaces. The producer's buffers have the sizes that its lengths and offsets promise; the values in
// them, the formats, the counts, the offsets of texts and the indices of dictionaries are anything. Nothing may be read outside the buffers
// and every structure is released once.
#include "arrow_fixture.hpp"
#include "bytes.hpp"

#include <celadon/core/arrow/reader.hpp>
#include <celadon/core/arrow/responses.hpp>

#include <algorithm>
#include <deque>

using arrow_fixture::Batch;
using arrow_fixture::Counts;
using arrow_fixture::Field;

namespace {

constexpr const char* kFormats[] = {"c", "C", "s", "S", "i",  "I",   "l",  "L",   "f", "g",
                                    "b", "n", "u", "U", "vu", "tdD", "+l", "w:4", "",  "z"};
constexpr std::size_t kElement[] = {1, 1, 2, 2, 4, 4, 8, 8, 4, 8, 1, 1};

/// Owns what the fields point at: each buffer is its own allocation, so that a read past its end is seen.
struct Producer {
  std::deque<std::vector<std::uint8_t>> buffers;
  std::deque<std::vector<std::int64_t>> sizes;
  std::deque<Field> dictionaries;

  const void* keep(std::vector<std::uint8_t> bytes) {
    bytes.shrink_to_fit();
    buffers.push_back(std::move(bytes));
    return buffers.back().data();
  }
  const void* random(fuzz::Bytes& in, std::size_t n) { return keep(in.many<std::uint8_t>(n)); }

  template <class T>
  void text(fuzz::Bytes& in, Field& f, std::size_t n) {
    std::vector<T> offsets(n + 1);
    T at = 0;
    T highest = 0;
    for (T& o : offsets) {
      const std::uint8_t step = in.byte();
      at = step < 240 ? static_cast<T>(at + step % 5) : static_cast<T>(static_cast<int>(in.byte()) - 100);
      o = at;
      highest = std::max(highest, at);
    }
    std::vector<std::uint8_t> bytes((n + 1) * sizeof(T));
    std::memcpy(bytes.data(), offsets.data(), bytes.size());
    f.buffers.push_back(keep(std::move(bytes)));
    f.buffers.push_back(random(in, static_cast<std::size_t>(highest)));
  }
  void views(fuzz::Bytes& in, Field& f, std::size_t n) {
    const std::size_t held = static_cast<std::size_t>(in.below(64));
    std::vector<std::uint8_t> views(n * 16);
    for (std::size_t i = 0; i < n; ++i) {
      const std::int32_t head[] = {
          static_cast<std::int32_t>(static_cast<std::uint32_t>(in.integer()) + static_cast<std::uint32_t>(in.below(32))), 0,
          in.below(20) == 0 ? in.below(3) - 1 : 0, static_cast<std::int32_t>(in.integer())};
      std::memcpy(views.data() + i * 16, head, 16);
    }
    f.buffers.push_back(keep(std::move(views)));
    f.buffers.push_back(random(in, held));
    sizes.push_back({static_cast<std::int64_t>(held)});
    f.buffers.push_back(sizes.back().data());
  }

  Field field(fuzz::Bytes& in, std::string name, std::int64_t length, int depth) {
    Field f;
    const int format = in.below(static_cast<int>(std::size(kFormats)));
    f.name = std::move(name);
    f.format = kFormats[format];
    f.length = length;
    f.offset = in.below(8) == 0 ? in.below(11) : 0;
    f.null_count = in.below(4) == 0 ? in.integer() : 0;
    const std::size_t n = static_cast<std::size_t>(f.length + f.offset);
    if (f.format == "n") return f;
    f.buffers.push_back(in.flag() ? random(in, (n + 7) / 8) : nullptr);
    const bool dictionary = depth == 0 && format < 8 && in.below(4) == 0;
    if (f.format == "u") {
      text<std::int32_t>(in, f, n);
    } else if (f.format == "U") {
      text<std::int64_t>(in, f, n);
    } else if (f.format == "vu") {
      views(in, f, n);
    } else if (f.format == "b") {
      f.buffers.push_back(random(in, (n + 7) / 8));
    } else if (static_cast<std::size_t>(format) < std::size(kElement)) {
      std::vector<std::uint8_t> bytes(n * kElement[format]);
      for (std::size_t i = 0; i < n; ++i) {  // little-endian: mostly small values, so that indices and categories are met
        const std::uint8_t b = in.byte();
        bytes[i * kElement[format]] = b < 250 ? b % 6 : b;
        if (b >= 250) bytes[(i + 1) * kElement[format] - 1] = in.byte();
      }
      f.buffers.push_back(keep(std::move(bytes)));
    } else {
      f.buffers.push_back(random(in, n * 8));
    }
    if (in.below(40) == 0) f.buffers.back() = nullptr;
    if (in.below(40) == 0) f.buffers.pop_back();
    if (dictionary) {
      dictionaries.push_back(field(in, "", in.below(9), 1));
      f.dictionary = &dictionaries.back();
    }
    return f;
  }
};

void read(const celadon::arrow::DataTable& table) {
  for (const auto& column : table.columns()) {
    for (std::int64_t row = 0; row < table.n_rows(); ++row) {
      (void)column.number(row);
      (void)column.as_text(row);
      if (column.kind() == celadon::arrow::ValueKind::kText) (void)column.text(row);
    }
  }
  const celadon::Table copy = table.to_table("copy");
  fuzz::require(copy.columns().empty() || copy.n_rows() == table.n_rows());
  (void)celadon::arrow::responses_from_table(table, {}, {.n_threads = 1});
  celadon::arrow::ResponsesImport options;
  options.missing_values = {{"1", celadon::Missing::kOmitted}, {"", celadon::Missing::kNotReached}};
  (void)celadon::arrow::responses_from_table(table, options, {.n_threads = 1});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Bytes in(data, size);
  Producer producer;
  Counts counts;
  std::vector<Batch> batches(static_cast<std::size_t>(1 + in.below(3)));
  const int columns = in.below(5);
  std::vector<std::string> formats;
  for (std::size_t b = 0; b < batches.size(); ++b) {
    Batch& batch = batches[b];
    const std::int64_t rows = in.below(20);
    batch.row.length = rows;
    if (in.below(16) == 0) batch.row.offset = in.below(4);
    if (in.below(8) == 0) batch.row.buffers = {producer.random(in, static_cast<std::size_t>(rows + batch.row.offset + 7) / 8)};
    for (int c = 0; c < columns; ++c) {
      Field f = producer.field(in, in.below(8) == 0 ? "x" : "c" + std::to_string(c), rows + batch.row.offset, 0);
      // Every batch has the types of the first, as its schema says: a column of another type gives way to an empty one.
      if (b == 0) {
        formats.push_back(f.format + (f.dictionary != nullptr ? "d" + f.dictionary->format : ""));
      } else if (formats[static_cast<std::size_t>(c)] != f.format + (f.dictionary != nullptr ? "d" + f.dictionary->format : "")) {
        f = batches[0].columns[static_cast<std::size_t>(c)];
        batch.row.length = std::min(batch.row.length, batches[0].row.length);
      }
      batch.columns.push_back(std::move(f));
    }
  }
  const int fail_at = in.below(16) == 0 ? in.below(3) : -1;
  if (in.flag()) {
    ArrowArrayStream stream = arrow_fixture::make_stream(batches, &counts, fail_at);
    const auto table = celadon::arrow::DataTable::import_stream(&stream);
    fuzz::require(stream.release == nullptr && counts.streams == 1);
    if (table) read(*table);
  } else {
    ArrowSchema schema = arrow_fixture::make_schema(batches[0].row, &counts, batches[0].columns);
    ArrowArray array = arrow_fixture::make_array(batches[0].row, &counts, batches[0].columns);
    const auto table = celadon::arrow::DataTable::import_array(&schema, &array);
    fuzz::require(schema.release == nullptr && array.release == nullptr);
    if (table) read(*table);
  }
  return 0;
}
