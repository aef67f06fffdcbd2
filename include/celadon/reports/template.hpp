/// Page templates: a subset of Mustache, compiled once, escaping on.
///
///   {{name}}              the value, escaped for HTML
///   {{{name}}}            the value as it is: only for text made by the library (style, drawings)
///   {{#name}}...{{/name}} once for each element, or once if the value holds; {{^name}}...{{/name}} if it does not
///   {{! remark }}         nothing
///
/// Names come from a fixed list given at compile time, so a misspelt name is an error then and costs nothing later; there are no partials,
/// no lambdas and no change of delimiters. A name that the innermost element does not know is looked up outwards.
/// Source: mustache(5), https://mustache.github.io/mustache.5.html
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/reports/text_buffer.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::inline CELADON_ABI::reports {

/// What a template reads from. Names are indices into the list given to `Template::compile`.
class TemplateSource {
 public:
  virtual ~TemplateSource() = default;
  /// Appends the value with `out.add_html` (escape) or as it is. False: this element does not know the name.
  virtual bool write(int name, bool escape, TextBuffer& out) const = 0;
  /// Number of elements (a flag: 0 or 1). -1: this element does not know the name.
  virtual std::int64_t count(int name) const = 0;
  /// The element to render inside a section; null for a flag, which keeps the present element. Valid until the next call.
  virtual const TemplateSource* element(int name, std::int64_t index) const = 0;
};

/// A compiled template. Immutable: any number of threads may render it at once.
class Template {
 public:
  /// Errors: kTemplateSyntax (an unclosed tag or section), kTemplateUnknownName; the argument `line` counts from 1.
  static Result<Template> compile(std::string_view text, std::span<const std::string_view> names);
  void render(const TemplateSource& source, TextBuffer& out) const;

 private:
  enum class Kind : std::uint8_t { kText, kValue, kRaw, kOpen, kOpenInverted, kClose };
  struct Step {
    Kind kind = Kind::kText;
    int name = 0;
    std::uint32_t begin = 0;  ///< text: offset; open: the step after the matching close
    std::uint32_t size = 0;
  };
  struct Frame;
  void run(std::size_t from, std::size_t to, const Frame& frame, TextBuffer& out) const;
  std::string text_;
  std::vector<Step> steps_;
};

}  // namespace celadon::inline CELADON_ABI::reports
