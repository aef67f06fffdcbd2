#include "comments_common.hpp"

#include <celadon/evaluation/feedback/change.hpp>

using namespace celadon_c;

namespace fb = celadon::feedback;

namespace {

celadon_feedback_mastery_input default_mastery_input() {
  celadon_feedback_mastery_input input{};
  input.struct_size = sizeof input;
  return input;
}

celadon_feedback_point_mastery point_values(const fb::PointMastery& cell) {
  celadon_feedback_point_mastery v{};
  v.state = static_cast<int32_t>(cell.state);
  v.reason = static_cast<int32_t>(cell.reason);
  v.n_items = cell.n_items;
  v.probability = cell.probability;
  v.low = cell.low;
  v.high = cell.high;
  v.points = cell.points;
  v.full = cell.full;
  v.borderline = cell.borderline ? 1 : 0;
  return v;
}

fb::MasteryInput mastery_input(const celadon_feedback_mastery_input& given) {
  fb::MasteryInput out;
  out.points = texts(given.points, given.n_points, "points");
  out.n_persons = given.n_persons;
  if (given.n_persons < 0 || (given.n_points > 0 && given.n_persons > std::numeric_limits<int64_t>::max() / 16 / given.n_points))
    refuse("n_persons", "negative, or more than there can be");
  if (given.n_settings < 0) refuse("n_settings", "negative");
  const int64_t n = given.n_persons * given.n_points;
  out.modelled = copied(given.modelled, given.n_points, "modelled");
  out.identified = copied(given.identified, n, "identified");
  for (const double* one : span_of(given.probability, given.n_settings, "probability"))
    out.probability.push_back(copied(one, n, "probability"));
  if (given.low != nullptr || given.high != nullptr) {
    out.low = copied(given.low, n, "low");
    out.high = copied(given.high, n, "high");
  }
  if (given.bounded != nullptr) out.bounded = copied(given.bounded, n, "bounded");
  out.n_items = copied(given.n_items, n, "n_items");
  out.points_gained = copied(given.points_gained, n, "points_gained");
  out.points_full = copied(given.points_full, n, "points_full");
  if (given.single_score != nullptr) out.single_score = copied(given.single_score, n, "single_score");
  return out;
}

celadon::Table mastery_table(const fb::Mastery& mastery) {
  std::vector<std::int64_t> row, n_items;
  std::vector<std::string> point, state, reason;
  std::vector<double> probability, low, high, points, full;
  std::vector<std::uint8_t> borderline;
  for (std::int64_t i = 0; i < mastery.n_persons; ++i)
    for (std::size_t k = 0; k < mastery.points.size(); ++k) {
      const fb::PointMastery& cell = mastery.at(i, k);
      row.push_back(i + 1);
      point.push_back(mastery.points[k]);
      state.emplace_back(fb::mastery_state_name(cell.state));
      reason.emplace_back(fb::mastery_reason_name(cell.reason));
      probability.push_back(cell.probability);
      low.push_back(cell.low);
      high.push_back(cell.high);
      n_items.push_back(cell.n_items);
      points.push_back(cell.points);
      full.push_back(cell.full);
      borderline.push_back(cell.borderline ? 1 : 0);
    }
  celadon::Table table("mastery");
  table.add("row", std::move(row)).add("point", std::move(point)).add("state", std::move(state)).add("reason", std::move(reason));
  table.add("probability", std::move(probability)).add("low", std::move(low)).add("high", std::move(high));
  table.add("n_items", std::move(n_items)).add("points", std::move(points)).add("full", std::move(full));
  table.add_boolean("borderline", std::move(borderline));
  return table;
}

// Rows of a caller, each a person of the paper.
std::span<const int64_t> rows_of(const fb::Mastery& mastery, const int64_t* rows, int64_t n_rows) {
  const auto span = span_of(rows, n_rows, "rows");
  for (const int64_t row : span)
    if (row < 0 || row >= mastery.n_persons) refuse("rows", "out of range: " + std::to_string(row));
  return span;
}

celadon::Table count_table(const fb::Mastery& mastery, const std::vector<fb::PointCounts>& counts) {
  std::vector<std::string> point;
  std::vector<std::int64_t> n, mastered, not_yet, open, items;
  for (const auto& one : counts) {
    point.push_back(mastery.points[static_cast<std::size_t>(one.point)]);
    n.push_back(one.n);
    mastered.push_back(one.n_mastered);
    not_yet.push_back(one.n_not_yet);
    open.push_back(one.n_cannot_judge);
    items.push_back(one.n_items);
  }
  celadon::Table table("mastery_counts");
  table.add("point", std::move(point)).add("n", std::move(n)).add("n_mastered", std::move(mastered));
  table.add("n_not_yet", std::move(not_yet)).add("n_cannot_judge", std::move(open)).add("n_items", std::move(items));
  return table;
}

celadon::Table gap_table(const fb::Mastery& mastery, const std::vector<fb::GapGroup>& groups) {
  std::vector<std::int64_t> group, row;
  std::vector<std::string> point;
  std::vector<std::uint8_t> whole;
  std::int64_t number = 0;
  for (const auto& one : groups) {
    ++number;
    for (const std::int64_t pupil : one.rows) {
      group.push_back(number);
      point.push_back(mastery.points[static_cast<std::size_t>(one.point)]);
      whole.push_back(one.whole_class ? 1 : 0);
      row.push_back(pupil + 1);
    }
  }
  celadon::Table table("gap_groups");
  table.add("group", std::move(group)).add("point", std::move(point)).add_boolean("whole_class", std::move(whole));
  table.add("row", std::move(row));
  return table;
}

}  // namespace

