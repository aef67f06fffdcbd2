// M2 and its relatives by enumeration: every answer pattern's probability, moments as sums over patterns, derivatives by differences.
#include "models/irt/irt_cases.hpp"

#include <celadon/models/irt/model_fit.hpp>

#include <Eigen/Dense>

namespace {

using namespace irt_cases;
using irt::Moments;

struct Patterns {
  std::vector<std::vector<int>> list;
  explicit Patterns(const irt::Model& model) {
    std::vector<int> x(model.items.size(), 0);
    for (;;) {
      list.push_back(x);
      std::size_t j = 0;
      while (j < x.size() && ++x[j] == model.items[j].n_categories) x[j++] = 0;
      if (j == x.size()) return;
    }
  }
  [[nodiscard]] Eigen::VectorXd probability(const irt::Model& model) const {
    const auto nodes = model.grid.nodes();
    const auto weights = model.grid.weights(model.populations[0]);
    Eigen::VectorXd out = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(list.size()));
    for (std::size_t q = 0; q < nodes.size(); ++q) {
      std::vector<std::vector<double>> p;
      for (const auto& item : model.items) {
        p.emplace_back(static_cast<std::size_t>(item.n_categories));
        irt::category_probabilities(item, nodes[q], p.back());
      }
      for (std::size_t r = 0; r < list.size(); ++r) {
        double product = weights[q];
        for (std::size_t j = 0; j < p.size(); ++j) product *= p[j][static_cast<std::size_t>(list[r][j])];
        out[static_cast<Eigen::Index>(r)] += product;
      }
    }
    return out;
  }
  /// One row a moment: its value for each pattern.
  [[nodiscard]] Eigen::MatrixXd moments(const irt::Model& model, Moments kind) const {
    std::vector<std::vector<double>> rows;
    const auto add = [&](auto&& value) {
      rows.emplace_back();
      for (const auto& x : list) rows.back().push_back(value(x));
    };
    const auto n = model.items.size();
    for (std::size_t i = 0; i < n; ++i) {
      if (kind == Moments::kSums)
        add([&](const auto& x) { return static_cast<double>(x[i]); });
      else
        for (int k = 1; k < model.items[i].n_categories; ++k) add([&](const auto& x) { return x[i] == k ? 1.0 : 0.0; });
    }
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = i + 1; j < n; ++j) {
        if (kind != Moments::kFull) {
          add([&](const auto& x) { return static_cast<double>(x[i] * x[j]); });
          continue;
        }
        for (int k = 1; k < model.items[i].n_categories; ++k)
          for (int l = 1; l < model.items[j].n_categories; ++l) add([&](const auto& x) { return x[i] == k && x[j] == l ? 1.0 : 0.0; });
      }
    Eigen::MatrixXd out(static_cast<Eigen::Index>(rows.size()), static_cast<Eigen::Index>(list.size()));
    for (std::size_t r = 0; r < rows.size(); ++r)
      for (std::size_t c = 0; c < list.size(); ++c) out(static_cast<Eigen::Index>(r), static_cast<Eigen::Index>(c)) = rows[r][c];
    return out;
  }
};

/// Every free number of a model, for derivatives by differences.
std::vector<double*> numbers(irt::Model& model) {
  std::vector<double*> out;
  bool variance = false;
  for (auto& item : model.items) {
    const bool unit = item.model == ItemModel::kRasch || item.model == ItemModel::kPartialCredit;
    variance = variance || unit;
    if (!unit) out.push_back(&item.slope);
    for (double& d : item.intercepts) out.push_back(&d);
    if (item.model == ItemModel::k3pl) out.push_back(&item.lower);
    if (item.model == ItemModel::kNominal)
      for (std::size_t k = 1; k + 1 < item.scoring.size(); ++k) out.push_back(&item.scoring[k]);
  }
  if (variance) out.push_back(&model.populations[0].sd);
  return out;
}

struct Expected {
  double m2 = 0.0;
  int df = 0;
};

