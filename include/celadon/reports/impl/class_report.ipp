#pragma once

#include <celadon/reports/impl/class_pages.hpp>
#include <celadon/reports/impl/mastery_pages.hpp>

namespace celadon::inline CELADON_ABI::reports {

namespace pages_detail {

/// Pupils beyond which a picture with a row a pupil is no picture; the tables hold them all.
inline constexpr std::size_t kMostPictureRows = 80;

ClassPage::ClassPage(const Evaluation& evaluation, std::size_t paper, std::size_t which, const ReportOptions& options)
    : scope(evaluation, evaluation.papers[paper], options), review(scope.paper.reviews[which]) {
  statements = evaluation::class_statements(evaluation, scope.paper, which);
  if (review.class_index >= 0 && at(review.class_index) < scope.paper.class_rows.size()) {
    rows = scope.paper.class_rows[at(review.class_index)];
  } else {
    for (std::int64_t row = 0; row < scope.paper.n_persons(); ++row)
      if (scope.paper.counted[at(row)] != 0) rows.push_back(row);
  }
}

const ctt::ExamGroup* ClassPage::group() const {
  if (!scope.paper.exam) return nullptr;
  if (review.class_index < 0) return &scope.paper.exam->all;
  return at(review.class_index) < scope.paper.exam->units.size() ? &scope.paper.exam->units[at(review.class_index)] : nullptr;
}

ChartBlock distribution_chart(const Scope& scope, const std::vector<std::int64_t>& rows, double mean) {
  const double full = scope.paper.paper.full_mark;
  // Bins of 1, 2, 5, 10 ... points, at most twenty; a bonus item may lead beyond the full mark.
  // Who did not have every item stands at the share reached of what could be gained.
  std::vector<double> totals;
  for (const std::int64_t row : rows) {
    const feedback::PupilLevel& level = scope.paper.levels.pupils[at(row)];
    const double total = level.complete ? level.total : level.share * full;
    if (std::isfinite(total)) totals.push_back(total);
  }
  const double highest = totals.empty() ? full : std::max(full, *std::max_element(totals.begin(), totals.end()));
  double step = 1.0;
  for (int k = 0; highest / step > 20.0; ++k) step *= k % 3 == 1 ? 2.5 : 2.0;
  ScoreDistributionChart chart;
  const auto n_bins = static_cast<std::size_t>(std::max(1.0, std::ceil(highest / step - 1e-9)));
  for (std::size_t k = 0; k <= n_bins; ++k) chart.edges.push_back(step * static_cast<double>(k));
  chart.counts.assign(n_bins, 0);
  for (const double total : totals) {
    const auto bin = static_cast<std::size_t>(std::max(0.0, std::floor(total / step + 1e-9)));
    ++chart.counts[std::min(bin, n_bins - 1)];
  }
  const auto& levels = scope.profile().levels;
  for (std::size_t k = levels.size(); k-- > 0;)
    chart.bands.push_back(
        {levels[k].name.in(scope.language), levels[k].from_share * full, k == 0 ? chart.edges.back() : levels[k - 1].from_share * full});
  chart.mean = mean;
  chart.mean_label = scope.word(Word::mean);
  chart.x_title = scope.word(Word::marks);
  chart.y_title = scope.word(Word::n_pupils);
  const auto most = std::max_element(chart.counts.begin(), chart.counts.end());
  const auto where = static_cast<std::size_t>(most - chart.counts.begin());
  const std::string from = number_text(chart.edges[where], 1), to = number_text(chart.edges[where + 1], 1);
  std::string says = fill(scope.word(Word::distribution_says),
                          {{"n", std::to_string(totals.size())}, {"from", from}, {"to", to}, {"most", std::to_string(*most)}});
  TableMaker table("distribution", scope.word(Word::table_numbers));
  table.column("marks", scope.word(Word::marks)).column("n", scope.word(Word::n_pupils), ColumnKind::kCount);
  for (std::size_t k = 0; k < n_bins; ++k)
    table.text(number_text(chart.edges[k], 1) + "–" + number_text(chart.edges[k + 1], 1)).count(chart.counts[k]);
  return {{"scores", scope.word(Word::chart_distribution), std::move(says), std::move(chart)}, table.take()};
}

void add_class_results(const ClassPage& page, Report& report) {
  const Scope& scope = page.scope;
  Section section{"results", scope.word(Word::heading_class_results), true, {}};
  const ctt::ExamGroup* group = page.group();
  if (group != nullptr) {
    TableMaker table("results", scope.word(Word::table_results));
    table.column("statistic", scope.word(Word::statistic)).column("value", scope.word(Word::value));
    table.text(scope.word(Word::n_counted)).text(fill(scope.word(Word::n_people), {{"n", std::to_string(group->n)}}));
    table.text(scope.word(Word::mean)).text(number_text(group->mean, 1) + "/" + number_text(group->full_mark, 1));
    table.text(scope.word(Word::sd)).text(number_text(group->sd, 1));
    table.text(scope.word(Word::score_rate)).text(percent_text(group->score_rate));
    const auto& names = scope.profile().rate_names;
    for (std::size_t k = 0; k < group->rates.size() && k < names.size(); ++k)
      table.text(names[k].in(scope.language))
          .text(
              fill(scope.word(Word::rate_with_count), {{"rate", percent_text(group->rates[k])}, {"n", std::to_string(group->counts[k])}}));
    section.blocks.emplace_back(TableBlock{table.take()});
  }
  const auto& levels = scope.paper.levels;
  const feedback::LevelCounts& counts = page.review.class_index < 0 || at(page.review.class_index) >= levels.classes.size()
                                            ? levels.all
                                            : levels.classes[at(page.review.class_index)];
  if (!counts.counts.empty()) {
    TableMaker table("levels", scope.word(Word::table_level_counts));
    table.column("level", scope.word(Word::level)).column("band", scope.word(Word::band));
    table.column("n", scope.word(Word::n_pupils), ColumnKind::kCount);
    for (std::size_t k = 0; k < counts.counts.size() && k < scope.profile().levels.size(); ++k)
      table.text(scope.profile().levels[k].name.in(scope.language)).text(band_text(scope.profile().levels, k)).count(counts.counts[k]);
    section.blocks.emplace_back(TableBlock{table.take()});
  }
  if (!page.rows.empty()) section.blocks.emplace_back(distribution_chart(scope, page.rows, page.review.mean));

  // From the full mark to the mean: the largest mean losses by item, the rest together.
  WaterfallChart waterfall;
  waterfall.full = scope.paper.paper.full_mark;
  waterfall.full_label = scope.word(Word::full_mark);
  waterfall.end_label = scope.word(Word::mean);
  std::vector<std::pair<double, std::int32_t>> losses;
  for (const feedback::ReviewItem& item : page.review.items)
    if (item.n > 0 && !scope.item(at(item.item)).bonus)
      losses.emplace_back(item.mean_loss * static_cast<double>(item.n_losing) / static_cast<double>(item.n), item.item);
  std::stable_sort(losses.begin(), losses.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  TableMaker table("losses", scope.word(Word::table_numbers));
  table.column("item", scope.word(Word::item)).column("loss", scope.word(Word::mean_loss), ColumnKind::kNumber, 2);
  constexpr std::size_t kMostSteps = 10;
  double others = waterfall.full - page.review.mean;
  for (std::size_t k = 0; k < losses.size(); ++k) {
    const std::string& label = scope.item(at(losses[k].second)).shown_label();
    table.text(label).number(losses[k].first);
    if (k >= kMostSteps) continue;
    waterfall.steps.push_back({fill(scope.word(Word::item_named), {{"item", label}}), -losses[k].first});
    others -= losses[k].first;
  }
  // What other items, and answers that do not count, take: the drawing ends at the mean that the table above prints.
  if (std::fabs(others) > 0.005) {
    const std::size_t n_items = scope.paper.paper.items.size();
    const std::string n_others = std::to_string(n_items > kMostSteps ? n_items - std::min(kMostSteps, losses.size()) : losses.size());
    waterfall.steps.push_back({fill(scope.word(Word::other_items), {{"n", n_others}}), -others});
  }
  if (!losses.empty())
    add_chart(section, {"waterfall", scope.word(Word::chart_waterfall), scope.word(Word::waterfall_says), std::move(waterfall)},
              table.take());
  report.sections.push_back(std::move(section));
}

void add_class_items(const ClassPage& page, Report& report) {
  const Scope& scope = page.scope;
  if (page.rows.empty()) return;
  const std::vector<evaluation::ItemOutcome> means = evaluation::pupil_items(scope.paper, page.rows.front());
  // Figures of the school and of everybody stand beside only where nobody else's small group shows by subtraction.
  const auto least = static_cast<std::int64_t>(scope.profile().suppression.least_n);
  const auto own = static_cast<std::int64_t>(page.rows.size());
  const std::int32_t school = scope.paper.school_of(page.rows.front());
  const std::int64_t in_school = school >= 0 && at(school) < scope.paper.school_rows.size()
                                     ? static_cast<std::int64_t>(scope.paper.school_rows[at(school)].size())
                                     : 0;
  const bool with_school = in_school - own >= least;
  const std::int64_t beyond = with_school ? in_school : own;
  const bool with_all = scope.paper.levels.n_counted - beyond >= least;
  std::vector<std::int64_t> losing(scope.paper.paper.items.size(), 0);
  for (const feedback::ReviewItem& item : page.review.items) losing[at(item.item)] = item.n_losing;
  TableMaker table("items", scope.word(Word::heading_class_items));
  table.column("item", scope.word(Word::item)).column("content", scope.word(Word::content), ColumnKind::kText, 0, true);
  table.column("full", scope.word(Word::full_mark), ColumnKind::kNumber, mark_decimals(scope));
  table.column("losing", scope.word(Word::n_losing), ColumnKind::kCount).column("rate", scope.word(Word::score_rate), ColumnKind::kShare);
  if (with_school) table.column("school_rate", scope.word(Word::school_rate), ColumnKind::kShare);
  if (with_all) table.column("all_rate", scope.word(Word::all_rate), ColumnKind::kShare);
  for (const evaluation::ItemOutcome& o : means) {
    const Item& item = scope.item(at(o.item));
    table.text(item.shown_label()).text(item_content(scope, item)).number(item.full_mark).count(losing[at(o.item)]);
    table.number(o.class_mean / item.full_mark);
    if (with_school) table.number(o.school_mean / item.full_mark);
    if (with_all) table.number(o.all_mean / item.full_mark);
  }
  Section section{"class_items", scope.word(Word::heading_class_items), false, {}};
  section.blocks.emplace_back(TableBlock{table.take()});
  report.sections.push_back(std::move(section));
}

void add_class_knowledge(const ClassPage& page, Report& report) {
  const Scope& scope = page.scope;
  Section section{"knowledge", scope.word(Word::heading_class_knowledge), false, {}};
  const auto scores = evaluation::class_parts(scope.evaluation, scope.paper, page.review.class_index);
  add_parts(scope, section, scores, Dimension::kKnowledge, false);
  add_parts(scope, section, scores, Dimension::kAbilityLevel, false);
  if (section.blocks.empty()) return;
  std::vector<std::size_t> columns;
  for (std::size_t k = 0; k < scope.paper.parts.size(); ++k)
    if (scope.paper.parts[k].dimension == Dimension::kKnowledge) columns.push_back(k);
  if (!columns.empty()) {
    HeatMapChart heat;
    TableMaker table("heat_map", scope.word(Word::table_numbers));
    table.column("pupil", scope.word(Word::pupil));
    for (const std::size_t k : columns) {
      heat.columns.push_back(scope.paper.parts[k].value);
      heat.column_notes.push_back(fill(scope.word(Word::n_items_value), {{"n", std::to_string(scope.paper.parts[k].items.size())}}));
      table.column("part_" + std::to_string(k + 1), scope.paper.parts[k].value, ColumnKind::kShare);
    }
    for (const std::int64_t row : page.rows) {
      std::vector<double> shares(scope.paper.parts.size(), kNoValue);
      for (const feedback::PartScore& score : evaluation::pupil_parts(scope.evaluation, scope.paper, row))
        shares[at(score.part)] = score.share;
      heat.rows.push_back(pupil_name(scope.paper, row));
      table.text(heat.rows.back());
      for (const std::size_t k : columns) {
        heat.share.push_back(shares[k]);
        table.number(shares[k]);
      }
    }
    Chart chart{"heat_map", scope.word(Word::chart_heat_map), scope.word(Word::heat_map_says), std::move(heat)};
    if (page.rows.size() <= kMostPictureRows)
      add_chart(section, std::move(chart), table.take());
    else
      section.blocks.emplace_back(TableBlock{table.take()});
  }
  report.sections.push_back(std::move(section));
}

}  // namespace pages_detail

Result<Report> class_report(const evaluation::Evaluation& evaluation, std::size_t paper, std::size_t review, const ReportOptions& options) {
  if (paper >= evaluation.papers.size()) return make_error(Code::kNoSuchUnit, {}, {{"row", std::to_string(paper)}});
  if (review >= evaluation.papers[paper].reviews.size()) return make_error(Code::kNoSuchUnit, {}, {{"row", std::to_string(review)}});
  using namespace pages_detail;
  const ClassPage page(evaluation, paper, review, options);
  const Scope& scope = page.scope;
  Report report;
  start(report, scope, Audience::kTeacher);
  report.id = paper_folder(scope.paper) + "/class/" + class_file(scope.paper, page.review.class_index);
  report.heading = scope.word(Word::title_class);
  report.title = report.heading;
  const Units& units = scope.paper.paper.units;
  if (page.review.class_index >= 0) {
    const Unit& unit = units.classes[at(page.review.class_index)];
    if (unit.parent >= 0 && at(unit.parent) < units.schools.size())
      report.facts.push_back({scope.word(Word::school), unit_name(units.schools[at(unit.parent)])});
    report.facts.push_back({scope.word(Word::school_class), unit_name(unit)});
    report.title += " · " + unit_name(unit);
  }
  add_paper_facts(scope, report.facts);
  add_sheet(page, report);
  add_class_results(page, report);
  add_sheet_basis(page, report);
  add_class_mastery(page, report);
  add_class_items(page, report);
  add_class_knowledge(page, report);
  add_wrong_items(page, report);
  add_deviations(page, report);
  add_sp_chart(page, report);
  report.footer = {note(scope.word(Word::footer_teacher)), note(scope.word(Word::footer_explain)), version_note(scope)};
  return report;
}

}  // namespace celadon::inline CELADON_ABI::reports
