#include <celadon/evaluation/feedback/item_gain_loss.hpp>

#include <celadon/core/simd.hpp>
#include <celadon/io/profile_json.hpp>
#include <celadon/models/irt/simulate.hpp>

#include "evaluation/feedback/everyday_papers.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <cstring>
#include <limits>

namespace {

using namespace celadon;
using evaluation::Paper;
using evaluation::Profile;
using feedback::GainLoss;
using feedback::Outcome;
using feedback::Predictor;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

Paper paper_of(const std::vector<std::vector<int>>& rows, const std::vector<double>& full) {
  Paper paper;
  std::vector<std::int32_t> flat;
  for (const auto& row : rows) flat.insert(flat.end(), row.begin(), row.end());
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < full.size(); ++i) {
    Item item;
    item.id = "Q" + std::to_string(i + 1);
    item.full_mark = full[i];
    paper.items.push_back(item);
    ids.push_back(item.id);
  }
  const auto n_items = static_cast<std::int64_t>(full.size());
  paper.scored =
      Responses::from_dense(DenseView<std::int32_t>{flat.data(), static_cast<std::int64_t>(rows.size()), n_items, n_items, 1}, ids).value();
  return paper;
}

/// A 2PL test of `n_items` right-wrong items, the first three of one stem.
struct Calibrated {
  irt::Model model;
  Paper paper;
  Predictor predictor;
};

Calibrated calibrated(int n_items, std::int64_t n_persons, double behind = 500.0) {
  Calibrated out;
  for (int i = 0; i < n_items; ++i) {
    irt::ItemParameters item;
    item.id = "Q" + std::to_string(i + 1);
    item.slope = 0.7 + 0.2 * (i % 5);
    item.intercepts = {1.6 - 0.25 * (i % 7)};
    out.model.items.push_back(item);
    Item of;
    of.id = item.id;
    of.full_mark = 4.0;
    of.category_scores = {0.0, 4.0};
    if (i < 3) of.stem = "1";
    out.paper.items.push_back(of);
  }
  out.paper.scored = irt::simulate(out.model, irt::simulate_abilities({}, n_persons, 5), 6).value();
  out.predictor = feedback::predictor_from_model(out.model, out.paper.scored, out.paper.items, behind).value();
  return out;
}

template <class T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0);
}

bool same(const GainLoss& a, const GainLoss& b) {
  bool flags = a.flags.size() == b.flags.size();
  for (std::size_t i = 0; flags && i < a.flags.size(); ++i)
    flags = a.flags[i].person == b.flags[i].person && a.flags[i].item == b.flags[i].item && a.flags[i].tail == b.flags[i].tail &&
            a.flags[i].expected == b.flags[i].expected;
  return flags && same_bits(a.points, b.points) && same_bits(a.expected, b.expected) && same_bits(a.tail, b.tail) &&
         same_bits(a.expected_sd, b.expected_sd) && same_bits(a.total_expected, b.total_expected) && same_bits(a.ability, b.ability) &&
         same_bits(a.ability_sd, b.ability_sd) && same_bits(a.outcomes, b.outcomes);
}

TEST(BenjaminiHochberg, PublishedExample) {
  // Benjamini & Hochberg (1995), section 4.1: at .05 the first four hypotheses are rejected, by Bonferroni three
  const std::vector<double> p = {0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
                                 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000};
  const auto kept = feedback::benjamini_hochberg(p, 0.05);
  for (std::size_t i = 0; i < p.size(); ++i) EXPECT_EQ(kept[i], i < 4 ? 1 : 0) << i;
}

TEST(BenjaminiHochberg, IsTheLargestSetByDefinition) {
  random::Stream r(3);
  for (int round = 0; round < 200; ++round) {
    std::vector<double> p;
    for (std::size_t i = 0; i < 1 + r.below(12); ++i)
      p.push_back(r.bernoulli(0.15) ? kNaN : std::round(r.uniform() * r.uniform() * 50.0) / 50.0);
    const auto kept = feedback::benjamini_hochberg(p, 0.1);
    double n = 0.0;
    for (const double x : p) n += std::isnan(x) ? 0.0 : 1.0;
    // p is kept when some cut c >= p has n c <= 0.1 * (number of p-values at most c)
    for (std::size_t i = 0; i < p.size(); ++i) {
      bool expected = false;
      for (const double cut : p) {
        if (std::isnan(cut) || std::isnan(p[i]) || cut < p[i]) continue;
        double at_most = 0.0;
        for (const double x : p) at_most += x <= cut ? 1.0 : 0.0;
        expected = expected || n * cut <= 0.1 * at_most + 1e-9;
      }
      ASSERT_EQ(kept[i] != 0, expected) << "round " << round << " value " << p[i];
    }
  }
  EXPECT_TRUE(feedback::benjamini_hochberg({}, 0.1).empty());
  EXPECT_EQ(feedback::benjamini_hochberg(std::vector<double>{kNaN}, 0.1), std::vector<std::uint8_t>{0});
}

