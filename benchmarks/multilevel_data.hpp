// A city's pupils as an Arrow table whose school is a dictionary, borrowed from plain arrays: nothing is copied on the way in.
#pragma once

#include <celadon/core/arrow/abi.hpp>
#include <celadon/core/arrow/reader.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace celadon_bench {

struct Pupils {
  std::vector<double> y;
  std::vector<double> x;
  std::vector<std::int32_t> school;
  std::int32_t n_schools = 0;
};

/// Columns y, x and school (labels s0, s1, ... behind 32-bit codes). The arrays must outlive the table.
class PupilTable {
 public:
  explicit PupilTable(const Pupils& p) : offsets_(static_cast<std::size_t>(p.n_schools) + 1, 0) {
    for (std::int32_t s = 0; s < p.n_schools; ++s) {
      text_ += "s" + std::to_string(s);
      offsets_[static_cast<std::size_t>(s) + 1] = static_cast<std::int32_t>(text_.size());
    }
    const auto n = static_cast<std::int64_t>(p.y.size());
    const void* values[] = {p.y.data(), p.x.data(), p.school.data()};
    const char* formats[] = {"g", "g", "i"};
    const char* names[] = {"y", "x", "school"};
    for (int c = 0; c < 3; ++c) {
      buffers_[c][0] = nullptr;
      buffers_[c][1] = values[c];
      schemas_[c] = {formats[c], names[c], nullptr, 0, 0, nullptr, nullptr, release_schema, nullptr};
      arrays_[c] = {n, 0, 0, 2, 0, buffers_[c], nullptr, nullptr, release_array, nullptr};
      schema_children_[c] = &schemas_[c];
      array_children_[c] = &arrays_[c];
    }
    dictionary_buffers_[1] = offsets_.data();
    dictionary_buffers_[2] = text_.data();
    dictionary_schema_ = {"u", "", nullptr, 0, 0, nullptr, nullptr, release_schema, nullptr};
    dictionary_ = {p.n_schools, 0, 0, 3, 0, dictionary_buffers_, nullptr, nullptr, release_array, nullptr};
    schemas_[2].dictionary = &dictionary_schema_;
    arrays_[2].dictionary = &dictionary_;
    ArrowSchema schema{"+s", "", nullptr, 0, 3, schema_children_, nullptr, release_schema, nullptr};
    ArrowArray array{n, 0, 0, 1, 3, no_buffers_, array_children_, nullptr, release_array, nullptr};
    auto made = celadon::arrow::DataTable::import_array(&schema, &array);
    if (made) table_ = std::move(*made);
  }
  PupilTable(const PupilTable&) = delete;
  PupilTable& operator=(const PupilTable&) = delete;

  [[nodiscard]] const celadon::arrow::DataTable& table() const { return table_; }

 private:
  static void release_schema(ArrowSchema* s) { s->release = nullptr; }
  static void release_array(ArrowArray* a) { a->release = nullptr; }

  std::string text_;
  std::vector<std::int32_t> offsets_;
  const void* buffers_[3][2] = {};
  const void* dictionary_buffers_[3] = {};
  const void* no_buffers_[1] = {};
  ArrowSchema schemas_[3] = {};
  ArrowArray arrays_[3] = {};
  ArrowSchema dictionary_schema_ = {};
  ArrowArray dictionary_ = {};
  ArrowSchema* schema_children_[3] = {};
  ArrowArray* array_children_[3] = {};
  celadon::arrow::DataTable table_;  // last: goes first
};

}  // namespace celadon_bench
