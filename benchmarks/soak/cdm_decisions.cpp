// What 'mastered', 'not mastered' and 'not enough evidence' are worth in a class: 40 pupils, 30 items, 5 attributes with tetrachoric
// correlation .5, DINA items (10 each of one, two and three attributes), guess = slip, wrong cells in the Q-matrix. Calibrated with DINA
// under two defensible priors (rates and structure of few parameters); a definite answer needs both. Beside it, the oracle: the posterior
// under the true model, the true matrix and the true distribution of classes.
//
//   cdm_decisions [classes]
#include <celadon/core/random.hpp>
#include <celadon/models/cdm/decision.hpp>
#include <celadon/models/cdm/fit.hpp>

#include <bit>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <string>
#include <vector>

namespace {

using namespace celadon;

constexpr int kAttributes = 5;
constexpr int kItems = 30;

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

cdm::QMatrix matrix(const std::vector<std::uint32_t>& rows) {
  cdm::QMatrix out;
  for (int k = 0; k < kAttributes; ++k) out.attributes.push_back("A" + std::to_string(k + 1));
  for (std::size_t j = 0; j < rows.size(); ++j) {
    out.item_ids.push_back("I" + std::to_string(j + 1));
    for (int k = 0; k < kAttributes; ++k) out.cells.push_back(static_cast<std::uint8_t>(rows[j] >> k & 1U));
  }
  return out;
}

std::uint32_t draw_class(random::Stream& stream) {
  const double common = stream.normal();
  std::uint32_t out = 0;
  for (int k = 0; k < kAttributes; ++k)
    if (std::sqrt(0.5) * (common + stream.normal()) > 0.0) out |= 1U << k;
  return out;
}

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
  Tally both;
  Tally first;
  Tally oracle;
  for (int number = 0; number < n_classes; ++number) {
    random::Stream stream(91, random::purpose("cdm.decisions"), static_cast<std::uint64_t>(number));
    std::vector<std::uint32_t> q;
    for (int j = 0; j < kItems; ++j) {
      std::uint32_t row = j < 10 ? 1U << (j % kAttributes) : 0U;
      while (std::popcount(row) < 1 + j / 10) row |= 1U << stream.below(kAttributes);
      q.push_back(row);
    }
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
    for (std::size_t j = 0; j < q.size(); ++j) {
      cdm::ItemParameters item;
      item.id = "I" + std::to_string(j + 1);
      item.rule = cdm::Rule::kDina;
      for (int k = 0; k < kAttributes; ++k)
        if ((q[j] >> k & 1U) != 0) item.attributes.push_back(k);
      item.probability.assign(std::size_t{1} << item.attributes.size(), design.guess);
      item.probability.back() = 1.0 - design.guess;
      truth.items.push_back(std::move(item));
    }
    std::vector<std::uint32_t> mastered;
    Responses::Builder builder(40, matrix(q).item_ids);
    for (std::int64_t i = 0; i < 40; ++i) {
      mastered.push_back(draw_class(stream));
      for (std::size_t j = 0; j < q.size(); ++j)
        builder.set(i, static_cast<std::int64_t>(j),
                    static_cast<std::uint8_t>(stream.bernoulli(truth.items[j].of_class(mastered.back())) ? 1 : 0));
    }
    const Responses answers = std::move(builder).build().value();
    ExecutionContext one;
    one.n_threads = 1;
    cdm::FitOptions a;
    a.rule = cdm::Rule::kDina;
    a.structure = cdm::Structure::kIndependent;
    a.priors.lowest = {2.0, 8.0};
    a.priors.highest = {8.0, 2.0};
    a.priors.structure_sd = 1.5;
    a.errors = cdm::ErrorMethod::kNone;
    a.n_starts = 4;
    cdm::FitOptions b = a;
    b.structure = cdm::Structure::kHigherOrder;
    b.priors.lowest = {5.0, 17.0};
    b.priors.highest = {17.0, 5.0};
    b.priors.structure_sd = 1.0;
    const auto fit_a = cdm::fit(answers, matrix(given), a, one);
    const auto fit_b = cdm::fit(answers, matrix(given), b, one);
    if (!fit_a || !fit_b) {
      std::fprintf(stderr, "class %d: no calibration\n", number);
      continue;
    }
    const auto scores_a = cdm::score(fit_a->model, answers, {}, one).value();
    const auto scores_b = cdm::score(fit_b->model, answers, {}, one).value();
    both.add(cdm::decide(scores_a, {}, &scores_b).value(), mastered);
    first.add(cdm::decide(scores_a).value(), mastered);
    oracle.add(cdm::decide(cdm::score(truth, answers, {}, one).value()).value(), mastered);
  }
  const auto percent = [](double part, double whole) { return 100.0 * part / (whole > 0.0 ? whole : 1.0); };
  std::printf("| %.1f | %d | %d | %.1f | %.1f | %.1f | %.1f | %.1f | %.1f | %.0f |\n", design.guess, design.errors, n_classes,
              percent(both.wrong, both.decided), percent(both.decided, both.asked), percent(first.wrong, first.decided),
              percent(first.decided, first.asked), percent(oracle.wrong, oracle.decided), percent(oracle.decided, oracle.asked),
              percent(both.decided / both.asked, oracle.decided / oracle.asked));
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const int n_classes = argc > 1 ? std::atoi(argv[1]) : 200;
  const auto population = true_classes();
  std::printf(
      "| guess = slip | wrong cells | classes | two priors: wrong %% of definite | decided %% | one prior: wrong %% | decided %% | "
      "oracle: "
      "wrong %% | decided %% | decided, %% of the oracle |\n");
  std::printf("|---|---|---|---|---|---|---|---|---|---|\n");
  for (const double guess : {0.1, 0.2})
    for (const int errors : {0, 3, 15}) run({guess, errors}, n_classes, population);
  return 0;
}
