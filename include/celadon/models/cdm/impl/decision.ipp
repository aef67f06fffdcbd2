#pragma once

#include <celadon/models/cdm/decision.hpp>

#include <array>
#include <cmath>

namespace celadon::inline CELADON_ABI::cdm {

namespace decision_detail {

inline constexpr std::array<Reason, 6> kReasons = {Reason::kNoAnswers,         Reason::kTooFewItems,    Reason::kNotIdentified,
                                                   Reason::kBetweenThresholds, Reason::kPriorsDisagree, Reason::kDropped};

inline std::uint8_t bit(Reason reason) {
  return static_cast<std::uint8_t>(reason);
}

/// Whole millionths, so that machines agree.
inline long long rounded(double p) {
  return std::llround(p * 1e6);
}

inline Mastery by_threshold(double p, const DecisionOptions& options) {
  if (rounded(p) >= rounded(options.mastered)) return Mastery::kMastered;
  if (rounded(p) <= rounded(options.not_mastered)) return Mastery::kNotMastered;
  return Mastery::kNotEnoughEvidence;
}

inline bool near_threshold(double p, const DecisionOptions& options) {
  return std::llabs(rounded(p) - rounded(options.mastered)) <= 1 || std::llabs(rounded(p) - rounded(options.not_mastered)) <= 1;
}

/// The answer from one set of scores, with reasons.
struct Answer {
  Mastery mastery = Mastery::kNotEnoughEvidence;
  std::uint8_t reasons = 0;
  bool borderline = false;
};

inline Answer answer(const Scores& s, std::int64_t person, int attribute, const DecisionOptions& options) {
  Answer out;
  const ScoreStatus status = s.status[static_cast<std::size_t>(person)];
  if (status == ScoreStatus::kDropped) {
    out.reasons = bit(Reason::kDropped);
    return out;
  }
  const double p = s.mastery_of(person, attribute);
  const double lower = s.lower_of(person, attribute);
  const double upper = s.upper_of(person, attribute);
  const Mastery at_lower = by_threshold(lower, options);
  const Mastery at_upper = by_threshold(upper, options);
  out.borderline = near_threshold(p, options) || near_threshold(lower, options) || near_threshold(upper, options);
  if (s.n_answered[static_cast<std::size_t>(person)] == 0) out.reasons |= bit(Reason::kNoAnswers);
  if (s.n_items[s.at(person, attribute)] < options.min_items) out.reasons |= bit(Reason::kTooFewItems);
  const bool inseparable = (s.inseparable[static_cast<std::size_t>(person)] >> attribute & 1U) != 0;
  if (at_lower != at_upper || inseparable) out.reasons |= bit(Reason::kNotIdentified);
  if (by_threshold(p, options) == Mastery::kNotEnoughEvidence) out.reasons |= bit(Reason::kBetweenThresholds);
  if (out.reasons == 0) out.mastery = at_lower;
  return out;
}

}  // namespace decision_detail

std::string_view mastery_name(Mastery mastery) {
  constexpr std::string_view kNames[] = {"not_enough_evidence", "not_mastered", "mastered"};
  return kNames[static_cast<std::size_t>(mastery)];
}

std::string_view reason_name(Reason reason) {
  constexpr std::array<std::string_view, 6> kNames = {"no_answers",         "too_few_items",   "not_identified",
                                                      "between_thresholds", "priors_disagree", "dropped"};
  for (std::size_t r = 0; r < kNames.size(); ++r)
    if (decision_detail::kReasons[r] == reason) return kNames[r];
  return {};
}

Result<Decisions> decide(const Scores& scores, const DecisionOptions& options, const Scores* second) {
  using namespace decision_detail;
  const auto bad = [](const char* name, const char* detail) {
    return make_error(Code::kInvalidArgument, {}, {{"name", name}, {"detail", detail}});
  };
  if (!(options.not_mastered >= 0.0 && options.not_mastered < options.mastered && options.mastered <= 1.0))
    return bad("options", "0 <= not_mastered < mastered <= 1 is needed");
  if (options.min_items < 0) return bad("min_items", "it is negative");
  if (second != nullptr && second->attributes != scores.attributes) return bad("second", "its attributes are not the first's");
  if (second != nullptr && second->n_persons() != scores.n_persons())
    return make_error(
        Code::kLengthMismatch, {},
        {{"name", "second"}, {"actual", std::to_string(second->n_persons())}, {"expected", std::to_string(scores.n_persons())}});
  Decisions out;
  out.attributes = scores.attributes;
  out.options = options;
  const auto n_attributes = static_cast<int>(scores.attributes.size());
  for (std::int64_t i = 0; i < scores.n_persons(); ++i)
    for (int k = 0; k < n_attributes; ++k) {
      Answer a = answer(scores, i, k, options);
      if (second != nullptr) {
        const Answer b = answer(*second, i, k, options);
        a.borderline = a.borderline || b.borderline;
        if (a.mastery != b.mastery) {
          a.mastery = Mastery::kNotEnoughEvidence;
          a.reasons = static_cast<std::uint8_t>(a.reasons | bit(Reason::kPriorsDisagree));
        }
      }
      out.mastery.push_back(a.mastery);
      out.reasons.push_back(a.reasons);
      out.borderline.push_back(a.borderline ? 1 : 0);
    }
  return out;
}

Table Decisions::to_table() const {
  Table table("mastery_decisions");
  std::vector<std::int64_t> row;
  std::vector<std::string> attribute;
  std::vector<std::string> name;
  std::vector<std::string> why;
  for (std::size_t i = 0; i < mastery.size(); ++i) {
    row.push_back(static_cast<std::int64_t>(i / attributes.size()) + 1);
    attribute.push_back(attributes[i % attributes.size()]);
    name.emplace_back(mastery_name(mastery[i]));
    std::string words;
    for (const Reason reason : decision_detail::kReasons)
      if ((reasons[i] & static_cast<std::uint8_t>(reason)) != 0) words += (words.empty() ? "" : " ") + std::string(reason_name(reason));
    why.push_back(std::move(words));
  }
  table.add("row", std::move(row));
  table.add("attribute", std::move(attribute));
  table.add("mastery", std::move(name));
  table.add("reasons", std::move(why));
  table.add_boolean("borderline", borderline);
  return table;
}

}  // namespace celadon::inline CELADON_ABI::cdm
