// How well wrong cells of a Q-matrix are found: 5 attributes with tetrachoric correlation .5, 30 items (10 each of one, two and three
// attributes; DINA, DINO and ACDM at random), guess = slip. Three errors (10 % of the items) or fifteen (10 % of the cells), at most one an
// item: a needed attribute left out (under), a needless one put in (over), or each half of the time (mixed). A row of a table a cell.
//
//   cdm_q_validation [replications] [guess n kind errors]
#include <celadon/core/random.hpp>
#include <celadon/models/cdm/q_validation.hpp>

#include <bit>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace celadon;

constexpr int kAttributes = 5;
constexpr int kItems = 30;
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

std::vector<std::uint32_t> true_matrix(random::Stream& stream) {
  std::vector<std::uint32_t> q;
  for (int j = 0; j < kItems; ++j) {
    std::uint32_t row = j < 10 ? 1U << (j % kAttributes) : 0U;
    while (std::popcount(row) < 1 + j / 10) row |= 1U << stream.below(kAttributes);
    q.push_back(row);
  }
  return q;
}

cdm::QMatrix matrix(const std::vector<std::uint32_t>& rows) {
  cdm::QMatrix out;
  for (int k = 0; k < kAttributes; ++k) out.attributes.push_back("A" + std::to_string(k + 1));
  for (std::size_t j = 0; j < rows.size(); ++j) {
    out.item_ids.push_back("I" + std::to_string(j + 1));
    for (int k = 0; k < kAttributes; ++k) out.cells.push_back(static_cast<std::uint8_t>(rows[j] >> k & 1U));
  }
  return out;
}

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
  const auto q = true_matrix(stream);
  std::vector<cdm::ItemParameters> items;
  for (const std::uint32_t row : q) items.push_back(draw_item(row, cell.guess, stream));
  Responses::Builder builder(cell.n, matrix(q).item_ids);
  for (int i = 0; i < cell.n; ++i) {
    const double common = stream.normal();
    std::uint32_t mastered = 0;
    for (int k = 0; k < kAttributes; ++k)
      if (std::sqrt(0.5) * (common + stream.normal()) > 0.0) mastered |= 1U << k;
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

void run(const Cell& cell, int replications) {
  Sums s;
  for (int r = 0; r < replications; ++r) replicate(cell, r, s);
  const auto percent = [](int part, int whole) { return 100.0 * part / (whole == 0 ? 1 : whole); };
  std::printf("| %.1f | %d | %s | %d | %d | %d | %.1f | %.1f | %.2f | %.2f |\n", cell.guess, cell.n, kKinds[cell.kind], cell.errors,
              replications, s.planted, percent(s.exact, s.planted), percent(s.flagged, s.planted), percent(s.alarms, s.right),
              percent(s.cell_alarms, s.cells));
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const int replications = argc > 1 ? std::atoi(argv[1]) : 100;
  if (argc > 5) {
    run({std::atof(argv[2]), std::atoi(argv[3]), std::atoi(argv[4]), std::atoi(argv[5])}, replications);
    return 0;
  }
  std::printf(
      "| guess = slip | persons | errors | planted a matrix | replications | planted | found exactly %% | found %% | false alarms, items "
      "%% | "
      "false alarms, cells %% |\n");
  std::printf("|---|---|---|---|---|---|---|---|---|---|\n");
  for (const int errors : {3, 15})
    for (const double guess : {0.1, 0.2})
      for (const int n : {2000, 1000, 500})
        for (const int kind : {0, 1, 2}) run({guess, n, kind, errors}, replications);
  return 0;
}
