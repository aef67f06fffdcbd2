#pragma once

#include <celadon/evaluation/impl/evaluate_parts.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace celadon::inline CELADON_ABI::evaluation::evaluate_detail {

namespace tables_paper_detail {

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Tables of several papers as one: the first column is `paper`, columns that a paper lacks are null.
inline Table stack(const std::string& name, const std::vector<std::pair<std::string, Table>>& parts) {
  std::vector<Column> columns;
  std::int64_t rows = 0;
  for (const auto& [paper, part] : parts) {
    const std::int64_t n = part.n_rows();
    for (const Column& from : part.columns()) {
      auto to = std::find_if(columns.begin(), columns.end(), [&](const Column& c) { return c.name == from.name; });
      if (to == columns.end()) {
        Column fresh;
        fresh.name = from.name;
        std::visit([&](const auto& v) { fresh.values = std::decay_t<decltype(v)>(static_cast<std::size_t>(rows)); }, from.values);
        fresh.valid.assign(static_cast<std::size_t>(rows), 0);
        columns.push_back(std::move(fresh));
        to = columns.end() - 1;
      }
      std::visit(
          [&](const auto& v) {
            auto& into = std::get<std::decay_t<decltype(v)>>(to->values);
            into.insert(into.end(), v.begin(), v.end());
          },
          from.values);
      for (std::int64_t i = 0; i < n; ++i) to->valid.push_back(static_cast<std::uint8_t>(from.is_null(i) ? 0 : 1));
    }
    rows += n;
    for (Column& c : columns)
      if (c.size() < rows) {
        std::visit([&](auto& v) { v.resize(static_cast<std::size_t>(rows)); }, c.values);
        c.valid.resize(static_cast<std::size_t>(rows), 0);
      }
  }
  std::vector<std::string> paper;
  for (const auto& [id, part] : parts) paper.insert(paper.end(), static_cast<std::size_t>(part.n_rows()), id);
  Table out(name);
  out.add("paper", std::move(paper));
  for (Column& c : columns) {
    if (auto* d = std::get_if<std::vector<double>>(&c.values)) {
      for (std::size_t i = 0; i < d->size(); ++i)
        if (c.valid[i] == 0) (*d)[i] = kNaN;
      out.add(c.name, std::move(*d));
    } else if (auto* i = std::get_if<std::vector<std::int64_t>>(&c.values)) {
      out.add(c.name, std::move(*i), std::move(c.valid));
    } else if (auto* b = std::get_if<std::vector<std::uint8_t>>(&c.values)) {
      out.add_boolean(c.name, std::move(*b), std::move(c.valid));
    } else {
      out.add(c.name, std::move(std::get<std::vector<std::string>>(c.values)), std::move(c.valid));
    }
  }
  return out;
}

inline void put_group(RowTable& t, const Evaluation& evaluation, const PaperEvaluation& p, std::string_view kind, const ctt::ExamGroup& g,
                      const feedback::LevelCounts& levels) {
  t.put(p.paper.id).put(kind).put_or_null(g.id).put(g.n).put(g.full_mark);
  if (g.n == 0)
    t.null().null().null().null().null().null().null();
  else
    t.put(g.mean).put(g.sd).put(g.minimum).put(g.maximum).put(g.median).put(g.score_rate).put(g.above_mean_rate);
  for (std::size_t r = 0; r < evaluation.profile.rates.size(); ++r) {
    if (g.n == 0)
      t.null();
    else
      t.put(g.rates[r]);
    t.put(g.counts.empty() ? std::int64_t{0} : g.counts[r]);
  }
  for (const std::int64_t n : levels.counts) t.put(n);
}

/// Parameters of the items with their infit and outfit; null where the evaluation has none.
inline Table with_item_fit(const irt::Fit& fit, const std::vector<irt::MeanSquares>& squares) {
  Table out = fit.item_table();
  const bool known = squares.size() == static_cast<std::size_t>(out.n_rows());
  const auto column = [&](double irt::MeanSquares::*field) {
    std::vector<double> values(static_cast<std::size_t>(out.n_rows()), kNaN);
    for (std::size_t j = 0; known && j < values.size(); ++j) values[j] = squares[j].*field;
    return values;
  };
  std::vector<std::int64_t> n(static_cast<std::size_t>(out.n_rows()), 0);
  for (std::size_t j = 0; known && j < n.size(); ++j) n[j] = squares[j].n;
  out.add("infit", column(&irt::MeanSquares::infit)).add("infit_z", column(&irt::MeanSquares::infit_z));
  out.add("outfit", column(&irt::MeanSquares::outfit)).add("outfit_z", column(&irt::MeanSquares::outfit_z));
  out.add("fit_n", std::move(n), std::vector<std::uint8_t>(static_cast<std::size_t>(out.n_rows()), known ? 1 : 0));
  return out;
}

}  // namespace tables_paper_detail

