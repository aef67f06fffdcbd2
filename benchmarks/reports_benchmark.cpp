// reports: the page of one pupil from its report to bytes, as HTML and as JSON.
#include <celadon/reports/html.hpp>
#include <celadon/reports/json.hpp>

#include "data.hpp"

namespace {

using namespace celadon_bench;
using namespace celadon::reports;

/// A pupil's page of a paper with n_items items: level, statements, points by knowledge point, every item.
Report pupil(int n_items) {
  Report report;
  report.id = "s1";
  report.heading = "学情报告";
  report.badge = "模拟数据";
  report.facts = {{"学生", "S000001"}, {"班级", "四年级 3 班"}, {"试卷", "数学期末练习"}, {"日期", "2026-01-15"}};
  Section level{"level", "这次学得怎么样", false, {}};
  level.blocks.emplace_back(StatementBlock{
      StatementBlock::Form::kParagraphs,
      {{"p/pupil/1/level", "L1", StatementKind::kClaim, "良好", "本卷等级:良好(75%–84%)。"},
       {"p/pupil/1/interval", "L2", StatementKind::kUncertainty, "", "一次测验有偶然性,真实水平很可能在“合格”到“优秀”之间。"}}});
  Section items{"items", "逐题得失", true, {}};
  DataTable table{"items", "逐题得失", {}, {}, {}, "得满分的题"};
  table.columns = {{"item", "题号", ColumnKind::kText, 0, false},
                   {"content", "考查内容", ColumnKind::kText, 0, false},
                   {"points", "得分", ColumnKind::kMarks, 0, false},
                   {"expected", "预计", ColumnKind::kNumber, 1, false},
                   {"outcome", "得失", ColumnKind::kText, 0, false}};
  for (int j = 0; j < n_items; ++j) {
    const bool full = j % 4 != 0;
    table.cells.emplace_back(std::to_string(j + 1));
    table.cells.emplace_back(std::string("小数的意义与 <性质> & 应用"));
    table.cells.emplace_back(full ? 4.0 : 2.5, 4.0);
    table.cells.emplace_back(3.2 + 0.01 * j);
    table.cells.emplace_back(std::string(full ? "满分" : "失分(与预计相近)"), full ? Sign::kFullMarks : Sign::kLoss);
    table.folded.push_back(full ? 1 : 0);
  }
  items.blocks.emplace_back(TableBlock{std::move(table)});
  report.sections = {std::move(level), std::move(items)};
  report.footer = {{"", "", StatementKind::kNote, "", "本报告只发给学生本人及监护人。"}};
  return report;
}

void html(benchmark::State& state) {
  const Report report = pupil(static_cast<int>(state.range(0)));
  const HtmlRenderer renderer;
  std::int64_t bytes = 0;
  TextBuffer out;
  for (auto _ : state) {
    out.clear();
    renderer.append(report, out);
    bytes += static_cast<std::int64_t>(out.view().size());
  }
  state.SetBytesProcessed(bytes);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(html)->Name("reports/pupil_html")->Arg(30)->Arg(60)->Unit(benchmark::kMicrosecond);

void json(benchmark::State& state) {
  const Report report = pupil(static_cast<int>(state.range(0)));
  std::int64_t bytes = 0;
  for (auto _ : state) bytes += static_cast<std::int64_t>(to_json(report).size());
  state.SetBytesProcessed(bytes);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(json)->Name("reports/pupil_json")->Arg(60)->Unit(benchmark::kMicrosecond);

}  // namespace
