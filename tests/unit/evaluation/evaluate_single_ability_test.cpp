// Whether a profile adds to a single score: the comparison against scoring with the answer really left out, and both kinds of answers.
#include <celadon/core/math.hpp>
#include <celadon/core/random.hpp>
#include <celadon/evaluation/impl/single_ability.hpp>
#include <celadon/models/irt/fit.hpp>
#include <celadon/models/irt/posterior.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace {

using namespace celadon;
using evaluation::diagnose_detail::compare_single_ability;
using evaluation::diagnose_detail::SingleAbility;

constexpr int kAttributes = 3;

cdm::QMatrix matrix(int n_items) {
  cdm::QMatrix q;
  for (int k = 0; k < kAttributes; ++k) q.attributes.push_back("A" + std::to_string(k + 1));
  for (int j = 0; j < n_items; ++j) {
    q.item_ids.push_back("I" + std::to_string(j + 1));
    for (int k = 0; k < kAttributes; ++k)
      q.cells.push_back(static_cast<std::uint8_t>(j % kAttributes == k || (j >= n_items / 2 && (j + 1) % kAttributes == k) ? 1 : 0));
  }
  return q;
}

/// Persons with independent attributes, each mastered by half, guess = slip = .15; or one ability and no attributes.
Responses answers(int n_persons, int n_items, bool attributes, double missing, std::uint64_t number) {
  const cdm::QMatrix q = matrix(n_items);
  random::Stream stream(7, random::purpose("test.single_ability"), number);
  Responses::Builder builder(n_persons, q.item_ids);
  for (int i = 0; i < n_persons; ++i) {
    const double ability = stream.normal();
    std::vector<bool> has;
    for (int k = 0; k < kAttributes; ++k) has.push_back(stream.uniform() < 0.5);
    for (int j = 0; j < n_items; ++j) {
      bool able = true;
      for (int k = 0; k < kAttributes; ++k)
        able = able && (q.cells[static_cast<std::size_t>(j * kAttributes + k)] == 0 || has[static_cast<std::size_t>(k)]);
      const double p = attributes ? (able ? 0.85 : 0.15) : math::logistic(1.5 * (ability - 0.2 * (j % 5 - 2)));
      const bool right = stream.bernoulli(p);
      if (stream.uniform() >= missing) builder.set(i, j, static_cast<std::uint8_t>(right ? 1 : 0));
    }
  }
  return std::move(builder).build().value();
}

struct Made {
  cdm::Fit fit;
  cdm::Scores scores;
};
Made profile_of(const Responses& responses, int n_items) {
  cdm::FitOptions options;
  options.rule = cdm::Rule::kDina;
  options.priors = cdm::Priors::small_sample();
  Made out{cdm::fit(responses, matrix(n_items), options).value(), {}};
  out.scores = cdm::score(out.fit.model, responses, {.missing = {}, .population = {}, .start = nullptr, .keep_state = true}).value();
  return out;
}

ExecutionContext threads(int n) {
  ExecutionContext context;
  context.n_threads = n;
  return context;
}

Responses without(const Responses& responses, std::int64_t person, std::int64_t column) {
  Responses::Builder builder(responses.n_persons(), responses.item_ids());
  for (std::int64_t i = 0; i < responses.n_persons(); ++i)
    for (std::int64_t j = 0; j < responses.n_items(); ++j)
      if (!is_missing(responses.at(i, j)) && !(i == person && j == column)) builder.set(i, j, responses.at(i, j));
  return std::move(builder).build().value();
}

