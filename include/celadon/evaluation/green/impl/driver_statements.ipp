#pragma once

#include <celadon/evaluation/green/driver_statements.hpp>
#include <celadon/evaluation/green/drivers.hpp>

#include <cmath>
#include <string>
#include <utility>

namespace celadon::inline CELADON_ABI::green {

namespace driver_statements_detail {

using feedback::Statement;
using feedback::StatementRole;

inline Statement& add(std::vector<Statement>& out, const std::string& prefix, std::string_view rule, StatementRole role,
                      std::vector<feedback::Slot> slots, const std::string& tail = {}) {
  Statement& s = out.emplace_back();
  s.id = prefix + std::string(rule) + (tail.empty() ? "" : "/" + tail);
  s.rule = rule;
  s.subject = feedback::SubjectKind::kUnit;
  s.role = role;
  s.slots = std::move(slots);
  return s;
}

inline feedback::Slot units_word(const std::string& level) {
  for (const std::string_view known : {"class", "school", "district", "city"})
    if (level == known) return feedback::word_slot("units", "units." + level);
  return feedback::slot("units", level);
}

/// A share with one digit where the whole percentage would hide it.
inline std::string share_text(double share) {
  return std::isfinite(share) ? feedback::number_text(share * 100.0, 1) + "%" : "–";
}

inline const VarianceShare* share_of(const std::vector<VarianceShare>& shares, const std::string& level) {
  for (const VarianceShare& s : shares)
    if (s.level == level) return &s;
  return nullptr;
}

}  // namespace driver_statements_detail

std::vector<feedback::Statement> driver_statements(const Drivers& drivers) {
  using namespace driver_statements_detail;
  std::vector<Statement> out;
  const std::string prefix = "drivers/" + drivers.period + "/" + drivers.level + "/" + drivers.outcome + "/";
  const feedback::Slot outcome = feedback::slot("outcome", drivers.outcome_name);
  for (std::size_t k = 1; k < drivers.balance.size(); ++k) {
    const VarianceShare& s = drivers.balance[k];
    const bool interval = std::isfinite(s.low) && std::isfinite(s.high);
    std::vector<feedback::Slot> slots = {outcome, feedback::slot("share", share_text(s.share)), units_word(s.level)};
    if (interval) {
      slots.push_back(feedback::slot("low", share_text(s.low)));
      slots.push_back(feedback::slot("high", share_text(s.high)));
    }
    Statement& said = add(out, prefix, interval ? "balance.share" : "balance.share_plain", StatementRole::kFact, std::move(slots), s.level);
    said.evidence = {{"share", s.share, {}}, {"variance", s.variance, {}}};
    if (const VarianceShare* after = share_of(drivers.balance_after, s.level); after != nullptr && !drivers.effects.empty())
      add(out, prefix, "balance.after", StatementRole::kFact,
          {outcome, feedback::slot("share", share_text(after->share)), units_word(s.level)}, s.level)
          .evidence = {{"share", after->share, {}}, {"variance", after->variance, {}}};
  }
  bool any = false;
  for (const DriverEffect& e : drivers.effects) {
    if (!e.stands_out) continue;
    any = true;
    const bool up = e.estimate > 0.0;
    Statement& said = add(out, prefix, e.group ? "driver.effect_group" : "driver.effect", StatementRole::kFact,
                          {feedback::slot("predictor", e.name), outcome, feedback::word_slot("way", up ? "way.higher" : "way.lower"),
                           feedback::slot("size", std::abs(e.estimate), 2), feedback::slot("low", up ? e.low : -e.high, 2),
                           feedback::slot("high", up ? e.high : -e.low, 2)},
                          e.variable);
    said.evidence = {{"estimate", e.estimate, {}}, {"se", e.se, {}}, {"p", e.p, {}}, {"per", e.per, {}}};
  }
  if (!drivers.effects.empty() && !any) add(out, prefix, "driver.none", StatementRole::kMeaning, {outcome});
  if (any) add(out, prefix, "driver.caution", StatementRole::kUncertainty, {});
  return out;
}

}  // namespace celadon::inline CELADON_ABI::green
