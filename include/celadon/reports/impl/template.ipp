#pragma once

#include <celadon/reports/template.hpp>

#include <algorithm>

namespace celadon::inline CELADON_ABI::reports {

namespace template_detail {

inline Error syntax(std::int64_t line, std::string detail) {
  return make_error(Code::kTemplateSyntax, {}, {{"line", std::to_string(line)}, {"detail", std::move(detail)}});
}

inline std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

}  // namespace template_detail

struct Template::Frame {
  const TemplateSource* source;
  const Frame* outer;
};

Result<Template> Template::compile(std::string_view text, std::span<const std::string_view> names) {
  using template_detail::syntax;
  Template made;
  std::vector<std::size_t> open;
  std::size_t at = 0;
  const auto line_at = [&](std::size_t where) {
    return 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(where), '\n');
  };
  const auto add_text = [&](std::string_view piece) {
    if (piece.empty()) return;
    made.steps_.push_back({Kind::kText, 0, static_cast<std::uint32_t>(made.text_.size()), static_cast<std::uint32_t>(piece.size())});
    made.text_ += piece;
  };
  while (at < text.size()) {
    const std::size_t tag = text.find("{{", at);
    add_text(text.substr(at, tag == std::string_view::npos ? std::string_view::npos : tag - at));
    if (tag == std::string_view::npos) break;
    const bool raw = text.substr(tag, 3) == "{{{";
    const std::string_view closing = raw ? "}}}" : "}}";
    const std::size_t body = tag + (raw ? 3 : 2);
    const std::size_t end = text.find(closing, body);
    if (end == std::string_view::npos) return syntax(line_at(tag), "{{ ...");
    std::string_view inside = template_detail::trim(text.substr(body, end - body));
    at = end + closing.size();
    if (inside.empty()) return syntax(line_at(tag), "{{}}");
    Kind kind = raw ? Kind::kRaw : Kind::kValue;
    if (!raw) {
      if (inside[0] == '!') continue;
      if (inside[0] == '#') kind = Kind::kOpen;
      if (inside[0] == '^') kind = Kind::kOpenInverted;
      if (inside[0] == '/') kind = Kind::kClose;
      if (kind != Kind::kValue) inside = template_detail::trim(inside.substr(1));
    }
    const auto found = std::find(names.begin(), names.end(), inside);
    if (found == names.end())
      return make_error(Code::kTemplateUnknownName, {}, {{"line", std::to_string(line_at(tag))}, {"name", std::string(inside)}});
    const int name = static_cast<int>(found - names.begin());
    if (kind == Kind::kClose) {
      if (open.empty() || made.steps_[open.back()].name != name) return syntax(line_at(tag), "{{/" + std::string(inside) + "}}");
      made.steps_.push_back({Kind::kClose, name, 0, 0});
      made.steps_[open.back()].begin = static_cast<std::uint32_t>(made.steps_.size());
      open.pop_back();
      continue;
    }
    if (kind == Kind::kOpen || kind == Kind::kOpenInverted) open.push_back(made.steps_.size());
    made.steps_.push_back({kind, name, 0, 0});
  }
  if (!open.empty())
    return syntax(line_at(text.size()), "{{#" + std::string(names[static_cast<std::size_t>(made.steps_[open.back()].name)]) + "}}");
  return made;
}

void Template::run(std::size_t from, std::size_t to, const Frame& frame, TextBuffer& out) const {
  for (std::size_t at = from; at < to;) {
    const Step& step = steps_[at];
    switch (step.kind) {
      case Kind::kText:
        out.add(std::string_view(text_).substr(step.begin, step.size));
        ++at;
        break;
      case Kind::kValue:
      case Kind::kRaw:
        for (const Frame* f = &frame; f != nullptr; f = f->outer)
          if (f->source->write(step.name, step.kind == Kind::kValue, out)) break;
        ++at;
        break;
      case Kind::kOpen:
      case Kind::kOpenInverted: {
        const Frame* owner = &frame;
        std::int64_t count = -1;
        for (; owner != nullptr; owner = owner->outer)
          if ((count = owner->source->count(step.name)) >= 0) break;
        if (step.kind == Kind::kOpenInverted) {
          if (count <= 0) run(at + 1, step.begin - 1, frame, out);
        } else {
          for (std::int64_t k = 0; k < count; ++k) {
            const TemplateSource* element = owner->source->element(step.name, k);
            if (element == nullptr)
              run(at + 1, step.begin - 1, frame, out);
            else
              run(at + 1, step.begin - 1, Frame{element, &frame}, out);
          }
        }
        at = step.begin;
        break;
      }
      case Kind::kClose:
        ++at;
        break;
    }
  }
}

void Template::render(const TemplateSource& source, TextBuffer& out) const {
  run(0, steps_.size(), Frame{&source, nullptr}, out);
}

}  // namespace celadon::inline CELADON_ABI::reports
