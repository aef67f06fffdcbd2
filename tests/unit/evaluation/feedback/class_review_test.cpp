#include <celadon/evaluation/feedback/class_review.hpp>

#include <evaluation/paper_fixture.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace {

using namespace celadon::feedback;
using paper_fixture::items;
using paper_fixture::paper;
using paper_fixture::profile;

constexpr float kUnmarked = std::numeric_limits<float>::quiet_NaN();

/// Gain and loss of a paper without expected scores.
GainLoss gain_loss_without_expected(const celadon::evaluation::Paper& p) {
  GainLoss g;
  g.n_persons = p.scored.n_persons();
  g.n_items = p.scored.n_items();
  for (std::int64_t i = 0; i < g.n_persons; ++i)
    for (std::int64_t j = 0; j < g.n_items; ++j) {
      const std::uint8_t c = p.scored.at(i, j);
      const bool missing = celadon::is_missing(c);
      const double full = p.items[static_cast<std::size_t>(j)].full_mark;
      g.points.push_back(missing ? kUnmarked : static_cast<float>(c));
      g.outcomes.push_back(missing ? Outcome::kNotCounted : (c < full ? Outcome::kLoss : Outcome::kFullMarks));
    }
  return g;
}

std::vector<std::uint8_t> everybody(const celadon::evaluation::Paper& p) {
  return std::vector<std::uint8_t>(static_cast<std::size_t>(p.scored.n_persons()), 1);
}

/// Six pupils. Item 1 (10 points): five lose 4 points each, of them three with code 0. Item 2 (10 points): three lose 9 each, no cause.
/// Item 3 (2 points): all lose 1, all with code 1. Item 4: nothing lost.
celadon::evaluation::Paper six_pupils() {
  auto p = paper(items({10, 10, 2, 5}), {{6, 1, 1, 5}, {6, 1, 1, 5}, {6, 1, 1, 5}, {6, 10, 1, 5}, {6, 10, 1, 5}, {10, 10, 1, 5}});
  p.error_code_names = {"sign", "unit"};
  p.error_codes.assign(24, -1);
  for (const int i : {0, 1, 2}) p.error_codes[static_cast<std::size_t>(i * 4)] = 0;
  for (int i = 0; i < 6; ++i) p.error_codes[static_cast<std::size_t>(i * 4 + 2)] = 1;
  return p;
}

TEST(ClassReview, RecoverablePointsAreLosersTimesLossTimesTheShareWithACommonError) {
  const auto p = six_pupils();
  const auto reviews = class_reviews(p, everybody(p), gain_loss_without_expected(p), profile()).value();
  ASSERT_EQ(reviews.size(), 1U);
  const ClassReview& r = reviews[0];
  EXPECT_EQ(r.class_index, -1);
  EXPECT_EQ(r.n, 6);
  ASSERT_EQ(r.items.size(), 3U) << "item 4 has no loss";
  // item 1: 5 x 4 x 3/5 = 12; item 2: 3 x 9 x 1/3 = 9; item 3: 6 x 1 x 6/6 = 6. Lowest rate is item 3 (.5), then item 2 (.55).
  EXPECT_EQ(r.items[0].item, 0);
  EXPECT_DOUBLE_EQ(r.items[0].recoverable, 12.0);
  EXPECT_DOUBLE_EQ(r.items[0].common_error_share, 0.6);
  EXPECT_DOUBLE_EQ(r.items[0].mean_loss, 4.0);
  EXPECT_EQ(r.items[1].item, 1);
  EXPECT_DOUBLE_EQ(r.items[1].recoverable, 9.0);
  EXPECT_TRUE(std::isnan(r.items[1].common_error_share));
  EXPECT_TRUE(r.items[1].errors.empty()) << "no cause is known, so none is named";
  EXPECT_EQ(r.items[2].item, 2);
  EXPECT_DOUBLE_EQ(r.items[2].recoverable, 6.0);
  EXPECT_DOUBLE_EQ(r.items[2].rate, 0.5);
  EXPECT_DOUBLE_EQ(r.mean, (3 * 13 + 2 * 22 + 26) / 6.0);
  EXPECT_DOUBLE_EQ(r.score_rate, (3 * 13 + 2 * 22 + 26) / (6 * 27.0));
}

