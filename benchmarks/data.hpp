// Simulated answers at the sizes a school knows, made once a process, and what the benchmarks report beside time.
#pragma once

#include <celadon/core/responses.hpp>
#include <celadon/models/irt/model.hpp>

#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <vector>

namespace celadon_bench {

/// class_40x30, school_1500x60, county_50k_x80, city_1m_x60.
struct Size {
  const char* name;
  std::int64_t n_persons;
  int n_items;
};
inline constexpr Size kClass{"class_40x30", 40, 30};
inline constexpr Size kSchool{"school_1500x60", 1500, 60};
inline constexpr Size kCounty{"county_50k_x80", 50'000, 80};
inline constexpr Size kCity{"city_1m_x60", 1'000'000, 60};
inline constexpr Size kSizes[] = {kClass, kSchool, kCounty, kCity};

/// A test of n_items items of one model: slopes from 0.7 to 1.5, difficulties from -2 to 2, guessing .2 where the model has it, four
/// categories where it has more than two.
celadon::irt::Model make_model(celadon::irt::ItemModel model, int n_items);
/// Answers of n_persons N(0, 1) persons to make_model, kept for the next caller of the same size.
const celadon::Responses& answers(celadon::irt::ItemModel model, const Size& size);
/// The same as the caller's matrix: a byte a cell, by rows.
const std::vector<std::int8_t>& matrix(const Size& size);

/// items_per_second counts cells, bytes_per_second the bytes of the answers.
void count_cells(benchmark::State& state, const Size& size);

/// One thread, so that times compare.
celadon::ExecutionContext one_thread();

/// The value, or the end of the program with the error.
void stop(const celadon::Error& error);
template <class T>
T must(celadon::Result<T> result) {
  if (!result) stop(result.error());
  return std::move(*result);
}

/// "irt/fit_2pl/school_1500x60"
std::string name_of(const char* what, const Size& size);

}  // namespace celadon_bench
