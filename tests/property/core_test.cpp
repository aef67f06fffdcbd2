// Packed responses and Arrow tables: what goes in comes out.
#include "design.hpp"

#include <core/arrow/arrow_fixture.hpp>

#include <celadon/core/arrow/reader.hpp>
#include <celadon/core/arrow/writer.hpp>

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

namespace core_properties {

using namespace property;
using celadon::DenseView;
using celadon::Missing;
using celadon::Responses;
using celadon::Table;
namespace arrow = celadon::arrow;

// A matrix of any integer type with any strides: every cell reads back as the category or the missing kind, and so do the summaries.
template <class T>
Problem packs(Stream& draw, int top) {
  const std::int64_t n = chance(draw, 0.1) ? between(draw, 4090, 4200) : between(draw, 1, 150);
  const std::int64_t k = between(draw, 1, n > 4000 ? 5 : 40);
  const bool by_item = chance(draw, 0.3);
  const std::int64_t pad = between(draw, 0, 3);
  DenseView<T> view;
  view.n_persons = n;
  view.n_items = k;
  view.person_stride = by_item ? 1 + pad : k + pad;
  view.item_stride = by_item ? n * (1 + pad) : 1;
  std::vector<T> data(static_cast<std::size_t>((n + 1) * (k + 1) * (pad + 1)), T{0});
  std::vector<int> expected(static_cast<std::size_t>(n * k));
  std::vector<int> highest(static_cast<std::size_t>(k), -1);
  std::vector<bool> has_missing(static_cast<std::size_t>(k));
  const double missing = draw.uniform(0.0, 0.2);
  for (std::int64_t i = 0; i < n; ++i)
    for (std::int64_t j = 0; j < k; ++j) {
      const bool gone = std::numeric_limits<T>::is_signed && chance(draw, missing);
      const int value = gone ? -between(draw, 1, 4) : between(draw, 0, chance(draw, 0.02) ? top : 3);
      data[static_cast<std::size_t>(i * view.person_stride + j * view.item_stride)] = static_cast<T>(value);
      expected[static_cast<std::size_t>(i * k + j)] = value;
      highest[static_cast<std::size_t>(j)] = std::max(highest[static_cast<std::size_t>(j)], value);
      if (gone) has_missing[static_cast<std::size_t>(j)] = true;
    }
  view.data = data.data();
  const Responses packed = Responses::from_dense(view).value();
  for (std::int64_t j = 0; j < k; ++j) {
    for (std::int64_t i = 0; i < n; ++i) {
      const int value = expected[static_cast<std::size_t>(i * k + j)];
      if (packed.at(i, j) != static_cast<std::uint8_t>(value < 0 ? 251 - value : value))
        return "row " + std::to_string(i) + ", item " + std::to_string(j) + " of " + std::to_string(n) + " x " + std::to_string(k) + ": " +
               std::to_string(value) + " reads as " + std::to_string(packed.at(i, j));
    }
    const auto at = static_cast<std::size_t>(j);
    if (packed.n_categories()[at] != std::max(0, highest[at] + 1)) return "categories of item " + std::to_string(j);
    if (packed.has_missing(j) != has_missing[at]) return "missing of item " + std::to_string(j);
  }
  return std::nullopt;
}

TEST(Responses, PackingThenReadingGivesTheInputBackWhateverTheType) {
  for_all_streams("responses.pack", 240, [](Stream& draw) -> Problem {
    switch (draw.below(5)) {
      case 0:
        return packs<std::int8_t>(draw, 127);
      case 1:
        return packs<std::uint8_t>(draw, 249);
      case 2:
        return packs<std::int16_t>(draw, 249);
      case 3:
        return packs<std::int32_t>(draw, 249);
      default:
        return packs<std::int64_t>(draw, 249);
    }
  });
}

TEST(Responses, APermutationOfPersonsPermutesPackedRows) {
  for_all<Design>("responses.permute", 200, designs({.most_persons = 300, .missing = 0.3}), [](const Design& d) -> Problem {
    Stream draw(static_cast<std::uint64_t>(d.n_persons), 1);
    const std::vector<std::int64_t> order = draw.permutation(d.n_persons);
    const Responses packed = d.responses();
    const Responses selected = packed.select_persons(order).value();
    const Responses anew = d.select_persons(order).responses();
    for (std::int64_t i = 0; i < d.n_persons; ++i)
      for (std::int64_t j = 0; j < d.n_items(); ++j)
        if (selected.at(i, j) != packed.at(order[static_cast<std::size_t>(i)], j) || anew.at(i, j) != selected.at(i, j))
          return "row " + std::to_string(i) + ", item " + std::to_string(j);
    if (selected.n_categories() != packed.n_categories() || anew.n_categories() != packed.n_categories()) return "categories";
    return std::nullopt;
  });
}

// ---- tables over the Arrow interfaces ----

bool same_bits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

std::string draw_text(Stream& draw) {
  static const std::vector<std::string> kParts = {"", "a", "Q12", "分数", "é", " ", "21(1)", "a longer text than a view holds inside"};
  return one_of(draw, kParts) + one_of(draw, kParts);
}

Table draw_table(Stream& draw) {
  Table out("t");
  const auto n = static_cast<std::size_t>(between(draw, 0, 40));
  const int k = between(draw, 1, 6);
  for (int j = 0; j < k; ++j) {
    const std::string name = "column " + std::to_string(j);
    std::vector<std::uint8_t> valid;
    const bool nulls = chance(draw, 0.6);
    for (std::size_t i = 0; nulls && i < n; ++i) valid.push_back(chance(draw, 0.7) ? 1 : 0);
    switch (draw.below(4)) {
      case 0: {
        std::vector<double> values;
        for (std::size_t i = 0; i < n; ++i)
          values.push_back(nulls && valid[i] == 0 ? std::numeric_limits<double>::quiet_NaN() : draw.normal(0.0, 1e6));
        out.add(name, values);
        break;
      }
      case 1: {
        std::vector<std::int64_t> values;
        for (std::size_t i = 0; i < n; ++i) values.push_back(std::bit_cast<std::int64_t>(draw.next_u64()));
        out.add(name, values, valid);
        break;
      }
      case 2: {
        std::vector<std::uint8_t> values;
        for (std::size_t i = 0; i < n; ++i) values.push_back(chance(draw, 0.5) ? 1 : 0);
        out.add_boolean(name, values, valid);
        break;
      }
      default: {
        std::vector<std::string> values;
        for (std::size_t i = 0; i < n; ++i) values.push_back(draw_text(draw));
        out.add(name, values, valid);
      }
    }
  }
  return out;
}

Problem tables_differ(const Table& a, const Table& b) {
  if (a.columns().size() != b.columns().size()) return "number of columns";
  for (std::size_t c = 0; c < a.columns().size(); ++c) {
    const auto& x = a.columns()[c];
    const auto& y = b.columns()[c];
    if (x.name != y.name || x.size() != y.size() || x.values.index() != y.values.index()) return "shape of " + x.name;
    for (std::int64_t i = 0; i < x.size(); ++i) {
      if (x.is_null(i) != y.is_null(i)) return x.name + ", row " + std::to_string(i) + ": null";
      if (x.is_null(i)) continue;
      const auto at = static_cast<std::size_t>(i);
      const bool same = std::visit(
          [&](const auto& values) {
            const auto& others = std::get<std::decay_t<decltype(values)>>(y.values);
            if constexpr (std::is_same_v<std::decay_t<decltype(values)>, std::vector<double>>)
              return same_bits(values[at], others[at]);
            else
              return values[at] == others[at];
          },
          x.values);
      if (!same) return x.name + ", row " + std::to_string(i) + ": value";
    }
  }
  return std::nullopt;
}

TEST(Arrow, ExportThenImportIsTheIdentity) {
  for_all_streams("arrow.round_trip", 400, [](Stream& draw) -> Problem {
    const Table table = draw_table(draw);
    ArrowArrayStream stream{};
    arrow::export_stream(table, &stream);
    const Table back = arrow::DataTable::import_stream(&stream).value().to_table("t");
    if (Problem problem = tables_differ(table, back)) return "stream: " + *problem;
    ArrowSchema schema{};
    ArrowArray array{};
    arrow::export_array(table, &schema, &array);
    if (Problem problem = tables_differ(table, arrow::DataTable::import_array(&schema, &array).value().to_table("t")))
      return "array: " + *problem;
    return std::nullopt;
  });
}

/// What a producer holds: values with room before the offset, a validity bitmap, all in one allocation of its own.
struct Produced {
  std::vector<std::uint8_t> bytes;
  std::vector<std::uint8_t> validity;
  std::vector<std::int32_t> offsets;
  std::string text;
};

void set_bit(std::vector<std::uint8_t>& bits, std::size_t at) {
  bits[at / 8] = static_cast<std::uint8_t>(bits[at / 8] | (1U << (at % 8)));
}

template <class T>
void put(std::vector<std::uint8_t>& bytes, std::size_t at, T value) {
  std::memcpy(bytes.data() + at * sizeof(T), &value, sizeof(T));
}

/// A column of whole numbers of any width, in a chunk of n rows from `offset` on; `expected` gets what is in it (nothing for null).
template <class T>
arrow_fixture::Field integers(Stream& draw, const char* format, std::size_t n, std::size_t offset, Produced& out,
                              std::vector<std::optional<std::int64_t>>& expected) {
  out.bytes.assign((n + offset + 1) * sizeof(T), 0);
  out.validity.assign((n + offset) / 8 + 1, 0);
  const bool nulls = chance(draw, 0.6);
  std::int64_t n_null = 0;
  for (std::size_t i = 0; i < n + offset; ++i) {
    const auto value = static_cast<T>(draw.next_u64() >> (std::numeric_limits<T>::is_signed ? 0 : 1));
    put(out.bytes, i, value);
    const bool valid = !nulls || chance(draw, 0.7);
    if (valid) set_bit(out.validity, i);
    if (i < offset) continue;
    n_null += valid ? 0 : 1;
    expected.push_back(valid ? std::optional<std::int64_t>(static_cast<std::int64_t>(value)) : std::nullopt);
  }
  const void* validity = nulls ? static_cast<const void*>(out.validity.data()) : nullptr;
  return {"x",
          format,
          {validity, out.bytes.data()},
          static_cast<std::int64_t>(n),
          static_cast<std::int64_t>(offset),
          chance(draw, 0.5) ? n_null : -1,
          nullptr,
          {}};
}

template <class T>
Problem imports(Stream& draw, const char* format) {
  const int n_chunks = between(draw, 1, 4);
  std::vector<Produced> produced(static_cast<std::size_t>(n_chunks));
  std::vector<std::optional<std::int64_t>> expected;
  std::vector<arrow_fixture::Batch> batches;
  for (Produced& p : produced) {
    const auto n = static_cast<std::size_t>(between(draw, 0, 20));
    const auto offset = static_cast<std::size_t>(chance(draw, 0.5) ? between(draw, 1, 11) : 0);
    arrow_fixture::Batch batch;
    batch.columns = {integers<T>(draw, format, n, offset, p, expected)};
    batch.row.length = static_cast<std::int64_t>(n);
    batches.push_back(batch);
  }
  arrow_fixture::Counts counts;
  {
    ArrowArrayStream stream = arrow_fixture::make_stream(batches, &counts);
    const arrow::DataTable table = arrow::DataTable::import_stream(&stream).value();
    const arrow::DataColumn& column = *table.find("x");
    if (column.size() != static_cast<std::int64_t>(expected.size())) return "rows";
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const auto row = static_cast<std::int64_t>(i);
      if (column.is_null(row) == expected[i].has_value()) return "null in row " + std::to_string(i);
      if (expected[i] && column.as_text(row) != std::to_string(*expected[i]))
        return column.as_text(row) + " is not " + std::to_string(*expected[i]);
    }
  }
  // One array a chunk and one for each column of it.
  if (counts.arrays != 2 * n_chunks || counts.streams != 1) return "what the producer gave was not released once each";
  return std::nullopt;
}

