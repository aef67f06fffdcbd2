// Celadon's side of the comparison with peers: one measurement a process, so that peak memory is the case's own.
//
//   driver fit   DATA N_PERSONS N_ITEMS [model=2pl] [nodes=61] [threads=1] [plain=0] [tolerance=1e-5] [iterations=500] [se=0] [prior=0]
//   driver score DATA N_PERSONS N_ITEMS [method=eap] [nodes=49] [threads=1] [fit_rows=10000] [out=FILE]
//   driver cdm   DATA N_PERSONS N_ITEMS q=FILE attributes=K [model=gdina] [threads=1] [starts=24] [finals=6] [tolerance=1e-6] [se=0]
//   driver items DATA N_PERSONS N_ITEMS [threads=1] [pack=0]
//   driver multilevel DATA N_PUPILS N_SCHOOLS [slope=0] [ml=0] [threads=1]
//   driver floors
//
// DATA holds the answers, a byte each, by rows. It is loaded before the clock starts; packing is inside. Time is processor time of the
// process, user and system. For multilevel, DATA holds the outcome and the covariate as doubles and the school's code as 32-bit integers,
// column by column; the clock starts at an Arrow table that borrows them. One JSON object goes to standard output.
#include <celadon/core/responses.hpp>
#include <celadon/core/simd.hpp>
#include <celadon/models/cdm/fit.hpp>
#include <celadon/models/ctt/item_analysis.hpp>
#include <celadon/models/irt/fit.hpp>
#include <celadon/models/irt/score.hpp>
#include <celadon/models/multilevel/fit.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "measure.hpp"
#include "multilevel_data.hpp"

namespace {

using celadon_bench::cpu_seconds;
using celadon_bench::peak_mib;
using celadon_bench::resident_mib;
using celadon_bench::system_seconds;
using celadon_bench::wall_seconds;

struct Arguments {
  std::string what;
  std::string data;
  std::int64_t n_persons = 0;
  std::int64_t n_items = 0;
  std::map<std::string, std::string> options;

  [[nodiscard]] std::string text(const std::string& name, const std::string& otherwise) const {
    const auto at = options.find(name);
    return at == options.end() ? otherwise : at->second;
  }
  [[nodiscard]] double number(const std::string& name, double otherwise) const {
    const auto at = options.find(name);
    return at == options.end() ? otherwise : std::strtod(at->second.c_str(), nullptr);
  }
  [[nodiscard]] int whole(const std::string& name, int otherwise) const {
    return static_cast<int>(number(name, static_cast<double>(otherwise)));
  }
};

[[noreturn]] void fail(const std::string& message) {
  std::fprintf(stderr, "driver: %s\n", message.c_str());
  std::exit(2);
}

template <class T>
T must(celadon::Result<T> result) {
  if (!result) fail(result.error().cause(celadon::Language::kEnglish));
  return std::move(*result);
}

std::vector<std::int8_t> load(const Arguments& a) {
  std::vector<std::int8_t> out(static_cast<std::size_t>(a.n_persons * a.n_items));
  std::ifstream in(a.data, std::ios::binary);
  in.read(reinterpret_cast<char*>(out.data()), static_cast<std::streamsize>(out.size()));
  if (in.gcount() != static_cast<std::streamsize>(out.size())) fail("the data are shorter than the sizes say");
  return out;
}

celadon::Responses packed(const Arguments& a, const std::vector<std::int8_t>& data, std::int64_t rows,
                          const celadon::ExecutionContext& context) {
  return must(celadon::Responses::from_dense<std::int8_t>({data.data(), rows, a.n_items, a.n_items, 1}, {}, context));
}

void print_list(const char* name, const std::vector<double>& values) {
  std::printf(", \"%s\": [", name);
  for (std::size_t i = 0; i < values.size(); ++i) {
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, values[i]);
    std::printf("%s%.*s", i == 0 ? "" : ", ", static_cast<int>(end.ptr - text), text);
  }
  std::printf("]");
}

void print_items(const std::vector<celadon::irt::ItemParameters>& items) {
  std::vector<double> a;
  std::vector<double> b;
  std::vector<double> g;
  for (const auto& item : items) {
    a.push_back(item.slope);
    for (const double v : item.difficulties()) b.push_back(v);
    g.push_back(item.lower);
  }
  print_list("a", a);
  print_list("b", b);
  print_list("g", g);
}

