// Infit, outfit and S-X2 against R mirt 1.45.1, at the peer's own parameter values.
#include "irt_peer_model.hpp"

#include <celadon/models/irt/item_fit.hpp>

#include <cmath>

namespace {

class ItemFit : public testing::TestWithParam<std::pair<std::string, std::string>> {};

TEST_P(ItemFit, MeanSquares) {
  CELADON_NEEDS_REFERENCE_DATA();
  const auto peer = reference::peer_case(GetParam().first, GetParam().second);
  if (!peer.body.contains("infit_outfit")) return;
  const auto& table = peer.body["infit_outfit"];
  const auto fit = celadon::irt::item_mean_squares(peer.model, peer.responses).value();
  for (std::size_t j = 0; j < fit.items.size(); ++j) {
    EXPECT_EQ(fit.items[j].item, table["item"][j].get<std::string>());
    EXPECT_NEAR(fit.items[j].outfit, table["outfit"][j].get<double>(), 1e-4);
    EXPECT_NEAR(fit.items[j].infit, table["infit"][j].get<double>(), 1e-4);
    EXPECT_NEAR(fit.items[j].outfit_z, table["z.outfit"][j].get<double>(), 2e-3);
    EXPECT_NEAR(fit.items[j].infit_z, table["z.infit"][j].get<double>(), 2e-3);
  }
}

TEST_P(ItemFit, SX2) {
  CELADON_NEEDS_REFERENCE_DATA();
  const auto peer = reference::peer_case(GetParam().first, GetParam().second);
  if (!peer.body.contains("S_X2")) return;
  const auto& table = peer.body["S_X2"];
  const auto fit = celadon::irt::item_s_x2(peer.model, peer.responses).value();
  for (std::size_t j = 0; j < fit.items.size(); ++j) {
    EXPECT_EQ(fit.items[j].df, table["df.S_X2"][j].get<int>()) << fit.items[j].item;
    const double expected = table["S_X2"][j].get<double>();
    EXPECT_NEAR(fit.items[j].statistic, expected, 1e-3 * std::max(1.0, expected)) << fit.items[j].item;
    EXPECT_NEAR(fit.items[j].p, table["p.S_X2"][j].get<double>(), 1e-3) << fit.items[j].item;
    EXPECT_NEAR(fit.items[j].rmsea, table["RMSEA.S_X2"][j].get<double>(), 1e-4) << fit.items[j].item;
  }
}

INSTANTIATE_TEST_SUITE_P(Mirt, ItemFit, testing::ValuesIn(reference::peer_cases()), [](const auto& given) {
  std::string name = given.param.first + "_" + given.param.second;
  for (char& c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  return name;
});

}  // namespace
