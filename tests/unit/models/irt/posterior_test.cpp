// Posteriors by the product of probabilities at the nodes; leaving out equals never having asked.
#include "models/irt/irt_cases.hpp"

#include <celadon/core/parallel.hpp>
#include <celadon/core/simd.hpp>
#include <celadon/models/irt/posterior.hpp>
#include <celadon/models/irt/score.hpp>

namespace {

using namespace irt_cases;

irt::Model mixed() {
  auto all = items(ItemModel::k2pl, 7, 2, "a");
  for (auto&& more : {items(ItemModel::kGraded, 2, 5, "b"), items(ItemModel::k3pl, 3, 2, "c"), items(ItemModel::kNominal, 2, 3, "d")})
    all.insert(all.end(), more.begin(), more.end());
  return model_of(all, {"all", 0.2, 1.3});
}

Responses with_gaps(const irt::Model& model, std::int64_t n) {
  std::vector<std::uint8_t> administered(static_cast<std::size_t>(n) * model.items.size(), 1);
  for (std::size_t c = 0; c < administered.size(); c += 6) administered[c] = 0;
  return draw(model, n, 12, administered);
}

/// Posterior weights without the columns in `without`, and the log of the marginal probability.
std::vector<double> by_definition(const irt::Model& model, const Responses& answers, std::int64_t person,
                                  const std::vector<std::int64_t>& without, double* log_likelihood = nullptr) {
  const auto nodes = model.grid.nodes();
  auto out = model.grid.weights(model.populations[0]);
  for (std::size_t j = 0; j < model.items.size(); ++j) {
    const auto column = static_cast<std::int64_t>(j);
    const std::uint8_t cell = answers.at(person, column);
    if (is_missing(cell) || std::find(without.begin(), without.end(), column) != without.end()) continue;
    std::vector<double> p(static_cast<std::size_t>(model.items[j].n_categories));
    for (std::size_t q = 0; q < nodes.size(); ++q) {
      irt::category_probabilities(model.items[j], nodes[q], p);
      out[q] *= p[cell];
    }
  }
  double total = 0.0;
  for (const double w : out) total += w;
  for (double& w : out) w /= total;
  if (log_likelihood != nullptr) *log_likelihood = std::log(total);
  return out;
}

TEST(Posteriors, AreProductsOfProbabilitiesAtTheNodes) {
  const auto model = mixed();
  const Responses answers = with_gaps(model, 40);
  const auto posteriors = irt::Posteriors::prepare(model, answers).value();
  EXPECT_EQ(posteriors.n_persons(), 40);
  EXPECT_EQ(posteriors.n_items(), static_cast<std::int64_t>(model.items.size()));
  EXPECT_EQ(posteriors.n_nodes(), 61);
  EXPECT_EQ(posteriors.node_stride(), 64);
  ASSERT_TRUE(posteriors.for_each_block(1, {}, [&](const irt::PosteriorBlock& block, int) {
    for (std::int64_t i = 0; i < block.n_persons; ++i) {
      double log_likelihood = 0.0;
      const auto expected = by_definition(model, answers, block.first_person + i, {}, &log_likelihood);
      const double* w = block.posterior + i * posteriors.node_stride();
      double total = 0.0;
      for (std::size_t q = 0; q < 61; ++q) {
        EXPECT_NEAR(w[q], expected[q], 1e-12);
        total += w[q];
      }
      for (std::size_t q = 61; q < 64; ++q) EXPECT_EQ(w[q], 0.0);
      EXPECT_NEAR(total, 1.0, 1e-12);
      EXPECT_NEAR(block.log_likelihood[i], log_likelihood, 1e-10);
    }
  }));
}

TEST(Posteriors, LeavingOutEqualsNeverHavingAsked) {
  const auto model = mixed();
  const Responses answers = with_gaps(model, 30);
  const auto posteriors = irt::Posteriors::prepare(model, answers).value();
  const std::vector<std::vector<std::int64_t>> sets = {{0}, {3, 4}, {7, 8, 12}, {13}};
  ASSERT_TRUE(posteriors.for_each_block(1, {}, [&](const irt::PosteriorBlock& block, int) {
    std::vector<double> out(static_cast<std::size_t>(posteriors.node_stride()));
    for (std::int64_t i = 0; i < block.n_persons; ++i)
      for (const auto& columns : sets) {
        posteriors.leave_out(block, i, columns, out);
        const auto expected = by_definition(model, answers, i, columns);
        for (std::size_t q = 0; q < 61; ++q) EXPECT_NEAR(out[q], expected[q], 1e-11);
        // predictive probabilities of the first column left out
        const std::int64_t column = columns.front();
        std::vector<double> p(static_cast<std::size_t>(posteriors.n_categories(column)));
        posteriors.predict(out, column, p);
        std::vector<double> direct(p.size());
        const auto alone = by_definition(model, answers, i, {column});
        std::vector<double> want(p.size(), 0.0);
        std::vector<double> want_alone(p.size(), 0.0);
        const auto nodes = model.grid.nodes();
        for (std::size_t q = 0; q < nodes.size(); ++q) {
          irt::category_probabilities(model.items[static_cast<std::size_t>(column)], nodes[q], direct);
          for (std::size_t k = 0; k < p.size(); ++k) {
            want[k] += expected[q] * direct[k];
            want_alone[k] += alone[q] * direct[k];
          }
        }
        posteriors.predict(block, i, column, direct);
        for (std::size_t k = 0; k < p.size(); ++k) {
          EXPECT_NEAR(p[k], want[k], 1e-11);
          EXPECT_NEAR(direct[k], want_alone[k], 1e-11);
        }
      }
  }));
}

// A model so sharp that the posterior has underflowed at the nodes where the answer left out had its say.
TEST(Posteriors, LeavingOutAnAnswerThatWasAllButImpossible) {
  auto model = model_of(items(ItemModel::k2pl, 6));
  for (auto& item : model.items) item.slope = 24.0;
  model.items[0].intercepts = {-24.0 * 5.9};                                                              // only the ablest
  for (std::size_t j = 1; j < 6; ++j) model.items[j].intercepts = {24.0 * 5.9 - static_cast<double>(j)};  // everybody, but this one failed
  std::vector<std::string> ids;
  for (const auto& item : model.items) ids.push_back(item.id);
  const Responses answers = responses({{1, 0, 0, 0, 0, 0}}, ids);
  const auto posteriors = irt::Posteriors::prepare(model, answers).value();
  ASSERT_TRUE(posteriors.for_each_block(1, {}, [&](const irt::PosteriorBlock& block, int) {
    std::vector<double> out(64);
    const std::vector<std::int64_t> first{0};
    posteriors.leave_out(block, 0, first, out);
    double total = 0.0;
    for (const double w : out) total += w;
    EXPECT_NEAR(total, 1.0, 1e-9);
    double mean = 0.0;
    for (std::size_t q = 0; q < 61; ++q) mean += out[q] * posteriors.nodes()[q];
    const auto expected = by_definition(model, answers, 0, first);
    double want = 0.0;
    for (std::size_t q = 0; q < 61; ++q) want += expected[q] * posteriors.nodes()[q];
    EXPECT_NEAR(mean, want, 1e-6);
  }));
}

TEST(Posteriors, EmptyAndDroppedPersonsAndStrangeColumns) {
  const auto model = model_of(items(ItemModel::k2pl, 2));
  irt::PosteriorOptions options;
  options.missing.invalid = MissingTreatment::kDropPerson;
  const Responses answers = responses({{-1, 5, -3}, {1, 5, -4}, {1, 5, 0}}, {"Q2", "other", "Q1"});
  const auto posteriors = irt::Posteriors::prepare(model, answers, options).value();
  EXPECT_EQ(posteriors.model_item(0), 1);
  EXPECT_EQ(posteriors.model_item(1), -1);
  EXPECT_EQ(posteriors.model_item(2), 0);
  EXPECT_EQ(posteriors.n_categories(1), 0);
  EXPECT_EQ(posteriors.category(2, 0), 1);
  EXPECT_EQ(posteriors.category(2, 1), -1);
  EXPECT_EQ(posteriors.category(0, 0), -1);
  EXPECT_TRUE(has_finding(posteriors.findings(), Code::kItemNotInModel, "other"));
  ASSERT_TRUE(posteriors.for_each_block(1, {}, [&](const irt::PosteriorBlock& block, int) {
    const auto prior = model.grid.weights(model.populations[0]);
    for (std::size_t q = 0; q < 61; ++q) {
      EXPECT_NEAR(block.posterior[q], prior[q], 1e-15);
      EXPECT_EQ(block.posterior[64 + q], 0.0);
    }
    EXPECT_EQ(block.log_likelihood[0], 0.0);
    EXPECT_EQ(block.n_answered[0], 0);
    EXPECT_EQ(block.n_answered[1], -1);
    EXPECT_EQ(block.n_answered[2], 2);
  }));
}

TEST(Posteriors, BlocksMergeInOrderWithEqualBits) {
  const auto model = mixed();
  const Responses answers = with_gaps(model, 9001);
  const auto before = simd::level();
  std::vector<double> sums;
  for (const auto level : simd::available_levels())
    for (const int threads : {1, 2, 3, 8}) {
      ASSERT_TRUE(simd::force_level(level));
      ExecutionContext context;
      context.n_threads = threads;
      const auto posteriors = irt::Posteriors::prepare(model, answers).value();
      std::int64_t next = 0;
      double sum = 0.0;
      ASSERT_TRUE(
          posteriors.for_each_block(worker_count(block_count(9001), context), context, {}, [&](const irt::PosteriorBlock& block, int) {
            EXPECT_EQ(block.index, next++);
            for (std::int64_t i = 0; i < block.n_persons; ++i)
              sum += block.log_likelihood[i] + block.posterior[i * posteriors.node_stride() + 30];
          }));
      sums.push_back(sum);
    }
  ASSERT_TRUE(simd::force_level(before));
  for (const double s : sums) EXPECT_EQ(s, sums[0]);
}

TEST(Posteriors, WrongInputIsRefusedByName) {
  const auto model = mixed();
  const std::vector<std::int32_t> group{0, 1};
  EXPECT_EQ(irt::Posteriors::prepare(model, responses({{1}}, {"aQ1"}), {.missing = {}, .group = group}).error().code,
            Code::kLengthMismatch);
  EXPECT_EQ(irt::Posteriors::prepare(model, responses({{1}, {0}}, {"aQ1"}), {.missing = {}, .group = group}).error().code,
            Code::kInvalidArgument);
  EXPECT_EQ(irt::Posteriors::prepare(model, responses({{1}}, {"nothing"})).error().code, Code::kNoCommonItems);
}

}  // namespace
