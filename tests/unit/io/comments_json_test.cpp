#include <celadon/io/comments_json.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace {

using celadon::Code;
using celadon::Language;
using namespace celadon::io;

std::string file(const std::string& path) {
  std::ifstream in(std::filesystem::path(CELADON_TEST_SOURCE_DIR) / path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(CommentsJson, EmbeddedTextsAreTheFiles) {
  EXPECT_EQ(file("src/wording/comments.rules.json"), default_comment_rules_text());
  EXPECT_EQ(file("src/wording/comments.zh-CN.json"), default_comment_wording_text(Language::kChinese));
  EXPECT_EQ(file("src/wording/comments.en.json"), default_comment_wording_text(Language::kEnglish));
}

TEST(CommentsJson, TheShippedBankIsComplete) {
  const celadon::feedback::CommentBank& bank = *default_comment_bank();
  EXPECT_EQ(bank.hash.size(), 16U);
  ASSERT_EQ(bank.wordings.size(), 2U);
  EXPECT_TRUE(bank.wording(Language::kChinese)->is_chinese());
  EXPECT_FALSE(bank.wording(Language::kEnglish)->is_chinese());
  using namespace celadon::feedback;
  EXPECT_LE(bank.limits.of(CommentReader::kFamily, CommentPart::kStrength), 3);
  EXPECT_LE(bank.limits.of(CommentReader::kFamily, CommentPart::kNext), 2);
}

/// A change of the rules' text and what reading it then says.
Code read(const std::string& from, const std::string& to) {
  std::string rules(default_comment_rules_text());
  const auto at = rules.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  rules.replace(at, from.size(), to);
  const auto bank = parse_comment_bank(rules, {default_comment_wording_text(Language::kChinese)});
  return bank ? Code::kNone : bank.error().code;
}

TEST(CommentsJson, WrongFieldsAreNamed) {
  EXPECT_EQ(read("celadon.comment-rules", "celadon.other"), Code::kJsonField);
  EXPECT_EQ(read("n_points == 1", "n_points = 1"), Code::kJsonField);
  EXPECT_EQ(read("state == mastered", "state == known"), Code::kJsonField);
  EXPECT_EQ(read("\"about\": \"whole\"", "\"about\": \"all\""), Code::kJsonField);
  EXPECT_EQ(read("\"part\": \"goal\"", "\"part\": \"aim\""), Code::kJsonField);
  EXPECT_EQ(read("{", ""), Code::kJsonSyntax);
  EXPECT_EQ(parse_comment_bank(default_comment_rules_text(), {"{}"}).error().code, Code::kJsonField);
}

}  // namespace
