#pragma once

#include <celadon/core/shared_value.hpp>
#include <celadon/core/text.hpp>
#include <celadon/evaluation/feedback/impl/comment_grid.hpp>
#include <celadon/evaluation/feedback/impl/comment_pattern.hpp>
#include <celadon/evaluation/feedback/impl/comment_view.hpp>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

namespace celadon::inline CELADON_ABI::feedback {

namespace comment_lint_detail {

using namespace comment_detail;

/// Collects problems, each once.
class Problems {
 public:
  void add(std::string kind, std::string language, std::string where, std::string detail, std::int32_t variant = 0) {
    if (seen_.insert(kind + '\n' + language + '\n' + where + '\n' + detail + '\n' + std::to_string(variant)).second)
      found_.push_back({std::move(kind), std::move(language), std::move(where), std::move(detail), variant});
  }
  std::vector<BankProblem> take() { return std::move(found_); }

 private:
  std::vector<BankProblem> found_;
  std::set<std::string> seen_;
};

inline bool reads(const CommentField& field, const CommentRule& rule) {
  if (rule.readers.empty()) return false;
  const bool of_class = rule.readers.front() == CommentReader::kClass;
  return (of_class ? field.for_class : field.for_pupil) && (field.scope == CommentScope::kWhole || field.scope == rule.scope);
}

inline void check_rules(const CommentBank& bank, Problems& problems) {
  std::set<std::string> ids;
  for (const CommentRule& rule : bank.rules) {
    if (rule.id.empty() || !ids.insert(rule.id).second) problems.add("duplicate_rule", "", rule.id, rule.id);
    const bool mixed =
        std::find(rule.readers.begin(), rule.readers.end(), CommentReader::kClass) != rule.readers.end() && rule.readers.size() > 1;
    if (rule.readers.empty() || mixed) problems.add("unknown_field", "", rule.id, "for");
    if (rule.source.zh.empty() || rule.source.en.empty()) problems.add("language_missing", "", rule.id, "source");
    std::vector<std::pair<std::string, bool>> names;
    for (const CommentTest& t : rule.tests) names.emplace_back(t.field, false);
    if (!rule.order_by.empty()) names.emplace_back(rule.order_by, true);
    for (const auto& [name, ordering] : names) {
      const int f = field_of(name);
      const CommentField* field = f < 0 ? nullptr : &comment_fields()[static_cast<std::size_t>(f)];
      if (field == nullptr || !field->test || !reads(*field, rule) || (ordering && field->scope != rule.scope))
        problems.add("unknown_field", "", rule.id, name);
    }
  }
}

/// What ends a clause: ASCII signs, the Chinese full stop and list comma, and the wide forms of the others.
inline constexpr std::string_view kStops[] = {",",      ".",      ";",      ":",      "!",      "?",     "\u3002",
                                              "\u3001", "\uff0c", "\uff1b", "\uff1a", "\uff01", "\uff1f"};

/// Characters of Chinese, words of other languages: of the whole sentence and of its longest clause. Slots count as one.
struct Length {
  int whole = 0;
  int clause = 0;
};
inline Length length_of(std::string_view pattern, bool chinese) {
  Length out;
  int clause = 0;
  const auto close = [&] {
    out.clause = std::max(out.clause, clause);
    clause = 0;
  };
  const auto count = [&](int n) {
    out.whole += n;
    clause += n;
  };
  bool in_word = false;
  split_pattern(
      pattern,
      [&](std::string_view text) {
        while (!text.empty()) {
          const std::size_t n = std::max<std::size_t>(1, utf8_prefix(text, 1));
          const std::string_view c = text.substr(0, n);
          text.remove_prefix(n);
          const bool stop = std::find(std::begin(kStops), std::end(kStops), c) != std::end(kStops);
          if (stop) {
            close();
            in_word = false;
          } else if (chinese) {
            if (c != " ") count(1);
          } else {
            const bool space = c == " ";
            if (!space && !in_word) count(1);
            in_word = !space;
          }
        }
      },
      [&](std::string_view /*name*/, std::string_view /*format*/) {
        if (chinese || !in_word) count(1);
        in_word = true;
      });
  close();
  return out;
}

inline bool holds_word(std::string text, std::string word, bool chinese) {
  if (chinese) return text.find(word) != std::string::npos;
  text = lower_ascii(text);
  word = lower_ascii(word);
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || c == '\''; };
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !letter(text[at - 1])) && (end == text.size() || !letter(text[end]))) return true;
  }
  return false;
}

