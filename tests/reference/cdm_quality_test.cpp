// Classification accuracy, absolute fit and PVAF against R GDINA 2.9.12, wherever our calibration ends at the peer's top (log-likelihoods
// within .01); rule by rule the tolerance is what the peer's stopping rule (1e-6 on probabilities) leaves open.
#include "reference_data.hpp"

#include <celadon/models/cdm/fit.hpp>
#include <celadon/models/cdm/fit_statistics.hpp>
#include <celadon/models/cdm/q_validation.hpp>
#include <celadon/models/cdm/quality.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace {

using namespace celadon;
using nlohmann::json;

cdm::QMatrix matrix_of(const reference::Csv& csv) {
  cdm::QMatrix q;
  q.attributes.assign(csv.header.begin() + 1, csv.header.end());
  for (const auto& row : csv.rows) {
    q.item_ids.push_back(row[0]);
    for (std::size_t k = 1; k < row.size(); ++k) q.cells.push_back(static_cast<std::uint8_t>(std::stoi(row[k])));
  }
  return q;
}

std::uint32_t bits(const std::string& text) {
  std::uint32_t out = 0;
  for (std::size_t k = 0; k < text.size(); ++k)
    if (text[k] == '1') out |= 1U << k;
  return out;
}

void compare(const json& peer, const cdm::Fit& fit, const Responses& answers, const std::string& name) {
  cdm::ScoreOptions keep;
  keep.keep_state = true;
  const auto scores = cdm::score(fit.model, answers, keep).value();
  const auto quality = cdm::classification_quality(scores).value();
  const json& accuracy = peer.at("classification_accuracy");
  EXPECT_NEAR(quality.pattern_accuracy, accuracy.at("test").get<double>(), 0.003) << name;
  for (std::size_t k = 0; k < quality.attributes.size(); ++k)
    EXPECT_NEAR(quality.attributes[k].accuracy, accuracy.at("attribute")[k].get<double>(), 0.003) << name << " " << k;
  const json& peer_fit = peer.at("modelfit");
  if (!peer_fit.contains("M2") || peer_fit.at("M2").is_null()) return;
  const auto absolute = cdm::absolute_fit(fit.model, answers).value();
  EXPECT_EQ(absolute.df, peer_fit.at("M2.df").get<int>()) << name;
  EXPECT_NEAR(absolute.srmsr, peer_fit.at("SRMSR").get<double>(), 2e-4) << name;
  EXPECT_NEAR(absolute.m2, peer_fit.at("M2").get<double>(), 0.01 * absolute.m2) << name;
  EXPECT_NEAR(absolute.rmsea2, peer_fit.at("RMSEA2").get<double>(), 5e-4) << name;
  EXPECT_NEAR(absolute.rmsea2_lower, peer_fit.at("RMSEA2.CI")[0].get<double>(), 5e-4) << name;
  EXPECT_NEAR(absolute.rmsea2_upper, peer_fit.at("RMSEA2.CI")[1].get<double>(), 5e-4) << name;
  if (!peer.contains("Qval_PVAF_eps95")) return;
  const auto seen = cdm::look_at_q(fit.model, answers).value();
  const json& pvaf = peer.at("Qval_PVAF_eps95").at("PVAF");
  for (std::size_t r = 0; r < pvaf.at("rows").size(); ++r)
    for (std::size_t j = 0; j < seen.items.size(); ++j)
      EXPECT_NEAR(seen.items[j].pvaf[bits(pvaf.at("rows")[r].get<std::string>()) - 1], pvaf.at("values")[r][j].get<double>(), 0.01)
          << name << " " << seen.items[j].item << " " << pvaf.at("rows")[r];
}

TEST(CdmQuality, AccuracyFitAndPvafAreThePeers) {
  CELADON_NEEDS_REFERENCE_DATA();
  int compared = 0;
  for (const std::string data : {"fraction11", "ecpe"}) {
    const json file = reference::read_json("cdm/" + data + "_gdina.json");
    const auto csv = reference::read_csv("cdm/" + data + ".csv");
    const auto q = matrix_of(reference::read_csv("cdm/" + data + "_q.csv"));
    const Responses answers = reference::to_responses(csv, csv.header);
    for (const auto& [rule, run] : file.at("models").items()) {
      std::string lower = rule;
      for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      cdm::FitOptions options;
      options.rule = cdm::rule_from_name(lower).value();
      options.errors = cdm::ErrorMethod::kNone;
      const auto fit = cdm::fit(answers, q, options).value();
      const json& peer = run.at("GDINA");
      const double difference = fit.log_likelihood - peer.at("logLik").get<double>();
      if (std::fabs(difference) > 0.01) {
        std::printf("not the same top: %s %s, ours higher by %.3f\n", data.c_str(), lower.c_str(), difference);
        continue;
      }
      const auto groups = cdm::evidence_of(fit.model).group_of_class;
      if (*std::max_element(groups.begin(), groups.end()) + 1 < static_cast<std::int32_t>(fit.model.classes.size())) {
        std::printf("classes that the items do not tell apart: %s %s\n", data.c_str(), lower.c_str());
        continue;
      }
      ++compared;
      compare(peer, fit, answers, data + " " + lower);
    }
  }
  EXPECT_EQ(compared, 3);  // ecpe: DINA, DINO, G-DINA; the rest has another top or merged classes, and is printed
}

}  // namespace
