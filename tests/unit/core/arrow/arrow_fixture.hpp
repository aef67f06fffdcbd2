/// Arrow structures made by hand, with every release counted, to play the producer.
#pragma once

#include <celadon/core/arrow/abi.hpp>

#include <cstring>
#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace arrow_fixture {

struct Counts {
  int schemas = 0;
  int arrays = 0;
  int streams = 0;
};

/// A column to be exported; buffers are borrowed from the test.
struct Field {
  std::string name;
  std::string format;
  std::vector<const void*> buffers;
  std::int64_t length = 0;
  std::int64_t offset = 0;
  std::int64_t null_count = 0;
  const Field* dictionary = nullptr;
  std::string metadata;
};

struct Node {
  Field field;
  std::vector<std::unique_ptr<ArrowSchema>> schemas;
  std::vector<ArrowSchema*> schema_children;
  std::vector<std::unique_ptr<ArrowArray>> arrays;
  std::vector<ArrowArray*> array_children;
  Counts* counts = nullptr;
};

inline void release_schema(ArrowSchema* s) {
  auto* node = static_cast<Node*>(s->private_data);
  for (ArrowSchema* c : node->schema_children)
    if (c->release != nullptr) c->release(c);
  if (s->dictionary != nullptr && s->dictionary->release != nullptr) s->dictionary->release(s->dictionary);
  ++node->counts->schemas;
  s->release = nullptr;
  delete node;
}

inline void release_array(ArrowArray* a) {
  auto* node = static_cast<Node*>(a->private_data);
  for (ArrowArray* c : node->array_children)
    if (c->release != nullptr) c->release(c);
  if (a->dictionary != nullptr && a->dictionary->release != nullptr) a->dictionary->release(a->dictionary);
  ++node->counts->arrays;
  a->release = nullptr;
  delete node;
}

inline ArrowSchema make_schema(const Field& field, Counts* counts, const std::vector<Field>& children = {}) {
  auto* node = new Node;
  node->field = field;
  node->counts = counts;
  for (const Field& c : children) {
    node->schemas.push_back(std::make_unique<ArrowSchema>(make_schema(c, counts)));
    node->schema_children.push_back(node->schemas.back().get());
  }
  ArrowSchema out{};
  if (field.dictionary != nullptr) {
    node->schemas.push_back(std::make_unique<ArrowSchema>(make_schema(*field.dictionary, counts)));
    out.dictionary = node->schemas.back().get();
  }
  out.format = node->field.format.c_str();
  out.name = node->field.name.c_str();
  out.metadata = node->field.metadata.empty() ? nullptr : node->field.metadata.data();
  out.n_children = static_cast<std::int64_t>(children.size());
  out.children = node->schema_children.data();
  out.private_data = node;
  out.release = &release_schema;
  return out;
}

inline ArrowArray make_array(const Field& field, Counts* counts, const std::vector<Field>& children = {}) {
  auto* node = new Node;
  node->field = field;
  node->counts = counts;
  for (const Field& c : children) {
    node->arrays.push_back(std::make_unique<ArrowArray>(make_array(c, counts)));
    node->array_children.push_back(node->arrays.back().get());
  }
  ArrowArray out{};
  if (field.dictionary != nullptr) {
    node->arrays.push_back(std::make_unique<ArrowArray>(make_array(*field.dictionary, counts)));
    out.dictionary = node->arrays.back().get();
  }
  out.length = field.length;
  out.offset = field.offset;
  out.null_count = field.null_count;
  out.n_buffers = static_cast<std::int64_t>(field.buffers.size());
  out.buffers = node->field.buffers.data();
  out.n_children = static_cast<std::int64_t>(children.size());
  out.children = node->array_children.data();
  out.private_data = node;
  out.release = &release_array;
  return out;
}

/// A batch: the struct itself (length, offset, validity) and its columns.
struct Batch {
  Field row = {"", "+s", {nullptr}, 0, 0, 0, nullptr, {}};
  std::vector<Field> columns;
};

struct StreamState {
  std::vector<Batch> batches;
  std::size_t next = 0;
  int fail_at = -1;  ///< get_next fails at this batch
  Counts* counts = nullptr;
};

inline ArrowArrayStream make_stream(std::vector<Batch> batches, Counts* counts, int fail_at = -1) {
  ArrowArrayStream s{};
  s.private_data = new StreamState{std::move(batches), 0, fail_at, counts};
  s.get_schema = [](ArrowArrayStream* self, ArrowSchema* out) {
    auto* state = static_cast<StreamState*>(self->private_data);
    *out = make_schema(state->batches.front().row, state->counts, state->batches.front().columns);
    return 0;
  };
  s.get_next = [](ArrowArrayStream* self, ArrowArray* out) {
    auto* state = static_cast<StreamState*>(self->private_data);
    if (state->fail_at == static_cast<int>(state->next)) return 5;
    if (state->next == state->batches.size()) {
      out->release = nullptr;
      return 0;
    }
    const Batch& b = state->batches[state->next++];
    *out = make_array(b.row, state->counts, b.columns);
    return 0;
  };
  s.get_last_error = [](ArrowArrayStream*) { return "row 3 of CANARY"; };
  s.release = [](ArrowArrayStream* self) {
    auto* state = static_cast<StreamState*>(self->private_data);
    ++state->counts->streams;
    delete state;
    self->release = nullptr;
  };
  return s;
}

}  // namespace arrow_fixture
