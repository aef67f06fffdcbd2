/// Small cases of diagnosis models for the unit tests: simulated answers with known truth, and the likelihood by enumeration.
#pragma once

#include <celadon/core/random.hpp>
#include <celadon/core/responses.hpp>
#include <celadon/models/cdm/fit.hpp>

#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace cdm_cases {

using namespace celadon;

/// A matrix from rows such as "110".
inline cdm::QMatrix matrix(const std::vector<std::string>& rows) {
  cdm::QMatrix q;
  for (std::size_t k = 0; k < rows[0].size(); ++k) q.attributes.push_back("A" + std::to_string(k + 1));
  for (std::size_t j = 0; j < rows.size(); ++j) {
    q.item_ids.push_back("q" + std::to_string(j + 1));
    for (const char c : rows[j]) q.cells.push_back(c == '1' ? 1 : 0);
  }
  return q;
}

/// Twelve items of three attributes, each alone three times.
inline cdm::QMatrix three_attributes() {
  return matrix({"100", "010", "001", "100", "010", "001", "100", "010", "001", "110", "011", "111"});
}

using Answers = std::vector<std::vector<std::uint8_t>>;  ///< persons x items

/// DINA answers with guess and slip, attributes mastered independently with the given share.
inline Answers simulate(const cdm::QMatrix& q, int n, double guess, double slip, double share, std::uint64_t seed,
                        std::vector<std::uint32_t>* truth = nullptr) {
  random::Stream stream(seed, random::purpose("test.cdm"));
  Answers out;
  for (int i = 0; i < n; ++i) {
    std::uint32_t mastered = 0;
    for (int k = 0; k < q.n_attributes(); ++k)
      if (stream.bernoulli(share)) mastered |= 1U << k;
    if (truth != nullptr) truth->push_back(mastered);
    std::vector<std::uint8_t>& row = out.emplace_back();
    for (std::int64_t j = 0; j < q.n_items(); ++j) {
      const bool able = (q.mask(j) & ~mastered) == 0;
      row.push_back(stream.bernoulli(able ? 1.0 - slip : guess) ? 1 : 0);
    }
  }
  return out;
}

inline Responses responses(const cdm::QMatrix& q, const Answers& answers) {
  Responses::Builder builder(static_cast<std::int64_t>(answers.size()), q.item_ids);
  for (std::size_t i = 0; i < answers.size(); ++i)
    for (std::size_t j = 0; j < answers[i].size(); ++j)
      builder.set(static_cast<std::int64_t>(i), static_cast<std::int64_t>(j), answers[i][j]);
  return std::move(builder).build().value();
}

/// log-likelihood by enumeration of the classes; a cell other than 0 and 1 says nothing.
inline double by_enumeration(const cdm::Model& model, const Answers& answers, std::size_t population = 0) {
  double sum = 0.0;
  for (const auto& row : answers) {
    double likelihood = 0.0;
    for (std::size_t c = 0; c < model.classes.size(); ++c) {
      double p = model.populations[population].probability[c];
      for (std::size_t j = 0; j < row.size(); ++j) {
        if (row[j] > 1) continue;
        const double right = model.items[j].of_class(model.classes[c]);
        p *= row[j] == 1 ? right : 1.0 - right;
      }
      likelihood += p;
    }
    sum += std::log(likelihood);
  }
  return sum;
}

inline cdm::FitOptions options(cdm::Rule rule) {
  cdm::FitOptions out;
  out.rule = rule;
  out.errors = cdm::ErrorMethod::kNone;
  return out;
}

inline constexpr cdm::Rule kAllRules[] = {cdm::Rule::kDina, cdm::Rule::kDino, cdm::Rule::kAcdm,
                                          cdm::Rule::kLlm,  cdm::Rule::kRrum, cdm::Rule::kGdina};

inline bool has(const Findings& findings, Code code) {
  for (const Finding& f : findings)
    if (f.code == code) return true;
  return false;
}

}  // namespace cdm_cases
