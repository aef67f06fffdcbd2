#include "ctt_common.hpp"

#include <celadon/models/ctt/distractors.hpp>
#include <celadon/models/ctt/exam_statistics.hpp>
#include <celadon/models/ctt/grade_scaling.hpp>
#include <celadon/models/ctt/score_distribution.hpp>
#include <celadon/models/ctt/sp_table.hpp>

#include <algorithm>

using namespace celadon_c;

struct celadon_ctt_distractors_result {
  celadon::ctt::Distractors value;
};
struct celadon_ctt_exam_statistics_result {
  celadon::ctt::ExamStatistics value;
};
struct celadon_ctt_score_distribution_result {
  celadon::ctt::ScoreDistribution value;
};
struct celadon_ctt_grade_scaling_result {
  celadon::ctt::GradeScaling value;
};
struct celadon_ctt_sp_table_result {
  celadon::ctt::SpTable value;
};

namespace {

celadon_ctt_distractors_options default_distractors() {
  const celadon::ctt::DistractorOptions library;
  celadon_ctt_distractors_options options{};
  options.struct_size = sizeof options;
  options.scoring = default_scoring();
  options.n_groups = library.n_groups;
  options.rare_share = library.rare_share;
  return options;
}

celadon_ctt_exam_statistics_options default_exam_statistics() {
  celadon_ctt_exam_statistics_options options{};
  options.struct_size = sizeof options;
  options.scoring = default_scoring();
  return options;
}

celadon_ctt_score_distribution_options default_score_distribution() {
  celadon_ctt_score_distribution_options options{};
  options.struct_size = sizeof options;
  options.skew_type = static_cast<int32_t>(celadon::ctt::DistributionOptions().skew_type);
  return options;
}

celadon_ctt_grade_scaling_profile default_profile() {
  const celadon::ctt::GradeScalingProfile library;
  celadon_ctt_grade_scaling_profile profile{};
  profile.struct_size = sizeof profile;
  profile.ties = static_cast<int32_t>(library.ties);
  profile.rounding = static_cast<int32_t>(library.rounding);
  profile.single_value = static_cast<int32_t>(library.single_value);
  return profile;
}

celadon_ctt_sp_table_options default_sp_table() {
  const celadon::ctt::SpOptions library;
  celadon_ctt_sp_table_options options{};
  options.struct_size = sizeof options;
  options.min_items = library.min_items;
  options.min_persons = library.min_persons;
  options.n_simulations = library.n_simulations;
  options.right_from_share = library.right_from_share;
  options.seed = library.seed;
  return options;
}

}  // namespace

extern "C" {

void celadon_ctt_distractors_options_init(celadon_ctt_distractors_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_distractors());
}
celadon_status celadon_ctt_distractors(const celadon_responses* responses, const celadon_items* items, const celadon_sample* sample,
                                       const celadon_ctt_distractors_options* options, const celadon_execution* execution,
                                       celadon_ctt_distractors_result** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto given = sized(options, default_distractors(), "options");
    celadon::ctt::DistractorOptions known;
    known.scoring = scoring(given.scoring);
    const auto key = span_of(given.key, given.n_key, "key");
    known.key.assign(key.begin(), key.end());
    known.n_groups = given.n_groups;
    known.rare_share = given.rare_share;
    return analyse(celadon::ctt::distractors, responses, items, sample, known, execution);
  });
}
CELADON_C_DESTROY(celadon_ctt_distractors_result)
CELADON_C_TABLE(celadon_ctt_distractors_result, table, result.to_table())
CELADON_C_FINDINGS(celadon_ctt_distractors_result)

void celadon_ctt_exam_statistics_options_init(celadon_ctt_exam_statistics_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_exam_statistics());
}
celadon_status celadon_ctt_exam_statistics(const celadon_responses* responses, const celadon_items* items, const celadon_sample* sample,
                                           const celadon_ctt_exam_statistics_options* options, const celadon_execution* execution,
                                           celadon_ctt_exam_statistics_result** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto given = sized(options, default_exam_statistics(), "options");
    celadon::ctt::ExamStatisticsOptions known;
    known.scoring = scoring(given.scoring);
    if (given.n_rates < 0 || (given.rates == nullptr && given.n_rates > 0)) refuse("rates", "NULL with a size, or a negative size");
    for (int64_t i = 0; i < given.n_rates; ++i) {
      const auto rate = element(given.rates, i, celadon_ctt_rate_cut{}, "rates");
      known.rates.push_back({text_or_empty(rate.id), rate.share_of_full, enumerator<celadon::ctt::RateCut::Side>(rate.below, 2, "below")});
    }
    const auto unit = span_of(given.unit, given.n_unit, "unit");
    known.unit.assign(unit.begin(), unit.end());
    known.unit_ids = texts(given.unit_ids, given.n_unit_ids, "unit_ids");
    return analyse(celadon::ctt::exam_statistics, responses, items, sample, known, execution);
  });
}
CELADON_C_DESTROY(celadon_ctt_exam_statistics_result)
CELADON_C_TABLE(celadon_ctt_exam_statistics_result, table, result.to_table())
CELADON_C_TABLE(celadon_ctt_exam_statistics_result, content_table, result.content_table())
CELADON_C_FINDINGS(celadon_ctt_exam_statistics_result)

