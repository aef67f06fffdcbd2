// evaluation/feedback: item gain and loss from a calibrated model, and the working model of a class.
#include <celadon/evaluation/feedback/item_gain_loss.hpp>
#include <celadon/io/profile_json.hpp>
#include <celadon/models/irt/simulate.hpp>

#include "data.hpp"

namespace {

using namespace celadon_bench;
using celadon::irt::ItemModel;
namespace feedback = celadon::feedback;

celadon::evaluation::Paper paper_of(const Size& size) {
  celadon::evaluation::Paper paper;
  for (int j = 0; j < size.n_items; ++j) {
    celadon::Item item;
    item.id = std::to_string(j + 1);
    item.full_mark = 1.0;
    paper.items.push_back(item);
    paper.full_mark += 1.0;
  }
  paper.scored = answers(ItemModel::k2pl, size);
  return paper;
}

/// A paper of constructed answers, each of 30 points: the most categories that a class's paper asks for. Graded items with even steps.
celadon::evaluation::Paper paper_of_points(const Size& size) {
  constexpr int kPoints = 30;
  celadon::irt::Model model;
  celadon::evaluation::Paper paper;
  for (int j = 0; j < size.n_items; ++j) {
    celadon::irt::ItemParameters item;
    item.id = std::to_string(j + 1);
    item.model = ItemModel::kGraded;
    item.n_categories = kPoints + 1;
    item.slope = 0.7 + 0.2 * (j % 5);
    for (int k = 0; k < kPoints; ++k) item.intercepts.push_back(item.slope * (2.0 - 4.0 * k / (kPoints - 1.0)));
    model.items.push_back(item);
    celadon::Item of_paper;
    of_paper.id = item.id;
    of_paper.full_mark = kPoints;
    paper.items.push_back(of_paper);
    paper.full_mark += kPoints;
  }
  paper.scored = must(celadon::irt::simulate(model, celadon::irt::simulate_abilities({}, size.n_persons, 20261123), 7));
  return paper;
}

void gain_loss(benchmark::State& state, const Size& size) {
  const auto paper = paper_of(size);
  const std::vector<std::uint8_t> counted(static_cast<std::size_t>(size.n_persons), 1);
  const auto predictor = must(feedback::predictor_from_model(make_model(ItemModel::k2pl, size.n_items), paper.scored, paper.items, 5000.0));
  feedback::GainLossOptions options;
  options.keep_tails = false;
  for (auto _ : state)
    benchmark::DoNotOptimize(
        must(feedback::item_gain_loss(paper, counted, predictor, celadon::io::default_profile(), options, one_thread())));
  count_cells(state, size);
}

/// Everything that a class's paper needs, the working model among it.
void gain_loss_of_class(benchmark::State& state, const Size& size, const celadon::evaluation::Paper& paper) {
  const auto& profile = celadon::io::default_profile();
  const std::vector<std::uint8_t> counted(static_cast<std::size_t>(size.n_persons), 1);
  const feedback::CountedResponses of{&paper.scored, &paper.items, counted, {}};
  for (auto _ : state) {
    const auto predictor = must(feedback::fit_working_model(of, profile.expectation, one_thread()));
    benchmark::DoNotOptimize(must(feedback::item_gain_loss(paper, counted, predictor, profile, {}, one_thread())));
  }
  count_cells(state, size);
}

const int kRegistered = [] {
  for (const Size& size : kSizes)
    benchmark::RegisterBenchmark(name_of("feedback/gain_loss", size).c_str(), [size](benchmark::State& s) {
      gain_loss(s, size);
    })->Unit(benchmark::kMillisecond);
  for (const Size& size : {kClass, kSchool})
    benchmark::RegisterBenchmark(name_of("feedback/working_model_and_gain_loss", size).c_str(), [size](benchmark::State& s) {
      gain_loss_of_class(s, size, paper_of(size));
    })->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark(name_of("feedback/working_model_and_gain_loss_30_points", kClass).c_str(), [](benchmark::State& s) {
    gain_loss_of_class(s, kClass, paper_of_points(kClass));
  })->Unit(benchmark::kMillisecond);
  return 0;
}();

}  // namespace
