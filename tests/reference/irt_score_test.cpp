// Abilities and standard errors against R mirt 1.45.1, at the peer's own parameter values (measurement rule 22: scores within .002).
// The first 20 persons of every case are stored; the log likelihood covers all persons.
#include "irt_peer_model.hpp"

#include <celadon/models/irt/posterior.hpp>
#include <celadon/models/irt/score.hpp>

#include <cmath>
#include <string>

namespace {

using celadon::irt::ScoreMethod;

struct Method {
  ScoreMethod method;
  const char* key;
};

class Peer : public testing::TestWithParam<std::pair<std::string, std::string>> {};

TEST_P(Peer, AbilitiesAndStandardErrors) {
  CELADON_NEEDS_REFERENCE_DATA();
  const auto peer = reference::peer_case(GetParam().first, GetParam().second);
  int n_compared = 0;
  for (const Method m : {Method{ScoreMethod::kEap, "EAP_first20"}, Method{ScoreMethod::kMap, "MAP_first20"},
                         Method{ScoreMethod::kWle, "WLE_first20"}, Method{ScoreMethod::kMl, "ML_first20"}}) {
    if (!peer.body.contains(m.key)) continue;
    const auto scores = celadon::irt::score(peer.model, peer.responses, {.method = m.method, .missing = {}, .group = peer.group}).value();
    const auto& columns = peer.body[m.key];
    const std::string name = columns.contains("F1") ? "F1" : "F";
    for (std::size_t i = 0; i < columns[name].size(); ++i) {
      const auto& expected = columns[name][i];
      const auto& expected_se = columns["SE_" + name][i];
      if (expected.is_null()) {
        EXPECT_TRUE(std::isnan(scores.ability[i])) << m.key << " " << i;
        EXPECT_EQ(scores.status[i], celadon::irt::ScoreStatus::kNoFiniteMaximum) << m.key << " " << i;
      } else {
        EXPECT_NEAR(scores.ability[i], expected.get<double>(), 0.002) << m.key << " " << i;
        if (!expected_se.is_null()) {
          EXPECT_NEAR(scores.ability_se[i], expected_se.get<double>(), 0.002) << m.key << " " << i;
        }
      }
      ++n_compared;
    }
  }
  // the nominal case has no stored scores
  EXPECT_GE(n_compared, GetParam().second == "nominal" ? 0 : 80);
}

TEST_P(Peer, LogLikelihood) {
  CELADON_NEEDS_REFERENCE_DATA();
  const auto peer = reference::peer_case(GetParam().first, GetParam().second);
  const auto posteriors = celadon::irt::Posteriors::prepare(peer.model, peer.responses, {.missing = {}, .group = peer.group}).value();
  double total = 0.0;
  ASSERT_TRUE(posteriors.for_each_block(
      1, {}, [](const celadon::irt::PosteriorBlock&, int) {},
      [&](const celadon::irt::PosteriorBlock& block, int) {
        for (std::int64_t i = 0; i < block.n_persons; ++i) total += block.log_likelihood[i];
      }));
  // a prior on the guessing parameters is no part of the likelihood of the answers
  EXPECT_NEAR(total, peer.body["logLik"].get<double>(), 0.001);
}

INSTANTIATE_TEST_SUITE_P(Mirt, Peer, testing::ValuesIn(reference::peer_cases()), [](const auto& given) {
  std::string name = given.param.first + "_" + given.param.second;
  for (char& c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  return name;
});

}  // namespace
