// Calibration of diagnosis models: every rule, structure and kind of error.
#include "bits.hpp"

#include <celadon/models/cdm/fit.hpp>

int main(int argc, char** argv) {
  namespace cdm = celadon::cdm;
  const celadon::Responses right = bits::right_or_wrong(4500, 9);
  cdm::QMatrix q;
  q.attributes = {"A", "B", "C"};
  q.item_ids = right.item_ids();
  for (std::size_t j = 0; j < q.item_ids.size(); ++j)
    for (std::size_t k = 0; k < 3; ++k) q.cells.push_back(j % 3 == k || (j % 4 == 3 && (j + 1) % 3 == k) ? 1 : 0);
  return bits::run(argc, argv, [&](bits::Dump& dump, const celadon::ExecutionContext& context) {
    dump.add(bits::take(cdm::check_q_matrix(q)).to_table());
    for (const cdm::Rule rule :
         {cdm::Rule::kDina, cdm::Rule::kDino, cdm::Rule::kAcdm, cdm::Rule::kLlm, cdm::Rule::kRrum, cdm::Rule::kGdina}) {
      cdm::FitOptions options;
      options.rule = rule;
      options.n_starts = 3;
      options.n_finals = 2;
      options.max_iterations = 30;
      options.monotone = rule == cdm::Rule::kLlm;
      options.errors = rule == cdm::Rule::kDina ? cdm::ErrorMethod::kSandwich : cdm::ErrorMethod::kInformation;
      if (rule == cdm::Rule::kDino) options.structure = cdm::Structure::kHigherOrder;
      if (rule == cdm::Rule::kAcdm) options.structure = cdm::Structure::kIndependent;
      const cdm::Fit fit = bits::take(cdm::fit(right, q, options, context));
      dump.add(fit.item_table());
      dump.add(fit.class_table());
      dump.add(fit.log_likelihood);
      dump.add(fit.mastery_difference);
      for (const cdm::ItemEstimate& item : fit.items) dump.add(item.parameters_se);
      dump.add(bits::take(cdm::log_likelihood(fit.model, right, {}, context)).value);
    }
  });
}