fb::PointMastery celadon_c::point_mastery_of(const celadon_feedback_point_mastery* given) {
  celadon_feedback_point_mastery defaults{};
  defaults.struct_size = sizeof defaults;
  defaults.probability = defaults.low = defaults.high = kNone;
  const auto known = sized(&need(given, "mastery"), defaults, "mastery");
  fb::PointMastery out;
  out.state = enumerator<fb::MasteryState>(known.state, 3, "state");
  out.reason = enumerator<fb::MasteryReason>(known.reason, 9, "reason");
  out.n_items = known.n_items;
  out.probability = known.probability;
  out.low = known.low;
  out.high = known.high;
  out.points = known.points;
  out.full = known.full;
  out.borderline = known.borderline != 0;
  return out;
}

extern "C" {

celadon_status celadon_feedback_decide_point(const double* probability, int64_t n_settings, double low, double high, int32_t bounded,
                                             int32_t modelled, int32_t identified, int32_t n_items, double points, double full,
                                             const celadon_profile* profile, celadon_feedback_point_mastery* out, celadon_error* error) {
  return guard(error, [&] {
    const auto cell = fb::decide_point(span_of(probability, n_settings, "probability"), low, high, bounded != 0, modelled != 0,
                                       identified != 0, n_items, points, full, profile_of(profile).diagnosis);
    hand_out(out, point_values(cell), "out");
  });
}

void celadon_feedback_mastery_input_init(celadon_feedback_mastery_input* input, uint32_t struct_size) {
  initialise(input, struct_size, default_mastery_input());
}

celadon_status celadon_feedback_decide_mastery(const celadon_feedback_mastery_input* input, const celadon_profile* profile,
                                               celadon_feedback_mastery** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto known = sized(&need(input, "input"), default_mastery_input(), "input");
    const auto cells = mastery_input(known);
    auto mastery = unwrap(fb::decide_mastery(cells, profile_of(profile).diagnosis));
    mastery.basis.model = text_or_empty(known.model);
    mastery.basis.structure = text_or_empty(known.structure);
    mastery.basis.version = text_or_empty(known.version);
    return mastery;
  });
}
celadon_status celadon_evaluation_mastery(const celadon_evaluation* evaluation, int64_t paper, celadon_feedback_mastery** out,
                                          celadon_error* error) {
  return produce(out, error, [&] { return paper_of(evaluation, paper).mastery; });
}
CELADON_C_DESTROY(celadon_feedback_mastery)
int64_t celadon_feedback_mastery_n_persons(const celadon_feedback_mastery* mastery) {
  return mastery == nullptr ? 0 : mastery->value.n_persons;
}
int64_t celadon_feedback_mastery_n_points(const celadon_feedback_mastery* mastery) {
  return mastery == nullptr ? 0 : static_cast<int64_t>(mastery->value.points.size());
}
celadon_status celadon_feedback_mastery_get(const celadon_feedback_mastery* mastery, int64_t person, int64_t point,
                                            celadon_feedback_point_mastery* out, celadon_error* error) {
  return guard(error, [&] {
    const auto& all = need(mastery, "mastery").value;
    if (person < 0 || person >= all.n_persons) refuse("person", "out of range: " + std::to_string(person));
    if (point < 0 || point >= static_cast<int64_t>(all.points.size())) refuse("point", "out of range: " + std::to_string(point));
    hand_out(out, point_values(all.at(person, static_cast<std::size_t>(point))), "out");
  });
}
CELADON_C_TABLE(celadon_feedback_mastery, table, mastery_table(result))
celadon_status celadon_feedback_count_mastery(const celadon_feedback_mastery* mastery, const int64_t* rows, int64_t n_rows,
                                              celadon_table** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto& all = need(mastery, "mastery").value;
    return count_table(all, fb::count_mastery(all, rows_of(all, rows, n_rows)));
  });
}
celadon_status celadon_feedback_gap_groups(const celadon_feedback_mastery* mastery, const int64_t* rows, int64_t n_rows,
                                           const celadon_profile* profile, celadon_table** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto& all = need(mastery, "mastery").value;
    return gap_table(all, fb::gap_groups(all, rows_of(all, rows, n_rows), profile_of(profile).diagnosis));
  });
}

celadon_status celadon_feedback_judge_changes(const double* difference, const double* standard_error, const int32_t* n_common, int64_t n,
                                              const celadon_profile* profile, int32_t* verdict, double* low, double* high,
                                              celadon_error* error) {
  return guard(error, [&] {
    const auto d = span_of(difference, n, "difference");
    const auto se = span_of(standard_error, n, "standard_error");
    const auto common = span_of(n_common, n, "n_common");
    std::vector<fb::ChangeInput> points;
    for (std::size_t k = 0; k < d.size(); ++k) points.push_back({d[k], se[k], common[k]});
    const auto changes = fb::judge_changes(points, profile_of(profile).diagnosis);
    if (n > 0) need(verdict, "verdict");
    for (std::size_t k = 0; k < changes.size(); ++k) {
      verdict[k] = static_cast<int32_t>(changes[k].verdict);
      if (low != nullptr) low[k] = changes[k].low;
      if (high != nullptr) high[k] = changes[k].high;
    }
  });
}

}  // extern "C"
