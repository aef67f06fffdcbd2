#pragma once

#include <celadon/core/random.hpp>
#include <celadon/evaluation/feedback/comments.hpp>
#include <celadon/evaluation/feedback/impl/comment_pattern.hpp>
#include <celadon/evaluation/feedback/impl/comment_view.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace celadon::inline CELADON_ABI::feedback {

namespace comment_detail {

/// FNV-1a, 64 bit.
struct Hash {
  std::uint64_t value = 14695981039346656037ULL;
  Hash& add(std::string_view text) {
    for (const char c : text) value = (value ^ static_cast<std::uint8_t>(c)) * 1099511628211ULL;
    value = (value ^ 0xFFU) * 1099511628211ULL;  // where one text ends and the next begins
    return *this;
  }
  [[nodiscard]] std::string hexadecimal() const {
    constexpr char kHex[] = "0123456789abcdef";
    std::string text(16, '0');
    std::uint64_t rest = value;
    for (std::size_t i = 16; i-- > 0; rest >>= 4U) text[i] = kHex[rest & 15U];
    return text;
  }
};

inline Error bank_error(std::string where, std::string detail) {
  return make_error(Code::kCommentBankInvalid, {}, {{"where", std::move(where)}, {"detail", std::move(detail)}});
}

/// Whether a sentence of a rule may hold a field, or its tests read it.
inline bool fits(const CommentField& field, const CommentRule& rule) {
  const bool of_class = rule.readers.front() == CommentReader::kClass;
  return (of_class ? field.for_class : field.for_pupil) && (field.scope == CommentScope::kWhole || field.scope == rule.scope);
}

inline std::string prefix_of(std::string_view prefix, CommentReader reader, const CommentRule& rule) {
  return std::string(prefix) + "comment/" + std::string(comment_reader_name(reader)) + "/" + rule.id;
}

}  // namespace comment_detail

