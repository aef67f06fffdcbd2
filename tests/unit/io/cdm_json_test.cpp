#include "models/cdm/score_cases.hpp"

#include <celadon/io/cdm_json.hpp>

#include <gtest/gtest.h>

#include <cstring>

namespace {

using namespace score_cases;

cdm::Model example() {
  auto model = mixed(2);
  model.structure = cdm::Structure::kHigherOrder;
  for (auto& p : model.populations) {
    p.slope = {1.0 / 3.0, 0.5, 2.0};
    p.intercept = {0.1, -0.7, 1e-17};
  }
  return model;
}

bool equal(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

TEST(CdmJson, AModelComesBackWithEqualBits) {
  const auto m = example();
  const std::string text = cdm::save(m);
  const auto back = cdm::load(text).value();
  EXPECT_EQ(cdm::save(back), text);
  EXPECT_EQ(back.attributes, m.attributes);
  EXPECT_EQ(back.classes, m.classes);
  EXPECT_EQ(back.structure, m.structure);
  ASSERT_EQ(back.items.size(), m.items.size());
  for (std::size_t j = 0; j < m.items.size(); ++j) {
    EXPECT_EQ(back.items[j].id, m.items[j].id);
    EXPECT_EQ(back.items[j].rule, m.items[j].rule);
    EXPECT_EQ(back.items[j].attributes, m.items[j].attributes);
    EXPECT_TRUE(equal(back.items[j].probability, m.items[j].probability));
  }
  for (std::size_t p = 0; p < 2; ++p) {
    EXPECT_EQ(back.populations[p].id, m.populations[p].id);
    EXPECT_TRUE(equal(back.populations[p].probability, m.populations[p].probability));
    EXPECT_TRUE(equal(back.populations[p].slope, m.populations[p].slope));
    EXPECT_TRUE(equal(back.populations[p].intercept, m.populations[p].intercept));
  }
}

TEST(CdmJson, AStateComesBackAndGoesOn) {
  const auto m = mixed();
  const Responses answers = coins(m, 40, 0.3, 4);
  cdm::ScoreOptions options;
  options.keep_state = true;
  const auto first = cdm::score(m, answers, options).value();
  const std::string text = cdm::save_state(first.state);
  const auto back = cdm::load_state(text).value();
  EXPECT_EQ(cdm::save_state(back), text);
  EXPECT_TRUE(equal(back.probability, first.state.probability));
  EXPECT_EQ(back.evidence, first.state.evidence);
  options.start = &first.state;
  const auto a = cdm::score(m, answers, options).value();
  options.start = &back;
  const auto b = cdm::score(m, answers, options).value();
  EXPECT_TRUE(equal(a.mastery, b.mastery));
  EXPECT_TRUE(equal(a.lower, b.lower));
  EXPECT_EQ(a.n_items, b.n_items);
}

TEST(CdmJson, WhatIsNotAModelIsRefused) {
  const std::string text = cdm::save(example());
  for (std::size_t n = 0; n < text.size(); n += 7) EXPECT_FALSE(cdm::load(text.substr(0, n))) << n;
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string changed = text;
    const auto at = changed.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return cdm::load(changed.replace(at, from.size(), to));
  };
  EXPECT_EQ(with("\"rule\":\"dino\"", "\"rule\":\"dinosaur\"").error().code, Code::kInvalidArgument);
  EXPECT_EQ(with("\"structure\":\"higher_order\"", "\"structure\":\"none\"").error().code, Code::kInvalidArgument);
  EXPECT_EQ(with("\"classes\":[0,1,2", "\"classes\":[0,2,1").error().code, Code::kInvalidArgument);
  EXPECT_EQ(with("\"classes\":[0,1,2", "\"classes\":[0,4294967297,2").error().code, Code::kInvalidArgument);
  EXPECT_EQ(with("\"attributes\":[0]", "\"attributes\":[-4294967296]").error().code, Code::kInvalidArgument);
  EXPECT_EQ(with("\"attributes\":[0]", "\"attributes\":[0,1]").error().code, Code::kInvalidArgument);
  EXPECT_EQ(with("\"attributes\":[0]", "\"attributes\":[3]").error().code, Code::kInvalidArgument);
  EXPECT_EQ(with("celadon.cdm.model", "celadon.irt.model").error().code, Code::kJsonFormat);
  EXPECT_EQ(with("\"rule\":\"dino\",", "").error().arguments.at(0).value, "$.items[4].rule");
  EXPECT_EQ(cdm::load(cdm::save_state({})).error().code, Code::kJsonFormat);
}

TEST(CdmJson, WhatIsNotAStateIsRefused) {
  const auto m = mixed();
  cdm::ScoreOptions options;
  options.keep_state = true;
  const std::string text = cdm::save_state(cdm::score(m, coins(m, 3, 0.3, 4), options).value().state);
  for (std::size_t n = 0; n < text.size(); n += 7) EXPECT_FALSE(cdm::load_state(text.substr(0, n))) << n;
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string changed = text;
    const auto at = changed.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return cdm::load_state(changed.replace(at, from.size(), to));
  };
  EXPECT_EQ(with("\"probability\":[", "\"probability\":[0.5,").error().code, Code::kLengthMismatch);
  EXPECT_EQ(with("\"probability\":[", "\"probability\":[1").error().code, Code::kInvalidArgument);
  EXPECT_EQ(with("\"group_of_class\":[0", "\"group_of_class\":[7").error().code, Code::kInvalidArgument);
  EXPECT_EQ(with("\"evidence_of_person\":[0", "\"evidence_of_person\":[9").error().code, Code::kInvalidArgument);
  EXPECT_EQ(with("\"n_items\":[", "\"n_items\":[-").error().code, Code::kInvalidArgument);
  EXPECT_EQ(cdm::load_state(cdm::save(m)).error().code, Code::kJsonFormat);
}

}  // namespace
