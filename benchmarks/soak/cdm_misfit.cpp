// What 'mastered', 'not mastered' and 'not enough evidence' are worth where the answers do not come from a diagnosis model of independent
// items: pupils with one continuous ability and no attributes (generalized partial credit), and sub-items that share a stem. Classes of 40
// pupils with 30 items, judged with DINA under two priors as in cdm_decisions.
//
//   cdm_misfit ability [classes]
//   cdm_misfit stems [classes]
#include <celadon/core/math.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "cdm_class.hpp"

namespace {

using namespace celadon;
using namespace cdm_class;

/// An item of the generalized partial credit model; right where at least 60 % of its points are reached.
struct Credit {
  double slope = 1.0;
  std::vector<double> steps;  // difficulties

  [[nodiscard]] double right(double ability) const {
    double z = 0.0;
    double total = 1.0;
    double high = 0.0;
    const auto full = static_cast<double>(steps.size());
    for (std::size_t x = 1; x <= steps.size(); ++x) {
      z += slope * (ability - steps[x - 1]);
      const double e = math::exp(z);
      total += e;
      if (static_cast<double>(x) >= 0.6 * full - 1e-9) high += e;
    }
    return high / total;
  }
};

struct AbilityTally {
  double asked = 0.0;
  double decided = 0.0;
  double wrong = 0.0;     // mastered with a true rate below .5, or not mastered with one of .5 or more
  double far = 0.0;       // the same by .4 and .6
  double mastered = 0.0;  // definite answers of each kind, and the true rates behind them
  double mastered_rate = 0.0;
  double lacking = 0.0;
  double lacking_rate = 0.0;
  double opposed = 0.0;        // pairs of attributes of one pupil with opposite definite answers
  double false_opposed = 0.0;  // of them, pairs whose true rates differ by less than .1 or the other way round
  double pupils = 0.0;
  double pupils_opposed = 0.0;