celadon::irt::FitOptions fit_options(const Arguments& a, int nodes) {
  celadon::irt::FitOptions options;
  options.model = must(celadon::irt::model_from_name(a.text("model", "2pl")));
  options.grid.n_nodes = nodes;
  options.standard_errors = a.whole("se", 0) != 0;
  options.accelerate = a.whole("plain", 0) == 0;
  options.tolerance = a.number("tolerance", options.tolerance);
  options.max_iterations = a.whole("iterations", options.max_iterations);
  if (a.whole("prior", 0) != 0)  // guessing: normal on the logit, as is usual
    options.priors.push_back({.parameter = celadon::irt::ParameterKind::kLower, .first = -1.5, .second = 0.5});
  return options;
}

/// Readings when the clock starts.
struct Start {
  double loaded = resident_mib();
  double cpu = cpu_seconds();
  double system = system_seconds();
  double wall = wall_seconds();
};

/// What every case prints first.
void print_cost(const Arguments& a, const Start& start) {
  const double cpu = cpu_seconds() - start.cpu;
  const double system = system_seconds() - start.system;
  std::printf(R"({"case": "%s", "level": "%s", "cpu": %.5f, "system": %.5f, "wall": %.5f, "loaded_mib": %.1f, "peak_mib": %.1f)",
              a.what.c_str(), std::string(celadon::simd::level_name(celadon::simd::level())).c_str(), cpu, system,
              wall_seconds() - start.wall, start.loaded, peak_mib());
}

void fit(const Arguments& a, const celadon::ExecutionContext& context) {
  const auto data = load(a);
  const auto options = fit_options(a, a.whole("nodes", 61));
  const Start start;
  const auto responses = packed(a, data, a.n_persons, context);
  const double packed_at = cpu_seconds();
  const auto result = must(celadon::irt::fit(responses, options, context));
  print_cost(a, start);
  std::printf(R"(, "pack_cpu": %.5f, "log_likelihood": %.6f, "iterations": %d, "converged": %s, "stop": "%s", "distance": %.3g)",
              packed_at - start.cpu, result.log_likelihood, result.iterations, result.converged ? "true" : "false",
              std::string(celadon::irt::stop_reason_name(result.stop)).c_str(), result.distance);
  print_items(result.model.items);
  std::printf("}\n");
}

void score(const Arguments& a, const celadon::ExecutionContext& context) {
  const auto data = load(a);
  const auto first = std::min<std::int64_t>(a.n_persons, a.whole("fit_rows", 10000));
  auto options = fit_options(a, a.whole("nodes", 49));
  const auto model = must(celadon::irt::fit(packed(a, data, first, context), options, context)).model;
  celadon::irt::ScoreOptions how;
  how.method = must(celadon::irt::score_method_from_name(a.text("method", "eap")));
  const Start start;
  const auto responses = packed(a, data, a.n_persons, context);
  const double packed_at = cpu_seconds();
  const auto scores = must(celadon::irt::score(model, responses, how, context));
  print_cost(a, start);
  std::printf(R"(, "pack_cpu": %.5f, "n_scored": %lld)", packed_at - start.cpu, static_cast<long long>(scores.n_scored));
  print_items(model.items);
  std::printf("}\n");
  const std::string out = a.text("out", "");
  if (!out.empty())
    std::ofstream(out, std::ios::binary)
        .write(reinterpret_cast<const char*>(scores.ability.data()), static_cast<std::streamsize>(scores.ability.size() * sizeof(double)));
}

void cdm(const Arguments& a, const celadon::ExecutionContext& context) {
  const auto data = load(a);
  const int n_attributes = a.whole("attributes", 0);
  celadon::cdm::QMatrix q;
  q.cells.resize(static_cast<std::size_t>(a.n_items * n_attributes));
  std::ifstream in(a.text("q", ""), std::ios::binary);
  in.read(reinterpret_cast<char*>(q.cells.data()), static_cast<std::streamsize>(q.cells.size()));
  if (q.cells.empty() || in.gcount() != static_cast<std::streamsize>(q.cells.size())) fail("the matrix is shorter than the sizes say");
  for (int k = 0; k < n_attributes; ++k) q.attributes.push_back("A" + std::to_string(k + 1));
  celadon::cdm::FitOptions options;
  options.rule = must(celadon::cdm::rule_from_name(a.text("model", "gdina")));
  options.n_starts = a.whole("starts", options.n_starts);
  options.n_finals = a.whole("finals", options.n_finals);
  options.tolerance = a.number("tolerance", options.tolerance);
  options.errors = a.whole("se", 0) != 0 ? celadon::cdm::ErrorMethod::kInformation : celadon::cdm::ErrorMethod::kNone;
  const Start start;
  const auto responses = packed(a, data, a.n_persons, context);
  q.item_ids = responses.item_ids();
  const double packed_at = cpu_seconds();
  const auto result = must(celadon::cdm::fit(responses, q, options, context));
  print_cost(a, start);
  std::printf(R"(, "pack_cpu": %.5f, "log_likelihood": %.6f, "iterations": %d, "converged": %s, "agreeing": %d)", packed_at - start.cpu,
              result.log_likelihood, result.iterations, result.converged ? "true" : "false", result.n_agreeing);
  // By item and class, so that every contender's likelihood is computed by the same function.
  std::vector<double> probability;
  for (const auto& item : result.model.items)
    for (const std::uint32_t mastered : result.model.classes) probability.push_back(item.of_class(mastered));
  print_list("probability", probability);
  print_list("classes", result.model.populations.front().probability);
  std::printf("}\n");
}

