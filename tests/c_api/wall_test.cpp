// Failures put in on purpose: every kind of exception, and memory that runs out at each allocation of a call in turn.
#include "wall.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <limits>
#include <new>
#include <stdexcept>
#include <vector>

namespace {

std::atomic<long> allocations_left{std::numeric_limits<long>::max()};

void* allocate(std::size_t size, std::size_t alignment) {
  if (allocations_left.fetch_sub(1) <= 0) throw std::bad_alloc();
  void* const bytes = alignment <= alignof(std::max_align_t)
                          ? std::malloc(size == 0 ? 1 : size)
                          : std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (bytes == nullptr) throw std::bad_alloc();
  return bytes;
}

}  // namespace

void* operator new(std::size_t size) {
  return allocate(size, 1);
}
void* operator new[](std::size_t size) {
  return allocate(size, 1);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return allocate(size, static_cast<std::size_t>(alignment));
}
// The library's own forms that do not throw may come from elsewhere (a sanitizer), and then do not match what is freed here.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return std::malloc(size == 0 ? 1 : size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return std::malloc(size == 0 ? 1 : size);
}
void operator delete(void* bytes) noexcept {
  std::free(bytes);
}
void operator delete[](void* bytes) noexcept {
  std::free(bytes);
}
void operator delete(void* bytes, std::size_t) noexcept {
  std::free(bytes);
}
void operator delete[](void* bytes, std::size_t) noexcept {
  std::free(bytes);
}
void operator delete(void* bytes, std::align_val_t) noexcept {
  std::free(bytes);
}
void operator delete[](void* bytes, std::align_val_t) noexcept {
  std::free(bytes);
}
void operator delete(void* bytes, std::size_t, std::align_val_t) noexcept {
  std::free(bytes);
}
void operator delete[](void* bytes, std::size_t, std::align_val_t) noexcept {
  std::free(bytes);
}

