// Scoring against sums over all classes written out, and the invariances that a teacher would expect.
#include "models/cdm/score_cases.hpp"

#include <celadon/core/simd.hpp>
#include <celadon/models/cdm/score.hpp>

#include <algorithm>
#include <bit>
#include <cstring>

namespace {

using namespace score_cases;

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0);
}

cdm::ScoreOptions keep_all() {
  cdm::ScoreOptions out;
  out.keep_state = true;
  return out;
}

ExecutionContext threads(int n) {
  ExecutionContext out;
  out.n_threads = n;
  return out;
}

double share(const std::vector<double>& posterior, const cdm::Model& model, int k) {
  double sum = 0.0;
  for (std::size_t c = 0; c < posterior.size(); ++c)
    if ((model.classes[c] >> k & 1U) != 0) sum += posterior[c];
  return sum;
}

TEST(CdmScore, MasteryProfilesAndStateAreTheSumsOverAllClasses) {
  const auto model = mixed(2);
  const Responses answers = coins(model, 300, 0.15, 3);
  std::vector<std::int32_t> population(300);
  for (std::size_t i = 0; i < 300; ++i) population[i] = static_cast<std::int32_t>(i % 2);
  const auto s = cdm::score(model, answers, {.missing = {}, .population = population, .start = nullptr, .keep_state = true}).value();
  ASSERT_EQ(s.n_persons(), 300);
  EXPECT_EQ(s.n_items_used, 12);
  for (std::int64_t i = 0; i < 300; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const auto p = posterior(model, answers, i, model.populations[at % 2].probability);
    for (int k = 0; k < 3; ++k) EXPECT_NEAR(s.mastery_of(i, k), share(p, model, k), 1e-13);
    for (std::size_t c = 0; c < 8; ++c) EXPECT_NEAR(s.state.probability[at * 8 + c], p[c], 1e-13);
    const auto best = static_cast<std::size_t>(std::max_element(p.begin(), p.end()) - p.begin());
    EXPECT_EQ(s.map_profile[at], model.classes[best]);
    EXPECT_NEAR(s.map_probability[at], p[best], 1e-13);
    const auto l = posterior(model, answers, i, std::vector<double>(8, 0.125));
    const double top = *std::max_element(l.begin(), l.end());
    const auto mle =
        static_cast<std::size_t>(std::find(model.classes.begin(), model.classes.end(), s.mle_profile[at]) - model.classes.begin());
    if (s.status[at] == cdm::ScoreStatus::kScored) {
      ASSERT_LT(mle, 8U);
      EXPECT_GE(l[mle], top * (1.0 - 1e-11));
      EXPECT_NEAR(s.mle_probability[at], p[mle], 1e-13);
      const auto as_likely = std::count_if(l.begin(), l.end(), [&](double v) { return v >= top * (1.0 - 1e-11); });
      EXPECT_EQ(s.mle_tied[at] != 0, as_likely > 1);
    }
    std::int32_t n = 0;
    std::vector<std::int32_t> need(3, 0);
    for (std::int64_t j = 0; j < 12; ++j) {
      if (is_missing(answers.at(i, j))) continue;
      ++n;
      for (const auto k : model.items[static_cast<std::size_t>(j)].attributes) ++need[static_cast<std::size_t>(k)];
    }
    EXPECT_EQ(s.n_answered[at], n);
    for (int k = 0; k < 3; ++k) EXPECT_EQ(s.n_items[s.at(i, k)], need[static_cast<std::size_t>(k)]);
  }
}

TEST(CdmScore, SameBitsForAnyThreadsAndInstructionSet) {
  const auto model = mixed();
  const Responses answers = coins(model, 9000, 0.1, 5);
  const auto one = cdm::score(model, answers, keep_all(), threads(1)).value();
  const auto eight = cdm::score(model, answers, keep_all(), threads(8)).value();
  EXPECT_TRUE(same_bits(one.mastery, eight.mastery));
  EXPECT_TRUE(same_bits(one.lower, eight.lower));
  EXPECT_TRUE(same_bits(one.state.probability, eight.state.probability));
  EXPECT_EQ(one.map_profile, eight.map_profile);
  const auto top = simd::level();
  for (const auto level : {simd::Level::kBaseline, simd::Level::kAvx2}) {
    simd::force_level(level);
    const auto other = cdm::score(model, answers, {}, threads(2)).value();
    EXPECT_TRUE(same_bits(one.mastery, other.mastery));
    EXPECT_TRUE(same_bits(one.map_probability, other.map_probability));
  }
  simd::force_level(top);
}

