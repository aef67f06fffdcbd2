// 讲评单 of each class through C.
#include "feedback_common.hpp"

using namespace celadon_c;

namespace ev = celadon::evaluation;
namespace fb = celadon::feedback;

// The tables of an evaluation are made of a paper and its reviews: the value is an evaluation of one paper with nothing else in it.
struct celadon_feedback_class_reviews_result {
  ev::Evaluation value;
};

namespace {

const ev::PaperEvaluation& class_reviews_of(const celadon_feedback_class_reviews_result* result) {
  return need(result, "result").value.papers.front();
}

}  // namespace

extern "C" {

celadon_status celadon_feedback_class_reviews(const celadon_paper* paper, const uint8_t* counted, int64_t n_counted,
                                              const celadon_feedback_item_gain_loss_result* gain_loss, const celadon_profile* profile,
                                              int32_t external_items, celadon_feedback_class_reviews_result** out, celadon_error* error) {
  return produce(out, error, [&] {
    const ev::Paper& sat = need(paper, "paper").value;
    const auto flags = counted_of(counted, n_counted, sat.scored.n_persons());
    ev::PaperEvaluation part;
    part.reviews = unwrap(fb::class_reviews(sat, flags, need(gain_loss, "gain_loss").value, profile_of(profile), external_items != 0));
    part.paper.id = sat.id;
    part.paper.items = sat.items;
    part.paper.units = sat.units;
    ev::Evaluation whole;
    whole.papers.push_back(std::move(part));
    return whole;
  });
}
CELADON_C_DESTROY(celadon_feedback_class_reviews_result)
CELADON_C_TABLE(celadon_feedback_class_reviews_result, class_review, unwrap(ev::table(result, "class_review")))
CELADON_C_TABLE(celadon_feedback_class_reviews_result, talk_groups, unwrap(ev::table(result, "talk_groups")))
CELADON_C_TABLE(celadon_feedback_class_reviews_result, class_deviations, unwrap(ev::table(result, "class_deviations")))
CELADON_C_TABLE(celadon_feedback_class_reviews_result, wrong_items, unwrap(ev::table(result, "wrong_items")))

int64_t celadon_feedback_class_reviews_result_size(const celadon_feedback_class_reviews_result* result) {
  return result == nullptr ? 0 : static_cast<int64_t>(result->value.papers.front().reviews.size());
}

celadon_status celadon_feedback_class_reviews_result_get(const celadon_feedback_class_reviews_result* result, int64_t review,
                                                         celadon_feedback_class_review_values* out, celadon_error* error) {
  return guard(error, [&] {
    const ev::PaperEvaluation& part = class_reviews_of(result);
    const fb::ClassReview& one = at(part.reviews, review, "review");
    celadon_feedback_class_review_values values{};
    values.class_id = one.class_index < 0 ? "" : part.paper.units.classes[static_cast<std::size_t>(one.class_index)].id.c_str();
    values.n = one.n;
    values.mean = one.mean;
    values.score_rate = one.score_rate;
    values.n_items = static_cast<int64_t>(one.items.size());
    values.n_lesson = static_cast<int64_t>(one.lesson.size());
    values.n_groups = static_cast<int64_t>(one.groups.size());
    values.n_losing = static_cast<int64_t>(one.wrong_items.size());
    hand_out(out, values, "out");
  });
}

}  // extern "C"
