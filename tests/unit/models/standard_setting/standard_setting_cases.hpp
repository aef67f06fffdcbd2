// Panels and models with known truth, for the tests of models/standard_setting.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/random.hpp>
#include <celadon/core/table.hpp>
#include <celadon/models/irt/model.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace standard_setting_cases {

using celadon::Code;
using celadon::Findings;
using celadon::Language;
using celadon::Severity;
namespace irt = celadon::irt;

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

inline int count(const Findings& findings, Code code) {
  int n = 0;
  for (const auto& f : findings) n += f.code == code ? 1 : 0;
  return n;
}

/// The message has both languages and every argument that its sentences name.
inline void expect_readable(const celadon::Message& m) {
  for (const Language language : {Language::kChinese, Language::kEnglish}) {
    EXPECT_FALSE(m.cause(language).empty());
    EXPECT_FALSE(m.fix(language).empty());
    EXPECT_EQ(m.cause(language).find('?'), std::string::npos) << m.cause(language);
  }
  EXPECT_NE(m.cause(Language::kChinese), m.cause(Language::kEnglish));
}

inline irt::ItemParameters item_2pl(const std::string& id, double slope, double difficulty, double lower = 0.0) {
  irt::ItemParameters out;
  out.id = id;
  out.model = lower > 0.0 ? irt::ItemModel::k3pl : irt::ItemModel::k2pl;
  out.slope = slope;
  out.intercepts = {-slope * difficulty};
  out.lower = lower;
  return out;
}

/// Generalised partial credit with steps b_1, b_2, ...
inline irt::ItemParameters item_gpcm(const std::string& id, double slope, const std::vector<double>& steps) {
  irt::ItemParameters out;
  out.id = id;
  out.model = irt::ItemModel::kGeneralizedPartialCredit;
  out.n_categories = static_cast<int>(steps.size()) + 1;
  out.slope = slope;
  double d = 0.0;
  for (const double b : steps) out.intercepts.push_back(d -= slope * b);
  return out;
}

inline irt::Model rasch(const std::vector<double>& difficulties) {
  irt::Model out;
  for (std::size_t i = 0; i < difficulties.size(); ++i) out.items.push_back(item_2pl("Q" + std::to_string(i + 1), 1.0, difficulties[i]));
  return out;
}

inline double logistic(double x) {
  return 1.0 / (1.0 + std::exp(-x));
}

/// Rows of a table in another order.
template <class T>
std::vector<T> permuted_rows(const std::vector<T>& values, std::size_t n_columns, const std::vector<std::size_t>& order) {
  std::vector<T> out;
  for (const std::size_t r : order)
    for (std::size_t c = 0; c < n_columns; ++c) out.push_back(values[r * n_columns + c]);
  return out;
}

}  // namespace standard_setting_cases
