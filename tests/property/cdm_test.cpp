// Diagnosis models: what holds of scores and decisions under any model and any answers, and of fits under any order and naming.
#include "for_all.hpp"

#include <celadon/io/cdm_json.hpp>
#include <celadon/models/cdm/decision.hpp>
#include <celadon/models/cdm/fit.hpp>
#include <celadon/models/cdm/score.hpp>
#include <celadon/models/cdm/simulate.hpp>

#include "models/cdm/score_cases.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

namespace cdm_properties {

using namespace property;
using namespace celadon;
using cdm::Model;
using cdm::Rule;

/// Up to five attributes, all rules, sometimes a hierarchy that leaves some classes out.
Model draw_model(Stream& draw) {
  static const std::vector<Rule> kRules = {Rule::kDina, Rule::kDino, Rule::kAcdm, Rule::kLlm, Rule::kRrum, Rule::kGdina};
  const int k = between(draw, 1, 5);
  std::vector<std::pair<Rule, std::uint32_t>> items;
  for (int n = between(draw, 2, 14); n > 0; --n)
    items.emplace_back(one_of(draw, kRules), 1U + static_cast<std::uint32_t>(draw.below((1U << k) - 1U)));
  Model out = score_cases::model(static_cast<std::size_t>(k), items, draw.next_u64(), 2);
  if (!chance(draw, 0.4)) return out;
  std::vector<std::uint32_t> kept;
  for (const std::uint32_t c : out.classes)
    if (c == 0 || c == out.classes.back() || chance(draw, 0.7)) kept.push_back(c);
  for (cdm::Population& p : out.populations) {
    std::vector<double> of_kept;
    for (const std::uint32_t c : kept) of_kept.push_back(p.probability[c]);
    const double sum = std::accumulate(of_kept.begin(), of_kept.end(), 0.0);
    for (double& v : of_kept) v /= sum;
    p.probability = of_kept;
  }
  out.classes = kept;
  return out;
}

std::vector<std::string> ids_of(const Model& model) {
  std::vector<std::string> out;
  for (const cdm::ItemParameters& item : model.items) out.push_back(item.id);
  return out;
}

/// Rows of answers: 0, 1, -1 omitted.
using Cells = std::vector<std::vector<int>>;
Cells draw_cells(Stream& draw, std::size_t n, std::size_t n_items) {
  const double missing = one_of(draw, std::vector<double>{0.0, 0.2, 0.6});
  Cells out(n);
  for (auto& row : out)
    for (std::size_t j = 0; j < n_items; ++j) row.push_back(chance(draw, missing) ? -1 : static_cast<int>(chance(draw, 0.55)));
  return out;
}

cdm::Scores scored(const Model& model, const Responses& answers, const cdm::MasteryState* start = nullptr) {
  cdm::ScoreOptions options;
  options.keep_state = true;
  options.start = start;
  return cdm::score(model, answers, options).value();
}

std::string at_text(std::int64_t person, int k) {
  return "person " + std::to_string(person) + ", attribute " + std::to_string(k) + ": ";
}

/// The first cell in which two sets of scores differ by more than `within`; persons and attributes of b are looked up by the maps.
Problem differ(const cdm::Scores& a, const cdm::Scores& b, double within, const std::vector<std::int64_t>& person_in_b,
               const std::vector<int>& attribute_in_b) {
  for (std::int64_t i = 0; i < a.n_persons(); ++i)
    for (int k = 0; k < static_cast<int>(a.attributes.size()); ++k) {
      const std::int64_t i2 = person_in_b[static_cast<std::size_t>(i)];
      const int k2 = attribute_in_b[static_cast<std::size_t>(k)];
      if (!(std::abs(a.mastery_of(i, k) - b.mastery_of(i2, k2)) <= within))
        return at_text(i, k) + std::to_string(a.mastery_of(i, k)) + " and " + std::to_string(b.mastery_of(i2, k2));
      if (!(std::abs(a.lower_of(i, k) - b.lower_of(i2, k2)) <= within)) return at_text(i, k) + "lower bound";
      if (!(std::abs(a.upper_of(i, k) - b.upper_of(i2, k2)) <= within)) return at_text(i, k) + "upper bound";
      if (a.n_items[a.at(i, k)] != b.n_items[b.at(i2, k2)]) return at_text(i, k) + "number of items";
    }
  return std::nullopt;
}

template <class T>
std::vector<T> counted(std::size_t n) {
  std::vector<T> out(n);
  std::iota(out.begin(), out.end(), T{0});
  return out;
}

// A right answer never lowers the mastery of what a DINA, a DINO or a single-attribute item needs; a wrong one never raises it.
TEST(Diagnosis, ARightAnswerNeverLowersMasteryWhereTheRuleSaysSo) {
  for_all_streams("cdm.right", 1500, [](Stream& draw) -> Problem {
    const Model model = draw_model(draw);
    const std::vector<std::string> ids = ids_of(model);
    const std::vector<int> row = draw_cells(draw, 1, ids.size())[0];
    for (std::size_t j = 0; j < ids.size(); ++j) {
      const cdm::ItemParameters& item = model.items[j];
      if (item.attributes.size() > 1 && item.rule != Rule::kDina && item.rule != Rule::kDino) continue;
      Cells three(3, row);
      for (int a = 0; a < 3; ++a) three[static_cast<std::size_t>(a)][j] = a - 1;  // blank, wrong, right
      const cdm::Scores s = scored(model, score_cases::rows(ids, three));
      for (const std::int32_t k : item.attributes) {
        if (s.mastery_of(2, k) < s.mastery_of(0, k) - 1e-12) return ids[j] + ": right is below blank for attribute " + std::to_string(k);
        if (s.mastery_of(1, k) > s.mastery_of(0, k) + 1e-12) return ids[j] + ": wrong is above blank for attribute " + std::to_string(k);
      }
    }
    return std::nullopt;
  });
}

// Whatever the rule: an answer moves the odds of any two classes by the ratio of their likelihoods.
TEST(Diagnosis, PosteriorOddsFollowTheLikelihoodRatio) {
  for_all_streams("cdm.odds", 1000, [](Stream& draw) -> Problem {
    const Model model = draw_model(draw);
    const std::vector<std::string> ids = ids_of(model);
    const std::size_t n = model.classes.size();
    Cells rows = draw_cells(draw, 1, ids.size());
    const auto j = static_cast<std::size_t>(draw.below(ids.size()));
    rows.resize(2, rows[0]);
    rows[0][j] = -1;
    rows[1][j] = static_cast<int>(chance(draw, 0.5));
    const cdm::Scores s = scored(model, score_cases::rows(ids, rows));
    const auto likelihood = [&](std::size_t c) {
      const double right = model.items[j].of_class(model.classes[c]);
      return rows[1][j] == 1 ? right : 1.0 - right;
    };
    for (std::size_t c = 1; c < n; ++c) {
      // products, so that a probability near 0 divides nothing
      const double left = s.state.probability[n + c] * s.state.probability[0] * likelihood(0);
      const double right = s.state.probability[n] * s.state.probability[c] * likelihood(c);
      if (!(std::abs(left - right) <= 1e-10 * (left + right))) return ids[j] + ": class " + std::to_string(model.classes[c]);
    }
    return std::nullopt;
  });
}

/// Bit k of the profile becomes bit to[k].
std::uint32_t moved(std::uint32_t profile, const std::vector<int>& to) {
  std::uint32_t out = 0;
  for (std::size_t k = 0; k < to.size(); ++k) out |= (profile >> k & 1U) << to[k];
  return out;
}

/// The same model with its attributes in another order.
Model relabelled(const Model& model, const std::vector<int>& to) {
  Model out = model;
  for (std::size_t k = 0; k < to.size(); ++k) out.attributes[static_cast<std::size_t>(to[k])] = model.attributes[k];
  for (std::uint32_t& c : out.classes) c = moved(c, to);
  std::sort(out.classes.begin(), out.classes.end());
  for (std::size_t c = 0; c < model.classes.size(); ++c) {
    const auto at = std::lower_bound(out.classes.begin(), out.classes.end(), moved(model.classes[c], to)) - out.classes.begin();
    for (std::size_t p = 0; p < out.populations.size(); ++p)
      out.populations[p].probability[static_cast<std::size_t>(at)] = model.populations[p].probability[c];
  }
  for (std::size_t j = 0; j < model.items.size(); ++j) {
    const cdm::ItemParameters& from = model.items[j];
    cdm::ItemParameters& item = out.items[j];
    item.attributes.clear();
    for (const std::int32_t k : from.attributes) item.attributes.push_back(to[static_cast<std::size_t>(k)]);
    std::sort(item.attributes.begin(), item.attributes.end());
    for (std::uint32_t c = 0; c < (1U << to.size()); ++c) {
      std::size_t group = 0;
      for (std::size_t l = 0; l < item.attributes.size(); ++l)
        group |= static_cast<std::size_t>(moved(c, to) >> item.attributes[l] & 1U) << l;
      item.probability[group] = from.of_class(c);
    }
  }
  return out;
}

TEST(Diagnosis, RelabellingAttributesChangesNothing) {
  for_all_streams("cdm.labels", 1000, [](Stream& draw) -> Problem {
    const Model model = draw_model(draw);
    std::vector<int> to;
    for (const std::int64_t k : draw.permutation(static_cast<std::int64_t>(model.attributes.size()))) to.push_back(static_cast<int>(k));
    const Responses answers = score_cases::rows(ids_of(model), draw_cells(draw, 8, model.items.size()));
    const cdm::Scores a = scored(model, answers);
    const cdm::Scores b = scored(relabelled(model, to), answers);
    if (Problem problem = differ(a, b, 1e-12, counted<std::int64_t>(8), to)) return problem;
    const cdm::Decisions x = cdm::decide(a).value();
    const cdm::Decisions y = cdm::decide(b).value();
    for (std::int64_t i = 0; i < 8; ++i)
      for (int k = 0; k < static_cast<int>(to.size()); ++k)
        if (x.of(i, k) != y.of(i, to[static_cast<std::size_t>(k)])) return at_text(i, k) + "another decision";
    return std::nullopt;
  });
}

TEST(Diagnosis, OrderOfPersonsAndItemsChangesNothing) {
  for_all_streams("cdm.order", 1000, [](Stream& draw) -> Problem {
    const Model model = draw_model(draw);
    const std::vector<std::string> ids = ids_of(model);
    const Cells cells = draw_cells(draw, 12, ids.size());
    const std::vector<std::int64_t> persons = draw.permutation(12);
    const std::vector<std::int64_t> columns = draw.permutation(static_cast<std::int64_t>(ids.size()));
    Cells turned(12, std::vector<int>(ids.size()));
    std::vector<std::string> turned_ids(ids.size());
    for (std::size_t i = 0; i < 12; ++i)
      for (std::size_t j = 0; j < ids.size(); ++j) {
        turned[static_cast<std::size_t>(persons[i])][static_cast<std::size_t>(columns[j])] = cells[i][j];
        turned_ids[static_cast<std::size_t>(columns[j])] = ids[j];
      }
    Model shuffled = model;
    for (std::size_t j = 0; j < ids.size(); ++j) shuffled.items[ids.size() - 1 - j] = model.items[j];
    return differ(scored(model, score_cases::rows(ids, cells)), scored(shuffled, score_cases::rows(turned_ids, turned)), 1e-12, persons,
                  counted<int>(model.attributes.size()));
  });
}

TEST(Diagnosis, WithoutAnswersThereIsThePriorAndNotEnoughEvidence) {
  for_all_streams("cdm.nobody", 800, [](Stream& draw) -> Problem {
    const Model model = draw_model(draw);
    Cells cells = draw_cells(draw, 5, model.items.size());
    std::fill(cells[3].begin(), cells[3].end(), -1);
    for (auto& row : cells) row.back() = &row == &cells[3] ? -1 : std::max(row.back(), 0);  // the others answer something
    const std::vector<std::int32_t> population{0, 1, 0, 1, 0};
    cdm::ScoreOptions options;
    options.population = population;
    const cdm::Scores s = cdm::score(model, score_cases::rows(ids_of(model), cells), options).value();
    cdm::DecisionOptions generous;
    generous.mastered = 0.51;  // a prior that lies beyond a cut is still no evidence
    generous.not_mastered = 0.5;
    generous.min_items = 0;
    const cdm::Decisions decisions = cdm::decide(s, generous).value();
    if (s.status[3] != cdm::ScoreStatus::kNoAnswers) return "status";
    if (s.status[2] != cdm::ScoreStatus::kScored) return "status of one with answers";
    const std::vector<double> prior = model.prevalence(1);
    for (int k = 0; k < static_cast<int>(prior.size()); ++k) {
      if (!(std::abs(s.mastery_of(3, k) - prior[static_cast<std::size_t>(k)]) <= 1e-12)) return at_text(3, k) + "not the prior";
      if (decisions.of(3, k) != cdm::Mastery::kNotEnoughEvidence) return at_text(3, k) + "a decision without an answer";
      if (!decisions.has(3, k, cdm::Reason::kNoAnswers)) return at_text(3, k) + "the reason is not that there is no answer";
      if (decisions.has(2, k, cdm::Reason::kNoAnswers)) return at_text(2, k) + "there was an answer";
    }
    return std::nullopt;
  });
}

TEST(Diagnosis, OneTestAfterTheOtherIsBothAtOnce) {
  for_all_streams("cdm.in_turn", 1000, [](Stream& draw) -> Problem {
    const Model model = draw_model(draw);
    const std::vector<std::string> ids = ids_of(model);
    const Cells cells = draw_cells(draw, 10, ids.size());
    const auto cut = static_cast<std::ptrdiff_t>(1 + draw.below(ids.size() - 1));
    Cells first(10);
    Cells second(10);
    for (std::size_t i = 0; i < 10; ++i) {
      first[i].assign(cells[i].begin(), cells[i].begin() + cut);
      second[i].assign(cells[i].begin() + cut, cells[i].end());
    }
    const cdm::Scores one = scored(model, score_cases::rows({ids.begin(), ids.begin() + cut}, first));
    const cdm::MasteryState kept = cdm::load_state(cdm::save_state(one.state)).value();
    if (std::memcmp(kept.probability.data(), one.state.probability.data(), kept.probability.size() * sizeof(double)) != 0)
      return "the saved state has other bits";
    const cdm::Scores in_turn = scored(model, score_cases::rows({ids.begin() + cut, ids.end()}, second), &kept);
    const cdm::Scores at_once = scored(model, score_cases::rows(ids, cells));
    if (in_turn.n_answered != at_once.n_answered) return "number of answers";
    return differ(at_once, in_turn, 1e-12, counted<std::int64_t>(10), counted<int>(model.attributes.size()));
  });
}

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

TEST(Diagnosis, ASavedModelComesBackWithItsBits) {
  for_all_streams("cdm.saved", 600, [](Stream& draw) -> Problem {
    const Model model = draw_model(draw);
    const std::string text = cdm::save(model);
    const Model back = cdm::load(text).value();
    if (cdm::save(back) != text) return "saving again gives another text";
    if (back.attributes != model.attributes || back.classes != model.classes) return "attributes or classes";
    if (ids_of(back) != ids_of(model) || back.populations.size() != model.populations.size()) return "items or populations";
    for (std::size_t j = 0; j < model.items.size(); ++j) {
      if (back.items[j].rule != model.items[j].rule || back.items[j].attributes != model.items[j].attributes) return model.items[j].id;
      if (!same_bits(back.items[j].probability, model.items[j].probability)) return model.items[j].id + ": probability";
    }
    for (std::size_t p = 0; p < model.populations.size(); ++p)
      if (!same_bits(back.populations[p].probability, model.populations[p].probability)) return "classes";
    const Responses answers = score_cases::rows(ids_of(model), draw_cells(draw, 6, model.items.size()));
    const cdm::Scores a = scored(model, answers);
    const cdm::Scores b = scored(back, answers);
    if (!same_bits(a.mastery, b.mastery) || !same_bits(a.state.probability, b.state.probability)) return "the scores have other bits";
    return std::nullopt;
  });
}

// Fits: twelve sound items of three attributes, so that there is one top to be found.
TEST(Diagnosis, AFitDoesNotFeelTheOrderOfPersonsAndItemsOrTheNamesOfAttributes) {
  for_all_streams("cdm.fit", 12, [](Stream& draw) -> Problem {
    const Rule rule = one_of(draw, std::vector<Rule>{Rule::kDina, Rule::kDino, Rule::kAcdm, Rule::kGdina});
    const std::vector<std::uint32_t> masks{1, 2, 4, 1, 2, 4, 1, 2, 4, 3, 6, 7};
    std::vector<std::pair<Rule, std::uint32_t>> items;
    for (const std::uint32_t mask : masks) items.emplace_back(rule, mask);
    const Model truth = score_cases::model(3, items, draw.next_u64());
    const std::int64_t n = 400;
    const Responses answers = cdm::simulate(truth, cdm::simulate_profiles(truth, n, draw.next_u64()).value(), draw.next_u64()).value();
    cdm::QMatrix q;
    q.attributes = truth.attributes;
    q.item_ids = ids_of(truth);
    for (const std::uint32_t mask : masks)
      for (std::uint32_t k = 0; k < 3; ++k) q.cells.push_back(static_cast<std::uint8_t>(mask >> k & 1U));
    std::vector<int> to;
    for (const std::int64_t k : draw.permutation(3)) to.push_back(static_cast<int>(k));
    const std::vector<std::int64_t> persons = draw.permutation(n);
    const std::vector<std::int64_t> columns = draw.permutation(static_cast<std::int64_t>(masks.size()));
    Cells turned(static_cast<std::size_t>(n), std::vector<int>(masks.size()));
    cdm::QMatrix turned_q = q;
    for (std::size_t j = 0; j < masks.size(); ++j) {
      const auto at = static_cast<std::size_t>(columns[j]);
      turned_q.item_ids[at] = q.item_ids[j];
      for (std::size_t k = 0; k < 3; ++k) turned_q.cells[at * 3 + static_cast<std::size_t>(to[k])] = q.cells[j * 3 + k];
      for (std::int64_t i = 0; i < n; ++i)
        turned[static_cast<std::size_t>(persons[static_cast<std::size_t>(i)])][at] = answers.at(i, static_cast<std::int64_t>(j));
    }
    cdm::FitOptions options;
    options.rule = rule;
    options.errors = cdm::ErrorMethod::kNone;
    options.priors = cdm::Priors::small_sample();  // a top inside the bounds
    const cdm::Fit a = cdm::fit(answers, q, options).value();
    const Responses turned_answers = score_cases::rows(turned_q.item_ids, turned);
    const cdm::Fit b = cdm::fit(turned_answers, turned_q, options).value();
    if (!a.converged || !b.converged) return "not converged";
    if (!(std::abs(a.objective - b.objective) <= 1e-4))
      return "objectives " + std::to_string(a.objective) + " and " + std::to_string(b.objective);
    return differ(scored(a.model, answers), scored(b.model, turned_answers), 0.02, persons, to);
  });
}

}  // namespace cdm_properties
