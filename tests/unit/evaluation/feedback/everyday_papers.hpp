/// Simulated everyday papers (items of 8 to 30 points, means near 90 %) with known truth, and the two simpler predictions that expected
/// scores are held against.
#pragma once

#include <celadon/core/random.hpp>
#include <celadon/evaluation/feedback/item_gain_loss.hpp>
#include <celadon/evaluation/feedback/predictor.hpp>
#include <celadon/evaluation/paper.hpp>
#include <celadon/io/profile_json.hpp>
#include <celadon/models/irt/fit.hpp>
#include <celadon/models/irt/posterior.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace everyday_papers {

using namespace celadon;

inline ExecutionContext with_threads(int n) {
  ExecutionContext context;
  context.n_threads = n;
  return context;
}

/// Where the answers come from.
enum class Design {
  kMarksLost,      ///< normal loss cut off at full marks, loadings .35 to .75, ability normal
  kSkewed,         ///< the same, ability with a long lower tail
  kPartialCredit,  ///< a partial credit model: what a Rasch analysis assumes
  kGeneralized,    ///< a generalised partial credit model: the working model's own form
};

/// Category probabilities of an item at one ability.
struct TrueItem {
  int full = 0;
  Design design = Design::kMarksLost;
  double centre = 0.0;
  double width = 0.0;
  double loading = 0.0;
  double slope = 0.0;
  std::vector<double> base;

  [[nodiscard]] std::vector<double> at(double ability) const {
    std::vector<double> p(static_cast<std::size_t>(full) + 1);
    if (design == Design::kMarksLost || design == Design::kSkewed) {
      const double sd = std::sqrt(1.0 - loading * loading);
      double below = 0.0;
      for (int k = 0; k <= full; ++k) {
        const double cut = ((k + 0.5) / full - centre) / width;
        const double cumulative = k == full ? 1.0 : 0.5 * std::erfc(-(cut - loading * ability) / sd / std::sqrt(2.0));
        p[static_cast<std::size_t>(k)] = std::max(cumulative - below, 0.0);
        below = cumulative;
      }
      return p;
    }
    double total = 0.0;
    for (int k = 0; k <= full; ++k)
      total += p[static_cast<std::size_t>(k)] = base[static_cast<std::size_t>(k)] * std::exp(slope * ability * k / full);
    for (double& x : p) x /= total;
    return p;
  }
};

struct SimulatedPaper {
  evaluation::Paper paper;
  std::vector<TrueItem> items;
  std::vector<double> truth;  ///< by cell: expected points given the pupil's ability
};

inline TrueItem draw_item(Design design, random::Stream& r) {
  static constexpr int kFull[] = {8, 10, 10, 12, 15, 20, 25, 30};
  TrueItem item;
  item.design = design;
  item.full = kFull[r.below(8)];
  item.centre = std::clamp(r.normal(0.93, 0.05), 0.8, 1.02);
  item.width = r.uniform(0.08, 0.22);
  item.loading = r.uniform(0.35, 0.75);
  if (design == Design::kPartialCredit || design == Design::kGeneralized) {
    // the base is the distribution of marks lost at ability 0; slopes give loadings like those above
    const TrueItem shape = [&] {
      TrueItem s = item;
      s.design = Design::kMarksLost;
      return s;
    }();
    item.base = shape.at(0.0);
    double mean = 0.0;
    double square = 0.0;
    for (int k = 0; k <= item.full; ++k) {
      item.base[static_cast<std::size_t>(k)] = (item.base[static_cast<std::size_t>(k)] + 1e-4) / (1.0 + 1e-4 * (item.full + 1));
      mean += item.base[static_cast<std::size_t>(k)] * k;
      square += item.base[static_cast<std::size_t>(k)] * k * k;
    }
    const double sd = std::sqrt(square - mean * mean) / item.full;
    item.slope = design == Design::kPartialCredit ? 0.25 * item.full : item.loading / std::sqrt(1.0 - item.loading * item.loading) / sd;
  }
  return item;
}

inline double draw_ability(Design design, random::Stream& r) {
  if (design != Design::kSkewed) return r.normal();
  // minus a gamma variable with shape 2, standardised: skewness -1.41
  const double gamma = -std::log(r.uniform()) - std::log(r.uniform());
  return (2.0 - gamma) / std::sqrt(2.0);
}

