#include "standard_setting_common.hpp"

#include <celadon/models/standard_setting/bookmark.hpp>
#include <celadon/models/standard_setting/contrasting_groups.hpp>
#include <celadon/models/standard_setting/cut.hpp>

using namespace celadon_c;
namespace ss = celadon::standard_setting;

struct celadon_standard_setting_across_panels_result {
  ss::PanelAgreement value;
};
struct celadon_standard_setting_booklet {
  ss::Booklet value;
};
struct celadon_standard_setting_bookmark_result {
  ss::BookmarkResult value;
};
struct celadon_standard_setting_contrasting_groups_result {
  ss::ContrastingGroups value;
};
struct celadon_standard_setting_borderline_group_result {
  ss::BorderlineGroup value;
};

namespace {

celadon_standard_setting_bookmarks default_bookmarks() {
  celadon_standard_setting_bookmarks bookmarks{};
  bookmarks.struct_size = sizeof bookmarks;
  bookmarks.rule = static_cast<int32_t>(ss::BookmarkOptions{}.rule);
  bookmarks.n_cuts = ss::Bookmarks{}.n_cuts;
  return bookmarks;
}

celadon_standard_setting_pupils default_pupils() {
  const ss::ContrastingOptions library;
  celadon_standard_setting_pupils pupils{};
  pupils.struct_size = sizeof pupils;
  pupils.base_rate = library.base_rate;
  pupils.probability = library.probability;
  pupils.small_group = library.small_group;
  return pupils;
}

}  // namespace

extern "C" {

celadon_status celadon_standard_setting_ability_of_cut(const celadon_irt_model* model, double raw_cut, double raw_se,
                                                       const celadon_standard_setting_points* points, double full_mark,
                                                       celadon_standard_setting_ability_cut* out, celadon_error* error) {
  return guard(error, [&] {
    const auto c = unwrap(ss::ability_of_cut(need(model, "model").value, raw_cut, raw_se, category_points(points), full_mark));
    celadon_standard_setting_ability_cut v{};
    v.ability = c.ability;
    v.se = c.se;
    v.raw_cut = c.raw_cut;
    v.raw_se = c.raw_se;
    v.slope = c.slope;
    v.sem_raw = c.sem_raw;
    v.full_mark = c.full_mark;
    hand_out(out, v, "out");
  });
}

celadon_status celadon_standard_setting_check_ascending(const double* cuts, int64_t n_cuts, const char* name, int32_t language,
                                                        celadon_table** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto found = ss::check_ascending(span_of(cuts, n_cuts, "cuts"), text(&need(name, "name"), -1, "name"));
    return celadon::evaluation::findings_table(found, language_of(language));
  });
}

celadon_status celadon_standard_setting_across_panels(const double* cuts, int64_t n_cuts, const double* ses, int64_t n_ses,
                                                      celadon_standard_setting_across_panels_result** out, celadon_error* error) {
  return produce(out, error, [&] { return unwrap(ss::across_panels(span_of(cuts, n_cuts, "cuts"), span_of(ses, n_ses, "ses"))); });
}
celadon_status celadon_standard_setting_across_panels_result_values(const celadon_standard_setting_across_panels_result* result,
                                                                    celadon_standard_setting_panel_agreement* out, celadon_error* error) {
  return guard(error, [&] {
    const ss::PanelAgreement& p = need(result, "result").value;
    celadon_standard_setting_panel_agreement v{};
    v.n_panels = p.n_panels;
    v.cut = p.cut;
    v.se = p.se;
    v.se_within = p.se_within;
    v.sd = p.sd;
    v.between_variance = p.between_variance;
    v.lowest = p.lowest;
    v.highest = p.highest;
    hand_out(out, v, "out");
  });
}
CELADON_C_DESTROY(celadon_standard_setting_across_panels_result)
CELADON_C_TABLE(celadon_standard_setting_across_panels_result, table, result.to_table())
CELADON_C_FINDINGS(celadon_standard_setting_across_panels_result)

celadon_status celadon_standard_setting_round_change(const double* before, const double* after, int64_t n_judges,
                                                     celadon_standard_setting_change* out, celadon_error* error) {
  return guard(error, [&] {
    const auto c = unwrap(ss::round_change(span_of(before, n_judges, "before"), span_of(after, n_judges, "after")));
    celadon_standard_setting_change v{};
    v.n_judges = c.n_judges;
    v.mean = c.mean;
    v.mean_absolute = c.mean_absolute;
    v.se = c.se;
    v.sd_before = c.sd_before;
    v.sd_after = c.sd_after;
    v.correlation = c.correlation;
    v.n_moved = c.n_moved;
    hand_out(out, v, "out");
  });
}