namespace {

celadon_error fresh_error(int32_t language = CELADON_ENGLISH) {
  celadon_error error;
  celadon_error_init(&error, sizeof error);
  error.language = language;
  return error;
}

template <class Exception>
celadon_status thrown(celadon_error& error, Exception exception) {
  return celadon_c::guard(&error, [&] { throw exception; });
}

TEST(Wall, MapsEveryKindOfException) {
  celadon_error error = fresh_error();
  EXPECT_EQ(thrown(error, std::bad_alloc()), CELADON_OUT_OF_MEMORY);
  EXPECT_STREQ(error.code_name, "out_of_memory");
  EXPECT_STREQ(error.cause, "There was not enough memory to finish this step");
  EXPECT_EQ(thrown(error, std::length_error("too long")), CELADON_OUT_OF_MEMORY);
  EXPECT_EQ(thrown(error, celadon::LogicError("a promise")), CELADON_INVALID_ARGUMENT);
  EXPECT_NE(std::string(error.cause).find("a promise"), std::string::npos);
  EXPECT_EQ(thrown(error, std::runtime_error("something")), CELADON_INTERNAL);
  EXPECT_NE(std::string(error.cause).find("something"), std::string::npos);
  EXPECT_EQ(thrown(error, 42), CELADON_INTERNAL);
  EXPECT_STREQ(error.code_name, "internal");
  EXPECT_EQ(celadon_c::guard(nullptr, [] { throw std::bad_alloc(); }), CELADON_OUT_OF_MEMORY);
}

TEST(Wall, CutsLongTextsAtACharacter) {
  celadon_error error = fresh_error(CELADON_CHINESE);
  std::string name;
  for (int i = 0; i < 400; ++i) name += "题";
  celadon::Error problem =
      celadon::make_error(celadon::Code::kInvalidArgument, {.table = name, .column = {}, .row = -1, .item = name}, {{"name", name}});
  EXPECT_EQ(celadon_c::report(&error, problem), CELADON_INVALID_ARGUMENT);
  EXPECT_EQ(std::string(error.item).size(), 126U);  // 42 characters of three bytes in 127
  EXPECT_EQ(std::string(error.table).size(), 63U);
  EXPECT_LT(std::string(error.cause).size(), sizeof error.cause);
}

TEST(Wall, MemoryThatRunsOutAtAnyAllocationIsAStatus) {
  std::vector<std::int8_t> cells(50 * 8);
  for (std::size_t i = 0; i < cells.size(); ++i) cells[i] = static_cast<std::int8_t>((i * 7 + i / 8 * 3) % 5 > 1);
  celadon_responses_view view;
  celadon_responses_view_init(&view, sizeof view);
  view.type = CELADON_INT8;
  view.data = cells.data();
  view.n_persons = 50;
  view.n_items = 8;
  view.person_stride = 8;
  celadon_execution execution;
  celadon_execution_init(&execution, sizeof execution);
  execution.n_threads = 1;
  long failed = 0;
  bool done = false;
  for (long budget = 0; !done && budget < 100000; ++budget) {
    celadon_error error = fresh_error();
    celadon_responses* data = nullptr;
    celadon_ctt_reliability_result* result = nullptr;
    celadon_table* table = nullptr;
    allocations_left = budget;
    celadon_status status = celadon_responses_from_dense(&view, &execution, &data, &error);
    if (status == CELADON_OK) status = celadon_ctt_reliability(data, nullptr, nullptr, nullptr, &execution, &result, &error);
    if (status == CELADON_OK) status = celadon_ctt_reliability_result_table(result, &table, &error);
    allocations_left = std::numeric_limits<long>::max();
    done = status == CELADON_OK;
    if (!done) {
      ASSERT_EQ(status, CELADON_OUT_OF_MEMORY) << "after " << budget << " allocations: " << error.cause;
      ASSERT_STREQ(error.code_name, "out_of_memory");
      ASSERT_EQ(table, nullptr);
      ++failed;
    }
    celadon_table_destroy(table);
    celadon_ctt_reliability_result_destroy(result);
    celadon_responses_destroy(data);
  }
  EXPECT_TRUE(done);
  EXPECT_GT(failed, 20);
}

// A data set of 30 pupils and 6 items made through C; NULL when memory ran out on the way.
celadon_dataset* small_dataset(celadon_error* error) {
  constexpr int kPupils = 30, kItems = 6;
  static const char* const kItemIds[kItems] = {"1", "2", "3", "4", "5", "6"};
  std::vector<std::string> names;
  std::vector<const char*> ids;
  for (int i = 0; i < kPupils; ++i) names.push_back("p" + std::to_string(i));
  for (const std::string& name : names) ids.push_back(name.c_str());
  celadon_dataset* data = nullptr;
  celadon_table* table = nullptr;
  bool ok = celadon_dataset_create(&data, error) == CELADON_OK && celadon_table_create("responses", &table, error) == CELADON_OK &&
            celadon_table_add_texts(table, "student", ids.data(), kPupils, error) == CELADON_OK;
  for (int j = 0; j < kItems && ok; ++j) {
    double marks[kPupils];
    for (int i = 0; i < kPupils; ++i) marks[i] = (i * 7 + j * 3) % 11 > 3 + j % 2 ? 1.0 : 0.0;
    ok = celadon_table_add_numbers(table, kItemIds[j], marks, kPupils, 1, error) == CELADON_OK;
  }
  ok = ok && celadon_dataset_add_table(data, "responses", table, error) == CELADON_OK;
  celadon_table_destroy(table);
  if (ok) return data;
  celadon_dataset_destroy(data);
  return nullptr;
}

// The whole path from a data set to a page and its tables, as one status.
celadon_status whole_path(celadon_error* error, const celadon_dataset* data) {
  celadon_execution execution;
  celadon_execution_init(&execution, sizeof execution);
  execution.n_threads = 1;
  celadon_evaluation* evaluation = nullptr;
  celadon_table* table = nullptr;
  celadon_report* report = nullptr;
  celadon_text* text = nullptr;
  celadon_status status = celadon_evaluate(data, nullptr, nullptr, &execution, &evaluation, error);
  if (status == CELADON_OK) status = celadon_evaluation_pupil_statements(evaluation, 0, 0, CELADON_CHINESE, nullptr, &table, error);
  if (status == CELADON_OK) status = celadon_reports_pupil_report(evaluation, 0, 0, nullptr, &report, error);
  if (status == CELADON_OK) status = celadon_report_to_html(report, &text, error);
  EXPECT_EQ(text == nullptr, status != CELADON_OK);
  celadon_text_destroy(text);
  celadon_report_destroy(report);
  celadon_table_destroy(table);
  celadon_evaluation_destroy(evaluation);
  return status;
}

TEST(Wall, MemoryThatRunsOutInAnEvaluationIsAStatus) {
  celadon_error error = fresh_error();
  celadon_dataset* data = small_dataset(&error);
  ASSERT_NE(data, nullptr);
  ASSERT_EQ(whole_path(&error, data), CELADON_OK) << error.cause;  // what is made once is made now
  allocations_left = std::numeric_limits<long>::max();
  ASSERT_EQ(whole_path(&error, data), CELADON_OK);
  const long needed = std::numeric_limits<long>::max() - allocations_left;
  ASSERT_GT(needed, 500);
  // Every allocation among the first ones, then a spread over the rest.
  long failed = 0;
  for (long budget = 0; budget < needed - 8; budget += budget < 100 ? 1 : 1 + needed / 150) {
    allocations_left = budget;
    const celadon_status status = whole_path(&error, data);
    allocations_left = std::numeric_limits<long>::max();
    ASSERT_EQ(status, CELADON_OUT_OF_MEMORY) << "after " << budget << " of " << needed << " allocations: " << error.cause;
    ASSERT_STREQ(error.code_name, "out_of_memory");
    ++failed;
  }
  EXPECT_GT(failed, 150);
  ASSERT_EQ(whole_path(&error, data), CELADON_OK);
  celadon_dataset_destroy(data);
}

TEST(Wall, MemoryThatRunsOutWhileADataSetIsMadeIsAStatus) {
  celadon_error error = fresh_error();
  long failed = 0;
  celadon_dataset* data = nullptr;
  for (long budget = 0; data == nullptr && budget < 100000; ++budget) {
    try {
      allocations_left = budget;
      data = small_dataset(&error);
      allocations_left = std::numeric_limits<long>::max();
      if (data == nullptr) {
        ASSERT_EQ(error.code, CELADON_OUT_OF_MEMORY);
        ++failed;
      }
    } catch (const std::bad_alloc&) {  // the names of the test itself
      allocations_left = std::numeric_limits<long>::max();
    }
  }
  EXPECT_GT(failed, 5);
  ASSERT_NE(data, nullptr);
  EXPECT_EQ(celadon_dataset_n_tables(data), 1);
  celadon_dataset_destroy(data);
}

TEST(Wall, HandlesGrowWithTheirStructs) {
  celadon_error error = fresh_error();
  celadon_ctt_reliability_values values;
  values.struct_size = 0;
  EXPECT_EQ(celadon_ctt_reliability_result_values(nullptr, &values, &error), CELADON_INVALID_ARGUMENT);
  celadon_execution execution;
  celadon_execution_init(&execution, sizeof execution);
  execution.struct_size = 70000;
  celadon_responses* out = nullptr;
  celadon_responses_view view;
  celadon_responses_view_init(&view, sizeof view);
  EXPECT_EQ(celadon_responses_from_dense(&view, &execution, &out, &error), CELADON_INVALID_ARGUMENT);
}

// A size that ends within a field would take part of a pointer.
TEST(Wall, SizesThatCutAFieldAreRefused) {
  celadon_error error = fresh_error();
  celadon_items* items = nullptr;
  ASSERT_EQ(celadon_items_create(&items, &error), CELADON_OK);
  celadon_item item;
  celadon_item_init(&item, sizeof item);
  item.id = "q1";
  item.full_mark = 1.0;
  item.struct_size = offsetof(celadon_item, label) + 3;
  EXPECT_EQ(celadon_items_add(items, &item, &error), CELADON_INVALID_ARGUMENT);
  item.struct_size = offsetof(celadon_item, label);
  EXPECT_EQ(celadon_items_add(items, &item, &error), CELADON_OK);
  EXPECT_EQ(celadon_items_size(items), 1);
  celadon_items_destroy(items);
}

// This program is linked without SQLite: every function of an archive says so and hands out nothing.
TEST(Wall, ArchivesWithoutSqliteSaySo) {
  celadon_error error = fresh_error();
  const auto says_so = [&](celadon_status status) {
    const bool named = std::string(error.code_name) == "archive_not_built" && std::string(error.cause).find("SQLite") != std::string::npos;
    error = fresh_error();
    return named && status == CELADON_ARCHIVE_NOT_BUILT;
  };
  EXPECT_EQ(celadon_archive_available(), 0);
  auto* archive = reinterpret_cast<celadon_archive*>(&error);
  EXPECT_TRUE(says_so(celadon_archive_open("wall.sqlite", &archive, &error)));
  EXPECT_EQ(archive, nullptr);
  celadon_document document;
  celadon_document_init(&document, sizeof document);
  EXPECT_TRUE(says_so(celadon_archive_put_document(archive, &document, &error)));
  EXPECT_TRUE(says_so(celadon_archive_put_table(archive, nullptr, &error)));
  EXPECT_TRUE(says_so(celadon_archive_flush(archive, &error)));
  auto* text = reinterpret_cast<celadon_text*>(&error);
  auto* media_type = text;
  EXPECT_TRUE(says_so(celadon_archive_get(archive, "pupil", "1", "en", &text, &media_type, &error)));
  EXPECT_TRUE(text == nullptr && media_type == nullptr);
  auto* table = reinterpret_cast<celadon_table*>(&error);
  EXPECT_TRUE(says_so(celadon_archive_tables(archive, &table, &error)));
  EXPECT_EQ(table, nullptr);
  EXPECT_TRUE(says_so(celadon_archive_table(archive, "items", -1, &table, &error)));
  std::int64_t n = -1;
  EXPECT_TRUE(says_so(celadon_archive_count(archive, nullptr, &n, &error)));
  EXPECT_EQ(n, 0);
  std::int64_t pages = -1;
  EXPECT_TRUE(says_so(celadon_reports_write_to_archive(nullptr, archive, nullptr, nullptr, &pages, nullptr, &error)));
  EXPECT_EQ(pages, 0);
  celadon_archive_destroy(archive);
}

}  // namespace
