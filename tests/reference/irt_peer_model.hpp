/// Turns the parameter table of an R mirt reference case into a celadon::irt::Model, so that scoring and fit are compared at the peer's own
/// parameter values.
#pragma once

#include "reference_data.hpp"

#include <celadon/models/irt/model.hpp>

#include <map>
#include <string>
#include <vector>

namespace reference {

struct PeerCase {
  std::string dataset;
  std::string name;  ///< "Rasch", "2PL", ...
  nlohmann::json body;
  celadon::irt::Model model;
  celadon::Responses responses;
  std::vector<std::int32_t> group;  ///< population of each person; empty where there is one
};

inline celadon::irt::ItemParameters peer_item(const std::string& id, const std::map<std::string, double>& p, const std::string& kind) {
  using celadon::irt::ItemModel;
  celadon::irt::ItemParameters item;
  item.id = id;
  item.slope = p.at("a1");
  if (p.count("d") != 0) {
    item.intercepts = {p.at("d")};
    item.lower = p.at("g");
    item.upper = p.at("u");
    item.model = kind == "Rasch" ? ItemModel::kRasch : (kind == "2PL" ? ItemModel::k2pl : ItemModel::k3pl);
    return item;
  }
  for (int k = 1; p.count("d" + std::to_string(k)) != 0; ++k) item.intercepts.push_back(p.at("d" + std::to_string(k)));
  item.n_categories = static_cast<int>(item.intercepts.size()) + 1;
  item.model = kind == "graded" ? ItemModel::kGraded : (kind == "PCM" ? ItemModel::kPartialCredit : ItemModel::kGeneralizedPartialCredit);
  if (kind == "nominal") {
    item.model = ItemModel::kNominal;
    for (int k = 0; k < item.n_categories; ++k) item.scoring.push_back(p.at("ak" + std::to_string(k)));
  }
  return item;
}

/// The case `name` of "irt/<dataset>_mirt.json" with the answers of "<dataset>.csv".
inline PeerCase peer_case(const std::string& dataset, const std::string& name) {
  PeerCase out;
  out.dataset = dataset;
  out.name = name;
  const nlohmann::json file = read_json("irt/" + dataset + "_mirt.json");
  out.body = file.at(name);
  const auto& table = out.body.at("parameters");
  const std::string kind = name.substr(0, name.find('_')) == "multigroup" ? "2PL" : name.substr(0, name.find('_'));
  std::vector<std::string> order;
  std::map<std::string, std::map<std::string, double>> items;
  out.model.populations.clear();
  for (std::size_t r = 0; r < table.at("item").size(); ++r) {
    const auto id = table["item"][r].get<std::string>();
    const auto parameter = table["name"][r].get<std::string>();
    const auto group = table["group"][r].get<std::string>();
    const double value = table["value"][r].get<double>();
    if (id == "GROUP") {
      if (parameter == "MEAN_1") out.model.populations.push_back({group, value, 1.0});
      if (parameter == "COV_11") out.model.populations.back().sd = std::sqrt(value);
      continue;
    }
    if (items.count(id) == 0) order.push_back(id);
    items[id][parameter] = value;
  }
  for (const std::string& id : order) out.model.items.push_back(peer_item(id, items.at(id), kind));
  const Csv csv = read_csv(dataset + ".csv");
  int lowest = 1000;
  for (const std::string& id : order)
    for (const auto& row : csv.rows)
      if (const std::string& cell = row[csv.column(id)]; !cell.empty() && cell != "NA") lowest = std::min(lowest, std::stoi(cell));
  out.responses = to_responses(csv, order, lowest);
  if (out.model.populations.size() > 1) {
    const std::size_t at = csv.column("country");  // population k is called "c" and the country's number
    for (const auto& row : csv.rows)
      for (std::size_t g = 0; g < out.model.populations.size(); ++g)
        if (out.model.populations[g].id == "c" + row[at]) out.group.push_back(static_cast<std::int32_t>(g));
    if (out.group.size() != csv.rows.size()) throw std::runtime_error("reference data: a person's country has no population");
  }
  return out;
}

/// Every case of the files; coverage_test compares the list with them.
inline std::vector<std::pair<std::string, std::string>> peer_cases() {
  return {{"lsat6", "Rasch"},
          {"lsat6", "2PL"},
          {"deayala", "Rasch"},
          {"deayala", "2PL"},
          {"cqc01", "Rasch"},
          {"cqc01", "2PL"},
          {"numeracy_scored", "Rasch"},
          {"numeracy_scored", "2PL"},
          {"fims_aus_jpn_scored", "Rasch"},
          {"fims_aus_jpn_scored", "2PL"},
          {"fims_aus_jpn_scored", "3PL_noprior"},
          {"fims_aus_jpn_scored", "multigroup_2PL_country"},
          {"sat12_scored", "Rasch"},
          {"sat12_scored", "2PL"},
          {"sat12_scored", "3PL_prior_g_logit_N(-1.386,0.5)"},
          {"science", "graded"},
          {"science", "gpcm"},
          {"science", "PCM"},
          {"science", "nominal"},
          {"cqc02", "PCM"},
          {"cqc02", "graded"},
          {"cqc02", "gpcm"}};
}

}  // namespace reference
