#include <celadon/models/irt/connect.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace {

using celadon::Code;
using celadon::Missing;
using celadon::Responses;
namespace irt = celadon::irt;

/// Persons sit form[i % forms]; every cell of their form is answered.
Responses booklets(std::int64_t n_persons, std::int64_t n_items, const std::vector<std::vector<std::int64_t>>& forms) {
  std::vector<std::string> ids;
  for (std::int64_t j = 0; j < n_items; ++j) ids.push_back("i" + std::to_string(j));
  Responses::Builder builder(n_persons, ids);
  for (std::int64_t i = 0; i < n_persons; ++i)
    for (const std::int64_t j : forms[static_cast<std::size_t>(i) % forms.size()])
      builder.set(i, j, static_cast<std::uint8_t>((i + j) % 2));
  return std::move(builder).build().value();
}

bool has(const celadon::Findings& findings, Code code) {
  return std::any_of(findings.begin(), findings.end(), [code](const auto& f) { return f.code == code; });
}

TEST(Connectedness, OneFormIsConnectedAndLinked) {
  const auto c = irt::connectedness(booklets(50, 6, {{0, 1, 2, 3, 4, 5}})).value();
  EXPECT_TRUE(c.connected());
  EXPECT_TRUE(c.linked());
  ASSERT_EQ(c.forms.size(), 1U);
  EXPECT_EQ(c.components.front().n_persons, 50);
  EXPECT_TRUE(c.findings.empty());
}

TEST(Connectedness, DisjointPapersFallApart) {
  const auto c = irt::connectedness(booklets(41, 6, {{0, 2, 4}, {1, 3, 5}})).value();
  EXPECT_FALSE(c.connected());
  ASSERT_EQ(c.components.size(), 2U);
  EXPECT_EQ(c.components[0].items, (std::vector<std::int64_t>{0, 2, 4}));
  EXPECT_EQ(c.components[1].items, (std::vector<std::int64_t>{1, 3, 5}));
  EXPECT_EQ(c.components[0].n_persons, 21);
  EXPECT_EQ(c.person_component[1], 1);
  EXPECT_TRUE(has(c.findings, Code::kNotConnected));
}

TEST(Connectedness, ConnectedIsNotLinked) {
  std::vector<std::int64_t> first;
  std::vector<std::int64_t> second;
  for (std::int64_t j = 0; j < 20; ++j) first.push_back(j);
  for (std::int64_t j = 16; j < 36; ++j) second.push_back(j);  // four shared items: a chain, but too thin a one
  auto c = irt::connectedness(booklets(60, 36, {first, second})).value();
  EXPECT_TRUE(c.connected());
  EXPECT_FALSE(c.linked());
  ASSERT_EQ(c.links.size(), 1U);
  EXPECT_EQ(c.links[0].n_shared, 4);
  EXPECT_DOUBLE_EQ(c.links[0].share, 0.2);
  EXPECT_TRUE(has(c.findings, Code::kWeakLink));

  second.push_back(15);  // five of twenty
  std::sort(second.begin(), second.end());
  c = irt::connectedness(booklets(60, 36, {first, second})).value();
  EXPECT_TRUE(c.linked());
}

TEST(Connectedness, ABankLinksFormsThatShareNothing) {
  const auto data = booklets(40, 12, {{0, 1, 2, 3, 4, 5}, {6, 7, 8, 9, 10, 11}});
  std::vector<std::uint8_t> anchored(12, 1);
  irt::ConnectOptions options;
  options.anchored = anchored;
  const auto c = irt::connectedness(data, options).value();
  EXPECT_FALSE(c.connected());
  EXPECT_EQ(c.n_linked_groups, 1);
  anchored.pop_back();
  options.anchored = anchored;
  EXPECT_EQ(irt::connectedness(data, options).error().code, Code::kLengthMismatch);
}

TEST(Connectedness, OmittedCellsWereAdministeredAndEmptyRowsLinkNothing) {
  Responses::Builder builder(3, {"a", "b", "c"});
  builder.set(0, 0, 1);
  builder.set(0, 1, Missing::kOmitted);
  builder.set(1, 0, 0);
  builder.set(1, 1, 1);
  const auto data = std::move(builder).build().value();  // the third person and item have nothing at all
  const auto c = irt::connectedness(data).value();
  ASSERT_EQ(c.forms.size(), 2U);
  EXPECT_EQ(c.forms[0].items, (std::vector<std::int64_t>{0, 1}));
  EXPECT_EQ(c.forms[0].n_persons, 2);
  EXPECT_EQ(c.person_component, (std::vector<std::int32_t>{0, 0, -1}));
  EXPECT_EQ(c.item_component, (std::vector<std::int32_t>{0, 0, -1}));
  EXPECT_EQ(c.n_linked_groups, 1);
  EXPECT_TRUE(has(c.findings, Code::kNoAnswers));
  EXPECT_TRUE(has(c.findings, Code::kPersonsWithoutAnswers));
}

TEST(Connectedness, SameForAnyNumberOfThreads) {
  const auto data = booklets(20000, 90, {{0, 1, 2, 70, 80}, {2, 3, 4}, {5, 6, 89}, {6, 7}});
  celadon::ExecutionContext one;
  one.n_threads = 1;
  const auto a = irt::connectedness(data, {}, one).value();
  EXPECT_EQ(a.components.size(), 2U + 0U);
  for (const int n : {2, 3, 8}) {
    celadon::ExecutionContext many;
    many.n_threads = n;
    const auto b = irt::connectedness(data, {}, many).value();
    EXPECT_EQ(a.person_form, b.person_form);
    EXPECT_EQ(a.item_component, b.item_component);
    EXPECT_EQ(a.links.size(), b.links.size());
  }
}

}  // namespace
