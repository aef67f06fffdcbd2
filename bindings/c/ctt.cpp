#include "ctt_common.hpp"

#include <celadon/models/ctt/conditional_sem.hpp>
#include <celadon/models/ctt/item_analysis.hpp>
#include <celadon/models/ctt/one_factor.hpp>
#include <celadon/models/ctt/reliability.hpp>
#include <celadon/models/ctt/score_moments.hpp>

#include <algorithm>
#include <limits>

using namespace celadon_c;

struct celadon_ctt_test_scores_result {
  celadon::ctt::TestScores value;
};
struct celadon_ctt_item_analysis_result {
  celadon::ctt::ItemAnalysis value;
};
struct celadon_ctt_score_moments_result {
  celadon::ctt::ScoreMoments value;
};
struct celadon_ctt_reliability_result {
  celadon::ctt::Reliability value;
};
struct celadon_ctt_stratified_alpha_result {
  celadon::ctt::StratifiedAlpha value;
};
struct celadon_ctt_conditional_sem_result {
  celadon::ctt::ConditionalSem value;
};

namespace {

celadon_ctt_item_analysis_options default_item_analysis() {
  const celadon::ctt::ItemAnalysisOptions library;
  celadon_ctt_item_analysis_options options{};
  options.struct_size = sizeof options;
  options.scoring = default_scoring();
  options.overlap_corrected = library.overlap_corrected ? 1 : 0;
  options.group_share = library.group_share;
  options.fractional_groups = static_cast<int32_t>(library.group_ties);
  return options;
}

celadon_ctt_reliability_options default_reliability() {
  const celadon::ctt::ReliabilityOptions library;
  celadon_ctt_reliability_options options{};
  options.struct_size = sizeof options;
  options.scoring = default_scoring();
  options.lambda_scale = static_cast<int32_t>(library.lambda_scale);
  options.confidence = library.confidence;
  options.lambda4_starts = library.lambda4_starts;
  options.seed = library.seed;
  return options;
}

celadon::ctt::ReliabilityOptions reliability_options(const celadon_ctt_reliability_options* given) {
  const auto known = sized(given, default_reliability(), "options");
  celadon::ctt::ReliabilityOptions out;
  out.scoring = scoring(known.scoring);
  out.confidence = known.confidence;
  out.lambda_scale = enumerator<celadon::ctt::LambdaScale>(known.lambda_scale, 2, "lambda_scale");
  out.lambda4_starts = known.lambda4_starts;
  out.seed = known.seed;
  return out;
}

celadon_ctt_conditional_sem_options default_conditional_sem() {
  const celadon::ctt::ConditionalSemOptions library;
  celadon_ctt_conditional_sem_options options{};
  options.struct_size = sizeof options;
  options.scoring = default_scoring();
  options.method = static_cast<int32_t>(library.method);
  options.reliability = library.reliability;
  return options;
}

// A caller's k x k matrix.
std::span<const double> square(const double* matrix, int64_t k) {
  if (k < 0 || k > 1000000) refuse("k", "not a number of variables");
  return span_of(matrix, k * k, "correlation");
}

}  // namespace

extern "C" {

void celadon_sample_init(celadon_sample* sample, uint32_t struct_size) {
  initialise(sample, struct_size, celadon_sample{});
}
void celadon_ctt_scoring_options_init(celadon_ctt_scoring_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_scoring());
}

celadon_status celadon_ctt_test_scores(const celadon_responses* responses, const celadon_items* items, const celadon_sample* sample,
                                       const celadon_ctt_scoring_options* options, const celadon_execution* execution,
                                       celadon_ctt_test_scores_result** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto known = scoring(sized(options, default_scoring(), "options"));
    return analyse(celadon::ctt::test_scores, responses, items, sample, known, execution);
  });
}
celadon_status celadon_ctt_test_scores_result_values(const celadon_ctt_test_scores_result* result, celadon_ctt_test_scores_values* out,
                                                     celadon_error* error) {
  return guard(error, [&] {
    const auto& r = need(result, "result").value;
    celadon_ctt_test_scores_values values{};
    values.same_paper = r.same_paper ? 1 : 0;
    values.full_mark = r.full_mark;
    values.n_used = r.n_used;
    values.n_dropped = r.n_dropped;
    hand_out(out, values, "out");
  });
}
celadon_status celadon_ctt_test_scores_result_totals(const celadon_ctt_test_scores_result* result, double* out, int64_t capacity,
                                                     celadon_error* error) {
  return guard(error, [&] {
    const auto& totals = need(result, "result").value.total;
    check_capacity(capacity, static_cast<int64_t>(totals.size()), "out");
    if (!totals.empty()) std::copy(totals.begin(), totals.end(), &need(out, "out"));
  });
}
CELADON_C_DESTROY(celadon_ctt_test_scores_result)
CELADON_C_TABLE(celadon_ctt_test_scores_result, table, result.to_table())
CELADON_C_FINDINGS(celadon_ctt_test_scores_result)

