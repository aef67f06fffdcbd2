#pragma once

#include <celadon/evaluation/suppression.hpp>

#include <cstddef>

namespace celadon::inline CELADON_ABI::evaluation {

namespace suppression_detail {

inline bool exempt(Audience audience) {
  return audience == Audience::kPupil || audience == Audience::kTeacher;
}

}  // namespace suppression_detail

std::vector<Hidden> suppress_groups(std::span<const std::int64_t> n, const SuppressionRules& rules, Audience audience) {
  std::vector<Hidden> hidden(n.size(), Hidden::kShown);
  if (suppression_detail::exempt(audience) || rules.least_n <= 1) return hidden;
  std::int64_t hidden_pupils = 0;
  std::size_t hidden_groups = 0;
  for (std::size_t i = 0; i < n.size(); ++i) {
    if (n[i] > 0 && n[i] < rules.least_n) {
      hidden[i] = Hidden::kSmallGroup;
      hidden_pupils += n[i];
      ++hidden_groups;
    }
  }
  // The whole less what is shown is the hidden remainder: one group, or too few pupils, would be known by subtraction.
  while (hidden_groups > 0 && (hidden_groups == 1 || hidden_pupils < rules.least_n)) {
    std::size_t smallest = n.size();
    for (std::size_t i = 0; i < n.size(); ++i) {
      if (hidden[i] == Hidden::kShown && n[i] > 0 && (smallest == n.size() || n[i] < n[smallest])) smallest = i;
    }
    if (smallest == n.size()) break;
    hidden[smallest] = Hidden::kComplement;
    hidden_pupils += n[smallest];
    ++hidden_groups;
  }
  return hidden;
}

Hidden suppress_rate(std::int64_t count, std::int64_t n, const SuppressionRules& rules, Audience audience) {
  if (suppression_detail::exempt(audience)) return Hidden::kShown;
  if (n < rules.least_n) return Hidden::kSmallGroup;
  if (rules.hide_all_or_none && (count <= 1 || count >= n - 1)) return Hidden::kAllOrNone;
  return Hidden::kShown;
}

}  // namespace celadon::inline CELADON_ABI::evaluation
