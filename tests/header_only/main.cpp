// Two units of a consumer that use the library as headers; the bodies are in a third, which celadon::headers adds.
#include <celadon/models/ctt/reliability.hpp>

#include <cmath>
#include <cstdio>

double ability_of_all_right();  // other_unit.cpp

int main() {
  // Five persons, four items: alpha = 4/3 (1 - 1 / 2.5) = 0.8 by the definition.
  const std::int8_t cells[20] = {1, 1, 1, 0, 1, 1, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0};
  const auto data = celadon::Responses::from_dense(celadon::DenseView<std::int8_t>{cells, 5, 4, 4, 1});
  if (!data) return 1;
  const auto reliability = celadon::ctt::reliability(*data);
  if (!reliability || std::fabs(reliability->alpha - 0.8) > 1e-12) return 2;
  const double ability = ability_of_all_right();
  std::printf("alpha %.3f, ability %.3f\n", reliability->alpha, ability);
  return ability > 0.5 && ability < 3.0 ? 0 : 3;
}
