// The three answers and the reasons for the third, on scores written by hand and from a model.
#include "models/cdm/score_cases.hpp"

#include <celadon/models/cdm/decision.hpp>

#include <limits>

namespace {

using namespace score_cases;
using cdm::Mastery;
using cdm::Reason;

/// One person, one probability an attribute, everything else beyond doubt.
cdm::Scores scores(const std::vector<double>& p) {
  cdm::Scores out;
  out.attributes = names("A", p.size());
  out.mastery = p;
  out.n_items.assign(p.size(), 5);
  out.inseparable = {0};
  out.n_answered = {5};
  out.status = {cdm::ScoreStatus::kScored};
  return out;
}

TEST(CdmDecision, ThresholdsAreReachedAndRoundedToMillionths) {
  const auto d = cdm::decide(scores({0.80, 0.799999, 0.7999996, 0.20, 0.200001, 0.2000004, 0.5, 1.0, 0.0})).value();
  const std::vector<Mastery> expected{Mastery::kMastered,          Mastery::kNotEnoughEvidence, Mastery::kMastered,
                                      Mastery::kNotMastered,       Mastery::kNotEnoughEvidence, Mastery::kNotMastered,
                                      Mastery::kNotEnoughEvidence, Mastery::kMastered,          Mastery::kNotMastered};
  EXPECT_EQ(d.mastery, expected);
  EXPECT_EQ(d.borderline, (std::vector<std::uint8_t>{1, 1, 1, 1, 1, 1, 0, 0, 0}));
  for (int k = 0; k < 9; ++k) EXPECT_EQ(d.has(0, k, Reason::kBetweenThresholds), d.of(0, k) == Mastery::kNotEnoughEvidence);
}

TEST(CdmDecision, ThresholdsAreOptions) {
  cdm::DecisionOptions options;
  options.mastered = 0.6;
  options.not_mastered = 0.4;
  const auto d = cdm::decide(scores({0.6, 0.5, 0.4}), options).value();
  EXPECT_EQ(d.mastery, (std::vector<Mastery>{Mastery::kMastered, Mastery::kNotEnoughEvidence, Mastery::kNotMastered}));
  options.mastered = 0.4;
  EXPECT_EQ(cdm::decide(scores({0.5}), options).error().code, Code::kInvalidArgument);
  options = {};
  options.min_items = -1;
  EXPECT_EQ(cdm::decide(scores({0.5}), options).error().code, Code::kInvalidArgument);
}

TEST(CdmDecision, FewerThanThreeItemsAreTooFew) {
  auto s = scores({0.99, 0.99});
  s.n_items = {2, 3};
  const auto d = cdm::decide(s).value();
  EXPECT_EQ(d.of(0, 0), Mastery::kNotEnoughEvidence);
  EXPECT_TRUE(d.has(0, 0, Reason::kTooFewItems));
  EXPECT_EQ(d.of(0, 1), Mastery::kMastered);
  EXPECT_EQ(d.to_table().n_rows(), 2);
  EXPECT_EQ(std::get<std::vector<std::string>>(d.to_table().find("reasons")->values)[0], "too_few_items");
}

TEST(CdmDecision, BoundsThatCrossAThresholdAreNotIdentified) {
  auto s = scores({0.9, 0.9, 0.1, 0.5});
  s.lower = {0.5, 0.85, 0.05, 0.0};
  s.upper = {0.95, 0.95, 0.3, 1.0};
  const auto d = cdm::decide(s).value();
  EXPECT_EQ(d.mastery, (std::vector<Mastery>{Mastery::kNotEnoughEvidence, Mastery::kMastered, Mastery::kNotEnoughEvidence,
                                             Mastery::kNotEnoughEvidence}));
  EXPECT_TRUE(d.has(0, 0, Reason::kNotIdentified));
  EXPECT_FALSE(d.has(0, 0, Reason::kBetweenThresholds));
  EXPECT_TRUE(d.has(0, 2, Reason::kNotIdentified));
  EXPECT_TRUE(d.has(0, 3, Reason::kNotIdentified));
}

TEST(CdmDecision, AttributesInTheSameItemsAreNotIdentified) {
  auto s = scores({0.9, 0.9, 0.9});
  s.inseparable = {3};
  const auto d = cdm::decide(s).value();
  EXPECT_EQ(d.mastery, (std::vector<Mastery>{Mastery::kNotEnoughEvidence, Mastery::kNotEnoughEvidence, Mastery::kMastered}));
  EXPECT_TRUE(d.has(0, 1, Reason::kNotIdentified));
}

TEST(CdmDecision, ADefiniteAnswerNeedsBothPriors) {
  const auto a = scores({0.9, 0.9, 0.5, 0.1, 0.9});
  const auto b = scores({0.85, 0.7, 0.1, 0.05, 0.1});
  const auto d = cdm::decide(a, {}, &b).value();
  EXPECT_EQ(d.mastery, (std::vector<Mastery>{Mastery::kMastered, Mastery::kNotEnoughEvidence, Mastery::kNotEnoughEvidence,
                                             Mastery::kNotMastered, Mastery::kNotEnoughEvidence}));
  for (const int k : {1, 2, 4}) EXPECT_TRUE(d.has(0, k, Reason::kPriorsDisagree));
  EXPECT_FALSE(d.has(0, 0, Reason::kPriorsDisagree));
  auto other = scores({0.9});
  EXPECT_EQ(cdm::decide(a, {}, &other).error().code, Code::kInvalidArgument);
}

TEST(CdmDecision, NoAnswersAndDroppedAreNoJudgement) {
  const auto model = mixed();
  Responses::Builder builder(3, names("I", 12));
  for (std::int64_t j = 0; j < 12; ++j) {
    builder.set(1, j, Missing::kInvalid);
    builder.set(2, j, std::uint8_t{1});
  }
  MissingPolicy drop;
  drop.invalid = MissingTreatment::kDropPerson;
  const auto s = cdm::score(model, std::move(builder).build().value(), {.missing = drop}).value();
  const auto d = cdm::decide(s).value();
  for (int k = 0; k < 3; ++k) {
    EXPECT_EQ(d.of(0, k), Mastery::kNotEnoughEvidence);
    EXPECT_TRUE(d.has(0, k, Reason::kNoAnswers));
    EXPECT_TRUE(d.has(0, k, Reason::kTooFewItems));
    EXPECT_EQ(d.of(1, k), Mastery::kNotEnoughEvidence);
    EXPECT_TRUE(d.has(1, k, Reason::kDropped));
    EXPECT_EQ(d.of(2, k), Mastery::kMastered);
  }
}

}  // namespace
