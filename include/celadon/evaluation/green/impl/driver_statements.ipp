#pragma once

#include <celadon/evaluation/green/driver_statements.hpp>
#include <celadon/evaluation/green/drivers.hpp>
#include <celadon/evaluation/scheme/impl/index_text.hpp>

#include <algorithm>
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

/// A share with one digit where the whole percentage would hide it.
inline std::string share_text(double share) {
  return std::isfinite(share) ? feedback::number_text(share * 100.0, 1) + "%" : "–";
}

/// A share with its interval; where its variance is at the boundary there is none, and the rule's plain form says the share alone.
inline void share(std::vector<Statement>& out, const std::string& prefix, const std::string& rule, const feedback::Slot& outcome,
                  const VarianceShare& s) {
  std::vector<feedback::Slot> slots = {outcome, feedback::slot("share", share_text(s.share)), scheme::text_detail::units_word(s.level)};
  const bool interval = std::isfinite(s.low) && std::isfinite(s.high);
  if (interval) {
    slots.push_back(feedback::slot("low", share_text(s.low)));
    slots.push_back(feedback::slot("high", share_text(s.high)));
  }
  add(out, prefix, interval ? rule : rule + "_plain", StatementRole::kFact, std::move(slots), s.level).evidence = {
      {"share", s.share, {}}, {"variance", s.variance, {}}};
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
    share(out, prefix, "balance.share", outcome, s);
    if (const VarianceShare* after = share_of(drivers.balance_after, s.level); after != nullptr && !drivers.effects.empty())
      share(out, prefix, "balance.after", outcome, *after);
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
  const bool judged = std::any_of(drivers.effects.begin(), drivers.effects.end(), [](const DriverEffect& e) { return std::isfinite(e.p); });
  if (judged && !any) add(out, prefix, "driver.none", StatementRole::kMeaning, {outcome});
  if (any) add(out, prefix, "driver.caution", StatementRole::kUncertainty, {});
  return out;
}

}  // namespace celadon::inline CELADON_ABI::green
