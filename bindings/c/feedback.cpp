#include "feedback_common.hpp"

#include <limits>

using namespace celadon_c;

namespace fb = celadon::feedback;

struct celadon_feedback_pupil_levels_result {
  fb::PupilLevels value;
  celadon::Table table;
};
struct celadon_feedback_predictor {
  fb::Predictor value;
};

namespace {

celadon::Table levels_table(const fb::PupilLevels& levels, const celadon::evaluation::Profile& profile) {
  std::vector<std::int64_t> row;
  std::vector<double> total, attainable, share, lower, upper;
  std::vector<std::string> level, level_lower, level_upper;
  std::vector<std::uint8_t> counted, complete, rough, borderline, has_level, has_lower, has_upper;
  const auto put = [&](int index, std::vector<std::string>& ids, std::vector<std::uint8_t>& valid) {
    ids.push_back(index < 0 ? std::string() : profile.levels[static_cast<std::size_t>(index)].id);
    valid.push_back(index < 0 ? 0 : 1);
  };
  for (const fb::PupilLevel& one : levels.pupils) {
    row.push_back(static_cast<std::int64_t>(row.size()) + 1);
    counted.push_back(one.counted ? 1 : 0);
    complete.push_back(one.complete ? 1 : 0);
    total.push_back(one.total);
    attainable.push_back(one.attainable);
    share.push_back(one.share);
    put(one.level, level, has_level);
    lower.push_back(one.true_lower);
    upper.push_back(one.true_upper);
    put(one.level_lower, level_lower, has_lower);
    put(one.level_upper, level_upper, has_upper);
    rough.push_back(one.rough ? 1 : 0);
    borderline.push_back(one.borderline ? 1 : 0);
  }
  celadon::Table table("pupil_levels");
  table.add("row", std::move(row)).add_boolean("counted", std::move(counted)).add_boolean("complete", std::move(complete));
  table.add("total", std::move(total)).add("attainable", std::move(attainable)).add("share", std::move(share));
  table.add("level", std::move(level), std::move(has_level)).add("true_lower", std::move(lower)).add("true_upper", std::move(upper));
  table.add("level_lower", std::move(level_lower), std::move(has_lower)).add("level_upper", std::move(level_upper), std::move(has_upper));
  table.add_boolean("rough", std::move(rough)).add_boolean("borderline", std::move(borderline));
  return table;
}

void check_item_count(const celadon::Responses& scored, const celadon::Items& items) {
  if (static_cast<std::int64_t>(items.size()) != scored.n_items())
    refuse(
        celadon::make_error(celadon::Code::kLengthMismatch, {},
                            {{"name", "items"}, {"actual", std::to_string(items.size())}, {"expected", std::to_string(scored.n_items())}}));
}

template <class T, class Out>
void copy_or_none(const std::vector<T>& values, Out* out, std::int64_t n, Out none) {
  if (out == nullptr) return;
  if (values.empty())
    std::fill(out, out + n, none);
  else
    std::transform(values.begin(), values.end(), out, [](const T& one) { return static_cast<Out>(one); });
}

}  // namespace

std::vector<std::uint8_t> celadon_c::counted_of(const std::uint8_t* counted, std::int64_t n_counted, std::int64_t n_persons) {
  if (counted == nullptr) return std::vector<std::uint8_t>(static_cast<std::size_t>(n_persons), 1);
  const auto given = span_of(counted, n_counted, "counted");
  if (n_counted != n_persons)
    refuse(celadon::make_error(celadon::Code::kLengthMismatch, {},
                               {{"name", "counted"}, {"actual", std::to_string(n_counted)}, {"expected", std::to_string(n_persons)}}));
  return std::vector<std::uint8_t>(given.begin(), given.end());
}