void multilevel(const Arguments& a, const celadon::ExecutionContext& context) {
  celadon_bench::Pupils pupils;
  pupils.n_schools = static_cast<std::int32_t>(a.n_items);
  std::ifstream in(a.data, std::ios::binary);
  const auto column = [&](auto& values) {
    values.resize(static_cast<std::size_t>(a.n_persons));
    const auto size = static_cast<std::streamsize>(values.size() * sizeof(values[0]));
    in.read(reinterpret_cast<char*>(values.data()), size);
    if (in.gcount() != size) fail("the data are shorter than the sizes say");
  };
  column(pupils.y);
  column(pupils.x);
  column(pupils.school);
  celadon::multilevel::FitOptions options;
  options.criterion = a.whole("ml", 0) != 0 ? celadon::multilevel::Criterion::kMl : celadon::multilevel::Criterion::kReml;
  const celadon_bench::PupilTable data(pupils);
  const Start start;
  const auto result = must(
      celadon::multilevel::fit(a.whole("slope", 0) != 0 ? "y ~ x + (x | school)" : "y ~ x + (1 | school)", data.table(), options, context));
  print_cost(a, start);
  std::printf(R"(, "log_likelihood": %.6f, "evaluations": %d, "converged": %s)", result.log_likelihood, result.evaluations,
              result.converged ? "true" : "false");
  std::vector<double> fixed;
  for (const auto& e : result.fixed) fixed.push_back(e.estimate);
  print_list("fixed", fixed);
  print_list("theta", result.theta);
  print_list("sigma", {result.sigma});
  std::printf("}\n");
}

void items(const Arguments& a, const celadon::ExecutionContext& context) {
  const auto data = load(a);
  celadon::ctt::ItemAnalysisOptions options;
  options.overlap_corrected = false;
  options.group_share = 0.0;
  const Start start;
  const celadon::DenseView<std::int8_t> view{data.data(), a.n_persons, a.n_items, a.n_items, 1};
  // pack=1: the matrix is packed whole first, as for all that reads it more than once
  const auto result =
      must(a.whole("pack", 0) != 0 ? celadon::ctt::item_analysis(packed(a, data, a.n_persons, context), {}, {}, options, context)
                                   : celadon::ctt::item_analysis_dense(view, {}, options, context));
  print_cost(a, start);
  std::vector<double> difficulty;
  std::vector<double> rest;
  for (const auto& item : result.items) {
    difficulty.push_back(item.difficulty);
    rest.push_back(item.item_rest_r);
  }
  print_list("difficulty", difficulty);
  print_list("item_rest_r", rest);
  std::printf("}\n");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::string(argv[1]) == "floors") {
    celadon_bench::print_floors();
    return 0;
  }
  if (argc < 5) fail("usage: driver fit|score|cdm|multilevel|items DATA N_PERSONS N_ITEMS [name=value ...] | floors");
  Arguments a{.what = argv[1], .data = argv[2], .n_persons = std::atoll(argv[3]), .n_items = std::atoll(argv[4]), .options = {}};
  for (int i = 5; i < argc; ++i) {
    const std::string word = argv[i];
    const auto equals = word.find('=');
    if (equals == std::string::npos) fail("expected name=value: " + word);
    a.options[word.substr(0, equals)] = word.substr(equals + 1);
  }
  celadon::ExecutionContext context;
  context.n_threads = a.whole("threads", 1);
  if (a.what == "fit")
    fit(a, context);
  else if (a.what == "score")
    score(a, context);
  else if (a.what == "cdm")
    cdm(a, context);
  else if (a.what == "multilevel")
    multilevel(a, context);
  else if (a.what == "items")
    items(a, context);
  else
    fail("no case '" + a.what + "'");
  return 0;
}
