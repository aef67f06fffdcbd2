#include <celadon/evaluation/suppression.hpp>

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

namespace {

using celadon::evaluation::Audience;
using celadon::evaluation::Hidden;
using celadon::evaluation::suppress_groups;
using celadon::evaluation::suppress_rate;
using celadon::evaluation::SuppressionRules;

constexpr SuppressionRules kRules{10, true};

TEST(Suppression, SmallGroupsAndTheirComplement) {
  const std::vector<std::int64_t> n{40, 9, 35, 38};
  const auto hidden = suppress_groups(n, kRules, Audience::kDistrict);
  EXPECT_EQ(hidden[1], Hidden::kSmallGroup);
  EXPECT_EQ(hidden[2], Hidden::kComplement) << "the total less the other groups would give the nine away";
  EXPECT_EQ(hidden[0], Hidden::kShown);
  EXPECT_EQ(hidden[3], Hidden::kShown);
}

TEST(Suppression, TenIsEnough) {
  const std::vector<std::int64_t> n{10, 10, 0};
  for (const Hidden h : suppress_groups(n, kRules, Audience::kPublished)) EXPECT_EQ(h, Hidden::kShown);
}

TEST(Suppression, HiddenPupilsTogetherAreEnough) {
  const std::vector<std::int64_t> n{3, 4, 40, 41};
  const auto hidden = suppress_groups(n, kRules, Audience::kDistrict);
  EXPECT_EQ(hidden[2], Hidden::kComplement) << "3 + 4 = 7 would be a group below ten by subtraction";
  EXPECT_EQ(hidden[3], Hidden::kShown);
}

TEST(Suppression, NoRemainderBelowTheLeastIsEverLeft) {
  for (std::int64_t a = 0; a < 25; ++a) {
    for (std::int64_t b = 0; b < 25; ++b) {
      for (std::int64_t c = 5; c < 25; c += 5) {
        const std::vector<std::int64_t> n{a, b, c, 30};
        const auto hidden = suppress_groups(n, kRules, Audience::kSchool);
        std::int64_t pupils = 0;
        int groups = 0;
        for (std::size_t i = 0; i < n.size(); ++i) {
          if (hidden[i] != Hidden::kShown) {
            pupils += n[i];
            ++groups;
          } else {
            EXPECT_TRUE(n[i] == 0 || n[i] >= 10);
          }
        }
        EXPECT_TRUE(groups == 0 || (groups >= 2 && pupils >= 10)) << a << " " << b << " " << c;
      }
    }
  }
}

TEST(Suppression, OwnPageAndOwnClassAreExempt) {
  const std::vector<std::int64_t> n{3, 40};
  for (const Audience a : {Audience::kPupil, Audience::kTeacher}) {
    for (const Hidden h : suppress_groups(n, kRules, a)) EXPECT_EQ(h, Hidden::kShown);
    EXPECT_EQ(suppress_rate(0, 3, kRules, a), Hidden::kShown);
  }
}

TEST(Suppression, RatesThatSpeakOfEverybody) {
  EXPECT_EQ(suppress_rate(0, 40, kRules, Audience::kSchool), Hidden::kAllOrNone);
  EXPECT_EQ(suppress_rate(1, 40, kRules, Audience::kSchool), Hidden::kAllOrNone) << "the one would know of all the others";
  EXPECT_EQ(suppress_rate(39, 40, kRules, Audience::kSchool), Hidden::kAllOrNone);
  EXPECT_EQ(suppress_rate(40, 40, kRules, Audience::kSchool), Hidden::kAllOrNone);
  EXPECT_EQ(suppress_rate(2, 40, kRules, Audience::kSchool), Hidden::kShown);
  EXPECT_EQ(suppress_rate(5, 9, kRules, Audience::kSchool), Hidden::kSmallGroup);
}

}  // namespace
