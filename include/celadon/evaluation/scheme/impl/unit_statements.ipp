#pragma once

#include <celadon/evaluation/scheme/unit_statements.hpp>

#include <celadon/evaluation/scheme/impl/index_text.hpp>
#include <celadon/evaluation/scheme/like_units.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace celadon::inline CELADON_ABI::scheme {

TargetState target_state(const Indicator& indicator, const IndexValue& value) {
  const int sign = text_detail::wanted_sign(indicator);
  const double target = indicator.target;
  if (!text_detail::shown(value) || target != target || sign == 0 || value.low != value.low || value.high != value.high)
    return TargetState::kNone;
  if (sign > 0) return value.low >= target ? TargetState::kMet : value.high < target ? TargetState::kMissed : TargetState::kOpen;
  return value.high <= target ? TargetState::kMet : value.low > target ? TargetState::kMissed : TargetState::kOpen;
}

NumberForm number_form(const Indicator& indicator) {
  NumberForm form;
  const std::string& unit = indicator.unit;
  const bool difference = indicator.statistic == Statistic::kChange || indicator.statistic == Statistic::kGap;
  if (unit == "share") return {100.0, 1, difference ? "measure.share_difference" : "measure.share", "measure.share_difference", {}};
  if (unit == "coefficient") return {1.0, 3, "", "", {}};
  for (const std::string_view known : {"points", "hours", "minutes", "yuan"})
    if (unit == known) {
      form.unit = form.difference_unit = "measure." + unit;
      form.decimals = known == "hours" ? 2 : 1;
      return form;
    }
  form.decimals = 2;
  const LocalText& name = indicator.unit_name;
  if (!name.zh.empty() || !name.en.empty()) {
    form.literal = {" " + name.zh, " " + name.en};
  } else if (!unit.empty()) {
    form.literal = {" " + unit, " " + unit};
  }
  return form;
}

namespace unit_statements_detail {

using evaluation::Hidden;
using feedback::Statement;
using feedback::StatementRole;
using text_detail::full_name;
using text_detail::number_of;
using text_detail::shown;

class Maker {
 public:
  Maker(const SchemeEvaluation& evaluation, std::size_t period, std::size_t level, std::size_t unit, const LikeUnits* like)
      : scheme_(evaluation.scheme), now_(evaluation.periods[period]), level_(level), unit_(unit), like_(like) {
    const UnitLevel& units = now_.levels[level];
    prefix_ = scheme_.id + "/" + now_.id + "/" + units.name + "/" + units.ids[unit] + "/";
    n_ = scheme_.indicators.size();
    look_.assign(n_, 0);
  }

  std::vector<Statement> make() {
    const std::vector<std::int32_t> all = reading_order();
    for (const std::int32_t k : all) target(k);
    std::int64_t still = 0;
    for (const std::int32_t k : all) still += change(k);
    if (still > 0) add("index.no_change", StatementRole::kNote, {feedback::slot("count", static_cast<double>(still), 0)});
    std::int64_t near = 0;
    for (const std::int32_t k : all) near += like(k);
    if (near > 0) add("index.like_near", StatementRole::kNote, {feedback::slot("count", static_cast<double>(near), 0), units_word()});
    if (!anything_) nothing(all, still + near > 0);
    const std::size_t before = out_.size();
    for (const std::int32_t k : all) look(k);
    if (out_.size() > before) add("unit.look_why", StatementRole::kNextStep, {});
    missing(all);
    return std::move(out_);
  }

 private:
  [[nodiscard]] const Indicator& indicator(std::int32_t k) const { return scheme_.indicators[static_cast<std::size_t>(k)]; }
  [[nodiscard]] const IndexValue& value(std::int32_t k) const { return now_.values[level_][unit_ * n_ + static_cast<std::size_t>(k)]; }
  [[nodiscard]] feedback::Slot name(std::int32_t k) const { return feedback::slot("name", full_name(scheme_, k)); }

