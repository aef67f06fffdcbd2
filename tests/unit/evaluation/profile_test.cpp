#include <celadon/evaluation/profile.hpp>
#include <celadon/io/profile_json.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace {

using celadon::Code;
using celadon::evaluation::Profile;

TEST(Profile, LevelIsTheDeclaredCut) {
  const Profile& p = celadon::io::default_profile();
  EXPECT_EQ(p.level_of(1.0), 0);
  EXPECT_EQ(p.level_of(0.85), 0);
  EXPECT_EQ(p.level_of(0.8499), 1);
  EXPECT_EQ(p.level_of(0.75), 1);
  EXPECT_EQ(p.level_of(0.60), 2);
  EXPECT_EQ(p.level_of(0.0), 3);
  EXPECT_EQ(p.level_of(std::nan("")), -1);
}

TEST(Profile, SharesAreComparedAfterRounding) {
  const Profile& p = celadon::io::default_profile();
  EXPECT_EQ(p.level_of(0.85 - 1e-9), 0) << "a last bit decides nothing";
  EXPECT_EQ(p.level_of(0.85 - 2e-6), 1);
  EXPECT_TRUE(celadon::evaluation::is_borderline(0.85 - 1e-9, 0.85));
  EXPECT_FALSE(celadon::evaluation::is_borderline(0.85 - 1e-3, 0.85));
  EXPECT_DOUBLE_EQ(celadon::evaluation::decision_value(0.1234564), celadon::evaluation::decision_value(0.1234561));
  EXPECT_NE(celadon::evaluation::decision_value(0.123456), celadon::evaluation::decision_value(0.123458));
}

TEST(Profile, EveryGroupNamesItsSource) {
  const Profile& p = celadon::io::default_profile();
  ASSERT_FALSE(p.sources.empty());
  for (const auto& s : p.sources) {
    EXPECT_FALSE(s.source.empty()) << s.group;
    EXPECT_TRUE(!s.example || s.source.find("示例") != std::string::npos) << s.group;
  }
  EXPECT_NE(p.source_of("flags"), nullptr);
  EXPECT_EQ(p.source_of("no such group"), nullptr);
}

TEST(Profile, CheckRefusesWhatCannotBe) {
  Profile p = celadon::io::default_profile();
  EXPECT_TRUE(check(p));
  std::swap(p.levels[0], p.levels[1]);
  ASSERT_FALSE(check(p));
  EXPECT_EQ(check(p).error().code, Code::kProfileInvalid);
  p = celadon::io::default_profile();
  p.levels.back().from_share = 0.1;
  EXPECT_FALSE(check(p)) << "a pupil below the last cut would have no level";
  p = celadon::io::default_profile();
  p.flags.tail = 1.5;
  EXPECT_FALSE(check(p));
  EXPECT_FALSE(check(Profile{})) << "an empty profile has no policy";
}

}  // namespace
