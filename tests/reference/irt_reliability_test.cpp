// Marginal and empirical reliability against R mirt 1.45.1, at the peer's own parameter values.
#include "irt_peer_model.hpp"

#include <celadon/models/irt/information.hpp>
#include <celadon/models/irt/score.hpp>

#include <cmath>

namespace {

class Reliability : public testing::TestWithParam<std::pair<std::string, std::string>> {};

/// What the peer computes: the mean over N(0, 1) of I / (I + v), v the population's variance. With v = 1 that is the definition.
double peer_marginal(const celadon::irt::Model& model) {
  const double variance = model.populations[0].sd * model.populations[0].sd;
  const celadon::irt::Grid grid{.n_nodes = 401, .lowest = -8.0, .highest = 8.0};
  const auto nodes = grid.nodes();
  const auto weights = grid.weights({"standard", 0.0, 1.0});
  double out = 0.0;
  for (std::size_t q = 0; q < nodes.size(); ++q) {
    const double information = celadon::irt::test_information(model, nodes[q]);
    out += weights[q] * information / (information + variance);
  }
  return out;
}

TEST_P(Reliability, Marginal) {
  CELADON_NEEDS_REFERENCE_DATA();
  const auto peer = reference::peer_case(GetParam().first, GetParam().second);
  if (!peer.body.contains("marginal_rxx")) return;  // the two-group case
  const double expected = peer.body["marginal_rxx"].get<double>();
  const double ours = celadon::irt::marginal_reliability(peer.model).value();
  EXPECT_NEAR(peer_marginal(peer.model), expected, 1e-4);
  if (peer.model.populations[0].sd == 1.0) {
    EXPECT_NEAR(ours, expected, 1e-4);
    return;
  }
  // Rasch and PCM, variance free. The same model written with ability in standard units has slopes sd and population N(0, 1); a
  // reliability cannot depend on the unit, and there the peer's formula is the definition.
  celadon::irt::Model standard = peer.model;
  for (auto& item : standard.items) {
    item.model = item.intercepts.size() == 1 ? celadon::irt::ItemModel::k2pl : celadon::irt::ItemModel::kGeneralizedPartialCredit;
    item.slope = peer.model.populations[0].sd;
  }
  standard.populations[0].sd = 1.0;
  EXPECT_NEAR(ours, peer_marginal(standard), 1e-6);
}

TEST_P(Reliability, Empirical) {
  CELADON_NEEDS_REFERENCE_DATA();
  const auto peer = reference::peer_case(GetParam().first, GetParam().second);
  if (!peer.body.contains("empirical_rxx_EAP")) return;
  const auto scores = celadon::irt::score(peer.model, peer.responses).value();
  EXPECT_NEAR(celadon::irt::empirical_reliability(scores).value(), peer.body["empirical_rxx_EAP"].get<double>(), 1e-4);
}

INSTANTIATE_TEST_SUITE_P(Mirt, Reliability, testing::ValuesIn(reference::peer_cases()), [](const auto& given) {
  std::string name = given.param.first + "_" + given.param.second;
  for (char& c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  return name;
});

}  // namespace