TEST(CdmScore, WithoutAnswersThePriorStands) {
  const auto model = mixed();
  const auto ids = [&] {
    std::vector<std::string> out;
    for (const auto& i : model.items) out.push_back(i.id);
    return out;
  }();
  const auto s = cdm::score(model, rows(ids, {std::vector<int>(12, -1), {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}})).value();
  const auto prevalence = model.prevalence();
  for (int k = 0; k < 3; ++k) {
    EXPECT_NEAR(s.mastery_of(0, k), prevalence[static_cast<std::size_t>(k)], 1e-15);
    EXPECT_EQ(s.lower_of(0, k), 0.0);  // nothing is told apart
    EXPECT_NEAR(s.upper_of(0, k), 1.0, 1e-15);
    EXPECT_EQ(s.n_items[s.at(0, k)], 0);
  }
  EXPECT_EQ(s.status[0], cdm::ScoreStatus::kNoAnswers);
  EXPECT_EQ(s.mle_profile[0], cdm::kNoProfile);
  EXPECT_TRUE(std::isnan(s.mle_probability[0]));
  EXPECT_EQ(s.status[1], cdm::ScoreStatus::kScored);
  EXPECT_EQ(s.n_scored, 1);
  EXPECT_TRUE(s.findings.empty());
  EXPECT_TRUE(s.profile_table().find("mle")->is_null(0));
  EXPECT_EQ(s.mastery_table().n_rows(), 6);
}

TEST(CdmScore, TwoTestsInTurnAreBothAtOnce) {
  const auto model = mixed();
  const Responses all = coins(model, 200, 0.2, 9);
  std::vector<std::int64_t> persons(200);
  for (std::size_t i = 0; i < 200; ++i) persons[i] = static_cast<std::int64_t>(i);
  const std::vector<std::int64_t> first_items{0, 3, 5, 7, 9};
  const std::vector<std::int64_t> second_items{1, 2, 4, 6, 8, 10, 11};
  const auto first = cdm::score(model, all.select(persons, first_items).value(), keep_all()).value();
  ASSERT_TRUE(cdm::check(first.state));
  const auto second = cdm::score(model, all.select(persons, second_items).value(),
                                 {.missing = {}, .population = {}, .start = &first.state, .keep_state = true})
                          .value();
  const auto once = cdm::score(model, all, keep_all()).value();
  for (std::size_t i = 0; i < once.mastery.size(); ++i) {
    EXPECT_NEAR(second.mastery[i], once.mastery[i], 1e-13);
    EXPECT_NEAR(second.lower[i], once.lower[i], 1e-13);
    EXPECT_NEAR(second.upper[i], once.upper[i], 1e-13);
  }
  EXPECT_EQ(second.n_items, once.n_items);
  EXPECT_EQ(second.n_answered, once.n_answered);
  EXPECT_EQ(second.inseparable, once.inseparable);
  for (std::size_t i = 0; i < 200; ++i)
    EXPECT_EQ(second.state.evidence[static_cast<std::size_t>(second.state.evidence_of_person[i])],
              once.state.evidence[static_cast<std::size_t>(once.state.evidence_of_person[i])]);
}

