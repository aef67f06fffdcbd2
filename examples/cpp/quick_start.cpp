// From answers to reliability and abilities.
#include <celadon/celadon.hpp>

#include <cstdio>

int main() {
  // Eight pupils (rows) on five items (columns): 1 right, 0 wrong, -3 left blank.
  const std::int8_t answers[] = {1, 1, 1, 1, 0, 1, 1, 0, 0, 0, 1, 0, 0, -3, 0, 1, 1, 1, 0, 1,
                                 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 1, 0, 1,  0, 1, 1, 1, 0, 0};
  const auto responses = celadon::Responses::from_dense(celadon::DenseView<std::int8_t>{answers, 8, 5, 5, 1}).value();
  std::printf("alpha %.2f\n", celadon::ctt::reliability(responses).value().alpha);

  celadon::irt::FitOptions options;
  options.model = celadon::irt::ItemModel::kRasch;  // eight pupils carry no slopes
  const auto fit = celadon::irt::fit(responses, options).value();
  const auto scores = celadon::irt::score(fit.model, responses).value();
  for (std::size_t i = 0; i < scores.ability.size(); ++i)
    std::printf("ability %5.2f, error %.2f\n", scores.ability[i], scores.ability_se[i]);
  return 0;
}