Result<CommentEngine> CommentEngine::compile(SharedValue<CommentBank> bank) {
  using namespace comment_detail;
  if (bank == nullptr) return bank_error("bank", "null");
  CommentEngine out;
  out.bank_ = std::move(bank);
  const CommentBank& b = *out.bank_;
  if (b.limits.most.size() != 3 * static_cast<std::size_t>(kCommentParts)) return bank_error("limits", "size");
  std::vector<std::string_view> messages;
  for (const CommentRule& rule : b.rules) {
    if (rule.readers.empty()) return bank_error(rule.id, "readers");
    Rule made;
    for (const CommentTest& test : rule.tests) {
      const int field = field_of(test.field);
      if (field < 0) return bank_error(rule.id, test.field);
      const CommentField& f = comment_fields()[static_cast<std::size_t>(field)];
      if (!f.test || !fits(f, rule)) return bank_error(rule.id, test.field);
      made.tests.push_back({field, test.comparison, test.value});
    }
    if (!rule.order_by.empty()) {
      made.order_by = field_of(rule.order_by);
      if (made.order_by < 0) return bank_error(rule.id, rule.order_by);
      const CommentField& f = comment_fields()[static_cast<std::size_t>(made.order_by)];
      if (!f.test || f.scope != rule.scope || !fits(f, rule)) return bank_error(rule.id, rule.order_by);
    }
    const auto known = std::find(messages.begin(), messages.end(), rule.message);
    made.message = static_cast<std::int32_t>(known - messages.begin());
    if (known == messages.end()) messages.push_back(rule.message);
    made.purpose = random::purpose(rule.message);
    out.rules_.push_back(std::move(made));
  }
  for (const CommentReader reader : {CommentReader::kFamily, CommentReader::kTeacher, CommentReader::kClass}) {
    std::vector<std::int32_t> order;
    for (std::size_t r = 0; r < b.rules.size(); ++r)
      if (std::find(b.rules[r].readers.begin(), b.rules[r].readers.end(), reader) != b.rules[r].readers.end())
        order.push_back(static_cast<std::int32_t>(r));
    std::stable_sort(order.begin(), order.end(), [&](std::int32_t x, std::int32_t y) {
      const CommentRule& p = b.rules[static_cast<std::size_t>(x)];
      const CommentRule& q = b.rules[static_cast<std::size_t>(y)];
      return p.part != q.part ? p.part < q.part : p.priority > q.priority;
    });
    out.order_.push_back(std::move(order));
  }
  for (const Language language : {Language::kChinese, Language::kEnglish}) {
    Words words;
    const CommentWording* wording = b.wording(language);
    if (wording == nullptr) return bank_error(language == Language::kChinese ? "zh" : "en", "language_missing");
    words.present = true;
    words.list_separator = wording->list_separator;
    words.list_last = wording->list_last;
    words.messages.resize(messages.size());
    for (std::size_t r = 0; r < b.rules.size(); ++r) {
      const CommentMessage* message = wording->find(b.rules[r].message);
      if (message == nullptr || message->variants.empty()) return bank_error(b.rules[r].message, wording->language);
      std::vector<Variant>& variants = words.messages[static_cast<std::size_t>(out.rules_[r].message)];
      const bool first_use = variants.empty();
      for (const std::string& text : message->variants) {
        Variant made;
        std::string open;
        std::string problem;
        split_pattern(
            text, [&](std::string_view piece) { open += piece; },
            [&](std::string_view name, std::string_view format) {
              const int field = field_of(name);
              Piece piece;
              piece.text = std::exchange(open, {});
              piece.slot = field;
              const CommentField* f = field < 0 ? nullptr : &comment_fields()[static_cast<std::size_t>(field)];
              if (f == nullptr || !f->slot || !fits(*f, b.rules[r])) problem = std::string(name);
              const SlotFormat made_format = f == nullptr ? SlotFormat{} : slot_format(format, *f);
              if (!made_format.good) problem = std::string(name) + ":" + std::string(format);
              piece.decimals = made_format.decimals;
              piece.one = made_format.one;
              piece.many = made_format.many;
              made.push_back(std::move(piece));
            });
        if (!problem.empty()) return bank_error(b.rules[r].message, problem);
        if (!open.empty()) made.push_back({std::move(open), -1, 0, {}, {}});
        if (first_use) variants.push_back(std::move(made));
      }
    }
    out.words_.push_back(std::move(words));
  }
  return out;
}

template <class View>
Comment CommentEngine::choose(const View& view, CommentReader reader, std::string_view prefix, std::string_view key,
                              std::uint64_t seed) const {
  using namespace comment_detail;
  Comment out;
  out.reader = reader;
  const std::uint64_t block = Hash().add(key).value;
  std::vector<std::pair<double, std::int32_t>> found;  // order value, subject
  std::vector<std::int32_t> named;                     // items that an earlier next step names
  std::vector<std::int32_t> names;
  std::vector<std::pair<CommentScope, std::int32_t>> used;
  auto part = CommentPart::kGoal;
  int count = 0;
  for (const std::int32_t index : order_[static_cast<std::size_t>(reader)]) {
    const CommentRule& rule = bank_->rules[static_cast<std::size_t>(index)];
    const Rule& compiled = rules_[static_cast<std::size_t>(index)];
    if (rule.part != part) {
      part = rule.part;
      count = 0;
      used.clear();
    }
    const int most = bank_->limits.of(reader, part);
    if (count >= most) continue;
    found.clear();
    const bool whole = rule.scope == CommentScope::kWhole;
    for (std::int32_t s = 0; s < view.n_subjects(rule.scope); ++s) {
      const std::int32_t subject = whole ? -1 : s;
      const bool all = std::all_of(compiled.tests.begin(), compiled.tests.end(),
                                   [&](const Test& test) { return holds(test.comparison, view.number(test.field, subject), test.value); });
      if (!all) continue;
      const double order = compiled.order_by < 0 ? 0.0 : evaluation::decision_value(view.number(compiled.order_by, subject));
      found.emplace_back(rule.descending ? -order : order, subject);
    }
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& [order, subject] : found) {
      if (count >= most) break;
      const std::pair<CommentScope, std::int32_t> mark{rule.scope, subject};
      if (!whole && std::find(used.begin(), used.end(), mark) != used.end()) continue;
      if (part == CommentPart::kNext) {
        // A step that names only items of an earlier one would say the same twice.
        names.clear();
        view.named_items(rule.scope, subject, names);
        const bool known = !names.empty() && std::all_of(names.begin(), names.end(), [&](std::int32_t i) {
          return std::find(named.begin(), named.end(), i) != named.end();
        });
        if (known) continue;
        named.insert(named.end(), names.begin(), names.end());
      }
      used.push_back(mark);
      ++count;
      CommentSentence sentence;
      sentence.rule = index;
      sentence.subject = subject;
      sentence.part = part;
      // A message that is used again takes the next of its sentences.
      const auto before = std::count_if(out.sentences.begin(), out.sentences.end(), [&](const CommentSentence& s) {
        return rules_[static_cast<std::size_t>(s.rule)].message == compiled.message;
      });
      sentence.draw = random::Stream(seed, compiled.purpose, block).next_u32() + static_cast<std::uint64_t>(before);
      sentence.id = prefix_of(prefix, reader, rule);
      if (subject >= 0) sentence.id += "/" + std::to_string(subject + 1);
      out.sentences.push_back(std::move(sentence));
    }
  }
  return out;
}

