#include <celadon/models/ctt/distractors.hpp>

#include "ctt_cases.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>

namespace {

using namespace celadon;
using ctt_cases::pack;

/// Three items with options 0, 1, 2; the key is 1. Item 3 is keyed wrongly: able persons choose 2.
std::vector<std::vector<int>> raw(int n = 300) {
  std::vector<std::vector<int>> rows;
  for (int i = 0; i < n; ++i) {
    random::Stream s(3, random::purpose("test.options"), static_cast<std::uint64_t>(i));
    const double ability = s.normal();
    std::vector<int> row;
    for (int j = 0; j < 8; ++j) {
      const bool knows = ability + s.normal() > 0.0;
      const int right = j == 7 ? 2 : 1;
      row.push_back(knows ? right : (s.bernoulli(0.5) ? 0 : (j == 7 ? 1 : 2)));
    }
    rows.push_back(row);
  }
  return rows;
}

ctt::DistractorOptions keyed() {
  ctt::DistractorOptions options;
  options.key = std::vector<int>(8, 1);
  return options;
}

TEST(Distractors, CountsSharesAndCorrelationsFromTheDefinition) {
  const auto rows = raw();
  const auto d = ctt::distractors(pack(rows), {}, {}, keyed()).value();
  for (std::size_t j = 0; j < 8; ++j)
    for (int c = 0; c < 3; ++c) {
      double n = 0.0;
      double chosen = 0.0;
      double rest_sum = 0.0;
      double rest_squares = 0.0;
      double rest_chosen = 0.0;
      for (const auto& row : rows) {
        double rest = 0.0;
        for (std::size_t l = 0; l < 8; ++l) rest += l != j && row[l] == 1 ? 1.0 : 0.0;
        n += 1.0;
        rest_sum += rest;
        rest_squares += rest * rest;
        if (row[j] == c) {
          chosen += 1.0;
          rest_chosen += rest;
        }
      }
      const double covariance = rest_chosen / n - chosen / n * rest_sum / n;
      const double r = covariance / std::sqrt((rest_squares / n - std::pow(rest_sum / n, 2)) * chosen / n * (1 - chosen / n));
      const auto& o = d.items[j].options[static_cast<std::size_t>(c)];
      EXPECT_EQ(o.n, static_cast<std::int64_t>(chosen));
      EXPECT_NEAR(o.share, chosen / n, 1e-14);
      EXPECT_NEAR(o.option_total_r, r, 1e-12);
      EXPECT_NEAR(o.mean_rest, rest_chosen / chosen / 7.0, 1e-12);
      EXPECT_EQ(o.is_key, c == 1);
    }
}

TEST(Distractors, NamesAPossibleWrongKeyAndOnlyThat) {
  const auto d = ctt::distractors(pack(raw()), {}, {}, keyed()).value();
  EXPECT_EQ(d.items[7].possible_key, 2);
  for (std::size_t j = 0; j < 7; ++j) EXPECT_EQ(d.items[j].possible_key, -1);
  ASSERT_EQ(d.findings.size(), 1U);
  EXPECT_EQ(d.findings[0].code, Code::kPossibleWrongKey);
  auto strict = keyed();
  strict.possible_key_min_n = 1000;
  EXPECT_TRUE(ctt::distractors(pack(raw()), {}, {}, strict)->findings.empty());
}

TEST(Distractors, GroupsShareOutThePersons) {
  auto options = keyed();
  options.n_groups = 4;
  const auto d = ctt::distractors(pack(raw()), {}, {}, options).value();
  std::int64_t n = 0;
  for (const auto g : d.group_n) n += g;
  EXPECT_EQ(n, 300);
  for (const auto& item : d.items)
    for (std::size_t g = 0; g < 4; ++g) {
      double sum = 0.0;
      for (const auto& o : item.options) sum += o.share_by_group[g];
      EXPECT_NEAR(sum, 1.0, 1e-12);
    }
  // The key is chosen more often from group to group; that of the wrongly keyed item is not.
  EXPECT_GT(d.items[0].options[1].share_by_group[3], d.items[0].options[1].share_by_group[0] + 0.3);
  EXPECT_LT(d.items[7].options[1].share_by_group[3], d.items[7].options[1].share_by_group[0]);
}

TEST(Distractors, KeyFromTheItemsInThreeWays) {
  Items items(3);
  items[0] = ctt_cases::item("1", 2.0, {0.0, 0.0, 2.0});
  items[1] = ctt_cases::item("2", 1.0);
  items[1].category_labels = {"A", "B", "C"};
  items[1].key = "B";
  items[2] = ctt_cases::item("3", 1.0);
  items[2].key = "0";
  const auto d = ctt::distractors(pack({{2, 1, 0}, {0, 1, 1}, {1, 0, 2}, {2, 2, 0}}), items).value();
  EXPECT_EQ(d.items[0].key, 2);
  EXPECT_EQ(d.items[1].key, 1);
  EXPECT_EQ(d.items[1].options[1].label, "B");
  EXPECT_EQ(d.items[2].key, 0);
}

TEST(Distractors, UnchosenOptionsAndBlanksKeepTheirPlace) {
  Items items(2);
  items[0] = ctt_cases::item("1", 1.0);
  items[0].category_labels = {"A", "B", "C", "D"};
  items[0].key = "A";
  items[1] = ctt_cases::item("2", 1.0);
  items[1].key = "1";
  const auto d = ctt::distractors(pack({{0, 1}, {1, 0}, {-3, 1}, {-1, 1}, {0, 0}}), items).value();
  const auto& o = d.items[0].options;
  ASSERT_EQ(o.size(), 6U);  // A to D, not administered, omitted
  EXPECT_EQ(o[2].n, 0);
  EXPECT_EQ(o[3].label, "D");
  EXPECT_EQ(o[4].label, "not_administered");
  EXPECT_TRUE(std::isnan(o[4].share));
  EXPECT_EQ(o[5].label, "omitted");
  EXPECT_NEAR(o[5].share, 0.25, 1e-15);  // of the four who were given the item
  EXPECT_EQ(d.items[0].n, 4);
  EXPECT_EQ(d.to_table().n_rows(), 8);
}

TEST(Distractors, RareOptionsAreMarkedOnlyWhenAsked) {
  auto options = keyed();
  const auto rows = raw();
  const auto found = ctt::distractors(pack(rows), {}, {}, options).value();
  for (const auto& item : found.items)
    for (const auto& o : item.options) EXPECT_FALSE(o.rarely_chosen);
  options.rare_share = 0.99;
  EXPECT_TRUE(ctt::distractors(pack(rows), {}, {}, options)->items[0].options[0].rarely_chosen);
}

TEST(Distractors, SameBitsForAnyNumberOfThreads) {
  const auto r = pack(raw(9001));
  std::vector<double> weights;
  for (int i = 0; i < 9001; ++i) weights.push_back(0.1 + (i * 7919 % 1000) / 300.0);
  std::vector<double> first;
  for (const int threads : {1, 2, 3, 8}) {
    ExecutionContext context;
    context.n_threads = threads;
    const auto d = ctt::distractors(r, {}, {.weights = weights, .include = {}}, keyed(), context).value();
    std::vector<double> now;
    for (const auto& item : d.items)
      for (const auto& o : item.options) now.insert(now.end(), {o.share, o.option_total_r, o.mean_rest, o.share_by_group[1]});
    if (first.empty()) first = now;
    for (std::size_t i = 0; i < first.size(); ++i) EXPECT_EQ(std::bit_cast<std::uint64_t>(now[i]), std::bit_cast<std::uint64_t>(first[i]));
  }
}

TEST(Distractors, WrongUse) {
  const auto r = pack({{0, 1}, {1, 0}});
  ctt::DistractorOptions options;
  options.key = {1};
  EXPECT_EQ(ctt::distractors(r, {}, {}, options).error().code, Code::kLengthMismatch);
  options.key = {1, 999};
  EXPECT_EQ(ctt::distractors(r, {}, {}, options).error().code, Code::kInvalidArgument);
  options.key = {1, 1};
  options.n_groups = 1;
  EXPECT_EQ(ctt::distractors(r, {}, {}, options).error().code, Code::kInvalidArgument);
  EXPECT_EQ(ctt::distractors(Responses()).error().code, Code::kNoItems);
  const auto no_key = ctt::distractors(r).value();
  EXPECT_EQ(no_key.findings[0].code, Code::kNoKey);
  EXPECT_TRUE(std::isnan(no_key.items[0].options[0].option_total_r));
}

}  // namespace
