#include <celadon/io/profile_json.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace {

using celadon::Code;
using celadon::Language;
using namespace celadon::io;

std::string profile_file(const std::string& path) {
  std::ifstream in(std::filesystem::path(CELADON_TEST_SOURCE_DIR) / path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  if (at != std::string::npos) text.replace(at, from.size(), to);
  return text;
}

TEST(ProfileJson, EmbeddedTextsAreTheFiles) {
  EXPECT_EQ(profile_file("src/profiles/default.json"), default_profile_text());
  EXPECT_EQ(profile_file("src/wording/zh-CN.json"), default_wording_text(Language::kChinese));
  EXPECT_EQ(profile_file("src/wording/en.json"), default_wording_text(Language::kEnglish));
}

TEST(ProfileJson, DefaultHoldsTheStatedRules) {
  const auto& p = default_profile();
  EXPECT_EQ(p.flags.tail, 0.05);
  EXPECT_EQ(p.flags.least_points, 2.0);
  EXPECT_EQ(p.flags.least_share, 0.3);
  EXPECT_EQ(p.flags.false_discovery, 0.1);
  EXPECT_EQ(p.flags.most, 3);
  EXPECT_EQ(p.suppression.least_n, 10);
  EXPECT_EQ(p.expectation.leave_one_out_below, 200);
  EXPECT_FALSE(p.family_page.rank || p.family_page.total || p.family_page.group_figures);
  EXPECT_EQ(p.grade_scaling.size(), 2U);
  EXPECT_EQ(p.hash.size(), 16U);
}

TEST(ProfileJson, HashIsOfTheContentNotOfTheSpaces) {
  EXPECT_EQ(canonical_hash(R"({"a": 1, "b": [2]})").value(), canonical_hash(R"({ "b":[2],"a":1 })").value());
  EXPECT_NE(canonical_hash(R"({"a": 1})").value(), canonical_hash(R"({"a": 2})").value());
  const std::string text(default_profile_text());
  EXPECT_NE(parse_profile(replaced(text, "\"tail\": 0.05", "\"tail\": 0.04")).value().hash, default_profile().hash);
}

TEST(ProfileJson, EveryGroupNeedsItsSource) {
  const std::string text = replaced(std::string(default_profile_text()), "\"source\": \"Kelley", "\"origin\": \"Kelley");
  const auto result = parse_profile(text);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::kJsonField);
  EXPECT_NE(result.error().text(Language::kEnglish).find("groups.source"), std::string::npos);
}

TEST(ProfileJson, WrongTypesAndValuesAreErrors) {
  const std::string text(default_profile_text());
  EXPECT_FALSE(parse_profile(replaced(text, "\"tail\": 0.05", "\"tail\": \"0.05\"")));
  EXPECT_FALSE(parse_profile(replaced(text, "\"most\": 3", "\"more\": 3")).has_value());
  EXPECT_FALSE(parse_profile(replaced(text, "\"least_n\": 10", "\"least_n\": 1e300")));
  EXPECT_FALSE(parse_profile(replaced(text, "\"omitted\": \"ignore\"", "\"omitted\": \"zero\"")));
  EXPECT_EQ(parse_profile(replaced(text, "\"tail\": 0.05", "\"tail\": 5")).error().code, Code::kProfileInvalid);
  EXPECT_EQ(parse_profile("{\"a\": ").error().code, Code::kJsonSyntax);
  EXPECT_EQ(parse_profile("").error().code, Code::kJsonSyntax);
  EXPECT_FALSE(parse_profile("[]"));
  EXPECT_FALSE(parse_profile(std::string(100000, '[')));
}

TEST(ProfileJson, WordingsAreRead) {
  EXPECT_EQ(default_wording(Language::kChinese).language, "zh-CN");
  EXPECT_TRUE(default_wording(Language::kChinese).is_chinese());
  EXPECT_FALSE(default_wording(Language::kEnglish).is_chinese());
  EXPECT_FALSE(parse_wording("{\"format\": \"celadon.wording\"}"));
  EXPECT_FALSE(parse_wording(R"({"format":"celadon.wording","language":"en","edition":"1","banned":[],"patterns":{"a":1}})"));
}

}  // namespace