  /// Parents before their parts, roots in the scheme's order.
  [[nodiscard]] std::vector<std::int32_t> reading_order() const {
    std::vector<std::int32_t> order;
    std::vector<std::int32_t> open(scheme_.roots.rbegin(), scheme_.roots.rend());
    while (!open.empty()) {
      const std::int32_t k = open.back();
      open.pop_back();
      order.push_back(k);
      const auto& children = indicator(k).children;
      open.insert(open.end(), children.rbegin(), children.rend());
    }
    return order;
  }

  static feedback::Slot unit_slot(const char* slot, const std::string& key, const LocalText& literal) {
    return key.empty() ? feedback::slot(slot, literal) : feedback::word_slot(slot, key);
  }
  [[nodiscard]] feedback::Slot units_word() const { return text_detail::units_word(now_.levels[level_].name); }

  Statement& add(std::string_view rule, StatementRole role, std::vector<feedback::Slot> slots, std::int32_t k = -1) {
    Statement& s = out_.emplace_back();
    s.id = prefix_ + std::string(rule);
    if (k >= 0) s.id += "/" + indicator(k).id;
    s.rule = rule;
    s.subject = feedback::SubjectKind::kUnit;
    s.role = role;
    s.index = static_cast<std::int64_t>(unit_);
    s.slots = std::move(slots);
    return s;
  }
  static void evidence(Statement& s, std::initializer_list<std::pair<const char*, double>> numbers) {
    for (const auto& [name, number] : numbers)
      if (number == number) s.evidence.push_back({name, number, {}});
  }

  void target(std::int32_t k) {
    const Indicator& i = indicator(k);
    const IndexValue& v = value(k);
    const TargetState state = target_state(i, v);
    if (state == TargetState::kNone) return;
    const NumberForm form = number_form(i);
    const char* rule = state == TargetState::kMet      ? "index.target_met"
                       : state == TargetState::kMissed ? "index.target_missed"
                                                       : "index.target_open";
    const StatementRole role = state == TargetState::kOpen ? StatementRole::kUncertainty : StatementRole::kFact;
    Statement& s = add(rule, role,
                       {name(k), feedback::slot("value", number_of(form, v.value)), feedback::slot("low", number_of(form, v.low)),
                        feedback::slot("high", number_of(form, v.high)), feedback::slot("target", number_of(form, i.target)),
                        unit_slot("unit", form.unit, form.literal)},
                       k);
    evidence(s, {{"value", v.value}, {"se", v.se}, {"low", v.low}, {"high", v.high}, {"target", i.target}, {"n", v.n}});
    anything_ = true;
    if (state == TargetState::kMissed) look_[static_cast<std::size_t>(k)] = 1;
  }

  /// 1 for an index that was compared and shows no change.
  std::int64_t change(std::int32_t k) {
    const Indicator& i = indicator(k);
    const IndexValue& v = value(k);
    if (!shown(v) || !text_detail::compared(v)) return 0;
    if (v.change_state == ChangeState::kNoVisible) return 1;
    const NumberForm form = number_form(i);
    const int sign = (v.change > 0.0 ? 1 : -1) * text_detail::wanted_sign(i);
    const char* rule = sign > 0 ? "index.change_better" : sign < 0 ? "index.change_worse" : "index.change_neutral";
    Statement& s = add(rule, StatementRole::kFact, difference(k, form, v.change, v.change_low, v.change_high), k);
    evidence(s, {{"value", v.value},
                 {"change", v.change},
                 {"change_se", v.change_se},
                 {"change_low", v.change_low},
                 {"change_high", v.change_high},
                 {"change_p", v.change_p},
                 {"n", v.n}});
    anything_ = true;
    if (sign < 0) look_[static_cast<std::size_t>(k)] = 1;
    return 0;
  }

