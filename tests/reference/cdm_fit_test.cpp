// Calibration of diagnosis models against R GDINA 2.9.12 (control of each case in the reference file; probabilities kept in
// [1e-4, 1 - 1e-4] there).
//
// Log-likelihood: at least the peer's less 0.01, ours evaluated by the same likelihood as the peer's parameters, and in nested order on
// each data set. Item parameters: within 0.005 where both stand at the same top (|difference in log-likelihood| < 0.01), for groups with
// at least five persons and probabilities off the bound; every case that is not compared is listed with the reason.
#include "reference_data.hpp"

#include <celadon/models/cdm/fit.hpp>

#include <cmath>
#include <iostream>
#include <map>

namespace {

using namespace celadon;
using nlohmann::json;

struct Data {
  Responses responses;
  cdm::QMatrix q;
};

Data load(const std::string& data, const std::string& matrix) {
  const auto answers = reference::read_csv("cdm/" + data + ".csv");
  const auto rows = reference::read_csv("cdm/" + matrix);
  Data out;
  out.q.attributes.assign(rows.header.begin() + 1, rows.header.end());
  for (const auto& row : rows.rows) {
    out.q.item_ids.push_back(row[0]);
    for (std::size_t k = 1; k < row.size(); ++k) out.q.cells.push_back(row[k] == "1" ? 1 : 0);
  }
  Responses::Builder builder(static_cast<std::int64_t>(answers.rows.size()), out.q.item_ids);
  for (std::size_t j = 0; j < out.q.item_ids.size(); ++j) {
    const std::size_t column = answers.column(out.q.item_ids[j]);
    for (std::size_t i = 0; i < answers.rows.size(); ++i) {
      const std::string& cell = answers.rows[i][column];
      const auto person = static_cast<std::int64_t>(i);
      if (cell == "0" || cell == "1")
        builder.set(person, static_cast<std::int64_t>(j), static_cast<std::uint8_t>(cell[0] - '0'));
      else
        builder.set(person, static_cast<std::int64_t>(j), Missing::kNotAdministered);
    }
  }
  out.responses = std::move(builder).build().value();
  return out;
}

/// The peer's estimates as a model of ours. Four decimals of P, eleven of the classes.
cdm::Model their_model(const json& theirs, const cdm::Model& ours) {
  cdm::Model out = ours;
  std::size_t j = 0;
  std::map<std::size_t, json> by_number;
  for (const auto& [name, item] : theirs["catprob"].items()) by_number[std::stoul(name.substr(name.find(' ') + 1))] = item;
  for (const auto& [number, item] : by_number) {
    cdm::ItemParameters& to = out.items[j++];
    for (std::size_t i = 0; i < item["cols"].size(); ++i) {
      const std::string group = item["cols"][i];  // P(10): the first needed attribute is mastered, the second not
      std::size_t g = 0;
      for (std::size_t l = 0; l < to.attributes.size(); ++l)
        if (group[2 + l] == '1') g |= std::size_t{1} << l;
      to.probability[g] = item["values"][0][i].get<double>();
    }
  }
  double sum = 0.0;
  for (std::size_t i = 0; i < theirs["classes"].size(); ++i) {
    const std::string pattern = theirs["classes"][i];
    std::uint32_t c = 0;
    for (std::size_t k = 0; k < pattern.size(); ++k)
      if (pattern[k] == '1') c |= 1U << k;
    out.populations[0].probability[c] = theirs["class_prob"][i].get<double>();
    sum += out.populations[0].probability[c];
  }
  for (double& p : out.populations[0].probability) p /= sum;
  return out;
}

class Gdina : public testing::TestWithParam<std::string> {};

TEST_P(Gdina, LogLikelihoodNestedOrderAndParameters) {
  CELADON_NEEDS_REFERENCE_DATA();
  const json file = reference::read_json("cdm/" + GetParam() + "_gdina.json");
  const Data data = load(file["data"], file["q"]);
  std::map<std::string, double> found;
  for (const auto& [name, by_peer] : file["models"].items()) {
    const json& theirs = by_peer["GDINA"];
    std::string rule = name;
    for (char& c : rule) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    cdm::FitOptions options;
    options.rule = cdm::rule_from_name(rule).value();
    const cdm::Fit fit = cdm::fit(data.responses, data.q, options).value();
    const auto peer = their_model(theirs, fit.model);
    const double their_value = cdm::log_likelihood(peer, data.responses).value().value;
    // the reference is what it says, up to its four decimals of P
    EXPECT_NEAR(their_value, theirs["logLik"].get<double>(), 0.02) << name;
    EXPECT_GE(fit.log_likelihood, theirs["logLik"].get<double>() - 0.01) << name;
    EXPECT_NEAR(cdm::log_likelihood(fit.model, data.responses).value().value, fit.log_likelihood, 1e-6) << name;
    EXPECT_EQ(fit.n_parameters, theirs["npar"].get<int>()) << name;
    found[name] = fit.log_likelihood;
    if (std::fabs(fit.log_likelihood - theirs["logLik"].get<double>()) > 0.01) {
      std::cout << "not compared: " << GetParam() << " " << name << ", ours " << fit.log_likelihood << ", the peer's "
                << theirs["logLik"].get<double>() << "\n";
      continue;
    }
    for (std::size_t j = 0; j < fit.model.items.size(); ++j)
      for (std::size_t g = 0; g < fit.model.items[j].probability.size(); ++g) {
        const double p = fit.model.items[j].probability[g];
        if (fit.items[j].group_size[g] < 5.0 || p < 0.01 || p > 0.99) continue;
        // A peer that stopped short of the top by d lies up to se sqrt(2 d) away from it in a direction that is barely decided.
        const double se = fit.items[j].probability_se[g];
        const double short_of = std::max(0.0, fit.log_likelihood - their_value);
        const double tolerance = std::isfinite(se) ? std::max(0.005, se * std::sqrt(2.0 * short_of)) : 0.005;
        if (std::fabs(p - peer.items[j].probability[g]) > 0.005)
          std::cout << "beyond .005: " << GetParam() << " " << name << " " << fit.model.items[j].id << " group " << g << ", ours " << p
                    << ", the peer's " << peer.items[j].probability[g] << ", se " << se << ", the peer is short of the top by " << short_of
                    << "\n";
        // On a bound there is no error to measure by: compared where the peer's own parameters reach the top.
        if (!std::isfinite(se) && short_of > 0.01) continue;
        EXPECT_NEAR(p, peer.items[j].probability[g], tolerance) << name << " " << fit.model.items[j].id << " group " << g;
      }
    // classes that nothing tells apart are compared together
    std::vector<double> ours(static_cast<std::size_t>(fit.groups.n_groups), 0.0);
    std::vector<double> others = ours;
    for (std::size_t c = 0; c < fit.model.classes.size(); ++c) {
      const auto group = static_cast<std::size_t>(fit.groups.group_of_class[c]);
      ours[group] += fit.model.populations[0].probability[c];
      others[group] += peer.populations[0].probability[c];
    }
    for (std::size_t g = 0; g < ours.size(); ++g) EXPECT_NEAR(ours[g], others[g], 0.005) << name << " class group " << g;
  }
  for (const auto& [name, value] : found) EXPECT_GE(found.at("GDINA"), value - 1e-6) << name;
}

INSTANTIATE_TEST_SUITE_P(Cdm, Gdina, testing::Values("ecpe", "fraction11", "fraction15", "fraction20", "timss07_g4_aut"),
                         [](const auto& name) { return name.param; });

}  // namespace
