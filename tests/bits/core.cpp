// Packing, random streams, normal quantiles, exp and log.
#include "bits.hpp"

#include <celadon/core/math.hpp>
#include <celadon/core/normal.hpp>
#include <celadon/core/random.hpp>

int main(int argc, char** argv) {
  return bits::run(argc, argv, [](bits::Dump& dump, const celadon::ExecutionContext&) {
    const celadon::Responses data = bits::answers(500, 9, [](std::int64_t j) { return 2 + static_cast<int>(j % 4); });
    std::vector<std::uint8_t> cells;
    for (std::int64_t i = 0; i < data.n_persons(); ++i)
      for (std::int64_t j = 0; j < data.n_items(); ++j) cells.push_back(data.at(i, j));
    dump.add(cells);
    std::vector<double> values;
    for (int i = -3000; i <= 3000; ++i) {
      const double x = i * 0.0123;
      values.push_back(celadon::math::exp(x));
      values.push_back(celadon::math::log(x * x + 0.001));
      values.push_back(celadon::math::logistic(x));
      values.push_back(celadon::normal_cdf(x));
      values.push_back(celadon::normal_quantile(celadon::math::logistic(x / 10.0)));
    }
    dump.add(values);
  });
}