inline void check_sentence(const CommentBank& bank, const CommentWording& w, const CommentMessage& message, std::size_t variant,
                           Problems& problems) {
  const std::string& text = message.variants[variant];
  const auto problem = [&](const char* kind, std::string detail) {
    problems.add(kind, w.language, message.id, std::move(detail), static_cast<std::int32_t>(variant) + 1);
  };
  std::string bare;
  split_pattern(
      text,
      [&](std::string_view piece) {
        bare += piece;
        if (piece.find_first_of("{}") != std::string_view::npos) problem("open_brace", text);
      },
      [&](std::string_view name, std::string_view format) {
        bare += ' ';
        const int f = field_of(name);
        const CommentField* field = f < 0 ? nullptr : &comment_fields()[static_cast<std::size_t>(f)];
        if (field == nullptr || !field->slot) return problem("unknown_slot", std::string(name));
        const SlotFormat made = slot_format(format, *field);
        if (!made.good) problem("unknown_format", std::string(name) + ":" + std::string(format));
        bare += made.one + " " + made.many;
        for (const CommentRule& rule : bank.rules)
          if (rule.message == message.id && !reads(*field, rule)) problem("slot_not_filled", rule.id + ": " + std::string(name));
      });
  for (const std::string& word : w.banned)
    if (holds_word(bare, word, w.is_chinese())) problem("banned_word", word);
  const Length length = length_of(text, w.is_chinese());
  if (length.whole > w.most_characters) problem("too_long", std::to_string(length.whole) + " > " + std::to_string(w.most_characters));
  if (length.clause > w.most_clause) problem("clause_too_long", std::to_string(length.clause) + " > " + std::to_string(w.most_clause));
  if (trimmed(text).empty()) problem("no_variant", "empty");
}

inline void check_messages(const CommentBank& bank, Problems& problems) {
  std::set<std::string> used;
  for (const CommentRule& rule : bank.rules) used.insert(rule.message);
  for (const Language language : {Language::kChinese, Language::kEnglish})
    if (bank.wording(language) == nullptr) problems.add("language_missing", language == Language::kChinese ? "zh-CN" : "en", "", "");
  for (const CommentWording& w : bank.wordings) {
    for (const CommentRule& rule : bank.rules)
      if (w.find(rule.message) == nullptr) problems.add("no_message", w.language, rule.message, rule.id);
    for (const CommentMessage& message : w.messages) {
      if (!used.contains(message.id)) problems.add("not_used", w.language, message.id, "");
      if (message.variants.empty()) problems.add("no_variant", w.language, message.id, "");
      const std::set<std::string> different(message.variants.begin(), message.variants.end());
      if (different.size() != message.variants.size()) problems.add("same_variant", w.language, message.id, "");
      for (std::size_t k = 0; k < message.variants.size(); ++k) check_sentence(bank, w, message, k, problems);
    }
  }
}

