// Google Benchmark with what makes its JSON comparable between machines and runs: the instruction set in use, and a calibration kernel.
#include <celadon/core/simd.hpp>

#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>

namespace {

/// A fixed chain of whole-number operations: its time says how fast the machine is just now. scripts/bench divides by it.
void calibration(benchmark::State& state) {
  for (auto _ : state) {
    std::uint32_t x = 1;
    for (int i = 0; i < 1'000'000; ++i) x = x * 1664525U + 1013904223U + (x >> 16U);
    benchmark::DoNotOptimize(x);
  }
  state.SetItemsProcessed(state.iterations() * 1'000'000);
}
BENCHMARK(calibration)->Unit(benchmark::kMillisecond)->MinTime(0.2);

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::AddCustomContext("celadon_simd", std::string(celadon::simd::level_name(celadon::simd::level())));
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
