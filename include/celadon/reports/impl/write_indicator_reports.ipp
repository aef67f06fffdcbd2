#pragma once

#include <celadon/reports/html.hpp>
#include <celadon/reports/impl/indicator_pages.hpp>
#include <celadon/reports/json.hpp>
#include <celadon/reports/sink.hpp>

#include <algorithm>

namespace celadon::inline CELADON_ABI::reports {

namespace indicator_detail {

/// Pages of one level, counted through.
struct LevelPages {
  std::size_t level = 0;
  std::int64_t first = 0;
  std::int64_t n = 0;
};

/// Units up to which the index links to each page.
inline constexpr std::size_t kMostLinks = 3000;

inline Report draw_index(const scheme::SchemeEvaluation& evaluation, std::size_t period, const std::vector<LevelPages>& levels,
                         const IndicatorWriteOptions& options) {
  const IndicatorReportOptions& chosen = options.report;
  const PageWording& words = chosen.page_wording != nullptr ? *chosen.page_wording : default_page_wording(chosen.language);
  Report report;
  report.id = "index";
  report.audience = Audience::kSchool;
  report.language = chosen.language;
  report.heading = words[Word::title_index];
  if (chosen.simulated) report.badge = words[Word::simulated];
  report.facts.push_back({words[Word::scheme], evaluation.scheme.name.in(chosen.language)});
  report.facts.push_back({words[Word::period], evaluation.periods[period].id});
  const std::string ending = options.html ? ".html" : ".json";
  for (const LevelPages& pages : levels) {
    const scheme::UnitLevel& level = evaluation.periods[period].levels[pages.level];
    if (level.ids.empty() || level.ids.size() > kMostLinks) continue;
    const UnitScope scope(evaluation, chosen, period, pages.level, 0);
    LinkBlock links;
    for (std::size_t u = 0; u < level.ids.size(); ++u)
      links.links.push_back({scope.unit_name(pages.level, u), page_id(evaluation, level.name, level.ids[u]) + ending, {}});
    report.sections.push_back(
        pages_detail::section_of("level_" + std::to_string(pages.level), scope.level_word(level.name), std::move(links)));
  }
  report.footer = {note(words[Word::footer_indicators])};
  return report;
}

}  // namespace indicator_detail

Result<WrittenReports> write_indicator_reports(const scheme::SchemeEvaluation& evaluation, ReportSink& sink,
                                               const IndicatorWriteOptions& options, const ExecutionContext& context) {
  using namespace indicator_detail;
  const Result<std::size_t> period = period_of(evaluation, options.report);
  if (!period) return period.error();
  const scheme::PeriodValues& now = evaluation.periods[*period];
  std::vector<LevelPages> levels;
  std::int64_t n = options.index ? 1 : 0;
  const auto add = [&](std::size_t level) {
    const auto size = static_cast<std::int64_t>(now.levels[level].ids.size());
    levels.push_back({level, n, size});
    n += size;
  };
  for (const std::string& name : options.levels)
    if (evaluation.find_level(*period, name) < 0) return make_error(Code::kNoSuchUnit, {}, {{"row", name}});
  std::size_t lowest = 0;
  if (const std::int32_t school = evaluation.find_level(*period, "school"); school > 0) lowest = pages_detail::at(school);
  for (std::size_t level = now.levels.size(); level-- > 0;) {
    const bool wanted = options.levels.empty()
                            ? level >= lowest
                            : std::find(options.levels.begin(), options.levels.end(), now.levels[level].name) != options.levels.end();
    if (wanted) add(level);
  }
  const std::int64_t formats = (options.html ? 1 : 0) + (options.json ? 1 : 0);
  const HtmlRenderer renderer;
  WrittenReports written;
  CallbackSink counting([&](const Page& page) {
    Result<void> done = sink.write(page);
    if (done) {
      ++written.pages;
      written.bytes += static_cast<std::int64_t>(page.bytes.size());
    }
    return done;
  });
  const auto draw_one = [&](std::int64_t page, PageDraft& draft) -> Result<void> {
    const std::int64_t number = page / formats;
    const bool html = options.html && page % formats == 0;
    Report report;
    if (options.index && number == 0) {
      report = draw_index(evaluation, *period, levels, options);
      draft.kind = "index";
    } else {
      const auto pages = std::find_if(levels.begin(), levels.end(), [&](const LevelPages& l) { return number < l.first + l.n; });
      const auto unit = static_cast<std::size_t>(number - pages->first);
      const UnitScope scope(evaluation, options.report, *period, pages->level, unit);
      report = draw(scope);
      draft.kind = now.levels[pages->level].name;
      draft.subject = now.levels[pages->level].ids[unit];
    }
    draft.path = report.id + (html ? ".html" : ".json");
    if (html)
      renderer.append(report, draft.bytes);
    else
      append_json(report, draft.bytes);
    return {};
  };
  if (Result<void> done = write_pages(formats == 0 ? 0 : n * formats, draw_one, counting, context); !done) return done.error();
  if (Result<void> finished = sink.finish(); !finished) return finished.error();
  return written;
}

}  // namespace celadon::inline CELADON_ABI::reports