celadon_status celadon_standard_setting_ordered_item_booklet(const celadon_irt_model* model, double response_probability,
                                                             int32_t guessing_adjusted, celadon_standard_setting_booklet** out,
                                                             celadon_error* error) {
  return produce(out, error, [&] {
    return unwrap(ss::ordered_item_booklet(need(model, "model").value, {response_probability, guessing_adjusted != 0}));
  });
}
int64_t celadon_standard_setting_booklet_n_pages(const celadon_standard_setting_booklet* booklet) {
  return booklet == nullptr ? 0 : static_cast<int64_t>(booklet->value.pages.size());
}
celadon_status celadon_standard_setting_booklet_page(const celadon_standard_setting_booklet* booklet, int64_t page,
                                                     celadon_standard_setting_page* out, celadon_error* error) {
  return guard(error, [&] {
    const auto& pages = need(booklet, "booklet").value.pages;
    if (page < 1) refuse("page", "numbered from 1");
    const ss::BookletPage& p = one_of(pages, page - 1, "page");
    celadon_standard_setting_page v{};
    v.step = p.step;
    v.item = p.item;
    v.item_id = p.item_id.c_str();
    v.location = p.location;
    hand_out(out, v, "out");
  });
}
CELADON_C_DESTROY(celadon_standard_setting_booklet)
CELADON_C_TABLE(celadon_standard_setting_booklet, table, result.to_table())
CELADON_C_FINDINGS(celadon_standard_setting_booklet)

void celadon_standard_setting_bookmarks_init(celadon_standard_setting_bookmarks* bookmarks, uint32_t struct_size) {
  initialise(bookmarks, struct_size, default_bookmarks());
}
celadon_status celadon_standard_setting_bookmark(const celadon_irt_model* model, const celadon_standard_setting_booklet* booklet,
                                                 const celadon_standard_setting_bookmarks* bookmarks,
                                                 const celadon_standard_setting_points* points,
                                                 celadon_standard_setting_bookmark_result** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto known = sized(&need(bookmarks, "bookmarks"), default_bookmarks(), "bookmarks");
    const ss::Bookmarks placed{span_of(known.pages, cells_of(known.n_judges, known.n_cuts, "bookmarks"), "pages"), known.n_judges,
                               known.n_cuts, span_of(known.tables, known.n_tables, "tables")};
    const ss::BookmarkOptions options{enumerator<ss::BookmarkRule>(known.rule, 3, "rule"), category_points(points)};
    return unwrap(ss::bookmark(need(model, "model").value, need(booklet, "booklet").value, placed, options));
  });
}
int64_t celadon_standard_setting_bookmark_result_n_cuts(const celadon_standard_setting_bookmark_result* result) {
  return result == nullptr ? 0 : static_cast<int64_t>(result->value.cuts.size());
}
celadon_status celadon_standard_setting_bookmark_result_cut(const celadon_standard_setting_bookmark_result* result, int64_t cut,
                                                            celadon_standard_setting_bookmark_cut* out, celadon_error* error) {
  return guard(error, [&] {
    const ss::BookmarkCut& c = one_of(need(result, "result").value.cuts, cut, "cut");
    celadon_standard_setting_bookmark_cut v{};
    v.n_judges = c.n_judges;
    v.n_tables = c.n_tables;
    v.median = c.median;
    v.mean = c.mean;
    v.sd = c.sd;
    v.mean_se = c.mean_se;
    v.median_se = c.median_se;
    v.table_variance = c.table_variance;
    v.table_icc = c.table_icc;
    v.mean_absolute_deviation = c.mean_absolute_deviation;
    v.lowest = c.lowest;
    v.highest = c.highest;
    v.raw_cut = c.raw.raw_cut;
    v.raw_se = c.raw.raw_se;
    v.full_mark = c.raw.full_mark;
    hand_out(out, v, "out");
  });
}
CELADON_C_DESTROY(celadon_standard_setting_bookmark_result)
CELADON_C_TABLE(celadon_standard_setting_bookmark_result, table, result.to_table())
CELADON_C_TABLE(celadon_standard_setting_bookmark_result, judge_table, result.judge_table())
CELADON_C_FINDINGS(celadon_standard_setting_bookmark_result)