TEST(ClassReview, LessonInTheOrderOfThePaper) {
  const auto p = six_pupils();
  auto rules = profile();
  rules.class_review.most_items = 2;
  const auto r = class_reviews(p, everybody(p), gain_loss_without_expected(p), rules).value()[0];
  ASSERT_EQ(r.lesson.size(), 2U);
  EXPECT_EQ(r.items[static_cast<std::size_t>(r.lesson[0])].item, 0);
  EXPECT_EQ(r.items[static_cast<std::size_t>(r.lesson[1])].item, 1);
  const auto all = class_reviews(p, everybody(p), gain_loss_without_expected(p), profile()).value()[0];
  std::vector<std::int32_t> order;
  for (const std::int32_t at : all.lesson) order.push_back(all.items[static_cast<std::size_t>(at)].item);
  EXPECT_EQ(order, (std::vector<std::int32_t>{0, 1, 2}));
}

TEST(ClassReview, FormsOfTalkingItThrough) {
  auto p = six_pupils();
  p.error_codes[4 * 3] = 1;  // one pupil with another error on item 1
  const auto r = class_reviews(p, everybody(p), gain_loss_without_expected(p), profile()).value()[0];
  // code 0 on item 1: 3 of 6, a third of the class or more, whole class; code 1 on item 3: all; code 1 on item 1: one pupil.
  ASSERT_EQ(r.groups.size(), 3U);
  EXPECT_EQ(r.groups[0].form, TalkForm::kWholeClass);
  EXPECT_EQ(r.groups[0].error.rows, (std::vector<std::int64_t>{0, 1, 2}));
  EXPECT_EQ(r.groups[1].form, TalkForm::kWholeClass);
  EXPECT_EQ(r.groups[2].form, TalkForm::kSingle);
  EXPECT_EQ(r.groups[2].error.rows, (std::vector<std::int64_t>{3}));
  EXPECT_EQ(r.groups[2].error.cause.text, "unit");
  auto rules = profile();
  rules.class_review.collective_share = 0.6;
  const auto smaller = class_reviews(p, everybody(p), gain_loss_without_expected(p), rules).value()[0];
  EXPECT_EQ(smaller.groups[0].error.item, 2);
  EXPECT_EQ(smaller.groups[1].form, TalkForm::kGroup);
  EXPECT_EQ(smaller.groups[1].error.item, 0);
}

TEST(ClassReview, CommonOrSingle) {
  // Of 20 pupils 2 lose a point on item 1 (single), 4 on item 2 with one code (a common error), 10 on item 3 (many).
  std::vector<std::vector<int>> rows(20, {2, 2, 2});
  for (int i = 0; i < 2; ++i) rows[static_cast<std::size_t>(i)][0] = 1;
  for (int i = 0; i < 4; ++i) rows[static_cast<std::size_t>(i)][1] = 1;
  for (int i = 0; i < 10; ++i) rows[static_cast<std::size_t>(i)][2] = 1;
  auto p = paper(items({2, 2, 2}), rows);
  p.error_code_names = {"sign"};
  p.error_codes.assign(60, -1);
  for (int i = 0; i < 4; ++i) p.error_codes[static_cast<std::size_t>(i * 3 + 1)] = 0;
  for (int i = 0; i < 2; ++i) p.error_codes[static_cast<std::size_t>(i * 3)] = 0;
  const auto r = class_reviews(p, everybody(p), gain_loss_without_expected(p), profile()).value()[0];
  for (const ReviewItem& item : r.items) EXPECT_EQ(item.common, item.item != 0) << item.item << ": two pupils with one error are no class";
}

