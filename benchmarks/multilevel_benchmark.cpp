// models/multilevel: 1,000,000 pupils in 2,000 schools, random intercept and random slope, from an Arrow table with the school as
// dictionary. `read` is the floor of the one pass: the same bytes summed, nothing else. lme4 on the same data stands in
// peers/multilevel.py.
#include <celadon/core/random.hpp>
#include <celadon/models/multilevel/fit.hpp>

#include "data.hpp"
#include "multilevel_data.hpp"

namespace {

using namespace celadon_bench;
namespace multilevel = celadon::multilevel;

constexpr std::int64_t kPupils = 1'000'000;
constexpr std::int32_t kSchools = 2000;

/// Truth: 0.1 + 0.6 x, school intercepts of sd .3 and slopes of sd .1 (r = .4), residual sd .75. Pupils of a school stand together, as a
/// register lists them, or are scattered, as an examination lists them.
Pupils simulated(bool sorted) {
  Pupils p;
  p.n_schools = kSchools;
  celadon::random::Stream s(4711, celadon::random::purpose("benchmark.multilevel"), 0);
  std::vector<double> u0;
  std::vector<double> u1;
  for (std::int32_t j = 0; j < kSchools; ++j) {
    const double z = s.normal();
    u0.push_back(0.3 * z);
    u1.push_back(0.1 * (0.4 * z + 0.916515138991168 * s.normal()));
  }
  for (std::int64_t i = 0; i < kPupils; ++i) {
    const auto j = sorted ? static_cast<std::size_t>(i * kSchools / kPupils) : static_cast<std::size_t>(s.below(kSchools));
    const double x = s.normal();
    p.school.push_back(static_cast<std::int32_t>(j));
    p.x.push_back(x);
    p.y.push_back(0.1 + 0.6 * x + u0[j] + u1[j] * x + 0.75 * s.normal());
  }
  return p;
}

const Pupils& pupils(bool sorted) {
  static const Pupils by_school = simulated(true);
  static const Pupils scattered = simulated(false);
  return sorted ? by_school : scattered;
}

celadon::ExecutionContext threads(int n) {
  celadon::ExecutionContext context;
  context.n_threads = n;
  return context;
}

void fit(benchmark::State& state, const char* formula, multilevel::Criterion criterion, bool sorted, int n_threads) {
  const PupilTable data(pupils(sorted));
  multilevel::FitOptions options;
  options.criterion = criterion;
  for (auto _ : state) {
    const auto f = must(multilevel::fit(formula, data.table(), options, threads(n_threads)));
    if (!f.converged) state.SkipWithError("not converged");
    state.counters["log_likelihood"] = f.log_likelihood;
    state.counters["evaluations"] = f.evaluations;
  }
  state.SetItemsProcessed(state.iterations() * kPupils);
}

void read(benchmark::State& state) {
  const Pupils& p = pupils(true);
  for (auto _ : state) {
    double sum[8] = {};
    std::int32_t codes[8] = {};
    for (std::size_t i = 0; i + 8 <= p.y.size(); i += 8)
      for (std::size_t k = 0; k < 8; ++k) {
        sum[k] += p.y[i + k] + p.x[i + k];
        codes[k] ^= p.school[i + k];
      }
    benchmark::DoNotOptimize(sum);
    benchmark::DoNotOptimize(codes);
  }
  state.SetBytesProcessed(state.iterations() * kPupils * 20);
}

const int kRegistered = [] {
  const auto add = [](const char* name, auto run) {
    benchmark::RegisterBenchmark((std::string("multilevel/") + name + "/city_1m_2000_schools").c_str(), run)
        ->Unit(benchmark::kMillisecond)
        ->UseRealTime()
        ->MeasureProcessCPUTime();
  };
  using multilevel::Criterion;
  add("read", read);
  add("intercept_reml", [](benchmark::State& s) { fit(s, "y ~ x + (1 | school)", Criterion::kReml, true, 1); });
  add("intercept_ml", [](benchmark::State& s) { fit(s, "y ~ x + (1 | school)", Criterion::kMl, true, 1); });
  add("slope_reml", [](benchmark::State& s) { fit(s, "y ~ x + (x | school)", Criterion::kReml, true, 1); });
  add("slope_reml_scattered", [](benchmark::State& s) { fit(s, "y ~ x + (x | school)", Criterion::kReml, false, 1); });
  add("slope_reml_two_threads", [](benchmark::State& s) { fit(s, "y ~ x + (x | school)", Criterion::kReml, true, 2); });
  return 0;
}();

}  // namespace
