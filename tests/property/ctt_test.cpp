// Classical analysis: what must not matter does not, and what has bounds keeps them.
#include "design.hpp"

#include <celadon/models/ctt/exam_statistics.hpp>
#include <celadon/models/ctt/item_analysis.hpp>
#include <celadon/models/ctt/reliability.hpp>

#include <algorithm>
#include <cmath>

namespace ctt_properties {

using namespace property;
using namespace celadon::ctt;

/// The statistics of a design, whichever of them the data allow.
struct All {
  std::optional<ItemAnalysis> items;
  std::optional<Reliability> reliability;
  std::optional<ExamStatistics> exam;
};

ExamStatisticsOptions exam_options(const Design& d) {
  ExamStatisticsOptions options;
  options.rates = {
      {"excellent", 0.85, RateCut::Side::kAtLeast}, {"pass", 0.6, RateCut::Side::kAtLeast}, {"low", 0.4, RateCut::Side::kBelow}};
  options.unit = d.person_class;
  for (int c = 0; c < d.n_classes; ++c) options.unit_ids.push_back("c" + std::to_string(c + 1));
  return options;
}

All analyse(const Design& d, bool weighted) {
  const auto responses = d.responses();
  const auto include = d.include();
  Sample sample;
  sample.include = include;
  if (weighted) sample.weights = d.weights;
  All out;
  if (auto r = item_analysis(responses, d.items, sample)) out.items = std::move(r).value();
  ReliabilityOptions options;
  options.lambda4_starts = 2;
  if (auto r = reliability(responses, d.items, sample, options)) out.reliability = std::move(r).value();
  if (auto r = exam_statistics(responses, d.items, sample, exam_options(d))) out.exam = std::move(r).value();
  return out;
}

Problem items_differ(const ItemStatistics& a, const ItemStatistics& b) {
  const std::string name = a.id + " ";
  if (a.id != b.id || a.n != b.n || a.n_missing != b.n_missing) return name + "n";
  for (const auto& [what, member] :
       std::initializer_list<std::pair<const char*, double ItemStatistics::*>>{{"mean", &ItemStatistics::mean},
                                                                               {"sd", &ItemStatistics::sd},
                                                                               {"difficulty", &ItemStatistics::difficulty},
                                                                               {"difficulty_se", &ItemStatistics::difficulty_se},
                                                                               {"item_total_r", &ItemStatistics::item_total_r},
                                                                               {"item_rest_r", &ItemStatistics::item_rest_r},
                                                                               {"point_biserial", &ItemStatistics::point_biserial},
                                                                               {"biserial", &ItemStatistics::biserial},
                                                                               {"discrimination", &ItemStatistics::discrimination}})
    if (Problem problem = differ(name + what, a.*member, b.*member)) return problem;
  // Its matrix may be singular up to rounding; then one order of persons may find it so and the other not.
  if (std::isfinite(a.item_total_corrected) && std::isfinite(b.item_total_corrected))
    return differ(name + "item_total_corrected", a.item_total_corrected, b.item_total_corrected, 1e-6);
  return std::nullopt;
}

Problem groups_differ(const ExamGroup& a, const ExamGroup& b) {
  const std::string name = "group \"" + a.id + "\" ";
  if (a.n != b.n || a.counts != b.counts) return name + "n";
  for (std::size_t r = 0; r < a.rates.size(); ++r)
    if (Problem problem = differ(name + "rate", a.rates[r], b.rates[r])) return problem;
  for (const auto& [what, member] :
       std::initializer_list<std::pair<const char*, double ExamGroup::*>>{{"mean", &ExamGroup::mean},
                                                                          {"sd", &ExamGroup::sd},
                                                                          {"minimum", &ExamGroup::minimum},
                                                                          {"maximum", &ExamGroup::maximum},
                                                                          {"median", &ExamGroup::median},
                                                                          {"score_rate", &ExamGroup::score_rate},
                                                                          {"above_mean_rate", &ExamGroup::above_mean_rate},
                                                                          {"full_mark", &ExamGroup::full_mark}})
    if (Problem problem = differ(name + what, a.*member, b.*member)) return problem;
  return std::nullopt;
}

/// `order[j]` is the column of `a` that stands at j in `b`.
Problem analyses_differ(const All& a, const All& b, const std::vector<std::int64_t>& order) {
  if (a.items.has_value() != b.items.has_value() || a.reliability.has_value() != b.reliability.has_value() ||
      a.exam.has_value() != b.exam.has_value())
    return "one has an answer and the other has not";
  if (a.items) {
    for (std::size_t j = 0; j < order.size(); ++j)
      if (Problem problem = items_differ(a.items->items[static_cast<std::size_t>(order[j])], b.items->items[j])) return problem;
    if (Problem problem = differ("total mean", a.items->total_mean, b.items->total_mean)) return problem;
    if (Problem problem = differ("total sd", a.items->total_sd, b.items->total_sd)) return problem;
    if (a.items->n_used != b.items->n_used) return "n_used of items";
  }
  if (a.reliability) {
    if (Problem problem = differ("alpha", a.reliability->alpha, b.reliability->alpha)) return problem;
    if (Problem problem = differ("alpha_se", a.reliability->alpha_se, b.reliability->alpha_se, 1e-8)) return problem;
    if (Problem problem = differ("lambda2", a.reliability->lambda2, b.reliability->lambda2)) return problem;
    if (Problem problem = differ("sem", a.reliability->sem, b.reliability->sem)) return problem;
  }
  if (a.exam) {
    if (Problem problem = groups_differ(a.exam->all, b.exam->all)) return problem;
    for (std::size_t u = 0; u < a.exam->units.size(); ++u)
      if (Problem problem = groups_differ(a.exam->units[u], b.exam->units[u])) return problem;
  }
  return std::nullopt;
}

const DesignRange kPapers{.most_persons = 80, .missing = 0.2, .bonus = true, .most_classes = 3};

TEST(Classical, APermutationOfPersonsAndOfItemsChangesNothing) {
  for_all<Design>("ctt.permutation", 400, designs(kPapers), [](const Design& d) -> Problem {
    Stream draw(static_cast<std::uint64_t>(d.n_persons), 2);
    const std::vector<std::int64_t> persons = draw.permutation(d.n_persons);
    const std::vector<std::int64_t> items = draw.permutation(d.n_items());
    return analyses_differ(analyse(d, true), analyse(d.select(persons, items), true), items);
  });
}

TEST(Classical, RowsThatAreEmptyOrAbsentChangeNothing) {
  for_all<Design>("ctt.empty_rows", 400, designs(kPapers), [](const Design& d) -> Problem {
    Stream draw(static_cast<std::uint64_t>(d.n_persons), 3);
    // Repeats of a row, emptied or marked absent, spread over the paper.
    std::vector<std::int64_t> rows;
    std::vector<int> kind;
    for (std::int64_t i = 0; i < d.n_persons; ++i) {
      rows.push_back(i);
      kind.push_back(0);
      for (int extra = between(draw, 0, 2); extra > 0; --extra) {
        rows.push_back(i);
        kind.push_back(between(draw, 1, 2));
      }
    }
    Design more = d.select_persons(rows);
    for (std::int64_t i = 0; i < more.n_persons; ++i) {
      const auto at = static_cast<std::size_t>(i);
      if (kind[at] == 1)
        for (std::int64_t j = 0; j < more.n_items(); ++j)
          more.cells[static_cast<std::size_t>(i * more.n_items() + j)] = -1 - static_cast<int>((i + j) % 4);
      if (kind[at] == 2) more.status[at] = celadon::Status::kAbsent;
    }
    return analyses_differ(analyse(d, true), analyse(more, true), rows_up_to(d.n_items()));
  });
}

TEST(Classical, WholeWeightsAreRepeatedPersons) {
  for_all<Design>("ctt.repeats", 400, designs({.most_persons = 60, .missing = 0.0}), [](const Design& d) -> Problem {
    std::vector<std::int64_t> rows;
    for (std::int64_t i = 0; i < d.n_persons; ++i)
      rows.insert(rows.end(), static_cast<std::size_t>(d.weights[static_cast<std::size_t>(i)]), i);
    const All weighted = analyse(d, true);
    const All repeated = analyse(d.select_persons(rows), false);
    if (!weighted.items || !repeated.items || !weighted.exam) return std::nullopt;
    for (std::size_t j = 0; j < d.items.size(); ++j) {
      const ItemStatistics& a = weighted.items->items[j];
      const ItemStatistics& b = repeated.items->items[j];
      if (Problem problem = differ(a.id + " difficulty", a.difficulty, b.difficulty)) return problem;
      if (Problem problem = differ(a.id + " item_total_r", a.item_total_r, b.item_total_r)) return problem;
      if (Problem problem = differ(a.id + " item_rest_r", a.item_rest_r, b.item_rest_r)) return problem;
      // Weights are scaled to the number of persons, so the divisors are n - 1 of each.
      const auto n = static_cast<double>(weighted.items->n_used), m = static_cast<double>(repeated.items->n_used);
      if (Problem problem = differ(a.id + " variance", a.sd * a.sd * (n - 1.0) / n, b.sd * b.sd * (m - 1.0) / m)) return problem;
    }
    if (weighted.reliability && repeated.reliability)
      if (Problem problem = differ("alpha", weighted.reliability->alpha, repeated.reliability->alpha)) return problem;
    const ExamGroup& a = weighted.exam->all;
    const ExamGroup& b = repeated.exam->all;
    for (std::size_t r = 0; r < a.rates.size(); ++r)
      if (Problem problem = differ("rate", a.rates[r], b.rates[r])) return problem;
    if (Problem problem = differ("mean", a.mean, b.mean)) return problem;
    return differ("score_rate", a.score_rate, b.score_rate);
  });
}

TEST(Classical, TheUnitOfTheWeightsDoesNotMatter) {
  for_all<Design>("ctt.double_weights", 300, designs(kPapers), [](const Design& d) -> Problem {
    Design twice = d;
    for (double& w : twice.weights) w *= 2.0;
    return analyses_differ(analyse(d, true), analyse(twice, true), rows_up_to(d.n_items()));
  });
}

Problem outside(const std::string& name, double value, double low, double high) {
  if (std::isnan(value) || (value >= low - 1e-12 && value <= high + 1e-12)) return std::nullopt;
  return name + " is " + std::to_string(value);
}

TEST(Classical, SharesAndCorrelationsStayWithinTheirBounds) {
  // Pairwise correlations are no correlations of one sample and may leave [-1, 1]; complete papers cannot.
  for_all<Design>("ctt.bounds", 400, designs({.most_persons = 40, .missing = 0.0}), [](const Design& d) -> Problem {
    const All all = analyse(d, true);
    if (!all.items) return std::nullopt;
    const celadon::Table table = all.items->to_table();
    const auto& hardness = std::get<std::vector<double>>(table.find("hardness")->values);
    for (std::size_t j = 0; j < d.items.size(); ++j) {
      const ItemStatistics& s = all.items->items[j];
      if (Problem problem = outside("difficulty", s.difficulty, 0.0, 1.0)) return problem;
      for (const double r : {s.item_total_r, s.item_rest_r, s.point_biserial, s.discrimination})
        if (Problem problem = outside(s.id + " correlation", r, -1.0, 1.0)) return problem;
      // Both directions of 难度 are named: difficulty is large = easy, hardness the other.
      if (Problem problem = differ("hardness", hardness[j], 1.0 - s.difficulty, 0.0)) return problem;
      if (!std::isnan(s.mean))
        if (Problem problem = differ("difficulty", s.difficulty, s.mean / d.items[j].full_mark)) return problem;
    }
    if (all.reliability)
      if (Problem problem = outside("alpha", all.reliability->alpha, -1e300, 1.0)) return problem;
    if (all.exam)
      for (const double rate : all.exam->all.rates)
        if (Problem problem = outside("rate", rate, 0.0, 1.0)) return problem;
    return std::nullopt;
  });
}

TEST(Classical, AlphaDoesNotFeelAConstantAddedToAnItem) {
  for_all<Design>("ctt.alpha_constant", 400, designs({.most_persons = 60, .missing = 0.0}), [](const Design& d) -> Problem {
    Design shifted = d;
    for (std::size_t j = 0; j < shifted.items.size(); j += 2) {
      celadon::Item& item = shifted.items[j];
      std::vector<double> scores;
      for (int c = 0; c < d.n_categories[j]; ++c) scores.push_back(item.score(c) + 2.5);
      item.category_scores = scores;
      item.full_mark += 2.5;
    }
    const All a = analyse(d, false), b = analyse(shifted, false);
    if (a.reliability.has_value() != b.reliability.has_value()) return "one has an answer and the other has not";
    if (!a.reliability) return std::nullopt;
    if (Problem problem = differ("sem", a.reliability->sem, b.reliability->sem)) return problem;
    return differ("alpha", a.reliability->alpha, b.reliability->alpha);
  });
}

}  // namespace ctt_properties
