// Many classes (seven attributes, 128 classes): their distribution is maximised by itself. It has to come where plain EM comes, or above.
#include "cdm_cases.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace {

using namespace cdm_cases;

/// Seven attributes, each alone twice and with its neighbour twice.
cdm::QMatrix seven_attributes() {
  std::vector<std::string> rows;
  for (int k = 0; k < 7; ++k)
    for (int copy = 0; copy < 4; ++copy) {
      std::string row(7, '0');
      row[static_cast<std::size_t>(k)] = '1';
      if (copy > 1) row[static_cast<std::size_t>((k + 1) % 7)] = '1';
      rows.push_back(row);
    }
  return matrix(rows);
}

cdm::FitOptions one_climb(cdm::Rule rule) {
  auto o = options(rule);
  o.n_starts = 1;
  o.n_finals = 1;
  return o;
}

TEST(CdmFitManyClasses, EndNotBelowPlainEm) {
  const auto q = seven_attributes();
  const Responses data = responses(q, simulate(q, 400, 0.1, 0.15, 0.5, 31));
  for (const cdm::Rule rule : {cdm::Rule::kDina, cdm::Rule::kGdina}) {
    auto o = one_climb(rule);
    const auto fast = cdm::fit(data, q, o).value();
    EXPECT_TRUE(fast.converged);
    EXPECT_EQ(fast.model.classes.size(), 128U);
    const auto& p = fast.model.populations[0].probability;
    EXPECT_NEAR(std::accumulate(p.begin(), p.end(), 0.0), 1.0, 1e-9);
    // by another sum than the fit's own
    EXPECT_NEAR(cdm::log_likelihood(fast.model, data).value().value, fast.log_likelihood, 1e-6);
    o.accelerate = false;
    o.max_iterations = 3000;
    EXPECT_GE(fast.log_likelihood, cdm::fit(data, q, o).value().log_likelihood - 1e-3) << cdm::rule_name(rule);
    // nothing near it is higher: mass moved between two classes, both ways
    int looked = 0;
    for (std::size_t c = 0; c + 1 < p.size(); ++c)
      for (const double share : {0.002, -0.002}) {
        auto other = fast.model;
        auto& moved = other.populations[0].probability;
        if (moved[c] < 0.004 || moved[c + 1] < 0.004) continue;
        moved[c] += share;
        moved[c + 1] -= share;
        ++looked;
        EXPECT_LE(cdm::log_likelihood(other, data).value().value, fast.log_likelihood + 1e-6);
      }
    EXPECT_GT(looked, 20);
  }
}

TEST(CdmFitManyClasses, PriorsMissingAnswersAndGroupsKeepTheirMeaning) {
  const auto q = seven_attributes();
  auto answers = simulate(q, 300, 0.1, 0.1, 0.5, 32);
  Responses::Builder builder(static_cast<std::int64_t>(answers.size()), q.item_ids);
  std::vector<std::int32_t> groups;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    groups.push_back(static_cast<std::int32_t>(i % 2));
    for (std::size_t j = 0; j < answers[i].size(); ++j)
      if ((i + j) % 7 != 0) builder.set(static_cast<std::int64_t>(i), static_cast<std::int64_t>(j), answers[i][j]);
  }
  const Responses data = std::move(builder).build().value();
  auto o = one_climb(cdm::Rule::kDina);
  o.groups = groups;
  o.priors = cdm::Priors::small_sample();
  const auto fast = cdm::fit(data, q, o).value();
  EXPECT_TRUE(fast.converged);
  o.accelerate = false;
  o.max_iterations = 3000;
  const auto plain = cdm::fit(data, q, o).value();
  EXPECT_GE(fast.objective, plain.objective - 1e-3);
  for (std::size_t g = 0; g < 2; ++g)
    for (std::size_t c = 0; c < 128; ++c)
      EXPECT_NEAR(fast.model.populations[g].probability[c], plain.model.populations[g].probability[c], 2e-3) << g << " " << c;
}

TEST(CdmFitManyClasses, SameBitsForAnyThreads) {
  const auto q = seven_attributes();
  const Responses data = responses(q, simulate(q, 4200, 0.2, 0.2, 0.5, 33));  // more than one block
  auto o = one_climb(cdm::Rule::kDina);
  o.max_iterations = 8;  // the same way for any number of threads, wherever it has come to
  ExecutionContext context;
  context.n_threads = 1;
  const auto one = cdm::fit(data, q, o, context).value();
  for (const int threads : {2, 3}) {
    context.n_threads = threads;
    const auto more = cdm::fit(data, q, o, context).value();
    EXPECT_EQ(one.log_likelihood, more.log_likelihood) << threads;
    EXPECT_EQ(one.model.populations[0].probability, more.model.populations[0].probability) << threads;
  }
}

}  // namespace
