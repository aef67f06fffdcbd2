/* expect: incompatible pointer type */
/* A handle of one kind is not taken for another. */
#include <celadon/celadon.h>

celadon_status run(const celadon_responses* data, const celadon_items* items, celadon_irt_fit_result** out);

celadon_status run(const celadon_responses* data, const celadon_items* items, celadon_irt_fit_result** out) {
#ifdef MISUSE
  return celadon_irt_fit(items, 0, 0, out, 0);
#else
  (void)items;
  return celadon_irt_fit(data, 0, 0, out, 0);
#endif
}
