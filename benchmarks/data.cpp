#include "data.hpp"

#include <celadon/models/irt/simulate.hpp>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <utility>

namespace celadon_bench {

using celadon::irt::ItemModel;

void stop(const celadon::Error& error) {
  std::fprintf(stderr, "%s\n", error.cause(celadon::Language::kEnglish).c_str());
  std::exit(1);
}

celadon::irt::Model make_model(ItemModel model, int n_items) {
  celadon::irt::Model out;
  for (int j = 0; j < n_items; ++j) {
    celadon::irt::ItemParameters item;
    item.id = std::to_string(j + 1);
    item.model = model;
    item.slope = model == ItemModel::kRasch ? 1.0 : 0.7 + 0.2 * (j % 5);
    const double difficulty = -2.0 + 4.0 * ((j * 7) % n_items) / n_items;
    if (celadon::irt::is_dichotomous(model)) {
      item.intercepts = {-item.slope * difficulty};
      if (model == ItemModel::k3pl) item.lower = 0.2;
    } else {
      item.n_categories = 4;
      const double middle = -item.slope * difficulty;
      if (model == ItemModel::kGraded)
        item.intercepts = {middle + 1.0, middle, middle - 1.0};
      else
        item.intercepts = {middle + 1.0, 2.0 * middle + 1.0, 3.0 * middle};
    }
    out.items.push_back(std::move(item));
  }
  return out;
}

const celadon::Responses& answers(ItemModel model, const Size& size) {
  static std::map<std::pair<ItemModel, std::string>, celadon::Responses> made;
  const auto key = std::pair{model, std::string(size.name)};
  const auto at = made.find(key);
  if (at != made.end()) return at->second;
  const auto abilities = celadon::irt::simulate_abilities({}, size.n_persons, 20261123);
  return made.emplace(key, must(celadon::irt::simulate(make_model(model, size.n_items), abilities, 7))).first->second;
}

const std::vector<std::int8_t>& matrix(const Size& size) {
  static std::map<std::string, std::vector<std::int8_t>> made;
  std::vector<std::int8_t>& out = made[size.name];
  if (!out.empty()) return out;
  const auto& from = answers(ItemModel::k2pl, size);
  out.resize(static_cast<std::size_t>(size.n_persons * size.n_items));
  for (std::int64_t i = 0; i < size.n_persons; ++i)
    for (std::int64_t j = 0; j < size.n_items; ++j)
      out[static_cast<std::size_t>(i * size.n_items + j)] = static_cast<std::int8_t>(from.at(i, j));
  return out;
}

void count_cells(benchmark::State& state, const Size& size) {
  const std::int64_t cells = state.iterations() * size.n_persons * size.n_items;
  state.SetItemsProcessed(cells);
  state.SetBytesProcessed(cells);
}

celadon::ExecutionContext one_thread() {
  celadon::ExecutionContext context;
  context.n_threads = 1;
  return context;
}

std::string name_of(const char* what, const Size& size) {
  return std::string(what) + "/" + size.name;
}

}  // namespace celadon_bench
