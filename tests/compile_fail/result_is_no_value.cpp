// expect: cannot convert|no viable conversion
// A result is not its value: the reader has to ask whether there is one.
#include <celadon/models/irt/information.hpp>

double reliability(const celadon::irt::Model& model);

double reliability(const celadon::irt::Model& model) {
#ifdef MISUSE
  return celadon::irt::marginal_reliability(model);
#else
  return celadon::irt::marginal_reliability(model).value_or(0.0);
#endif
}
