// Every page of an evaluation, HTML and JSON, in both languages.
#include "sample_paper.hpp"

#include <celadon/evaluation/evaluate.hpp>
#include <celadon/io/profile_json.hpp>
#include <celadon/reports/evaluation_reports.hpp>
#include <celadon/reports/sink.hpp>

int main(int argc, char** argv) {
  namespace reports = celadon::reports;
  const celadon::Dataset data = bits::sample_dataset();
  return bits::run(argc, argv, [&](bits::Dump& dump, const celadon::ExecutionContext& context) {
    const auto result = bits::take(celadon::evaluation::evaluate(data, celadon::io::default_profile(), {}, context));
    for (const celadon::Language language : {celadon::Language::kChinese, celadon::Language::kEnglish}) {
      reports::CallbackSink sink([&dump](const reports::Page& page) -> celadon::Result<void> {
        dump.add(page.path);
        dump.add(page.bytes);
        return {};
      });
      reports::WriteOptions options;
      options.report.language = language;
      options.json = true;
      options.print_files = language == celadon::Language::kChinese;
      const auto written = bits::take(reports::write_reports(result, sink, options, context));
      dump.add(static_cast<double>(written.pages));
    }
  });
}