inline SimulatedPaper simulate(Design design, std::int64_t n_persons, int n_items, std::uint64_t seed) {
  random::Stream r(seed, random::purpose("test.everyday_papers"), static_cast<std::uint64_t>(design));
  SimulatedPaper out;
  std::vector<TrueItem>& items = out.items;
  std::vector<std::string> ids;
  for (int i = 0; i < n_items; ++i) {
    items.push_back(draw_item(design, r));
    Item item;
    item.id = "Q" + std::to_string(i + 1);
    item.full_mark = items.back().full;
    out.paper.items.push_back(item);
    ids.push_back(item.id);
  }
  Responses::Builder builder(n_persons, ids);
  out.truth.resize(static_cast<std::size_t>(n_persons * n_items));
  for (std::int64_t j = 0; j < n_persons; ++j) {
    const double ability = draw_ability(design, r);
    for (int i = 0; i < n_items; ++i) {
      const std::vector<double> p = items[static_cast<std::size_t>(i)].at(ability);
      const std::size_t k = r.categorical(p);
      builder.set(j, i, static_cast<std::uint8_t>(k));
      double mean = 0.0;
      for (std::size_t c = 0; c < p.size(); ++c) mean += p[c] * static_cast<double>(c);
      out.truth[static_cast<std::size_t>(j * n_items + i)] = mean;
    }
  }
  out.paper.scored = std::move(builder).build().value();
  return out;
}

/// Expected points by cell from a partial credit (Rasch) model of the whole paper: posterior predictive mean given the other items.
inline std::vector<double> rasch_expected(const evaluation::Paper& paper) {
  irt::FitOptions options;
  options.model = irt::ItemModel::kPartialCredit;
  options.standard_errors = false;
  options.grid = {.n_nodes = 41, .lowest = -6.0, .highest = 6.0};
  const irt::Fit fit = irt::fit(paper.scored, options, with_threads(1)).value();
  irt::Model model = fit.model;
  // a grid that follows the population: with long items abilities are spread over a fraction of a logit
  const double sd = model.populations[0].sd;
  model.grid = {.n_nodes = 48, .lowest = model.populations[0].mean - 5.0 * sd, .highest = model.populations[0].mean + 5.0 * sd};
  const auto n_items = static_cast<std::size_t>(paper.scored.n_items());
  std::vector<double> out(static_cast<std::size_t>(paper.scored.n_persons()) * n_items, std::numeric_limits<double>::quiet_NaN());
  const irt::Posteriors posteriors = irt::Posteriors::prepare(model, paper.scored).value();
  // points of a model category: the mean of the observed ones that it stands for
  std::vector<std::vector<double>> points(n_items);
  for (std::size_t i = 0; i < n_items; ++i) {
    const auto column = static_cast<std::int64_t>(i);
    const std::int64_t at = posteriors.model_item(column);
    if (at < 0) continue;
    const irt::ItemParameters& item = model.items[static_cast<std::size_t>(at)];
    std::vector<double> n(static_cast<std::size_t>(item.n_categories), 0.0);
    points[i].assign(n.size(), 0.0);
    for (std::int64_t j = 0; j < paper.scored.n_persons(); ++j) {
      const int k = paper.scored.at(j, column);
      const auto c = static_cast<std::size_t>(item.model_category(k));
      points[i][c] += k;
      n[c] += 1.0;
    }
    for (std::size_t c = 0; c < n.size(); ++c) points[i][c] /= std::max(n[c], 1.0);
  }
  (void)posteriors.for_each_block(1, with_threads(1), [&](const irt::PosteriorBlock& block, int) {
    for (std::int64_t j = 0; j < block.n_persons; ++j)
      for (std::size_t i = 0; i < n_items; ++i) {
        if (points[i].empty()) continue;
        std::vector<double> p(points[i].size());
        posteriors.predict(block, j, static_cast<std::int64_t>(i), p);
        double mean = 0.0;
        for (std::size_t c = 0; c < p.size(); ++c) mean += p[c] * points[i][c];
        out[static_cast<std::size_t>(block.first_person + j) * n_items + i] = mean;
      }
  });
  return out;
}