TEST(SingleAbility, IsTheGainOfScoringWithEachAnswerLeftOut) {
  const int n_items = 9;
  const Responses all = answers(12, n_items, true, 0.2, 3);
  const Made made = profile_of(all, n_items);
  const SingleAbility told = compare_single_ability(made.fit, made.scores, all, 0.5, {}).value();
  irt::FitOptions options;
  options.standard_errors = false;
  options.priors = {{"", irt::ParameterKind::kSlope, irt::PriorFamily::kLogNormal, 0.0, 0.5},
                    {"", irt::ParameterKind::kIntercept, irt::PriorFamily::kNormal, 0.0, 2.0}};
  const irt::Fit single = irt::fit(all, options).value();
  double gain = 0.0;
  std::int64_t n = 0;
  for (std::int64_t i = 0; i < all.n_persons(); ++i)
    for (std::int64_t j = 0; j < n_items; ++j) {
      if (is_missing(all.at(i, j))) continue;
      const Responses rest = without(all, i, j);
      const cdm::Scores scores =
          cdm::score(made.fit.model, rest, {.missing = {}, .population = {}, .start = nullptr, .keep_state = true}).value();
      double profile = 0.0;
      const std::size_t n_classes = made.fit.model.classes.size();
      for (std::size_t c = 0; c < n_classes; ++c)
        profile += scores.state.probability[static_cast<std::size_t>(i) * n_classes + c] *
                   made.fit.model.items[static_cast<std::size_t>(j)].of_class(made.fit.model.classes[c]);
      const irt::Posteriors posteriors = irt::Posteriors::prepare(single.model, rest).value();
      double ability = 0.0;
      ASSERT_TRUE(posteriors.for_each_block(1, threads(1), [&](const irt::PosteriorBlock& block, int) {
        const auto right = posteriors.probabilities(j, 1);
        for (std::size_t t = 0; t < posteriors.nodes().size(); ++t)
          ability += block.posterior[static_cast<std::size_t>(i) * static_cast<std::size_t>(posteriors.node_stride()) + t] * right[t];
      }));
      const bool right = all.at(i, j) != 0;
      gain += std::log(right ? profile : 1.0 - profile) - std::log(right ? ability : 1.0 - ability);
      ++n;
    }
  EXPECT_EQ(told.n_answers, n);
  EXPECT_NEAR(told.gain, gain / static_cast<double>(n), 1e-9);
}

TEST(SingleAbility, AttributesAddAndOneAbilityDoesNot) {
  for (std::uint64_t number = 0; number < 8; ++number) {
    const Responses attributes = answers(40, 24, true, 0.0, number);
    Made made = profile_of(attributes, 24);
    const SingleAbility adds = compare_single_ability(made.fit, made.scores, attributes, 0.5, {}).value();
    EXPECT_GT(adds.gain, 0.0);
    EXPECT_TRUE(adds.profile_adds());
    EXPECT_TRUE(adds.reached.empty());
    const Responses one = answers(40, 24, false, 0.0, number);
    made = profile_of(one, 24);
    const SingleAbility none = compare_single_ability(made.fit, made.scores, one, 0.5, {}).value();
    EXPECT_LT(none.gain, 0.0);
    ASSERT_EQ(none.reached.size(), 40U * kAttributes);
    // The pupil with the most right answers surely reaches half of each point's items, the one with the fewest does not.
    std::int64_t best = 0;
    std::int64_t worst = 0;
    const auto right = [&](std::int64_t i) {
      int sum = 0;
      for (std::int64_t j = 0; j < 24; ++j) sum += one.at(i, j);
      return sum;
    };
    for (std::int64_t i = 1; i < 40; ++i) {
      if (right(i) > right(best)) best = i;
      if (right(i) < right(worst)) worst = i;
    }
    for (std::size_t k = 0; k < kAttributes; ++k) {
      EXPECT_GT(none.reached[static_cast<std::size_t>(best) * kAttributes + k], 0.8);
      EXPECT_LT(none.reached[static_cast<std::size_t>(worst) * kAttributes + k], 0.2);
    }
  }
}

TEST(SingleAbility, SameBitsForAnyThreads) {
  const Responses all = answers(3000, 12, false, 0.1, 1);
  const Made made = profile_of(all, 12);
  const SingleAbility one = compare_single_ability(made.fit, made.scores, all, 0.5, threads(1)).value();
  for (const int n : {2, 3, 8}) {
    const SingleAbility other = compare_single_ability(made.fit, made.scores, all, 0.5, threads(n)).value();
    EXPECT_EQ(one.gain, other.gain);
    EXPECT_EQ(one.reached, other.reached);
  }
}

}  // namespace
