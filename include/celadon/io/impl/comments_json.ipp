#pragma once

#include <celadon/core/text.hpp>
#include <celadon/io/comments_json.hpp>
#include <celadon/io/impl/json_reader.hpp>
#include <celadon/io/json.hpp>

#include <algorithm>
#include <utility>

namespace celadon::inline CELADON_ABI::io {

namespace comments_json_detail {

using namespace json_reader_detail;
using namespace feedback;

template <class E, class Name>
bool named(std::string_view text, E& value, E last, Name&& name) {
  for (int k = 0; k <= static_cast<int>(last); ++k) {
    if (name(static_cast<E>(k)) != text) continue;
    value = static_cast<E>(k);
    return true;
  }
  return false;
}

/// "field == value": a name, a sign, a number or a named value.
inline bool read_test(std::string_view text, CommentTest& out) {
  const std::size_t first = text.find(' ');
  const std::size_t second = first == std::string_view::npos ? first : text.find(' ', first + 1);
  if (second == std::string_view::npos) return false;
  out.field = std::string(text.substr(0, first));
  if (!named(text.substr(first + 1, second - first - 1), out.comparison, Comparison::kAtLeast, comparison_sign)) return false;
  const std::string_view value = text.substr(second + 1);
  if (const auto number = parse_number(value); number) {
    out.value = *number;
    return true;
  }
  const auto known = comment_value(value);
  if (known) out.value = *known;
  return known.has_value();
}

inline void read_rule(Reader& r, CommentBank& bank) {
  CommentRule rule;
  rule.id = r.text("id");
  for (const std::string& reader : r.texts("for")) {
    CommentReader one{};
    if (!named(reader, one, CommentReader::kClass, comment_reader_name)) r.fail("for");
    rule.readers.push_back(one);
  }
  if (!named(r.text("about"), rule.scope, CommentScope::kGroup, comment_scope_name)) r.fail("about");
  if (!named(r.text("part"), rule.part, CommentPart::kDiscuss, comment_part_name)) r.fail("part");
  rule.priority = r.integer("priority");
  for (const std::string& text : r.texts("when")) {
    CommentTest test;
    if (!read_test(text, test)) r.fail("when");
    rule.tests.push_back(std::move(test));
  }
  rule.message = r.text("message");
  if (r.has("order_by")) rule.order_by = r.text("order_by");
  if (r.has("descending")) rule.descending = r.boolean("descending");
  rule.source = r.local("source");
  bank.rules.push_back(std::move(rule));
}

inline void read_rules(Reader& root, CommentBank& bank) {
  bank.edition = root.text("edition");
  bank.limits.most.assign(3 * static_cast<std::size_t>(kCommentParts), 0);
  Reader limits = root.object("limits");
  for (int reader = 0; reader < 3; ++reader) {
    Reader of_reader = limits.object(std::string(comment_reader_name(static_cast<CommentReader>(reader))).c_str());
    for (int part = 0; part < kCommentParts; ++part) {
      const std::string name(comment_part_name(static_cast<CommentPart>(part)));
      if (!of_reader.has(name.c_str())) continue;
      const int most = of_reader.integer(name.c_str());
      if (most < 0) of_reader.fail(name.c_str());
      bank.limits.most[static_cast<std::size_t>(reader * kCommentParts + part)] = most;
    }
  }
  for (Reader& r : root.array("rules")) read_rule(r, bank);
}

inline CommentWording read_wording(Reader& root) {
  CommentWording w;
  w.language = root.text("language");
  w.edition = root.text("edition");
  w.banned = root.texts("banned");
  Reader limits = root.object("limits");
  w.most_characters = limits.integer("sentence");
  w.most_clause = limits.integer("clause");
  Reader list = root.object("list");
  w.list_separator = list.text("separator");
  w.list_last = list.text("last");
  const Json* messages = root.at("messages", Json::value_t::object);
  if (messages == nullptr) return w;
  Reader all = root.object("messages");
  for (const auto& [id, variants] : messages->items()) w.messages.push_back({id, all.texts(id.c_str())});
  std::sort(w.messages.begin(), w.messages.end(), [](const CommentMessage& a, const CommentMessage& b) { return a.id < b.id; });
  return w;
}

}  // namespace comments_json_detail

Result<feedback::CommentBank> parse_comment_bank(std::string_view rules, const std::vector<std::string_view>& wordings) {
  using namespace comments_json_detail;
  const Result<Json> parsed = parse(rules);
  if (!parsed) return parsed.error();
  feedback::CommentBank bank;
  Reader root(*parsed);
  if (root.text("format") != "celadon.comment-rules" && root.good()) return field_error("format");
  if (root.integer("version") != 1 && root.good()) return field_error("version");
  read_rules(root, bank);
  if (!root.good()) return field_error(*root.problem());
  std::string all = parsed->dump(-1, ' ', false, Json::error_handler_t::replace);
  for (const std::string_view text : wordings) {
    const Result<Json> wording = parse(text);
    if (!wording) return wording.error();
    Reader words(*wording);
    if (words.text("format") != "celadon.comment-wording" && words.good()) return field_error("format");
    if (words.integer("version") != 1 && words.good()) return field_error("version");
    bank.wordings.push_back(read_wording(words));
    if (!words.good()) return field_error(*words.problem());
    all += wording->dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  bank.hash = hash_of_text(all);
  return bank;
}

std::string_view default_comment_rules_text() {
  return
#include <celadon/io/impl/comment_rules.inc>
      ;
}

std::string_view default_comment_wording_text(Language language) {
  if (language == Language::kChinese) {
    return
#include <celadon/io/impl/comments_zh_cn.inc>
        ;
  }
  return
#include <celadon/io/impl/comments_en.inc>
      ;
}

const SharedValue<feedback::CommentBank>& default_comment_bank() {
  static const SharedValue<feedback::CommentBank> bank(
      parse_comment_bank(default_comment_rules_text(),
                         {default_comment_wording_text(Language::kChinese), default_comment_wording_text(Language::kEnglish)})
          .value());
  return bank;
}

std::string save_edits(const feedback::CommentEdits& edits) {
  feedback::CommentEdits copy = edits;
  return save_visited("celadon.comment-edits", 1, [&](Visitor& visitor) { copy.visit(visitor); });
}

Result<feedback::CommentEdits> load_edits(std::string_view text) {
  feedback::CommentEdits edits;
  if (auto ok = load_visited(text, "celadon.comment-edits", 1, [&](Visitor& visitor) { edits.visit(visitor); }); !ok) return ok.error();
  for (const feedback::CommentEdit& edit : edits.edits)
    if (auto ok = feedback::check(edit, nullptr); !ok) return ok.error();
  return edits;
}

}  // namespace celadon::inline CELADON_ABI::io
