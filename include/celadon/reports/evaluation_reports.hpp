/// Reports of an evaluation: pupil, class, school, index. They draw; every number and every statement comes from the Evaluation.
#pragma once

#include <celadon/core/execution.hpp>
#include <celadon/evaluation/audience.hpp>
#include <celadon/reports/report.hpp>
#include <celadon/reports/wording.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace celadon::inline CELADON_ABI::evaluation {
struct Evaluation;  // evaluation/evaluate.hpp
}  // namespace celadon::inline CELADON_ABI::evaluation

namespace celadon::inline CELADON_ABI::feedback {
struct Wording;       // evaluation/feedback/statement.hpp
struct CommentEdits;  // evaluation/feedback/comment_edits.hpp
}  // namespace celadon::inline CELADON_ABI::feedback

namespace celadon::inline CELADON_ABI::reports {

class ReportSink;  // sink.hpp

struct ReportOptions {
  Language language = Language::kChinese;
  /// The teacher who stands behind the diagnosis; empty prints it as a draft of the system (诊断(系统草稿)).
  std::string signed_by;
  /// Sentences of statements; null takes the shipped wording of the language. Borrowed.
  const feedback::Wording* statement_wording = nullptr;
  /// Words of the pages; null takes the shipped ones. Borrowed.
  const PageWording* page_wording = nullptr;
  /// Teachers' edits of comments, each found by its prefix; null: none. Borrowed.
  const std::vector<feedback::CommentEdits>* comment_edits = nullptr;
  /// Who reads pages about several classes; decides what is suppressed.
  evaluation::Audience school_audience = evaluation::Audience::kSchool;
};

/// The page of one pupil for pupil and family: level with band and interval, diagnosis, next steps, points by knowledge point, every item.
/// What else it may hold (total, group figures) is the profile's choice, all off by default; a rank is never drawn.
/// Errors: kNoSuchPerson, kNoSuchUnit (the paper). Cost: O(items). Reentrant.
[[nodiscard]] Result<Report> pupil_report(const evaluation::Evaluation& evaluation, std::size_t paper, std::int64_t person,
                                          const ReportOptions& options = {});

/// The pages of one class for its teacher: first the 讲评单 on one sheet, then the class's results, its knowledge points, wrong items by
/// pupil, the S-P chart. @param review  index into reviews. Errors: kNoSuchUnit. Cost: O(pupils x items). Reentrant.
[[nodiscard]] Result<Report> class_report(const evaluation::Evaluation& evaluation, std::size_t paper, std::size_t review,
                                          const ReportOptions& options = {});

/// The pages of one school (index into units.schools), or of everybody who sat the paper (-1): results by class, the paper's items, the
/// check of the blueprint, the calibration. Figures of small classes are suppressed. Errors: kNoSuchUnit. Cost: O(pupils x items).
/// Reentrant.
[[nodiscard]] Result<Report> school_report(const evaluation::Evaluation& evaluation, std::size_t paper, std::int32_t school,
                                           const ReportOptions& options = {});

/// The page that links to all the others, for the school's staff.
[[nodiscard]] Report index_report(const evaluation::Evaluation& evaluation, const ReportOptions& options = {});

struct WriteOptions {
  ReportOptions report;
  bool pupils = true;
  bool classes = true;
  bool schools = true;
  bool print_files = true;  ///< one file a class with every pupil's pages
  bool index = true;
  bool html = true;
  bool json = false;  ///< the same reports as JSON beside
};

/// Draws every report on the context's threads and hands the pages to the sink in a fixed order: index, then for each paper the schools,
/// the classes, the print files, the pupils. Paths: "index.html", "<paper>/school/<id>.html", "<paper>/class/<id>.html",
/// "<paper>/print/<id>.html", "<paper>/pupil/<id>.html". Errors: those of the sink; kCancelled. Same bytes for any number of threads.
Result<WrittenReports> write_reports(const evaluation::Evaluation& evaluation, ReportSink& sink, const WriteOptions& options = {},
                                     const ExecutionContext& context = {});

}  // namespace celadon::inline CELADON_ABI::reports
