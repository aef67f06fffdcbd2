// expect: celadon::DenseView: cells are int8_t, uint8_t, int16_t, int32_t or int64_t
// Marks in floating point are no categories; without the message the mistake would show only when the program is linked.
#include <celadon/core/responses.hpp>

#ifdef MISUSE
using Cell = double;
#else
using Cell = std::int8_t;
#endif

celadon::Result<celadon::Responses> packed(const Cell* cells);

celadon::Result<celadon::Responses> packed(const Cell* cells) {
  celadon::DenseView<Cell> view;
  view.data = cells;
  view.n_persons = 40;
  view.n_items = 30;
  view.person_stride = 30;
  return celadon::Responses::from_dense(view);
}
