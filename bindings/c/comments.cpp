#include "comments_common.hpp"

#include <celadon/io/comments_json.hpp>

using namespace celadon_c;

namespace fb = celadon::feedback;

struct celadon_feedback_comment_explanation {
  fb::CommentExplanation value;
};

namespace {

celadon_feedback_comment_item default_comment_item() {
  celadon_feedback_comment_item item{};
  item.struct_size = sizeof item;
  item.counted = 1;
  return item;
}

celadon_feedback_comment_point default_comment_point() {
  celadon_feedback_comment_point point{};
  point.struct_size = sizeof point;
  point.change_low = point.change_high = kNone;
  return point;
}

fb::CommentPoint comment_point(const celadon_feedback_comment_point* given, std::size_t n_items) {
  const auto known = sized(&need(given, "point"), default_comment_point(), "point");
  fb::CommentPoint out;
  out.name = text_or_empty(known.name);
  if (out.name.empty()) refuse("name", "a point needs a name");
  out.mastery = point_mastery_of(known.mastery);
  out.items = copied(known.items, known.n_items, "items");
  for (const std::int32_t item : out.items)
    if (item < 0 || static_cast<std::size_t>(item) >= n_items) refuse("items", "not an item that was added: " + std::to_string(item));
  out.needs = texts(known.needs, known.n_needs, "needs");
  out.change.verdict = enumerator<fb::ChangeVerdict>(known.change, 5, "change");
  out.change.difference = known.change_difference;
  out.change.low = known.change_low;
  out.change.high = known.change_high;
  out.change.n_common = known.change_n_common;
  out.action = text_or_empty(known.action);
  return out;
}

std::size_t n_groups(const fb::PupilEvidence&) {
  return 0;
}
std::size_t n_groups(const fb::ClassEvidence& evidence) {
  return evidence.groups.size();
}

template <class Evidence>
CommentValue describe(fb::Comment comment, std::vector<fb::WordedSentence> sentences, const Evidence& evidence,
                      const std::string& bank_hash, celadon::Language language) {
  CommentValue out;
  out.of_class = comment.reader == fb::CommentReader::kClass;
  out.comment = std::move(comment);
  out.sentences = std::move(sentences);
  out.prefix = evidence.prefix;
  out.bank_hash = bank_hash;
  out.language = language;
  out.n_points = evidence.points.size();
  out.n_items = evidence.items.size();
  out.n_groups = n_groups(evidence);
  return out;
}

// Words for a comment that an engine has made.
template <class Evidence>
CommentValue worded(const fb::CommentEngine& engine, fb::Comment comment, const Evidence& evidence, celadon::Language language) {
  std::vector<fb::WordedSentence> sentences;
  for (const auto& sentence : comment.sentences) {
    fb::WordedSentence one;
    one.id = sentence.id;
    one.part = sentence.part;
    engine.render(sentence, evidence, language, one.text);
    one.evidence_hash = engine.evidence_hash(sentence, evidence);
    sentences.push_back(std::move(one));
  }
  return describe(std::move(comment), std::move(sentences), evidence, engine.bank().hash, language);
}

fb::CommentReader pupil_reader(std::int32_t reader) {
  return enumerator<fb::CommentReader>(reader, 2, "reader");
}

template <class Evidence>
fb::CommentExplanation explain_comment(const celadon_feedback_comment_engine* engine, const celadon_feedback_comment* comment,
                                       const Evidence& evidence, bool of_class, const celadon_feedback_mastery* mastery,
                                       std::string_view id) {
  const auto& with = need(engine, "engine").value;
  const CommentValue& made = need(comment, "comment").value;
  if (made.of_class != of_class || made.n_points != evidence.points.size() || made.n_items != evidence.items.size() ||
      made.n_groups != n_groups(evidence) || made.prefix != evidence.prefix)
    refuse("evidence", "the comment was made from other evidence");
  if (made.bank_hash != with.bank().hash) refuse("engine", "the comment was made with another bank");
  return unwrap(with.explain(id, made.comment, evidence, mastery == nullptr ? fb::MasteryBasis() : mastery->value.basis));
}

celadon::Table sentence_table(const CommentValue& comment) {
  std::vector<std::string> id, part, words, hash;
  for (const auto& one : comment.sentences) {
    id.push_back(one.id);
    part.emplace_back(fb::comment_part_name(one.part));
    words.push_back(one.text);
    hash.push_back(one.evidence_hash);
  }
  celadon::Table table("comment");
  table.add("id", std::move(id)).add("part", std::move(part)).add("text", std::move(words)).add("evidence_hash", std::move(hash));
  return table;
}

celadon::Table number_table(const char* name, const std::vector<fb::EvidenceNumber>& numbers, const std::vector<std::string>* conditions) {
  std::vector<std::string> names, items;
  std::vector<double> values;
  for (const auto& one : numbers) {
    names.push_back(one.name);
    values.push_back(one.value);
    items.push_back(one.item);
  }
  celadon::Table table(name);
  if (conditions != nullptr) table.add("condition", *conditions);
  table.add("name", std::move(names)).add("value", std::move(values));
  if (conditions == nullptr) table.add("item", std::move(items));
  return table;
}

celadon::Table problem_table(const std::vector<fb::BankProblem>& problems) {
  std::vector<std::string> kind, language, where, detail;
  std::vector<std::int64_t> variant;
  for (const auto& one : problems) {
    kind.push_back(one.kind);
    language.push_back(one.language);
    where.push_back(one.where);
    detail.push_back(one.detail);
    variant.push_back(one.variant);
  }
  celadon::Table table("bank_problems");
  table.add("kind", std::move(kind)).add("language", std::move(language)).add("where", std::move(where)).add("detail", std::move(detail));
  table.add("variant", std::move(variant));
  return table;
}

celadon::Table field_table() {
  std::vector<std::string> name, scope;
  std::vector<std::uint8_t> test, slot, pupil, whole_class;
  for (const auto& one : fb::comment_fields()) {
    name.emplace_back(one.name);
    scope.emplace_back(fb::comment_scope_name(one.scope));
    test.push_back(one.test ? 1 : 0);
    slot.push_back(one.slot ? 1 : 0);
    pupil.push_back(one.for_pupil ? 1 : 0);
    whole_class.push_back(one.for_class ? 1 : 0);
  }
  celadon::Table table("comment_fields");
  table.add("name", std::move(name)).add("scope", std::move(scope)).add_boolean("test", std::move(test));
  table.add_boolean("slot", std::move(slot)).add_boolean("for_pupil", std::move(pupil)).add_boolean("for_class", std::move(whole_class));
  return table;
}

const fb::WordedSentence* sentence_of(const celadon_feedback_comment* comment, int64_t sentence) {
  if (sentence < 0 || sentence >= celadon_feedback_comment_size(comment)) return nullptr;
  return &comment->value.sentences[static_cast<std::size_t>(sentence)];
}

// Row of a pupil or number of a review of a paper.
void check_index(int64_t index, int64_t n, const char* name) {
  if (index < 0 || index >= n) refuse(name, "out of range: " + std::to_string(index));
}

std::string bank_hash_of(const celadon_evaluation* evaluation) {
  const auto& engine = evaluation->value.comments;
  return engine ? engine->bank().hash : std::string();
}

}  // namespace

