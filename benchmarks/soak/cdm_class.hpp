/// What the simulations of diagnosis share: a matrix of 30 items and five attributes, persons of correlated attributes, and a class of 40
/// judged under two defensible priors.
#pragma once

#include <celadon/core/random.hpp>
#include <celadon/evaluation/impl/single_ability.hpp>
#include <celadon/models/cdm/decision.hpp>
#include <celadon/models/cdm/fit.hpp>

#include <bit>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cdm_class {

using namespace celadon;

inline constexpr int kAttributes = 5;
inline constexpr int kItems = 30;
inline constexpr std::int64_t kPupils = 40;

/// Ten rows each of one, two and three attributes.
inline std::vector<std::uint32_t> draw_rows(random::Stream& stream) {
  std::vector<std::uint32_t> q;
  for (int j = 0; j < kItems; ++j) {
    std::uint32_t row = j < 10 ? 1U << (j % kAttributes) : 0U;
    while (std::popcount(row) < 1 + j / 10) row |= 1U << stream.below(kAttributes);
    q.push_back(row);
  }
  return q;
}

inline cdm::QMatrix matrix(const std::vector<std::uint32_t>& rows) {
  cdm::QMatrix out;
  for (int k = 0; k < kAttributes; ++k) out.attributes.push_back("A" + std::to_string(k + 1));
  for (std::size_t j = 0; j < rows.size(); ++j) {
    out.item_ids.push_back("I" + std::to_string(j + 1));
    for (int k = 0; k < kAttributes; ++k) out.cells.push_back(static_cast<std::uint8_t>(rows[j] >> k & 1U));
  }
  return out;
}

/// Attributes with tetrachoric correlation .5, each mastered by half.
inline std::uint32_t draw_class(random::Stream& stream) {
  const double common = stream.normal();
  std::uint32_t out = 0;
  for (int k = 0; k < kAttributes; ++k)
    if (std::sqrt(0.5) * (common + stream.normal()) > 0.0) out |= 1U << k;
  return out;
}

/// DINA items with guess = slip.
inline std::vector<cdm::ItemParameters> dina_items(const std::vector<std::uint32_t>& q, double guess) {
  std::vector<cdm::ItemParameters> out;
  for (const std::uint32_t row : q) {
    cdm::ItemParameters item;
    item.id = "I" + std::to_string(out.size() + 1);
    item.rule = cdm::Rule::kDina;
    for (int k = 0; k < kAttributes; ++k)
      if ((row >> k & 1U) != 0) item.attributes.push_back(k);
    item.probability.assign(std::size_t{1} << item.attributes.size(), guess);
    item.probability.back() = 1.0 - guess;
    out.push_back(std::move(item));
  }
  return out;
}

struct Judged {
  cdm::Decisions guarded;  ///< definite where both priors agree and, where the profile does not add to a single score, that score too
  cdm::Decisions both;     ///< definite where both priors agree
  cdm::Decisions first;    ///< under the first prior alone
  bool adds = false;       ///< the profile adds to a single score
};

/// DINA under guess Beta(2, 8), 1 - slip Beta(8, 2) with independent attributes, and under guess Beta(5, 17), 1 - slip Beta(17, 5) with the
/// higher-order structure; beside them the comparison with a single score as evaluate makes it. Nothing where a calibration fails.
inline std::optional<Judged> judge(const Responses& answers, const cdm::QMatrix& q) {
  ExecutionContext one;
  one.n_threads = 1;
  cdm::FitOptions a;
  a.rule = cdm::Rule::kDina;
  a.structure = cdm::Structure::kIndependent;
  a.priors.lowest = {2.0, 8.0};
  a.priors.highest = {8.0, 2.0};
  a.priors.structure_sd = 1.5;
  a.errors = cdm::ErrorMethod::kNone;
  a.n_starts = 4;
  cdm::FitOptions b = a;
  b.structure = cdm::Structure::kHigherOrder;
  b.priors.lowest = {5.0, 17.0};
  b.priors.highest = {17.0, 5.0};
  b.priors.structure_sd = 1.0;
  const auto fit_a = cdm::fit(answers, q, a, one);
  const auto fit_b = cdm::fit(answers, q, b, one);
  if (!fit_a || !fit_b) return std::nullopt;
  const auto scores_a =
      cdm::score(fit_a->model, answers, {.missing = {}, .population = {}, .start = nullptr, .keep_state = true}, one).value();
  const auto scores_b = cdm::score(fit_b->model, answers, {}, one).value();
  const auto single = evaluation::diagnose_detail::compare_single_ability(*fit_a, scores_a, answers, 0.5, one);
  if (!single) return std::nullopt;
  Judged out{{}, cdm::decide(scores_a, {}, &scores_b).value(), cdm::decide(scores_a).value(), single->profile_adds()};
  out.guarded = out.both;
  for (std::size_t c = 0; c < single->reached.size(); ++c) {
    cdm::Mastery& m = out.guarded.mastery[c];
    const bool agrees = m == cdm::Mastery::kMastered ? single->reached[c] >= 0.8 : single->reached[c] <= 0.2;
    if (!agrees) m = cdm::Mastery::kNotEnoughEvidence;
  }
  return out;
}

inline double percent(double part, double whole) {
  return 100.0 * part / (whole > 0.0 ? whole : 1.0);
}

}  // namespace cdm_class
