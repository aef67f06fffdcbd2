// One JSON line a replication of a calibration of a diagnosis model with known truth. Usage: cdm_recovery DESIGN N_PERSONS FIRST LAST
// (replications FIRST ... LAST - 1). Before replication 0 stands a line with kinds and true values. Sandwich errors of every second
// replication. scripts/soak runs it resumably; scripts/cdm_summary.py reads the lines.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "cdm_designs.hpp"

namespace {

void print_numbers(const char* name, const std::vector<double>& values) {
  std::printf(", \"%s\": [", name);
  const char* comma = "";
  for (const double v : values) {
    if (v == v)
      std::printf("%s%.6g", comma, v);
    else
      std::printf("%snull", comma);
    comma = ", ";
  }
  std::printf("]");
}

std::vector<double> column(const std::vector<celadon_recovery::Outcome>& outcomes, double celadon_recovery::Outcome::*member) {
  std::vector<double> out;
  for (const auto& o : outcomes) out.push_back(o.*member);
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  const auto* design = argc == 5 ? celadon_recovery::find_cdm_design(argv[1]) : nullptr;
  if (design == nullptr) {
    std::fprintf(stderr, "usage: cdm_recovery DESIGN N_PERSONS FIRST LAST; designs dina-0.1 ... gdina-0.2\n");
    return 2;
  }
  using celadon_recovery::Outcome;
  const long n = std::atol(argv[2]);
  const long first = std::atol(argv[3]);
  celadon::ExecutionContext one;
  one.n_threads = 1;
  if (first == 0) {
    const auto truth = celadon_recovery::cdm_outcomes(*design);
    std::printf("{\"design\": \"%s\", \"n\": %ld, \"kinds\": [", design->name.c_str(), n);
    const char* comma = "";
    for (const auto& o : truth) {
      std::printf("%s\"%s\"", comma, o.kind.c_str());
      comma = ", ";
    }
    std::printf("], \"names\": [");
    comma = "";
    for (const auto& o : truth) {
      std::printf("%s\"%s\"", comma, o.name.c_str());
      comma = ", ";
    }
    std::printf("]");
    print_numbers("truth", column(truth, &Outcome::truth));
    std::printf("}\n");
  }
  for (long k = first; k < std::atol(argv[4]); ++k) {
    const auto r = celadon_recovery::replicate(*design, n, static_cast<std::uint64_t>(k), k % 2 == 0, one);
    if (!r) {
      std::printf("{\"replication\": %ld, \"error\": \"%s\"}\n", k, r.error().cause(celadon::Language::kEnglish).c_str());
      continue;
    }
    std::printf("{\"replication\": %ld, \"converged\": %s, \"right\": %.6f, \"bound\": %.6f, \"whole\": %.6f, \"whole_bound\": %.6f", k,
                r->converged ? "true" : "false", r->right, r->bound, r->whole, r->whole_bound);
    print_numbers("estimate", column(r->outcomes, &Outcome::estimate));
    print_numbers("se", column(r->outcomes, &Outcome::se));
    if (!r->sandwich_se.empty()) print_numbers("sandwich_se", r->sandwich_se);
    std::printf("}\n");
    std::fflush(stdout);
  }
  return 0;
}