  /// 1 for an index that was compared with like units and is near them.
  std::int64_t like(std::int32_t k) {
    if (like_ == nullptr) return 0;
    const Indicator& i = indicator(k);
    if (i.statistic == Statistic::kChange) return 0;  // the change of another index: its own comparison says it
    const LikeValue& v = like_->values[unit_ * n_ + static_cast<std::size_t>(k)];
    if (!shown(value(k)) || v.state == LikeState::kNotCompared) return 0;
    if (v.state == LikeState::kNear) return 1;
    const NumberForm form = number_form(i);
    const int sign = (v.difference > 0.0 ? 1 : -1) * text_detail::wanted_sign(i);
    const char* rule = sign > 0 ? "index.like_better" : sign < 0 ? "index.like_worse" : "index.like_neutral";
    std::vector<feedback::Slot> slots = difference(k, form, v.difference, v.low, v.high);
    slots.push_back(feedback::slot("n", static_cast<double>(v.n_like), 0));
    slots.push_back(units_word());
    Statement& s = add(rule, StatementRole::kFact, std::move(slots), k);
    evidence(s, {{"value", value(k).value},
                 {"like_mean", v.like_mean},
                 {"difference", v.difference},
                 {"se", v.se},
                 {"low", v.low},
                 {"high", v.high},
                 {"p", v.p},
                 {"n_like", static_cast<double>(v.n_like)}});
    anything_ = true;
    if (sign < 0) look_[static_cast<std::size_t>(k)] = 1;
    return 0;
  }

  /// A difference is told by its size and a word for its sign, so that the ends of its interval are told the same way round.
  [[nodiscard]] std::vector<feedback::Slot> difference(std::int32_t k, const NumberForm& form, double size, double low, double high) const {
    const bool up = size > 0.0;
    return {name(k),
            feedback::word_slot("way", up ? "way.higher" : "way.lower"),
            feedback::slot("size", number_of(form, std::abs(size))),
            feedback::slot("low", number_of(form, up ? low : -high)),
            feedback::slot("high", number_of(form, up ? high : -low)),
            unit_slot("unit", form.difference_unit, form.literal)};
  }

  void nothing(const std::vector<std::int32_t>& all, bool compared) {
    const bool any = std::any_of(all.begin(), all.end(), [&](std::int32_t k) { return shown(value(k)); });
    if (!any)
      add("unit.no_values", StatementRole::kMeaning, {});
    else if (compared)
      add("unit.nothing", StatementRole::kMeaning, {});
    else
      add("unit.not_compared", StatementRole::kMeaning, {});
  }

  /// Once an index; a part whose whole is named already stands in its list.
  void look(std::int32_t k) {
    if (look_[static_cast<std::size_t>(k)] == 0) return;
    const std::int32_t parent = indicator(k).parent;
    if (parent >= 0 && look_[static_cast<std::size_t>(parent)] != 0) return;
    std::vector<std::int32_t> parts;
    for (const bool flagged : {true, false}) {
      if (!parts.empty()) break;
      for (const std::int32_t c : indicator(k).children)
        if (shown(value(c)) && (!flagged || look_[static_cast<std::size_t>(c)] != 0)) parts.push_back(c);
    }
    if (parts.empty())
      add("index.look", StatementRole::kNextStep, {name(k), feedback::slot("n", value(k).n, 0)}, k);
    else
      add("index.look_parts", StatementRole::kNextStep, {name(k), feedback::slot("parts", text_detail::name_list(scheme_, parts))}, k);
  }

