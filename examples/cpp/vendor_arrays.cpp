// A platform that holds marks in arrays of its own: it makes a paper of them, evaluates it, and takes one pupil's report as JSON for its
// own page and every page for its own store. The marks are simulated and every page says so.
#include <celadon/evaluation/evaluate.hpp>
#include <celadon/io/profile_json.hpp>
#include <celadon/reports/evaluation_reports.hpp>
#include <celadon/reports/json.hpp>
#include <celadon/reports/sink.hpp>

#include <cstdint>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

namespace {

constexpr int kPupils = 80, kItems = 12;

// What the platform has: a column an item (so the stride of a pupil is 1), half of the items worth one point, half worth three.
struct Platform {
  std::vector<std::uint8_t> marks = std::vector<std::uint8_t>(kPupils * kItems);
  std::vector<std::string> pupil_ids;
  std::vector<std::int32_t> class_of_pupil;

  Platform() {
    std::uint32_t state = 7;
    const auto draw = [&state] { return (state = state * 1664525U + 1013904223U) >> 16; };
    for (int i = 0; i < kPupils; ++i) {
      pupil_ids.push_back("2026-" + std::to_string(1000 + i));
      class_of_pupil.push_back(i % 2);
      const std::uint32_t able = 20 + draw() % 60;
      for (int j = 0; j < kItems; ++j)
        for (int point = 0; point < (j % 2 == 0 ? 1 : 3); ++point)
          marks[static_cast<std::size_t>(j * kPupils + i)] += draw() % 100U < able + 20U - static_cast<std::uint32_t>(j) ? 1 : 0;
    }
  }
};

celadon::evaluation::Paper paper_of(const Platform& platform) {
  celadon::evaluation::Paper paper;
  paper.id = "unit-3";
  paper.name = "Unit 3";
  paper.simulated = true;
  for (int j = 0; j < kItems; ++j) {
    celadon::Item item;
    item.id = std::to_string(j + 1);
    item.full_mark = j % 2 == 0 ? 1.0 : 3.0;
    item.knowledge = {j < kItems / 2 ? "fractions" : "area"};
    paper.full_mark += item.full_mark;
    paper.items.push_back(item);
  }
  // Borrowed as it lies; packed into one byte a cell.
  paper.scored =
      celadon::Responses::from_dense(celadon::DenseView<std::uint8_t>{platform.marks.data(), kPupils, kItems, 1, kPupils}).value();
  paper.units.person_ids = platform.pupil_ids;
  paper.units.person_class = platform.class_of_pupil;
  paper.units.classes = {{"7-1", "Class 7-1", 0}, {"7-2", "Class 7-2", 0}};
  paper.units.schools = {{"s", "School", -1}};
  return paper;
}

}  // namespace

int main() {
  namespace evaluation = celadon::evaluation;
  namespace reports = celadon::reports;
  const auto result = evaluation::evaluate({paper_of(Platform())}, celadon::io::default_profile());
  if (!result) {
    std::fprintf(stderr, "%s\n", result.error().text(celadon::Language::kEnglish).c_str());
    return 1;
  }
  const evaluation::PaperEvaluation& paper = result->papers.front();
  std::printf("%lld pupils, %zu classes, alpha %.2f\n", static_cast<long long>(paper.n_persons()), paper.reviews.size(),
              paper.alpha.value_or(0.0));

  // One pupil: sentences with the rule behind each, and the report as JSON for the platform's own page.
  const auto statements = evaluation::pupil_statements(*result, paper, 0);
  for (const auto& statement : statements)
    std::printf("  %s\n", celadon::feedback::render(statement, celadon::io::default_wording(celadon::Language::kEnglish)).c_str());
  if (!statements.empty()) {
    const auto why = evaluation::explain(*result, statements.front().id).value();
    std::printf("%zu statements; the first by rule %s of profile %s\n", statements.size(), why.statement.rule.c_str(),
                why.profile_id.c_str());
  }
  reports::ReportOptions options;
  options.language = celadon::Language::kEnglish;
  const auto report = reports::pupil_report(*result, 0, 0, options);
  if (!report) return 1;
  std::printf("%zu bytes of JSON\n", reports::to_json(*report).size());

  // Every page into the platform's store.
  std::map<std::string, std::string, std::less<>> store;
  reports::CallbackSink sink([&store](const reports::Page& page) -> celadon::Result<void> {
    store.emplace(page.path, page.bytes);
    return {};
  });
  reports::WriteOptions all;
  all.report = options;
  const auto written = reports::write_reports(*result, sink, all);
  if (!written || store.size() != static_cast<std::size_t>(written->pages)) return 1;
  std::printf("wrote %zu pages\n", store.size());
  return 0;
}