TEST(ItemGainLoss, ExpectedAndTailFollowTheDefinition) {
  const Calibrated c = calibrated(12, 300);
  const Profile& profile = io::default_profile();
  const GainLoss g = feedback::item_gain_loss(c.paper, everyday_papers::all_of(c.paper), c.predictor, profile).value();
  EXPECT_EQ(g.predictor, feedback::PredictorKind::kCalibrated);
  EXPECT_FALSE(g.leave_one_out);
  std::vector<double> sd_sum(12, 0.0);
  for (std::int64_t j = 0; j < g.n_persons; ++j) {
    double total = 0.0;
    for (std::size_t i = 0; i < 12; ++i) {
      const std::vector<double> p = everyday_papers::predicted(c.paper, c.predictor, j, i);
      const int k = c.paper.scored.at(j, static_cast<std::int64_t>(i));
      const std::size_t cell = g.cell(j, static_cast<std::int64_t>(i));
      ASSERT_NEAR(g.expected[cell], 4.0 * p[1], 1e-5);
      ASSERT_NEAR(g.tail[cell], k == 1 ? 1.0 : p[0], 1e-6);
      ASSERT_EQ(g.points[cell], 4.0F * static_cast<float>(k));
      sd_sum[i] += 4.0 * std::sqrt(p[0] * p[1]);
      total += 4.0 * p[1];
    }
    ASSERT_NEAR(g.total_expected[static_cast<std::size_t>(j)], total, 1e-9);
  }
  for (std::size_t i = 0; i < 12; ++i) EXPECT_NEAR(g.expected_sd[i], sd_sum[i] / 300.0, 1e-5);
}

TEST(ItemGainLoss, AnItemsOwnStemSaysNothingAboutIt) {
  Calibrated c = calibrated(12, 40);
  const Profile& profile = io::default_profile();
  const auto counted = everyday_papers::all_of(c.paper);
  const GainLoss before = feedback::item_gain_loss(c.paper, counted, c.predictor, profile).value();
  // turn the answers to the first two sub-items: the third one's expected score stays, another item's does not
  Responses::Builder builder(40, c.paper.scored.item_ids());
  for (std::int64_t j = 0; j < 40; ++j)
    for (std::int64_t i = 0; i < 12; ++i)
      builder.set(j, i, static_cast<std::uint8_t>(i < 2 ? 1 - c.paper.scored.at(j, i) : c.paper.scored.at(j, i)));
  c.paper.scored = std::move(builder).build().value();
  const GainLoss after = feedback::item_gain_loss(c.paper, counted, c.predictor, profile).value();
  int moved = 0;
  for (std::int64_t j = 0; j < 40; ++j) {
    EXPECT_NEAR(before.expected[before.cell(j, 2)], after.expected[after.cell(j, 2)], 1e-5);
    moved += std::abs(before.expected[before.cell(j, 5)] - after.expected[after.cell(j, 5)]) > 1e-3 ? 1 : 0;
  }
  EXPECT_GT(moved, 10);
}

TEST(ItemGainLoss, LeftOutIsAFitWithoutThePupil) {
  const auto s = everyday_papers::simulate(everyday_papers::Design::kMarksLost, 40, 20, 17);
  Profile profile = io::default_profile();
  const GainLoss g = everyday_papers::gain_loss(s);
  ASSERT_TRUE(g.leave_one_out);
  profile.expectation.leave_one_out_below = 0;
  const GainLoss with_the_pupil = everyday_papers::gain_loss(s, profile);
  ASSERT_FALSE(with_the_pupil.leave_one_out);
  double square = 0.0;
  double square_with = 0.0;
  for (const std::int64_t j : {0, 7, 21, 39}) {
    auto others = everyday_papers::all_of(s.paper);
    others[static_cast<std::size_t>(j)] = 0;
    const feedback::CountedResponses responses{
        .scored = &s.paper.scored, .items = &s.paper.items, .counted = others, .missing = profile.missing};
    const Predictor without = feedback::fit_working_model(responses, profile.expectation).value();
    for (std::size_t i = 0; i < s.paper.items.size(); ++i) {
      const int k = s.paper.scored.at(j, static_cast<std::int64_t>(i));
      if (k >= without.items[i].n_categories) continue;
      const std::vector<double> p = everyday_papers::predicted(s.paper, without, j, i);
      double mean = 0.0;
      double tail = 0.0;
      for (std::size_t c = 0; c < p.size(); ++c) mean += p[c] * static_cast<double>(c);
      for (int c = 0; c <= k; ++c) tail += p[static_cast<std::size_t>(c)];
      const std::size_t cell = g.cell(j, static_cast<std::int64_t>(i));
      const double full = s.paper.items[i].full_mark;
      square += (g.expected[cell] - mean) * (g.expected[cell] - mean) / (full * full);
      square_with += (with_the_pupil.expected[cell] - mean) * (with_the_pupil.expected[cell] - mean) / (full * full);
      EXPECT_NEAR(g.expected[cell] / full, mean / full, 0.01) << j << " " << i;
      EXPECT_NEAR(g.tail[cell], tail, 0.04) << j << " " << i;
    }
  }
  // what is left of the pupil, in the others' abilities and the common slope, is of second order
  EXPECT_LT(std::sqrt(square), 0.4 * std::sqrt(square_with));
}

