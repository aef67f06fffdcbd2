// expect: ignoring return(ed)? value|nodiscard
// A result that may hold an error is not dropped silently.
#include <celadon/models/ctt/reliability.hpp>

double alpha(const celadon::Responses& data);

double alpha(const celadon::Responses& data) {
#ifdef MISUSE
  celadon::ctt::reliability(data);
#endif
  const auto result = celadon::ctt::reliability(data);
  return result ? result->alpha : 0.0;
}
