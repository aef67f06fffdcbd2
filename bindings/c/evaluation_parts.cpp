// What an evaluation says about one pupil, one class, one paper.
#include "evaluation_common.hpp"

#include <limits>

using namespace celadon_c;

struct celadon_explanation {
  celadon::evaluation::Explanation value;
  std::string sentence;
};

namespace {

namespace ev = celadon::evaluation;
namespace fb = celadon::feedback;

std::int64_t person_of(const ev::PaperEvaluation& paper, std::int64_t person) {
  if (person < 0 || person >= paper.n_persons())
    refuse(celadon::make_error(celadon::Code::kNoSuchPerson, {}, {{"row", std::to_string(person)}}));
  return person;
}

celadon::Table items_table(const ev::PaperEvaluation& paper, std::int64_t person) {
  std::vector<std::string> item, outcome, source, cause, option;
  std::vector<double> points, full_mark, loss, expected, tail, class_mean, school_mean, all_mean;
  std::vector<std::uint8_t> flagged, borderline, has_cause, has_option;
  for (const ev::ItemOutcome& one : ev::pupil_items(paper, person)) {
    item.push_back(paper.paper.items[static_cast<std::size_t>(one.item)].id);
    outcome.emplace_back(fb::outcome_name(one.outcome));
    points.push_back(one.points);
    full_mark.push_back(one.full_mark);
    loss.push_back(one.loss);
    expected.push_back(one.expected);
    tail.push_back(one.tail);
    flagged.push_back(one.flagged ? 1 : 0);
    borderline.push_back(one.borderline ? 1 : 0);
    source.emplace_back(fb::cause_source_name(one.cause.source));
    cause.push_back(one.cause.text);
    has_cause.push_back(one.cause.text.empty() ? 0 : 1);
    option.push_back(one.option);
    has_option.push_back(one.option.empty() ? 0 : 1);
    class_mean.push_back(one.class_mean);
    school_mean.push_back(one.school_mean);
    all_mean.push_back(one.all_mean);
  }
  celadon::Table table("pupil_items");
  table.add("item", std::move(item)).add("outcome", std::move(outcome)).add("points", std::move(points));
  table.add("full_mark", std::move(full_mark)).add("loss", std::move(loss)).add("expected", std::move(expected));
  table.add("tail", std::move(tail)).add_boolean("flagged", std::move(flagged)).add_boolean("borderline", std::move(borderline));
  table.add("cause_source", std::move(source)).add("cause", std::move(cause), std::move(has_cause));
  table.add("option", std::move(option), std::move(has_option)).add("class_mean", std::move(class_mean));
  table.add("school_mean", std::move(school_mean)).add("all_mean", std::move(all_mean));
  return table;
}

celadon::Table parts_table(const ev::PaperEvaluation& paper, const std::vector<fb::PartScore>& scores) {
  std::vector<std::string> dimension, part;
  std::vector<std::int64_t> n_items, n;
  std::vector<double> points, attainable, expected, share, lower, upper;
  for (const fb::PartScore& one : scores) {
    const fb::Part& of = paper.parts[static_cast<std::size_t>(one.part)];
    dimension.emplace_back(celadon::ctt::dimension_name(of.dimension));
    part.push_back(of.value);
    n_items.push_back(one.n_items);
    n.push_back(one.n);
    points.push_back(one.points);
    attainable.push_back(one.attainable);
    expected.push_back(one.expected);
    share.push_back(one.share);
    lower.push_back(one.lower);
    upper.push_back(one.upper);
  }
  celadon::Table table("parts");
  table.add("dimension", std::move(dimension)).add("part", std::move(part)).add("n_items", std::move(n_items)).add("n", std::move(n));
  table.add("points", std::move(points)).add("attainable", std::move(attainable)).add("expected", std::move(expected));
  table.add("share", std::move(share)).add("lower", std::move(lower)).add("upper", std::move(upper));
  return table;
}

const char* role_name(fb::StatementRole role) {
  switch (role) {
    case fb::StatementRole::kFact:
      return "fact";
    case fb::StatementRole::kMeaning:
      return "meaning";
    case fb::StatementRole::kUncertainty:
      return "uncertainty";
    case fb::StatementRole::kNextStep:
      return "next_step";
    case fb::StatementRole::kNote:
      break;
  }
  return "note";
}

celadon::Table statements_table(const std::vector<fb::Statement>& statements, const fb::Wording& wording) {
  std::vector<std::string> id, rule, role, sentence;
  std::vector<std::uint8_t> borderline;
  for (const fb::Statement& one : statements) {
    id.push_back(one.id);
    rule.push_back(one.rule);
    role.emplace_back(role_name(one.role));
    sentence.push_back(fb::render(one, wording));
    borderline.push_back(one.borderline ? 1 : 0);
  }
  celadon::Table table("statements");
  table.add("id", std::move(id)).add("rule", std::move(rule)).add("role", std::move(role)).add("sentence", std::move(sentence));
  table.add_boolean("borderline", std::move(borderline));
  return table;
}

}  // namespace

