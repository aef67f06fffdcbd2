#include "designs.hpp"

#include <celadon/core/math.hpp>
#include <celadon/core/random.hpp>

#include <algorithm>
#include <cmath>
#include <span>

namespace celadon_recovery {

namespace irt = celadon::irt;
using irt::ItemModel;

namespace {

constexpr std::uint64_t kTruthSeed = 20261124;

celadon::random::Stream stream_for(const char* purpose, std::uint64_t seed) {
  return celadon::random::Stream(seed, celadon::random::purpose(purpose));
}

std::string item_id(int j) {
  return "item" + std::to_string(j + 1);
}

irt::ItemParameters dichotomous(int j, ItemModel model, double slope, double difficulty, double lower = 0.0) {
  irt::ItemParameters item;
  item.id = item_id(j);
  item.model = model;
  item.slope = slope;
  item.intercepts = {-slope * difficulty};
  item.lower = lower;
  return item;
}

/// Thresholds or steps around a centre, in order and apart, so that every category is used.
irt::ItemParameters polytomous(int j, ItemModel model, int n_categories, double slope, double centre) {
  irt::ItemParameters item;
  item.id = item_id(j);
  item.model = model;
  item.n_categories = n_categories;
  item.slope = slope;
  double d = 0.0;
  for (int k = 1; k < n_categories; ++k) {
    const double b = centre + (static_cast<double>(k) - static_cast<double>(n_categories) / 2.0) * 1.0;
    d = model == ItemModel::kGraded ? -slope * b : d - slope * b;
    item.intercepts.push_back(d);
  }
  return item;
}

irt::Model rasch(std::uint64_t seed) {
  auto draw = stream_for("recovery.rasch", seed);
  irt::Model model;
  for (int j = 0; j < 20; ++j) model.items.push_back(dichotomous(j, ItemModel::kRasch, 1.0, draw.normal()));
  model.populations = {{"all", 0.0, 1.1}};
  return model;
}

irt::Model two_pl(std::uint64_t seed) {
  auto draw = stream_for("recovery.2pl", seed);
  irt::Model model;
  for (int j = 0; j < 20; ++j) {
    const double slope = celadon::math::exp(draw.normal(0.1, 0.3));
    model.items.push_back(dichotomous(j, ItemModel::k2pl, slope, draw.normal()));
  }
  return model;
}

// The truth is drawn from the priors that the fit uses: coverage of a posterior is a promise about such draws.
irt::Model three_pl(std::uint64_t seed) {
  auto draw = stream_for("recovery.3pl", seed);
  irt::Model model;
  for (int j = 0; j < 20; ++j) {
    const double slope = celadon::math::exp(draw.normal(0.2, 0.3));
    const double intercept = draw.normal(0.0, 1.0);
    const double lower = celadon::math::logistic(draw.normal(-1.386, 0.5));
    model.items.push_back(dichotomous(j, ItemModel::k3pl, slope, -intercept / slope, lower));
  }
  return model;
}

irt::Model graded(std::uint64_t seed) {
  auto draw = stream_for("recovery.grm", seed);
  irt::Model model;
  for (int j = 0; j < 12; ++j) {
    const double slope = celadon::math::exp(draw.normal(0.2, 0.3));
    model.items.push_back(polytomous(j, ItemModel::kGraded, 4, slope, draw.normal(0.0, 0.5)));
  }
  return model;
}

irt::Model partial(std::uint64_t seed) {
  auto draw = stream_for("recovery.gpcm", seed);
  irt::Model model;
  for (int j = 0; j < 12; ++j) {
    const double slope = celadon::math::exp(draw.normal(0.0, 0.3));
    model.items.push_back(polytomous(j, ItemModel::kGeneralizedPartialCredit, 4, slope, draw.normal(0.0, 0.5)));
  }
  return model;
}

irt::Model nominal(std::uint64_t seed) {
  auto draw = stream_for("recovery.nominal", seed);
  irt::Model model;
  for (int j = 0; j < 12; ++j) {
    auto item = polytomous(j, ItemModel::kNominal, 4, 0.6 + 0.3 * draw.uniform(), draw.normal(0.0, 0.4));
    item.scoring = {0.0, 0.7 + 0.6 * draw.uniform(), 1.7 + 0.6 * draw.uniform(), 3.0};
    model.items.push_back(std::move(item));
  }
  return model;
}

irt::Model mixed(std::uint64_t seed) {
  auto draw = stream_for("recovery.mixed", seed);
  irt::Model model;
  for (int j = 0; j < 10; ++j)
    model.items.push_back(dichotomous(j, ItemModel::k2pl, celadon::math::exp(draw.normal(0.1, 0.3)), draw.normal()));
  for (int j = 10; j < 13; ++j)
    model.items.push_back(polytomous(j, ItemModel::kGraded, 4, celadon::math::exp(draw.normal(0.1, 0.3)), draw.normal(0.0, 0.5)));
  for (int j = 13; j < 16; ++j)
    model.items.push_back(
        polytomous(j, ItemModel::kGeneralizedPartialCredit, 3, celadon::math::exp(draw.normal(0.0, 0.3)), draw.normal(0.0, 0.5)));
  return model;
}

irt::FitOptions options_of(irt::Model (*truth)(std::uint64_t), std::vector<irt::Prior> priors = {}) {
  irt::FitOptions options;
  for (const auto& item : truth(kTruthSeed).items) options.models.emplace_back(item.id, item.model);
  options.priors = std::move(priors);
  return options;
}

double truth_of(const irt::Model& model, const irt::ParameterEstimate& parameter) {
  if (parameter.item.empty()) {
    if (parameter.name == "mean") return model.populations.front().mean;
    if (parameter.name == "variance") return model.populations.front().sd * model.populations.front().sd;
    throw celadon::LogicError("recovery: no truth for shared parameter " + parameter.name);
  }
  const auto& item = model.items[static_cast<std::size_t>(model.find(parameter.item))];
  const auto number = parameter.name.size() > 1 ? static_cast<std::size_t>(std::stoi(parameter.name.substr(1))) : std::size_t{1};
  switch (parameter.name.front()) {
    case 'a':
      return item.slope;
    case 'd':
      return item.intercepts.at(number - 1);
    case 'g':
      return item.lower;
    case 's':
      return item.scoring.at(number);
    default:
      throw celadon::LogicError("recovery: no truth for parameter " + parameter.name);
  }
}

}  // namespace

const std::vector<Design>& designs() {
  using irt::ParameterKind;
  using irt::PriorFamily;
  static const std::vector<Design> kDesigns = {
      {"2pl", two_pl, false, false, options_of(two_pl)},
      {"rasch", rasch, false, false, options_of(rasch)},
      {"3pl_prior", three_pl, true, false,
       options_of(three_pl, {{"", ParameterKind::kLower, PriorFamily::kNormal, -1.386, 0.5},
                             {"", ParameterKind::kSlope, PriorFamily::kLogNormal, 0.2, 0.3},
                             {"", ParameterKind::kIntercept, PriorFamily::kNormal, 0.0, 1.0}})},
      {"grm", graded, false, false, options_of(graded)},
      {"gpcm", partial, false, false, options_of(partial)},
      {"nominal", nominal, false, false, options_of(nominal)},
      {"mixed", mixed, false, false, options_of(mixed)},
      {"booklets", two_pl, false, true, options_of(two_pl)},
  };
  return kDesigns;
}

const Design* find_design(const std::string& name) {
  for (const Design& design : designs())
    if (design.name == name) return &design;
  return nullptr;
}

celadon::Result<Replication> replicate(const Design& design, std::int64_t n_persons, std::uint64_t number,
                                       const celadon::ExecutionContext& context) {
  const irt::Model truth = design.truth(design.truth_varies ? kTruthSeed + 1 + number : kTruthSeed);
  const std::uint64_t seed = (number + 1) * 1000003ULL + static_cast<std::uint64_t>(n_persons);
  const auto abilities = irt::simulate_abilities(truth.populations.front(), n_persons, seed);
  std::vector<std::uint8_t> administered;
  if (design.booklets) {
    const std::size_t n_items = truth.items.size();
    administered.assign(abilities.size() * n_items, 1);
    for (std::size_t i = 0; i < abilities.size(); ++i)
      for (std::size_t j = 0; j < n_items; ++j) administered[i * n_items + j] = (j * 4 / n_items) == i % 4 ? 0 : 1;
  }
  const auto data = irt::simulate(truth, abilities, seed, administered, context);
  if (!data) return data.error();
  const auto fit = irt::fit(*data, design.options, context);
  if (!fit) return fit.error();
  Replication out;
  out.converged = fit->converged;
  out.stop = irt::stop_reason_name(fit->stop);
  for (const auto& parameter : fit->slope_intercept.parameters) {
    if (parameter.fixed) continue;
    out.outcomes.push_back(
        {parameter.name.starts_with("mean") || parameter.name.starts_with("variance") ? parameter.name : parameter.name.substr(0, 1),
         parameter.item + parameter.population + "." + parameter.name, truth_of(truth, parameter), parameter.estimate, parameter.se});
  }
  return out;
}

}  // namespace celadon_recovery