TEST(ClassReview, ErrorsAreOptionsWhereThereIsNoCode) {
  auto list = items({1});
  list[0].category_labels = {"A", "B", "C"};
  list[0].option_notes = {"", "forgot the bracket", ""};
  list[0].category_scores = {0.0, 1.0};
  list[0].key = "A";
  auto p = paper(list, {{1}, {0}, {0}, {0}, {0}});
  celadon::Responses::Builder raw(5, {"q1"});
  const std::uint8_t options[] = {0, 1, 1, 2, static_cast<std::uint8_t>(celadon::Missing::kOmitted)};
  for (int i = 0; i < 5; ++i) raw.set(i, 0, options[i]);
  p.raw = std::move(raw).build().value();
  const auto r = class_reviews(p, everybody(p), gain_loss_without_expected(p), profile()).value()[0];
  ASSERT_EQ(r.items[0].errors.size(), 2U) << "an omitted answer names no cause";
  EXPECT_EQ(r.items[0].errors[0].option, "B");
  EXPECT_EQ(r.items[0].errors[0].rows, (std::vector<std::int64_t>{1, 2}));
  EXPECT_EQ(r.items[0].errors[0].cause.text, "forgot the bracket");
  EXPECT_EQ(r.items[0].errors[1].option, "C");
  EXPECT_TRUE(r.items[0].errors[1].cause.text.empty());
  EXPECT_DOUBLE_EQ(r.items[0].common_error_share, 0.5);
}

TEST(ClassReview, WrongItemsAndUncountedPupils) {
  const auto p = six_pupils();
  auto counted = everybody(p);
  counted[0] = 0;
  const auto r = class_reviews(p, counted, gain_loss_without_expected(p), profile()).value()[0];
  EXPECT_EQ(r.n, 5);
  EXPECT_EQ(r.items.front().n, 5);
  ASSERT_EQ(r.wrong_items.size(), 5U);
  EXPECT_EQ(r.wrong_items[0].row, 1);
  EXPECT_EQ(r.wrong_items[0].items, (std::vector<std::int32_t>{0, 1, 2}));
  EXPECT_EQ(r.wrong_items[4].items, (std::vector<std::int32_t>{2}));
}

/// Two classes of n pupils on 20 items of 0/1; residuals of +-spread around the expected .5, and `shift` in class 0 on item 0.
GainLoss two_classes(celadon::evaluation::Paper& p, int n, double shift) {
  p = paper(items(std::vector<double>(20, 1.0)), std::vector<std::vector<int>>(static_cast<std::size_t>(2 * n), std::vector<int>(20, 1)));
  p.units.classes = {{"1", "", -1}, {"2", "", -1}};
  for (int i = 0; i < 2 * n; ++i) p.units.person_class.push_back(i < n ? 0 : 1);
  GainLoss g = gain_loss_without_expected(p);
  g.predictor = PredictorKind::kWorkingModel;
  g.expected.assign(g.points.size(), 0.5F);
  g.expected_sd.assign(20, 0.5F);
  for (std::int64_t i = 0; i < g.n_persons; ++i)
    for (std::int64_t j = 0; j < 20; ++j)
      g.points[g.cell(i, j)] = static_cast<float>((i + j) % 2 == 0 ? 1.0 : 0.0) + static_cast<float>(i < n && j == 0 ? shift : 0.0);
  return g;
}