extern "C" {

celadon_status celadon_evaluation_pupil_items(const celadon_evaluation* evaluation, int64_t paper, int64_t person, celadon_table** out,
                                              celadon_error* error) {
  return produce(out, error, [&] {
    const auto& found = paper_of(evaluation, paper);
    return items_table(found, person_of(found, person));
  });
}

celadon_status celadon_evaluation_pupil_parts(const celadon_evaluation* evaluation, int64_t paper, int64_t person, celadon_table** out,
                                              celadon_error* error) {
  return produce(out, error, [&] {
    const auto& found = paper_of(evaluation, paper);
    return parts_table(found, ev::pupil_parts(evaluation->value, found, person_of(found, person)));
  });
}

celadon_status celadon_evaluation_class_parts(const celadon_evaluation* evaluation, int64_t paper, int64_t class_number,
                                              celadon_table** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto& found = paper_of(evaluation, paper);
    if (class_number < -1 || class_number >= static_cast<int64_t>(found.paper.units.classes.size()))
      refuse(celadon::make_error(celadon::Code::kNoSuchUnit, {}, {{"row", std::to_string(class_number)}}));
    return parts_table(found, ev::class_parts(evaluation->value, found, static_cast<std::int32_t>(class_number)));
  });
}

celadon_status celadon_evaluation_pupil_statements(const celadon_evaluation* evaluation, int64_t paper, int64_t person, int32_t language,
                                                   const celadon_wording* wording, celadon_table** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto& found = paper_of(evaluation, paper);
    return statements_table(ev::pupil_statements(evaluation->value, found, person_of(found, person)), wording_of(wording, language));
  });
}

celadon_status celadon_evaluation_class_statements(const celadon_evaluation* evaluation, int64_t paper, int64_t review, int32_t language,
                                                   const celadon_wording* wording, celadon_table** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto& found = paper_of(evaluation, paper);
    if (review < 0 || review >= static_cast<int64_t>(found.reviews.size()))
      refuse(celadon::make_error(celadon::Code::kNoSuchUnit, {}, {{"row", std::to_string(review)}}));
    return statements_table(ev::class_statements(evaluation->value, found, static_cast<std::size_t>(review)),
                            wording_of(wording, language));
  });
}

celadon_status celadon_evaluation_paper_statements(const celadon_evaluation* evaluation, int64_t paper, int32_t language,
                                                   const celadon_wording* wording, celadon_table** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto& found = paper_of(evaluation, paper);
    return statements_table(ev::paper_statements(evaluation->value, found), wording_of(wording, language));
  });
}

celadon_status celadon_explain(const celadon_evaluation* evaluation, const char* statement_id, int64_t statement_id_size, int32_t language,
                               const celadon_wording* wording, celadon_explanation** out, celadon_error* error) {
  if (out != nullptr) *out = nullptr;
  return guard(error, [&] {
    need(out, "out");
    const fb::Wording& words = wording_of(wording, language);
    auto value = unwrap(ev::explain(need(evaluation, "evaluation").value, text(statement_id, statement_id_size, "statement_id")));
    std::string sentence = fb::render(value.statement, words);
    *out = new celadon_explanation{std::move(value), std::move(sentence)};
  });
}

celadon_status celadon_explanation_get(const celadon_explanation* explanation, celadon_explanation_values* out, celadon_error* error) {
  return guard(error, [&] {
    const ev::Explanation& value = need(explanation, "explanation").value;
    celadon_explanation_values values{};
    values.borderline = value.statement.borderline ? 1 : 0;
    values.id = value.statement.id.c_str();
    values.rule = value.statement.rule.c_str();
    values.sentence = explanation->sentence.c_str();
    values.profile_id = value.profile_id.c_str();
    values.profile_hash = value.profile_hash.c_str();
    values.rule_source = value.rule_source.c_str();
    values.model = value.model.c_str();
    values.library_version = value.library_version.c_str();
    hand_out(out, values, "out");
  });
}

celadon_status celadon_explanation_evidence(const celadon_explanation* explanation, celadon_table** out, celadon_error* error) {
  return produce(out, error, [&] {
    std::vector<std::string> name, item;
    std::vector<double> value;
    std::vector<std::uint8_t> has_item;
    for (const fb::EvidenceNumber& one : need(explanation, "explanation").value.statement.evidence) {
      name.push_back(one.name);
      value.push_back(one.value);
      item.push_back(one.item);
      has_item.push_back(one.item.empty() ? 0 : 1);
    }
    celadon::Table table("evidence");
    table.add("name", std::move(name)).add("value", std::move(value)).add("item", std::move(item), std::move(has_item));
    return table;
  });
}
CELADON_C_DESTROY(celadon_explanation)

}  // extern "C"
