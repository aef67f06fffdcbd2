#include <cmath>

#include "comments_common.hpp"

using namespace celadon_c;

namespace fb = celadon::feedback;

namespace {

celadon_feedback_comment_class_point default_class_point() {
  celadon_feedback_comment_class_point point{};
  point.struct_size = sizeof point;
  return point;
}
celadon_feedback_comment_group default_group() {
  celadon_feedback_comment_group group{};
  group.struct_size = sizeof group;
  return group;
}
celadon_feedback_comment_class_item default_class_item() {
  celadon_feedback_comment_class_item item{};
  item.struct_size = sizeof item;
  item.rate = kNone;
  return item;
}

int64_t count(int64_t value, const char* name) {
  if (value < 0) refuse(name, "negative");
  return value;
}

std::string named(const char* value, const char* name) {
  std::string out = text_or_empty(value);
  if (out.empty()) refuse(name, "empty");
  return out;
}

}  // namespace

extern "C" {

void celadon_feedback_comment_class_point_init(celadon_feedback_comment_class_point* point, uint32_t struct_size) {
  initialise(point, struct_size, default_class_point());
}
void celadon_feedback_comment_group_init(celadon_feedback_comment_group* group, uint32_t struct_size) {
  initialise(group, struct_size, default_group());
}
void celadon_feedback_comment_class_item_init(celadon_feedback_comment_class_item* item, uint32_t struct_size) {
  initialise(item, struct_size, default_class_item());
}
celadon_status celadon_feedback_class_evidence_create(const char* key, const char* prefix, int64_t n, celadon_feedback_class_evidence** out,
                                                      celadon_error* error) {
  return produce(out, error, [&] {
    fb::ClassEvidence evidence;
    evidence.key = std::string(text(&need(key, "key"), -1, "key"));
    evidence.prefix = std::string(text(&need(prefix, "prefix"), -1, "prefix"));
    evidence.n = count(n, "n");
    return evidence;
  });
}
celadon_status celadon_feedback_class_evidence_add_point(celadon_feedback_class_evidence* evidence,
                                                         const celadon_feedback_comment_class_point* point, celadon_error* error) {
  return guard(error, [&] {
    auto& all = need(evidence, "evidence").value;
    const auto known = sized(&need(point, "point"), default_class_point(), "point");
    fb::CommentClassPoint one;
    one.name = named(known.name, "name");
    one.counts.point = static_cast<std::int32_t>(all.points.size());
    one.counts.n = count(known.n, "n");
    one.counts.n_mastered = count(known.n_mastered, "n_mastered");
    one.counts.n_not_yet = count(known.n_not_yet, "n_not_yet");
    one.counts.n_cannot_judge = count(known.n_cannot_judge, "n_cannot_judge");
    one.counts.n_items = static_cast<std::int32_t>(count(known.n_items, "n_items"));
    one.common_gap = known.common_gap != 0;
    one.action = text_or_empty(known.action);
    all.points.push_back(std::move(one));
  });
}
celadon_status celadon_feedback_class_evidence_add_group(celadon_feedback_class_evidence* evidence,
                                                         const celadon_feedback_comment_group* group, celadon_error* error) {
  return guard(error, [&] {
    auto& all = need(evidence, "evidence").value;
    const auto known = sized(&need(group, "group"), default_group(), "group");
    fb::CommentGroup one;
    one.point = named(known.point, "point");
    one.n = count(known.n, "n");
    one.whole_class = known.whole_class != 0;
    one.names = texts(known.names, known.n_names, "names");
    all.groups.push_back(std::move(one));
  });
}
celadon_status celadon_feedback_class_evidence_add_item(celadon_feedback_class_evidence* evidence,
                                                        const celadon_feedback_comment_class_item* item, celadon_error* error) {
  return guard(error, [&] {
    auto& all = need(evidence, "evidence").value;
    const auto known = sized(&need(item, "item"), default_class_item(), "item");
    fb::CommentClassItem one;
    one.label = named(known.label, "label");
    one.n = count(known.n, "n");
    one.n_losing = count(known.n_losing, "n_losing");
    if (!std::isnan(known.rate) && !(known.rate >= 0.0 && known.rate <= 1.0)) refuse("rate", "outside [0, 1]");
    one.rate = known.rate;
    one.error = text_or_empty(known.error);
    one.n_error = count(known.n_error, "n_error");
    one.common = known.common != 0;
    all.items.push_back(std::move(one));
  });
}

}  // extern "C"
