// What C++ gives for the data that C and Python evaluate too: one line a number, as the bits of a double, and the texts. Written to the
// file named by the argument.
#include "sample_paper.hpp"

#include <celadon/evaluation/evaluate.hpp>
#include <celadon/io/comments_json.hpp>
#include <celadon/io/evaluation_json.hpp>
#include <celadon/io/profile_json.hpp>
#include <celadon/models/composite/uncertainty.hpp>
#include <celadon/models/ctt/item_analysis.hpp>
#include <celadon/models/ctt/reliability.hpp>
#include <celadon/models/irt/fit.hpp>
#include <celadon/models/irt/plausible_values.hpp>
#include <celadon/models/irt/score.hpp>
#include <celadon/models/survey/means.hpp>
#include <celadon/models/survey/regression.hpp>
#include <celadon/models/survey/wald.hpp>
#include <celadon/reports/evaluation_reports.hpp>
#include <celadon/reports/html.hpp>
#include <celadon/reports/json.hpp>

#include <cinttypes>

namespace {

void line(std::string& out, const char* name, double value) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  char text[64];
  std::snprintf(text, sizeof text, "%s %016" PRIx64 "\n", name, bits);
  out += text;
}

void lines(std::string& out, const celadon::survey::Estimates& estimates) {
  for (const auto& row : estimates.rows) {
    line(out, "value", row.value);
    line(out, "se", row.se);
    line(out, "df", row.degrees_of_freedom);
  }
}

/// Plausible values of the answers on a background of their row numbers, and what a sample of 30 schools says of them.
void sample(std::string& out, const celadon::irt::Model& model, const celadon::Responses& right) {
  namespace survey = celadon::survey;
  const std::int64_t n = right.n_persons();
  std::vector<double> side, weight;
  std::vector<std::int32_t> school, stratum, group;
  for (std::int64_t i = 0; i < n; ++i) {
    side.push_back(i % 2 == 0 ? -1.0 : 1.0);
    weight.push_back(1.0 + static_cast<double>(i % 5) / 4.0);
    school.push_back(static_cast<std::int32_t>(i / 30));
    stratum.push_back(school.back() / 2);
    group.push_back(static_cast<std::int32_t>(i % 3));
  }
  celadon::irt::PlausibleValueOptions options;
  options.regression.covariates = side;
  options.regression.n_covariates = 1;
  options.school = school;
  options.seed = 5;
  const auto draws = bits::take(celadon::irt::plausible_values(model, right, options));
  line(out, "coefficient", draws.regression.coefficients[1]);
  survey::Variable ability{"ability", {}};
  for (int d = 0; d < draws.n_draws; ++d) ability.columns.push_back(draws.column(d));
  const survey::Variable x{"side", {side}};
  survey::DesignSpec spec;
  spec.n_rows = n;
  spec.weights = weight;
  spec.strata = stratum;
  spec.clusters = school;
  for (const auto method : {survey::Method::kLinearised, survey::Method::kFay}) {
    spec.method = method;
    const auto design = bits::take(survey::make_design(spec));
    lines(out, bits::take(survey::spreads(design, {&ability, 1}, {group, 3})));
    survey::RegressionOptions regression;
    regression.covariance = true;
    const auto fit = bits::take(survey::linear_regression(design, ability, {&x, 1}, {}, regression));
    lines(out, fit);
    const double slope[] = {0.0, 1.0};
    const auto test = bits::take(survey::wald_test(fit.joint[0], slope));
    line(out, "f", test.f);
    line(out, "d2", test.d2);
  }
}

/// An index of 30 units over six indicators in two pillars, and what its ranks depend on.
void index_of_units(std::string& out) {
  namespace composite = celadon::composite;
  composite::Measures m;
  std::vector<composite::Node> nodes(9);
  for (std::size_t j = 0; j < 9; ++j) {
    nodes[j].code = "n" + std::to_string(j);
    nodes[j].level = j < 6 ? 1 : j < 8 ? 2 : 3;
    nodes[j].parent = j < 6 ? (j < 3 ? "n6" : "n7") : j < 8 ? "n8" : "";
    nodes[j].direction = j == 2 ? -1 : 1;
  }
  m.tree = bits::take(composite::Tree::make(nodes));
  m.values = composite::Matrix(30, 6);
  std::uint32_t state = 20261125U;
  for (double& x : m.values.values) x = static_cast<double>((state = state * 1664525U + 1013904223U) >> 16) / 64.0;
  std::vector<composite::Factor> factors(2);
  factors[0].noise = {0.25, 0.25};
  factors[1].choice = composite::Choice::kNormalisation;
  factors[1].normalisations.resize(2);
  factors[1].normalisations[1].method = composite::Normalisation::kRank;
  for (const double x : bits::take(composite::build(m)).index) line(out, "index", x);
  composite::SensitivityOptions options;
  options.n_runs = 100;
  const auto s = bits::take(composite::sensitivity(m, {}, factors, options));
  for (const auto& factor : s.factors) {
    line(out, "first_order", factor.first_order);
    line(out, "total", factor.total);
  }
  for (const auto& unit : s.uncertainty.units) line(out, "rank_mean", unit.rank_mean);
}

}  // namespace

int main(int argc, char** argv) {
  const celadon::Responses right = bits::right_or_wrong(900, 12);
  std::string out;
  const auto reliability = bits::take(celadon::ctt::reliability(right));
  line(out, "alpha", reliability.alpha);
  line(out, "omega", reliability.omega_total);
  line(out, "lambda4", reliability.lambda4);
  line(out, "sem", reliability.sem);
  const auto items = bits::take(celadon::ctt::item_analysis(right)).to_table();
  for (const double value : std::get<std::vector<double>>(items.find("difficulty")->values)) line(out, "difficulty", value);
  celadon::irt::FitOptions options;
  options.max_iterations = 40;
  const auto fit = bits::take(celadon::irt::fit(right, options));
  line(out, "log_likelihood", fit.log_likelihood);
  const auto scores = bits::take(celadon::irt::score(fit.model, right));
  for (std::size_t i = 0; i < scores.ability.size(); ++i) {
    line(out, "ability", scores.ability[i]);
    line(out, "ability_se", scores.ability_se[i]);
  }
  sample(out, fit.model, right);
  index_of_units(out);
  celadon::evaluation::EvaluateOptions evaluate;
  evaluate.comments = celadon::io::default_comment_bank();
  const auto result = bits::take(celadon::evaluation::evaluate(bits::sample_dataset(), celadon::io::default_profile(), evaluate));
  out += bits::take(celadon::io::to_json(result, celadon::Language::kChinese)) + "\n";
  for (const std::int64_t person : {0, 7, 319}) {
    const auto report = bits::take(celadon::reports::pupil_report(result, 0, person));
    out += celadon::reports::to_html(report) + "\n" + celadon::reports::to_json(report) + "\n";
  }
  out += celadon::reports::to_html(bits::take(celadon::reports::class_report(result, 0, 1))) + "\n";
  if (argc < 2) return 1;
  std::ofstream file(argv[1], std::ios::binary);
  file << out;
  return file.flush() ? 0 : 1;
}
