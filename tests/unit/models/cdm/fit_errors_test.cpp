// Standard errors of diagnosis models against a numeric Hessian of the enumerated likelihood, and against each other.
#include "cdm_cases.hpp"

#include <gtest/gtest.h>

#include <Eigen/Dense>

namespace {

using namespace cdm_cases;

/// The free numbers of a model: of DINA items both sides, of G-DINA items all groups, of additive items the effects; then every class but
/// the largest, whose probability follows.
struct Free {
  const cdm::Model* top;
  std::size_t largest = 0;
  std::vector<double> x;
  explicit Free(const cdm::Model& model) : top(&model) {
    for (const auto& item : model.items) {
      if (item.rule == cdm::Rule::kDina) {
        x.push_back(item.probability.front());
        x.push_back(item.probability.back());
      } else if (item.rule == cdm::Rule::kGdina) {
        x.insert(x.end(), item.probability.begin(), item.probability.end());
      } else {
        const auto d = item.parameters();
        x.insert(x.end(), d.begin(), d.end());
      }
    }
    const auto& p = model.populations[0].probability;
    for (std::size_t c = 0; c < p.size(); ++c)
      if (p[c] > p[largest]) largest = c;
    for (std::size_t c = 0; c < p.size(); ++c)
      if (c != largest) x.push_back(p[c]);
  }
  [[nodiscard]] cdm::Model at(const std::vector<double>& v) const {
    cdm::Model out = *top;
    std::size_t i = 0;
    for (auto& item : out.items) {
      if (item.rule == cdm::Rule::kDina) {
        std::fill(item.probability.begin(), item.probability.end() - 1, v[i]);
        item.probability.back() = v[i + 1];
        i += 2;
      } else if (item.rule == cdm::Rule::kGdina) {
        for (double& p : item.probability) p = v[i++];
      } else {
        for (std::size_t g = 0; g < item.probability.size(); ++g) {
          double eta = v[i];
          for (std::size_t l = 0; l < item.attributes.size(); ++l)
            if ((g >> l & 1U) != 0) eta += v[i + 1 + l];
          item.probability[g] =
              item.rule == cdm::Rule::kLlm ? 1.0 / (1.0 + std::exp(-eta)) : (item.rule == cdm::Rule::kRrum ? std::exp(eta) : eta);
        }
        i += item.attributes.size() + 1;
      }
    }
    double rest = 1.0;
    auto& p = out.populations[0].probability;
    for (std::size_t c = 0; c < p.size(); ++c)
      if (c != largest) rest -= p[c] = v[i++];
    p[largest] = rest;
    return out;
  }
};

/// Covariance from the numeric Hessian.
Eigen::MatrixXd numeric_covariance(const Free& free, const Answers& answers) {
  const auto n = static_cast<Eigen::Index>(free.x.size());
  Eigen::MatrixXd information(n, n);
  constexpr double h = 2e-4;
  const auto value = [&](std::size_t i, double di, std::size_t j, double dj) {
    std::vector<double> v = free.x;
    v[i] += di;
    v[j] += dj;
    return by_enumeration(free.at(v), answers);
  };
  for (std::size_t i = 0; i < free.x.size(); ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      const double d = (value(i, h, j, h) - value(i, h, j, -h) - value(i, -h, j, h) + value(i, -h, j, -h)) / (4.0 * h * h);
      information(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = -d;
      information(static_cast<Eigen::Index>(j), static_cast<Eigen::Index>(i)) = -d;
    }
  return information.inverse();
}

class ErrorsOf : public testing::TestWithParam<cdm::Rule> {};

TEST_P(ErrorsOf, InformationIsTheNumericHessian) {
  const auto q = matrix({"10", "01", "10", "01", "10", "01", "11", "11"});
  const Answers answers = simulate(q, 1500, 0.25, 0.2, 0.5, 41);
  auto o = options(GetParam());
  o.errors = cdm::ErrorMethod::kInformation;
  o.tolerance = 1e-10;
  const auto fit = cdm::fit(responses(q, answers), q, o).value();
  const Free free(fit.model);
  const Eigen::MatrixXd expected = numeric_covariance(free, answers);
  std::size_t i = 0;
  for (std::size_t j = 0; j < fit.model.items.size(); ++j) {
    const auto& item = fit.model.items[j];
    const auto& estimate = fit.items[j];
    const auto se = [&](std::size_t at) { return std::sqrt(expected(static_cast<Eigen::Index>(at), static_cast<Eigen::Index>(at))); };
    if (item.rule == cdm::Rule::kDina) {
      EXPECT_NEAR(estimate.probability_se.front() / se(i), 1.0, 0.01) << item.id;
      EXPECT_NEAR(estimate.parameters_se[1] / se(i + 1), 1.0, 0.01) << item.id;
      i += 2;
    } else if (item.rule == cdm::Rule::kGdina) {
      for (const double own : estimate.probability_se) EXPECT_NEAR(own / se(i++), 1.0, 0.01) << item.id;
      // d_12 = P_11 - P_10 - P_01 + P_00
      Eigen::VectorXd w = Eigen::VectorXd::Zero(expected.rows());
      w.segment(static_cast<Eigen::Index>(i) - 4, 4) << 1.0, -1.0, -1.0, 1.0;
      EXPECT_NEAR(estimate.parameters_se[3] / std::sqrt(w.dot(expected * w)), 1.0, 0.01);
    } else {
      for (const double own : estimate.parameters_se) EXPECT_NEAR(own / se(i++), 1.0, 0.01) << item.id;
    }
  }
  for (std::size_t c = 0; c < fit.model.classes.size(); ++c) {
    if (c == free.largest) continue;
    EXPECT_NEAR(fit.class_se[0][c] / std::sqrt(expected(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(i))), 1.0, 0.01) << c;
    ++i;
  }
}

INSTANTIATE_TEST_SUITE_P(Cdm, ErrorsOf,
                         testing::Values(cdm::Rule::kDina, cdm::Rule::kAcdm, cdm::Rule::kLlm, cdm::Rule::kRrum, cdm::Rule::kGdina),
                         [](const auto& name) { return std::string(cdm::rule_name(name.param)); });

// Where the model is right, both kinds estimate the same.
TEST(CdmErrors, SandwichIsNearTheInformationWhereTheModelHolds) {
  const auto q = three_attributes();
  const Responses data = responses(q, simulate(q, 5000, 0.2, 0.15, 0.5, 42));
  auto o = options(cdm::Rule::kDina);
  o.errors = cdm::ErrorMethod::kInformation;
  const auto a = cdm::fit(data, q, o).value();
  o.errors = cdm::ErrorMethod::kSandwich;
  const auto b = cdm::fit(data, q, o).value();
  bool different = false;
  for (std::size_t j = 0; j < a.items.size(); ++j)
    for (const std::size_t g : {std::size_t{0}, a.items[j].probability_se.size() - 1}) {
      EXPECT_NEAR(b.items[j].probability_se[g] / a.items[j].probability_se[g], 1.0, 0.15);
      different = different || b.items[j].probability_se[g] != a.items[j].probability_se[g];
    }
  EXPECT_TRUE(different);
}

// A weight of k for everybody divides variances of the information by k, and leaves those of the sandwich.
TEST(CdmErrors, SampleWeightsDoNotMakeTheSandwichSmaller) {
  const auto q = three_attributes();
  const Answers answers = simulate(q, 600, 0.2, 0.15, 0.5, 43);
  const std::vector<double> four(answers.size(), 4.0);
  auto o = options(cdm::Rule::kDina);
  o.errors = cdm::ErrorMethod::kSandwich;
  const auto plain = cdm::fit(responses(q, answers), q, o).value();
  o.weights = four;
  const auto weighted = cdm::fit(responses(q, answers), q, o).value();
  o.errors = cdm::ErrorMethod::kInformation;
  const auto information = cdm::fit(responses(q, answers), q, o).value();
  EXPECT_NEAR(weighted.items[0].probability_se[0] / plain.items[0].probability_se[0], 1.0, 1e-3);
  EXPECT_LT(information.items[0].probability_se[0] / plain.items[0].probability_se[0], 0.7);
}

TEST(CdmErrors, NoneAskedForIsNone) {
  const auto q = three_attributes();
  const auto fit = cdm::fit(responses(q, simulate(q, 200, 0.2, 0.15, 0.5, 44)), q, options(cdm::Rule::kDina)).value();
  for (const auto& item : fit.items)
    for (const double se : item.probability_se) EXPECT_TRUE(std::isnan(se));
  EXPECT_TRUE(fit.class_se.empty());
  EXPECT_EQ(fit.item_table().n_rows(), 9 * 2 + 4 + 4 + 8);
  EXPECT_EQ(fit.class_table().n_rows(), 8);
}

}  // namespace