template <class View>
void CommentEngine::write(const CommentSentence& sentence, const View& view, Language language, std::string& out) const {
  const Words& words = words_[static_cast<std::size_t>(language)];
  const auto& variants = words.messages[static_cast<std::size_t>(rules_[static_cast<std::size_t>(sentence.rule)].message)];
  const comment_detail::ListForm list{words.list_separator, words.list_last};
  const Variant& variant = variants[sentence.draw % variants.size()];
  const std::size_t start = out.size();
  for (const Piece& piece : variant) {
    out += piece.text;
    if (piece.slot < 0) continue;
    if (piece.decimals == comment_detail::kTextSlot) {
      view.text(piece.slot, sentence.subject, language == Language::kChinese, list, out);
      continue;
    }
    double value = view.number(piece.slot, sentence.subject);
    if (piece.slot == comment_detail::kProbability || piece.slot == comment_detail::kLow || piece.slot == comment_detail::kHigh)
      value = comment_detail::no_certainty(value);
    if (piece.decimals == comment_detail::kOneOrMany)
      out += evaluation::decision_value(value) == 1.0 ? piece.one : piece.many;
    else
      comment_detail::append_number(value, piece.decimals, out);
  }
  // A name of a point may begin a sentence.
  if (out.size() > start && out[start] >= 'a' && out[start] <= 'z') out[start] = static_cast<char>(out[start] - 'a' + 'A');
}

template <class View>
std::string CommentEngine::hash(const CommentSentence& sentence, const View& view) const {
  using namespace comment_detail;
  const CommentRule& rule = bank_->rules[static_cast<std::size_t>(sentence.rule)];
  const Rule& compiled = rules_[static_cast<std::size_t>(sentence.rule)];
  std::vector<int> fields;
  for (const Test& test : compiled.tests) fields.push_back(test.field);
  for (const Words& words : words_)
    for (const Variant& variant : words.messages[static_cast<std::size_t>(compiled.message)])
      for (const Piece& piece : variant)
        if (piece.slot >= 0) fields.push_back(piece.slot);
  std::sort(fields.begin(), fields.end());
  fields.erase(std::unique(fields.begin(), fields.end()), fields.end());
  Hash hash;
  hash.add(rule.id);
  const ListForm list{"|", "|"};
  for (const int field : fields) {
    const CommentField& f = comment_fields()[static_cast<std::size_t>(field)];
    std::string text;
    if (f.decimals == kTextSlot)
      view.text(field, sentence.subject, true, list, text);
    else
      append_number(view.number(field, sentence.subject), 6, text);
    hash.add(f.name).add(text);
  }
  return hash.hexadecimal();
}

