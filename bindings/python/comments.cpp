// celadon.feedback: comment banks, comments with what they rest on, teachers' edits.
#include "comments.hpp"

#include <locale>
#include <sstream>

namespace celadon::python {

namespace {

using feedback::ClassEvidence;
using feedback::CommentEdit;
using feedback::CommentEdits;
using feedback::CommentEngine;
using feedback::PupilEvidence;

constexpr std::initializer_list<std::pair<const char*, feedback::CommentReader>> kReaders = {{"family", feedback::CommentReader::kFamily},
                                                                                             {"teacher", feedback::CommentReader::kTeacher},
                                                                                             {"class", feedback::CommentReader::kClass}};
constexpr std::initializer_list<std::pair<const char*, feedback::CommentPart>> kParts = {
    {"goal", feedback::CommentPart::kGoal},   {"strength", feedback::CommentPart::kStrength}, {"gap", feedback::CommentPart::kGap},
    {"open", feedback::CommentPart::kOpen},   {"change", feedback::CommentPart::kChange},     {"next", feedback::CommentPart::kNext},
    {"group", feedback::CommentPart::kGroup}, {"discuss", feedback::CommentPart::kDiscuss}};

py::list numbers_behind(const std::vector<feedback::EvidenceNumber>& numbers) {
  py::list out;
  for (const feedback::EvidenceNumber& number : numbers) {
    py::dict entry;
    entry["name"] = number.name;
    entry["value"] = number.value;
    entry["item"] = number.item.empty() ? py::object(py::none()) : py::object(py::str(number.item));
    out.append(entry);
  }
  return out;
}

py::dict comment_explanation(const CommentHandle& self, const std::string& id) {
  const feedback::CommentExplanation told =
      take(std::visit([&](const auto& e) { return self.engine->explain(id, self.comment, e, self.basis); }, self.evidence));
  py::dict out;
  out["id"] = told.id;
  out["rule"] = told.rule;
  out["message"] = told.message;
  out["part"] = told.part;
  out["sentence"] = self.language == Language::kChinese ? told.text_zh : told.text_en;
  out["conditions"] = told.conditions;
  out["tests"] = numbers_behind(told.tests);
  out["evidence"] = numbers_behind(told.evidence);
  out["rule_source"] = told.source.in(self.language);
  out["model"] = told.model;
  out["model_version"] = told.model_version;
  out["bank_edition"] = told.bank_edition;
  out["bank_hash"] = told.bank_hash;
  return out;
}

Table rules_of_bank(const BankHandle& self) {
  std::vector<std::string> id;
  std::vector<std::string> readers;
  std::vector<std::string> scope;
  std::vector<std::string> part;
  std::vector<std::int64_t> priority;
  std::vector<std::string> when;
  std::vector<std::string> message;
  std::vector<std::string> source_zh;
  std::vector<std::string> source_en;
  for (const feedback::CommentRule& rule : self.bank->rules) {
    id.push_back(rule.id);
    std::string names;
    for (const auto reader : rule.readers) names += (names.empty() ? "" : " ") + std::string(feedback::comment_reader_name(reader));
    readers.push_back(names);
    scope.emplace_back(feedback::comment_scope_name(rule.scope));
    part.emplace_back(feedback::comment_part_name(rule.part));
    priority.push_back(rule.priority);
    std::ostringstream tests;
    tests.imbue(std::locale::classic());
    for (std::size_t t = 0; t < rule.tests.size(); ++t)
      tests << (t == 0 ? "" : ", ") << rule.tests[t].field << ' ' << feedback::comparison_sign(rule.tests[t].comparison) << ' '
            << rule.tests[t].value;
    when.push_back(tests.str());
    message.push_back(rule.message);
    source_zh.push_back(rule.source.zh);
    source_en.push_back(rule.source.en);
  }
  Table table("comment_rules");
  table.add("id", std::move(id)).add("readers", std::move(readers)).add("about", std::move(scope)).add("part", std::move(part));
  table.add("priority", std::move(priority)).add("when", std::move(when)).add("message", std::move(message));
  return table.add("source_zh", std::move(source_zh)).add("source_en", std::move(source_en));
}

Table messages_of_bank(const BankHandle& self) {
  std::vector<std::string> language;
  std::vector<std::string> message;
  std::vector<std::int64_t> variant;
  std::vector<std::string> text;
  for (const feedback::CommentWording& wording : self.bank->wordings)
    for (const feedback::CommentMessage& one : wording.messages)
      for (std::size_t v = 0; v < one.variants.size(); ++v) {
        language.push_back(wording.language);
        message.push_back(one.id);
        variant.push_back(static_cast<std::int64_t>(v + 1));
        text.push_back(one.variants[v]);
      }
  Table table("comment_messages");
  table.add("language", std::move(language)).add("message", std::move(message)).add("variant", std::move(variant));
  return table.add("text", std::move(text));
}

Table field_table() {
  std::vector<std::string> name;
  std::vector<std::string> scope;
  std::vector<std::uint8_t> test;
  std::vector<std::uint8_t> slot;
  std::vector<std::uint8_t> pupil;
  std::vector<std::uint8_t> whole_class;
  for (const feedback::CommentField& one : feedback::comment_fields()) {
    name.emplace_back(one.name);
    scope.emplace_back(feedback::comment_scope_name(one.scope));
    test.push_back(one.test ? 1 : 0);
    slot.push_back(one.slot ? 1 : 0);
    pupil.push_back(one.for_pupil ? 1 : 0);
    whole_class.push_back(one.for_class ? 1 : 0);
  }
  Table table("comment_fields");
  table.add("name", std::move(name)).add("scope", std::move(scope));
  table.add_boolean("test", std::move(test)).add_boolean("slot", std::move(slot)).add_boolean("for_pupil", std::move(pupil));
  return std::move(table.add_boolean("for_class", std::move(whole_class)));
}

void bind_banks(py::module_& m) {
  py::class_<BankHandle> type(m, "CommentBank", "Rules and sentences of comments; the frame has one row a rule.");
  type.def_property_readonly("edition", [](const BankHandle& self) { return self.bank->edition; })
      .def_property_readonly("hash", [](const BankHandle& self) { return self.bank->hash; })
      .def_property_readonly("languages",
                             [](const BankHandle& self) {
                               std::vector<std::string> out;
                               for (const auto& wording : self.bank->wordings) out.push_back(wording.language);
                               return out;
                             })
      .def_property_readonly("messages", &messages_of_bank, "One row a language, message and variant: sentences with {slots}.");
  bind_frame(type, &rules_of_bank);
  m.def("default_comment_bank", [] { return BankHandle{io::default_comment_bank()}; });
  m.def("_default_comment_texts", [] {
    return std::pair(std::string(io::default_comment_rules_text()),
                     std::vector<std::string>{std::string(io::default_comment_wording_text(Language::kChinese)),
                                              std::string(io::default_comment_wording_text(Language::kEnglish))});
  });
  m.def(
      "parse_comment_bank",
      [](const std::string& rules, const std::vector<std::string>& wordings) {
        const std::vector<std::string_view> texts(wordings.begin(), wordings.end());
        return BankHandle{SharedValue<feedback::CommentBank>(take(io::parse_comment_bank(rules, texts)))};
      },
      py::arg("rules"), py::arg("wordings"));
  m.def("comment_fields", &field_table);
  m.def(
      "lint",
      [](const BankHandle& bank) {
        std::vector<std::string> kind;
        std::vector<std::string> language;
        std::vector<std::string> where;
        std::vector<std::string> detail;
        std::vector<std::int64_t> variant;
        for (const feedback::BankProblem& problem : feedback::lint(*bank.bank)) {
          kind.push_back(problem.kind);
          language.push_back(problem.language);
          where.push_back(problem.where);
          detail.push_back(problem.detail);
          variant.push_back(problem.variant);
        }
        Table table("bank_problems");
        table.add("kind", std::move(kind)).add("language", std::move(language)).add("where", std::move(where));
        return std::move(table.add("detail", std::move(detail)).add("variant", std::move(variant)));
      },
      py::arg("bank"));
}

void bind_comment(py::module_& m) {
  using C = CommentHandle;
  py::class_<C> type(m, "Comment", "A comment about a pupil or a class; the frame has one row a sentence, in reading order.");
  type.def_property_readonly("prefix", &C::prefix)
      .def_property_readonly("reader", [](const C& self) { return std::string(feedback::comment_reader_name(self.comment.reader)); })
      .def_property_readonly("language", &C::language_tag)
      .def_property_readonly(
          "text",
          [](const C& self) {
            std::string out;
            for (const feedback::WordedSentence& sentence : self.worded()) {
              if (!out.empty() && self.language == Language::kEnglish) out += ' ';
              out += sentence.text;
            }
            return out;
          },
          "The sentences, one after the other.")
      .def_property_readonly("sentences",
                             [](const C& self) {
                               std::vector<std::pair<std::string, std::string>> out;
                               for (const feedback::WordedSentence& one : self.worded()) out.emplace_back(one.id, one.text);
                               return out;
                             })
      .def("__len__", [](const C& self) { return self.comment.sentences.size(); })
      .def(
          "in_language",
          [](const C& self, const std::string& language) {
            C other = self;
            other.language = language_of(language);
            return other;
          },
          py::arg("language"), "The same comment in another language, with sentences of that language's own.")
      .def("explain", &comment_explanation, py::arg("id"), "Rule, conditions, numbers, model and bank behind a sentence.");
  bind_frame(type, [](const C& self) { return self.table(); });
  py::class_<CommentEngine, std::shared_ptr<CommentEngine>>(m, "CommentEngine", "A bank made ready; any number of threads may use it.")
      .def(py::init([](const BankHandle& bank) { return std::make_shared<CommentEngine>(take(CommentEngine::compile(bank.bank))); }),
           py::arg("bank"))
      .def(
          "comment",
          [](const std::shared_ptr<CommentEngine>& self, const py::object& evidence, const std::string& reader, std::uint64_t seed,
             const std::string& language) {
            const auto who = choose<feedback::CommentReader>("reader", reader, kReaders);
            C out;
            out.engine = self;
            out.language = language_of(language);
            if (who == feedback::CommentReader::kClass) {
              ClassEvidence about = class_evidence_of(evidence);
              out.comment = self->comment(about, seed);
              out.evidence = std::move(about);
            } else {
              PupilEvidence about = pupil_evidence_of(evidence);
              out.comment = self->comment(about, who, seed);
              out.evidence = std::move(about);
            }
            return out;
          },
          py::arg("evidence"), py::arg("reader") = "family", py::arg("seed") = 1, py::arg("language") = "zh-CN",
          "The comment that the evidence carries: a mapping, as celadon.feedback.comment describes it.");
  const auto made = [](const py::object& owner, const evaluation::Evaluation& self) {
    C out;
    // The engine lives as long as the evaluation, which this keeps.
    out.engine = std::shared_ptr<const CommentEngine>(&*self.comments, [owner](const CommentEngine*) {});
    return out;
  };
  const auto paper_of = [](const evaluation::Evaluation& self, std::size_t paper) -> const evaluation::PaperEvaluation& {
    if (paper >= self.papers.size()) throw py::index_error("no such paper");
    return self.papers[paper];
  };
  m.def(
      "_pupil_comment",
      [made, paper_of](const py::object& result, std::size_t paper, std::int64_t person, const std::string& reader,
                       const std::string& language) -> std::optional<C> {
        const auto& self = result.cast<const evaluation::Evaluation&>();
        const evaluation::PaperEvaluation& of = paper_of(self, paper);
        if (person < 0 || person >= of.n_persons()) throw py::index_error("no such pupil");
        if (!self.comments || of.mastery.points.empty() || of.counted[static_cast<std::size_t>(person)] == 0) return std::nullopt;
        C out = made(result, self);
        out.language = language_of(language);
        PupilEvidence evidence = evaluation::pupil_evidence(self, of, person);
        out.comment = self.comments->comment(evidence, choose<feedback::CommentReader>("reader", reader, kReaders), self.comment_seed);
        out.basis = of.mastery.basis;
        out.evidence = std::move(evidence);
        return out;
      },
      py::arg("evaluation"), py::arg("paper"), py::arg("person"), py::arg("reader"), py::arg("language"));
  m.def(
      "_class_comment",
      [made, paper_of](const py::object& result, std::size_t paper, std::size_t review, const std::string& language) -> std::optional<C> {
        const auto& self = result.cast<const evaluation::Evaluation&>();
        const evaluation::PaperEvaluation& of = paper_of(self, paper);
        if (review >= of.reviews.size()) throw py::index_error("no such class");
        if (!self.comments || of.mastery.points.empty()) return std::nullopt;
        C out = made(result, self);
        out.language = language_of(language);
        ClassEvidence evidence = evaluation::class_evidence(self, of, review);
        out.comment = self.comments->comment(evidence, self.comment_seed);
        out.basis = of.mastery.basis;
        out.evidence = std::move(evidence);
        return out;
      },
      py::arg("evaluation"), py::arg("paper"), py::arg("review"), py::arg("language"));
}

Table edit_table(const CommentEdits& self) {
  std::vector<std::string> kind;
  std::vector<std::string> sentence;
  std::vector<std::string> part;
  std::vector<std::string> language;
  std::vector<std::string> text;
  std::vector<std::string> generated;
  std::vector<std::string> author;
  std::vector<std::string> time;
  for (const CommentEdit& edit : self.edits) {
    kind.emplace_back(feedback::edit_kind_name(edit.kind));
    sentence.push_back(edit.sentence);
    part.emplace_back(feedback::comment_part_name(edit.part));
    language.push_back(edit.language);
    text.push_back(edit.text);
    generated.push_back(edit.generated);
    author.push_back(edit.author);
    time.push_back(edit.time);
  }
  Table table("comment_edits");
  table.add("kind", std::move(kind)).add("sentence", std::move(sentence)).add("part", std::move(part));
  table.add("language", std::move(language)).add("text", std::move(text)).add("generated", std::move(generated));
  return table.add("author", std::move(author)).add("time", std::move(time));
}

// Keeps an edit of a generated sentence, or adds one of the teacher's own.
void keep_edit(CommentEdits& edits, const CommentHandle& comment, feedback::EditKind kind, const std::string& sentence,
               const std::string& part, const std::string& text, const std::string& author, const std::string& time) {
  using K = feedback::EditKind;
  if (!edits.edits.empty() && edits.comment != comment.prefix()) throw py::value_error("these are the edits of another comment");
  CommentEdit edit;
  edit.kind = kind;
  edit.language = comment.language_tag();
  edit.author = author;
  edit.time = time;
  if (kind == K::kAdd) {
    std::size_t added = 1;
    for (const CommentEdit& other : edits.edits) added += other.kind == K::kAdd ? 1U : 0U;
    const std::string reader(feedback::comment_reader_name(comment.comment.reader));
    edit.sentence = comment.prefix() + "comment/" + reader + "/added/" + std::to_string(added);
    edit.part = choose<feedback::CommentPart>("part", part, kParts);
    edit.text = text;
  } else {
    const std::vector<feedback::WordedSentence> all = comment.worded();
    const feedback::WordedSentence& made = comment.sentence(all, sentence);
    edit.sentence = sentence;
    edit.part = made.part;
    edit.generated = made.text;
    edit.evidence_hash = made.evidence_hash;
    if (kind == K::kReplace) edit.text = text;
    if (kind == K::kLock) edit.text = made.text;
  }
  take(feedback::check(edit, comment.engine->bank().wording(comment.language)));
  edits.comment = comment.prefix();
  edits.edits.push_back(std::move(edit));
}

Table final_table(const std::vector<feedback::FinalSentence>& sentences) {
  std::vector<std::string> id;
  std::vector<std::string> part;
  std::vector<std::string> text;
  std::vector<std::string> origin;
  std::vector<std::uint8_t> changed;
  std::vector<std::uint8_t> gone;
  std::vector<std::string> author;
  std::vector<std::string> time;
  for (const feedback::FinalSentence& sentence : sentences) {
    id.push_back(sentence.id);
    part.emplace_back(feedback::comment_part_name(sentence.part));
    text.push_back(sentence.text);
    origin.emplace_back(feedback::sentence_origin_name(sentence.origin));
    changed.push_back(sentence.evidence_changed ? 1 : 0);
    gone.push_back(sentence.no_longer_made ? 1 : 0);
    author.push_back(sentence.author);
    time.push_back(sentence.time);
  }
  Table table("final_comment");
  table.add("part", std::move(part)).add("id", std::move(id)).add("text", std::move(text)).add("origin", std::move(origin));
  table.add_boolean("evidence_changed", std::move(changed)).add_boolean("no_longer_made", std::move(gone));
  return table.add("author", std::move(author)).add("time", std::move(time));
}

void bind_edits(py::module_& m) {
  using E = CommentEdits;
  using K = feedback::EditKind;
  using C = CommentHandle;
  py::class_<E> type(m, "CommentEdits",
                     "A teacher's edits of one comment, with author and time; the frame has one row an edit, oldest first.");
  type.def(py::init<>())
      .def_readonly("comment", &E::comment)
      .def_readonly("signed_by", &E::signed_by)
      .def_readonly("signed_at", &E::signed_at)
      .def("__len__", [](const E& self) { return self.edits.size(); })
      .def(
          "replace",
          [](E& self, const C& comment, const std::string& sentence, const std::string& text, const std::string& author,
             const std::string& time) { keep_edit(self, comment, K::kReplace, sentence, "", text, author, time); },
          py::arg("comment"), py::arg("sentence"), py::arg("text"), py::kw_only(), py::arg("author"), py::arg("time"),
          "The teacher's words in place of a sentence.")
      .def(
          "lock",
          [](E& self, const C& comment, const std::string& sentence, const std::string& author, const std::string& time) {
            keep_edit(self, comment, K::kLock, sentence, "", "", author, time);
          },
          py::arg("comment"), py::arg("sentence"), py::kw_only(), py::arg("author"), py::arg("time"), "The sentence stays as it is now.")
      .def(
          "add",
          [](E& self, const C& comment, const std::string& part, const std::string& text, const std::string& author,
             const std::string& time) { keep_edit(self, comment, K::kAdd, "", part, text, author, time); },
          py::arg("comment"), py::arg("part"), py::arg("text"), py::kw_only(), py::arg("author"), py::arg("time"),
          "A sentence of the teacher's own.")
      .def(
          "leave_out",
          [](E& self, const C& comment, const std::string& sentence, const std::string& author, const std::string& time) {
            keep_edit(self, comment, K::kLeaveOut, sentence, "", "", author, time);
          },
          py::arg("comment"), py::arg("sentence"), py::kw_only(), py::arg("author"), py::arg("time"), "The sentence is not printed.")
      .def(
          "sign",
          [](E& self, const std::string& author, const std::string& time) {
            self.signed_by = author;
            self.signed_at = time;
          },
          py::kw_only(), py::arg("author"), py::arg("time"), "The teacher stands behind the comment; until then it is a draft.")
      .def("to_json", [](const E& self) { return io::save_edits(self); })
      .def_static(
          "from_json", [](const std::string& text) { return take(io::load_edits(text)); }, py::arg("text"));
  bind_frame(type, &edit_table);
  m.def(
      "apply_edits",
      [](const C& comment, const E& edits) {
        return final_table(take(feedback::apply_edits(comment.worded(), comment.prefix(), comment.language_tag(), edits)));
      },
      py::arg("comment"), py::arg("edits"));
}

}  // namespace

void bind_comments(py::module_& m) {
  bind_banks(m);
  bind_comment(m);
  bind_edits(m);
}

}  // namespace celadon::python
