// What 'mastered', 'not mastered' and 'not enough evidence' are worth in a class: 40 pupils, 30 items, 5 attributes with tetrachoric
// correlation .5, DINA items (10 each of one, two and three attributes), guess = slip, wrong cells in the Q-matrix. Calibrated with DINA
// under two defensible priors (rates and structure of few parameters); a definite answer needs both. Beside it, the oracle: the posterior
// under the true model, the true matrix and the true distribution of classes.
//
//   cdm_decisions [classes]
#include <cstdio>
#include <cstdlib>
#include <numeric>

#include "cdm_class.hpp"

namespace {

using namespace celadon;
using namespace cdm_class;

struct Tally {
  double asked = 0.0;
  double decided = 0.0;
  double wrong = 0.0;
  void add(const cdm::Decisions& d, const std::vector<std::uint32_t>& truth) {
    for (std::size_t i = 0; i < truth.size(); ++i)
      for (int k = 0; k < kAttributes; ++k) {
        const cdm::Mastery m = d.of(static_cast<std::int64_t>(i), k);
        asked += 1.0;
        if (m == cdm::Mastery::kNotEnoughEvidence) continue;
        decided += 1.0;
        if ((m == cdm::Mastery::kMastered) != ((truth[i] >> k & 1U) != 0)) wrong += 1.0;
      }
  }
};

/// The true distribution of classes, by a long draw.
std::vector<double> true_classes() {
  random::Stream stream(4, random::purpose("cdm.decisions.population"), 0);
  std::vector<double> out(1U << kAttributes, 0.0);
  constexpr int kDraws = 200000;
  for (int i = 0; i < kDraws; ++i) out[draw_class(stream)] += 1.0 / kDraws;
  return out;
}

struct Design {
  double guess;
  int errors;
};

void run(const Design& design, int n_classes, const std::vector<double>& population) {
  Tally guarded;
  Tally both;
  Tally first;
  Tally oracle;
  int n_judged = 0;
  int n_adds = 0;
  for (int number = 0; number < n_classes; ++number) {
    random::Stream stream(91, random::purpose("cdm.decisions"), static_cast<std::uint64_t>(number));
    const std::vector<std::uint32_t> q = draw_rows(stream);
    std::vector<std::uint32_t> given = q;
    std::vector<std::int64_t> order(q.size() * kAttributes);
    std::iota(order.begin(), order.end(), std::int64_t{0});
    stream.shuffle(order);
    int done = 0;
    for (const std::int64_t cell_number : order) {
      const auto at = static_cast<std::size_t>(cell_number);
      const std::size_t j = at / kAttributes;
      const std::uint32_t bit = 1U << (at % kAttributes);
      const bool needed = (q[j] & bit) != 0;
      if (done == design.errors) break;
      if (given[j] != q[j] || (needed && std::popcount(q[j]) < 2) || needed != (done % 2 == 0)) continue;
      given[j] ^= bit;
      ++done;
    }
    cdm::Model truth;
    truth.attributes = matrix(q).attributes;
    for (std::uint32_t c = 0; c < (1U << kAttributes); ++c) truth.classes.push_back(c);
    truth.populations = {{"all", population, {}, {}}};
    truth.items = dina_items(q, design.guess);
    std::vector<std::uint32_t> mastered;
    Responses::Builder builder(kPupils, matrix(q).item_ids);
    for (std::int64_t i = 0; i < kPupils; ++i) {
      mastered.push_back(draw_class(stream));
      for (std::size_t j = 0; j < q.size(); ++j)
        builder.set(i, static_cast<std::int64_t>(j),
                    static_cast<std::uint8_t>(stream.bernoulli(truth.items[j].of_class(mastered.back())) ? 1 : 0));
    }
    const Responses answers = std::move(builder).build().value();
    const auto judged = judge(answers, matrix(given));
    if (!judged) {
      std::fprintf(stderr, "class %d: no calibration\n", number);
      continue;
    }
    ++n_judged;
    n_adds += judged->adds ? 1 : 0;
    guarded.add(judged->guarded, mastered);
    both.add(judged->both, mastered);
    first.add(judged->first, mastered);
    ExecutionContext one;
    one.n_threads = 1;
    oracle.add(cdm::decide(cdm::score(truth, answers, {}, one).value()).value(), mastered);
  }
  std::printf("| %.1f | %d | %d | %.1f | %.1f | %.0f | %.1f | %.1f | %.1f | %.1f | %.1f | %.1f | %.0f |\n", design.guess, design.errors,
              n_classes, percent(guarded.wrong, guarded.decided), percent(guarded.decided, guarded.asked), percent(n_adds, n_judged),
              percent(both.wrong, both.decided), percent(both.decided, both.asked), percent(first.wrong, first.decided),
              percent(first.decided, first.asked), percent(oracle.wrong, oracle.decided), percent(oracle.decided, oracle.asked),
              percent(guarded.decided / guarded.asked, oracle.decided / oracle.asked));
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const int n_classes = argc > 1 ? std::atoi(argv[1]) : 200;
  const auto population = true_classes();
  std::printf(
      "| guess = slip | wrong cells | classes | as evaluate decides: wrong %% of definite | decided %% | the profile adds, %% of classes | "
      "two priors alone: wrong %% | decided %% | one prior: wrong %% | decided %% | oracle: wrong %% | decided %% | decided, %% of the "
      "oracle |\n");
  std::printf("|---|---|---|---|---|---|---|---|---|---|---|---|---|\n");
  for (const double guess : {0.1, 0.2})
    for (const int errors : {0, 3, 15}) run({guess, errors}, n_classes, population);
  return 0;
}
