// What a Q-matrix can tell apart: against ideal answers listed one by one, and the conditions of identifiability on cases known by hand.
#include "cdm_cases.hpp"

#include <gtest/gtest.h>

#include <map>

namespace {

using namespace cdm_cases;

/// Ideal answers of a class under the conjunctive rule.
std::vector<bool> ideal(const cdm::QMatrix& q, std::uint32_t c) {
  std::vector<bool> out;
  for (std::int64_t j = 0; j < q.n_items(); ++j) {
    bool right = true;
    for (int k = 0; k < q.n_attributes(); ++k) right = right && (!q.needs(j, k) || (c >> k & 1U) != 0);
    out.push_back(right);
  }
  return out;
}

TEST(CdmQMatrix, GroupsAreTheIdealAnswers) {
  for (const auto& rows : {std::vector<std::string>{"110", "011", "111"}, {"100", "110", "111"}, {"100", "010", "001"}, {"101", "101"}}) {
    const auto q = matrix(rows);
    const auto classes = cdm::mastery_classes(3).value();
    const auto groups = cdm::latent_groups(q, classes);
    std::map<std::vector<bool>, std::int32_t> seen;
    std::uint32_t undecided = 0;
    for (std::size_t c = 0; c < classes.size(); ++c) {
      const auto [at, fresh] = seen.emplace(ideal(q, classes[c]), groups.group_of_class[c]);
      EXPECT_EQ(at->second, groups.group_of_class[c]);
      for (std::size_t d = 0; d < c; ++d)
        if (ideal(q, classes[c]) == ideal(q, classes[d])) undecided |= classes[c] ^ classes[d];
    }
    EXPECT_EQ(static_cast<std::size_t>(groups.n_groups), seen.size());
    EXPECT_EQ(groups.undecided, undecided);
  }
}

TEST(CdmQMatrix, GroupsOfAModelFollowItsRules) {
  const auto q = matrix({"110", "011"});
  const Answers answers = simulate(q, 200, 0.2, 0.2, 0.5, 51);
  EXPECT_EQ(cdm::fit(responses(q, answers), q, options(cdm::Rule::kDina)).value().groups.n_groups, 4);
  EXPECT_EQ(cdm::fit(responses(q, answers), q, options(cdm::Rule::kGdina)).value().groups.n_groups, 8);
  // DINO: 000, 100, 001, and all that have something of both
  EXPECT_EQ(cdm::fit(responses(q, answers), q, options(cdm::Rule::kDino)).value().groups.n_groups, 4);
}

TEST(CdmQMatrix, Conditions) {
  const auto good = cdm::check_q_matrix(three_attributes()).value();
  EXPECT_TRUE(good.complete);
  EXPECT_TRUE(good.dina_identified);
  EXPECT_TRUE(good.general_identified);
  EXPECT_EQ(good.groups.n_groups, 8);
  EXPECT_EQ(good.first_alike[3], 0);
  EXPECT_EQ(good.first_alike[9], 9);
  const auto once = cdm::check_q_matrix(matrix({"10", "01", "11", "11"})).value();
  EXPECT_TRUE(once.complete);
  EXPECT_FALSE(once.dina_identified);  // what is left after one item alone of each has equal columns
  EXPECT_FALSE(once.general_identified);
  const auto never = cdm::check_q_matrix(matrix({"10", "11", "11", "10"})).value();
  EXPECT_FALSE(never.complete);
  EXPECT_TRUE(has(never.findings, Code::kQNeverAlone));
  EXPECT_TRUE(has(never.findings, Code::kQGroupsMerged));
  EXPECT_EQ(never.attributes[1].always_with, (std::vector<std::string>{"A1"}));
  EXPECT_FALSE(never.attributes[1].decided);
}

TEST(CdmQMatrix, Faults) {
  const auto check = [](const std::vector<std::string>& rows) { return cdm::check_q_matrix(matrix(rows)).value().findings; };
  EXPECT_TRUE(has(check({"10", "00"}), Code::kQRowEmpty));
  EXPECT_TRUE(has(check({"10", "10"}), Code::kQColumnEmpty));
  EXPECT_TRUE(has(check({"11", "11"}), Code::kQColumnsEqual));
  EXPECT_TRUE(has(check({"10", "01"}), Code::kQFewItems));
  auto q = three_attributes();
  q.cells.pop_back();
  EXPECT_EQ(cdm::check_q_matrix(q).error().code, Code::kLengthMismatch);
  q = three_attributes();
  q.cells[5] = 2;
  EXPECT_EQ(cdm::check_q_matrix(q).error().code, Code::kInvalidArgument);
  q = three_attributes();
  q.item_ids[1] = q.item_ids[0];
  EXPECT_EQ(cdm::check_q_matrix(q).error().code, Code::kDuplicateId);
  EXPECT_FALSE(cdm::mastery_classes(16));
  EXPECT_EQ(cdm::mastery_classes(15).value().size(), 32768U);
}

TEST(CdmQMatrix, HierarchiesPruneTheClasses) {
  const std::vector<cdm::Prerequisite> chain = {{0, 1}, {1, 2}, {2, 3}};
  EXPECT_EQ(cdm::mastery_classes(4, chain).value(), (std::vector<std::uint32_t>{0, 1, 3, 7, 15}));
  EXPECT_FALSE(cdm::mastery_classes(3, std::vector<cdm::Prerequisite>{{0, 1}, {1, 2}, {2, 0}}));
  EXPECT_FALSE(cdm::mastery_classes(3, std::vector<cdm::Prerequisite>{{0, 3}}));
}

}  // namespace
