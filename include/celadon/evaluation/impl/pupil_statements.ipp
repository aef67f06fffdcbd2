#pragma once

#include <celadon/evaluation/impl/evaluate_parts.hpp>

#include <algorithm>
#include <cmath>
#include <map>

namespace celadon::inline CELADON_ABI::evaluation {

namespace pupil_statements_detail {

using evaluate_detail::StatementMaker;
using feedback::number_text;
using feedback::slot;
using feedback::Statement;
using feedback::StatementRole;

/// A pupil's items with what the statements need of them.
struct Pupil {
  const Evaluation& evaluation;
  const PaperEvaluation& paper;
  std::int64_t person = 0;
  const feedback::PupilLevel& level;
  std::span<const ItemOutcome> items;

  [[nodiscard]] const std::string& label(std::int32_t item) const {
    return paper.paper.items[static_cast<std::size_t>(item)].shown_label();
  }
  [[nodiscard]] const std::string& id(std::int32_t item) const { return paper.paper.items[static_cast<std::size_t>(item)].id; }
  [[nodiscard]] std::string tail(std::int32_t item) const { return "/" + id(item); }
  [[nodiscard]] LocalText labels(const std::vector<std::int32_t>& which) const {
    std::vector<std::string> out;
    out.reserve(which.size());
    for (const std::int32_t i : which) out.push_back(label(i));
    return evaluate_detail::text_list(out);
  }
};

inline std::string_view status_word(Status status) {
  constexpr std::string_view kWords[] = {"status.present", "status.absent",  "status.deferred",
                                         "status.exempt",  "status.make_up", "status.disqualified"};
  return kWords[static_cast<std::size_t>(status)];
}

inline bool is_loss(const ItemOutcome& o) {
  return o.outcome >= feedback::Outcome::kLoss;
}
inline bool known(const feedback::Cause& cause) {
  return cause.source != feedback::CauseSource::kNone && !cause.text.empty();
}

inline void say_level(const Pupil& p, StatementMaker& to) {
  const Profile& profile = p.evaluation.profile;
  const auto name = [&](int level) { return profile.levels[static_cast<std::size_t>(level)].name; };
  const feedback::PupilLevel& l = p.level;
  Statement& claim = to.add("level.claim", StatementRole::kFact,
                            {slot("level", name(l.level)), slot("band", evaluate_detail::band_text(profile, l.level))});
  claim.borderline = l.borderline;
  claim.evidence = {{"points", l.total, {}},
                    {"attainable", l.attainable, {}},
                    {"share", l.share, {}},
                    {"cut", profile.levels[static_cast<std::size_t>(l.level)].from_share, {}}};
  if (l.level > 0) claim.evidence.push_back({"next_cut", profile.levels[static_cast<std::size_t>(l.level - 1)].from_share, {}});
  if (l.level_lower < 0) {
    to.add("level.no_interval", StatementRole::kUncertainty);
  } else {
    const std::vector<feedback::EvidenceNumber> evidence = {
        {"confidence", profile.interval_confidence, {}}, {"true_lower", l.true_lower, {}}, {"true_upper", l.true_upper, {}}};
    if (l.level_lower == l.level_upper)
      to.add("level.interval_one", StatementRole::kUncertainty, {slot("level", name(l.level_lower))}).evidence = evidence;
    else
      to.add("level.interval", StatementRole::kUncertainty, {slot("lower", name(l.level_lower)), slot("upper", name(l.level_upper))})
          .evidence = evidence;
    if (l.rough)
      to.add("level.rough", StatementRole::kUncertainty).evidence = {
          {"levels_spanned", static_cast<double>(l.level_lower - l.level_upper + 1), {}},
          {"wide_span", static_cast<double>(profile.wide_span), {}}};
  }
  if (!l.complete) {
    // Items of another booklet were never put to the pupil; what was put and does not count is another thing.
    std::int64_t left_out = 0;
    std::int64_t open = 0;
    std::int64_t counted = 0;
    for (const ItemOutcome& o : p.items) {
      const Item& item = p.paper.paper.items[static_cast<std::size_t>(o.item)];
      if (item.bonus) continue;
      const bool given = o.cell != static_cast<std::uint8_t>(Missing::kNotAdministered);
      if (o.outcome != feedback::Outcome::kNotCounted)
        ++counted;
      else if (given)
        ++open;
      else if (item.choice_group.empty())
        ++left_out;
    }
    const std::vector<feedback::EvidenceNumber> evidence = {{"not_counted", static_cast<double>(open), {}},
                                                            {"not_given", static_cast<double>(left_out), {}},
                                                            {"counted", static_cast<double>(counted), {}}};
    if (left_out > 0)
      to.add("level.booklet", StatementRole::kUncertainty,
             {slot("count", static_cast<double>(left_out), 0), slot("rest", static_cast<double>(counted), 0)})
          .evidence = evidence;
    if (open > 0)
      to.add("level.incomplete", StatementRole::kUncertainty, {slot("count", static_cast<double>(open), 0)}).evidence = evidence;
  }
}

/// The causes of the losses: each known one by item, one line for items whose codes agree, and a line where a flagged loss has none.
inline void say_causes(const Pupil& p, StatementMaker& to, const std::map<std::int32_t, std::vector<std::int32_t>>& shared) {
  for (const auto& [code, items] : shared) {
    Statement& s = to.add("cause.shared", StatementRole::kMeaning,
                          {slot("items", p.labels(items)), slot("cause", p.items[static_cast<std::size_t>(items.front())].cause.text)},
                          "/" + std::to_string(code + 1));
    for (const std::int32_t i : items) s.evidence.push_back({"error_code", static_cast<double>(code), p.id(i)});
  }
  for (const ItemOutcome& o : p.items) {
    if (!is_loss(o)) continue;
    if (!known(o.cause)) {
      if (o.flagged) to.add("cause.unknown", StatementRole::kUncertainty, {slot("item", p.label(o.item))}, p.tail(o.item));
      continue;
    }
    const bool by_code = o.cause.source == feedback::CauseSource::kErrorCode;
    if (by_code && shared.contains(o.cause.code)) continue;
    Statement& s = by_code ? to.add("cause.code", StatementRole::kMeaning, {slot("item", p.label(o.item)), slot("cause", o.cause.text)},
                                    p.tail(o.item))
                           : to.add("cause.option", StatementRole::kMeaning,
                                    {slot("item", p.label(o.item)), slot("option", o.option), slot("cause", o.cause.text)}, p.tail(o.item));
    s.evidence = {{by_code ? "error_code" : "option", static_cast<double>(o.cause.code), p.id(o.item)}};
  }
}

inline void say_items(const Pupil& p, StatementMaker& to, const std::vector<std::int32_t>& flagged) {
  std::int64_t counted = 0;
  std::int64_t full = 0;
  std::int64_t lost = 0;
  std::int64_t compared = 0;
  std::vector<std::int32_t> not_compared;
  for (const ItemOutcome& o : p.items) {
    counted += o.outcome == feedback::Outcome::kNotCounted ? 0 : 1;
    full += o.outcome == feedback::Outcome::kFullMarks ? 1 : 0;
    if (!is_loss(o)) continue;
    ++lost;
    if (o.outcome == feedback::Outcome::kLoss)
      not_compared.push_back(o.item);
    else
      ++compared;
  }
  to.add("items.full", StatementRole::kFact, {slot("total", static_cast<double>(counted), 0), slot("count", static_cast<double>(full), 0)})
      .evidence = {{"counted", static_cast<double>(counted), {}}, {"full_marks", static_cast<double>(full), {}}};
  if (lost == 0) return;
  to.add("items.lost", StatementRole::kFact, {slot("count", static_cast<double>(lost), 0)}).evidence = {
      {"lost", static_cast<double>(lost), {}}};
  if (!flagged.empty()) {
    to.add("items.review", StatementRole::kMeaning, {slot("items", p.labels(flagged))}).evidence = {
        {"flagged", static_cast<double>(flagged.size()), {}}};
    const FlagRules& rules = p.evaluation.profile.flags;
    for (const std::int32_t i : flagged) {
      const ItemOutcome& o = p.items[static_cast<std::size_t>(i)];
      Statement& s =
          to.add("item.review", StatementRole::kFact,
                 {slot("item", p.label(i)), slot("points", o.points, 2), slot("full", o.full_mark, 2), slot("expected", o.expected, 1)},
                 p.tail(i));
      s.borderline = o.borderline;
      s.evidence = {{"points", o.points, p.id(i)},
                    {"expected", o.expected, p.id(i)},
                    {"loss", o.loss, p.id(i)},
                    {"tail", o.tail, p.id(i)},
                    {"tail_cut", rules.tail, p.id(i)},
                    {"least_loss", std::max(rules.least_points, rules.least_share * o.full_mark), p.id(i)},
                    {"false_discovery", rules.false_discovery, p.id(i)}};
    }
  } else if (compared == lost) {
    to.add("items.no_review", StatementRole::kMeaning).evidence = {{"lost", static_cast<double>(lost), {}}};
  }
  if (compared == 0)
    to.add("items.no_expectation", StatementRole::kUncertainty);
  else if (!not_compared.empty())
    to.add("items.not_compared", StatementRole::kUncertainty, {slot("items", p.labels(not_compared))});
}

/// Parts done well: enough items to say so (never a single one), and a share of points that reaches the best level.
inline void say_strengths(const Pupil& p, StatementMaker& to) {
  const Profile& profile = p.evaluation.profile;
  std::vector<feedback::PartScore> strong;
  const int least = std::max(2, profile.blueprint.least_items_a_point);
  const double cut = profile.levels.front().from_share;
  const std::vector<feedback::PartScore> parts = pupil_parts(p.evaluation, p.paper, p.person);
  const auto dimension = [&](const feedback::PartScore& s) { return p.paper.parts[static_cast<std::size_t>(s.part)].dimension; };
  const bool has_knowledge = std::any_of(p.paper.parts.begin(), p.paper.parts.end(),
                                         [](const feedback::Part& part) { return part.dimension == ctt::ContentDimension::kKnowledge; });
  for (const feedback::PartScore& s : parts) {
    if (dimension(s) != (has_knowledge ? ctt::ContentDimension::kKnowledge : ctt::ContentDimension::kAbilityLevel)) continue;
    if (s.n_items >= least && decision_value(s.share) >= decision_value(cut)) strong.push_back(s);
  }
  // The surest first.
  std::stable_sort(strong.begin(), strong.end(),
                   [](const auto& a, const auto& b) { return decision_value(a.lower) > decision_value(b.lower); });
  const auto most = std::min<std::size_t>(3, static_cast<std::size_t>(profile.family_page.most_strengths));
  for (std::size_t k = 0; k < std::min(most, strong.size()); ++k) {
    const feedback::PartScore& s = strong[k];
    Statement& said = to.add("strength.part", StatementRole::kMeaning,
                             {slot("part", p.paper.parts[static_cast<std::size_t>(s.part)].value),
                              slot("count", static_cast<double>(s.n_items), 0), slot("points", s.points, 2), slot("full", s.attainable, 2)},
                             "/" + std::to_string(k + 1));
    said.borderline = is_borderline(s.share, cut);
    said.evidence = {{"share", s.share, {}},
                     {"lower", s.lower, {}},
                     {"upper", s.upper, {}},
                     {"cut", cut, {}},
                     {"items", static_cast<double>(s.n_items), {}},
                     {"least_items", static_cast<double>(least), {}}};
  }
}

/// Next steps from what is known: items whose causes agree, a flagged item with a known cause, flagged items to look at again, then the
/// largest other losses with a known cause.
inline void say_next(const Pupil& p, StatementMaker& to, const std::vector<std::int32_t>& flagged,
                     const std::map<std::int32_t, std::vector<std::int32_t>>& shared) {
  auto left = std::min<std::size_t>(2, static_cast<std::size_t>(p.evaluation.profile.family_page.most_next_steps));
  std::vector<const std::vector<std::int32_t>*> groups;
  groups.reserve(shared.size());
  for (const auto& [code, items] : shared) groups.push_back(&items);
  const auto loss = [&](const std::vector<std::int32_t>& items) {
    double sum = 0.0;
    for (const std::int32_t i : items) sum += p.items[static_cast<std::size_t>(i)].loss;
    return decision_value(sum);
  };
  std::stable_sort(groups.begin(), groups.end(), [&](const auto* a, const auto* b) { return loss(*a) > loss(*b); });
  std::vector<std::int32_t> done;
  int number = 0;
  for (const std::vector<std::int32_t>* items : groups) {
    if (left == 0) return;
    const feedback::Cause& cause = p.items[static_cast<std::size_t>(items->front())].cause;
    to.add("next.shared", StatementRole::kNextStep, {slot("items", p.labels(*items)), slot("cause", cause.text)},
           "/" + std::to_string(++number))
        .evidence = {{"points_lost", loss(*items), {}}};
    done.insert(done.end(), items->begin(), items->end());
    --left;
  }
  std::vector<std::int32_t> unknown;
  for (const std::int32_t i : flagged)
    if (!known(p.items[static_cast<std::size_t>(i)].cause)) unknown.push_back(i);
  for (const std::int32_t i : flagged) {
    // The last place is kept for the losses whose cause the teacher has to confirm.
    if (left <= (unknown.empty() ? 0U : 1U)) break;
    const feedback::Cause& cause = p.items[static_cast<std::size_t>(i)].cause;
    if (!known(cause) || std::find(done.begin(), done.end(), i) != done.end()) continue;
    to.add("next.known", StatementRole::kNextStep, {slot("item", p.label(i)), slot("cause", cause.text)}, p.tail(i)).evidence = {
        {"loss", p.items[static_cast<std::size_t>(i)].loss, p.id(i)}};
    --left;
  }
  if (left > 0 && !unknown.empty()) {
    to.add("next.review", StatementRole::kNextStep, {slot("items", p.labels(unknown))}).evidence = {
        {"flagged", static_cast<double>(unknown.size()), {}}};
    --left;
  }
  // A place that is left goes to the largest other loss with a known cause: something to do tonight, without calling the loss unexpected.
  std::vector<std::int32_t> rest;
  for (const ItemOutcome& o : p.items) {
    const bool said =
        std::find(flagged.begin(), flagged.end(), o.item) != flagged.end() || std::find(done.begin(), done.end(), o.item) != done.end();
    if (is_loss(o) && known(o.cause) && !said) rest.push_back(o.item);
  }
  const auto lost = [&](std::int32_t i) { return decision_value(p.items[static_cast<std::size_t>(i)].loss); };
  std::stable_sort(rest.begin(), rest.end(), [&](std::int32_t a, std::int32_t b) { return lost(a) > lost(b); });
  for (const std::int32_t i : rest) {
    if (left == 0) return;
    to.add("next.known", StatementRole::kNextStep,
           {slot("item", p.label(i)), slot("cause", p.items[static_cast<std::size_t>(i)].cause.text)}, p.tail(i))
        .evidence = {{"loss", p.items[static_cast<std::size_t>(i)].loss, p.id(i)}};
    --left;
  }
}

}  // namespace pupil_statements_detail

std::vector<feedback::Statement> pupil_statements(const Evaluation& evaluation, const PaperEvaluation& paper, std::int64_t person,
                                                  bool with_diagnosis, std::span<const ItemOutcome> items) {
  namespace detail = pupil_statements_detail;
  if (person < 0 || person >= paper.n_persons()) throw LogicError("celadon::evaluation: a row outside the paper");
  detail::StatementMaker to(evaluate_detail::pupil_prefix(paper, person), feedback::SubjectKind::kPupil, person);
  const feedback::PupilLevel& level = paper.levels.pupils[static_cast<std::size_t>(person)];
  if (!level.counted) {
    const Status status = paper.paper.units.status.empty() ? Status::kPresent : paper.paper.units.status[static_cast<std::size_t>(person)];
    to.add("level.not_counted", feedback::StatementRole::kNote, {feedback::word_slot("status", std::string(detail::status_word(status)))});
    return std::move(to).take();
  }
  std::vector<ItemOutcome> own;
  items = evaluate_detail::items_of(paper, person, items, own);
  const detail::Pupil pupil{evaluation, paper, person, level, items};
  std::vector<std::int32_t> flagged;
  for (const feedback::Flag& f : paper.gain_loss.flags_of(person)) flagged.push_back(f.item);
  std::sort(flagged.begin(), flagged.end());
  std::map<std::int32_t, std::vector<std::int32_t>> shared;  // items by error code
  for (const ItemOutcome& o : pupil.items)
    if (detail::is_loss(o) && o.cause.source == feedback::CauseSource::kErrorCode && detail::known(o.cause))
      shared[o.cause.code].push_back(o.item);
  std::erase_if(shared, [](const auto& group) { return group.second.size() < 2; });
  detail::say_level(pupil, to);
  detail::say_items(pupil, to, flagged);
  if (!with_diagnosis) return std::move(to).take();
  detail::say_causes(pupil, to, shared);
  detail::say_strengths(pupil, to);
  detail::say_next(pupil, to, flagged, shared);
  return std::move(to).take();
}

}  // namespace celadon::inline CELADON_ABI::evaluation
