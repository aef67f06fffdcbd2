// models/survey: a scheme of 50 leaves (means with plausible values) for 2,000 schools from 1,000,000 pupils, 80 replicates, two threads;
// and single statistics of the same city.
#include <celadon/core/random.hpp>
#include <celadon/models/survey/means.hpp>
#include <celadon/models/survey/quantiles.hpp>
#include <celadon/models/survey/regression.hpp>

#include "data.hpp"

#include <limits>
#include <vector>

namespace {

using namespace celadon_bench;
namespace survey = celadon::survey;

constexpr std::int64_t kPupils = 1'000'000;
constexpr std::int32_t kSchools = 2000;
constexpr int kLeaves = 50;
constexpr int kScales = 10;  ///< scales with five plausible values each; leaves take them in turn
constexpr int kDraws = 5;
constexpr int kReplicates = 80;

/// Pupils in schools, drawn in 79 zones of two random halves, so that every school lies in many units.
struct City {
  std::vector<std::vector<double>> columns;
  std::vector<double> weight, books, replicate_weights;
  std::vector<std::int32_t> school, zone, half;

  City() {
    for (std::int64_t i = 0; i < kPupils; ++i) {
      school.push_back(static_cast<std::int32_t>(i * kSchools / kPupils));
      zone.push_back(static_cast<std::int32_t>(i % 79));
      half.push_back(static_cast<std::int32_t>(i / 79 % 2));
      weight.push_back(1.0 + static_cast<double>(i % 5) / 4.0);
      books.push_back(static_cast<double>(i % 7));
    }
    for (int c = 0; c < kScales * kDraws; ++c) {
      celadon::random::Stream stream(20261126, celadon::random::purpose("benchmark.survey"), static_cast<std::uint64_t>(c));
      auto& column = columns.emplace_back();
      column.reserve(static_cast<std::size_t>(kPupils));
      for (std::int64_t i = 0; i < kPupils; ++i) column.push_back(500.0 + 100.0 * stream.normal());
    }
  }
  [[nodiscard]] std::vector<survey::Variable> leaves(int n) const {
    std::vector<survey::Variable> out;
    for (int leaf = 0; leaf < n; ++leaf) {
      survey::Variable v{"leaf" + std::to_string(leaf), {}};
      for (int d = 0; d < kDraws; ++d)
        v.columns.emplace_back(columns[static_cast<std::size_t>(leaf % kScales) * kDraws + static_cast<std::size_t>(d)]);
      out.push_back(v);
    }
    return out;
  }
  [[nodiscard]] survey::Design fay() const {
    survey::DesignSpec spec;
    spec.n_rows = kPupils;
    spec.weights = weight;
    spec.strata = zone;
    spec.clusters = half;
    spec.method = survey::Method::kFay;
    return must(survey::make_design(spec));
  }
  /// The same as a matrix of 80 weights a pupil, as large assessments ship them.
  [[nodiscard]] survey::Design matrix() {
    if (replicate_weights.empty()) {
      const auto design = fay();
      for (std::size_t i = 0; i < weight.size(); ++i)
        for (int r = 0; r < kReplicates; ++r)
          replicate_weights.push_back(weight[i] *
                                      design.factors[static_cast<std::size_t>(design.unit[i]) * kReplicates + static_cast<std::size_t>(r)]);
    }
    survey::DesignSpec spec;
    spec.n_rows = kPupils;
    spec.weights = weight;
    spec.method = survey::Method::kGiven;
    spec.replicate_weights = replicate_weights;
    spec.scale = 1.0 / (kReplicates * 0.25);
    return must(survey::make_design(spec));
  }
};

City& city() {
  static City data;
  return data;
}

celadon::ExecutionContext two_threads() {
  celadon::ExecutionContext context;
  context.n_threads = 2;
  return context;
}

void scheme(benchmark::State& state, const survey::Design& design) {
  const auto leaves = city().leaves(kLeaves);
  for (auto _ : state) benchmark::DoNotOptimize(must(survey::means(design, leaves, {city().school, kSchools}, two_threads())));
  state.SetItemsProcessed(state.iterations() * kPupils * kLeaves * kDraws);
}

/// Leaves as a scheme has them: means, standard deviations and shares at a cut of scales with plausible values.
void indicators(benchmark::State& state, const survey::Design& design) {
  const auto leaves = city().leaves(kLeaves);
  std::vector<survey::Measure> measures;
  for (std::int32_t leaf = 0; leaf < kLeaves; ++leaf) {
    const auto what = leaf % 3 == 0 ? survey::Measured::kMean : leaf % 3 == 1 ? survey::Measured::kShareAtLeast : survey::Measured::kSd;
    measures.push_back({leaf, what, 400.0 + 2.0 * leaf});
  }
  for (auto _ : state)
    benchmark::DoNotOptimize(
        must(survey::tabulate(design, leaves, measures, {city().school, kSchools}, survey::Divisor::kSample, two_threads())));
  state.SetItemsProcessed(state.iterations() * kPupils * kLeaves * kDraws);
}

/// The same where every scale lacks a value here and there.
void holes(benchmark::State& state, const survey::Design& design) {
  for (std::size_t c = 0; c < city().columns.size(); ++c) city().columns[c][1000 + 7 * c] = std::numeric_limits<double>::quiet_NaN();
  scheme(state, design);
  for (std::size_t c = 0; c < city().columns.size(); ++c) city().columns[c][1000 + 7 * c] = 500.0;
}

template <class Work>
void single(benchmark::State& state, const Work& work) {
  const auto design = city().fay();
  const auto leaf = city().leaves(1);
  for (auto _ : state) benchmark::DoNotOptimize(must(work(design, leaf[0])));
  state.SetItemsProcessed(state.iterations() * kPupils * kDraws);
}

const int kRegistered = [] {
  const auto add = [](const char* name, auto run) {
    benchmark::RegisterBenchmark((std::string("survey/") + name + "/city_1m_2000_schools").c_str(), run)
        ->Unit(benchmark::kMillisecond)
        ->UseRealTime()
        ->MeasureProcessCPUTime();
  };
  add("scheme_50_fay80", [](benchmark::State& s) { scheme(s, city().fay()); });
  add("scheme_50_matrix80", [](benchmark::State& s) { scheme(s, city().matrix()); });
  add("indicators_50_fay80", [](benchmark::State& s) { indicators(s, city().fay()); });
  add("indicators_50_matrix80", [](benchmark::State& s) { indicators(s, city().matrix()); });
  add("scheme_50_holes_fay80", [](benchmark::State& s) { holes(s, city().fay()); });
  add("scheme_50_holes_matrix80", [](benchmark::State& s) { holes(s, city().matrix()); });
  add("quantiles_fay80", [](benchmark::State& s) {
    single(s, [](const survey::Design& design, const survey::Variable& v) {
      const double p[] = {0.1, 0.5, 0.9};
      return survey::quantiles(design, v, p, {}, two_threads());
    });
  });
  add("linear_regression_fay80", [](benchmark::State& s) {
    single(s, [](const survey::Design& design, const survey::Variable& v) {
      const survey::Variable x{"books", {city().books}};
      return survey::linear_regression(design, v, {&x, 1}, {}, {}, two_threads());
    });
  });
  add("make_design_fay80", [](benchmark::State& s) {
    for (auto _ : s) benchmark::DoNotOptimize(city().fay());
  });
  return 0;
}();

}  // namespace