extern "C" {

celadon_status celadon_feedback_comment_bank_parse(const char* rules, int64_t rules_size, const char* const* wordings, const int64_t* sizes,
                                                   int64_t n_wordings, celadon_feedback_comment_bank** out, celadon_error* error) {
  return produce(out, error, [&] {
    std::vector<std::string_view> given;
    const auto span = span_of(wordings, n_wordings, "wordings");
    for (std::size_t i = 0; i < span.size(); ++i) given.push_back(text(span[i], sizes == nullptr ? -1 : sizes[i], "wordings"));
    return celadon::SharedValue<fb::CommentBank>(
        unwrap(celadon::io::parse_comment_bank(text(&need(rules, "rules"), rules_size, "rules"), given)));
  });
}
celadon_status celadon_feedback_comment_bank_default(celadon_feedback_comment_bank** out, celadon_error* error) {
  return produce(out, error, [] { return celadon::io::default_comment_bank(); });
}
celadon_status celadon_feedback_comment_bank_default_rules(celadon_text** out, celadon_error* error) {
  return produce(out, error, [] { return std::string(celadon::io::default_comment_rules_text()); });
}
celadon_status celadon_feedback_comment_bank_default_wording(int32_t language, celadon_text** out, celadon_error* error) {
  return produce(out, error, [&] { return std::string(celadon::io::default_comment_wording_text(language_of(language))); });
}
CELADON_C_DESTROY(celadon_feedback_comment_bank)
const char* celadon_feedback_comment_bank_edition(const celadon_feedback_comment_bank* bank) {
  return bank == nullptr ? nullptr : bank->value->edition.c_str();
}
const char* celadon_feedback_comment_bank_hash(const celadon_feedback_comment_bank* bank) {
  return bank == nullptr ? nullptr : bank->value->hash.c_str();
}
celadon_status celadon_feedback_comment_bank_lint(const celadon_feedback_comment_bank* bank, celadon_table** out, celadon_error* error) {
  return produce(out, error, [&] { return problem_table(fb::lint(*need(bank, "bank").value)); });
}
celadon_status celadon_feedback_comment_fields(celadon_table** out, celadon_error* error) {
  return produce(out, error, [] { return field_table(); });
}

celadon_status celadon_feedback_comment_engine_create(const celadon_feedback_comment_bank* bank, celadon_feedback_comment_engine** out,
                                                      celadon_error* error) {
  return produce(out, error, [&] { return unwrap(fb::CommentEngine::compile(need(bank, "bank").value)); });
}
CELADON_C_DESTROY(celadon_feedback_comment_engine)

void celadon_feedback_comment_item_init(celadon_feedback_comment_item* item, uint32_t struct_size) {
  initialise(item, struct_size, default_comment_item());
}
void celadon_feedback_comment_point_init(celadon_feedback_comment_point* point, uint32_t struct_size) {
  initialise(point, struct_size, default_comment_point());
}
celadon_status celadon_feedback_pupil_evidence_create(const char* key, const char* prefix, const char* paper, const char* level_zh,
                                                      const char* level_en, int32_t rough, celadon_feedback_pupil_evidence** out,
                                                      celadon_error* error) {
  return produce(out, error, [&] {
    fb::PupilEvidence evidence;
    evidence.key = std::string(text(&need(key, "key"), -1, "key"));
    evidence.prefix = std::string(text(&need(prefix, "prefix"), -1, "prefix"));
    evidence.paper = text_or_empty(paper);
    evidence.level = {text_or_empty(level_zh), text_or_empty(level_en)};
    evidence.rough = rough != 0;
    return evidence;
  });
}
CELADON_C_DESTROY(celadon_feedback_pupil_evidence)
celadon_status celadon_feedback_pupil_evidence_tell_marks(celadon_feedback_pupil_evidence* evidence, int32_t marks, celadon_error* error) {
  return guard(error, [&] { need(evidence, "evidence").value.marks = marks != 0; });
}
celadon_status celadon_feedback_pupil_evidence_add_item(celadon_feedback_pupil_evidence* evidence,
                                                        const celadon_feedback_comment_item* item, celadon_error* error) {
  return guard(error, [&] {
    const auto known = sized(&need(item, "item"), default_comment_item(), "item");
    fb::CommentItem one;
    one.label = text_or_empty(known.label);
    one.points = known.points;
    one.full = known.full;
    one.counted = known.counted != 0;
    one.review = known.review != 0;
    one.cause = text_or_empty(known.cause);
    need(evidence, "evidence").value.items.push_back(std::move(one));
  });
}
celadon_status celadon_feedback_pupil_evidence_add_point(celadon_feedback_pupil_evidence* evidence,
                                                         const celadon_feedback_comment_point* point, celadon_error* error) {
  return guard(error, [&] {
    auto& all = need(evidence, "evidence").value;
    all.points.push_back(comment_point(point, all.items.size()));
  });
}
celadon_status celadon_evaluation_pupil_evidence(const celadon_evaluation* evaluation, int64_t paper, int64_t person,
                                                 celadon_feedback_pupil_evidence** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto& of = paper_of(evaluation, paper);
    check_index(person, of.n_persons(), "person");
    return celadon::evaluation::pupil_evidence(evaluation->value, of, person);
  });
}
CELADON_C_DESTROY(celadon_feedback_class_evidence)
celadon_status celadon_evaluation_class_evidence(const celadon_evaluation* evaluation, int64_t paper, int64_t review,
                                                 celadon_feedback_class_evidence** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto& of = paper_of(evaluation, paper);
    check_index(review, static_cast<int64_t>(of.reviews.size()), "review");
    return celadon::evaluation::class_evidence(evaluation->value, of, static_cast<std::size_t>(review));
  });
}

