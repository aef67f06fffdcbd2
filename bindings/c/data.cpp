#include "wall.hpp"

#include <celadon/core/arrow/responses.hpp>

#include <limits>
#include <numeric>

using namespace celadon_c;

namespace {

template <class T>
celadon::Responses pack(const celadon_responses_view& view, const celadon::ExecutionContext& context) {
  const celadon::DenseView<T> dense{static_cast<const T*>(view.data), view.n_persons, view.n_items, view.person_stride, view.item_stride};
  std::vector<std::string> ids;
  if (view.item_ids != nullptr) ids = texts(view.item_ids, view.n_items, "item_ids");
  return unwrap(celadon::Responses::from_dense(dense, std::move(ids), context));
}

celadon::Responses pack_any(const celadon_responses_view& view, const celadon::ExecutionContext& context) {
  switch (view.type) {
    case CELADON_INT8:
      return pack<std::int8_t>(view, context);
    case CELADON_UINT8:
      return pack<std::uint8_t>(view, context);
    case CELADON_INT16:
      return pack<std::int16_t>(view, context);
    case CELADON_INT32:
      return pack<std::int32_t>(view, context);
    case CELADON_INT64:
      return pack<std::int64_t>(view, context);
    default:
      refuse("type", "no such type");
  }
}

celadon_responses_view default_view() {
  celadon_responses_view view{};
  view.struct_size = sizeof view;
  view.item_stride = 1;
  return view;
}

celadon_responses_import default_import() {
  celadon_responses_import options{};
  options.struct_size = sizeof options;
  options.null_kind = CELADON_MISSING_NOT_ADMINISTERED;
  return options;
}

celadon_item default_item() {
  celadon_item item{};
  item.struct_size = sizeof item;
  item.full_mark = 1.0;
  item.planned_difficulty = std::numeric_limits<double>::quiet_NaN();
  return item;
}

std::vector<std::string> texts_or_empty(const char* const* data, int64_t n, const char* name) {
  std::vector<std::string> out;
  for (const char* one : span_of(data, n, name)) out.push_back(text_or_empty(one));
  return out;
}

}  // namespace

