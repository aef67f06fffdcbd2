#pragma once

#include <celadon/core/math.hpp>
#include <celadon/core/normal.hpp>
#include <celadon/models/cdm/impl/match.hpp>
#include <celadon/models/cdm/person_fit.hpp>
#include <celadon/models/cdm/score.hpp>
#include <celadon/models/cdm/simulate.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace celadon::inline CELADON_ABI::cdm {

namespace person_fit_detail {

/// Fewest simulated persons of a profile from which p is read.
inline constexpr std::size_t kFewest = 100;

/// lz of each person at its MAP profile, NaN where there is none; `complete`: answered every item of the match.
struct Values {
  std::vector<double> lz;
  std::vector<std::uint8_t> complete;
};

inline Values values(const Model& model, const match_detail::Match& match, const Responses& responses, const Scores& scores) {
  Values out;
  for (std::int64_t i = 0; i < responses.n_persons(); ++i) {
    const std::uint32_t profile = scores.map_profile[static_cast<std::size_t>(i)];
    double l = 0.0;
    double mean = 0.0;
    double variance = 0.0;
    bool complete = profile != kNoProfile;
    for (std::size_t j = 0; j < match.items.size() && profile != kNoProfile; ++j) {
      const std::uint8_t code = match.coded[j].code[responses.at(i, match.coded[j].column)];
      complete = complete && code < 2;
      if (code > 1) continue;
      const double p = std::clamp(model.items[static_cast<std::size_t>(match.items[j])].of_class(profile), match_detail::kClosest,
                                  1.0 - match_detail::kClosest);
      const double right = math::log(p);
      const double wrong = math::log(1.0 - p);
      l += code == 1 ? right : wrong;
      mean += p * right + (1.0 - p) * wrong;
      variance += p * (1.0 - p) * (right - wrong) * (right - wrong);
    }
    out.lz.push_back(variance > 0.0 ? (l - mean) / math::sqrt(variance) : std::numeric_limits<double>::quiet_NaN());
    out.complete.push_back(complete ? 1 : 0);
  }
  return out;
}

}  // namespace person_fit_detail

Result<PersonFit> person_fit(const Model& model, const Responses& responses, const PersonFitOptions& options,
                             const ExecutionContext& context) {
  using namespace person_fit_detail;
  if (options.n_simulated < 0) return make_error(Code::kInvalidArgument, {}, {{"name", "n_simulated"}, {"detail", "it is negative"}});
  auto match = match_detail::match(model, responses, options.missing);
  if (!match) return match.error();
  ScoreOptions how;
  how.missing = options.missing;
  how.population = options.population;
  const auto scores = score(model, responses, how, context);
  if (!scores) return scores.error();
  const Values seen = values(model, *match, responses, *scores);

  // The same items, answered by persons of the model.
  Model asked = model;
  asked.items.clear();
  for (const std::int32_t j : match->items) asked.items.push_back(model.items[static_cast<std::size_t>(j)]);
  std::map<std::uint32_t, std::vector<double>> reference;  // lz in ascending order, by MAP profile
  const auto n_populations = static_cast<std::int64_t>(model.populations.size());
  for (std::int64_t g = 0; g < n_populations; ++g) {
    const std::int64_t n = options.n_simulated / n_populations;
    if (n == 0) break;
    const std::uint64_t seed = options.seed + static_cast<std::uint64_t>(g);
    const auto profiles = simulate_profiles(asked, n, seed, static_cast<std::size_t>(g));
    if (!profiles) return profiles.error();
    const auto answers = simulate(asked, *profiles, seed, context);
    if (!answers) return answers.error();
    const std::vector<std::int32_t> population(static_cast<std::size_t>(n), static_cast<std::int32_t>(g));
    ScoreOptions like;
    like.population = population;
    const auto their = score(asked, *answers, like, context);
    if (!their) return their.error();
    const auto their_match = match_detail::match(asked, *answers, {});
    if (!their_match) return their_match.error();
    const Values drawn = values(asked, *their_match, *answers, *their);
    for (std::size_t i = 0; i < drawn.lz.size(); ++i)
      if (!std::isnan(drawn.lz[i])) reference[their->map_profile[i]].push_back(drawn.lz[i]);
  }
  for (auto& [profile, lz] : reference) std::sort(lz.begin(), lz.end());

  PersonFit out;
  out.findings = std::move(match->findings);
  out.lz = seen.lz;
  out.profile = scores->map_profile;
  for (std::size_t i = 0; i < out.lz.size(); ++i) {
    const auto like = reference.find(out.profile[i]);
    const bool enough = seen.complete[i] != 0 && like != reference.end() && like->second.size() >= kFewest;
    out.simulated.push_back(enough && !std::isnan(out.lz[i]) ? 1 : 0);
    if (std::isnan(out.lz[i])) {
      out.p.push_back(out.lz[i]);
    } else if (!enough) {
      out.p.push_back(normal_cdf(out.lz[i]));
    } else {
      const auto below = std::upper_bound(like->second.begin(), like->second.end(), out.lz[i]) - like->second.begin();
      out.p.push_back((1.0 + static_cast<double>(below)) / (1.0 + static_cast<double>(like->second.size())));
    }
  }
  return out;
}

Table PersonFit::to_table(std::size_t n_attributes) const {
  Table table("person_fit");
  std::vector<std::string> text;
  std::vector<std::uint8_t> valid;
  for (const std::uint32_t mastered : profile) {
    valid.push_back(mastered != kNoProfile ? 1 : 0);
    text.push_back(mastered != kNoProfile ? profile_text(mastered, n_attributes) : "");
  }
  table.add("lz", lz).add("p", p).add_boolean("simulated", simulated).add("profile", std::move(text), std::move(valid));
  return table;
}

}  // namespace celadon::inline CELADON_ABI::cdm
