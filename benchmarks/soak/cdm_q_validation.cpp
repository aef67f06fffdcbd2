// How well wrong cells of a Q-matrix are found: 5 attributes with tetrachoric correlation .5, 30 items (10 each of one, two and three
// attributes; DINA, DINO and ACDM at random), guess = slip. Three errors (10 % of the items) or fifteen (10 % of the cells), at most one an
// item: a needed attribute left out (under), a needless one put in (over), or each half of the time (mixed). A JSON line a replication;
// scripts/soak runs it resumably, scripts/cdm_summary.py reads the lines.
//
//   cdm_q_validation KIND-ERRORS-GUESS N_PERSONS FIRST LAST        (replications FIRST ... LAST - 1)
#include <celadon/models/cdm/q_validation.hpp>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <numeric>

#include "cdm_class.hpp"

namespace {

using namespace celadon;
using namespace cdm_class;

constexpr const char* kKinds[] = {"under", "over", "mixed"};

struct Cell {
  double guess;
  int n;
  int kind;
  int errors;
};

struct Sums {
  int planted = 0;
  int exact = 0;    // planted errors whose item is suggested as it truly is
  int flagged = 0;  // planted errors whose item gets some suggestion
  int right = 0;    // items without an error
  int alarms = 0;   // of them, those with a suggestion
  int cells = 0;    // cells without an error
  int cell_alarms = 0;
};

cdm::ItemParameters draw_item(std::uint32_t row, double guess, random::Stream& stream) {
  cdm::ItemParameters out;
  for (int k = 0; k < kAttributes; ++k)
    if ((row >> k & 1U) != 0) out.attributes.push_back(k);
  const auto m = static_cast<int>(out.attributes.size());
  const auto rule = stream.below(3);
  for (std::uint32_t g = 0; g < (1U << m); ++g) {
    double share = static_cast<double>(std::popcount(g)) / m;
    if (rule == 0) share = share == 1.0 ? 1.0 : 0.0;
    if (rule == 1) share = share > 0.0 ? 1.0 : 0.0;
    out.probability.push_back(guess + (1.0 - 2.0 * guess) * share);
  }
  return out;
}

std::vector<std::uint32_t> with_errors(const std::vector<std::uint32_t>& q, const Cell& cell, random::Stream& stream) {
  std::vector<std::uint32_t> out = q;
  std::vector<std::int64_t> order(q.size() * kAttributes);
  std::iota(order.begin(), order.end(), std::int64_t{0});
  stream.shuffle(order);
  int done = 0;
  for (const std::int64_t cell_number : order) {
    const auto at = static_cast<std::size_t>(cell_number);
    const std::size_t j = at / kAttributes;
    const std::uint32_t bit = 1U << (at % kAttributes);
    const bool needed = (q[j] & bit) != 0;
    if (done == cell.errors) break;
    if (out[j] != q[j] || (needed && std::popcount(q[j]) < 2)) continue;
    const bool under = cell.kind == 0 || (cell.kind == 2 && done % 2 == 0);
    if (needed != under) continue;
    out[j] ^= bit;
    ++done;
  }
  return out;
}

void replicate(const Cell& cell, int number, Sums& sums) {
  random::Stream stream(77, random::purpose("cdm.q_validation"), static_cast<std::uint64_t>(number));
  const auto q = draw_rows(stream);
  std::vector<cdm::ItemParameters> items;
  for (const std::uint32_t row : q) items.push_back(draw_item(row, cell.guess, stream));
  Responses::Builder builder(cell.n, matrix(q).item_ids);
  for (int i = 0; i < cell.n; ++i) {
    const std::uint32_t mastered = draw_class(stream);
    for (std::size_t j = 0; j < items.size(); ++j)
      builder.set(i, static_cast<std::int64_t>(j), static_cast<std::uint8_t>(stream.bernoulli(items[j].of_class(mastered)) ? 1 : 0));
  }
  const Responses answers = std::move(builder).build().value();
  const auto given = with_errors(q, cell, stream);
  cdm::FitOptions options;
  options.n_starts = 1;
  ExecutionContext one;
  one.n_threads = 1;
  const auto seen = cdm::validate_q(answers, matrix(given), options, {}, one).value();
  for (std::size_t j = 0; j < q.size(); ++j) {
    const std::uint32_t to = seen.suggested.mask(static_cast<std::int64_t>(j));
    if (given[j] != q[j]) {
      ++sums.planted;
      sums.exact += to == q[j] ? 1 : 0;
      sums.flagged += to != given[j] ? 1 : 0;
    } else {
      ++sums.right;
      sums.alarms += to != q[j] ? 1 : 0;
    }
    const std::uint32_t sound = ~(given[j] ^ q[j]) & ((1U << kAttributes) - 1U);
    sums.cells += std::popcount(sound);
    sums.cell_alarms += std::popcount((to ^ given[j]) & sound);
  }
}

}  // namespace

int main(int argc, char** argv) {
  Cell cell{};
  cell.kind = -1;
  if (argc == 5 && std::strchr(argv[1], '-') != nullptr) {
    const char* design = argv[1];
    for (int kind = 0; kind < 3; ++kind)
      if (std::strncmp(design, kKinds[kind], std::strlen(kKinds[kind])) == 0) cell.kind = kind;
    const char* errors = std::strchr(design, '-') + 1;
    const char* guess = std::strchr(errors, '-');
    cell.errors = std::atoi(errors);
    cell.guess = guess != nullptr ? std::atof(guess + 1) : 0.0;
    cell.n = std::atoi(argv[2]);
  }
  if (cell.kind < 0 || cell.errors < 1 || cell.n < 1 || !(cell.guess > 0.0 && cell.guess < 0.5)) {
    std::fprintf(stderr, "usage: cdm_q_validation KIND-ERRORS-GUESS N_PERSONS FIRST LAST, such as under-3-0.1 2000 0 100\n");
    return 2;
  }
  for (int r = std::atoi(argv[3]); r < std::atoi(argv[4]); ++r) {
    Sums s;
    replicate(cell, r, s);
    std::printf(
        "{\"replication\": %d, \"planted\": %d, \"exact\": %d, \"found\": %d, \"right\": %d, \"alarms\": %d, \"cells\": %d, "
        "\"cell_alarms\": %d}\n",
        r, s.planted, s.exact, s.flagged, s.right, s.alarms, s.cells, s.cell_alarms);
    std::fflush(stdout);
  }
  return 0;
}
