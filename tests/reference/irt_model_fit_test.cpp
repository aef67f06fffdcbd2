// M2, RMSEA with its interval, SRMSR, CFI and TLI against R mirt 1.45.1, at the peer's own parameter values.
#include "irt_peer_model.hpp"

#include <celadon/models/irt/model_fit.hpp>

#include <algorithm>

namespace {

class ModelFit : public testing::TestWithParam<std::pair<std::string, std::string>> {};

TEST_P(ModelFit, LimitedInformation) {
  CELADON_NEEDS_REFERENCE_DATA();
  const auto peer = reference::peer_case(GetParam().first, GetParam().second);
  if (!peer.body.contains("M2")) return;
  const auto& table = peer.body["M2"];
  if (table.contains("error")) {
    const auto fit = celadon::irt::model_fit(peer.model, peer.responses);
    ASSERT_FALSE(fit);
    EXPECT_EQ(fit.error().code, celadon::Code::kNoDegreesOfFreedom);
    return;
  }
  celadon::irt::ModelFitOptions options;
  const bool rasch = GetParam().second == "Rasch";
  const auto full = celadon::irt::model_fit(peer.model, peer.responses, options).value();
  EXPECT_EQ(full.df, table["df"][0].get<int>());
  EXPECT_NEAR(full.srmsr, table["SRMSR"][0].get<double>(), 1e-4);
  const auto near = [&](const celadon::irt::ModelFit& fit) {
    const double expected = table["M2"][0].get<double>();
    EXPECT_NEAR(fit.m2, expected, 2e-3 * std::max(1.0, expected));
    if (fit.df != table["df"][0].get<int>()) return;
    EXPECT_NEAR(fit.p, table["p"][0].get<double>(), 1e-3);
    EXPECT_NEAR(fit.rmsea, table["RMSEA"][0].get<double>(), 1e-4);
    EXPECT_NEAR(fit.rmsea_lower, table["RMSEA_5"][0].get<double>(), 1e-4);
    EXPECT_NEAR(fit.rmsea_upper, table["RMSEA_95"][0].get<double>(), 1e-4);
    EXPECT_NEAR(fit.tli, table["TLI"][0].get<double>(), 1e-3);
    EXPECT_NEAR(fit.cfi, table["CFI"][0].get<double>(), 1e-3);
  };
  if (!rasch) {
    near(full);
    return;
  }
  // The peer counts the population variance of a Rasch model among the parameters but not among the derivatives, so its statistic keeps one
  // direction that the fit has used up: ours without that derivative is the peer's value, on one more degree of freedom.
  options.population_variance = celadon::irt::PopulationVariance::kFixed;
  const auto peers = celadon::irt::model_fit(peer.model, peer.responses, options).value();
  EXPECT_EQ(peers.df, full.df + 1);
  EXPECT_LE(full.m2, peers.m2 + 1e-9);
  near(peers);
}

INSTANTIATE_TEST_SUITE_P(Mirt, ModelFit, testing::ValuesIn(reference::peer_cases()), [](const auto& given) {
  std::string name = given.param.first + "_" + given.param.second;
  for (char& c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  return name;
});

}  // namespace
