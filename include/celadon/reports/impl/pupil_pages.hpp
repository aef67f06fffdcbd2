/// Pages of pupils of one paper: texts that all of them share are made once.
#pragma once

#include <celadon/reports/impl/page_parts.hpp>

#include <span>

namespace celadon::inline CELADON_ABI::reports::pages_detail {

/// Immutable after construction; any number of threads may draw from it.
class PupilPages {
 public:
  PupilPages(const Evaluation& evaluation, std::size_t paper, const ReportOptions& options);
  [[nodiscard]] Report draw(std::int64_t person) const;

 private:
  void add_level(const feedback::PupilLevel& level, const std::vector<feedback::Statement>& all, Report& report) const;
  void add_total(std::int64_t person, Section& section) const;
  void add_knowledge(std::int64_t person, Report& report) const;
  void add_items(std::int64_t person, std::span<const evaluation::ItemOutcome> outcomes, Report& report) const;
  [[nodiscard]] std::string what_shows(const evaluation::ItemOutcome& outcome) const;

  Scope scope_;
  std::vector<std::string> contents_;    ///< of the items
  std::vector<ScoreBand> bands_;         ///< levels, lowest first
  std::vector<std::string> band_texts_;  ///< levels, highest first
  std::vector<Fact> paper_facts_;
  std::vector<Statement> footer_;
};

}  // namespace celadon::inline CELADON_ABI::reports::pages_detail
