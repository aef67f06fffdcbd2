// Full results as bytes. A program of this folder computes the results of one module for every instruction set and for 1, 2, 3 and 8
// threads, fails unless all are the same bytes, and writes them to the file named by its argument. It is built as compiled and as
// header-only program; the files of both are compared (compare.cmake).
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/execution.hpp>
#include <celadon/core/responses.hpp>
#include <celadon/core/simd.hpp>
#include <celadon/core/table.hpp>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

namespace bits {

/// Bytes of everything that a module gives, in order.
class Dump {
 public:
  void add(std::string_view text) {
    number(text.size());
    bytes_.append(text);
  }
  template <class T>
  void add(const std::vector<T>& values) {
    number(values.size());
    bytes_.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
  }
  void add(const std::vector<std::string>& values) {
    number(values.size());
    for (const std::string& one : values) add(std::string_view(one));
  }
  void add(double value) { bytes_.append(reinterpret_cast<const char*>(&value), sizeof value); }
  void add(const celadon::Table& table) {
    add(std::string_view(table.name()));
    for (const celadon::Column& column : table.columns()) {
      add(std::string_view(column.name));
      std::visit([this](const auto& values) { add(values); }, column.values);
      add(column.valid);
    }
  }
  void add(const celadon::Findings& findings) {
    for (const celadon::Finding& one : findings) add(one.text(celadon::Language::kChinese));
  }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  void number(std::size_t n) { add(static_cast<double>(n)); }
  std::string bytes_;
};

/// The value, or the end of the program with the reason.
template <class T>
T take(celadon::Result<T> result) {
  if (result) return std::move(result).value();
  std::fprintf(stderr, "%s\n", result.error().text(celadon::Language::kEnglish).c_str());
  std::exit(1);
}

/// Answers of n persons to k items by a generator of whole numbers, so that every program and language can make the same ones. Item j has
/// categories(j) categories; every 41st cell is not administered and every 53rd omitted.
template <class Categories>
celadon::Responses answers(std::int64_t n, std::int64_t k, Categories categories) {
  std::vector<std::int8_t> cells(static_cast<std::size_t>(n * k));
  std::uint32_t state = 20261125U;
  const auto draw = [&state] { return (state = state * 1664525U + 1013904223U) >> 8; };
  std::int64_t cell = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    const std::uint32_t able = draw() % 1000U + draw() % 1000U;
    for (std::int64_t j = 0; j < k; ++j, ++cell) {
      std::int8_t value = 0;
      for (int step = 1; step < categories(j); ++step)
        if (draw() % 2000U < able / 2U + 500U + static_cast<std::uint32_t>(j % 7) * 60U) ++value;
      if (cell % 41 == 40) value = -1;
      if (cell % 53 == 52) value = -3;
      cells[static_cast<std::size_t>(cell)] = value;
    }
  }
  return take(celadon::Responses::from_dense(celadon::DenseView<std::int8_t>{cells.data(), n, k, k, 1}));
}
inline celadon::Responses right_or_wrong(std::int64_t n, std::int64_t k) {
  return answers(n, k, [](std::int64_t) { return 2; });
}

/// Runs a module in every way and writes its bytes.
template <class Module>
int run(int argc, char** argv, Module module) {
  std::string first;
  for (const celadon::simd::Level level : celadon::simd::available_levels()) {
    celadon::simd::force_level(level);
    for (const int n_threads : {1, 2, 3, 8}) {
      celadon::ExecutionContext context;
      context.n_threads = n_threads;
      Dump dump;
      module(dump, context);
      if (first.empty()) first = dump.bytes();
      if (dump.bytes() != first) {
        std::size_t at = 0;
        while (at < first.size() && at < dump.bytes().size() && first[at] == dump.bytes()[at]) ++at;
        std::fprintf(stderr, "other bytes from byte %zu with %s and %d threads\n", at,
                     std::string(celadon::simd::level_name(level)).c_str(), n_threads);
        return 1;
      }
    }
  }
  if (first.size() < 1000) return 2;  // a module that gives nothing compares nothing
  std::printf("%zu bytes, %zu instruction sets, 1 2 3 8 threads\n", first.size(), celadon::simd::available_levels().size());
  if (argc > 1) {
    std::ofstream out(argv[1], std::ios::binary);
    out << first;
    if (!out.flush()) return 3;
  }
  return 0;
}

}  // namespace bits