/// Expected points by cell from the item's mean (without the pupil, shrunken towards the paper's as far as means differ by chance) plus the
/// pupil's rest score: as a share, above or below the others', times a regression coefficient common to the paper's items.
inline std::vector<double> mean_and_rest_expected(const evaluation::Paper& paper) {
  const auto n = static_cast<std::size_t>(paper.scored.n_persons());
  const auto n_items = static_cast<std::size_t>(paper.scored.n_items());
  std::vector<double> share(n * n_items);
  std::vector<double> mean(n_items, 0.0);
  std::vector<double> total(n, 0.0);
  for (std::size_t j = 0; j < n; ++j)
    for (std::size_t i = 0; i < n_items; ++i) {
      const double s = paper.scored.at(static_cast<std::int64_t>(j), static_cast<std::int64_t>(i)) / paper.items[i].full_mark;
      share[j * n_items + i] = s;
      mean[i] += s / static_cast<double>(n);
      total[j] += s;
    }
  double paper_mean = 0.0;
  for (const double m : mean) paper_mean += m / static_cast<double>(n_items);
  double between = 0.0;
  double within = 0.0;
  for (std::size_t i = 0; i < n_items; ++i) {
    between += (mean[i] - paper_mean) * (mean[i] - paper_mean) / static_cast<double>(n_items - 1);
    for (std::size_t j = 0; j < n; ++j) within += (share[j * n_items + i] - mean[i]) * (share[j * n_items + i] - mean[i]);
  }
  within /= static_cast<double>(n_items * (n - 1) * n);
  const double keep = std::max(between - within, 0.0) / between;
  // item on rest score, pooled over items
  double cross = 0.0;
  double square = 0.0;
  for (std::size_t i = 0; i < n_items; ++i) {
    const double rest_mean = (paper_mean * static_cast<double>(n_items) - mean[i]) / static_cast<double>(n_items - 1);
    for (std::size_t j = 0; j < n; ++j) {
      const double rest = (total[j] - share[j * n_items + i]) / static_cast<double>(n_items - 1) - rest_mean;
      cross += rest * (share[j * n_items + i] - mean[i]);
      square += rest * rest;
    }
  }
  const double coefficient = cross / square;
  std::vector<double> out(n * n_items);
  for (std::size_t i = 0; i < n_items; ++i) {
    const double rest_mean = (paper_mean * static_cast<double>(n_items) - mean[i]) / static_cast<double>(n_items - 1);
    for (std::size_t j = 0; j < n; ++j) {
      const double s = share[j * n_items + i];
      const double others = (mean[i] * static_cast<double>(n) - s) / static_cast<double>(n - 1);
      const double rest = (total[j] - s) / static_cast<double>(n_items - 1) - rest_mean;
      out[j * n_items + i] =
          paper.items[i].full_mark * std::clamp(paper_mean + keep * (others - paper_mean) + coefficient * rest, 0.0, 1.0);
    }
  }
  return out;
}

/// Root mean square distance of expected shares from the truth over the cells that both predictions have.
inline double error_of(const SimulatedPaper& s, const std::vector<double>& expected, const std::vector<double>& other) {
  const std::size_t n_items = s.paper.items.size();
  double sum = 0.0;
  double n = 0.0;
  for (std::size_t cell = 0; cell < s.truth.size(); ++cell) {
    if (std::isnan(expected[cell]) || std::isnan(other[cell])) continue;
    const double d = (expected[cell] - s.truth[cell]) / s.paper.items[cell % n_items].full_mark;
    sum += d * d;
    n += 1.0;
  }
  return std::sqrt(sum / n);
}

/// Predictive distribution of a cell's category by the definition: multiply up the likelihood of the other items (stem left out).
inline std::vector<double> predicted(const evaluation::Paper& paper, const feedback::Predictor& predictor, std::int64_t person,
                                     std::size_t item) {
  const std::size_t n_nodes = predictor.n_nodes();
  std::vector<double> weight = predictor.weights;
  for (std::size_t i = 0; i < paper.items.size(); ++i) {
    const feedback::ItemPredictor& other = predictor.items[i];
    const std::uint8_t cell = paper.scored.at(person, static_cast<std::int64_t>(i));
    const bool same_stem = !paper.items[i].stem.empty() && paper.items[i].stem == paper.items[item].stem;
    if (i == item || same_stem || is_missing(cell) || !other.usable) continue;
    double total = 0.0;
    for (std::size_t q = 0; q < n_nodes; ++q) total += weight[q] *= other.likelihood[cell * n_nodes + q];
    for (double& w : weight) w /= total;
  }
  const feedback::ItemPredictor& mine = predictor.items[item];
  std::vector<double> out(static_cast<std::size_t>(mine.n_categories), 0.0);
  for (std::size_t k = 0; k < out.size(); ++k)
    for (std::size_t q = 0; q < n_nodes; ++q) out[k] += weight[q] * mine.predictive[k * n_nodes + q];
  return out;
}

inline feedback::Predictor working_model(const evaluation::Paper& paper, const std::vector<std::uint8_t>& counted,
                                         const evaluation::Profile& profile = io::default_profile(), int threads = 1) {
  const feedback::CountedResponses responses{
      .scored = &paper.scored, .items = &paper.items, .counted = counted, .missing = profile.missing};
  return feedback::fit_working_model(responses, profile.expectation, with_threads(threads)).value();
}

/// Gain and loss of everybody by the working model and the shipped profile.
inline feedback::GainLoss gain_loss(const SimulatedPaper& s, const evaluation::Profile& profile = io::default_profile(), int threads = 1) {
  const std::vector<std::uint8_t> counted(static_cast<std::size_t>(s.paper.scored.n_persons()), 1);
  const feedback::Predictor predictor = working_model(s.paper, counted, profile, threads);
  return feedback::item_gain_loss(s.paper, counted, predictor, profile, {}, with_threads(threads)).value();
}

/// A mark for each person of the paper: all take part.
inline std::vector<std::uint8_t> all_of(const celadon::evaluation::Paper& paper) {
  return std::vector<std::uint8_t>(static_cast<std::size_t>(paper.scored.n_persons()), 1);
}

}  // namespace everyday_papers
