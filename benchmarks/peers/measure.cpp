#include "measure.hpp"

#include <celadon/core/impl/simd_dispatch.hpp>

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <numeric>
#include <string>
#include <vector>

#define CELADON_SIMD_KERNEL <floor_kernel.inc>
#include <celadon/core/impl/simd_targets.inc>

namespace celadon_bench {

namespace {

double seconds(const timeval& t) {
  return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
}

/// Units a processor second, the best of five.
template <class Work>
double best_rate(double units, const Work& work) {
  double best = 0.0;
  for (int k = 0; k < 5; ++k) {
    const double start = cpu_seconds();
    work();
    best = std::max(best, units / std::max(1e-9, cpu_seconds() - start));
  }
  return best;
}

}  // namespace

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double system_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return seconds(usage.ru_stime);
}

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double peak_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

double resident_mib() {
  long size = 0;
  long resident = 0;
  if (std::FILE* f = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(f, "%ld %ld", &size, &resident) != 2) resident = 0;
    std::fclose(f);
  }
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1048576.0;
}

void print_floors() {
  volatile double sink = 0.0;
  std::vector<std::uint64_t> memory(64U << 20U, 1U);  // 512 MiB
  const double bytes = best_rate(static_cast<double>(memory.size() * sizeof(std::uint64_t)), [&] {
    sink = sink + static_cast<double>(std::accumulate(memory.begin(), memory.end(), std::uint64_t{0}));
  });
  memory = {};
  constexpr int kRows = 16;  // 8 KiB
  constexpr long kRepeats = 2'000'000;
  std::vector<double> table(kRows * 64, 1.0);
  std::vector<double> x(512);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = -0.01 * static_cast<double>(i);
  std::printf(R"({"case": "floors", "read_bytes_per_second": %.4g, "rates": {)", bytes);
  const auto before = celadon::simd::level();
  const char* comma = "";
  for (const auto level : celadon::simd::available_levels()) {
    celadon::simd::force_level(level);
    std::fill(table.begin(), table.end(), 1.0);
    const double products =
        best_rate(64.0 * kRepeats, [&] { sink = sink + CELADON_SIMD_DISPATCH(bench_floor, products, table.data(), kRows, kRepeats); });
    const double counts =
        best_rate(64.0 * kRepeats, [&] { sink = sink + CELADON_SIMD_DISPATCH(bench_floor, counts, table.data(), kRows, kRepeats); });
    const double exponentials =
        best_rate(512.0 * 50'000, [&] { sink = sink + CELADON_SIMD_DISPATCH(bench_floor, exponentials, x.data(), 512L, 50'000L); });
    std::printf(R"(%s"%s": {"products": %.4g, "counts": %.4g, "exponentials": %.4g})", comma,
                std::string(celadon::simd::level_name(level)).c_str(), products, counts, exponentials);
    comma = ", ";
  }
  celadon::simd::force_level(before);
  std::printf("}}\n");
}

}  // namespace celadon_bench