void celadon_standard_setting_pupils_init(celadon_standard_setting_pupils* pupils, uint32_t struct_size) {
  initialise(pupils, struct_size, default_pupils());
}
celadon_status celadon_standard_setting_contrasting_groups(const celadon_standard_setting_pupils* pupils,
                                                           celadon_standard_setting_contrasting_groups_result** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto known = sized(&need(pupils, "pupils"), default_pupils(), "pupils");
    const ss::JudgedPupils judged{span_of(known.scores, known.n_pupils, "scores"), span_of(known.reached, known.n_pupils, "reached"),
                                  span_of(known.weights, known.n_weights, "weights"),
                                  span_of(known.clusters, known.n_clusters, "clusters")};
    return unwrap(ss::contrasting_groups(judged, {known.base_rate, known.probability, known.small_group}));
  });
}
celadon_status celadon_standard_setting_contrasting_groups_result_values(const celadon_standard_setting_contrasting_groups_result* result,
                                                                         celadon_standard_setting_contrasting_values* out,
                                                                         celadon_error* error) {
  return guard(error, [&] {
    const ss::ContrastingGroups& g = need(result, "result").value;
    celadon_standard_setting_contrasting_values v{};
    v.n_reached = g.n_reached;
    v.n_not_reached = g.n_not_reached;
    v.n_missing = g.n_missing;
    v.mean_reached = g.mean_reached;
    v.mean_not_reached = g.mean_not_reached;
    v.sd_reached = g.sd_reached;
    v.sd_not_reached = g.sd_not_reached;
    v.base_rate = g.base_rate;
    v.slope = g.slope;
    v.intercept = g.intercept;
    hand_out(out, v, "out");
  });
}
celadon_status celadon_standard_setting_contrasting_groups_result_cut(const celadon_standard_setting_contrasting_groups_result* result,
                                                                      int32_t way, celadon_standard_setting_group_cut* out,
                                                                      celadon_error* error) {
  return guard(error, [&] {
    const ss::ContrastingGroups& g = need(result, "result").value;
    if (way < CELADON_STANDARD_SETTING_LOGISTIC || way > CELADON_STANDARD_SETTING_SMOOTHED) refuse("way", "no such choice");
    const ss::GroupCut& c = way == CELADON_STANDARD_SETTING_LOGISTIC    ? g.logistic
                            : way == CELADON_STANDARD_SETTING_QUADRATIC ? g.quadratic
                                                                        : g.smoothed;
    celadon_standard_setting_group_cut v{};
    v.cut = c.cut;
    v.se = c.se;
    v.false_pass_rate = c.false_pass_rate;
    v.false_fail_rate = c.false_fail_rate;
    v.misclassified = c.misclassified;
    hand_out(out, v, "out");
  });
}
CELADON_C_DESTROY(celadon_standard_setting_contrasting_groups_result)
CELADON_C_TABLE(celadon_standard_setting_contrasting_groups_result, table, result.to_table())
CELADON_C_FINDINGS(celadon_standard_setting_contrasting_groups_result)

celadon_status celadon_standard_setting_borderline_group(const double* scores, int64_t n_scores, int64_t small_group,
                                                         celadon_standard_setting_borderline_group_result** out, celadon_error* error) {
  return produce(out, error, [&] { return unwrap(ss::borderline_group(span_of(scores, n_scores, "scores"), small_group)); });
}
celadon_status celadon_standard_setting_borderline_group_result_values(const celadon_standard_setting_borderline_group_result* result,
                                                                       celadon_standard_setting_borderline_values* out,
                                                                       celadon_error* error) {
  return guard(error, [&] {
    const ss::BorderlineGroup& g = need(result, "result").value;
    celadon_standard_setting_borderline_values v{};
    v.n_pupils = g.n_pupils;
    v.n_missing = g.n_missing;
    v.median = g.median;
    v.median_se = g.median_se;
    v.mean = g.mean;
    v.mean_se = g.mean_se;
    v.sd = g.sd;
    hand_out(out, v, "out");
  });
}
CELADON_C_DESTROY(celadon_standard_setting_borderline_group_result)
CELADON_C_TABLE(celadon_standard_setting_borderline_group_result, table, result.to_table())
CELADON_C_FINDINGS(celadon_standard_setting_borderline_group_result)

}  // extern "C"