Table items_table(const Evaluation& evaluation) {
  RowTable t("items", {"paper:t",
                       "item:t",
                       "label:t",
                       "type:t",
                       "full_mark:d",
                       "n:i",
                       "n_missing:i",
                       "mean:d",
                       "sd:d",
                       "difficulty:d",
                       "difficulty_se:d",
                       "hardness:d",
                       "item_total_r:d",
                       "item_rest_r:d",
                       "item_total_corrected:d",
                       "point_biserial:d",
                       "biserial:d",
                       "discrimination:d",
                       "upper_difficulty:d",
                       "lower_difficulty:d",
                       "planned_difficulty:d",
                       "expected_sd:d"});
  for (const PaperEvaluation& p : evaluation.papers) {
    if (!p.items) continue;
    for (std::size_t j = 0; j < p.items->items.size(); ++j) {
      const ctt::ItemStatistics& s = p.items->items[j];
      const Item& item = p.paper.items[j];
      t.put(p.paper.id).put(item.id).put(item.shown_label()).put_or_null(item.type).put(s.full_mark).put(s.n).put(s.n_missing);
      t.put(s.mean).put(s.sd).put(s.difficulty).put(s.difficulty_se).put(s.hardness()).put(s.item_total_r).put(s.item_rest_r);
      t.put(s.item_total_corrected)
          .put(s.point_biserial)
          .put(s.biserial)
          .put(s.discrimination)
          .put(s.upper_difficulty)
          .put(s.lower_difficulty);
      t.put(item.planned_difficulty);
      t.put(j < p.gain_loss.expected_sd.size() ? static_cast<double>(p.gain_loss.expected_sd[j]) : tables_paper_detail::kNaN);
    }
  }
  return std::move(t).take();
}

Table options_table(const Evaluation& evaluation) {
  std::size_t groups = 0;
  for (const PaperEvaluation& p : evaluation.papers)
    if (p.distractors) groups = std::max(groups, p.distractors->group_n.size());
  std::vector<std::string> columns = {"paper:t", "item:t",  "label:t",          "option:t",    "category:i",    "is_key:b",
                                      "n:i",     "share:d", "option_total_r:d", "mean_rest:d", "possible_key:b"};
  for (std::size_t g = 1; g <= groups; ++g) columns.push_back("share_group_" + std::to_string(g) + ":d");
  RowTable t("options", columns);
  for (const PaperEvaluation& p : evaluation.papers) {
    if (!p.distractors) continue;
    for (const ctt::ItemDistractors& item : p.distractors->items)
      for (const ctt::OptionStatistics& o : item.options) {
        t.put(p.paper.id).put(item.id).put(item.label.empty() ? item.id : item.label).put(o.label);
        if (o.category < 0)
          t.null();
        else
          t.put(static_cast<std::int64_t>(o.category));
        t.put(o.is_key)
            .put(o.n)
            .put(o.share)
            .put(o.option_total_r)
            .put(o.mean_rest)
            .put(item.possible_key >= 0 && item.possible_key == o.category);
        for (std::size_t g = 0; g < groups; ++g) t.put(g < o.share_by_group.size() ? o.share_by_group[g] : tables_paper_detail::kNaN);
      }
  }
  return std::move(t).take();
}