// Rule 18 where it holds: items of one attribute, DINA and DINO.
TEST(CdmScore, ARightAnswerNeverLowersTheMasteryOfWhatADinaDinoOrSingleItemNeeds) {
  using cdm::Rule;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto model = score_cases::model(
        4, {{Rule::kDina, 1}, {Rule::kDina, 3}, {Rule::kDina, 7}, {Rule::kDino, 12}, {Rule::kDino, 9}, {Rule::kDina, 8}, {Rule::kGdina, 6}},
        seed);
    std::vector<std::string> ids = names("I", 7);
    for (std::uint32_t pattern = 0; pattern < 128; ++pattern) {
      std::vector<int> wrong(7);
      for (std::size_t j = 0; j < 7; ++j) wrong[j] = static_cast<int>(pattern >> j & 1U);
      for (std::size_t j = 0; j < 6; ++j) {
        if (wrong[j] != 0) continue;
        auto right = wrong;
        right[j] = 1;
        const auto s = cdm::score(model, rows(ids, {wrong, right})).value();
        if (model.items[j].rule == Rule::kDina) {
          // what rises for certain is the chance of having all that is needed; for one attribute that is its mastery
          const auto p0 = posterior(model, rows(ids, {wrong}), 0, model.populations[0].probability);
          const auto p1 = posterior(model, rows(ids, {right}), 0, model.populations[0].probability);
          std::uint32_t mask = 0;
          for (const auto k : model.items[j].attributes) mask |= 1U << k;
          double all0 = 0.0;
          double all1 = 0.0;
          for (std::uint32_t c = 0; c < 16; ++c)
            if ((c & mask) == mask) {
              all0 += p0[c];
              all1 += p1[c];
            }
          EXPECT_GE(all1, all0 - 1e-14);
        }
        for (const auto k : model.items[j].attributes) EXPECT_GE(s.mastery_of(1, k), s.mastery_of(0, k) - 1e-12) << seed << " " << j;
      }
    }
  }
}

// Rule 18 for all other items: the odds of two classes move by the ratio of their likelihoods.
TEST(CdmScore, PosteriorOddsFollowTheLikelihoodRatio) {
  const auto model = mixed();
  std::vector<std::string> ids = names("I", 12);
  std::vector<int> without{1, 0, 1, 1, 0, -1, 0, 1, 1, 0, 1, 1};
  for (const std::size_t j : {std::size_t{5}, std::size_t{6}, std::size_t{7}}) {
    auto blank = without;
    blank[j] = -1;
    auto right = without;
    right[j] = 1;
    const auto s = cdm::score(model, rows(ids, {blank, right}), keep_all()).value();
    for (std::size_t a = 0; a < 8; ++a)
      for (std::size_t b = 0; b < 8; ++b) {
        const double before = s.state.probability[a] / s.state.probability[b];
        const double after = s.state.probability[8 + a] / s.state.probability[8 + b];
        const double ratio = model.items[j].of_class(model.classes[a]) / model.items[j].of_class(model.classes[b]);
        EXPECT_NEAR(after, before * ratio, 1e-10 * after);
      }
  }
}

TEST(CdmScore, RelabellingAttributesChangesNothing) {
  const auto model = mixed();
  const std::vector<int> to{2, 0, 1};  // attribute k becomes to[k]
  const auto moved = [&](std::uint32_t bits) {
    std::uint32_t out = 0;
    for (int k = 0; k < 3; ++k) out |= (bits >> k & 1U) << to[static_cast<std::size_t>(k)];
    return out;
  };
  auto other = model;
  for (auto& i : other.items) {
    const auto old = i;
    i.attributes.clear();
    for (const auto k : old.attributes) i.attributes.push_back(to[static_cast<std::size_t>(k)]);
    std::sort(i.attributes.begin(), i.attributes.end());
    for (std::uint32_t c = 0; c < 8; ++c) {
      std::size_t g = 0;
      for (std::size_t l = 0; l < i.attributes.size(); ++l) g |= static_cast<std::size_t>(moved(c) >> i.attributes[l] & 1U) << l;
      i.probability[g] = old.of_class(c);
    }
  }
  for (std::uint32_t c = 0; c < 8; ++c) other.populations[0].probability[moved(c)] = model.populations[0].probability[c];
  const Responses answers = coins(model, 400, 0.3, 21);
  const auto a = cdm::score(model, answers).value();
  const auto b = cdm::score(other, answers).value();
  for (std::int64_t i = 0; i < 400; ++i) {
    for (int k = 0; k < 3; ++k) {
      const int at = to[static_cast<std::size_t>(k)];
      EXPECT_NEAR(a.mastery_of(i, k), b.mastery_of(i, at), 1e-13);
      EXPECT_NEAR(a.lower_of(i, k), b.lower_of(i, at), 1e-13);
      EXPECT_NEAR(a.upper_of(i, k), b.upper_of(i, at), 1e-13);
      EXPECT_EQ(a.n_items[a.at(i, k)], b.n_items[b.at(i, at)]);
    }
    EXPECT_EQ(moved(a.map_profile[static_cast<std::size_t>(i)]), b.map_profile[static_cast<std::size_t>(i)]);
  }
}

