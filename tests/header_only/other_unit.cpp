#include <celadon/celadon.hpp>

double ability_of_all_right();

double ability_of_all_right() {
  celadon::irt::Model model;
  for (int j = 0; j < 6; ++j) {
    celadon::irt::ItemParameters item;
    item.id = std::to_string(j + 1);
    item.model = celadon::irt::ItemModel::k2pl;
    item.n_categories = 2;
    item.slope = 1.2;
    item.intercepts = {0.3 * (j - 3)};
    model.items.push_back(item);
  }
  model.populations.push_back({});
  const std::int8_t cells[6] = {1, 1, 1, 1, 1, 1};
  const auto data = celadon::Responses::from_dense(celadon::DenseView<std::int8_t>{cells, 1, 6, 6, 1});
  const auto scores = celadon::irt::score(model, data.value());
  return scores.value().ability[0];
}
