/// Reports as HTML: one self-contained file that needs no script, no font and no request; `lang` set; prints on A4; reads on a phone.
#pragma once

#include <celadon/reports/report.hpp>
#include <celadon/reports/template.hpp>

#include <span>
#include <string>
#include <string_view>

namespace celadon::inline CELADON_ABI::reports {

/// Draws reports with a template. Immutable after creation: one renderer serves any number of threads, each with its own buffer.
class HtmlRenderer {
 public:
  /// The library's page.
  HtmlRenderer();
  /// A host's own page and style. The names a template may use are those of `names()`. Errors: those of Template::compile.
  static Result<HtmlRenderer> with_template(std::string_view page, std::string_view style);

  /// Appends the page of one report.
  void append(const Report& report, TextBuffer& out) const;
  /// Appends one document of several reports, each starting on a new page: the print file of a class. All share the first one's language.
  void append_all(std::span<const Report> reports, std::string_view title, TextBuffer& out) const;

  [[nodiscard]] static std::span<const std::string_view> names();
  /// The library's own template and style sheet, as a start for a host's.
  [[nodiscard]] static std::string_view default_page();
  [[nodiscard]] static std::string_view default_style();

 private:
  HtmlRenderer(Template page, std::string style) : page_(std::move(page)), style_(std::move(style)) {}
  Template page_;
  std::string style_;
};

/// The page of one report with the library's own template. Reentrant.
[[nodiscard]] std::string to_html(const Report& report);

}  // namespace celadon::inline CELADON_ABI::reports
