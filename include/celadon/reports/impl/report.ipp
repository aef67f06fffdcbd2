#pragma once

#include <celadon/reports/report.hpp>

namespace celadon::inline CELADON_ABI {
template class CopySafeVariant<std::monostate, double, std::string>;
}  // namespace celadon::inline CELADON_ABI

namespace celadon::inline CELADON_ABI::reports {

std::string_view sign_glyph(Sign sign) {
  static constexpr std::string_view kGlyphs[] = {"", "✓", "▽", "▼", "○", "●", "▲", "◇", "※"};
  return kGlyphs[static_cast<std::size_t>(sign)];
}

std::string_view sign_name(Sign sign) {
  static constexpr std::string_view kNames[] = {"none",     "full_marks", "loss",      "loss_to_review", "not_answered",
                                                "mastered", "unstable",   "undecided", "check"};
  return kNames[static_cast<std::size_t>(sign)];
}

std::vector<const Statement*> statements(const Report& report) {
  std::vector<const Statement*> out;
  for (const Section& section : report.sections)
    for (const Block& block : section.blocks)
      if (const auto* said = std::get_if<StatementBlock>(&block))
        for (const Statement& s : said->statements) out.push_back(&s);
  for (const Statement& s : report.footer) out.push_back(&s);
  return out;
}

std::vector<const DataTable*> tables(const Report& report) {
  std::vector<const DataTable*> out;
  for (const Section& section : report.sections)
    for (const Block& block : section.blocks)
      if (const auto* held = std::get_if<TableBlock>(&block)) out.push_back(&held->table);
  return out;
}

}  // namespace celadon::inline CELADON_ABI::reports
