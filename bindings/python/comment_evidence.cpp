// celadon.feedback: what a comment is made from, as mappings of Python.
#include "comments.hpp"

#include <algorithm>
#include <limits>
#include <set>

namespace celadon::python {

namespace {

/// The fields of a mapping; a name that nothing asked for is a mistake.
class Fields {
 public:
  Fields(std::string what, const py::handle& object) : what_(std::move(what)) {
    if (!py::hasattr(object, "keys")) throw py::value_error(what_ + ": expected a mapping");
    for (const py::handle key : py::module_::import("builtins").attr("list")(object)) values_[key] = object.attr("__getitem__")(key);
  }
  template <class T>
  T get(const char* name, T value) {
    asked_.insert(name);
    if (!values_.contains(name) || values_[name].is_none()) return value;
    try {
      return values_[name].cast<T>();
    } catch (const py::cast_error&) {
      throw py::value_error(what_ + ": " + name + " has a value of another type");
    }
  }
  template <class T>
  T need(const char* name) {
    if (!values_.contains(name)) throw py::value_error(what_ + ": " + name + " is not given");
    return get<T>(name, T());
  }
  py::list list(const char* name) {
    asked_.insert(name);
    if (!values_.contains(name) || values_[name].is_none()) return py::list();
    return py::list(values_[name]);
  }
  py::object object(const char* name) {
    asked_.insert(name);
    return values_.contains(name) ? py::object(values_[name]) : py::object(py::none());
  }
  void done() const {
    for (const auto& [key, value] : values_)
      if (asked_.count(py::str(key).cast<std::string>()) == 0)
        throw py::value_error(what_ + ": nothing is known about " + py::str(key).cast<std::string>());
  }

