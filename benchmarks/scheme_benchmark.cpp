// evaluation/scheme: 50 leaves for 2,000 schools, 20 districts and a city from 1,000,000 pupils with 5 plausible values and 80 replicate
// weights.
#include <celadon/core/random.hpp>
#include <celadon/evaluation/scheme/evaluate_scheme.hpp>
#include <celadon/io/scheme_json.hpp>

#include "data.hpp"

#include <string>
#include <vector>

namespace {

using namespace celadon_bench;
namespace scheme = celadon::scheme;
namespace survey = celadon::survey;

constexpr std::int64_t kPupils = 1'000'000;
constexpr std::int32_t kSchools = 2000;
constexpr std::int32_t kDistricts = 20;
constexpr int kDraws = 5;
constexpr int kReplicates = 80;
constexpr int kScores = 4;  ///< subjects, with plausible values
constexpr int kScales = 30;

struct City {
  std::vector<std::vector<double>> columns;
  std::vector<double> weight, matrix;
  std::vector<std::int32_t> school;
  std::vector<std::vector<double>> factors;
  survey::Design given, groups;
  scheme::Period period;
  scheme::Scheme tree;

  City() {
    celadon::random::Stream stream(20261126, celadon::random::purpose("benchmark.scheme"), 0);
    const auto n = static_cast<std::size_t>(kPupils);
    for (std::int64_t i = 0; i < kPupils; ++i) {
      school.push_back(static_cast<std::int32_t>(i * kSchools / kPupils));
      weight.push_back(1.0 + static_cast<double>(i % 5) / 4.0);
    }
    const auto column = [&](double mean, double sd) {
      auto& out = columns.emplace_back();
      out.reserve(n);
      for (std::size_t i = 0; i < n; ++i) out.push_back(mean + sd * stream.normal());
    };
    for (int c = 0; c < kScores * kDraws; ++c) column(500.0, 100.0);
    for (int c = 0; c < kScales + 1; ++c) column(10.0, 2.0);
    matrix.resize(n * kReplicates);
    for (std::size_t i = 0; i < matrix.size(); ++i) matrix[i] = weight[i / kReplicates] * (stream.next_u32() % 2 == 0 ? 0.5 : 1.5);
    survey::DesignSpec spec;
    spec.n_rows = kPupils;
    spec.weights = weight;
    spec.method = survey::Method::kGiven;
    spec.replicate_weights = matrix;
    spec.scale = 4.0 / kReplicates;
    given = survey::make_design(spec).value();
    groups = scheme::cohort_design(school, weight, kReplicates, 1).value();
    scheme::UnitLevel schools{"school", {}, {}};
    scheme::UnitLevel districts{"district", {}, {}};
    for (std::int32_t s = 0; s < kSchools; ++s) {
      schools.ids.push_back(std::to_string(s));
      schools.parent.push_back(s % kDistricts);
    }
    for (std::int32_t d = 0; d < kDistricts; ++d) districts.ids.push_back(std::to_string(d));
    period.id = "2026";
    period.levels = {schools, districts, {"city", {"city"}, {}}};
    scheme::Frame frame;
    frame.name = "pupils";
    frame.level = "school";
    frame.unit = school;
    for (int s = 0; s < kScores; ++s) {
      survey::Variable v{"score" + std::to_string(s), {}};
      for (int d = 0; d < kDraws; ++d) v.columns.emplace_back(columns[static_cast<std::size_t>(s * kDraws + d)]);
      frame.variables.push_back(v);
    }
    for (int s = 0; s <= kScales; ++s)
      frame.variables.push_back(
          {s < kScales ? "scale" + std::to_string(s) : "ses", {columns[static_cast<std::size_t>(kScores * kDraws + s)]}});
    period.frames = {frame};
    make_tree();
  }

  /// Five leaves a subject (mean, two shares, spread, gradient) and thirty scales under ten nodes, all under one index.
  void make_tree() {
    using S = scheme::Statistic;
    scheme::Indicator top;
    top.id = "top";
    top.aggregation = scheme::Aggregation::kArithmetic;
    top.weighting = scheme::Weighting::kEqual;
    tree.indicators.push_back(top);
    const auto node = [&](const std::string& id) {
      scheme::Indicator i = top;
      i.id = id;
      i.parent = 0;
      tree.indicators.push_back(i);
      return static_cast<std::int32_t>(tree.indicators.size() - 1);
    };
    const auto leaf = [&](std::int32_t parent, S statistic, const std::string& variable, double low, double high, double cut) {
      scheme::Indicator i;
      i.id = variable + std::string(scheme::statistic_name(statistic)) + std::to_string(cut);
      i.parent = parent;
      i.statistic = statistic;
      i.variable = variable;
      i.goalposts = {low, high};
      i.cut = cut;
      if (statistic == S::kGradient) i.predictors = {"ses"};
      tree.indicators.push_back(i);
    };
    for (int s = 0; s < kScores; ++s) {
      const std::int32_t n = node("subject" + std::to_string(s));
      const std::string score = "score" + std::to_string(s);
      leaf(n, S::kMean, score, 0.0, 1000.0, scheme::kUnset);
      leaf(n, S::kShareAtLeast, score, 0.0, 1.0, 400.0);
      leaf(n, S::kShareAtLeast, score, 0.0, 1.0, 600.0);
      leaf(n, S::kSd, score, 0.0, 200.0, scheme::kUnset);
      leaf(n, S::kGradient, score, -100.0, 100.0, scheme::kUnset);
    }
    for (int s = 0; s < kScales; s += 3) {
      const std::int32_t n = node("field" + std::to_string(s));
      for (int k = 0; k < 3; ++k) leaf(n, S::kMean, "scale" + std::to_string(s + k), 0.0, 20.0, scheme::kUnset);
    }
    check(tree);
  }
};

const City& city() {
  static const City c;
  return c;
}

void scheme_50_leaves(benchmark::State& state) {
  scheme::Period period = city().period;
  period.frames[0].design = state.range(0) == 0 ? &city().given : &city().groups;
  celadon::ExecutionContext context;
  context.n_threads = 2;
  for (auto _ : state) {
    auto result = scheme::evaluate(city().tree, std::span(&period, 1), {}, context);
    benchmark::DoNotOptimize(result->periods.size());
  }
  state.SetItemsProcessed(state.iterations() * kPupils);
}
BENCHMARK(scheme_50_leaves)
    ->Name("scheme/leaves=50/schools=2000/pupils=1000000/pv=5/replicates=80/threads=2/design:0=given,1=groups")
    ->Arg(0)
    ->Arg(1)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

/// The floor of the same job: the columns and replicate weights read once.
void scheme_read(benchmark::State& state) {
  const City& c = city();
  for (auto _ : state) {
    double sum = 0.0;
    for (const auto& column : c.columns)
      for (const double x : column) sum += x;
    for (const double x : c.matrix) sum += x;
    benchmark::DoNotOptimize(sum);
  }
}
BENCHMARK(scheme_read)->Name("scheme/floor/read_once")->Unit(benchmark::kMillisecond);

}  // namespace
