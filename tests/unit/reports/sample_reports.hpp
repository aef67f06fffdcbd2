/// Made-up reports and one chart of every kind, with text that wants to break out of its place.
#pragma once

#include <celadon/reports/report.hpp>

namespace celadon::testing {

using namespace celadon::reports;

inline const std::string kHostile = "<script>alert('x')</script> & \"quotes\"";
inline const std::string kLongName = "欧阳亚历山大罗维奇·买买提江·古丽娜孜尔·斯琴高娃·阿布都热合曼·其其格玛拉提江";

inline std::vector<Chart> sample_charts() {
  std::vector<Chart> out;
  LevelBandChart level;
  level.bands = {{"待提高", 0, 0.6}, {"合格", 0.6, 0.75}, {"良好", 0.75, 0.85}, {"优秀", 0.85, 1}};
  level.level = 2;
  level.lower = 0.71;
  level.upper = 0.88;
  level.interval_label = "粗横线:真实水平的 90% 区间";
  out.push_back({"level", "等级与区间", "本次等级为“良好”。粗横线从“合格”到“优秀”。", level});
  ScoreDistributionChart scores;
  for (int k = 0; k <= 10; ++k) scores.edges.push_back(k * 10);
  scores.counts = {0, 0, 1, 2, 3, 6, 9, 12, 7, 4};
  scores.bands = {{"待提高", 0, 60}, {"合格", 60, 75}, {"良好", 75, 85}, {"优秀", 85, 100}};
  scores.mean = 68.4;
  scores.x_title = "分数";
  scores.y_title = "人数";
  scores.mean_label = "平均分";
  out.push_back({"scores", "分数分布", "多数在 60 到 80 分之间。", scores});
  WrightMapChart wright;
  for (int k = 0; k <= 24; ++k) wright.edges.push_back(-6 + k * 0.5);
  wright.counts = {0, 0, 0, 0, 0, 1, 2, 5, 9, 14, 20, 24, 25, 20, 15, 9, 5, 2, 1, 0, 0, 0, 0, 0};
  for (int k = 0; k < 24; ++k) wright.items.push_back({std::to_string(k + 1), -2.4 + 0.2 * ((k * 7) % 24)});
  wright.persons_title = "人数";
  wright.items_title = "题号";
  wright.scale_title = "logit 量尺";
  out.push_back({"wright", "学生能力与题目难度", "左边是学生,右边是题目。", wright});
  ItemCurveChart curve;
  curve.item = "7";
  for (int k = 0; k <= 32; ++k) curve.abilities.push_back(-4 + k * 0.25);
  for (int c = 0; c < 3; ++c) {
    curve.curves.push_back({std::to_string(c) + " 级", {}});
    for (const double x : curve.abilities) {
      const double a = 1 / (1 + x * x * 0.3), up = x > 0 ? 1 - a : 0, down = x < 0 ? 1 - a : 0;
      curve.curves.back().probability.push_back(c == 0 ? down : c == 1 ? a : up);
    }
    curve.observed.push_back({c, -1.0, 0.33, 40});
    curve.observed.push_back({c, 1.0, 0.3, 40});
  }
  curve.x_title = "能力(logit)";
  curve.y_title = "概率";
  curve.observed_label = "空心点:实际比例";
  out.push_back({"curve", "第 7 题的特征曲线", "曲线是模型,点是实际。", curve});
  InformationChart information;
  for (int k = 0; k <= 32; ++k) {
    const double x = -4 + k * 0.25;
    information.abilities.push_back(x);
    information.information.push_back(8 / (1 + x * x));
    information.standard_error.push_back(k == 0 ? kNoValue : 0.35 * (1 + x * x / 4));
  }
  information.x_title = "能力(logit)";
  information.information_title = "信息";
  information.standard_error_title = "标准误";
  out.push_back({"information", "测验信息与标准误", "中间测得最准。", information});
  DistractorChart options{"4", {"低分组", "中间组", "高分组"}, {}, "选择比例", "(答案)"};
  options.options = {
      {"A", false, {0.3, 0.2, 0.05}}, {"B", true, {0.3, 0.6, 0.9}}, {"C", false, {0.25, 0.15, 0.03}}, {"D", false, {0.15, 0.05, kNoValue}}};
  out.push_back({"options", "第 4 题各选项的选择比例", "高分组多选 B。", options});
  SpChart sp;
  for (int p = 0; p < 18; ++p) {
    sp.persons.push_back(p == 3 ? kLongName : "学生" + std::to_string(p + 1));
    sp.s_curve.push_back(std::max(1, 12 - p / 2));
    for (int i = 0; i < 12; ++i) sp.right.push_back(i < 12 - p / 2 ? 1 : 0);
  }
  for (int i = 0; i < 12; ++i) {
    sp.items.push_back(std::to_string(i + 1));
    sp.p_curve.push_back(std::max(1, 18 - i));
  }
  sp.s_label = "S 曲线(学生)";
  sp.p_label = "P 曲线(题目)";
  out.push_back({"sp", "学生-问题表", "色块表示答对。", sp});
  HeatMapChart heat;
  heat.rows = {"王一", "李二", kLongName, kHostile};
  heat.columns = {"小数的意义", "三角形的内角和", "平均数与条形统计图的认识", kHostile};
  heat.share = {1, 0.8, 0.5, 0.2, 0, 0.4, kNoValue, 1, 0.3, 0.6, 0.9, 0.75, 1, 1, 1, 1};
  heat.column_notes = {"2 题", "3 题", "2 题", "1 题"};
  out.push_back({"heat", "学生与知识点", "颜色越深得分率越高。", heat});
  out.push_back({"waterfall", "平均得失", "从满分到平均分。",
                 WaterfallChart{64, {{"第 11 题", -4.2}, {"第 4 题", -2.1}, {"第 6 题", -1.75}, {"其余 5 题", -3.3}}, "满分", "平均分"}});
  KnowledgeChart knowledge;
  knowledge.points = {{"整数四则运算", 0.97, 0.9, 0.99, KnowledgeChart::State::kMastered, "2 题"},
                      {"小数的意义", 0.46, 0.21, 0.73, KnowledgeChart::State::kUnstable, "2 题"},
                      {"平均数与条形统计图的初步认识(一)", 0.63, 0.37, 0.85, KnowledgeChart::State::kUndecided, "2 题"}};
  knowledge.state_labels = {"", "已掌握", "还不稳定", "暂不能判断"};
  knowledge.value_title = "得分率";
  out.push_back({"knowledge", "各知识点", "横线是区间。", knowledge});
  KnowledgeChart bars = knowledge;
  bars.state_labels.clear();
  for (auto& point : bars.points) point.state = KnowledgeChart::State::kNone;
  bars.points[1].lower = bars.points[1].upper = kNoValue;
  for (auto& point : bars.points) point.note = "4/8 分 · 2 题";
  out.push_back({"bars", "各知识点得分率", "方块是得分率。", bars});
  knowledge.radar = true;
  knowledge.points.push_back({"鸡兔同笼", 0.4, kNoValue, kNoValue, KnowledgeChart::State::kUndecided, "1 题"});
  knowledge.points.push_back({"观察物体", 0.8, kNoValue, kNoValue, KnowledgeChart::State::kMastered, "3 题"});
  out.push_back({"radar", "各知识点(雷达图)", "离中心越远越高。", knowledge});
  PrerequisiteChart map;
  using State = KnowledgeChart::State;
  map.points = {{"小数加减", State::kUndecided, "暂不能判断"},
                {"整数四则运算", State::kMastered, "已掌握"},
                {"观察物体", State::kNone, ""},
                {"小数的意义", State::kUnstable, "还不稳定"},
                {kLongName, State::kNone, kHostile}};
  map.links = {{1, 3}, {3, 0}, {1, 4}};
  out.push_back({"order", "先修关系", "箭头指向需要它的知识点。", map});
  ProfileChart profile;
  profile.rows = {{"高层次思维能力", "72%", 0.72, 0.66, 0.78, 0.65, 0.7, 0.75, "0%", "100%", 0},
                  {"提出问题", "64%", 0.64, 0.55, 0.73, 0.66, kNoValue, kNoValue, "0%", "100%", 1},
                  {kHostile, "人数太少,不单独给出", kNoValue, kNoValue, kNoValue, 0.6, kNoValue, kNoValue, "0%", "100%", 1},
                  {"睡眠时间", "8.4 小时", 0.6, 0.55, 0.65, 0.5, 0.6, 0.75, "6 小时", "10 小时", 0},
                  {kLongName, "没有数据", kNoValue, kNoValue, kNoValue, kNoValue, kNoValue, kNoValue, "", "", 0}};
  profile.value_label = "本校";
  profile.interval_label = "95% 区间";
  profile.reference_label = "同类学校平均";
  profile.previous_label = "上一年";
  profile.target_label = "目标";
  out.push_back({"profile", "各项指标", "菱形是本校。", profile});
  CaterpillarChart schools;
  for (int k = 0; k < 40; ++k) {
    schools.value.push_back(k == 7 ? kNoValue : -0.6 + 0.03 * k);
    schools.lower.push_back(schools.value.back() - 0.2 - 0.01 * (k % 7));
    schools.upper.push_back(k == 9 ? kNoValue : schools.value.back() + 0.2 + 0.01 * (k % 7));
  }
  schools.own = 26;
  schools.reference = 0.0;
  schools.y_title = "与平均的差";
  schools.x_title = "学校,从低到高";
  schools.own_label = "本校";
  schools.reference_label = "全部学校的平均";
  out.push_back({"schools", "学校之间的差异", "一条竖线是一所学校。", schools});
  GradientChart gradient;
  for (int k = 0; k < 30; ++k) gradient.lines.push_back({-2.0 + 0.03 * k, 1.0 + 0.03 * k, 460.0 + 3 * k, 520.0 + 3 * ((k * 7) % 30)});
  gradient.lines[3].y_high = kNoValue;
  gradient.overall = {-2, 2, 470, 570};
  gradient.own = 12;
  gradient.x_title = "家庭背景指数";
  gradient.y_title = "预期成绩";
  gradient.units_label = "各学校";
  gradient.overall_label = "全部学生";
  gradient.own_label = "本校";
  out.push_back({"gradient", "成绩与家庭背景", "线越平,背景的影响越小。", gradient});
  out.push_back({"balance", "差异来自哪里", "大部分差异在学生之间。",
                 BalanceChart{{{"学生之间", 0.81, 0.76, 0.85}, {"班级之间", 0.12, 0.08, 0.17}, {kHostile, 0.07, kNoValue, kNoValue}}}});
  out.push_back({"tornado", "一次只改一处", "条越长,影响越大。",
                 TornadoChart{61.5,
                              {{"权重相等", 58.2, 63.4, "名次变动 3 位"},
                               {"不含睡眠时间", 60.1, 64.9, ""},
                               {kLongName, kNoValue, 62.3, kHostile},
                               {"换一种标准化", kNoValue, kNoValue, "没有算出"}},
                              "综合指数",
                              "现行方案",
                              1}});
  out.push_back({"timeline", "各年的变化", "竖线是区间。",
                 TimelineChart{{"2021", "2022", "2023", "2024"},
                               {{"本校", {0.62, 0.66, kNoValue, 0.71}, {0.57, 0.6, kNoValue, 0.66}, {0.67, 0.72, kNoValue, 0.76}},
                                {"同类学校", {kNoValue, 0.6, 0.61, 0.61}, {}, {}}},
                               0.75,
                               "达标率",
                               "目标",
                               true}});
  return out;
}

inline DataTable sample_table() {
  DataTable out{"items", "逐题得失", {}, {}, {}, "得满分的 2 题"};
  out.columns = {{"item", "题号", ColumnKind::kText, 0, false},    {"content", "考查内容", ColumnKind::kText, 0, false},
                 {"points", "得分", ColumnKind::kMarks, 0, false}, {"expected", "预计", ColumnKind::kNumber, 1, false},
                 {"share", "得分率", ColumnKind::kShare, 0, true}, {"interval", "区间", ColumnKind::kInterval, 0, true},
                 {"outcome", "得失", ColumnKind::kText, 0, false}};
  const auto row = [&](const char* item, const std::string& content, double points, double full, double expected, Sign sign,
                       const char* word, bool fold) {
    out.cells.emplace_back(std::string(item));
    out.cells.emplace_back(content);
    out.cells.emplace_back(points, full);
    out.cells.emplace_back(expected);
    out.cells.emplace_back(points / full);
    out.cells.emplace_back(0.25, 0.75);
    out.cells.emplace_back(std::string(word), sign);
    out.folded.push_back(fold ? 1 : 0);
  };
  row("1", "整数四则运算", 4, 4, 3.7, Sign::kFullMarks, "满分", true);
  row("21(1)", kHostile, 2.5, 5, 3.25, Sign::kLoss, "失分(与预计相近)", false);
  row("3", "小数的意义", 0, 4, 3.2, Sign::kLossToReview, "失分(值得先回看)", false);
  row("4", "小数的意义", 4, 4, 3.2, Sign::kFullMarks, "满分", true);
  out.cells[3] = Cell();
  return out;
}

inline Report sample_report() {
  Report report;
  report.id = "s1";
  report.heading = "学情报告";
  report.badge = "模拟数据";
  report.facts = {{"学生", kLongName}, {"试卷", kHostile}};
  Section level{"level", "这次学得怎么样", false, {}};
  level.blocks.emplace_back(StatementBlock{StatementBlock::Form::kParagraphs,
                                           {{"p/pupil/1/level", "L1", StatementKind::kClaim, "良好", "本卷等级:良好(75%–84%)。"},
                                            {"p/pupil/1/interval", "L2", StatementKind::kUncertainty, "", "一次测验有偶然性。"}}});
  for (const Chart& chart : sample_charts()) level.blocks.emplace_back(ChartBlock{chart, {}});
  Section items{"items", "逐题得失", true, {}};
  items.blocks.emplace_back(StatementBlock{StatementBlock::Form::kNumbered, {{"p/n/1", "N1", StatementKind::kNextStep, "", kHostile}}});
  items.blocks.emplace_back(TableBlock{sample_table()});
  items.blocks.emplace_back(LinkBlock{{{"四年级 3 班", "a/class/3.html", "40 人"}}});
  report.sections = {level, items};
  report.footer = {{"", "", StatementKind::kNote, "", "本报告只发给学生本人及监护人。"}};
  return report;
}

}  // namespace celadon::testing