 private:
  std::string what_;
  py::dict values_;
  std::set<std::string> asked_;
};

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

feedback::LocalText local_text(const py::object& value) {
  if (value.is_none()) return {};
  if (py::isinstance<py::str>(value)) return feedback::LocalText{value.cast<std::string>(), value.cast<std::string>()};
  Fields fields("level", value);
  feedback::LocalText text{fields.get<std::string>("zh-CN", ""), fields.get<std::string>("en", "")};
  fields.done();
  return text;
}

feedback::CommentItem comment_item(const py::handle& object) {
  Fields fields("items", object);
  feedback::CommentItem item;
  item.label = fields.need<std::string>("label");
  item.points = fields.get("points", 0.0);
  item.full = fields.get("full", 0.0);
  item.counted = fields.get("counted", true);
  item.review = fields.get("review", false);
  item.cause = fields.get<std::string>("cause", "");
  fields.done();
  return item;
}

feedback::Change comment_change(const py::object& object) {
  feedback::Change change;
  if (object.is_none()) return change;
  using V = feedback::ChangeVerdict;
  Fields fields("change", object);
  change.verdict = choose<V>("verdict", fields.need<std::string>("verdict"),
                             {{"no_past", V::kNoPast},
                              {"not_comparable", V::kNotComparable},
                              {"no_change_seen", V::kNoChangeSeen},
                              {"up", V::kUp},
                              {"down", V::kDown}});
  change.difference = fields.get("difference", kNone);
  change.low = fields.get("low", kNone);
  change.high = fields.get("high", kNone);
  change.n_common = fields.get("n_common", 0);
  fields.done();
  return change;
}

feedback::CommentPoint comment_point(const py::handle& object, const std::vector<feedback::CommentItem>& items) {
  using S = feedback::MasteryState;
  using R = feedback::MasteryReason;
  Fields fields("points", object);
  feedback::CommentPoint point;
  point.name = fields.need<std::string>("name");
  for (const std::string& label : fields.get("items", std::vector<std::string>())) {
    const auto it = std::find_if(items.begin(), items.end(), [&](const feedback::CommentItem& item) { return item.label == label; });
    if (it == items.end()) throw py::value_error("points: " + point.name + " names the item " + label + ", which is not there");
    point.items.push_back(static_cast<std::int32_t>(it - items.begin()));
  }
  point.needs = fields.get("needs", std::vector<std::string>());
  point.action = fields.get<std::string>("action", "");
  point.change = comment_change(fields.object("change"));
  feedback::PointMastery& m = point.mastery;
  m.state = choose<S>("state", fields.need<std::string>("state"),
                      {{"cannot_judge", S::kCannotJudge}, {"not_yet", S::kNotYet}, {"mastered", S::kMastered}});
  m.reason = choose<R>("reason", fields.get<std::string>("reason", m.state == S::kCannotJudge ? "no_answers" : ""),
                       {{"", R::kNone},
                        {"no_answers", R::kNoAnswers},
                        {"few_items", R::kFewItems},
                        {"not_modelled", R::kNotModelled},
                        {"not_identified", R::kNotIdentified},
                        {"bounds", R::kBounds},
                        {"between", R::kBetween},
                        {"settings_differ", R::kSettingsDiffer},
                        {"against_answers", R::kAgainstAnswers},
                        {"single_score", R::kSingleScore}});
  m.probability = fields.get("probability", kNone);
  m.low = fields.get("low", kNone);
  m.high = fields.get("high", kNone);
  double points = 0.0;
  double full = 0.0;
  std::int32_t counted = 0;
  for (const std::int32_t at : point.items) {
    const feedback::CommentItem& item = items[static_cast<std::size_t>(at)];
    if (!item.counted) continue;
    ++counted;
    points += item.points;
    full += item.full;
  }
  m.n_items = fields.get("n_items", counted);
  m.points = fields.get("points", points);
  m.full = fields.get("full", full);
  m.borderline = fields.get("borderline", false);
  fields.done();
  return point;
}

}  // namespace

feedback::PupilEvidence pupil_evidence_of(const py::object& object) {
  Fields fields("evidence", object);
  feedback::PupilEvidence out;
  out.key = fields.need<std::string>("key");
  out.prefix = fields.get<std::string>("prefix", "");
  out.paper = fields.get<std::string>("paper", "");
  out.level = local_text(fields.object("level"));
  out.rough = fields.get("rough", false);
  out.marks = fields.get("marks", true);
  for (const py::handle item : fields.list("items")) out.items.push_back(comment_item(item));
  for (const py::handle point : fields.list("points")) out.points.push_back(comment_point(point, out.items));
  fields.done();
  return out;
}

feedback::ClassEvidence class_evidence_of(const py::object& object) {
  Fields fields("evidence", object);
  feedback::ClassEvidence out;
  out.key = fields.need<std::string>("key");
  out.prefix = fields.get<std::string>("prefix", "");
  out.n = fields.get<std::int64_t>("n", 0);
  for (const py::handle entry : fields.list("points")) {
    Fields one("points", entry);
    feedback::CommentClassPoint point;
    point.name = one.need<std::string>("name");
    point.counts = {static_cast<std::int32_t>(out.points.size()), one.get<std::int64_t>("n", out.n),
                    one.get<std::int64_t>("n_mastered", 0),       one.get<std::int64_t>("n_not_yet", 0),
                    one.get<std::int64_t>("n_cannot_judge", 0),   one.get("n_items", 0)};
    point.common_gap = one.get("common_gap", false);
    point.action = one.get<std::string>("action", "");
    one.done();
    out.points.push_back(std::move(point));
  }
  for (const py::handle entry : fields.list("groups")) {
    Fields one("groups", entry);
    feedback::CommentGroup group;
    group.point = one.need<std::string>("point");
    group.names = one.get("names", std::vector<std::string>());
    group.n = one.get("n", static_cast<std::int64_t>(group.names.size()));
    group.whole_class = one.get("whole_class", false);
    one.done();
    out.groups.push_back(std::move(group));
  }
  for (const py::handle entry : fields.list("items")) {
    Fields one("items", entry);
    feedback::CommentClassItem item;
    item.label = one.need<std::string>("label");
    item.n = one.get("n", out.n);
    item.n_losing = one.get<std::int64_t>("n_losing", 0);
    item.rate = one.get("rate", kNone);
    item.error = one.get<std::string>("error", "");
    item.n_error = one.get<std::int64_t>("n_error", 0);
    item.common = one.get("common", false);
    one.done();
    out.items.push_back(std::move(item));
  }
  fields.done();
  return out;
}

}  // namespace celadon::python