void celadon_ctt_item_analysis_options_init(celadon_ctt_item_analysis_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_item_analysis());
}
celadon_status celadon_ctt_item_analysis(const celadon_responses* responses, const celadon_items* items, const celadon_sample* sample,
                                         const celadon_ctt_item_analysis_options* options, const celadon_execution* execution,
                                         celadon_ctt_item_analysis_result** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto given = sized(options, default_item_analysis(), "options");
    celadon::ctt::ItemAnalysisOptions known;
    known.scoring = scoring(given.scoring);
    known.group_share = given.group_share;
    known.group_ties = enumerator<celadon::ctt::GroupTies>(given.fractional_groups, 2, "fractional_groups");
    known.overlap_corrected = given.overlap_corrected != 0;
    return analyse(celadon::ctt::item_analysis, responses, items, sample, known, execution);
  });
}
celadon_status celadon_ctt_item_analysis_result_values(const celadon_ctt_item_analysis_result* result,
                                                       celadon_ctt_item_analysis_values* out, celadon_error* error) {
  return guard(error, [&] {
    const auto& r = need(result, "result").value;
    celadon_ctt_item_analysis_values values{};
    values.full_mark = r.full_mark;
    values.total_mean = r.total_mean;
    values.total_sd = r.total_sd;
    values.n_used = r.n_used;
    values.n_dropped = r.n_dropped;
    values.n_effective = r.n_effective;
    hand_out(out, values, "out");
  });
}
CELADON_C_DESTROY(celadon_ctt_item_analysis_result)
CELADON_C_TABLE(celadon_ctt_item_analysis_result, table, result.to_table())
CELADON_C_FINDINGS(celadon_ctt_item_analysis_result)

celadon_status celadon_ctt_score_moments(const celadon_responses* responses, const celadon_items* items, const celadon_sample* sample,
                                         const celadon_ctt_scoring_options* options, const celadon_execution* execution,
                                         celadon_ctt_score_moments_result** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto known = scoring(sized(options, default_scoring(), "options"));
    return analyse(celadon::ctt::score_moments, responses, items, sample, known, execution);
  });
}
CELADON_C_DESTROY(celadon_ctt_score_moments_result)
CELADON_C_TABLE(celadon_ctt_score_moments_result, table, result.to_table())
CELADON_C_FINDINGS(celadon_ctt_score_moments_result)

void celadon_ctt_reliability_options_init(celadon_ctt_reliability_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_reliability());
}
celadon_status celadon_ctt_reliability(const celadon_responses* responses, const celadon_items* items, const celadon_sample* sample,
                                       const celadon_ctt_reliability_options* options, const celadon_execution* execution,
                                       celadon_ctt_reliability_result** out, celadon_error* error) {
  return produce(out, error,
                 [&] { return analyse(celadon::ctt::reliability, responses, items, sample, reliability_options(options), execution); });
}
celadon_status celadon_ctt_reliability_from_moments(const celadon_ctt_score_moments_result* moments,
                                                    const celadon_ctt_reliability_options* options, celadon_ctt_reliability_result** out,
                                                    celadon_error* error) {
  return produce(out, error, [&] {
    return unwrap(celadon::ctt::reliability_from_moments(need(moments, "moments").value, reliability_options(options)));
  });
}
celadon_status celadon_ctt_reliability_result_values(const celadon_ctt_reliability_result* result, celadon_ctt_reliability_values* out,
                                                     celadon_error* error) {
  return guard(error, [&] {
    const auto& r = need(result, "result").value;
    celadon_ctt_reliability_values v{};
    v.n_items = r.n_items;
    v.n_used = r.n_used;
    v.n_dropped = r.n_dropped;
    v.total_mean = r.total_mean;
    v.total_sd = r.total_sd;
    v.alpha = r.alpha;
    v.alpha_standardized = r.alpha_standardized;
    v.alpha_se = r.alpha_se;
    v.alpha_lower = r.alpha_lower;
    v.alpha_upper = r.alpha_upper;
    v.mean_correlation = r.mean_correlation;
    v.kr20 = r.kr20;
    v.kr21 = r.kr21;
    v.lambda1 = r.lambda1;
    v.lambda2 = r.lambda2;
    v.lambda3 = r.lambda3;
    v.lambda4 = r.lambda4;
    v.lambda5 = r.lambda5;
    v.lambda6 = r.lambda6;
    v.omega_total = r.omega_total;
    v.split_half_r = r.split_half_r;
    v.split_half_spearman_brown = r.split_half_spearman_brown;
    v.split_half_rulon = r.split_half_rulon;
    v.sem = r.sem;
    hand_out(out, v, "out");
  });
}
CELADON_C_DESTROY(celadon_ctt_reliability_result)
CELADON_C_TABLE(celadon_ctt_reliability_result, table, result.to_table())
CELADON_C_TABLE(celadon_ctt_reliability_result, items_table, result.items_table())
CELADON_C_FINDINGS(celadon_ctt_reliability_result)