Expected by_enumeration(irt::Model model, const Responses& answers, Moments kind) {
  const Patterns patterns(model);
  const Eigen::MatrixXd moment = patterns.moments(model, kind);
  Eigen::VectorXd observed = Eigen::VectorXd::Zero(moment.cols());
  for (std::int64_t i = 0; i < answers.n_persons(); ++i) {
    Eigen::Index at = 0;
    Eigen::Index radix = 1;
    for (std::size_t j = 0; j < model.items.size(); ++j) {
      at += radix * answers.at(i, static_cast<std::int64_t>(j));
      radix *= model.items[j].n_categories;
    }
    observed[at] += 1.0 / static_cast<double>(answers.n_persons());
  }
  const Eigen::VectorXd p = patterns.probability(model);
  const Eigen::MatrixXd covariance = moment * p.asDiagonal() * moment.transpose() - (moment * p) * (moment * p).transpose();
  const auto free = numbers(model);
  Eigen::MatrixXd slope(moment.rows(), static_cast<Eigen::Index>(free.size()));
  for (std::size_t f = 0; f < free.size(); ++f) {
    const double at = *free[f];
    const double h = 1e-5;
    *free[f] = at + h;
    const Eigen::VectorXd high = patterns.probability(model);
    *free[f] = at - h;
    slope.col(static_cast<Eigen::Index>(f)) = moment * (high - patterns.probability(model)) / (2 * h);
    *free[f] = at;
  }
  const Eigen::VectorXd e = moment * (observed - p);
  const Eigen::MatrixXd inverse = covariance.fullPivLu().inverse();
  const Eigen::MatrixXd middle = slope.transpose() * inverse * slope;
  const Eigen::VectorXd side = slope.transpose() * inverse * e;
  const double value = e.dot(inverse * e) - side.dot(middle.fullPivLu().solve(side));
  return {value * static_cast<double>(answers.n_persons()), static_cast<int>(moment.rows() - slope.cols())};
}

TEST(ModelFit, M2OfSixItemsByEnumeration) {
  for (const ItemModel m : {ItemModel::kRasch, ItemModel::k2pl, ItemModel::k3pl}) {
    const auto model = model_of(items(m, 6));
    const Responses answers = draw(model_of(items(ItemModel::k2pl, 6)), 900, 41);
    const auto expected = by_enumeration(model, answers, Moments::kSums);
    if (expected.df < 1) continue;
    const auto fit = irt::model_fit(model, answers).value();
    EXPECT_NEAR(fit.m2, expected.m2, 1e-5 * expected.m2) << irt::model_name(m);
    EXPECT_EQ(fit.df, expected.df) << irt::model_name(m);
    EXPECT_NEAR(fit.rmsea, std::sqrt(std::max(0.0, (expected.m2 - expected.df) / (expected.df * 899.0))), 1e-6);
    // the other kinds of moments are the same for right and wrong
    for (const Moments kind : {Moments::kFull, Moments::kFirstFull})
      EXPECT_NEAR(irt::model_fit(model, answers, {.moments = kind})->m2, fit.m2, 1e-8 * fit.m2);
  }
}

TEST(ModelFit, CategoriesByEnumeration) {
  auto all = items(ItemModel::kGeneralizedPartialCredit, 2, 3, "a");
  for (auto&& more : {items(ItemModel::kGraded, 2, 3, "b"), items(ItemModel::kNominal, 1, 3, "c")})
    all.insert(all.end(), more.begin(), more.end());
  const auto model = model_of(all);
  auto other = model;
  other.items[0].slope *= 1.3;
  const Responses answers = draw(other, 1200, 5);
  for (const Moments kind : {Moments::kFull, Moments::kFirstFull}) {
    const auto expected = by_enumeration(model, answers, kind);
    const auto fit = irt::model_fit(model, answers, {.moments = kind}).value();
    EXPECT_EQ(fit.df, expected.df);
    EXPECT_NEAR(fit.m2, expected.m2, 1e-4 * expected.m2);
  }
}

TEST(ModelFit, SrmsrCfiAndTliByTheirDefinitions) {
  const auto model = model_of(items(ItemModel::k2pl, 6));
  const Responses answers = draw(model, 1500, 3);
  const auto fit = irt::model_fit(model, answers).value();
  const Patterns patterns(model);
  const Eigen::VectorXd p = patterns.probability(model);
  double total = 0.0;
  for (std::size_t i = 0; i < 6; ++i)
    for (std::size_t j = i + 1; j < 6; ++j) {
      double model_sums[3] = {};
      double data_sums[3] = {};
      for (std::size_t r = 0; r < patterns.list.size(); ++r) {
        const auto& x = patterns.list[r];
        const double w = p[static_cast<Eigen::Index>(r)];
        model_sums[0] += w * x[i];
        model_sums[1] += w * x[j];
        model_sums[2] += w * x[i] * x[j];
      }
      for (std::int64_t n = 0; n < 1500; ++n) {
        const double a = answers.at(n, static_cast<std::int64_t>(i));
        const double b = answers.at(n, static_cast<std::int64_t>(j));
        data_sums[0] += a / 1500;
        data_sums[1] += b / 1500;
        data_sums[2] += a * b / 1500;
      }
      const auto r = [](const double* s) { return (s[2] - s[0] * s[1]) / std::sqrt(s[0] * (1 - s[0]) * s[1] * (1 - s[1])); };
      total += std::pow(r(data_sums) - r(model_sums), 2) / 15;
    }
  EXPECT_NEAR(fit.srmsr, std::sqrt(total), 1e-10);
  EXPECT_EQ(fit.independence_df, 15);
  const double null_excess = fit.independence_m2 - 15;
  EXPECT_NEAR(fit.cfi, std::min(1.0, 1 - (fit.m2 - fit.df) / null_excess), 1e-12);
  EXPECT_NEAR(fit.tli, (fit.independence_m2 / 15 - fit.m2 / fit.df) / (fit.independence_m2 / 15 - 1), 1e-12);
  EXPECT_LE(fit.rmsea_lower, fit.rmsea);
  EXPECT_GE(fit.rmsea_upper, fit.rmsea);
  EXPECT_EQ(fit.table().n_rows(), 1);
}