celadon_status celadon_feedback_pupil_comment(const celadon_feedback_comment_engine* engine,
                                              const celadon_feedback_pupil_evidence* evidence, int32_t reader, int32_t language,
                                              uint64_t seed, celadon_feedback_comment** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto& with = need(engine, "engine").value;
    const auto& of = need(evidence, "evidence").value;
    return worded(with, with.comment(of, pupil_reader(reader), seed), of, language_of(language));
  });
}
celadon_status celadon_feedback_class_comment(const celadon_feedback_comment_engine* engine,
                                              const celadon_feedback_class_evidence* evidence, int32_t language, uint64_t seed,
                                              celadon_feedback_comment** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto& with = need(engine, "engine").value;
    const auto& of = need(evidence, "evidence").value;
    return worded(with, with.comment(of, seed), of, language_of(language));
  });
}
celadon_status celadon_evaluation_pupil_comment(const celadon_evaluation* evaluation, int64_t paper, int64_t person, int32_t reader,
                                                int32_t language, celadon_feedback_comment** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto& of = paper_of(evaluation, paper);
    check_index(person, of.n_persons(), "person");
    const auto chosen = language_of(language);
    auto made = celadon::evaluation::pupil_comment(evaluation->value, of, person, pupil_reader(reader), chosen);
    return describe(std::move(made.comment), std::move(made.sentences), celadon::evaluation::pupil_evidence(evaluation->value, of, person),
                    bank_hash_of(evaluation), chosen);
  });
}
celadon_status celadon_evaluation_class_comment(const celadon_evaluation* evaluation, int64_t paper, int64_t review, int32_t language,
                                                celadon_feedback_comment** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto& of = paper_of(evaluation, paper);
    check_index(review, static_cast<int64_t>(of.reviews.size()), "review");
    const auto chosen = language_of(language);
    const auto number = static_cast<std::size_t>(review);
    auto made = celadon::evaluation::class_comment(evaluation->value, of, number, chosen);
    return describe(std::move(made.comment), std::move(made.sentences), celadon::evaluation::class_evidence(evaluation->value, of, number),
                    bank_hash_of(evaluation), chosen);
  });
}
CELADON_C_DESTROY(celadon_feedback_comment)
int64_t celadon_feedback_comment_size(const celadon_feedback_comment* comment) {
  return comment == nullptr ? 0 : static_cast<int64_t>(comment->value.sentences.size());
}
const char* celadon_feedback_comment_id(const celadon_feedback_comment* comment, int64_t sentence) {
  const auto* one = sentence_of(comment, sentence);
  return one == nullptr ? nullptr : one->id.c_str();
}
const char* celadon_feedback_comment_text(const celadon_feedback_comment* comment, int64_t sentence) {
  const auto* one = sentence_of(comment, sentence);
  return one == nullptr ? nullptr : one->text.c_str();
}
int32_t celadon_feedback_comment_part(const celadon_feedback_comment* comment, int64_t sentence) {
  const auto* one = sentence_of(comment, sentence);
  return one == nullptr ? -1 : static_cast<int32_t>(one->part);
}
CELADON_C_TABLE(celadon_feedback_comment, table, sentence_table(result))

