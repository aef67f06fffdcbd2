// One JSON line a replication of a calibration with known truth. Usage: irt_recovery DESIGN N_PERSONS FIRST LAST
// (replications FIRST ... LAST - 1). scripts/soak runs it resumably; scripts/soak_summary.py reads the lines.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "designs.hpp"

namespace {

void print_numbers(const char* name, const celadon_recovery::Replication& r, double celadon_recovery::Outcome::*member) {
  std::printf(", \"%s\": [", name);
  const char* comma = "";
  for (const auto& o : r.outcomes) {
    if (o.*member == o.*member)
      std::printf("%s%.9g", comma, o.*member);
    else
      std::printf("%snull", comma);
    comma = ", ";
  }
  std::printf("]");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: irt_recovery DESIGN N_PERSONS FIRST LAST\n");
    return 2;
  }
  const auto* design = celadon_recovery::find_design(argv[1]);
  if (design == nullptr) {
    std::fprintf(stderr, "no design '%s'\n", argv[1]);
    return 2;
  }
  const long n = std::atol(argv[2]);
  for (long k = std::atol(argv[3]); k < std::atol(argv[4]); ++k) {
    const auto r = celadon_recovery::replicate(*design, n, static_cast<std::uint64_t>(k));
    if (!r) {
      std::printf("{\"design\": \"%s\", \"n\": %ld, \"replication\": %ld, \"error\": \"%s\"}\n", design->name.c_str(), n, k,
                  r.error().cause(celadon::Language::kEnglish).c_str());
      continue;
    }
    std::printf("{\"design\": \"%s\", \"n\": %ld, \"replication\": %ld, \"converged\": %s, \"stop\": \"%s\", \"kinds\": [",
                design->name.c_str(), n, k, r->converged ? "true" : "false", r->stop.c_str());
    const char* comma = "";
    for (const auto& o : r->outcomes) {
      std::printf("%s\"%s\"", comma, o.kind.c_str());
      comma = ", ";
    }
    std::printf("]");
    print_numbers("truth", *r, &celadon_recovery::Outcome::truth);
    print_numbers("estimate", *r, &celadon_recovery::Outcome::estimate);
    print_numbers("se", *r, &celadon_recovery::Outcome::se);
    std::printf("}\n");
    std::fflush(stdout);
  }
  return 0;
}