template <class View>
Result<CommentExplanation> CommentEngine::tell(std::string_view id, const Comment& comment, const View& view,
                                               const MasteryBasis& basis) const {
  using namespace comment_detail;
  const auto it = std::find_if(comment.sentences.begin(), comment.sentences.end(), [&](const CommentSentence& s) { return s.id == id; });
  if (it == comment.sentences.end()) return make_error(Code::kUnknownStatement, {}, {{"id", std::string(id)}});
  const CommentRule& rule = bank_->rules[static_cast<std::size_t>(it->rule)];
  CommentExplanation out;
  out.id = it->id;
  out.rule = rule.id;
  out.message = rule.message;
  out.part = std::string(comment_part_name(rule.part));
  out.source = rule.source;
  const Rule& compiled = rules_[static_cast<std::size_t>(it->rule)];
  for (std::size_t t = 0; t < rule.tests.size(); ++t) {
    out.tests.push_back({rule.tests[t].field, view.number(compiled.tests[t].field, it->subject), {}});
    out.conditions.push_back(rule.tests[t].field + " " + std::string(comparison_sign(rule.tests[t].comparison)) + " " +
                             number_text(rule.tests[t].value, 6));
  }
  const auto& fields = comment_fields();
  for (std::size_t f = 0; f < fields.size(); ++f) {
    if (fields[f].decimals == kTextSlot || !fits(fields[f], rule)) continue;
    const double value = view.number(static_cast<int>(f), it->subject);
    if (!std::isnan(value)) out.evidence.push_back({std::string(fields[f].name), value, {}});
  }
  out.model = basis.model.empty() || basis.structure.empty() ? basis.model : basis.model + "/" + basis.structure;
  out.model_version = basis.version;
  out.bank_edition = bank_->edition;
  out.bank_hash = bank_->hash;
  write(*it, view, Language::kChinese, out.text_zh);
  write(*it, view, Language::kEnglish, out.text_en);
  return out;
}

Comment CommentEngine::comment(const PupilEvidence& evidence, CommentReader reader, std::uint64_t seed) const {
  if (reader == CommentReader::kClass) throw LogicError("celadon::feedback: a pupil's comment for the reader of a class");
  return choose(comment_detail::PupilView(evidence), reader, evidence.prefix, evidence.key, seed);
}
Comment CommentEngine::comment(const ClassEvidence& evidence, std::uint64_t seed) const {
  return choose(comment_detail::ClassView(evidence), CommentReader::kClass, evidence.prefix, evidence.key, seed);
}
void CommentEngine::render(const CommentSentence& sentence, const PupilEvidence& evidence, Language language, std::string& out) const {
  write(sentence, comment_detail::PupilView(evidence), language, out);
}
void CommentEngine::render(const CommentSentence& sentence, const ClassEvidence& evidence, Language language, std::string& out) const {
  write(sentence, comment_detail::ClassView(evidence), language, out);
}
Result<CommentExplanation> CommentEngine::explain(std::string_view id, const Comment& comment, const PupilEvidence& evidence,
                                                  const MasteryBasis& basis) const {
  return tell(id, comment, comment_detail::PupilView(evidence), basis);
}
Result<CommentExplanation> CommentEngine::explain(std::string_view id, const Comment& comment, const ClassEvidence& evidence,
                                                  const MasteryBasis& basis) const {
  return tell(id, comment, comment_detail::ClassView(evidence), basis);
}
std::string CommentEngine::evidence_hash(const CommentSentence& sentence, const PupilEvidence& evidence) const {
  return hash(sentence, comment_detail::PupilView(evidence));
}
std::string CommentEngine::evidence_hash(const CommentSentence& sentence, const ClassEvidence& evidence) const {
  return hash(sentence, comment_detail::ClassView(evidence));
}

}  // namespace celadon::inline CELADON_ABI::feedback