TEST(ItemGainLoss, OutcomesTotalsAndWhatDoesNotCount) {
  Paper paper = paper_of({{10, 4, -1}, {7, -3, 2}, {10, 5, 3}, {0, 0, 0}, {-1, -2, -4}}, {10.0, 5.0, 3.0});
  const std::vector<std::uint8_t> counted = {1, 1, 1, 0, 1};
  Profile profile = io::default_profile();
  const GainLoss g = feedback::item_gain_loss(paper, counted, {}, profile).value();
  EXPECT_EQ(g.predictor, feedback::PredictorKind::kNone);
  ASSERT_EQ(g.findings.size(), 1U);
  EXPECT_EQ(g.findings[0].code, Code::kNoExpectedScore);
  EXPECT_EQ(g.findings[0].text(Language::kChinese).find('?'), std::string::npos);
  using O = Outcome;
  const std::vector<O> expected = {O::kFullMarks,  O::kLoss,       O::kNotCounted, O::kLoss,       O::kNotCounted,
                                   O::kLoss,       O::kFullMarks,  O::kFullMarks,  O::kFullMarks,  O::kNotCounted,
                                   O::kNotCounted, O::kNotCounted, O::kNotCounted, O::kNotCounted, O::kNotCounted};
  EXPECT_EQ(g.outcomes, expected);
  EXPECT_EQ(g.total_points[0], 14.0);
  EXPECT_EQ(g.total_points[1], 9.0);
  EXPECT_TRUE(std::isnan(g.total_points[3])) << "not counted";
  EXPECT_TRUE(std::isnan(g.total_points[4])) << "nothing that counts";
  EXPECT_TRUE(std::isnan(g.points[2]));
  EXPECT_TRUE(std::isnan(g.total_expected[0]));
  EXPECT_TRUE(g.flags.empty());

  profile.missing.omitted = MissingTreatment::kLowest;
  profile.missing.invalid = MissingTreatment::kDropPerson;
  const GainLoss zero = feedback::item_gain_loss(paper, counted, {}, profile).value();
  EXPECT_EQ(zero.points[zero.cell(1, 1)], 0.0F) << "the profile says that an omitted item is lost";
  EXPECT_EQ(zero.outcomes[zero.cell(1, 1)], O::kLoss);
  EXPECT_TRUE(std::isnan(zero.total_points[4]));
}

