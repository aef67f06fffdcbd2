// core: packing, Arrow import, parallel blocks, exp and log, random numbers.
#include <celadon/core/arrow/responses.hpp>
#include <celadon/core/arrow/writer.hpp>
#include <celadon/core/math.hpp>
#include <celadon/core/parallel.hpp>
#include <celadon/core/random.hpp>

#include "data.hpp"

namespace {

using namespace celadon_bench;

void pack_int8(benchmark::State& state, const Size& size) {
  const auto& data = matrix(size);
  for (auto _ : state) {
    auto packed =
        must(celadon::Responses::from_dense<std::int8_t>({data.data(), size.n_persons, size.n_items, size.n_items, 1}, {}, one_thread()));
    benchmark::DoNotOptimize(packed);
  }
  count_cells(state, size);
}

void import_arrow(benchmark::State& state, const Size& size) {
  celadon::Table table("responses");
  const auto& from = answers(celadon::irt::ItemModel::k2pl, size);
  for (std::int64_t j = 0; j < size.n_items; ++j) {
    std::vector<std::int64_t> column(static_cast<std::size_t>(size.n_persons));
    for (std::int64_t i = 0; i < size.n_persons; ++i) column[static_cast<std::size_t>(i)] = from.at(i, j);
    table.add(std::to_string(j + 1), std::move(column));
  }
  for (auto _ : state) {
    state.PauseTiming();
    ArrowArrayStream stream;
    celadon::arrow::export_stream(table, &stream);
    state.ResumeTiming();
    const auto read = must(celadon::arrow::DataTable::import_stream(&stream));
    auto packed = must(celadon::arrow::responses_from_table(read, {}, one_thread()));
    benchmark::DoNotOptimize(packed);
  }
  count_cells(state, size);
}

void ordered_blocks(benchmark::State& state) {
  celadon::ExecutionContext context;
  context.n_threads = static_cast<int>(state.range(0));
  const std::int64_t blocks = 256;
  const int workers = celadon::worker_count(blocks, context);
  for (auto _ : state) {
    std::int64_t total = 0;
    std::vector<std::int64_t> part(static_cast<std::size_t>(workers));
    auto done = celadon::run_blocks(
        blocks, workers, context, [&](std::int64_t block, int worker) { part[static_cast<std::size_t>(worker)] = block; },
        [&](std::int64_t, int worker) { total += part[static_cast<std::size_t>(worker)]; });
    if (!done) stop(done.error());
    benchmark::DoNotOptimize(total);
  }
  state.SetItemsProcessed(state.iterations() * blocks);
}

template <double (*kFunction)(double)>
void elementary(benchmark::State& state) {
  std::vector<double> x(4096);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = 0.001 + 0.002 * static_cast<double>(i);
  for (auto _ : state) {
    double total = 0.0;
    for (const double v : x) total += kFunction(v);
    benchmark::DoNotOptimize(total);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(x.size()));
}

void random_uniform(benchmark::State& state) {
  celadon::random::Stream stream(1, celadon::random::purpose("benchmark"));
  for (auto _ : state) benchmark::DoNotOptimize(stream.uniform());
  state.SetItemsProcessed(state.iterations());
}
void random_normal(benchmark::State& state) {
  celadon::random::Stream stream(1, celadon::random::purpose("benchmark"));
  for (auto _ : state) benchmark::DoNotOptimize(stream.normal());
  state.SetItemsProcessed(state.iterations());
}

const int kRegistered = [] {
  for (const Size& size : kSizes)
    benchmark::RegisterBenchmark(name_of("core/pack_int8", size).c_str(), [size](benchmark::State& s) {
      pack_int8(s, size);
    })->Unit(benchmark::kMillisecond);
  for (const Size& size : {kClass, kSchool, kCounty})  // a city as 64-bit columns is half a gigabyte
    benchmark::RegisterBenchmark(name_of("core/import_arrow", size).c_str(), [size](benchmark::State& s) {
      import_arrow(s, size);
    })->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark("core/ordered_blocks", ordered_blocks)->Arg(1)->Arg(2)->Unit(benchmark::kMicrosecond);
  benchmark::RegisterBenchmark("core/exp", elementary<celadon::math::exp>);
  benchmark::RegisterBenchmark("core/log", elementary<celadon::math::log>);
  benchmark::RegisterBenchmark("core/random_uniform", random_uniform);
  benchmark::RegisterBenchmark("core/random_normal", random_normal);
  return 0;
}();

}  // namespace