Table exam_statistics_table(const Evaluation& evaluation) {
  namespace detail = tables_paper_detail;
  std::vector<std::string> columns = {"paper:t", "unit_kind:t", "unit:t",    "n:i",      "full_mark:d",  "mean:d",
                                      "sd:d",    "minimum:d",   "maximum:d", "median:d", "score_rate:d", "above_mean_rate:d"};
  for (const ctt::RateCut& r : evaluation.profile.rates) {
    columns.push_back("rate_" + r.id + ":d");
    columns.push_back("n_" + r.id + ":i");
  }
  for (const Level& level : evaluation.profile.levels) columns.push_back("n_level_" + level.id + ":i");
  RowTable t("exam_statistics", columns);
  for (const PaperEvaluation& p : evaluation.papers) {
    if (p.exam) {
      detail::put_group(t, evaluation, p, "all", p.exam->all, p.levels.all);
      for (std::size_t u = 0; u < p.exam->units.size(); ++u)
        detail::put_group(t, evaluation, p, "class", p.exam->units[u], p.levels.classes[u]);
    }
    if (p.exam_schools)
      for (std::size_t u = 0; u < p.exam_schools->units.size(); ++u)
        detail::put_group(t, evaluation, p, "school", p.exam_schools->units[u], p.levels.schools[u]);
  }
  return std::move(t).take();
}

Table exam_content_table(const Evaluation& evaluation) {
  RowTable t("exam_content", {"paper:t", "unit_kind:t", "unit:t", "dimension:t", "value:t", "n_items:i", "full_mark:d", "n:i", "mean:d",
                              "sd:d", "score_rate:d"});
  for (const PaperEvaluation& p : evaluation.papers) {
    const auto add = [&](const std::optional<ctt::ExamStatistics>& exam, std::string_view kind, bool everybody) {
      if (!exam) return;
      const std::size_t stride = exam->content.size() / (exam->units.size() + 1);
      for (std::size_t k = everybody ? 0 : stride; k < exam->content.size(); ++k) {
        const ctt::ExamContent& c = exam->content[k];
        t.put(p.paper.id)
            .put(k < stride ? std::string_view("all") : kind)
            .put_or_null(c.unit)
            .put(ctt::dimension_name(c.dimension))
            .put(c.value);
        t.put(static_cast<std::int64_t>(c.n_items)).put(c.full_mark).put(c.n);
        if (c.n == 0)
          t.null().null().null();
        else
          t.put(c.mean).put(c.sd).put(c.score_rate);
      }
    };
    add(p.exam, "class", true);
    add(p.exam_schools, "school", false);
  }
  return std::move(t).take();
}

Table calibration_items_table(const Evaluation& evaluation) {
  std::vector<std::pair<std::string, Table>> parts;
  for (const PaperEvaluation& p : evaluation.papers)
    if (p.calibration.calibrated)
      parts.emplace_back(p.paper.id, tables_paper_detail::with_item_fit(*p.calibration.fit, p.calibration.item_fit));
  if (parts.empty()) parts.emplace_back(std::string(), tables_paper_detail::with_item_fit({}, {}));  // no rows, but the columns
  return tables_paper_detail::stack("calibration_items", parts);
}

Table not_evaluated_table(const Evaluation& evaluation, Language language) {
  RowTable t("not_evaluated", {"paper:t", "what:t", "code:t", "cause:t", "fix:t"});
  const auto add = [&](std::string_view paper, const NotEvaluated& n) {
    t.put_or_null(paper).put(n.what).put(code_name(n.reason.code)).put(n.reason.cause(language)).put(n.reason.fix(language));
  };
  for (const NotEvaluated& n : evaluation.not_evaluated) add({}, n);
  for (const PaperEvaluation& p : evaluation.papers)
    for (const NotEvaluated& n : p.not_evaluated) add(p.paper.id, n);
  return std::move(t).take();
}

}  // namespace celadon::inline CELADON_ABI::evaluation::evaluate_detail