TEST(ClassReview, DeviationIsTheMeanResidualWithItsError) {
  celadon::evaluation::Paper p;
  const GainLoss g = two_classes(p, 40, -0.4);
  const auto reviews = class_reviews(p, everybody(p), g, profile()).value();
  ASSERT_EQ(reviews.size(), 2U);
  const ClassDeviation& d = reviews[0].deviations[0];
  EXPECT_NEAR(d.difference, -0.4, 1e-6);
  EXPECT_NEAR(d.observed_rate, 0.1, 1e-6);
  EXPECT_NEAR(d.expected_rate, 0.5, 1e-12);
  // Residuals are +-.5: variance .25 x 40/39 with divisor 39.
  EXPECT_NEAR(d.standard_error, std::sqrt(0.25 * 40.0 / 39.0 / 40.0), 1e-6);
  EXPECT_EQ(d.verdict, DeviationVerdict::kBelow);
  EXPECT_LT(d.shrunk, 0.0);
  EXPECT_GT(d.shrunk, d.difference) << "shrunk towards 0";
  const double z = d.difference / d.standard_error;
  EXPECT_NEAR(d.shrunk, d.difference * (1.0 - 1.0 / (z * z)), 1e-9);
  EXPECT_EQ(reviews[0].deviations[1].shrunk, 0.0) << "smaller than its own error";
  for (std::size_t j = 1; j < 20; ++j) EXPECT_EQ(reviews[0].deviations[j].verdict, DeviationVerdict::kNoDifference);
  for (const ClassDeviation& other : reviews[1].deviations) EXPECT_EQ(other.verdict, DeviationVerdict::kNoDifference);
}

TEST(ClassReview, AClassThatIsEverybodyIsComparedOnlyWithOtherPupilsItems) {
  celadon::evaluation::Paper p;
  GainLoss g = two_classes(p, 20, -0.5);
  p.units.classes.clear();
  p.units.person_class.clear();
  const auto own = class_reviews(p, everybody(p), g, profile()).value();
  for (const ClassDeviation& d : own[0].deviations) EXPECT_EQ(d.verdict, DeviationVerdict::kNotTested);
  const auto bank = class_reviews(p, everybody(p), g, profile(), true).value();
  for (const ClassDeviation& d : bank[0].deviations) EXPECT_NE(d.verdict, DeviationVerdict::kNotTested);
}

TEST(ClassReview, NothingIsTestedWithoutExpectedScores) {
  const auto p = six_pupils();
  const auto reviews = class_reviews(p, everybody(p), gain_loss_without_expected(p), profile(), true).value();
  for (const ClassDeviation& d : reviews[0].deviations) {
    EXPECT_EQ(d.verdict, DeviationVerdict::kNotTested);
    EXPECT_TRUE(std::isnan(d.p_value));
  }
}

TEST(ClassReview, ChanceAloneIsSeldomADifference) {
  // 200 papers of 2 classes of 40 on 20 items without any class effect: at most a tenth of the classes (with a 99.9 % margin) show one.
  int shown = 0;
  for (std::uint64_t paper_number = 0; paper_number < 200; ++paper_number) {
    celadon::evaluation::Paper p;
    GainLoss g = two_classes(p, 40, 0.0);
    std::uint64_t state = paper_number * 1000003U + 17U;
    for (float& x : g.points) {
      state = state * 6364136223846793005ULL + 1442695040888963407ULL;
      x = (state >> 40) % 2 == 0 ? 0.0F : 1.0F;
    }
    const std::vector<ClassReview> reviews = class_reviews(p, everybody(p), g, profile()).value();
    for (const ClassReview& r : reviews) {
      bool any = false;
      for (const ClassDeviation& d : r.deviations) any |= d.verdict == DeviationVerdict::kBelow || d.verdict == DeviationVerdict::kAbove;
      shown += any ? 1 : 0;
    }
  }
  EXPECT_LE(shown, 40 + 20);
}

TEST(ClassReview, LengthsAreChecked) {
  const auto p = six_pupils();
  EXPECT_EQ(class_reviews(p, std::vector<std::uint8_t>(5, 1), gain_loss_without_expected(p), profile()).error().code,
            celadon::Code::kLengthMismatch);
  GainLoss g = gain_loss_without_expected(p);
  g.n_items = 3;
  EXPECT_EQ(class_reviews(p, everybody(p), g, profile()).error().code, celadon::Code::kLengthMismatch);
}

}  // namespace