TEST(ItemGainLoss, FlagsFollowTheRules) {
  Calibrated c = calibrated(20, 60);
  for (Item& item : c.paper.items) item.stem.clear();
  c.paper.items[7].bonus = true;
  Profile profile = io::default_profile();
  // everybody's answers as they are; person 0 gains all but the easy items 0, 7 and 14
  Responses::Builder builder(60, c.paper.scored.item_ids());
  for (std::int64_t j = 0; j < 60; ++j)
    for (std::int64_t i = 0; i < 20; ++i) builder.set(j, i, j == 0 ? static_cast<std::uint8_t>(i % 7 != 0) : c.paper.scored.at(j, i));
  c.paper.scored = std::move(builder).build().value();
  const auto counted = everyday_papers::all_of(c.paper);
  profile.flags.tail = 0.2;
  profile.flags.false_discovery = 0.9;
  const GainLoss g = feedback::item_gain_loss(c.paper, counted, c.predictor, profile).value();
  ASSERT_EQ(g.flags_of(0).size(), 2U) << "a bonus item is never flagged";
  for (const feedback::Flag& f : g.flags) {
    EXPECT_LE(f.tail, 0.2);
    EXPECT_EQ(f.loss, 4.0);
    EXPECT_EQ(g.outcomes[g.cell(f.person, f.item)], Outcome::kLossToReview);
  }
  std::int64_t reviewed = 0;
  for (const Outcome o : g.outcomes) reviewed += o == Outcome::kLossToReview ? 1 : 0;
  EXPECT_EQ(reviewed, static_cast<std::int64_t>(g.flags.size()));
  for (std::size_t i = 1; i < g.flags.size(); ++i) {
    ASSERT_LE(g.flags[i - 1].person, g.flags[i].person);
    if (g.flags[i - 1].person == g.flags[i].person) {
      EXPECT_LE(g.flags[i - 1].tail, g.flags[i].tail);
    }
  }

  profile.flags.most = 1;
  const GainLoss one = feedback::item_gain_loss(c.paper, counted, c.predictor, profile).value();
  ASSERT_EQ(one.flags_of(0).size(), 1U);
  EXPECT_EQ(one.flags_of(0)[0].item, g.flags_of(0)[0].item);
  EXPECT_EQ(one.outcomes[one.cell(0, g.flags_of(0)[1].item)], Outcome::kLossAsExpected);

  profile.flags.most = 3;
  profile.flags.least_points = 4.5;  // no item has so many
  EXPECT_TRUE(feedback::item_gain_loss(c.paper, counted, c.predictor, profile).value().flags.empty());
  profile.flags.least_points = 4.0 + 1e-9;  // within rounding: met, and marked
  const GainLoss edge = feedback::item_gain_loss(c.paper, counted, c.predictor, profile).value();
  ASSERT_FALSE(edge.flags.empty());
  EXPECT_TRUE(edge.flags[0].borderline);
  profile.flags.least_points = 2.0;
  profile.flags.false_discovery = 1e-5;
  EXPECT_TRUE(feedback::item_gain_loss(c.paper, counted, c.predictor, profile).value().flags.empty());
}

TEST(ItemGainLoss, CausesComeFromTheDataAlone) {
  Paper paper = paper_of({{1, 0}, {0, 0}}, {1.0, 2.0});
  paper.items[0].category_labels = {"A", "B", "C"};
  paper.items[0].option_notes = {"", "", "sign lost"};
  EXPECT_EQ(feedback::cause_of(paper, 1, 0).source, feedback::CauseSource::kNone);
  Responses::Builder raw(2, {"Q1", "Q2"});
  raw.set(0, 0, 1);
  raw.set(1, 0, 2);
  paper.raw = std::move(raw).build().value();
  const feedback::Cause option = feedback::cause_of(paper, 1, 0);
  EXPECT_EQ(option.source, feedback::CauseSource::kOption);
  EXPECT_EQ(option.code, 2);
  EXPECT_EQ(option.text, "sign lost");
  EXPECT_EQ(feedback::cause_of(paper, 0, 0).source, feedback::CauseSource::kNone) << "nothing lost";
  EXPECT_EQ(feedback::cause_of(paper, 1, 1).source, feedback::CauseSource::kNone) << "no option";
  paper.error_code_names = {"unit", "copying"};
  paper.error_codes = {-1, 0, 1, -1};
  EXPECT_EQ(feedback::cause_of(paper, 1, 0).source, feedback::CauseSource::kErrorCode) << "marking goes before the option";
  EXPECT_EQ(feedback::cause_of(paper, 1, 0).text, "copying");
  EXPECT_EQ(feedback::cause_of(paper, 0, 1).code, 0);
  EXPECT_EQ(feedback::cause_of(paper, 1, 1).code, -1);
  EXPECT_EQ(feedback::cause_source_name(option.source), "option");
}

TEST(ItemGainLoss, SameBitsForThreadsAndInstructionSets) {
  const Profile& profile = io::default_profile();
  const Calibrated c = calibrated(9, 9000);
  const auto s = everyday_papers::simulate(everyday_papers::Design::kMarksLost, 40, 12, 3);
  const simd::Level before = simd::level();
  const GainLoss calibrated_first =
      feedback::item_gain_loss(c.paper, everyday_papers::all_of(c.paper), c.predictor, profile, {}, everyday_papers::with_threads(1))
          .value();
  const GainLoss left_out_first = everyday_papers::gain_loss(s);
  ASSERT_TRUE(left_out_first.leave_one_out);
  for (const simd::Level level : simd::available_levels()) {
    ASSERT_TRUE(simd::force_level(level));
    for (const int threads : {1, 2, 3, 8}) {
      EXPECT_TRUE(same(calibrated_first, feedback::item_gain_loss(c.paper, everyday_papers::all_of(c.paper), c.predictor, profile, {},
                                                                  everyday_papers::with_threads(threads))
                                             .value()))
          << threads << " " << simd::level_name(level);
      EXPECT_TRUE(same(left_out_first, everyday_papers::gain_loss(s, profile, threads))) << threads << " " << simd::level_name(level);
    }
  }
  simd::force_level(before);
}

