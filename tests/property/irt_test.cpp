// Item response models: likelihoods, probabilities and scores under random models.
#include "design.hpp"

#include <celadon/models/irt/fit.hpp>
#include <celadon/models/irt/model.hpp>
#include <celadon/models/irt/score.hpp>

#include <algorithm>
#include <bit>
#include <cmath>

namespace irt_properties {

using namespace property;
using namespace celadon::irt;
using celadon::Responses;

ItemParameters draw_parameters(Stream& draw, const std::string& id, int n_categories) {
  static const std::vector<ItemModel> kTwo = {ItemModel::kRasch, ItemModel::k1pl, ItemModel::k2pl, ItemModel::k3pl, ItemModel::k4pl};
  static const std::vector<ItemModel> kMore = {ItemModel::kGraded, ItemModel::kPartialCredit, ItemModel::kGeneralizedPartialCredit,
                                               ItemModel::kRatingScale, ItemModel::kNominal};
  ItemParameters p;
  p.id = id;
  p.n_categories = n_categories;
  p.model = n_categories == 2 ? one_of(draw, kTwo) : one_of(draw, kMore);
  const bool unit_slope = p.model == ItemModel::kRasch || p.model == ItemModel::kPartialCredit || p.model == ItemModel::kRatingScale;
  p.slope = unit_slope ? 1.0 : draw.uniform(0.3, 2.5);
  for (int k = 1; k < n_categories; ++k) p.intercepts.push_back(draw.normal(0.0, 1.5));
  if (p.model == ItemModel::kGraded) {
    std::sort(p.intercepts.begin(), p.intercepts.end(), std::greater<>());
    for (std::size_t k = 1; k < p.intercepts.size(); ++k) p.intercepts[k] = std::min(p.intercepts[k], p.intercepts[k - 1] - 0.05);
  }
  if (p.model == ItemModel::k3pl || p.model == ItemModel::k4pl) p.lower = draw.uniform(0.0, 0.35);
  if (p.model == ItemModel::k4pl) p.upper = draw.uniform(0.75, 1.0);
  if (p.model == ItemModel::kNominal) {
    p.scoring.assign(static_cast<std::size_t>(n_categories), 0.0);
    for (int k = 1; k + 1 < n_categories; ++k) p.scoring[static_cast<std::size_t>(k)] = draw.uniform(-0.5, n_categories);
    p.scoring.back() = n_categories - 1;
  }
  return p;
}

/// A model for a design. The same design gives the same model; items keep theirs when rows and columns move.
Model model_of(const Design& d, std::uint64_t salt = 0) {
  Model out;
  for (std::size_t j = 0; j < d.items.size(); ++j) {
    Stream draw(celadon::random::purpose(d.items[j].id) + salt, 4);
    out.items.push_back(draw_parameters(draw, d.items[j].id, d.n_categories[j]));
  }
  Stream draw(salt, 5);
  out.populations[0].mean = draw.normal(0.0, 0.5);
  out.populations[0].sd = draw.uniform(0.6, 1.6);
  return out;
}

const DesignRange kPapers{.most_persons = 80, .most_items = 12, .missing = 0.3, .half_marks = false};

TEST(LogLikelihood, DoesNotFeelTheOrderOfPersonsAndItemsOrTheNamesOfItems) {
  for_all<Design>("irt.log_likelihood", 600, designs(kPapers), [](const Design& d) -> Problem {
    Stream draw(static_cast<std::uint64_t>(d.n_persons), 6);
    const Model model = model_of(d);
    const auto here = log_likelihood(model, d.responses());
    const auto moved = log_likelihood(model, d.select(draw.permutation(d.n_persons), draw.permutation(d.n_items())).responses());
    Design named = d;
    Model renamed = model;
    for (std::size_t j = 0; j < named.items.size(); ++j) renamed.items[j].id = named.items[j].id = "题 " + std::to_string(100 - j);
    const auto relabelled = log_likelihood(renamed, named.responses());
    if (here.has_value() != moved.has_value() || here.has_value() != relabelled.has_value()) return "one has an answer and another has not";
    if (!here) return std::nullopt;
    if (here->n_used != moved->n_used) return "n_used";
    if (std::bit_cast<std::uint64_t>(here->value) != std::bit_cast<std::uint64_t>(relabelled->value)) return "names change the likelihood";
    return differ("log likelihood", here->value, moved->value);
  });
}

TEST(Eap, APersonWithoutAnswersGetsThePrior) {
  for_all<Design>("irt.prior", 150, designs(kPapers), [](const Design& d) -> Problem {
    Design empty = d;
    for (std::int64_t j = 0; j < d.n_items(); ++j) empty.cells[static_cast<std::size_t>(j)] = -1 - static_cast<int>(j % 4);
    const Model model = model_of(d);
    const auto scores = score(model, empty.responses());
    if (!scores) return scores.error().text(celadon::Language::kEnglish);
    if (scores->status[0] != ScoreStatus::kNoAnswers) return "status";
    // The prior on the grid: its mean and standard deviation are the population's up to what lies beyond six.
    if (Problem problem = differ("ability", scores->ability[0], model.populations[0].mean, 2e-3)) return problem;
    return differ("error", scores->ability_se[0], model.populations[0].sd, 1e-2);
  });
}

TEST(Eap, ARightAnswerNeverScoresBelowAWrongOne) {
  for_all<Design>("irt.monotone", 200,
                  designs({.most_persons = 30, .most_items = 10, .most_categories = 2, .missing = 0.3, .half_marks = false}),
                  [](const Design& d) -> Problem {
                    const Model model = model_of(d);
                    for (std::int64_t j = 0; j < d.n_items(); ++j) {
                      Design right = d, wrong = d;
                      for (std::int64_t i = 0; i < d.n_persons; ++i) {
                        right.cells[static_cast<std::size_t>(i * d.n_items() + j)] = 1;
                        wrong.cells[static_cast<std::size_t>(i * d.n_items() + j)] = 0;
                      }
                      const Scores a = score(model, right.responses()).value(), b = score(model, wrong.responses()).value();
                      for (std::size_t i = 0; i < a.ability.size(); ++i)
                        if (!(a.ability[i] >= b.ability[i]))
                          return "person " + std::to_string(i) + ", item " + std::to_string(j) + ": " + std::to_string(a.ability[i]) +
                                 " < " + std::to_string(b.ability[i]);
                    }
                    return std::nullopt;
                  });
}

TEST(Model, ProbabilitiesSumToOneAndInformationIsNotNegative) {
  for_all_streams("irt.probabilities", 600, [](Stream& draw) -> Problem {
    const ItemParameters item = draw_parameters(draw, "q", between(draw, 2, 7));
    std::vector<double> p(static_cast<std::size_t>(item.n_categories));
    for (int k = -20; k <= 20; ++k) {
      const double ability = 1.5 * k;
      category_probabilities(item, ability, p);
      double sum = 0.0;
      for (const double x : p) {
        if (!(x > 0.0) || !(x <= 1.0)) return std::string(model_name(item.model)) + ": probability " + std::to_string(x);
        sum += x;
      }
      if (Problem problem = differ(std::string(model_name(item.model)) + " sum", sum, 1.0, 1e-12)) return problem;
      if (!(information(item, ability) >= 0.0)) return std::string(model_name(item.model)) + ": information at " + std::to_string(ability);
      const double expected = expected_category(item, ability);
      if (!(expected >= 0.0) || !(expected <= item.n_categories - 1 + 1e-12)) return "expected category";
    }
    return std::nullopt;
  });
}

bool same(const std::vector<double>& a, const std::vector<double>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](double x, double y) { return std::bit_cast<std::uint64_t>(x) == std::bit_cast<std::uint64_t>(y); });
}

