/* expect: incomplete type */
/* Handles are opaque: their insides may change. */
#include <celadon/celadon.h>

int64_t rows(const celadon_table* table);

int64_t rows(const celadon_table* table) {
#ifdef MISUSE
  return table->value.n_rows;
#else
  return celadon_table_n_rows(table);
#endif
}