celadon_status celadon_ctt_split_half(const celadon_ctt_score_moments_result* moments, const uint8_t* half, int64_t n_items, double* r,
                                      double* spearman_brown, double* rulon, celadon_error* error) {
  return guard(error, [&] {
    const auto split = unwrap(celadon::ctt::split_half(need(moments, "moments").value, span_of(half, n_items, "half")));
    if (r != nullptr) *r = split.r;
    if (spearman_brown != nullptr) *spearman_brown = split.spearman_brown;
    if (rulon != nullptr) *rulon = split.rulon;
  });
}

celadon_status celadon_ctt_stratified_alpha(const celadon_ctt_score_moments_result* moments, const char* const* stratum_of_item,
                                            int64_t n_items, double single_item_reliability, celadon_ctt_stratified_alpha_result** out,
                                            celadon_error* error) {
  return produce(out, error, [&] {
    const auto strata = texts(stratum_of_item, n_items, "stratum_of_item");
    return unwrap(celadon::ctt::stratified_alpha(need(moments, "moments").value, strata, single_item_reliability));
  });
}
double celadon_ctt_stratified_alpha_result_alpha(const celadon_ctt_stratified_alpha_result* result) {
  return result == nullptr ? std::numeric_limits<double>::quiet_NaN() : result->value.alpha;
}
CELADON_C_DESTROY(celadon_ctt_stratified_alpha_result)
CELADON_C_TABLE(celadon_ctt_stratified_alpha_result, table, result.to_table())
CELADON_C_FINDINGS(celadon_ctt_stratified_alpha_result)

void celadon_ctt_conditional_sem_options_init(celadon_ctt_conditional_sem_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_conditional_sem());
}
celadon_status celadon_ctt_conditional_sem(const celadon_responses* responses, const celadon_items* items, const celadon_sample* sample,
                                           const celadon_ctt_conditional_sem_options* options, const celadon_execution* execution,
                                           celadon_ctt_conditional_sem_result** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto given = sized(options, default_conditional_sem(), "options");
    celadon::ctt::ConditionalSemOptions known;
    known.scoring = scoring(given.scoring);
    known.method = enumerator<celadon::ctt::ConditionalSemMethod>(given.method, 3, "method");
    known.reliability = given.reliability;
    return analyse(celadon::ctt::conditional_sem, responses, items, sample, known, execution);
  });
}
double celadon_ctt_conditional_sem_result_at(const celadon_ctt_conditional_sem_result* result, double x) {
  return result == nullptr ? std::numeric_limits<double>::quiet_NaN() : result->value.at(x);
}
celadon_status celadon_ctt_conditional_sem_result_true_score_interval(const celadon_ctt_conditional_sem_result* result, double x,
                                                                      double confidence, double* lower, double* upper,
                                                                      celadon_error* error) {
  return guard(error, [&] {
    const auto interval = need(result, "result").value.true_score_interval(x, confidence);
    need(lower, "lower") = interval.lower;
    need(upper, "upper") = interval.upper;
  });
}
CELADON_C_DESTROY(celadon_ctt_conditional_sem_result)
CELADON_C_TABLE(celadon_ctt_conditional_sem_result, table, result.to_table())
CELADON_C_FINDINGS(celadon_ctt_conditional_sem_result)

celadon_status celadon_ctt_one_factor(const double* correlation, int64_t k, double* loadings, double* uniquenesses,
                                      celadon_ctt_one_factor_values* values, celadon_error* error) {
  return guard(error, [&] {
    const auto fitted = unwrap(celadon::ctt::one_factor(square(correlation, k), static_cast<std::size_t>(k)));
    if (loadings != nullptr) std::copy(fitted.loadings.begin(), fitted.loadings.end(), loadings);
    if (uniquenesses != nullptr) std::copy(fitted.uniquenesses.begin(), fitted.uniquenesses.end(), uniquenesses);
    if (values == nullptr) return;
    celadon_ctt_one_factor_values known{};
    known.iterations = fitted.iterations;
    known.converged = fitted.converged ? 1 : 0;
    known.improper = fitted.improper ? 1 : 0;
    known.objective = fitted.objective;
    known.rmsr = fitted.rmsr;
    hand_out(values, known, "values");
  });
}
celadon_status celadon_ctt_squared_multiple_correlations(const double* correlation, int64_t k, double* out, celadon_error* error) {
  return guard(error, [&] {
    const auto found = unwrap(celadon::ctt::squared_multiple_correlations(square(correlation, k), static_cast<std::size_t>(k)));
    if (!found.empty()) need(out, "out");
    std::copy(found.begin(), found.end(), out);
  });
}

}  // extern "C"