TEST(Threads, OneTwoThreeAndEightGiveTheSameBits) {
  // Papers of several blocks of 4,096 persons, and small ones.
  for_all_streams("irt.threads", 12, [](Stream& draw) -> Problem {
    const bool large = chance(draw, 0.5);
    const Design d = draw_design(draw, {.least_persons = large ? 8300 : 150,
                                        .most_persons = large ? 13000 : 900,
                                        .least_items = 4,
                                        .most_items = 6,
                                        .most_categories = 3,
                                        .missing = 0.1,
                                        .half_marks = false});
    const Responses responses = d.responses();
    FitOptions options;
    options.weights = d.weights;
    options.max_iterations = 40;
    options.grid.n_nodes = 21;
    std::optional<Fit> first;
    std::vector<Scores> first_scores;
    for (const int n_threads : {1, 2, 3, 8}) {
      celadon::ExecutionContext context;
      context.n_threads = n_threads;
      Fit fitted = fit(responses, options, context).value();
      std::vector<Scores> scores;
      for (const ScoreMethod method : {ScoreMethod::kEap, ScoreMethod::kMap, ScoreMethod::kWle, ScoreMethod::kMl})
        scores.push_back(score(fitted.model, responses, {.method = method}, context).value());
      if (!first) {
        first = std::move(fitted);
        first_scores = std::move(scores);
        continue;
      }
      const std::string with = std::to_string(n_threads) + " threads, " + std::to_string(d.n_persons) + " persons: ";
      if (fitted.iterations != first->iterations || !same({fitted.log_likelihood}, {first->log_likelihood})) return with + "log likelihood";
      for (std::size_t p = 0; p < fitted.irt.parameters.size(); ++p)
        if (!same({fitted.irt.parameters[p].estimate, fitted.irt.parameters[p].se},
                  {first->irt.parameters[p].estimate, first->irt.parameters[p].se}))
          return with + "parameter " + fitted.irt.parameters[p].name;
      for (std::size_t m = 0; m < scores.size(); ++m)
        if (!same(scores[m].ability, first_scores[m].ability) || !same(scores[m].ability_se, first_scores[m].ability_se))
          return with + "scores";
    }
    return std::nullopt;
  });
}

}  // namespace irt_properties
