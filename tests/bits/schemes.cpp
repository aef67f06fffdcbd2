// Mixed models, an indicator scheme over two periods, like units, what goes with an outcome, and every page of it.
#include "bits.hpp"

#include <celadon/evaluation/green/drivers.hpp>
#include <celadon/evaluation/scheme/like_units.hpp>
#include <celadon/evaluation/scheme/period_data.hpp>
#include <celadon/evaluation/scheme/sensitivity.hpp>
#include <celadon/evaluation/scheme/unit_statements.hpp>
#include <celadon/io/profile_json.hpp>
#include <celadon/io/scheme_json.hpp>
#include <celadon/models/multilevel/fit.hpp>
#include <celadon/reports/indicator_reports.hpp>
#include <celadon/reports/sink.hpp>

#include <limits>

namespace {

namespace scheme = celadon::scheme;

constexpr const char* kScheme =
    R"({"format": "celadon.scheme", "version": 1, "id": "bits", "edition": "1", "name": {"zh": "测试", "en": "bits"},
 "nodes": [
  {"id": "all", "name": {"zh": "总", "en": "all"}, "weights": {"score": 0.5, "sleep": 0.5}, "unit": "share"},
  {"id": "score", "parent": "all", "name": {"zh": "成绩", "en": "score"}, "statistic": "share_at_least", "variable": "score", "cut": 500,
   "unit": "share", "target": 0.5},
  {"id": "sleep", "parent": "all", "name": {"zh": "睡眠", "en": "sleep"}, "statistic": "share_at_least", "variable": "sleep", "cut": 8,
   "unit": "share"},
  {"id": "spread", "name": {"zh": "均衡", "en": "balance"}, "statistic": "icc", "variable": "score", "between": "school", "unit": "share",
   "levels": ["district", "city"]},
  {"id": "gradient", "name": {"zh": "背景", "en": "gradient"}, "statistic": "gradient", "variable": "score", "predictors": ["ses"],
   "unit": "points"}
 ]})";

/// Pupils of 24 schools in 3 districts, by a generator of whole numbers.
celadon::Table pupils(std::uint32_t state, double shift) {
  std::vector<std::string> school, district;
  std::vector<double> ses, sleep;
  std::vector<std::vector<double>> score(3);
  const auto draw = [&state](std::uint32_t below) { return ((state = state * 1664525U + 1013904223U) >> 8) % below; };
  for (std::int64_t i = 0; i < 1900; ++i) {
    const auto s = static_cast<std::int64_t>(draw(24));
    school.push_back("s" + std::to_string(s));
    district.push_back("d" + std::to_string(s % 3));
    ses.push_back(draw(200) / 100.0 - 1.0 + static_cast<double>(s % 5) / 10.0);
    sleep.push_back(draw(17) == 0 ? std::numeric_limits<double>::quiet_NaN() : 6.0 + draw(80) / 20.0 + (s == 3 ? shift : 0.0));
    const double truth = 420.0 + draw(80) + draw(80) + 12.0 * ses.back() + 3.0 * static_cast<double>(s % 7);
    for (auto& column : score) column.push_back(truth + draw(30));
  }
  celadon::Table table("pupils");
  table.add("school", std::move(school)).add("district", std::move(district)).add("ses", std::move(ses)).add("sleep", std::move(sleep));
  for (std::size_t k = 0; k < score.size(); ++k) table.add("score" + std::to_string(k + 1), std::move(score[k]));
  return table;
}

}  // namespace

int main(int argc, char** argv) {
  namespace reports = celadon::reports;
  using celadon::arrow::DataTable;
  const DataTable before = DataTable::from_table(pupils(11, 0.0));
  const DataTable now = DataTable::from_table(pupils(12, 1.5));
  const auto file = bits::take(celadon::io::parse_scheme(kScheme));
  scheme::FrameOptions options;
  options.plausible_values = {{"score", {"score1", "score2", "score3"}}};
  scheme::PeriodData first("2025", {"school", "district", "city"}), second("2026", {"school", "district", "city"});
  if (!first.add(before, options) || !second.add(now, options)) return 4;
  std::vector<double> background;
  for (int s = 0; s < 24; ++s) background.push_back(static_cast<double>(s % 5));
  return bits::run(argc, argv, [&](bits::Dump& dump, const celadon::ExecutionContext& context) {
    const auto fit = bits::take(celadon::multilevel::fit("score1 ~ ses + (ses | school)", now, {}, context));
    dump.add(fit.fixed_table());
    dump.add(fit.components_table());
    dump.add(fit.groups_table());
    const std::vector<scheme::Period> periods = {first.period(), second.period()};
    const auto result = bits::take(scheme::evaluate(file.scheme, periods, {}, context));
    dump.add(file.findings);
    dump.add(result.findings);
    dump.add(result.to_table());
    const auto like = bits::take(scheme::like_units(result, 1, "school", background, 1));
    dump.add(like.to_table(result, 1));
    celadon::green::DriverOptions chosen;
    chosen.outcome = "score";
    chosen.outcome_name = {"成绩", "score"};
    chosen.predictors = {{"ses", {"家庭背景", "home background"}}, {"sleep", {"睡眠", "sleep"}}};
    const std::vector<celadon::green::Drivers> drivers = {bits::take(celadon::green::drivers(periods[1], chosen, context))};
    dump.add(drivers[0].effects_table());
    dump.add(drivers[0].balance_table());
    dump.add(drivers[0].lines_table());
    dump.add(scheme::to_table(bits::take(scheme::unit_statements(result, 1, "school", "s3", &like)),
                              celadon::io::default_wording(celadon::Language::kChinese),
                              celadon::io::default_wording(celadon::Language::kEnglish)));
    dump.add(scheme::to_table(bits::take(scheme::sensitivity(result, 1, "city", "city")), result));
    for (const celadon::Language language : {celadon::Language::kChinese, celadon::Language::kEnglish}) {
      reports::CallbackSink sink([&dump](const reports::Page& page) -> celadon::Result<void> {
        dump.add(page.path);
        dump.add(page.bytes);
        return {};
      });
      reports::IndicatorWriteOptions pages;
      pages.report.language = language;
      pages.report.like = &like;
      pages.report.drivers = &drivers;
      pages.json = true;
      dump.add(static_cast<double>(bits::take(reports::write_indicator_reports(result, sink, pages, context)).pages));
    }
  });
}
