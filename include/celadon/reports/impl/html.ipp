#pragma once

#include <celadon/reports/html.hpp>
#include <celadon/reports/impl/html_views.hpp>
#include <celadon/reports/impl/page.hpp>

namespace celadon::inline CELADON_ABI::reports {

HtmlRenderer::HtmlRenderer()
    : HtmlRenderer(Template::compile(html_detail::kPage, html_detail::kNames).value(), std::string(html_detail::kStyle)) {}

Result<HtmlRenderer> HtmlRenderer::with_template(std::string_view page, std::string_view style) {
  Result<Template> compiled = Template::compile(page, html_detail::kNames);
  if (!compiled) return compiled.error();
  return HtmlRenderer(std::move(compiled).value(), std::string(style));
}

void HtmlRenderer::append(const Report& report, TextBuffer& out) const {
  const std::string_view title = report.title.empty() ? report.heading : report.title;
  page_.render(html_detail::DocumentView({&report, 1}, title, style_, false), out);
}

void HtmlRenderer::append_all(std::span<const Report> reports, std::string_view title, TextBuffer& out) const {
  page_.render(html_detail::DocumentView(reports, title, style_, true), out);
}

std::span<const std::string_view> HtmlRenderer::names() {
  return html_detail::kNames;
}
std::string_view HtmlRenderer::default_page() {
  return html_detail::kPage;
}
std::string_view HtmlRenderer::default_style() {
  return html_detail::kStyle;
}

std::string to_html(const Report& report) {
  static const HtmlRenderer renderer;
  TextBuffer out(32768);
  renderer.append(report, out);
  return out.str();
}

}  // namespace celadon::inline CELADON_ABI::reports