// Under DINA, items that need both of two attributes never tell who has one of them: bounds over every split.
TEST(CdmScore, BoundsCoverEverySplitOfClassesThatAreNotToldApart) {
  using cdm::Rule;
  const auto model = score_cases::model(2, {{Rule::kDina, 3}, {Rule::kDina, 3}, {Rule::kDina, 3}, {Rule::kDina, 2}}, 4);
  const Responses answers = coins(model, 50, 0.0, 2);
  const auto s = cdm::score(model, answers).value();
  for (std::int64_t i = 0; i < 50; ++i) {
    const auto p = posterior(model, answers, i, model.populations[0].probability);
    // groups: {00, 10 (first only)}, {01}, {11}
    EXPECT_NEAR(s.lower_of(i, 0), p[3], 1e-13);
    EXPECT_NEAR(s.upper_of(i, 0), p[0] + p[1] + p[3], 1e-13);
    EXPECT_NEAR(s.lower_of(i, 1), p[2] + p[3], 1e-13);
    EXPECT_NEAR(s.upper_of(i, 1), p[2] + p[3], 1e-13);
    EXPECT_LE(s.lower_of(i, 0), s.mastery_of(i, 0) + 1e-15);
    EXPECT_GE(s.upper_of(i, 0), s.mastery_of(i, 0) - 1e-15);
  }
  const cdm::Evidence e = cdm::evidence_of(model);
  EXPECT_EQ(e.group_of_class, (std::vector<std::int32_t>{0, 0, 1, 2}));
  EXPECT_EQ(e.same_items, (std::vector<std::uint32_t>{0, 0}));
  const cdm::Evidence without = cdm::evidence_of(model, std::vector<std::uint8_t>{1, 1, 1, 0});
  EXPECT_EQ(without.group_of_class, (std::vector<std::int32_t>{0, 0, 0, 1}));
  EXPECT_EQ(without.same_items, (std::vector<std::uint32_t>{2, 1}));
}

TEST(CdmScore, LongTestsDoNotUnderflow) {
  using cdm::Rule;
  std::vector<std::pair<Rule, std::uint32_t>> items;
  for (int j = 0; j < 900; ++j) items.emplace_back(Rule::kDina, 1U << (j % 3));
  auto model = score_cases::model(3, items, 8);
  for (auto& i : model.items) i.probability = {1e-4, 1.0 - 1e-4};
  // answers that no class explains: right and wrong in turn
  std::vector<int> cells(900);
  for (std::size_t j = 0; j < 900; ++j) cells[j] = static_cast<int>(j / 3 % 2);
  cells[897] = 1;  // attribute 1 has one more right than wrong
  const auto s = cdm::score(model, rows(names("I", 900), {cells})).value();
  std::vector<double> logs;
  for (std::size_t c = 0; c < 8; ++c) {
    double v = std::log(model.populations[0].probability[c]);
    for (std::size_t j = 0; j < 900; ++j) {
      const double p = model.items[j].of_class(model.classes[c]);
      v += std::log(cells[j] == 1 ? p : 1.0 - p);
    }
    logs.push_back(v);
  }
  const double top = *std::max_element(logs.begin(), logs.end());
  double sum = 0.0;
  std::vector<double> with(3, 0.0);
  for (std::size_t c = 0; c < 8; ++c) {
    sum += std::exp(logs[c] - top);
    for (std::size_t k = 0; k < 3; ++k)
      if ((c >> k & 1U) != 0) with[k] += std::exp(logs[c] - top);
  }
  for (int k = 0; k < 3; ++k) EXPECT_NEAR(s.mastery_of(0, k), with[static_cast<std::size_t>(k)] / sum, 1e-9);
}

