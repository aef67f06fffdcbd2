#include "standard_setting_common.hpp"

#include <celadon/models/standard_setting/angoff.hpp>
#include <celadon/models/standard_setting/consistency.hpp>

using namespace celadon_c;
namespace ss = celadon::standard_setting;

struct celadon_standard_setting_components {
  ss::Components value;
};
struct celadon_standard_setting_consistency_result {
  ss::Consistency value;
};
struct celadon_standard_setting_angoff_result {
  ss::AngoffCut value;
};
struct celadon_standard_setting_angoff_rounds_result {
  ss::AngoffRounds value;
};
struct celadon_standard_setting_angoff_levels_result {
  ss::AngoffLevels value;
};

namespace {

celadon_standard_setting_ratings default_ratings() {
  celadon_standard_setting_ratings ratings{};
  ratings.struct_size = sizeof ratings;
  ratings.kind = static_cast<int32_t>(ss::Ratings{}.kind);
  return ratings;
}

// Ratings with the names that they borrow.
struct Given {
  std::vector<std::string> item_ids;
  ss::Ratings ratings;

  explicit Given(const celadon_standard_setting_ratings& known) {
    ratings.values = span_of(known.values, cells_of(known.n_judges, known.n_items, "ratings"), "values");
    ratings.n_judges = known.n_judges;
    ratings.n_items = known.n_items;
    ratings.kind = enumerator<ss::RatingKind>(known.kind, 3, "kind");
    ratings.full_marks = span_of(known.full_marks, known.n_full_marks, "full_marks");
    item_ids = texts(known.item_ids, known.n_item_ids, "item_ids");
    ratings.item_ids = item_ids;
    ratings.tables = span_of(known.tables, known.n_tables, "tables");
  }
  explicit Given(const celadon_standard_setting_ratings* given) : Given(sized(&need(given, "ratings"), default_ratings(), "ratings")) {}
};

// Rounds or levels; the ratings borrow from what was given.
class GivenList {
 public:
  GivenList(const celadon_standard_setting_ratings* first, int64_t n, const char* name) {
    if (n < 0 || (first == nullptr && n > 0)) refuse(name, "NULL with a size, or a negative size");
    given_.reserve(static_cast<std::size_t>(n));
    for (int64_t i = 0; i < n; ++i) given_.emplace_back(element(first, i, default_ratings(), name));
    for (const Given& g : given_) ratings_.push_back(g.ratings);
  }
  [[nodiscard]] std::span<const ss::Ratings> ratings() const { return ratings_; }

 private:
  std::vector<Given> given_;
  std::vector<ss::Ratings> ratings_;
};

}  // namespace

