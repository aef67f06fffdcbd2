// Does the test of an item's rule reject a rule that holds as often as its level says? Answers made by a reduced rule, G-DINA calibrated
// (from the truth), the item's own rule tested. 'Known': the same tests where 18 sharp items tell the groups of one item of two attributes
// apart and the true model stands in for the calibration, as in the unit test.
//
//   cdm_rule_level [replications [known replications]]
#include <celadon/core/random.hpp>
#include <celadon/models/cdm/item_selection.hpp>

#include <array>
#include <cstdio>
#include <cstdlib>

#include "cdm_designs.hpp"

namespace {

using namespace celadon;
using celadon_recovery::CdmDesign;

struct Count {
  int tests = 0;
  int rejected_5 = 0;
  int rejected_1 = 0;
  double p = 0.0;
  void add(const cdm::RuleTest& t) {
    if (t.df == 0) return;
    ++tests;
    rejected_5 += t.p <= 0.05 ? 1 : 0;
    rejected_1 += t.p <= 0.01 ? 1 : 0;
    p += t.p;
  }
};

void row(const char* where, const char* rule, double guess, int n, int m, int replications, const std::array<Count, 2>& counts) {
  std::printf("| %s | %s | %.1f | %d | %d | %d | %d |", where, rule, guess, n, m, replications, counts[0].tests);
  for (const Count& c : counts) {
    const double of = c.tests > 0 ? c.tests : 1.0;
    std::printf(" %.1f | %.1f | %.2f |", 100.0 * c.rejected_5 / of, 100.0 * c.rejected_1 / of, c.p / of);
  }
  std::printf("\n");
  std::fflush(stdout);
}

constexpr std::array<cdm::SelectionTest, 2> kTests = {cdm::SelectionTest::kWald, cdm::SelectionTest::kLikelihoodRatio};

void calibrated(const CdmDesign& design, int n, int replications) {
  ExecutionContext one;
  one.n_threads = 1;
  std::array<std::array<Count, 2>, 2> counts{};  // by number of attributes, by test
  for (int r = 0; r < replications; ++r) {
    const auto sample = celadon_recovery::cdm_sample(design, n, static_cast<std::uint64_t>(r), one).value();
    cdm::FitOptions options;
    options.n_starts = 1;
    options.n_finals = 1;
    options.start = &sample.truth;
    options.errors = cdm::ErrorMethod::kNone;
    const auto fit = cdm::fit(sample.answers, celadon_recovery::cdm_matrix(), options, one).value();
    for (std::size_t t = 0; t < kTests.size(); ++t) {
      cdm::SelectionOptions how;
      how.test = kTests[t];
      const auto selection = cdm::select_rules(fit.model, sample.answers, how, one).value();
      for (const cdm::RuleTest& test : selection.tests) {
        const auto& item = fit.model.items[static_cast<std::size_t>(fit.model.find(test.item))];
        if (test.rule == design.rule) counts[item.attributes.size() - 2][t].add(test);
      }
    }
  }
  for (int m = 2; m <= 3; ++m)
    row("calibrated", std::string(cdm::rule_name(design.rule)).c_str(), design.guess, n, m, replications,
        counts[static_cast<std::size_t>(m) - 2]);
}

void known(cdm::Rule rule, const std::vector<double>& probability, int n, int replications) {
  ExecutionContext one;
  one.n_threads = 1;
  cdm::Model model;
  model.attributes = {"A1", "A2"};
  model.classes = {0, 1, 2, 3};
  model.populations = {{"all", {0.25, 0.25, 0.25, 0.25}, {}, {}}};
  for (int j = 0; j < 18; ++j) model.items.push_back({"I" + std::to_string(j + 1), cdm::Rule::kDina, {j % 2}, {0.05, 0.95}});
  model.items.push_back({"I19", cdm::Rule::kGdina, {0, 1}, probability});
  std::vector<std::string> ids;
  for (const auto& item : model.items) ids.push_back(item.id);
  std::array<Count, 2> counts{};
  for (int r = 0; r < replications; ++r) {
    random::Stream stream(95, random::purpose("cdm.rule_level"), static_cast<std::uint64_t>(r));
    Responses::Builder builder(n, ids);
    for (std::int64_t i = 0; i < n; ++i) {
      const auto c = static_cast<std::uint32_t>(stream.below(4));
      for (std::size_t j = 0; j < ids.size(); ++j)
        builder.set(i, static_cast<std::int64_t>(j), static_cast<std::uint8_t>(stream.bernoulli(model.items[j].of_class(c)) ? 1 : 0));
    }
    const Responses answers = std::move(builder).build().value();
    for (std::size_t t = 0; t < kTests.size(); ++t) {
      cdm::SelectionOptions how;
      how.test = kTests[t];
      const auto selection = cdm::select_rules(model, answers, how, one).value();
      for (const cdm::RuleTest& test : selection.tests)
        if (test.rule == rule) counts[t].add(test);
    }
  }
  row("known", std::string(cdm::rule_name(rule)).c_str(), probability.front(), n, 2, replications, counts);
}

}  // namespace

int main(int argc, char** argv) {
  const int replications = argc > 1 ? std::atoi(argv[1]) : 100;
  const int of_known = argc > 2 ? std::atoi(argv[2]) : 2000;
  std::printf(
      "| groups | rule | P lowest | persons | attributes | replications | tests | Wald: p <= .05, %% | p <= .01, %% | mean p | LR: p <= "
      ".05, "
      "%% | p <= .01, %% | mean p |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|\n");
  for (const int n : {800, 4000}) {
    known(cdm::Rule::kDina, {0.2, 0.2, 0.2, 0.85}, n, of_known);
    known(cdm::Rule::kDino, {0.2, 0.85, 0.85, 0.85}, n, of_known);
    known(cdm::Rule::kAcdm, {0.1, 0.5, 0.5, 0.9}, n, of_known);
    known(cdm::Rule::kLlm, {0.2, 0.5, 0.5, 0.8}, n, of_known);
    known(cdm::Rule::kRrum, {0.1, 0.3, 0.3, 0.9}, n, of_known);
  }
  for (const double guess : {0.1, 0.2})
    for (const int n : {1000, 3000})
      for (const CdmDesign& design : celadon_recovery::cdm_designs())
        if (design.rule != cdm::Rule::kGdina && design.guess == guess) calibrated(design, n, replications);
  return 0;
}