void celadon_ctt_score_distribution_options_init(celadon_ctt_score_distribution_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_score_distribution());
}
celadon_status celadon_ctt_score_distribution(const double* scores, int64_t n_scores, const double* weights,
                                              const celadon_ctt_score_distribution_options* options,
                                              celadon_ctt_score_distribution_result** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto given = sized(options, default_score_distribution(), "options");
    celadon::ctt::DistributionOptions known;
    if (given.skew_type < 1 || given.skew_type > 3) refuse("skew_type", "1, 2 or 3");
    known.skew_type = static_cast<celadon::ctt::SkewType>(given.skew_type);
    if (given.probabilities != nullptr) {
      const auto probabilities = span_of(given.probabilities, given.n_probabilities, "probabilities");
      known.probabilities.assign(probabilities.begin(), probabilities.end());
    }
    return unwrap(celadon::ctt::score_distribution(span_of(scores, n_scores, "scores"),
                                                   span_of(weights, weights == nullptr ? 0 : n_scores, "weights"), known));
  });
}
CELADON_C_DESTROY(celadon_ctt_score_distribution_result)
CELADON_C_TABLE(celadon_ctt_score_distribution_result, table, result.to_table())
CELADON_C_TABLE(celadon_ctt_score_distribution_result, summary_table, result.summary_table())

celadon_status celadon_ctt_quantile(const double* values, int64_t n, double probability, double* out, celadon_error* error) {
  return guard(error, [&] {
    if (!(probability >= 0.0 && probability <= 1.0)) refuse("probability", "outside [0, 1]");
    need(out, "out") = celadon::ctt::quantile(span_of(values, n, "values"), probability);
  });
}

void celadon_ctt_grade_scaling_profile_init(celadon_ctt_grade_scaling_profile* profile, uint32_t struct_size) {
  initialise(profile, struct_size, default_profile());
}
celadon_status celadon_ctt_grade_scaling(const double* raw, int64_t n, const celadon_ctt_grade_scaling_profile* profile,
                                         celadon_ctt_grade_scaling_result** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto given = sized(&need(profile, "profile"), default_profile(), "profile");
    celadon::ctt::GradeScalingProfile known;
    known.id = text_or_empty(given.id);
    known.source = text_or_empty(given.source);
    if (given.n_bands < 0 || (given.bands == nullptr && given.n_bands > 0)) refuse("bands", "NULL with a size, or a negative size");
    for (int64_t i = 0; i < given.n_bands; ++i) {
      const auto band = element(given.bands, i, celadon_ctt_grade_band{}, "bands");
      known.bands.push_back({text_or_empty(band.grade), band.share, band.t_min, band.t_max});
    }
    known.ties = enumerator<celadon::ctt::CutTies>(given.ties, 3, "ties");
    known.rounding = enumerator<celadon::ctt::ScaledRounding>(given.rounding, 2, "rounding");
    known.single_value = enumerator<celadon::ctt::SingleValue>(given.single_value, 3, "single_value");
    return unwrap(celadon::ctt::grade_scaling(span_of(raw, n, "raw"), known));
  });
}
celadon_status celadon_ctt_grade_scaling_result_scores(const celadon_ctt_grade_scaling_result* result, double* scaled, int32_t* grade,
                                                       int64_t capacity, celadon_error* error) {
  return guard(error, [&] {
    const auto& r = need(result, "result").value;
    check_capacity(capacity, static_cast<int64_t>(r.scaled.size()), "scaled");
    if (r.scaled.empty()) return;
    std::copy(r.scaled.begin(), r.scaled.end(), &need(scaled, "scaled"));
    if (grade != nullptr) std::copy(r.grade.begin(), r.grade.end(), grade);
  });
}
CELADON_C_DESTROY(celadon_ctt_grade_scaling_result)
CELADON_C_TABLE(celadon_ctt_grade_scaling_result, table, result.to_table())
CELADON_C_TABLE(celadon_ctt_grade_scaling_result, conversion_table, result.conversion_table())
CELADON_C_FINDINGS(celadon_ctt_grade_scaling_result)

void celadon_ctt_sp_table_options_init(celadon_ctt_sp_table_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_sp_table());
}
celadon_status celadon_ctt_sp_table(const celadon_responses* responses, const celadon_items* items, const celadon_sample* sample,
                                    const celadon_ctt_sp_table_options* options, const celadon_execution* execution,
                                    celadon_ctt_sp_table_result** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto given = sized(options, default_sp_table(), "options");
    celadon::ctt::SpOptions known;
    known.missing = missing_policy(given.not_administered, given.not_reached, given.omitted, given.invalid);
    known.right_from_share = given.right_from_share;
    known.min_items = given.min_items;
    known.min_persons = given.min_persons;
    known.n_simulations = given.n_simulations;
    known.seed = given.seed;
    return analyse(celadon::ctt::sp_table, responses, items, sample, known, execution);
  });
}
CELADON_C_DESTROY(celadon_ctt_sp_table_result)
CELADON_C_TABLE(celadon_ctt_sp_table_result, persons_table, result.persons_table())
CELADON_C_TABLE(celadon_ctt_sp_table_result, items_table, result.items_table())
CELADON_C_TABLE(celadon_ctt_sp_table_result, cells_table, result.cells_table())
CELADON_C_FINDINGS(celadon_ctt_sp_table_result)

}  // extern "C"