extern "C" {

void celadon_standard_setting_ratings_init(celadon_standard_setting_ratings* ratings, uint32_t struct_size) {
  initialise(ratings, struct_size, default_ratings());
}
void celadon_standard_setting_points_init(celadon_standard_setting_points* points, uint32_t struct_size) {
  initialise(points, struct_size, celadon_standard_setting_points{});
}

celadon_status celadon_standard_setting_judge_item_components(const celadon_standard_setting_ratings* ratings,
                                                              celadon_standard_setting_components** out, celadon_error* error) {
  return produce(out, error, [&] { return unwrap(ss::judge_item_components(Given(ratings).ratings)); });
}
celadon_status celadon_standard_setting_components_get_values(const celadon_standard_setting_components* components,
                                                              celadon_standard_setting_components_values* out, celadon_error* error) {
  return guard(error, [&] {
    const ss::Components& c = need(components, "components").value;
    celadon_standard_setting_components_values v{};
    v.mean = c.mean;
    v.judge = c.judge;
    v.item = c.item;
    v.residual = c.residual;
    v.icc_single = c.icc_single;
    v.icc_panel = c.icc_panel;
    v.n_judges = c.n_judges;
    v.n_items = c.n_items;
    v.n_ratings = c.n_ratings;
    hand_out(out, v, "out");
  });
}
CELADON_C_DESTROY(celadon_standard_setting_components)
CELADON_C_TABLE(celadon_standard_setting_components, table, result.to_table())
CELADON_C_FINDINGS(celadon_standard_setting_components)

celadon_status celadon_standard_setting_difficulty_consistency(const celadon_standard_setting_ratings* ratings, const double* difficulty,
                                                               int64_t n_difficulty, celadon_standard_setting_consistency_result** out,
                                                               celadon_error* error) {
  return produce(out, error, [&] {
    return unwrap(ss::difficulty_consistency(Given(ratings).ratings, span_of(difficulty, n_difficulty, "difficulty")));
  });
}
celadon_status celadon_standard_setting_latent_consistency(const celadon_standard_setting_ratings* ratings, const celadon_irt_model* model,
                                                           const celadon_standard_setting_points* points,
                                                           celadon_standard_setting_consistency_result** out, celadon_error* error) {
  return produce(out, error, [&] {
    return unwrap(ss::latent_consistency(Given(ratings).ratings, need(model, "model").value, category_points(points)));
  });
}
celadon_status celadon_standard_setting_consistency_result_values(const celadon_standard_setting_consistency_result* result,
                                                                  celadon_standard_setting_consistency_values* out, celadon_error* error) {
  return guard(error, [&] {
    const ss::Consistency& c = need(result, "result").value;
    celadon_standard_setting_consistency_values v{};
    v.mean_correlation = c.mean_correlation;
    v.mean_consistency = c.mean_consistency;
    hand_out(out, v, "out");
  });
}
CELADON_C_DESTROY(celadon_standard_setting_consistency_result)
CELADON_C_TABLE(celadon_standard_setting_consistency_result, table, result.to_table())
CELADON_C_FINDINGS(celadon_standard_setting_consistency_result)

celadon_status celadon_standard_setting_angoff(const celadon_standard_setting_ratings* ratings,
                                               celadon_standard_setting_angoff_result** out, celadon_error* error) {
  return produce(out, error, [&] { return unwrap(ss::angoff(Given(ratings).ratings)); });
}
celadon_status celadon_standard_setting_angoff_result_values(const celadon_standard_setting_angoff_result* result,
                                                             celadon_standard_setting_angoff_values* out, celadon_error* error) {
  return guard(error, [&] {
    const ss::AngoffCut& c = need(result, "result").value;
    celadon_standard_setting_angoff_values v{};
    v.cut = c.cut;
    v.cut_share = c.cut_share;
    v.full_mark = c.full_mark;
    v.se = c.se;
    v.se_judges_items = c.se_judges_items;
    v.se_components = c.se_components;
    v.judge_sd = c.judge_sd;
    v.mean_absolute_deviation = c.mean_absolute_deviation;
    v.mean_absolute_difference = c.mean_absolute_difference;
    v.n_judges = c.n_judges;
    v.n_tables = c.n_tables;
    v.n_missing = c.n_missing;
    hand_out(out, v, "out");
  });
}
celadon_status celadon_standard_setting_angoff_result_components(const celadon_standard_setting_angoff_result* result,
                                                                 celadon_standard_setting_components** out, celadon_error* error) {
  return produce(out, error, [&] { return need(result, "result").value.components; });
}
CELADON_C_DESTROY(celadon_standard_setting_angoff_result)
CELADON_C_TABLE(celadon_standard_setting_angoff_result, table, result.to_table())
CELADON_C_TABLE(celadon_standard_setting_angoff_result, judge_table, result.judge_table())
CELADON_C_TABLE(celadon_standard_setting_angoff_result, item_table, result.item_table())
CELADON_C_FINDINGS(celadon_standard_setting_angoff_result)

celadon_status celadon_standard_setting_angoff_rounds(const celadon_standard_setting_ratings* rounds, int64_t n_rounds,
                                                      celadon_standard_setting_angoff_rounds_result** out, celadon_error* error) {
  return produce(out, error, [&] { return unwrap(ss::angoff_rounds(GivenList(rounds, n_rounds, "rounds").ratings())); });
}
celadon_status celadon_standard_setting_angoff_rounds_result_round(const celadon_standard_setting_angoff_rounds_result* result,
                                                                   int64_t round, celadon_standard_setting_angoff_result** out,
                                                                   celadon_error* error) {
  return produce(out, error, [&] { return one_of(need(result, "result").value.rounds, round, "round"); });
}
CELADON_C_DESTROY(celadon_standard_setting_angoff_rounds_result)
CELADON_C_TABLE(celadon_standard_setting_angoff_rounds_result, table, result.to_table())

celadon_status celadon_standard_setting_angoff_levels(const celadon_standard_setting_ratings* levels, int64_t n_levels,
                                                      celadon_standard_setting_angoff_levels_result** out, celadon_error* error) {
  return produce(out, error, [&] { return unwrap(ss::angoff_levels(GivenList(levels, n_levels, "levels").ratings())); });
}
celadon_status celadon_standard_setting_angoff_levels_result_level(const celadon_standard_setting_angoff_levels_result* result,
                                                                   int64_t level, celadon_standard_setting_angoff_result** out,
                                                                   celadon_error* error) {
  return produce(out, error, [&] { return one_of(need(result, "result").value.levels, level, "level"); });
}
CELADON_C_DESTROY(celadon_standard_setting_angoff_levels_result)
CELADON_C_TABLE(celadon_standard_setting_angoff_levels_result, table, result.to_table())
CELADON_C_FINDINGS(celadon_standard_setting_angoff_levels_result)

}  // extern "C"