celadon_status celadon_feedback_explain_pupil_comment(const celadon_feedback_comment_engine* engine,
                                                      const celadon_feedback_comment* comment,
                                                      const celadon_feedback_pupil_evidence* evidence,
                                                      const celadon_feedback_mastery* mastery, const char* id, int64_t id_size,
                                                      celadon_feedback_comment_explanation** out, celadon_error* error) {
  return produce(out, error, [&] {
    return explain_comment(engine, comment, need(evidence, "evidence").value, false, mastery, text(&need(id, "id"), id_size, "id"));
  });
}
celadon_status celadon_feedback_explain_class_comment(const celadon_feedback_comment_engine* engine,
                                                      const celadon_feedback_comment* comment,
                                                      const celadon_feedback_class_evidence* evidence,
                                                      const celadon_feedback_mastery* mastery, const char* id, int64_t id_size,
                                                      celadon_feedback_comment_explanation** out, celadon_error* error) {
  return produce(out, error, [&] {
    return explain_comment(engine, comment, need(evidence, "evidence").value, true, mastery, text(&need(id, "id"), id_size, "id"));
  });
}
CELADON_C_DESTROY(celadon_feedback_comment_explanation)
celadon_status celadon_feedback_comment_explanation_get(const celadon_feedback_comment_explanation* explanation,
                                                        celadon_feedback_comment_explanation_values* out, celadon_error* error) {
  return guard(error, [&] {
    const auto& e = need(explanation, "explanation").value;
    celadon_feedback_comment_explanation_values v{};
    v.id = e.id.c_str();
    v.rule = e.rule.c_str();
    v.message = e.message.c_str();
    v.part = e.part.c_str();
    v.source_zh = e.source.zh.c_str();
    v.source_en = e.source.en.c_str();
    v.model = e.model.c_str();
    v.model_version = e.model_version.c_str();
    v.bank_edition = e.bank_edition.c_str();
    v.bank_hash = e.bank_hash.c_str();
    v.text_zh = e.text_zh.c_str();
    v.text_en = e.text_en.c_str();
    hand_out(out, v, "out");
  });
}
CELADON_C_TABLE(celadon_feedback_comment_explanation, tests, number_table("comment_tests", result.tests, &result.conditions))
CELADON_C_TABLE(celadon_feedback_comment_explanation, evidence, number_table("comment_evidence", result.evidence, nullptr))

}  // extern "C"