/// Which rules came true, which were chosen, and which slots stayed empty, over a grid of evidence.
class Trial {
 public:
  Trial(const CommentBank& bank, const CommentEngine& engine, Problems& problems)
      : bank_(bank), engine_(engine), problems_(problems), true_(bank.rules.size(), 0), chosen_(bank.rules.size(), 0) {
    for (const CommentRule& rule : bank.rules) {
      std::vector<int> slots;
      for (const CommentWording& w : bank.wordings)
        if (const CommentMessage* message = w.find(rule.message); message != nullptr)
          for (const std::string& text : message->variants)
            split_pattern(
                text, [](std::string_view) {},
                [&](std::string_view name, std::string_view /*format*/) { slots.push_back(field_of(name)); });
      std::sort(slots.begin(), slots.end());
      slots.erase(std::unique(slots.begin(), slots.end()), slots.end());
      slots_.push_back(std::move(slots));
    }
  }
  void operator()(const PupilEvidence& evidence) {
    const PupilView view(evidence);
    for (const CommentReader reader : {CommentReader::kFamily, CommentReader::kTeacher}) look(engine_.comment(evidence, reader, 1), view);
    find_true(view, false);
  }
  void operator()(const ClassEvidence& evidence) {
    const ClassView view(evidence);
    look(engine_.comment(evidence, 1), view);
    find_true(view, true);
  }
  void report() {
    for (std::size_t r = 0; r < bank_.rules.size(); ++r) {
      if (true_[r] == 0)
        problems_.add("never_true", "", bank_.rules[r].id, "");
      else if (chosen_[r] == 0)
        problems_.add("always_covered", "", bank_.rules[r].id, "");
    }
  }

 private:
  template <class View>
  void look(const Comment& comment, const View& view) {
    const ListForm list{",", ","};
    for (const CommentSentence& s : comment.sentences) {
      const auto r = static_cast<std::size_t>(s.rule);
      chosen_[r] = 1;
      for (const int slot : slots_[r]) {
        const CommentField& field = comment_fields()[static_cast<std::size_t>(slot)];
        std::string text;
        if (field.decimals == kTextSlot)
          view.text(slot, s.subject, true, list, text);
        else if (!std::isnan(view.number(slot, s.subject)))
          text = "0";
        if (text.empty()) problems_.add("slot_not_filled", "", bank_.rules[r].id, std::string(field.name));
      }
    }
  }
  template <class View>
  void find_true(const View& view, bool of_class) {
    for (std::size_t r = 0; r < bank_.rules.size(); ++r) {
      const CommentRule& rule = bank_.rules[r];
      if (true_[r] != 0 || (rule.readers.front() == CommentReader::kClass) != of_class) continue;
      for (std::int32_t s = 0; s < view.n_subjects(rule.scope) && true_[r] == 0; ++s) {
        const bool all = std::all_of(rule.tests.begin(), rule.tests.end(), [&](const CommentTest& t) {
          return holds(t.comparison, view.number(field_of(t.field), rule.scope == CommentScope::kWhole ? -1 : s), t.value);
        });
        if (all) true_[r] = 1;
      }
    }
  }

  const CommentBank& bank_;
  const CommentEngine& engine_;
  Problems& problems_;
  std::vector<std::vector<int>> slots_;
  std::vector<std::uint8_t> true_;
  std::vector<std::uint8_t> chosen_;
};

}  // namespace comment_lint_detail

std::vector<BankProblem> lint(const CommentBank& bank) {
  using namespace comment_lint_detail;
  Problems problems;
  check_rules(bank, problems);
  check_messages(bank, problems);
  // The rest needs a bank that works at all; what keeps it from working is listed above.
  if (const auto engine = CommentEngine::compile(SharedValue<CommentBank>(bank)); engine) {
    Trial trial(bank, *engine, problems);
    comment_grid::each_pupil([&](const PupilEvidence& e) { trial(e); });
    comment_grid::each_class([&](const ClassEvidence& e) { trial(e); });
    trial.report();
  } else if (auto found = problems.take(); !found.empty()) {
    return found;
  } else {
    problems.add("unknown_field", "", engine.error().arguments.empty() ? "" : engine.error().arguments.front().value, "compile");
  }
  return problems.take();
}

}  // namespace celadon::inline CELADON_ABI::feedback