extern "C" {

void celadon_responses_view_init(celadon_responses_view* view, uint32_t struct_size) {
  initialise(view, struct_size, default_view());
}

celadon_status celadon_responses_from_dense(const celadon_responses_view* view, const celadon_execution* execution, celadon_responses** out,
                                            celadon_error* error) {
  return produce(out, error, [&] {
    const Execution run(execution);
    const celadon_responses_view known = sized(&need(view, "view"), default_view(), "view");
    if (known.n_persons > 0 && known.n_items > 0 && known.n_persons > std::numeric_limits<int64_t>::max() / 2 / known.n_items)
      refuse("view", "more cells than there can be");
    return pack_any(known, run.context());
  });
}

void celadon_responses_import_init(celadon_responses_import* options, uint32_t struct_size) {
  initialise(options, struct_size, default_import());
}

celadon_status celadon_responses_from_stream(struct ArrowArrayStream* stream, const celadon_responses_import* options,
                                             const celadon_execution* execution, celadon_responses** out, celadon_error* error) {
  const celadon_status status = produce(out, error, [&] {
    need(stream, "stream");
    const auto table = unwrap(celadon::arrow::DataTable::import_stream(stream));
    const Execution run(execution);
    const celadon_responses_import known = sized(options, default_import(), "options");
    celadon::arrow::ResponsesImport request;
    request.null_kind = missing_kind(known.null_kind, "null_kind");
    request.columns = texts(known.columns, known.columns == nullptr ? 0 : known.n_columns, "columns");
    const auto values = span_of(known.missing_values, known.n_missing_values, "missing_values");
    const auto kinds = span_of(known.missing_kinds, known.n_missing_values, "missing_kinds");
    for (std::size_t i = 0; i < values.size(); ++i)
      request.missing_values.emplace_back(text(values[i], -1, "missing_values"), missing_kind(kinds[i], "missing_kinds"));
    return unwrap(celadon::arrow::responses_from_table(table, request, run.context())).responses;
  });
  // Taken over whatever happened: a stream that was not read is released here.
  if (stream != nullptr && stream->release != nullptr) stream->release(stream);
  return status;
}

void celadon_responses_destroy(celadon_responses* responses) {
  delete responses;
}
int64_t celadon_responses_n_persons(const celadon_responses* responses) {
  return responses == nullptr ? 0 : responses->value.n_persons();
}
int64_t celadon_responses_n_items(const celadon_responses* responses) {
  return responses == nullptr ? 0 : responses->value.n_items();
}
const char* celadon_responses_item_id(const celadon_responses* responses, int64_t item) {
  if (responses == nullptr || item < 0 || item >= responses->value.n_items()) return nullptr;
  return responses->value.item_ids()[static_cast<std::size_t>(item)].c_str();
}
int32_t celadon_responses_n_categories(const celadon_responses* responses, int64_t item) {
  if (responses == nullptr || item < 0 || item >= responses->value.n_items()) return -1;
  return responses->value.n_categories()[static_cast<std::size_t>(item)];
}
int32_t celadon_responses_at(const celadon_responses* responses, int64_t person, int64_t item) {
  if (responses == nullptr || item < 0 || item >= responses->value.n_items() || person < 0 || person >= responses->value.n_persons())
    return std::numeric_limits<int32_t>::min();
  const std::uint8_t cell = responses->value.at(person, item);
  return celadon::is_missing(cell) ? 251 - static_cast<int32_t>(cell) : static_cast<int32_t>(cell);
}

celadon_status celadon_responses_select(const celadon_responses* responses, const int64_t* persons, int64_t n_persons, const int64_t* items,
                                        int64_t n_items, celadon_responses** out, celadon_error* error) {
  return produce(out, error, [&] {
    const celadon::Responses& from = need(responses, "responses").value;
    const auto list = [](const int64_t* given, int64_t n, int64_t all, const char* name) {
      const auto span = span_of(given, n, name);
      std::vector<std::int64_t> numbers(span.begin(), span.end());
      if (given == nullptr) {
        numbers.resize(static_cast<std::size_t>(all));
        std::iota(numbers.begin(), numbers.end(), std::int64_t{0});
      }
      return numbers;
    };
    const auto rows = list(persons, n_persons, from.n_persons(), "persons");
    const auto columns = list(items, n_items, from.n_items(), "items");
    return unwrap(from.select(rows, columns));
  });
}

void celadon_item_init(celadon_item* item, uint32_t struct_size) {
  initialise(item, struct_size, default_item());
}

celadon_status celadon_items_create(celadon_items** out, celadon_error* error) {
  return produce(out, error, [] { return celadon::Items(); });
}
void celadon_items_destroy(celadon_items* items) {
  delete items;
}

celadon_status celadon_items_add(celadon_items* items, const celadon_item* item, celadon_error* error) {
  return guard(error, [&] {
    const celadon_item known = sized(&need(item, "item"), default_item(), "item");
    celadon::Item one;
    one.id = text_or_empty(known.id);
    if (one.id.empty()) refuse("id", "an item needs an id");
    one.label = text_or_empty(known.label);
    one.subject = text_or_empty(known.subject);
    one.type = text_or_empty(known.type);
    one.stem = text_or_empty(known.stem);
    one.key = text_or_empty(known.key);
    one.note = text_or_empty(known.note);
    one.ability_level = text_or_empty(known.ability_level);
    one.cognitive_level = text_or_empty(known.cognitive_level);
    one.choice_group = text_or_empty(known.choice_group);
    one.bonus = known.bonus != 0;
    one.full_mark = known.full_mark;
    one.planned_difficulty = known.planned_difficulty;
    one.knowledge = texts(known.knowledge, known.n_knowledge, "knowledge");
    const auto scores = span_of(known.category_scores, known.n_category_scores, "category_scores");
    one.category_scores.assign(scores.begin(), scores.end());
    one.category_labels = texts_or_empty(known.category_labels, known.n_category_labels, "category_labels");
    one.option_notes = texts_or_empty(known.option_notes, known.n_option_notes, "option_notes");
    need(items, "items").value.push_back(std::move(one));
  });
}

int64_t celadon_items_size(const celadon_items* items) {
  return items == nullptr ? 0 : static_cast<int64_t>(items->value.size());
}

}  // extern "C"
