#pragma once

#include <celadon/core/arrow/writer.hpp>
#include <celadon/core/error.hpp>

#include <cstring>
#include <deque>
#include <limits>
#include <memory>
#include <string>
#include <vector>

namespace celadon::inline CELADON_ABI::arrow {

namespace writer_detail {

struct Buffers {
  std::vector<std::uint8_t> validity;
  std::vector<std::uint8_t> bits;
  std::vector<std::int32_t> offsets;
  std::vector<std::int64_t> large_offsets;
  std::string bytes;
};

/// A table and what Arrow needs beside it; shared by every structure that is out with a consumer.
struct Shared {
  Table table;
  std::vector<Buffers> buffers;
  std::vector<std::string> formats;
};

inline std::vector<std::uint8_t> pack_bits(const std::vector<std::uint8_t>& bytes) {
  std::vector<std::uint8_t> bits((bytes.size() + 7) / 8);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    if (bytes[i] != 0) bits[i / 8] = static_cast<std::uint8_t>(bits[i / 8] | (1U << (i % 8)));
  return bits;
}

template <class T>
void pack_offsets(const std::vector<std::string>& values, std::vector<T>& offsets) {
  offsets.reserve(values.size() + 1);
  T at = 0;
  offsets.push_back(at);
  for (const std::string& v : values) offsets.push_back(at = static_cast<T>(at + static_cast<T>(v.size())));
}

inline std::shared_ptr<const Shared> prepare(Table table) {
  auto shared = std::make_shared<Shared>();
  shared->table = std::move(table);
  shared->buffers.resize(shared->table.columns().size());
  shared->formats.resize(shared->table.columns().size());
  for (std::size_t j = 0; j < shared->buffers.size(); ++j) {
    const Column& column = shared->table.columns()[j];
    Buffers& b = shared->buffers[j];
    if (!column.valid.empty()) b.validity = pack_bits(column.valid);
    constexpr const char* kFormats[] = {"g", "l", "b", "u"};
    shared->formats[j] = kFormats[column.values.index()];
    if (const auto* booleans = std::get_if<std::vector<std::uint8_t>>(&column.values)) {
      b.bits = pack_bits(*booleans);
    } else if (const auto* texts = std::get_if<std::vector<std::string>>(&column.values)) {
      std::size_t bytes = 0;
      for (const std::string& t : *texts) bytes += t.size();
      b.bytes.reserve(bytes + 1);
      for (const std::string& t : *texts) b.bytes += t;
      if (bytes <= static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
        pack_offsets(*texts, b.offsets);
      } else {
        pack_offsets(*texts, b.large_offsets);
        shared->formats[j] = "U";
      }
    }
  }
  return shared;
}

/// Never null, also where a vector is empty: some consumers reject a null values buffer even for no rows.
inline const void* not_null(const void* p) {
  static const std::int64_t kNothing[8] = {};
  return p == nullptr ? kNothing : p;
}

struct SchemaOwner {
  std::shared_ptr<const Shared> shared;
  std::vector<ArrowSchema> fields;
  std::vector<ArrowSchema*> children;
};

inline void release_child_schema(ArrowSchema* schema) {
  delete static_cast<std::shared_ptr<const Shared>*>(schema->private_data);
  schema->release = nullptr;
}

inline void release_schema(ArrowSchema* schema) {
  auto* owner = static_cast<SchemaOwner*>(schema->private_data);
  for (ArrowSchema* child : owner->children)
    if (child->release != nullptr) child->release(child);
  delete owner;
  schema->release = nullptr;
}

inline void fill_schema(const std::shared_ptr<const Shared>& shared, ArrowSchema* out) {
  auto owner = std::make_unique<SchemaOwner>();
  const auto& columns = shared->table.columns();
  owner->shared = shared;
  owner->fields.resize(columns.size());
  owner->children.resize(columns.size());
  for (std::size_t j = 0; j < columns.size(); ++j) {
    ArrowSchema& field = owner->fields[j];
    std::memset(&field, 0, sizeof field);
    owner->children[j] = &field;
  }
  try {
    for (std::size_t j = 0; j < columns.size(); ++j) {
      ArrowSchema& field = owner->fields[j];
      field.private_data = new std::shared_ptr<const Shared>(shared);  // a consumer may move a child out and keep it longer
      field.release = &release_child_schema;
      field.format = shared->formats[j].c_str();
      field.name = columns[j].name.c_str();
      field.flags = ARROW_FLAG_NULLABLE;
    }
  } catch (...) {
    for (ArrowSchema& field : owner->fields)
      if (field.release != nullptr) field.release(&field);
    throw;
  }
  std::memset(out, 0, sizeof *out);
  out->format = "+s";
  out->name = "";
  out->n_children = static_cast<std::int64_t>(columns.size());
  out->children = owner->children.data();
  out->release = &release_schema;
  out->private_data = owner.release();
}

struct ArrayOwner {
  std::shared_ptr<const Shared> shared;
  std::vector<ArrowArray> arrays;
  std::vector<ArrowArray*> children;
  const void* buffers[1] = {nullptr};
};

struct ChildOwner {
  std::shared_ptr<const Shared> shared;
  const void* buffers[3] = {nullptr, nullptr, nullptr};
};

inline void release_child_array(ArrowArray* array) {
  delete static_cast<ChildOwner*>(array->private_data);
  array->release = nullptr;
}

inline void release_array(ArrowArray* array) {
  auto* owner = static_cast<ArrayOwner*>(array->private_data);
  for (ArrowArray* child : owner->children)
    if (child->release != nullptr) child->release(child);
  delete owner;
  array->release = nullptr;
}

inline void fill_child(const std::shared_ptr<const Shared>& shared, std::size_t j, ArrowArray& array) {
  auto owner = std::make_unique<ChildOwner>();
  owner->shared = shared;
  const Column& column = shared->table.columns()[j];
  const Buffers& b = shared->buffers[j];
  array.length = column.size();
  for (const std::uint8_t valid : column.valid) array.null_count += valid == 0 ? 1 : 0;
  array.n_buffers = 2;
  owner->buffers[0] = column.valid.empty() ? nullptr : not_null(b.validity.data());
  switch (column.values.index()) {
    case 0:
      owner->buffers[1] = not_null(std::get<0>(column.values).data());
      break;
    case 1:
      owner->buffers[1] = not_null(std::get<1>(column.values).data());
      break;
    case 2:
      owner->buffers[1] = not_null(b.bits.data());
      break;
    default:
      array.n_buffers = 3;
      owner->buffers[1] = b.offsets.empty() ? static_cast<const void*>(b.large_offsets.data()) : static_cast<const void*>(b.offsets.data());
      owner->buffers[2] = not_null(b.bytes.data());
  }
  array.buffers = owner->buffers;
  array.private_data = owner.release();
  array.release = &release_child_array;
}

inline void fill_array(const std::shared_ptr<const Shared>& shared, ArrowArray* out) {
  auto owner = std::make_unique<ArrayOwner>();
  const std::size_t n = shared->table.columns().size();
  owner->shared = shared;
  owner->arrays.resize(n);
  owner->children.resize(n);
  for (std::size_t j = 0; j < n; ++j) {
    std::memset(&owner->arrays[j], 0, sizeof(ArrowArray));
    owner->children[j] = &owner->arrays[j];
  }
  try {
    for (std::size_t j = 0; j < n; ++j) fill_child(shared, j, owner->arrays[j]);
  } catch (...) {
    for (ArrowArray& array : owner->arrays)
      if (array.release != nullptr) array.release(&array);
    throw;
  }
  std::memset(out, 0, sizeof *out);
  out->length = shared->table.n_rows();
  out->n_buffers = 1;
  out->buffers = owner->buffers;
  out->n_children = static_cast<std::int64_t>(n);
  out->children = owner->children.data();
  out->release = &release_array;
  out->private_data = owner.release();
}

struct StreamOwner {
  std::shared_ptr<const Shared> shared;
  bool done = false;
};

constexpr int kNoMemory = 12;  // ENOMEM, which the stream interface uses on every system

inline int stream_schema(ArrowArrayStream* stream, ArrowSchema* out) {
  try {
    fill_schema(static_cast<StreamOwner*>(stream->private_data)->shared, out);
    return 0;
  } catch (...) {
    return kNoMemory;
  }
}

inline int stream_next(ArrowArrayStream* stream, ArrowArray* out) {
  auto* owner = static_cast<StreamOwner*>(stream->private_data);
  std::memset(out, 0, sizeof *out);
  if (owner->done) return 0;
  try {
    fill_array(owner->shared, out);
    owner->done = true;
    return 0;
  } catch (...) {
    return kNoMemory;
  }
}

inline const char* stream_error(ArrowArrayStream*) {
  return "out of memory";
}

inline void stream_release(ArrowArrayStream* stream) {
  delete static_cast<StreamOwner*>(stream->private_data);
  stream->release = nullptr;
}

}  // namespace writer_detail

void export_stream(Table table, ArrowArrayStream* out) {
  auto owner = std::make_unique<writer_detail::StreamOwner>();
  owner->shared = writer_detail::prepare(std::move(table));
  std::memset(out, 0, sizeof *out);
  out->get_schema = &writer_detail::stream_schema;
  out->get_next = &writer_detail::stream_next;
  out->get_last_error = &writer_detail::stream_error;
  out->release = &writer_detail::stream_release;
  out->private_data = owner.release();
}

void export_array(Table table, ArrowSchema* schema, ArrowArray* array) {
  const auto shared = writer_detail::prepare(std::move(table));
  writer_detail::fill_schema(shared, schema);
  try {
    writer_detail::fill_array(shared, array);
  } catch (...) {
    schema->release(schema);
    throw;
  }
}

}  // namespace celadon::inline CELADON_ABI::arrow
