#pragma once

#include <celadon/models/irt/information.hpp>
#include <celadon/reports/impl/school_pages.hpp>

#include <numeric>

namespace celadon::inline CELADON_ABI::reports {

namespace pages_detail {

/// Counted pupils with an ability, in groups of like ability, lowest first. Every group is large enough to be shown.
inline std::vector<std::vector<std::int64_t>> ability_groups(const Scope& scope) {
  const std::vector<double>& ability = scope.paper.calibration.ability;
  std::vector<std::int64_t> rows;
  for (std::int64_t row = 0; row < scope.paper.n_persons() && at(row) < ability.size(); ++row)
    if (scope.paper.counted[at(row)] != 0 && std::isfinite(ability[at(row)])) rows.push_back(row);
  std::stable_sort(rows.begin(), rows.end(), [&](std::int64_t a, std::int64_t b) { return ability[at(a)] < ability[at(b)]; });
  const std::size_t least = static_cast<std::size_t>(std::max(10, scope.profile().suppression.least_n));
  constexpr std::size_t kMostGroups = 10;
  const std::size_t n = std::min(kMostGroups, rows.size() / least);
  std::vector<std::vector<std::int64_t>> groups(n);
  for (std::size_t g = 0; g < n; ++g)
    groups[g].assign(rows.begin() + static_cast<std::ptrdiff_t>(g * rows.size() / n),
                     rows.begin() + static_cast<std::ptrdiff_t>((g + 1) * rows.size() / n));
  return groups;
}

inline const Item* item_by_id(const Scope& scope, std::string_view id, std::size_t& index) {
  for (index = 0; index < scope.paper.paper.items.size(); ++index)
    if (scope.paper.paper.items[index].id == id) return &scope.paper.paper.items[index];
  return nullptr;
}

inline std::vector<double> ability_axis(double step) {
  std::vector<double> out;
  const auto n = static_cast<int>(std::lround(8.0 / step));
  for (int k = 0; k <= n; ++k) out.push_back(-4.0 + step * k);
  return out;
}

inline void add_wright_map(const Scope& scope, Section& section) {
  const irt::Model& model = scope.paper.calibration.fit->model;
  WrightMapChart chart;
  constexpr int kBins = 24;
  for (int k = 0; k <= kBins; ++k) chart.edges.push_back(-6.0 + 0.5 * k);
  chart.counts.assign(kBins, 0);
  const std::vector<double>& ability = scope.paper.calibration.ability;
  for (std::size_t row = 0; row < ability.size(); ++row) {
    if (scope.paper.counted[row] == 0 || !std::isfinite(ability[row])) continue;
    const auto bin = static_cast<int>(std::floor((ability[row] + 6.0) / 0.5));
    ++chart.counts[static_cast<std::size_t>(std::clamp(bin, 0, kBins - 1))];
  }
  for (const irt::ItemParameters& parameters : model.items) {
    std::size_t index = 0;
    const Item* item = item_by_id(scope, parameters.id, index);
    const std::string& label = item != nullptr ? item->shown_label() : parameters.id;
    const std::vector<double> difficulties = parameters.difficulties();
    for (std::size_t k = 0; k < difficulties.size(); ++k)
      chart.items.push_back({difficulties.size() == 1 ? label : joined({label, std::to_string(k + 1)}, "."), difficulties[k]});
  }
  chart.persons_title = scope.word(Word::n_pupils);
  chart.items_title = scope.word(Word::item);
  chart.scale_title = scope.word(Word::logit_scale);
  TableMaker table("wright", scope.word(Word::table_numbers));
  table.column("ability", scope.word(Word::ability)).column("n", scope.word(Word::n_pupils), ColumnKind::kCount);
  table.column("items", scope.word(Word::items_there));
  for (std::size_t k = 0; k < chart.counts.size(); ++k) {
    std::vector<std::string> here;
    for (const WrightMapChart::ItemMark& mark : chart.items) {
      const auto bin = std::clamp(static_cast<int>(std::floor((mark.difficulty + 6.0) / 0.5)), 0, kBins - 1);
      if (std::isfinite(mark.difficulty) && static_cast<std::size_t>(bin) == k) here.push_back(mark.label);
    }
    if (chart.counts[k] == 0 && here.empty()) continue;
    table.text(number_text(chart.edges[k], 1) + " – " + number_text(chart.edges[k + 1], 1)).count(chart.counts[k]);
    table.text(joined(here, scope.word(Word::list_comma)));
  }
  add_chart(section, {"wright", scope.word(Word::chart_wright), scope.word(Word::wright_says), std::move(chart)}, table.take());
}

inline void add_information(const Scope& scope, Section& section) {
  const std::vector<double> axis = ability_axis(0.25);
  const Result<irt::TestCurves> curves = irt::test_curves(scope.paper.calibration.fit->model, axis);
  if (!curves) return;
  InformationChart chart;
  chart.abilities = axis;
  chart.information = curves->information;
  for (const double se : curves->ability_se) chart.standard_error.push_back(std::isfinite(se) ? se : kNoValue);
  chart.x_title = scope.word(Word::ability);
  chart.information_title = scope.word(Word::information);
  chart.standard_error_title = scope.word(Word::standard_error);
  TableMaker table("information", scope.word(Word::table_numbers));
  table.column("ability", scope.word(Word::ability), ColumnKind::kNumber, 1);
  table.column("information", scope.word(Word::information), ColumnKind::kNumber, 2);
  table.column("standard_error", scope.word(Word::standard_error), ColumnKind::kNumber, 2);
  for (std::size_t k = 0; k < axis.size(); k += 2) table.number(axis[k]).number(chart.information[k]).number(chart.standard_error[k]);
  add_chart(section, {"information", scope.word(Word::chart_information), scope.word(Word::information_says), std::move(chart)},
            table.take());
}

/// Parameters and fit of the items.
inline void add_fit_table(const Scope& scope, Section& section) {
  const irt::Fit& fit = *scope.paper.calibration.fit;
  const std::vector<irt::MeanSquares>& squares = scope.paper.calibration.item_fit;
  TableMaker table("calibration_items", scope.word(Word::table_fit));
  table.column("item", scope.word(Word::item)).column("slope", scope.word(Word::slope), ColumnKind::kNumber, 2);
  table.column("difficulty", scope.word(Word::difficulty_logit)).column("se", scope.word(Word::standard_error));
  table.column("infit", scope.word(Word::infit), ColumnKind::kNumber, 2).column("outfit", scope.word(Word::outfit), ColumnKind::kNumber, 2);
  for (std::size_t k = 0; k < fit.model.items.size(); ++k) {
    const irt::ItemParameters& parameters = fit.model.items[k];
    std::size_t index = 0;
    const Item* item = item_by_id(scope, parameters.id, index);
    std::vector<std::string> difficulties, errors;
    for (const double b : parameters.difficulties()) difficulties.push_back(number_text(b, 2));
    for (const irt::ParameterEstimate& estimate : fit.irt.parameters)
      if (estimate.item == parameters.id && !estimate.name.empty() && estimate.name[0] == 'b')
        errors.push_back(std::isfinite(estimate.se) ? number_text(estimate.se, 2) : "–");
    table.text(item != nullptr ? item->shown_label() : parameters.id).number(parameters.slope);
    table.text(joined(difficulties, scope.word(Word::list_semicolon))).text(joined(errors, scope.word(Word::list_semicolon)));
    const bool known = k < squares.size();
    table.number(known ? squares[k].infit : kNoValue).number(known ? squares[k].outfit : kNoValue);
  }
  section.blocks.emplace_back(TableBlock{table.take()});
  add_notes(section, {note(scope.word(Word::fit_note))});
}

void add_calibration_section(const Scope& scope, const std::vector<feedback::Statement>& all, Report& report) {
  static constexpr std::string_view kRules[] = {"paper.model", "paper.bank", "paper.apart", "paper.merged", "paper.alpha"};
  Section section{"calibration", scope.word(Word::heading_calibration), false, {}};
  StatementBlock lines = block_of(scope, all, kRules, StatementBlock::Form::kParagraphs, 'M');
  if (!lines.statements.empty()) section.blocks.emplace_back(std::move(lines));
  const evaluation::Calibration& calibration = scope.paper.calibration;
  if (calibration.calibrated && calibration.fit != nullptr) {
    const std::string family = feedback::render("family." + std::string(irt::family_name(calibration.family)), {}, scope.wording);
    add_notes(section, {note(fill(scope.word(Word::calibration_note), {{"family", family},
                                                                       {"n", std::to_string(calibration.fit->n_used)},
                                                                       {"reliability", number_text(calibration.reliability, 2)}}))});
    add_wright_map(scope, section);
    add_information(scope, section);
    add_fit_table(scope, section);
  }
  if (!section.blocks.empty()) report.sections.push_back(std::move(section));
}

void add_curve_section(const Scope& scope, Report& report) {
  const evaluation::Calibration& calibration = scope.paper.calibration;
  if (!calibration.calibrated || calibration.fit == nullptr) return;
  const std::vector<double> axis = ability_axis(0.25);
  const auto groups = ability_groups(scope);
  Section section{"curves", scope.word(Word::heading_curves), false, {}};
  add_notes(section, {note(scope.word(Word::curve_says))});
  for (const irt::ItemParameters& parameters : calibration.fit->model.items) {
    std::size_t index = 0;
    const Item* item = item_by_id(scope, parameters.id, index);
    if (item == nullptr) continue;
    ItemCurveChart chart;
    chart.item = item->shown_label();
    chart.abilities = axis;
    const int n_categories = parameters.n_categories;
    const bool two = n_categories == 2;
    for (int c = two ? 1 : 0; c < n_categories; ++c) {
      const std::string label = two ? scope.word(Word::right) : fill(scope.word(Word::category), {{"k", std::to_string(c)}});
      chart.curves.push_back({label, {}});
    }
    std::vector<double> probability(static_cast<std::size_t>(n_categories));
    for (const double ability : axis) {
      irt::category_probabilities(parameters, ability, probability);
      for (std::size_t c = 0; c < chart.curves.size(); ++c) chart.curves[c].probability.push_back(probability[c + (two ? 1 : 0)]);
    }
    const std::string id = "curve_" + std::to_string(index + 1);
    TableMaker table(id, scope.word(Word::table_numbers));
    table.column("ability", scope.word(Word::ability), ColumnKind::kNumber, 2).column("n", scope.word(Word::n_pupils), ColumnKind::kCount);
    for (std::size_t c = 0; c < chart.curves.size(); ++c)
      table
          .column("observed_" + std::to_string(c + 1), joined({chart.curves[c].label, scope.word(Word::observed_share)}, " · "),
                  ColumnKind::kShare)
          .column("model_" + std::to_string(c + 1), joined({chart.curves[c].label, scope.word(Word::curve)}, " · "), ColumnKind::kShare);
    for (const std::vector<std::int64_t>& group : groups) {
      std::vector<std::int64_t> counts(static_cast<std::size_t>(n_categories), 0);
      std::int64_t n = 0;
      double sum = 0.0;
      for (const std::int64_t row : group) {
        const std::uint8_t cell = scope.paper.paper.scored.at(row, static_cast<std::int64_t>(index));
        const bool lowest = is_missing(cell) && scope.profile().missing.of(cell) == MissingTreatment::kLowest;
        const int category = is_missing(cell) && !lowest ? -1 : parameters.model_category(lowest ? 0 : cell);
        if (category < 0 || category >= n_categories) continue;
        ++counts[static_cast<std::size_t>(category)];
        ++n;
        sum += calibration.ability[at(row)];
      }
      if (n == 0 || !group_shown(scope, n)) continue;
      const double mean = sum / static_cast<double>(n);
      irt::category_probabilities(parameters, mean, probability);
      table.number(mean).count(n);
      for (std::size_t c = 0; c < chart.curves.size(); ++c) {
        const std::size_t category = c + (two ? 1 : 0);
        const double share = static_cast<double>(counts[category]) / static_cast<double>(n);
        chart.observed.push_back({static_cast<int>(c), mean, share, n});
        table.number(share).number(probability[category]);
      }
    }
    chart.x_title = scope.word(Word::ability);
    chart.y_title = scope.word(Word::probability);
    chart.observed_label = scope.word(Word::observed);
    Chart drawn{id, fill(scope.word(Word::chart_curve), {{"item", item->shown_label()}}), "", std::move(chart)};
    add_chart(section, std::move(drawn), table.take());
  }
  if (section.blocks.size() > 1) report.sections.push_back(std::move(section));
}

}  // namespace pages_detail

}  // namespace celadon::inline CELADON_ABI::reports
