// expect: cannot convert|no viable conversion|no known conversion
// Who may read a page and whose figures are suppressed are different questions with different types.
#include <celadon/evaluation/suppression.hpp>
#include <celadon/reports/report.hpp>

celadon::evaluation::Hidden decide(const celadon::evaluation::SuppressionRules& rules);

celadon::evaluation::Hidden decide(const celadon::evaluation::SuppressionRules& rules) {
#ifdef MISUSE
  return celadon::evaluation::suppress_rate(3, 12, rules, celadon::reports::Audience::kSchool);
#else
  return celadon::evaluation::suppress_rate(3, 12, rules, celadon::evaluation::Audience::kSchool);
#endif
}