extern "C" {

celadon_status celadon_feedback_pupil_levels(const celadon_paper* paper, const celadon_profile* profile, const celadon_execution* execution,
                                             celadon_feedback_pupil_levels_result** out, celadon_error* error) {
  if (out != nullptr) *out = nullptr;
  return guard(error, [&] {
    need(out, "out");
    const Execution run(execution);
    auto value = unwrap(fb::pupil_levels(need(paper, "paper").value, profile_of(profile), run.context()));
    auto table = levels_table(value, profile_of(profile));
    *out = new celadon_feedback_pupil_levels_result{std::move(value), std::move(table)};
  });
}
CELADON_C_DESTROY(celadon_feedback_pupil_levels_result)
CELADON_C_FINDINGS(celadon_feedback_pupil_levels_result)

celadon_status celadon_feedback_pupil_levels_result_values(const celadon_feedback_pupil_levels_result* result,
                                                           celadon_feedback_pupil_levels_values* out, celadon_error* error) {
  return guard(error, [&] {
    const fb::PupilLevels& value = need(result, "result").value;
    celadon_feedback_pupil_levels_values values{};
    values.n_persons = static_cast<int64_t>(value.pupils.size());
    values.n_counted = value.n_counted;
    values.n_status = value.n_status;
    values.n_empty = value.n_empty;
    hand_out(out, values, "out");
  });
}
celadon_status celadon_feedback_pupil_levels_result_table(const celadon_feedback_pupil_levels_result* result, celadon_table** out,
                                                          celadon_error* error) {
  return produce(out, error, [&] { return need(result, "result").table; });
}
celadon_status celadon_feedback_pupil_levels_result_counted(const celadon_feedback_pupil_levels_result* result, uint8_t* out,
                                                            int64_t capacity, celadon_error* error) {
  return guard(error, [&] {
    const auto& pupils = need(result, "result").value.pupils;
    check_capacity(capacity, static_cast<int64_t>(pupils.size()), "out");
    if (!pupils.empty()) need(out, "out");
    std::transform(pupils.begin(), pupils.end(), out, [](const auto& one) { return one.counted ? std::uint8_t{1} : std::uint8_t{0}; });
  });
}

celadon_status celadon_feedback_fit_working_model(const celadon_responses* scored, const celadon_items* items, const uint8_t* counted,
                                                  int64_t n_counted, const celadon_profile* profile, const celadon_execution* execution,
                                                  celadon_feedback_predictor** out, celadon_error* error) {
  return produce(out, error, [&] {
    const Execution run(execution);
    const celadon::Responses& cells = need(scored, "scored").value;
    const celadon::Items& known = need(items, "items").value;
    check_item_count(cells, known);
    const auto flags = counted_of(counted, n_counted, cells.n_persons());
    const celadon::evaluation::Profile& rules = profile_of(profile);
    return unwrap(fb::fit_working_model({&cells, &known, flags, rules.missing}, rules.expectation, run.context()));
  });
}
celadon_status celadon_feedback_predictor_from_model(const celadon_irt_model* model, const celadon_responses* scored,
                                                     const celadon_items* items, double n_persons, celadon_feedback_predictor** out,
                                                     celadon_error* error) {
  return produce(out, error, [&] {
    const celadon::Responses& cells = need(scored, "scored").value;
    const celadon::Items& known = need(items, "items").value;
    check_item_count(cells, known);
    if (!(n_persons > 0.0)) refuse("n_persons", "not positive");
    return unwrap(fb::predictor_from_model(need(model, "model").value, cells, known, n_persons));
  });
}
CELADON_C_DESTROY(celadon_feedback_predictor)
CELADON_C_FINDINGS(celadon_feedback_predictor)

celadon_status celadon_feedback_predictor_get(const celadon_feedback_predictor* predictor, celadon_feedback_predictor_values* out,
                                              celadon_error* error) {
  return guard(error, [&] {
    const fb::Predictor& value = need(predictor, "predictor").value;
    celadon_feedback_predictor_values values{};
    values.kind = static_cast<int32_t>(value.kind);
    values.n_used = value.n_used;
    values.common_slope = value.common_slope;
    values.iterations = value.iterations;
    values.converged = value.converged ? 1 : 0;
    hand_out(out, values, "out");
  });
}

celadon_status celadon_feedback_item_gain_loss(const celadon_paper* paper, const uint8_t* counted, int64_t n_counted,
                                               const celadon_feedback_predictor* predictor, const celadon_profile* profile,
                                               int32_t keep_tails, const celadon_execution* execution,
                                               celadon_feedback_item_gain_loss_result** out, celadon_error* error) {
  return produce(out, error, [&] {
    const Execution run(execution);
    const auto& sat = need(paper, "paper").value;
    const auto flags = counted_of(counted, n_counted, sat.scored.n_persons());
    fb::GainLossOptions options;
    options.keep_tails = keep_tails != 0;
    static const fb::Predictor kNoPredictor;
    return unwrap(fb::item_gain_loss(sat, flags, predictor == nullptr ? kNoPredictor : predictor->value, profile_of(profile), options,
                                     run.context()));
  });
}
CELADON_C_DESTROY(celadon_feedback_item_gain_loss_result)
CELADON_C_FINDINGS(celadon_feedback_item_gain_loss_result)

celadon_status celadon_feedback_item_gain_loss_result_values(const celadon_feedback_item_gain_loss_result* result,
                                                             celadon_feedback_item_gain_loss_values* out, celadon_error* error) {
  return guard(error, [&] {
    const fb::GainLoss& value = need(result, "result").value;
    celadon_feedback_item_gain_loss_values values{};
    values.predictor = static_cast<int32_t>(value.predictor);
    values.leave_one_out = value.leave_one_out ? 1 : 0;
    values.has_tails = value.tail.empty() ? 0 : 1;
    values.n_persons = value.n_persons;
    values.n_items = value.n_items;
    values.n_flags = static_cast<int64_t>(value.flags.size());
    hand_out(out, values, "out");
  });
}
celadon_status celadon_feedback_item_gain_loss_result_cells(const celadon_feedback_item_gain_loss_result* result, float* points,
                                                            float* expected, float* tail, uint8_t* outcome, int64_t capacity,
                                                            celadon_error* error) {
  return guard(error, [&] {
    const fb::GainLoss& value = need(result, "result").value;
    const std::int64_t n = value.n_persons * value.n_items;
    check_capacity(capacity, n, "points");
    constexpr float kUnknown = std::numeric_limits<float>::quiet_NaN();
    copy_or_none(value.points, points, n, kUnknown);
    copy_or_none(value.expected, expected, n, kUnknown);
    copy_or_none(value.tail, tail, n, kUnknown);
    copy_or_none(value.outcomes, outcome, n, std::uint8_t{0});
  });
}
celadon_status celadon_feedback_item_gain_loss_result_persons(const celadon_feedback_item_gain_loss_result* result, double* total_points,
                                                              double* total_expected, double* ability, double* ability_sd, int64_t capacity,
                                                              celadon_error* error) {
  return guard(error, [&] {
    const fb::GainLoss& value = need(result, "result").value;
    check_capacity(capacity, value.n_persons, "total_points");
    copy_or_none(value.total_points, total_points, value.n_persons, kNone);
    copy_or_none(value.total_expected, total_expected, value.n_persons, kNone);
    copy_or_none(value.ability, ability, value.n_persons, kNone);
    copy_or_none(value.ability_sd, ability_sd, value.n_persons, kNone);
  });
}
celadon_status celadon_feedback_item_gain_loss_result_flags(const celadon_feedback_item_gain_loss_result* result, celadon_table** out,
                                                            celadon_error* error) {
  return produce(out, error, [&] {
    std::vector<std::int64_t> row, item;
    std::vector<double> tail, expected, loss;
    std::vector<std::uint8_t> borderline;
    for (const fb::Flag& one : need(result, "result").value.flags) {
      row.push_back(one.person);
      item.push_back(one.item);
      tail.push_back(one.tail);
      expected.push_back(one.expected);
      loss.push_back(one.loss);
      borderline.push_back(one.borderline ? 1 : 0);
    }
    celadon::Table table("flags");
    table.add("row", std::move(row)).add("item", std::move(item)).add("tail", std::move(tail)).add("expected", std::move(expected));
    table.add("loss", std::move(loss)).add_boolean("borderline", std::move(borderline));
    return table;
  });
}

celadon_status celadon_feedback_benjamini_hochberg(const double* p_values, int64_t n, double rate, uint8_t* out, celadon_error* error) {
  return guard(error, [&] {
    const auto kept = fb::benjamini_hochberg(span_of(p_values, n, "p_values"), rate);
    if (!kept.empty()) need(out, "out");
    std::copy(kept.begin(), kept.end(), out);
  });
}
celadon_status celadon_feedback_wilson_interval(double share, double n, double confidence, double* lower, double* upper,
                                                celadon_error* error) {
  return guard(error, [&] {
    if (!(share >= 0.0 && share <= 1.0)) refuse("share", "not between 0 and 1");
    if (!(n > 0.0)) refuse("n", "not positive");
    if (!(confidence > 0.0 && confidence < 1.0)) refuse("confidence", "not between 0 and 1");
    const fb::ShareInterval interval = fb::wilson_interval(share, n, confidence);
    if (lower != nullptr) *lower = interval.lower;
    if (upper != nullptr) *upper = interval.upper;
  });
}

}  // extern "C"
