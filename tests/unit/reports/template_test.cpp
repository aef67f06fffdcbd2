#include <celadon/reports/template.hpp>

#include <gtest/gtest.h>

namespace celadon {
namespace {

using reports::Template;
using reports::TemplateSource;
using reports::TextBuffer;

constexpr std::string_view kNames[] = {"name", "people", "person", "flag", "missing"};

class Person final : public TemplateSource {
 public:
  std::string name;
  bool write(int n, bool escape, TextBuffer& out) const override {
    if (n != 2) return false;
    if (escape)
      out.add_html(name);
    else
      out.add(name);
    return true;
  }
  std::int64_t count(int) const override { return -1; }
  const TemplateSource* element(int, std::int64_t) const override { return nullptr; }
};

class Root final : public TemplateSource {
 public:
  std::vector<std::string> people{"<a>", "b&c"};
  bool flag = true;
  bool write(int n, bool escape, TextBuffer& out) const override {
    if (n != 0) return true;
    if (escape)
      out.add_html("\"root\"");
    else
      out.add("\"root\"");
    return true;
  }
  std::int64_t count(int n) const override { return n == 1 ? static_cast<std::int64_t>(people.size()) : n == 3 && flag ? 1 : 0; }
  const TemplateSource* element(int n, std::int64_t index) const override {
    if (n != 1) return nullptr;
    person_.name = people[static_cast<std::size_t>(index)];
    return &person_;
  }

 private:
  mutable Person person_;
};

std::string rendered(std::string_view text, const Root& root = {}) {
  TextBuffer out;
  Template::compile(text, kNames).value().render(root, out);
  return out.str();
}

TEST(Template, EscapesUnlessAskedNotTo) {
  EXPECT_EQ(rendered("{{name}}|{{{name}}}"), "&quot;root&quot;|\"root\"");
}

TEST(Template, RepeatsSectionsAndLooksOutwards) {
  EXPECT_EQ(rendered("{{#people}}[{{person}} {{{name}}}]{{/people}}"), "[&lt;a&gt; \"root\"][b&amp;c \"root\"]");
}

TEST(Template, FlagsAndTheirOpposites) {
  EXPECT_EQ(rendered("{{#flag}}yes{{/flag}}{{^flag}}no{{/flag}}{{^missing}}none{{/missing}}{{! remark }}"), "yesnone");
  Root off;
  off.flag = false;
  off.people.clear();
  EXPECT_EQ(rendered("{{#flag}}yes{{/flag}}{{^flag}}no{{/flag}}{{#people}}x{{/people}}{{^people}}empty{{/people}}", off), "noempty");
}

TEST(Template, NamesTheLineOfAMistake) {
  const auto line = [](const Error& error) { return error.arguments.at(0).value; };
  const Result<Template> unknown = Template::compile("a\nb {{nobody}}", kNames);
  ASSERT_FALSE(unknown.has_value());
  EXPECT_EQ(unknown.error().code, Code::kTemplateUnknownName);
  EXPECT_EQ(line(unknown.error()), "2");
  for (const std::string_view bad : {"{{#flag}}", "{{/flag}}", "{{#flag}}{{#people}}{{/flag}}{{/people}}", "{{name", "{{}}"}) {
    const Result<Template> broken = Template::compile(bad, kNames);
    ASSERT_FALSE(broken.has_value()) << bad;
    EXPECT_EQ(broken.error().code, Code::kTemplateSyntax) << bad;
  }
}

}  // namespace
}  // namespace celadon
