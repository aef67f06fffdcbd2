/// Pages of one class for its teacher.
#pragma once

#include <celadon/reports/impl/page_parts.hpp>

namespace celadon::inline CELADON_ABI::reports::pages_detail {

/// One class with what its sections share. Borrowed; lives for one page.
struct ClassPage {
  ClassPage(const Evaluation& evaluation, std::size_t paper, std::size_t review, const ReportOptions& options);

  Scope scope;
  const feedback::ClassReview& review;
  std::vector<std::int64_t> rows;               ///< counted pupils, row order
  std::vector<feedback::Statement> statements;  ///< about the class

  [[nodiscard]] const ctt::ExamGroup* group() const;  ///< exam statistics of the class, null where there are none
};

/// 讲评单: one sheet of A4. In class_sheet.ipp.
void add_sheet(const ClassPage& page, Report& report);
/// Groups beyond what the sheet holds, and the sentences behind its items. In class_sheet.ipp.
void add_sheet_basis(const ClassPage& page, Report& report);
/// Results of the class, its items, its knowledge points. In class_report.ipp.
void add_class_results(const ClassPage& page, Report& report);
void add_class_items(const ClassPage& page, Report& report);
void add_class_knowledge(const ClassPage& page, Report& report);
/// Wrong items by pupil, deviations, S-P chart. In class_lists.ipp.
void add_wrong_items(const ClassPage& page, Report& report);
void add_deviations(const ClassPage& page, Report& report);
void add_sp_chart(const ClassPage& page, Report& report);

}  // namespace celadon::inline CELADON_ABI::reports::pages_detail