  void add(const cdm::Decisions& d, const std::vector<std::array<double, kAttributes>>& rate) {
    for (std::size_t i = 0; i < rate.size(); ++i) {
      const double before = opposed;
      for (int k = 0; k < kAttributes; ++k) {
        const cdm::Mastery m = d.of(static_cast<std::int64_t>(i), k);
        const double r = rate[i][static_cast<std::size_t>(k)];
        asked += 1.0;
        if (m == cdm::Mastery::kNotEnoughEvidence) continue;
        decided += 1.0;
        const bool has = m == cdm::Mastery::kMastered;
        wrong += has != (r >= 0.5) ? 1.0 : 0.0;
        far += (has ? r < 0.4 : r >= 0.6) ? 1.0 : 0.0;
        (has ? mastered : lacking) += 1.0;
        (has ? mastered_rate : lacking_rate) += r;
        for (int l = 0; l < kAttributes && has; ++l)
          if (d.of(static_cast<std::int64_t>(i), l) == cdm::Mastery::kNotMastered) {
            opposed += 1.0;
            false_opposed += r - rate[i][static_cast<std::size_t>(l)] < 0.1 ? 1.0 : 0.0;
          }
      }
      pupils += 1.0;
      pupils_opposed += opposed > before ? 1.0 : 0.0;
    }
  }
};

/// `spread`: sd of the items' difficulty about that of their number of attributes.
void ability(double slope_mean, double spread, int n_classes) {
  AbilityTally guarded;
  AbilityTally both;
  AbilityTally first;
  int n_judged = 0;
  int n_adds = 0;
  for (int number = 0; number < n_classes; ++number) {
    random::Stream stream(92, random::purpose("cdm.misfit.ability"), static_cast<std::uint64_t>(number));
    const auto q = draw_rows(stream);
    std::vector<Credit> items;
    for (std::size_t j = 0; j < q.size(); ++j) {
      Credit item;
      item.slope = slope_mean * math::exp(0.3 * stream.normal());
      const double centre = 0.7 * (std::popcount(q[j]) - 2) + spread * stream.normal();
      item.steps = j % 2 == 0 ? std::vector<double>{centre} : std::vector<double>{centre - 0.8, centre, centre + 0.8};
      items.push_back(std::move(item));
    }
    Responses::Builder builder(kPupils, matrix(q).item_ids);
    std::vector<std::array<double, kAttributes>> rate;
    for (std::int64_t i = 0; i < kPupils; ++i) {
      const double theta = stream.normal();
      std::array<double, kAttributes> sum{};
      std::array<double, kAttributes> n{};
      for (std::size_t j = 0; j < q.size(); ++j) {
        const double p = items[j].right(theta);
        builder.set(i, static_cast<std::int64_t>(j), static_cast<std::uint8_t>(stream.bernoulli(p) ? 1 : 0));
        for (std::size_t k = 0; k < kAttributes; ++k)
          if (q[j] == (1U << k)) {
            sum[k] += p;
            n[k] += 1.0;
          }
      }
      for (std::size_t k = 0; k < kAttributes; ++k) sum[k] /= n[k];
      rate.push_back(sum);
    }
    const auto judged = judge(std::move(builder).build().value(), matrix(q));
    if (!judged) {
      std::fprintf(stderr, "class %d: no calibration\n", number);
      continue;
    }
    ++n_judged;
    n_adds += judged->adds ? 1 : 0;
    guarded.add(judged->guarded, rate);
    both.add(judged->both, rate);
    first.add(judged->first, rate);
  }
  for (const auto& [name, t] :
       {std::pair("as evaluate decides", &guarded), std::pair("two priors alone", &both), std::pair("one prior", &first)})
    std::printf("| %.1f | %.1f | %d | %.0f | %s | %.1f | %.1f | %.1f | %.2f | %.2f | %.1f | %.1f |\n", slope_mean, spread, n_classes,
                percent(n_adds, n_judged), name, percent(t->decided, t->asked), percent(t->wrong, t->decided), percent(t->far, t->decided),
                t->mastered_rate / std::max(t->mastered, 1.0), t->lacking_rate / std::max(t->lacking, 1.0),
                percent(t->pupils_opposed, t->pupils), percent(t->false_opposed, t->opposed));
  std::fflush(stdout);
}

constexpr int kNodes = 41;

/// Nodes and weights of a normal distribution.
std::vector<std::pair<double, double>> normal_nodes(double sd) {
  std::vector<std::pair<double, double>> out;
  double sum = 0.0;
  for (int i = 0; i < kNodes; ++i) {
    const double z = -5.0 + 10.0 * i / (kNodes - 1);
    out.emplace_back(sd * z, math::exp(-0.5 * z * z));
    sum += out.back().second;
  }
  for (auto& [z, w] : out) w /= sum;
  return out;
}

/// The logit that gives P over the stem's effect.
double centre_of(double p, const std::vector<std::pair<double, double>>& nodes) {
  double low = -20.0;
  double high = 20.0;
  for (int step = 0; step < 60; ++step) {
    const double middle = 0.5 * (low + high);
    double mean = 0.0;
    for (const auto& [z, w] : nodes) mean += w * math::logistic(middle + z);
    (mean < p ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

struct StemTally {
  double asked = 0.0;
  double decided = 0.0;
  double wrong = 0.0;
  void add(cdm::Mastery m, bool has) {
    asked += 1.0;
    if (m == cdm::Mastery::kNotEnoughEvidence) return;
    decided += 1.0;
    wrong += (m == cdm::Mastery::kMastered) != has ? 1.0 : 0.0;
  }
};

/// Ten stems of three sub-items (one, two and three attributes); a pupil's normal effect on a stem moves the logits of its sub-items, P
/// over the effects stays guess or 1 - slip.
void stems(double guess, double sd, int n_classes) {
  constexpr std::size_t kStems = 10;
  const auto nodes = normal_nodes(sd);
  const double low = centre_of(guess, nodes);
  const double high = -low;
  std::array<std::array<double, kNodes>, 2> chance{};
  for (std::size_t i = 0; i < kNodes; ++i) {
    chance[0][i] = math::logistic(low + nodes[i].first);
    chance[1][i] = math::logistic(high + nodes[i].first);
  }
  // Correlation of two sub-items of a stem of a pupil who is able to solve both.
  double together = 0.0;
  for (std::size_t i = 0; i < kNodes; ++i) together += nodes[i].second * chance[1][i] * chance[1][i];
  const double correlation = std::max(0.0, (together - (1.0 - guess) * (1.0 - guess)) / (guess * (1.0 - guess)));
  StemTally guarded;
  StemTally both;
  int n_judged = 0;
  int n_adds = 0;
  StemTally first;
  StemTally oracle;
  constexpr std::array<double, kAttributes + 1> kOfMastered = {1.0 / 6, 1.0 / 30, 1.0 / 60, 1.0 / 60, 1.0 / 30, 1.0 / 6};
  for (int number = 0; number < n_classes; ++number) {
    random::Stream stream(93, random::purpose("cdm.misfit.stems"), static_cast<std::uint64_t>(number));
    const auto q = draw_rows(stream);
    Responses::Builder builder(kPupils, matrix(q).item_ids);
    std::vector<std::uint32_t> mastered;
    std::vector<std::array<std::uint8_t, kItems>> rows;
    for (std::int64_t i = 0; i < kPupils; ++i) {
      mastered.push_back(draw_class(stream));
      std::array<double, kStems> effect{};
      for (double& e : effect) e = sd * stream.normal();
      auto& row = rows.emplace_back();
      for (std::size_t j = 0; j < q.size(); ++j) {
        const double centre = (q[j] & ~mastered.back()) == 0 ? high : low;
        row[j] = stream.bernoulli(math::logistic(centre + effect[j % kStems])) ? 1 : 0;
        builder.set(i, static_cast<std::int64_t>(j), row[j]);
      }
    }
    const auto judged = judge(std::move(builder).build().value(), matrix(q));
    if (!judged) {
      std::fprintf(stderr, "class %d: no calibration\n", number);
      continue;
    }
    ++n_judged;
    n_adds += judged->adds ? 1 : 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      std::array<double, kAttributes> p{};
      double total = 0.0;
      for (std::uint32_t c = 0; c < (1U << kAttributes); ++c) {
        double likelihood = kOfMastered[static_cast<std::size_t>(std::popcount(c))];
        for (std::size_t stem = 0; stem < kStems; ++stem) {
          double sum = 0.0;
          for (std::size_t z = 0; z < kNodes; ++z) {
            double product = nodes[z].second;
            for (std::size_t j = stem; j < kItems; j += kStems) {
              const double right = chance[(q[j] & ~c) == 0 ? 1 : 0][z];
              product *= rows[i][j] == 1 ? right : 1.0 - right;
            }
            sum += product;
          }
          likelihood *= sum;
        }
        total += likelihood;
        for (std::size_t k = 0; k < kAttributes; ++k)
          if ((c >> k & 1U) != 0) p[k] += likelihood;
      }
      for (int k = 0; k < kAttributes; ++k) {
        const bool has = (mastered[i] >> k & 1U) != 0;
        const double of = p[static_cast<std::size_t>(k)] / total;
        guarded.add(judged->guarded.of(static_cast<std::int64_t>(i), k), has);
        both.add(judged->both.of(static_cast<std::int64_t>(i), k), has);
        first.add(judged->first.of(static_cast<std::int64_t>(i), k), has);
        oracle.add(of >= 0.8 ? cdm::Mastery::kMastered : (of <= 0.2 ? cdm::Mastery::kNotMastered : cdm::Mastery::kNotEnoughEvidence), has);
      }
    }
  }
  std::printf("| %.1f | %.1f | %.2f | %d | %.1f | %.1f | %.0f | %.1f | %.1f | %.1f | %.1f | %.1f | %.1f | %.0f |\n", guess, sd, correlation,
              n_classes, percent(guarded.wrong, guarded.decided), percent(guarded.decided, guarded.asked), percent(n_adds, n_judged),
              percent(both.wrong, both.decided), percent(both.decided, both.asked), percent(first.wrong, first.decided),
              percent(first.decided, first.asked), percent(oracle.wrong, oracle.decided), percent(oracle.decided, oracle.asked),
              percent(guarded.decided / guarded.asked, oracle.decided / oracle.asked));
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const int n_classes = argc > 2 ? std::atoi(argv[2]) : 200;
  if (argc > 1 && std::strcmp(argv[1], "ability") == 0) {
    std::printf(
        "| mean slope | spread of difficulty | classes | the profile adds, %% of classes | judged | decided %% | wrong %% of definite | "
        "far wrong %% | true rate of "
        "'mastered' | of 'not mastered' | pupils with opposite answers %% | of these pairs, without a true difference %% |\n");
    std::printf("|---|---|---|---|---|---|---|---|---|---|---|---|\n");
    for (const double slope : {1.0, 1.7})
      for (const double spread : {0.3, 0.7}) ability(slope, spread, n_classes);
    return 0;
  }
  if (argc > 1 && std::strcmp(argv[1], "stems") == 0) {
    std::printf(
        "| guess = slip | sd of the stem's effect | correlation within a stem | classes | as evaluate decides: wrong %% of definite | "
        "decided %% | the profile adds, %% of classes | two priors alone: wrong %% | decided %% | one prior: wrong %% | decided %% | "
        "oracle: wrong %% | decided %% | decided, %% of the oracle |\n");
    std::printf("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n");
    for (const double guess : {0.1, 0.2})
      for (const double sd : {0.0, 0.7, 1.4, 2.0}) stems(guess, sd, n_classes);
    return 0;
  }
  std::fprintf(stderr, "usage: cdm_misfit ability|stems [classes]\n");
  return 2;
}