// With given parameters (a bank) nothing is fitted, and M2 is chi-squared on all its moments.
TEST(ModelFit, HoldsItsLevelWithGivenParameters) {
  const auto model = model_of(items(ItemModel::k2pl, 8));
  irt::ModelFitOptions options;
  options.fixed_items.assign(8, 1);
  double mean = 0.0;
  int rejected = 0;
  for (std::uint64_t r = 0; r < 60; ++r) {
    const auto fit = irt::model_fit(model, draw(model, 1000, 300 + r), options).value();
    EXPECT_EQ(fit.df, 36);
    EXPECT_EQ(fit.n_parameters, 0);
    mean += fit.m2 / 36 / 60;
    rejected += fit.p < 0.05 ? 1 : 0;
  }
  EXPECT_NEAR(mean, 1.0, 3.29 * std::sqrt(2.0 / 36 / 60));
  EXPECT_LE(rejected, 10);
  auto wrong = model;
  for (auto& item : wrong.items) item.slope *= 1.8;
  EXPECT_LT(irt::model_fit(wrong, draw(model, 1000, 1), options)->p, 1e-4);
}

TEST(ModelFit, MissingCellsFollowThePolicyAndWrongInputIsRefused) {
  const auto model = model_of(items(ItemModel::k2pl, 5));
  std::vector<std::string> ids;
  for (const auto& item : model.items) ids.push_back(item.id);
  const Responses full = draw(model, 300, 3);
  std::vector<std::vector<int>> rows;
  for (std::int64_t i = 0; i < 300; ++i) {
    rows.emplace_back();
    for (std::int64_t j = 0; j < 5; ++j) rows.back().push_back(full.at(i, j) == 0 && (i + j) % 4 == 0 ? -2 : full.at(i, j));
  }
  irt::ModelFitOptions wrong;
  wrong.missing.not_reached = MissingTreatment::kLowest;
  const auto a = irt::model_fit(model, responses(rows, ids), wrong).value();
  EXPECT_EQ(a.m2, irt::model_fit(model, full)->m2);
  EXPECT_EQ(a.n_used, 300);
  const auto b = irt::model_fit(model, responses(rows, ids)).value();
  EXPECT_LT(b.n_used, 300);
  EXPECT_TRUE(has_finding(b.findings, Code::kIncompletePersons));

  irt::ModelFitOptions options;
  options.fixed_items = {1};
  EXPECT_EQ(irt::model_fit(model, full, options).error().code, Code::kLengthMismatch);
  EXPECT_EQ(irt::model_fit(model, responses({{1, 0}}, {"Q1", "Q2"})).error().code, Code::kNoItems);
  EXPECT_EQ(irt::model_fit(model, responses({{1, 0, 1, 1, 0}}, ids)).error().code, Code::kNoPersons);
  EXPECT_EQ(irt::model_fit(model_of(items(ItemModel::k2pl, 3)), draw(model_of(items(ItemModel::k2pl, 3)), 100, 1)).error().code,
            Code::kNoDegreesOfFreedom);
  const auto many = model_of(items(ItemModel::k2pl, 130));
  EXPECT_EQ(irt::model_fit(many, draw(many, 10, 1)).error().code, Code::kInvalidArgument);
  auto two = model;
  two.populations.push_back({"b", 0.0, 1.0});
  EXPECT_EQ(irt::model_fit(two, full).error().code, Code::kInvalidArgument);
}

}  // namespace