  void missing(const std::vector<std::int32_t>& all) {
    static constexpr std::array<std::pair<const char*, IndexState>, 7> kReasons = {{{"index.missing_data", IndexState::kNotInData},
                                                                                    {"index.missing_few", IndexState::kNoData},
                                                                                    {"index.missing_cut", IndexState::kCutNotPublished},
                                                                                    {"index.missing_weights", IndexState::kNoWeights},
                                                                                    {"index.missing_parts", IndexState::kPartsMissing},
                                                                                    {"index.by_people", IndexState::kByPeople},
                                                                                    {"index.missing_invalid", IndexState::kInvalid}}};
    for (const auto& [rule, state] : kReasons) {
      std::vector<std::int32_t> names;
      for (const std::int32_t k : all)
        if (value(k).state == state) names.push_back(k);
      if (!names.empty()) add(rule, StatementRole::kNote, {feedback::slot("names", text_detail::name_list(scheme_, names))});
    }
    std::vector<std::int32_t> apart;
    for (const std::int32_t k : all)
      if (shown(value(k)) && value(k).change_state == ChangeState::kNotLinked) apart.push_back(k);
    if (!apart.empty()) add("index.not_linked", StatementRole::kNote, {feedback::slot("names", text_detail::name_list(scheme_, apart))});
    std::vector<std::int32_t> hidden;
    for (const std::int32_t k : all)
      if (value(k).state == IndexState::kEvaluated && value(k).hidden != Hidden::kShown) hidden.push_back(k);
    if (!hidden.empty()) add("index.hidden", StatementRole::kNote, {feedback::slot("names", text_detail::name_list(scheme_, hidden))});
  }

  const Scheme& scheme_;
  const PeriodValues& now_;
  std::size_t level_;
  std::size_t unit_;
  const LikeUnits* like_;
  std::string prefix_;
  std::size_t n_ = 0;
  bool anything_ = false;           ///< something stands out
  std::vector<std::uint8_t> look_;  ///< indices that are worth looking into
  std::vector<Statement> out_;
};

}  // namespace unit_statements_detail

Result<std::vector<feedback::Statement>> unit_statements(const SchemeEvaluation& evaluation, std::size_t period, std::string_view level,
                                                         std::string_view unit, const LikeUnits* like) {
  const std::int32_t l = period < evaluation.periods.size() ? evaluation.find_level(period, level) : -1;
  if (l < 0) return make_error(Code::kNoSuchUnit, {}, {{"row", std::string(level)}});
  const std::vector<std::string>& ids = evaluation.periods[period].levels[static_cast<std::size_t>(l)].ids;
  const auto it = std::find(ids.begin(), ids.end(), unit);
  if (it == ids.end()) return make_error(Code::kNoSuchUnit, {}, {{"row", std::string(unit)}});
  if (like != nullptr && (like->level != level || like->values.size() != ids.size() * evaluation.scheme.indicators.size())) like = nullptr;
  return unit_statements_detail::Maker(evaluation, period, static_cast<std::size_t>(l), static_cast<std::size_t>(it - ids.begin()), like)
      .make();
}

Table to_table(const std::vector<feedback::Statement>& statements, const feedback::Wording& zh, const feedback::Wording& en) {
  std::array<std::vector<std::string>, 6> text;
  static constexpr std::array<const char*, 5> kRoles = {"fact", "meaning", "uncertainty", "next_step", "note"};
  for (const feedback::Statement& s : statements) {
    std::string numbers;
    for (const feedback::EvidenceNumber& e : s.evidence) {
      if (!numbers.empty()) numbers += "; ";
      numbers += e.name + "=" + feedback::number_text(e.value, 6);
    }
    const std::array<std::string, 6> row = {
        s.id, s.rule, kRoles[static_cast<std::size_t>(s.role)], feedback::render(s, zh), feedback::render(s, en), numbers};
    for (std::size_t c = 0; c < row.size(); ++c) text[c].push_back(row[c]);
  }
  static constexpr std::array<const char*, 6> kNames = {"id", "rule", "role", "zh", "en", "evidence"};
  Table table("statements");
  for (std::size_t c = 0; c < kNames.size(); ++c) table.add(kNames[c], std::move(text[c]));
  return table;
}

}  // namespace celadon::inline CELADON_ABI::scheme
