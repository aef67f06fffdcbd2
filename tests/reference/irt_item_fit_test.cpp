// Infit, outfit and S-X2 against R mirt 1.45.1, at the peer's own parameter values.
#include "irt_peer_model.hpp"

#include <celadon/models/irt/item_fit.hpp>
#include <celadon/models/irt/score.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace {

class ItemFit : public testing::TestWithParam<std::pair<std::string, std::string>> {};

/// The peer raises every variance to at least sqrt(1e-5) before it divides; the definition (Wright & Masters 1982) does not. This repeats
/// the peer's rule, to show that nothing else differs.
struct Floored {
  double infit = 0.0;
  double infit_z = 0.0;
  bool touched = false;
};

Floored floored_infit(const celadon::irt::ItemParameters& item, const std::vector<double>& abilities, const celadon::Responses& responses,
                      std::int64_t column) {
  Floored out;
  double squared = 0.0;
  double variance = 0.0;
  double spread = 0.0;
  for (std::size_t i = 0; i < abilities.size(); ++i) {
    double p[2];
    celadon::irt::category_probabilities(item, abilities[i], p);
    const double x = responses.at(static_cast<std::int64_t>(i), column);
    const double v = std::max(p[0] * p[1], std::sqrt(1e-5));
    out.touched = out.touched || v > p[0] * p[1];
    squared += (x - p[1]) * (x - p[1]);
    variance += v;
    spread += p[0] * std::pow(p[1], 4) + p[1] * std::pow(p[0], 4) - v * v;
  }
  out.infit = squared / variance;
  const double q = std::sqrt(spread) / variance;
  out.infit_z = (std::cbrt(out.infit) - 1.0) * (3.0 / q) + q / 3.0;
  return out;
}

TEST_P(ItemFit, MeanSquares) {
  CELADON_NEEDS_REFERENCE_DATA();
  const auto peer = reference::peer_case(GetParam().first, GetParam().second);
  if (!peer.body.contains("infit_outfit")) return;
  const auto& table = peer.body["infit_outfit"];
  const auto fit = celadon::irt::item_mean_squares(peer.model, peer.responses).value();
  const auto scores = celadon::irt::score(peer.model, peer.responses).value();
  int n_touched = 0;
  for (std::size_t j = 0; j < fit.items.size(); ++j) {
    EXPECT_EQ(fit.items[j].item, table["item"][j].get<std::string>());
    EXPECT_NEAR(fit.items[j].outfit, table["outfit"][j].get<double>(), 1e-3);
    const Floored floored = floored_infit(peer.model.items[j], scores.ability, peer.responses, static_cast<std::int64_t>(j));
    n_touched += floored.touched ? 1 : 0;
    EXPECT_NEAR(floored.infit, table["infit"][j].get<double>(), 1e-4);
    EXPECT_NEAR(floored.infit_z, table["z.infit"][j].get<double>(), 2e-3);
    if (floored.touched) continue;
    EXPECT_NEAR(fit.items[j].infit, table["infit"][j].get<double>(), 1e-4);
    EXPECT_NEAR(fit.items[j].outfit_z, table["z.outfit"][j].get<double>(), 2e-3);
    EXPECT_NEAR(fit.items[j].infit_z, table["z.infit"][j].get<double>(), 2e-3);
  }
  EXPECT_LE(n_touched, GetParam().first == "sat12_scored" ? 2 : 0);
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
