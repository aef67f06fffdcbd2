// Distractor analysis of the raw SAT12 answers with the published key. The file notes that item 32 is probably keyed 3, not 5.
#include "reference_data.hpp"

#include <celadon/models/ctt/distractors.hpp>
#include <celadon/models/ctt/item_analysis.hpp>

#include <gtest/gtest.h>

namespace {

using namespace celadon;

const std::vector<int> kKey{1, 4, 5, 2, 3, 1, 2, 1, 3, 1, 2, 4, 2, 1, 5, 3, 4, 4, 1, 4, 3, 3, 4, 1, 3, 5, 1, 3, 1, 5, 4, 5};

TEST(Sat12Distractors, KeyedAnswersEqualTheScoredFile) {
  CELADON_NEEDS_REFERENCE_DATA();
  const auto raw_csv = reference::read_csv("sat12_raw.csv");
  const auto scored_csv = reference::read_csv("sat12_scored.csv");
  ctt::DistractorOptions options;
  options.key = kKey;
  const auto d = ctt::distractors(reference::to_responses(raw_csv, raw_csv.header), {}, {}, options).value();
  const auto a = ctt::item_analysis(reference::to_responses(scored_csv, scored_csv.header)).value();
  const auto e = reference::read_json("ctt/sat12_scored_psych.json");
  ASSERT_EQ(d.items.size(), 32U);
  for (std::size_t j = 0; j < 32; ++j) {
    const auto& key = d.items[j].options[static_cast<std::size_t>(kKey[j])];
    EXPECT_TRUE(key.is_key);
    EXPECT_NEAR(key.share, e["items"]["difficulty_share_of_max"][j].get<double>(), 1e-12);
    EXPECT_NEAR(key.option_total_r, e["items"]["item_rest_r"][j].get<double>(), 1e-10);
    EXPECT_NEAR(key.option_total_r, a.items[j].item_rest_r, 1e-10);
    double share = 0.0;
    std::int64_t n = 0;
    for (const auto& o : d.items[j].options) {
      share += o.share;
      n += o.n;
    }
    EXPECT_NEAR(share, 1.0, 1e-12);
    EXPECT_EQ(n, 600);
  }
}

TEST(Sat12Distractors, FindsThePossiblyWrongKeyOfItem32) {
  CELADON_NEEDS_REFERENCE_DATA();
  const auto csv = reference::read_csv("sat12_raw.csv");
  ctt::DistractorOptions options;
  options.key = kKey;
  const auto d = ctt::distractors(reference::to_responses(csv, csv.header), {}, {}, options).value();
  EXPECT_EQ(d.items[31].possible_key, 3);
  std::vector<std::string> named;
  for (const auto& f : d.findings)
    if (f.code == Code::kPossibleWrongKey) named.push_back(f.place.item);
  EXPECT_EQ(named, (std::vector<std::string>{csv.header[31]}));
}

}  // namespace