TEST(ItemGainLoss, WrongUseIsAnError) {
  const Calibrated c = calibrated(5, 30);
  const Profile& profile = io::default_profile();
  const std::vector<std::uint8_t> few(3, 1);
  EXPECT_EQ(feedback::item_gain_loss(c.paper, few, c.predictor, profile).error().code, Code::kLengthMismatch);
  Paper shorter = c.paper;
  shorter.items.pop_back();
  EXPECT_EQ(feedback::item_gain_loss(shorter, everyday_papers::all_of(c.paper), c.predictor, profile).error().code, Code::kLengthMismatch);
  Paper coded = c.paper;
  coded.error_codes = {1};
  EXPECT_EQ(feedback::item_gain_loss(coded, everyday_papers::all_of(c.paper), c.predictor, profile).error().code, Code::kLengthMismatch);
  Predictor other = c.predictor;
  other.items.pop_back();
  EXPECT_EQ(feedback::item_gain_loss(c.paper, everyday_papers::all_of(c.paper), other, profile).error().code, Code::kLengthMismatch);
  const std::atomic<bool> stop{true};
  ExecutionContext context;
  context.cancel = &stop;
  EXPECT_EQ(feedback::item_gain_loss(c.paper, everyday_papers::all_of(c.paper), c.predictor, profile, {}, context).error().code,
            Code::kCancelled);
}

TEST(ItemGainLoss, OddPapersStayWithinBounds) {
  const Profile& profile = io::default_profile();
  // all right, all wrong, constant items, a duplicated item, an empty row, an item with 200 categories
  std::vector<std::vector<int>> rows;
  random::Stream r(8);
  for (int j = 0; j < 30; ++j) {
    std::vector<int> row = {
        5, 0, static_cast<int>(r.below(2)), static_cast<int>(r.below(11)), static_cast<int>(r.below(200)), j == 4 ? 3 : 8, 0, 0};
    row[6] = row[3];
    row[7] = j % 5 == 0 ? -1 : static_cast<int>(r.below(4));
    if (j == 0) row = {5, 3, 1, 10, 199, 8, 10, 3};
    if (j == 1) row = {0, 0, 0, 0, 0, 0, 0, 0};
    if (j == 2) row = {-1, -2, -3, -4, -1, -1, -1, -1};
    rows.push_back(row);
  }
  const Paper paper = paper_of(rows, {5.0, 3.0, 1.0, 10.0, 199.0, 8.0, 10.0, 3.0});
  const auto counted = everyday_papers::all_of(paper);
  const feedback::CountedResponses responses{
      .scored = &paper.scored, .items = &paper.items, .counted = counted, .missing = profile.missing};
  const Predictor predictor = feedback::fit_working_model(responses, profile.expectation).value();
  for (const bool left_out : {true, false}) {
    Profile p = profile;
    if (!left_out) p.expectation.leave_one_out_below = 0;
    const GainLoss g = feedback::item_gain_loss(paper, counted, predictor, p).value();
    EXPECT_EQ(g.leave_one_out, left_out);
    for (std::int64_t j = 0; j < g.n_persons; ++j)
      for (std::int64_t i = 0; i < g.n_items; ++i) {
        const std::size_t cell = g.cell(j, i);
        if (j == 2 || rows[static_cast<std::size_t>(j)][static_cast<std::size_t>(i)] < 0) {
          EXPECT_EQ(g.outcomes[cell], Outcome::kNotCounted);
          EXPECT_TRUE(std::isnan(g.expected[cell]));
          continue;
        }
        ASSERT_FALSE(std::isnan(g.points[cell]));
        ASSERT_EQ(std::isnan(g.expected[cell]), !predictor.items[static_cast<std::size_t>(i)].usable) << j << " " << i;
        if (std::isnan(g.expected[cell])) continue;
        ASSERT_GE(g.expected[cell], 0.0F);
        ASSERT_LE(g.expected[cell], static_cast<float>(paper.items[static_cast<std::size_t>(i)].full_mark));
        ASSERT_GE(g.tail[cell], 0.0F);
        ASSERT_LE(g.tail[cell], 1.0F);
      }
    EXPECT_GT(g.ability[0], 1.0);
    EXPECT_LT(g.ability[1], -1.0);
    EXPECT_TRUE(std::isnan(g.ability[2]));
  }
}

}  // namespace
