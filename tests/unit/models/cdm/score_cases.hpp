/// Models and answers for the tests of scoring and of what follows from it, with sums over all classes written out.
#pragma once

#include <celadon/core/random.hpp>
#include <celadon/core/responses.hpp>
#include <celadon/models/cdm/model.hpp>
#include <celadon/models/cdm/q_matrix.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace score_cases {

using namespace celadon;

inline std::vector<std::string> names(const char* prefix, std::size_t n) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < n; ++i) out.push_back(prefix + std::to_string(i + 1));
  return out;
}

/// An item that needs the attributes of `mask`, its probabilities rising with the number of them, drawn.
inline cdm::ItemParameters item(const std::string& id, cdm::Rule rule, std::uint32_t mask, random::Stream& stream) {
  cdm::ItemParameters out;
  out.id = id;
  out.rule = rule;
  for (int k = 0; k < 15; ++k)
    if ((mask >> k & 1U) != 0) out.attributes.push_back(k);
  const auto m = static_cast<int>(out.attributes.size());
  const double low = stream.uniform(0.08, 0.25);
  const double high = stream.uniform(0.75, 0.95);
  for (std::uint32_t g = 0; g < (1U << m); ++g) {
    double p = low;
    const int mastered = std::popcount(g);
    if (rule == cdm::Rule::kDina)
      p = mastered == m ? high : low;
    else if (rule == cdm::Rule::kDino)
      p = mastered > 0 ? high : low;
    else
      p = low + (high - low) * mastered / m + (mastered > 0 && mastered < m ? stream.uniform(-0.05, 0.05) : 0.0);
    out.probability.push_back(p);
  }
  return out;
}

/// A model over all classes of `n_attributes` with the given items.
inline cdm::Model model(std::size_t n_attributes, const std::vector<std::pair<cdm::Rule, std::uint32_t>>& items, std::uint64_t seed,
                        std::size_t n_populations = 1) {
  random::Stream stream(seed, 0x51, 0);
  cdm::Model out;
  out.attributes = names("A", n_attributes);
  for (std::uint32_t c = 0; c < (1U << n_attributes); ++c) out.classes.push_back(c);
  for (std::size_t j = 0; j < items.size(); ++j)
    out.items.push_back(item("I" + std::to_string(j + 1), items[j].first, items[j].second, stream));
  for (std::size_t p = 0; p < n_populations; ++p) {
    cdm::Population population;
    population.id = "P" + std::to_string(p + 1);
    double sum = 0.0;
    for (std::size_t c = 0; c < out.classes.size(); ++c) sum += population.probability.emplace_back(stream.uniform(0.1, 1.0));
    for (double& v : population.probability) v /= sum;
    out.populations.push_back(std::move(population));
  }
  return out;
}

/// Three attributes, twelve items of four rules.
inline cdm::Model mixed(std::size_t n_populations = 1) {
  using cdm::Rule;
  return model(3,
               {{Rule::kDina, 1},
                {Rule::kDina, 2},
                {Rule::kDina, 4},
                {Rule::kDina, 3},
                {Rule::kDino, 6},
                {Rule::kGdina, 5},
                {Rule::kGdina, 7},
                {Rule::kAcdm, 6},
                {Rule::kDina, 1},
                {Rule::kDina, 2},
                {Rule::kDina, 4},
                {Rule::kGdina, 3}},
               11, n_populations);
}

/// Answers drawn at random; a share of cells omitted.
inline Responses coins(const cdm::Model& model, std::int64_t n, double missing, std::uint64_t seed) {
  std::vector<std::string> ids;
  for (const auto& i : model.items) ids.push_back(i.id);
  Responses::Builder builder(n, ids);
  random::Stream stream(seed, 0x52, 0);
  for (std::int64_t i = 0; i < n; ++i)
    for (std::int64_t j = 0; j < static_cast<std::int64_t>(ids.size()); ++j) {
      const double u = stream.uniform();
      const double v = stream.uniform();
      if (u < missing)
        builder.set(i, j, Missing::kOmitted);
      else
        builder.set(i, j, static_cast<std::uint8_t>(v < 0.55 ? 1 : 0));
    }
  return std::move(builder).build().value();
}

inline Responses rows(const std::vector<std::string>& ids, const std::vector<std::vector<int>>& cells) {
  Responses::Builder builder(static_cast<std::int64_t>(cells.size()), ids);
  for (std::size_t i = 0; i < cells.size(); ++i)
    for (std::size_t j = 0; j < ids.size(); ++j)
      if (cells[i][j] >= 0) builder.set(static_cast<std::int64_t>(i), static_cast<std::int64_t>(j), static_cast<std::uint8_t>(cells[i][j]));
  return std::move(builder).build().value();
}

/// P(class | answers of a row), the sum written out; items by column = by model item.
inline std::vector<double> posterior(const cdm::Model& model, const Responses& answers, std::int64_t person,
                                     const std::vector<double>& prior) {
  std::vector<double> out;
  double sum = 0.0;
  for (std::size_t c = 0; c < model.classes.size(); ++c) {
    double p = prior[c];
    for (std::int64_t j = 0; j < answers.n_items(); ++j) {
      const auto at = model.find(answers.item_ids()[static_cast<std::size_t>(j)]);
      if (at < 0 || is_missing(answers.at(person, j))) continue;
      const double right = model.items[static_cast<std::size_t>(at)].of_class(model.classes[c]);
      p *= answers.at(person, j) == 1 ? right : 1.0 - right;
    }
    out.push_back(p);
    sum += p;
  }
  for (double& p : out) p /= sum;
  return out;
}

}  // namespace score_cases