TEST(Arrow, SlicesWithOffsetChunksAndValidityReadAsWhatTheyHold) {
  for_all_streams("arrow.slices", 400, [](Stream& draw) -> Problem {
    switch (draw.below(8)) {
      case 0:
        return imports<std::int8_t>(draw, "c");
      case 1:
        return imports<std::uint8_t>(draw, "C");
      case 2:
        return imports<std::int16_t>(draw, "s");
      case 3:
        return imports<std::uint16_t>(draw, "S");
      case 4:
        return imports<std::int32_t>(draw, "i");
      case 5:
        return imports<std::uint32_t>(draw, "I");
      case 6:
        return imports<std::int64_t>(draw, "l");
      default:
        return imports<std::uint64_t>(draw, "L");
    }
  });
}

TEST(Arrow, ADictionaryReadsAsItsValues) {
  for_all_streams("arrow.dictionary", 300, [](Stream& draw) -> Problem {
    const auto n_words = static_cast<std::size_t>(between(draw, 1, 9));
    Produced words;
    std::vector<std::string> text;
    words.offsets.push_back(0);
    for (std::size_t k = 0; k < n_words; ++k) {
      text.push_back(draw_text(draw));
      words.text += text.back();
      words.offsets.push_back(static_cast<std::int32_t>(words.text.size()));
    }
    const arrow_fixture::Field dictionary{
        "", "u", {nullptr, words.offsets.data(), words.text.data()}, static_cast<std::int64_t>(n_words), 0, 0, nullptr, {}};
    const auto n = static_cast<std::size_t>(between(draw, 0, 30));
    const auto offset = static_cast<std::size_t>(between(draw, 0, 9));
    Produced indices;
    indices.bytes.assign((n + offset + 1) * sizeof(std::int16_t), 0);
    indices.validity.assign((n + offset) / 8 + 1, 0);
    std::vector<std::optional<std::string>> expected;
    for (std::size_t i = 0; i < n + offset; ++i) {
      const auto word = static_cast<std::int16_t>(draw.below(n_words));
      const bool valid = chance(draw, 0.8);
      // What stands under a null is nobody's business: it may point anywhere.
      put(indices.bytes, i, valid ? word : std::int16_t{-77});
      if (valid) set_bit(indices.validity, i);
      if (i >= offset) expected.push_back(valid ? std::optional<std::string>(text[static_cast<std::size_t>(word)]) : std::nullopt);
    }
    arrow_fixture::Batch batch;
    batch.columns = {{"x",
                      "s",
                      {indices.validity.data(), indices.bytes.data()},
                      static_cast<std::int64_t>(n),
                      static_cast<std::int64_t>(offset),
                      -1,
                      &dictionary,
                      {}}};
    batch.row.length = static_cast<std::int64_t>(n);
    arrow_fixture::Counts counts;
    ArrowArrayStream stream = arrow_fixture::make_stream({batch}, &counts);
    const arrow::DataTable table = arrow::DataTable::import_stream(&stream).value();
    for (std::size_t i = 0; i < n; ++i) {
      const auto row = static_cast<std::int64_t>(i);
      if (table.find("x")->is_null(row) == expected[i].has_value()) return "null in row " + std::to_string(i);
      if (expected[i] && table.find("x")->text(row) != *expected[i]) return "text in row " + std::to_string(i);
    }
    return std::nullopt;
  });
}

}  // namespace core_properties
