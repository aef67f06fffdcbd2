// Calibration, scoring, fit and curves of every model.
#include "bits.hpp"

#include <celadon/io/irt_json.hpp>
#include <celadon/models/irt/connect.hpp>
#include <celadon/models/irt/default_model.hpp>
#include <celadon/models/irt/fit.hpp>
#include <celadon/models/irt/information.hpp>
#include <celadon/models/irt/item_fit.hpp>
#include <celadon/models/irt/local_dependence.hpp>
#include <celadon/models/irt/model_fit.hpp>
#include <celadon/models/irt/person_fit.hpp>
#include <celadon/models/irt/score.hpp>
#include <celadon/models/irt/simulate.hpp>
#include <celadon/models/irt/sum_score.hpp>

int main(int argc, char** argv) {
  namespace irt = celadon::irt;
  using M = irt::ItemModel;
  const celadon::Responses marks = bits::answers(4500, 7, [](std::int64_t j) { return 3 + static_cast<int>(j % 2); });
  const celadon::Responses right = bits::right_or_wrong(4500, 9);
  return bits::run(argc, argv, [&](bits::Dump& dump, const celadon::ExecutionContext& context) {
    for (const M model : {M::kRasch, M::k2pl, M::k3pl, M::kGraded, M::kGeneralizedPartialCredit, M::kNominal}) {
      const bool binary = model == M::kRasch || model == M::k2pl || model == M::k3pl;
      const celadon::Responses& data = binary ? right : marks;
      irt::FitOptions options;
      options.model = model;
      options.grid.n_nodes = 21;
      options.max_iterations = 12;
      if (model == M::k3pl) options.priors.push_back({"", irt::ParameterKind::kLower, irt::PriorFamily::kBeta, 5.0, 17.0});
      const irt::Fit fit = bits::take(irt::fit(data, options, context));
      dump.add(fit.item_table());
      dump.add(fit.parameter_table());
      dump.add(fit.parameter_table(true));
      dump.add(fit.irt.covariance);
      dump.add(fit.log_likelihood);
      dump.add(irt::save(fit.model));
      for (const irt::ScoreMethod method :
           {irt::ScoreMethod::kEap, irt::ScoreMethod::kMap, irt::ScoreMethod::kWle, irt::ScoreMethod::kMl}) {
        irt::ScoreOptions how;
        how.method = method;
        dump.add(bits::take(irt::score(fit.model, data, how, context)).table());
      }
      dump.add(bits::take(irt::log_likelihood(fit.model, data, {}, context)).value);
      dump.add(bits::take(irt::item_mean_squares(fit.model, data, {}, context)).table());
      dump.add(bits::take(irt::person_fit(fit.model, data, {}, context)).table());
      dump.add(bits::take(irt::local_dependence(fit.model, data, {}, context)).table());
      dump.add(bits::take(irt::test_curves(fit.model)).table());
      dump.add(bits::take(irt::sum_score_table(fit.model)).table());
      if (model == M::k2pl) {
        dump.add(bits::take(irt::item_s_x2(fit.model, data, {}, context)).table());
        dump.add(bits::take(irt::model_fit(fit.model, data, {}, context)).table());
        const auto abilities = irt::simulate_abilities(fit.model.populations[0], 5000, 7);
        dump.add(abilities);
        const celadon::Responses made = bits::take(irt::simulate(fit.model, abilities, 9, {}, context));
        std::vector<std::uint8_t> cells;
        for (std::int64_t i = 0; i < made.n_persons(); ++i)
          for (std::int64_t j = 0; j < made.n_items(); ++j) cells.push_back(made.at(i, j));
        dump.add(cells);
      }
    }
    dump.add(bits::take(irt::connectedness(right, {}, context)).to_table());
    dump.add(bits::take(irt::default_model(right)).to_table(right));
  });
}
