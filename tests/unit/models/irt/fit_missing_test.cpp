#include <celadon/models/irt/fit.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

namespace {

using celadon::Missing;
using celadon::MissingTreatment;
using celadon::Responses;

/// 300 persons on 9 items of 0/1 whose wrong answers are omitted where (person + item) % 3 == 0, or written as 0.
Responses answers(bool omitted) {
  std::vector<std::string> ids;
  for (int j = 0; j < 9; ++j) ids.push_back("q" + std::to_string(j + 1));
  Responses::Builder builder(300, ids);
  std::uint64_t state = 7;
  for (std::int64_t i = 0; i < 300; ++i) {
    const double level = static_cast<double>(i % 10) / 10.0;
    for (std::int64_t j = 0; j < 9; ++j) {
      state = state * 6364136223846793005ULL + 1442695040888963407ULL;
      const bool right = static_cast<double>(state >> 40) / 16777216.0 < 0.2 + 0.6 * level;
      if (!right && omitted && (i + j) % 3 == 0)
        builder.set(i, j, Missing::kOmitted);
      else
        builder.set(i, j, static_cast<std::uint8_t>(right ? 1 : 0));
    }
  }
  return std::move(builder).build().value();
}

TEST(IrtFitMissing, AKindThatCountsAsLowestIsTheLowestCategory) {
  celadon::irt::FitOptions options;
  options.model = celadon::irt::ItemModel::kRasch;
  options.missing.omitted = MissingTreatment::kLowest;
  const auto recoded = celadon::irt::fit(answers(false), options).value();
  const auto by_policy = celadon::irt::fit(answers(true), options).value();
  EXPECT_EQ(by_policy.n_used, 300);
  EXPECT_EQ(by_policy.log_likelihood, recoded.log_likelihood) << "the same answers, so the same bits";
  for (std::size_t j = 0; j < 9; ++j) EXPECT_EQ(by_policy.model.items[j].intercepts, recoded.model.items[j].intercepts) << j;
}

}  // namespace
