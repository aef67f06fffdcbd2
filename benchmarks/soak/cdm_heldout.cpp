// Is the P of mastery true of answers that were not seen? Real answers: half of the persons calibrate; of the others, a fifth of the items
// at a time is held out, the class posterior comes from the rest, and the chance of each held-out answer that it predicts is compared with
// what was answered.
//
//   cdm_heldout DATA_FOLDER        (the folder with fraction20.csv, fraction20_q.csv ...)
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <limits>
#include <sstream>

#include "cdm_class.hpp"

namespace {

using namespace celadon;
using cdm_class::percent;

/// Rows of a plain comma-separated file; quotes are dropped.
std::vector<std::vector<std::string>> read(const std::string& path) {
  std::vector<std::vector<std::string>> out;
  std::ifstream file(path);
  if (!file) {
    std::fprintf(stderr, "cannot read %s\n", path.c_str());
    std::exit(1);
  }
  std::string line;
  while (std::getline(file, line)) {
    std::erase_if(line, [](char c) { return c == '"' || c == '\r'; });
    std::vector<std::string>& row = out.emplace_back();
    std::stringstream cells(line + ",");
    std::string cell;
    while (std::getline(cells, cell, ',')) row.push_back(cell);
  }
  return out;
}

struct Data {
  Responses answers;
  cdm::QMatrix q;
};

Data load(const std::string& folder, const std::string& data, const std::string& matrix) {
  const auto cells = read(folder + "/" + data + ".csv");
  const auto rows = read(folder + "/" + matrix + ".csv");
  Data out;
  Responses::Builder builder(static_cast<std::int64_t>(cells.size()) - 1, cells[0]);
  for (std::size_t i = 1; i < cells.size(); ++i)
    for (std::size_t j = 0; j < cells[0].size(); ++j)
      if (j < cells[i].size() && !cells[i][j].empty())
        builder.set(static_cast<std::int64_t>(i) - 1, static_cast<std::int64_t>(j), cells[i][j] == "1" ? std::uint8_t{1} : std::uint8_t{0});
  out.answers = std::move(builder).build().value();
  out.q.attributes.assign(rows[0].begin() + 1, rows[0].end());
  for (std::size_t j = 1; j < rows.size(); ++j) {
    out.q.item_ids.push_back(rows[j][0]);
    for (std::size_t k = 1; k < rows[0].size(); ++k) out.q.cells.push_back(rows[j][k] == "1" ? 1 : 0);
  }
  return out;
}

/// What was predicted of one held-out answer.
struct Prediction {
  double p = 0.0;
  double base = 0.0;  // share right of the item among the persons who calibrated
  double rest = 0.0;  // the same among those of a like share right on the items seen, shrunken
  bool right = false;
  int standing = 0;  // 0: every needed attribute is said to be mastered; 1: one is said not to be; 2: neither
};

struct Study {
  std::string name;
  std::string data;
  std::string matrix;
  std::string how;
  cdm::FitOptions options;
};

std::vector<Study> studies() {
  cdm::FitOptions dina;
  dina.rule = cdm::Rule::kDina;
  dina.n_starts = 6;
  dina.n_finals = 2;
  dina.errors = cdm::ErrorMethod::kNone;
  cdm::FitOptions with_priors = dina;
  with_priors.structure = cdm::Structure::kHigherOrder;
  with_priors.priors = cdm::Priors::small_sample();
  cdm::FitOptions general = with_priors;
  general.rule = cdm::Rule::kGdina;
  std::vector<Study> out;
  for (const auto& [name, data, q] : {std::array<const char*, 3>{"fraction20", "fraction20", "fraction20_q"},
                                      std::array<const char*, 3>{"fraction15", "fraction15", "fraction15_q"},
                                      std::array<const char*, 3>{"TIMSS, 7 attributes", "timss07_g4_aut", "timss07_g4_aut_q7"},
                                      std::array<const char*, 3>{"TIMSS, 3 domains", "timss07_g4_aut", "timss07_g4_aut_q"}}) {
    out.push_back({name, data, q, "DINA, saturated, no priors", dina});
    out.push_back({name, data, q, "DINA, higher order, small-sample priors", with_priors});
    out.push_back({name, data, q, "G-DINA, higher order, small-sample priors", general});
  }
  return out;
}

std::vector<Prediction> predict(const Study& study, const std::string& folder) {
  const Data data = load(folder, study.data, study.matrix);
  ExecutionContext one;
  one.n_threads = 1;
  random::Stream stream(94, random::purpose("cdm.heldout"));
  const auto order = stream.permutation(data.answers.n_persons());
  const auto items = stream.permutation(data.answers.n_items());
  std::vector<Prediction> out;
  constexpr std::size_t kParts = 5;
  for (int half = 0; half < 2; ++half) {
    std::vector<std::int64_t> learn;
    std::vector<std::int64_t> test;
    for (std::size_t i = 0; i < order.size(); ++i) ((static_cast<int>(i % 2) == half) ? test : learn).push_back(order[i]);
    const Responses known = data.answers.select_persons(learn).value();
    const auto fit = cdm::fit(known, data.q, study.options, one);
    if (!fit) {
      std::fprintf(stderr, "%s: no calibration\n", study.name.c_str());
      std::exit(1);
    }
    const cdm::Model& model = fit->model;
    for (std::size_t part = 0; part < kParts; ++part) {
      std::vector<std::int64_t> seen;
      std::vector<std::int64_t> held;
      for (std::size_t j = 0; j < items.size(); ++j) (j % kParts == part ? held : seen).push_back(items[j]);
      const Responses given = data.answers.select(test, seen).value();
      cdm::ScoreOptions how;
      how.keep_state = true;
      const auto scores = cdm::score(model, given, how, one).value();
      const auto decisions = cdm::decide(scores).value();
      // Persons who calibrated, by how much of the items seen they had right: what a table of the rest score would predict.
      constexpr std::size_t kBins = 6;
      const auto bin = [&](const Responses& of, std::int64_t person, bool all) {
        double right = 0.0;
        double n = 0.0;
        for (std::size_t j = 0; j < seen.size(); ++j) {
          const std::uint8_t cell = of.at(person, all ? seen[j] : static_cast<std::int64_t>(j));
          if (cell > 1) continue;
          right += cell;
          n += 1.0;
        }
        return n > 0.0 ? std::min(kBins - 1, static_cast<std::size_t>(right / n * kBins)) : kBins / 2;
      };
      std::vector<std::size_t> bin_of_known;
      for (std::int64_t i = 0; i < known.n_persons(); ++i) bin_of_known.push_back(bin(known, i, true));
      for (const std::int64_t j : held) {
        const std::int64_t at = model.find(data.answers.item_ids()[static_cast<std::size_t>(j)]);
        if (at < 0) continue;
        const cdm::ItemParameters& item = model.items[static_cast<std::size_t>(at)];
        double right = 0.0;
        double n = 0.0;
        std::array<double, kBins> bin_right{};
        std::array<double, kBins> bin_n{};
        for (std::int64_t i = 0; i < known.n_persons(); ++i) {
          const std::uint8_t cell = known.at(i, j);
          if (cell > 1) continue;
          right += cell;
          n += 1.0;
          bin_right[bin_of_known[static_cast<std::size_t>(i)]] += cell;
          bin_n[bin_of_known[static_cast<std::size_t>(i)]] += 1.0;
        }
        for (std::size_t t = 0; t < test.size(); ++t) {
          const std::uint8_t cell = data.answers.at(test[t], j);
          if (cell > 1) continue;
          const auto person = static_cast<std::int64_t>(t);
          Prediction p;
          p.right = cell == 1;
          p.base = right / n;
          const std::size_t b = bin(given, person, false);
          p.rest = (bin_right[b] + 5.0 * p.base) / (bin_n[b] + 5.0);
          for (std::size_t c = 0; c < model.classes.size(); ++c)
            p.p += scores.state.probability[t * model.classes.size() + c] * item.of_class(model.classes[c]);
          bool all = true;
          bool lacks = false;
          for (const std::int32_t k : item.attributes) {
            all = all && decisions.of(person, k) == cdm::Mastery::kMastered;
            lacks = lacks || decisions.of(person, k) == cdm::Mastery::kNotMastered;
          }
          p.standing = all ? 0 : (lacks ? 1 : 2);
          out.push_back(p);
        }
      }
    }
  }
  return out;
}

void brier(const Study& study, const std::vector<Prediction>& all) {
  double model = 0.0;
  double base = 0.0;
  double rest = 0.0;
  double predicted = 0.0;
  double right = 0.0;
  double off = 0.0;
  std::array<double, 10> p{};
  std::array<double, 10> r{};
  for (const Prediction& x : all) {
    const double y = x.right ? 1.0 : 0.0;
    model += (x.p - y) * (x.p - y);
    base += (x.base - y) * (x.base - y);
    rest += (x.rest - y) * (x.rest - y);
    predicted += x.p;
    right += y;
    const std::size_t d = std::min<std::size_t>(9, static_cast<std::size_t>(x.p * 10.0));
    p[d] += x.p;
    r[d] += y;
  }
  for (std::size_t d = 0; d < 10; ++d) off += std::abs(p[d] - r[d]);
  const auto n = static_cast<double>(all.size());
  std::printf("| %s | %s | %zu | %.3f | %.3f | %.4f | %.4f | %.4f | %.1f | %.3f |\n", study.name.c_str(), study.how.c_str(), all.size(),
              predicted / n, right / n, model / n, base / n, rest / n, 100.0 * (1.0 - model / base), off / n);
}

void deciles(const Study& study, const std::vector<Prediction>& all) {
  std::array<double, 10> n{};
  std::array<double, 10> p{};
  std::array<double, 10> r{};
  for (const Prediction& x : all) {
    const std::size_t d = std::min<std::size_t>(9, static_cast<std::size_t>(x.p * 10.0));
    n[d] += 1.0;
    p[d] += x.p;
    r[d] += x.right ? 1.0 : 0.0;
  }
  std::printf("| %s | %s |", study.name.c_str(), study.how.c_str());
  for (std::size_t d = 0; d < 10; ++d) {
    if (n[d] < 10.0)
      std::printf(" - |");
    else
      std::printf(" %.2f / %.2f (%.0f) |", p[d] / n[d], r[d] / n[d], n[d]);
  }
  std::printf("\n");
}

void standings(const Study& study, const std::vector<Prediction>& all) {
  std::array<double, 3> n{};
  std::array<double, 3> p{};
  std::array<double, 3> r{};
  for (const Prediction& x : all) {
    const auto s = static_cast<std::size_t>(x.standing);
    n[s] += 1.0;
    p[s] += x.p;
    r[s] += x.right ? 1.0 : 0.0;
  }
  std::printf("| %s | %s |", study.name.c_str(), study.how.c_str());
  for (const std::size_t s : {0U, 2U, 1U})
    std::printf(" %.1f | %.2f | %.2f |", percent(n[s], static_cast<double>(all.size())), p[s] / std::max(n[s], 1.0),
                r[s] / std::max(n[s], 1.0));
  std::printf("\n");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: cdm_heldout DATA_FOLDER\n");
    return 2;
  }
  std::vector<std::pair<Study, std::vector<Prediction>>> all;
  for (Study& study : studies()) {
    auto predictions = predict(study, argv[1]);
    all.emplace_back(std::move(study), std::move(predictions));
  }
  std::printf(
      "| answers | model | held-out answers | mean P | share right | Brier | by the item's share right | by the rest score | better than "
      "the "
      "item's share, %% | mean gap over tenths of P |\n|---|---|---|---|---|---|---|---|---|---|\n");
  for (const auto& [study, predictions] : all) brier(study, predictions);
  std::printf("\nBy tenths of P: mean P / share right (answers).\n\n| answers | model |");
  for (int d = 0; d < 10; ++d) std::printf(" P %.1f-%.1f |", 0.1 * d, 0.1 * (d + 1));
  std::printf("\n|---|---|---|---|---|---|---|---|---|---|---|---|\n");
  for (const auto& [study, predictions] : all) deciles(study, predictions);
  std::printf(
      "\nBy what is said of the attributes that the held-out item needs.\n\n| answers | model | all mastered: %% of answers | mean P | "
      "share "
      "right | not enough evidence: %% | mean P | share right | one not mastered: %% | mean P | share right "
      "|\n|---|---|---|---|---|---|---|---|---|---|---|\n");
  for (const auto& [study, predictions] : all) standings(study, predictions);
  return 0;
}
