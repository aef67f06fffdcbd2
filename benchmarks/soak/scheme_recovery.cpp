// Coverage of the intervals of a scheme at every level: scheme_recovery [replications] [pupils a school]. Prints a table.
#include "scheme_designs.hpp"

#include <cmath>
#include <cstdio>
#include <cstdlib>

int main(int argc, char** argv) {
  const int replications = argc > 1 ? std::atoi(argv[1]) : 1000;
  const int pupils = argc > 2 ? std::atoi(argv[2]) : 40;
  std::map<std::string, celadon_recovery::SchemeCoverage> all;
  for (int r = 0; r < replications; ++r)
    for (const auto& [key, one] : celadon_recovery::scheme_coverage(pupils, static_cast<std::uint64_t>(r))) all[key].add(one);
  std::printf("%d replications, 30 schools of %d pupils, intervals of 90 %%\n\n", replications, pupils);
  std::printf(
      "| index | intervals | bias | error (rmse) | mean se | truth below | covered | truth above |\n|---|---|---|---|---|---|---|---|\n");
  for (const auto& [key, c] : all) {
    const auto n = static_cast<double>(c.n);
    std::printf("| %s | %lld | %+.4g | %.4g | %.4g | %.1f %% | %.1f %% | %.1f %% |\n", key.c_str(), static_cast<long long>(c.n),
                c.error / n, std::sqrt(c.squared / n), c.se / n, 100.0 * static_cast<double>(c.below) / n,
                100.0 * static_cast<double>(c.n - c.below - c.above) / n, 100.0 * static_cast<double>(c.above) / n);
  }
  return 0;
}