TEST(CdmScore, MissingKindsByPolicy) {
  const auto model = mixed();
  std::vector<std::string> ids = names("I", 12);
  Responses::Builder builder(2, ids);
  for (std::int64_t i = 0; i < 2; ++i)
    for (std::int64_t j = 0; j < 12; ++j) builder.set(i, j, static_cast<std::uint8_t>(j % 2));
  builder.set(0, 1, Missing::kOmitted);
  const Responses answers = std::move(builder).build().value();
  MissingPolicy lowest;
  lowest.omitted = MissingTreatment::kLowest;
  std::vector<int> zero(12);
  for (std::size_t j = 0; j < 12; ++j) zero[j] = j == 1 ? 0 : static_cast<int>(j % 2);
  const auto as_zero = cdm::score(model, answers, {.missing = lowest}).value();
  const auto plain = cdm::score(model, rows(ids, {zero})).value();
  for (int k = 0; k < 3; ++k) EXPECT_NEAR(as_zero.mastery_of(0, k), plain.mastery_of(0, k), 1e-14);
  MissingPolicy drop;
  drop.omitted = MissingTreatment::kDropPerson;
  const auto dropped = cdm::score(model, answers, {.missing = drop, .population = {}, .start = nullptr, .keep_state = true}).value();
  EXPECT_EQ(dropped.status[0], cdm::ScoreStatus::kDropped);
  EXPECT_TRUE(std::isnan(dropped.mastery_of(0, 0)));
  EXPECT_EQ(dropped.map_profile[0], cdm::kNoProfile);
  EXPECT_EQ(dropped.n_answered[0], 0);
  EXPECT_EQ(dropped.n_dropped, 1);
  EXPECT_FALSE(std::isnan(dropped.mastery_of(1, 0)));
  EXPECT_TRUE(cdm::check(dropped.state));
  for (std::size_t c = 0; c < 8; ++c) EXPECT_EQ(dropped.state.probability[c], model.populations[0].probability[c]);
}

TEST(CdmScore, ItemsAreMatchedByIdAndUnknownOnesAreFindings) {
  const auto model = mixed();
  const auto s = cdm::score(model, rows({"X", "I3", "I1"}, {{1, 1, 0}})).value();
  const auto p = posterior(model, rows({"I1", "I3"}, {{0, 1}}), 0, model.populations[0].probability);
  for (int k = 0; k < 3; ++k) EXPECT_NEAR(s.mastery_of(0, k), share(p, model, k), 1e-14);
  ASSERT_EQ(s.findings.size(), 2U);
  EXPECT_EQ(s.findings[0].code, Code::kItemNotInModel);
  EXPECT_EQ(s.findings[0].place.item, "X");
  EXPECT_EQ(s.findings[1].code, Code::kModelItemsAbsent);
  EXPECT_EQ(s.n_answered[0], 2);
}

TEST(CdmScore, WrongUse) {
  const auto model = mixed();
  EXPECT_EQ(cdm::score(model, rows({"X"}, {{1}})).error().code, Code::kNoCommonItems);
  EXPECT_EQ(cdm::score(model, rows({"I1"}, {{2}})).error().code, Code::kNotRightWrong);
  const std::vector<std::int32_t> wrong{1};
  EXPECT_EQ(cdm::score(model, rows({"I1"}, {{1}}), {.missing = {}, .population = wrong}).error().code, Code::kInvalidArgument);
  const std::vector<std::int32_t> two{0, 0};
  EXPECT_EQ(cdm::score(model, rows({"I1"}, {{1}}), {.missing = {}, .population = two}).error().code, Code::kLengthMismatch);
  auto broken = model;
  broken.items[0].probability[0] = 1.5;
  EXPECT_EQ(cdm::score(broken, rows({"I1"}, {{1}})).error().code, Code::kInvalidArgument);
  auto state = cdm::score(model, rows({"I1"}, {{1}}), keep_all()).value().state;
  state.attributes[0] = "other";
  EXPECT_EQ(cdm::score(model, rows({"I1"}, {{1}}), {.missing = {}, .population = {}, .start = &state}).error().code,
            Code::kInvalidArgument);
  state.attributes = model.attributes;
  EXPECT_EQ(cdm::score(model, rows({"I1"}, {{1}, {0}}), {.missing = {}, .population = {}, .start = &state}).error().code,
            Code::kLengthMismatch);
  state.probability[0] += 0.5;
  EXPECT_EQ(cdm::score(model, rows({"I1"}, {{1}}), {.missing = {}, .population = {}, .start = &state}).error().code,
            Code::kInvalidArgument);
}

}  // namespace
