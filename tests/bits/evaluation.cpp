// Every table, statement and finding of an evaluation, calibrated and not.
#include "sample_paper.hpp"

#include <celadon/evaluation/evaluate.hpp>
#include <celadon/io/evaluation_json.hpp>
#include <celadon/io/profile_json.hpp>

int main(int argc, char** argv) {
  namespace evaluation = celadon::evaluation;
  const celadon::Dataset data = bits::sample_dataset();
  return bits::run(argc, argv, [&](bits::Dump& dump, const celadon::ExecutionContext& context) {
    for (const bool calibrate : {true, false}) {
      evaluation::EvaluateOptions options;
      options.calibrate = calibrate;
      const auto result = bits::take(evaluation::evaluate(data, celadon::io::default_profile(), options, context));
      for (const std::string& name : evaluation::table_names()) dump.add(bits::take(evaluation::table(result, name)));
      dump.add(bits::take(celadon::io::to_json(result, celadon::Language::kEnglish)));
      const auto& paper = result.papers.at(0);
      dump.add(paper.gain_loss.points);
      dump.add(paper.gain_loss.expected);
      dump.add(paper.gain_loss.tail);
      dump.add(paper.calibration.ability);
      dump.add(paper.findings);
      const celadon::feedback::Wording& words = celadon::io::default_wording(celadon::Language::kChinese);
      for (std::int64_t person = 0; person < paper.n_persons(); person += 40)
        for (const auto& statement : evaluation::pupil_statements(result, paper, person))
          dump.add(celadon::feedback::render(statement, words));
      for (std::size_t review = 0; review < paper.reviews.size(); ++review)
        for (const auto& statement : evaluation::class_statements(result, paper, review))
          dump.add(celadon::feedback::render(statement, words));
    }
  });
}
