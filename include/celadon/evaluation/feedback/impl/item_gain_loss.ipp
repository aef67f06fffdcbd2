#pragma once

#include <celadon/evaluation/feedback/impl/item_gain_loss_parts.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>

namespace celadon::inline CELADON_ABI::feedback {

namespace gain_loss_detail {

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
inline constexpr std::array<std::string_view, 5> kOutcomeNames = {"not_counted", "full_marks", "loss", "loss_as_expected",
                                                                  "loss_to_review"};
inline constexpr std::array<std::string_view, 3> kCauseNames = {"none", "option", "error_code"};

Plan make_plan(const evaluation::Paper& paper, std::span<const std::uint8_t> counted, const Predictor& predictor,
               const evaluation::Profile& profile) {
  Plan plan;
  plan.paper = &paper;
  plan.predictor = &predictor;
  plan.flags = profile.flags;
  plan.responses = {.scored = &paper.scored, .items = &paper.items, .counted = counted, .missing = profile.missing};
  plan.pupils = predictor_detail::pupils_that_count(plan.responses);
  std::map<std::string_view, std::vector<std::int32_t>> stems;
  for (std::size_t i = 0; i < paper.items.size(); ++i) {
    const Item& item = paper.items[i];
    std::vector<double>& points = plan.points.emplace_back(static_cast<std::size_t>(kMaxCategory) + 1);
    std::vector<std::uint8_t>& nothing_lost = plan.nothing_lost.emplace_back(points.size());
    for (int k = 0; k <= kMaxCategory; ++k) {
      points[static_cast<std::size_t>(k)] = item.score(k);
      nothing_lost[static_cast<std::size_t>(k)] = evaluation::decision_value(item.full_mark - item.score(k)) <= 0.0 ? 1 : 0;
    }
    plan.full.push_back(item.full_mark);
    // points not gained on a bonus item are no loss on the paper
    plan.least_loss.push_back(item.bonus ? std::numeric_limits<double>::infinity()
                                         : std::max(profile.flags.least_points, profile.flags.least_share * item.full_mark));
    if (!item.stem.empty()) stems[item.stem].push_back(static_cast<std::int32_t>(i));
  }
  plan.other_columns.resize(paper.items.size());
  for (const auto& [stem, columns] : stems)
    for (const std::int32_t i : columns)
      for (const std::int32_t other : columns)
        if (other != i) plan.other_columns[static_cast<std::size_t>(i)].push_back(other);
  return plan;
}

void Row::clear(std::size_t n_items) {
  category.assign(n_items, predictor_detail::kNotCountedCell);
  expected.assign(n_items, kNaN);
  sd.assign(n_items, kNaN);
  tail.assign(n_items, kNaN);
  ability = ability_sd = kNaN;
  flags.clear();
}

void read_row(const Plan& plan, std::int64_t person, Row& row) {
  row.clear(plan.n_items());
  if (plan.pupils[static_cast<std::size_t>(person)] == 0) return;
  const std::int64_t block = person / kBlockRows;
  for (std::size_t i = 0; i < plan.n_items(); ++i)
    row.category[i] = predictor_detail::counted_category(
        plan.paper->scored.column(block, static_cast<std::int64_t>(i))[person % kBlockRows], plan.responses.missing);
}

/// Flags of a row: rare, large and kept by Benjamini-Hochberg over the pupil's items; the rarest first.
inline void set_flags(const Plan& plan, std::int64_t person, Row& row) {
  using evaluation::decision_value;
  const double cut = decision_value(plan.flags.tail);
  const double near = plan.flags.tail + 1e-5;  // rounding cannot bring a larger tail to the cut
  bool any = false;
  for (std::size_t i = 0; i < plan.n_items(); ++i) any = any || row.tail[i] <= near;
  if (!any) return;
  std::vector<std::uint8_t> kept;
  for (std::size_t i = 0; i < plan.n_items(); ++i) {
    if (!(row.tail[i] <= near) || !(decision_value(row.tail[i]) <= cut)) continue;
    const double loss = plan.full[i] - plan.points[i][static_cast<std::size_t>(row.category[i])];
    if (!(decision_value(loss) >= decision_value(plan.least_loss[i]))) continue;
    if (kept.empty()) kept = benjamini_hochberg(row.tail, plan.flags.false_discovery);
    if (kept[i] == 0) continue;
    row.flags.push_back(
        {.person = person,
         .item = static_cast<std::int32_t>(i),
         .tail = row.tail[i],
         .expected = row.expected[i],
         .loss = loss,
         .borderline = evaluation::is_borderline(row.tail[i], plan.flags.tail) || evaluation::is_borderline(loss, plan.least_loss[i])});
  }
  std::sort(row.flags.begin(), row.flags.end(), [](const Flag& a, const Flag& b) {
    const double x = decision_value(a.tail);
    const double y = decision_value(b.tail);
    if (x != y) return x < y;
    if (a.loss != b.loss) return a.loss > b.loss;
    return a.item < b.item;
  });
  if (row.flags.size() > static_cast<std::size_t>(plan.flags.most)) row.flags.resize(static_cast<std::size_t>(plan.flags.most));
}

void write_row(const Plan& plan, std::int64_t person, Row& row, GainLoss& out) {
  set_flags(plan, person, row);
  double points_sum = 0.0;
  double expected_sum = 0.0;
  bool any = false;
  bool any_expected = false;
  for (std::size_t i = 0; i < plan.n_items(); ++i) {
    const std::size_t cell = out.cell(person, static_cast<std::int64_t>(i));
    if (row.category[i] < 0) {
      out.points[cell] = static_cast<float>(kNaN);
      out.expected[cell] = static_cast<float>(kNaN);
      out.outcomes[cell] = Outcome::kNotCounted;
      if (!out.tail.empty()) out.tail[cell] = static_cast<float>(kNaN);
      continue;
    }
    const double points = plan.points[i][static_cast<std::size_t>(row.category[i])];
    const bool expected = !std::isnan(row.expected[i]);
    points_sum += points;
    any = true;
    if (expected) {
      expected_sum += row.expected[i];
      any_expected = true;
    }
    out.points[cell] = static_cast<float>(points);
    out.expected[cell] = static_cast<float>(row.expected[i]);
    if (!out.tail.empty()) out.tail[cell] = static_cast<float>(row.tail[i]);
    const bool full = plan.nothing_lost[i][static_cast<std::size_t>(row.category[i])] != 0;
    out.outcomes[cell] = full ? Outcome::kFullMarks : expected ? Outcome::kLossAsExpected : Outcome::kLoss;
  }
  for (const Flag& f : row.flags) out.outcomes[out.cell(person, f.item)] = Outcome::kLossToReview;
  const auto at = static_cast<std::size_t>(person);
  out.total_points[at] = any ? points_sum : kNaN;
  out.total_expected[at] = any_expected ? expected_sum : kNaN;
  out.ability[at] = row.ability;
  out.ability_sd[at] = row.ability_sd;
}

/// Gains and losses alone.
inline Result<void> without_predictor(const Plan& plan, const ExecutionContext& context, GainLoss& out) {
  const std::int64_t n_blocks = block_count(out.n_persons);
  const int n_workers = worker_count(n_blocks, context);
  std::vector<Row> rows(static_cast<std::size_t>(n_workers));
  return run_blocks(n_blocks, n_workers, context, [&](std::int64_t block, int worker) {
    Row& row = rows[static_cast<std::size_t>(worker)];
    for (std::int64_t j = block * kBlockRows; j < std::min(out.n_persons, (block + 1) * kBlockRows); ++j) {
      read_row(plan, j, row);
      write_row(plan, j, row, out);
    }
  });
}

inline Error length_error(const char* name, std::size_t actual, std::int64_t expected) {
  return make_error(Code::kLengthMismatch, {},
                    {{"name", name}, {"actual", std::to_string(actual)}, {"expected", std::to_string(expected)}});
}

}  // namespace gain_loss_detail

std::string_view outcome_name(Outcome outcome) {
  return gain_loss_detail::kOutcomeNames[static_cast<std::size_t>(outcome)];
}

std::string_view cause_source_name(CauseSource source) {
  return gain_loss_detail::kCauseNames[static_cast<std::size_t>(source)];
}

Cause cause_of(const evaluation::Paper& paper, std::int64_t person, std::int64_t item) {
  const Item& of = paper.items[static_cast<std::size_t>(item)];
  const std::uint8_t scored = paper.scored.at(person, item);
  if (!is_missing(scored) && evaluation::decision_value(of.full_mark - of.score(scored)) <= 0.0) return {};  // nothing lost, no cause
  if (!paper.error_codes.empty()) {
    const std::int32_t code = paper.error_codes[static_cast<std::size_t>(person * paper.scored.n_items() + item)];
    if (code >= 0)
      return {.source = CauseSource::kErrorCode,
              .code = code,
              .text = static_cast<std::size_t>(code) < paper.error_code_names.size()
                          ? paper.error_code_names[static_cast<std::size_t>(code)]
                          : std::string()};
  }
  if (paper.raw.has_value()) {
    const std::uint8_t option = paper.raw->at(person, item);
    if (!is_missing(option))
      return {.source = CauseSource::kOption,
              .code = option,
              .text = option < of.option_notes.size() ? of.option_notes[option] : std::string()};
  }
  return {};
}

std::span<const Flag> GainLoss::flags_of(std::int64_t person) const {
  const auto first = std::partition_point(flags.begin(), flags.end(), [&](const Flag& f) { return f.person < person; });
  const auto last = std::partition_point(first, flags.end(), [&](const Flag& f) { return f.person <= person; });
  return std::span<const Flag>(flags).subspan(static_cast<std::size_t>(first - flags.begin()), static_cast<std::size_t>(last - first));
}

std::vector<std::uint8_t> benjamini_hochberg(std::span<const double> p_values, double rate) {
  using evaluation::decision_value;
  std::vector<double> ordered;
  for (const double p : p_values)
    if (!std::isnan(p)) ordered.push_back(decision_value(p));
  std::sort(ordered.begin(), ordered.end());
  const auto n = static_cast<double>(ordered.size());
  double cut = -1.0;
  for (std::size_t r = ordered.size(); r > 0 && cut < 0.0; --r)
    if (ordered[r - 1] <= decision_value(rate * static_cast<double>(r) / n)) cut = ordered[r - 1];
  std::vector<std::uint8_t> out(p_values.size(), 0);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = decision_value(p_values[i]) <= cut ? 1 : 0;  // NaN compares false
  return out;
}

Result<GainLoss> item_gain_loss(const evaluation::Paper& paper, std::span<const std::uint8_t> counted, const Predictor& predictor,
                                const evaluation::Profile& profile, const GainLossOptions& options, const ExecutionContext& context) {
  using gain_loss_detail::length_error;
  GainLoss out;
  out.n_persons = paper.scored.n_persons();
  out.n_items = paper.scored.n_items();
  if (static_cast<std::int64_t>(counted.size()) != out.n_persons) return length_error("counted", counted.size(), out.n_persons);
  if (static_cast<std::int64_t>(paper.items.size()) != out.n_items) return length_error("items", paper.items.size(), out.n_items);
  const bool predicts = predictor.kind != PredictorKind::kNone;
  if (predicts && static_cast<std::int64_t>(predictor.items.size()) != out.n_items)
    return length_error("predictor.items", predictor.items.size(), out.n_items);
  if (!paper.error_codes.empty() && static_cast<std::int64_t>(paper.error_codes.size()) != out.n_persons * out.n_items)
    return length_error("error_codes", paper.error_codes.size(), out.n_persons * out.n_items);

  const gain_loss_detail::Plan plan = gain_loss_detail::make_plan(paper, counted, predictor, profile);
  std::int64_t n_counted = 0;
  for (const std::uint8_t p : plan.pupils) n_counted += p;
  const auto cells = static_cast<std::size_t>(out.n_persons * out.n_items);
  const auto persons = static_cast<std::size_t>(out.n_persons);
  out.points.resize(cells);
  out.expected.resize(cells);
  out.outcomes.resize(cells);
  if (options.keep_tails && predicts) out.tail.resize(cells);
  for (auto* v : {&out.total_points, &out.total_expected, &out.ability, &out.ability_sd}) v->assign(persons, gain_loss_detail::kNaN);
  out.expected_sd.assign(static_cast<std::size_t>(out.n_items), static_cast<float>(gain_loss_detail::kNaN));
  out.predictor = predictor.kind;
  if (!predicts) {
    out.findings.push_back(make_finding(Severity::kNote, Code::kNoExpectedScore, {},
                                        {{"paper", paper.name.empty() ? paper.id : paper.name},
                                         {"n", std::to_string(n_counted)},
                                         {"items", std::to_string(out.n_items)},
                                         {"least_n", std::to_string(profile.expectation.least_pupils)},
                                         {"least_items", std::to_string(profile.expectation.least_items)}}));
    if (auto done = gain_loss_detail::without_predictor(plan, context, out); !done) return done.error();
    return out;
  }
  out.findings = predictor.findings;
  // only where the working model was fitted to these pupils can one of them be taken out
  out.leave_one_out = predictor.kind == PredictorKind::kWorkingModel && predictor.n_used == n_counted &&
                      n_counted < profile.expectation.leave_one_out_below;
  if (auto done = out.leave_one_out ? gain_loss_detail::predict_left_out(plan, profile.expectation, context, out)
                                    : gain_loss_detail::predict_all(plan, context, out);
      !done)
    return done.error();
  return out;
}

}  // namespace celadon::inline CELADON_ABI::feedback
