// One JSON line a replication of mixed models with known truth. Usage: multilevel_recovery DESIGN N_SCHOOLS FIRST LAST
// (replications FIRST ... LAST - 1). scripts/soak runs it resumably; scripts/multilevel_summary.py reads the lines.
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include "multilevel_designs.hpp"

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: multilevel_recovery DESIGN N_SCHOOLS FIRST LAST\n");
    return 2;
  }
  const std::string design = argv[1];
  const int n = std::atoi(argv[2]);
  for (long k = std::atol(argv[3]); k < std::atol(argv[4]); ++k) {
    const auto r = celadon_recovery::replicate_multilevel(design, n, static_cast<std::uint64_t>(k));
    std::printf("{\"design\": \"%s\", \"n\": %d, \"replication\": %ld, ", design.c_str(), n, k);
    if (!r) {
      std::printf("\"error\": \"%s\"}\n", r.error().cause(celadon::Language::kEnglish).c_str());
      continue;
    }
    // By kind: intervals, those below and above the truth, sum and squares of the errors.
    struct Sum {
      int n = 0;
      int below = 0;
      int above = 0;
      double error = 0.0;
      double squared = 0.0;
    };
    std::map<std::string, Sum> kinds;
    for (const auto& o : r->outcomes) {
      Sum& s = kinds[o.kind];
      ++s.n;
      s.below += o.upper < o.truth ? 1 : 0;
      s.above += o.lower > o.truth ? 1 : 0;
      s.error += o.estimate - o.truth;
      s.squared += (o.estimate - o.truth) * (o.estimate - o.truth);
    }
    std::printf("\"converged\": %s, \"kinds\": {", r->converged ? "true" : "false");
    const char* comma = "";
    for (const auto& [kind, s] : kinds) {
      std::printf("%s\"%s\": [%d, %d, %d, %.9g, %.9g]", comma, kind.c_str(), s.n, s.below, s.above, s.error, s.squared);
      comma = ", ";
    }
    std::printf("}}\n");
    std::fflush(stdout);
  }
  return 0;
}
