#pragma once

#include <celadon/models/irt/default_model.hpp>

#include <algorithm>
#include <cmath>
#include <string>

namespace celadon::inline CELADON_ABI::irt {

namespace default_model_detail {

/// Kish's effective number of persons with a usable cell, for each item.
inline std::vector<double> effective_n(const Responses& responses, const DefaultModelOptions& options) {
  std::vector<double> out;
  for (std::int64_t j = 0; j < responses.n_items(); ++j) {
    double sum = 0.0;
    double squares = 0.0;
    for (std::int64_t block = 0; block < responses.n_blocks(); ++block) {
      const std::uint8_t* column = responses.column(block, j);
      for (std::int64_t i = 0; i < responses.rows(block); ++i) {
        if (is_missing(column[i]) && options.missing.of(column[i]) != MissingTreatment::kLowest) continue;
        const double w = options.weights.empty() ? 1.0 : options.weights[static_cast<std::size_t>(block * kBlockRows + i)];
        sum += w;
        squares += w * w;
      }
    }
    out.push_back(squares > 0.0 ? sum * sum / squares : 0.0);
  }
  return out;
}

inline ModelFamily family_for(double n, const SampleSizeCuts& cuts) {
  if (n >= cuts.three_parameter) return ModelFamily::kThreeParameter;
  if (n >= cuts.two_parameter) return ModelFamily::kTwoParameterPrior;
  return n >= cuts.rasch ? ModelFamily::kRasch : ModelFamily::kClassical;
}

inline ItemModel item_model(ModelFamily family, bool dichotomous, bool can_guess) {
  if (family == ModelFamily::kRasch) return dichotomous ? ItemModel::kRasch : ItemModel::kPartialCredit;
  if (!dichotomous) return ItemModel::kGeneralizedPartialCredit;
  return family == ModelFamily::kThreeParameter && can_guess ? ItemModel::k3pl : ItemModel::k2pl;
}

inline std::string whole(double n) {
  return std::to_string(std::llround(n));
}

}  // namespace default_model_detail

std::string_view family_name(ModelFamily family) {
  constexpr std::string_view kNames[] = {"classical", "rasch", "2pl_prior", "3pl"};
  return kNames[static_cast<std::size_t>(family)];
}

Result<DefaultModel> default_model(const Responses& responses, const DefaultModelOptions& options) {
  using namespace default_model_detail;
  const auto n_items = static_cast<std::size_t>(responses.n_items());
  if (!options.weights.empty() && static_cast<std::int64_t>(options.weights.size()) != responses.n_persons())
    return make_error(
        Code::kLengthMismatch, {},
        {{"name", "weights"}, {"actual", std::to_string(options.weights.size())}, {"expected", std::to_string(responses.n_persons())}});
  if (!options.can_guess.empty() && options.can_guess.size() != n_items)
    return make_error(Code::kLengthMismatch, {},
                      {{"name", "can_guess"}, {"actual", std::to_string(options.can_guess.size())}, {"expected", std::to_string(n_items)}});
  for (std::size_t i = 0; i < options.weights.size(); ++i)
    if (!std::isfinite(options.weights[i]) || options.weights[i] <= 0.0)
      return make_error(Code::kInvalidArgument, {.table = "", .column = "weights", .row = static_cast<std::int64_t>(i) + 1, .item = ""},
                        {{"name", "weights"}, {"detail", "row " + std::to_string(i + 1) + " is not a positive number"}});

  DefaultModel out;
  out.item_effective_n = effective_n(responses, options);
  std::vector<double> usable;
  for (std::size_t j = 0; j < n_items; ++j)
    if (responses.n_categories()[j] >= 2) usable.push_back(out.item_effective_n[j]);
  if (!usable.empty()) {
    std::sort(usable.begin(), usable.end());
    out.least_effective_n = usable.front();
    const std::size_t half = usable.size() / 2;
    out.effective_n = usable.size() % 2 == 1 ? usable[half] : (usable[half - 1] + usable[half]) / 2.0;
  }
  out.family = family_for(out.effective_n, options.cuts);
  if (out.family == ModelFamily::kClassical) {
    out.findings.push_back(make_finding(Severity::kNote, Code::kTooFewForCalibration, {},
                                        {{"n", whole(out.effective_n)}, {"needed", whole(options.cuts.rasch)}}));
    return out;
  }
  for (std::size_t j = 0; j < n_items; ++j) {
    // An item that fewer persons saw carries a simpler model than the paper as a whole, but never less than Rasch beside its neighbours.
    const ModelFamily own = std::min(out.family, std::max(ModelFamily::kRasch, family_for(out.item_effective_n[j], options.cuts)));
    // Slopes fixed at 1 and free slopes do not share a scale whose variance is fixed, so a lighter item keeps a (priored) slope.
    const ModelFamily used = out.family == ModelFamily::kRasch ? ModelFamily::kRasch : std::max(own, ModelFamily::kTwoParameterPrior);
    out.models.push_back(item_model(used, responses.n_categories()[j] <= 2, !options.can_guess.empty() && options.can_guess[j] != 0));
    if (responses.n_categories()[j] >= 2 && out.item_effective_n[j] < options.cuts.rasch)
      out.findings.push_back(make_finding(Severity::kWarning, Code::kFewPersonsForItem,
                                          {.table = "items", .column = "", .row = -1, .item = responses.item_ids()[j]},
                                          {{"n", whole(out.item_effective_n[j])}, {"needed", whole(options.cuts.rasch)}}));
    // a slope or an asymptote that few persons speak of leans on a prior
    if (used == ModelFamily::kRasch) continue;
    const std::string& id = responses.item_ids()[j];
    if (own != ModelFamily::kThreeParameter) out.priors.push_back({id, ParameterKind::kSlope, PriorFamily::kLogNormal, 0.0, 0.5});
    if (out.models.back() == ItemModel::k3pl)
      out.priors.push_back({id, ParameterKind::kLower, PriorFamily::kNormal, -1.3862943611198906, 0.5});
  }
  return out;
}

Table DefaultModel::to_table(const Responses& responses) const {
  std::vector<std::string> names;
  std::vector<std::uint8_t> valid(item_effective_n.size(), models.empty() ? 0 : 1);
  for (std::size_t j = 0; j < item_effective_n.size(); ++j) names.emplace_back(models.empty() ? std::string_view() : model_name(models[j]));
  Table table("default_model");
  table.add("item", responses.item_ids()).add("effective_n", item_effective_n).add("model", std::move(names), std::move(valid));
  return table;
}

}  // namespace celadon::inline CELADON_ABI::irt
