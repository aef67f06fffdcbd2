// Nothing in the reference files is left out silently: every file, every case and every quantity is either compared by a named test or
// stands here with the reason why this version has no such function. A file or key that is not listed fails.
#include "irt_peer_model.hpp"

#include <filesystem>
#include <map>
#include <set>

namespace {

using nlohmann::json;

std::vector<std::string> files_in(const std::string& folder) {
  std::vector<std::string> out;
  for (const auto& entry : std::filesystem::directory_iterator(reference::directory() + "/reference/" + folder))
    out.push_back(entry.path().filename().string());
  std::sort(out.begin(), out.end());
  return out;
}

/// Keys of a calibration and the test that compares them; empty: a fact about the run (its call, names, seconds), not a result.
const std::map<std::string, std::string> kIrtKeys = {{"call", ""},
                                                     {"parameterisation", ""},
                                                     {"SE_note", ""},
                                                     {"iterations", ""},
                                                     {"seconds_est_plus_SE", ""},
                                                     {"secondordertest", ""},
                                                     {"n_persons", "irt_fit_test"},
                                                     {"n_items", "coverage_test"},
                                                     {"converged", "irt_fit_test"},
                                                     {"logLik", "irt_fit_test, irt_score_test"},
                                                     {"n_par", "irt_fit_test"},
                                                     {"AIC", "irt_fit_test"},
                                                     {"BIC", "irt_fit_test"},
                                                     {"parameters", "irt_fit_test"},
                                                     {"SE", "irt_fit_test"},
                                                     {"IRTpars", "irt_fit_test"},
                                                     {"marginal_rxx", "irt_reliability_test"},
                                                     {"empirical_rxx_EAP", "irt_reliability_test"},
                                                     {"EAP_first20", "irt_score_test"},
                                                     {"MAP_first20", "irt_score_test"},
                                                     {"ML_first20", "irt_score_test"},
                                                     {"WLE_first20", "irt_score_test"},
                                                     {"M2", "irt_model_fit_test"},
                                                     {"S_X2", "irt_item_fit_test"},
                                                     {"infit_outfit", "irt_item_fit_test"}};

TEST(Coverage, EveryIrtCaseAndQuantityIsCompared) {
  CELADON_NEEDS_REFERENCE_DATA();
  std::set<std::pair<std::string, std::string>> listed;
  for (const auto& c : reference::peer_cases()) EXPECT_TRUE(listed.insert(c).second) << c.first << " " << c.second;
  std::set<std::pair<std::string, std::string>> found;
  for (const std::string& name : files_in("irt")) {
    if (name == "fims_aus_jpn_scored_MH.json") continue;  // Mantel-Haenszel: models/dif, not part of item response theory
    const std::string suffix = "_mirt.json";
    ASSERT_TRUE(name.size() > suffix.size() && name.substr(name.size() - suffix.size()) == suffix) << "no test reads " << name;
    const std::string dataset = name.substr(0, name.size() - suffix.size());
    const json file = reference::read_json("irt/" + name);
    for (const auto& [key, value] : file.items()) {
      if (key == "dataset" || key == "file") continue;
      found.insert({dataset, key});
      std::set<std::string> items;
      for (const auto& item : value.at("parameters").at("item")) items.insert(item.get<std::string>());
      items.erase("GROUP");
      EXPECT_EQ(static_cast<int>(items.size()), value.at("n_items").get<int>()) << name << " " << key;
      for (const auto& [quantity, unused] : value.items())
        EXPECT_TRUE(kIrtKeys.count(quantity) != 0) << name << " " << key << ": no test compares " << quantity;
    }
  }
  EXPECT_EQ(found, listed);
}

/// Quantities of the classical files. "none": the engine has no such function, for the reason given.
const std::map<std::string, std::string> kCttKeys = {{"tool", ""},
                                                     {"data", ""},
                                                     {"n", "ctt_psych_test"},
                                                     {"k", "ctt_psych_test"},
                                                     {"total", "ctt_psych_test"},
                                                     {"alpha", "ctt_psych_test"},
                                                     {"items", "ctt_psych_test"},
                                                     {"guttman", "ctt_psych_test"},
                                                     {"odd_even", "ctt_psych_test"},
                                                     {"split_half_all_or_sampled", "ctt_psych_test"},
                                                     {"KR20_n", "ctt_psych_test"},
                                                     {"KR20_n_minus_1", "ctt_psych_test"},
                                                     {"KR21_n", "ctt_psych_test"},
                                                     {"fa1", "ctt_psych_test"},
                                                     {"eigenvalues_pearson", "none: factor analysis beyond the one factor of omega"},
                                                     {"KMO", "none: factor analysis beyond the one factor of omega"},
                                                     {"bartlett", "none: factor analysis beyond the one factor of omega"},
                                                     {"parallel_pc", "none: factor analysis beyond the one factor of omega"},
                                                     {"omega", "none: omega of three factors; ours is of one"},
                                                     {"fa_rotated", "none: factor analysis beyond the one factor of omega"},
                                                     {"polychoric", "none: factor analysis beyond the one factor of omega"}};

const std::map<std::string, std::set<std::string>> kCttInside = {
    {"total", {"mean", "sd", "skew", "kurtosis_excess", "skew_type"}},
    {"alpha", {"raw", "standardized", "lambda6", "average_r", "SE_hakstian", "alpha_if_dropped", "feldt_95", "SEM"}},
    {"items",
     {"item", "mean", "sd", "item_total_r", "item_rest_r", "item_total_corrected_overlap", "difficulty_share_of_max", "upper_lower_27_D"}},
    {"guttman", {"lambda1", "lambda2", "lambda3", "lambda4_best_split_found", "lambda5", "lambda6"}},
    {"odd_even", {"r", "note"}},
    {"split_half_all_or_sampled", {"max", "min", "mean"}},
    // maximum likelihood is another method of extraction than the minimum residuals of omega
    {"fa1", {"minres", "ml", "omega_total_from_minres_1f", "sign_note"}}};

TEST(Coverage, EveryClassicalFileAndQuantityIsCompared) {
  CELADON_NEEDS_REFERENCE_DATA();
  EXPECT_EQ(files_in("ctt"), (std::vector<std::string>{"lsat6_psych.json", "sat12_scored_psych.json", "science_psych.json"}));
  for (const std::string& name : files_in("ctt")) {
    const json file = reference::read_json("ctt/" + name);
    for (const auto& [key, value] : file.items()) {
      EXPECT_TRUE(kCttKeys.count(key) != 0) << name << ": no test compares " << key;
      const auto inside = kCttInside.find(key);
      if (inside == kCttInside.end()) continue;
      for (const auto& [quantity, unused] : value.items())
        EXPECT_TRUE(inside->second.count(quantity) != 0) << name << " " << key << ": no test compares " << quantity;
    }
  }
}

}  // namespace
