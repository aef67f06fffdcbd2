// Every table of classical test theory.
#include "bits.hpp"

#include <celadon/models/ctt/conditional_sem.hpp>
#include <celadon/models/ctt/distractors.hpp>
#include <celadon/models/ctt/exam_statistics.hpp>
#include <celadon/models/ctt/item_analysis.hpp>
#include <celadon/models/ctt/reliability.hpp>
#include <celadon/models/ctt/score_distribution.hpp>
#include <celadon/models/ctt/score_moments.hpp>
#include <celadon/models/ctt/sp_table.hpp>
#include <celadon/models/ctt/test_scores.hpp>

int main(int argc, char** argv) {
  namespace ctt = celadon::ctt;
  const celadon::Responses marks = bits::answers(9001, 13, [](std::int64_t j) { return 2 + static_cast<int>(j % 4); });
  const celadon::Responses right = bits::right_or_wrong(120, 17);
  std::vector<double> weights(static_cast<std::size_t>(marks.n_persons()));
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = 0.5 + static_cast<double>(i % 9) / 8.0;
  return bits::run(argc, argv, [&](bits::Dump& dump, const celadon::ExecutionContext& context) {
    for (const bool weighted : {false, true}) {
      ctt::Sample sample;
      if (weighted) sample.weights = weights;
      const auto scores = bits::take(ctt::test_scores(marks, {}, sample, {}, context));
      dump.add(scores.to_table());
      dump.add(bits::take(ctt::item_analysis(marks, {}, sample, {}, context)).to_table());
      const auto moments = bits::take(ctt::score_moments(marks, {}, sample, {}, context));
      dump.add(moments.to_table());
      const auto reliability = bits::take(ctt::reliability(marks, {}, sample, {}, context));
      dump.add(reliability.to_table());
      dump.add(reliability.items_table());
      dump.add(bits::take(ctt::conditional_sem(marks, {}, sample, {}, context)).to_table());
      const auto exam = bits::take(ctt::exam_statistics(marks, {}, sample, {}, context));
      dump.add(exam.to_table());
      dump.add(exam.content_table());
      const auto distribution = bits::take(ctt::score_distribution(scores.total, sample.weights));
      dump.add(distribution.to_table());
      dump.add(distribution.summary_table());
    }
    dump.add(bits::take(ctt::distractors(marks, {}, {}, {}, context)).to_table());
    ctt::SpOptions options;
    options.n_simulations = 50;
    const auto sp = bits::take(ctt::sp_table(right, {}, {}, options, context));
    dump.add(sp.persons_table());
    dump.add(sp.items_table());
    dump.add(sp.cells_table());
  });
}
