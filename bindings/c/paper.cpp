#include "paper_common.hpp"

#include <celadon/evaluation/validate.hpp>

#include <cmath>
#include <limits>
#include <map>
#include <set>

using namespace celadon_c;

namespace celadon_c {

static celadon_paper_options default_paper_options() {
  const celadon::evaluation::PaperOptions library;
  celadon_paper_options options{};
  options.struct_size = sizeof options;
  options.trailing_blanks = library.trailing_blanks;
  options.flag_early_grades = library.flag_early_grades ? 1 : 0;
  options.max_findings = library.max_findings;
  return options;
}

celadon::evaluation::PaperOptions paper_options(const celadon_paper_options* given) {
  const auto known = sized(given, default_paper_options(), "papers");
  celadon::evaluation::PaperOptions out;
  if (known.blank != 0) out.blank = missing_kind(known.blank, "blank");
  const auto values = span_of(known.missing_values, known.n_missing_values, "missing_values");
  const auto kinds = span_of(known.missing_kinds, known.n_missing_values, "missing_kinds");
  for (std::size_t i = 0; i < values.size(); ++i)
    out.missing_values.emplace_back(text(values[i], -1, "missing_values"), missing_kind(kinds[i], "missing_kinds"));
  if (known.trailing_blanks < 0 || known.max_findings < 0) refuse("papers", "negative");
  out.trailing_blanks = known.trailing_blanks;
  out.flag_early_grades = known.flag_early_grades != 0;
  out.max_findings = known.max_findings;
  return out;
}

}  // namespace celadon_c

namespace {

using celadon::Code;
using celadon::evaluation::Paper;

celadon_paper_description default_description() {
  celadon_paper_description description{};
  description.struct_size = sizeof description;
  description.full_mark = std::numeric_limits<double>::quiet_NaN();
  return description;
}

void check_length(std::int64_t actual, std::int64_t expected, const char* name) {
  if (actual != expected)
    refuse(celadon::make_error(Code::kLengthMismatch, {},
                               {{"name", name}, {"actual", std::to_string(actual)}, {"expected", std::to_string(expected)}}));
}

// Identifiers must tell units apart. The message names the list and the place, never the identifier.
void check_unique(const std::vector<std::string>& ids, const char* name) {
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < ids.size(); ++i)
    if (!seen.insert(ids[i]).second) refuse(name, "element " + std::to_string(i) + " is the same as one before it");
}

std::vector<celadon::Unit> units(std::int64_t n, const char* const* ids, const char* const* names, const std::int32_t* parent,
                                 std::int64_t n_parents, const char* name) {
  if (n < 0) refuse(name, "negative size");
  std::vector<celadon::Unit> out(static_cast<std::size_t>(n));
  if (n > 0) need(ids, name);
  std::vector<std::string> all = texts(ids, n, name);
  check_unique(all, name);
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i].id = std::move(all[i]);
    out[i].name = names == nullptr || names[i] == nullptr ? out[i].id : std::string(names[i]);
    if (parent == nullptr) continue;
    if (parent[i] < -1 || parent[i] >= n_parents) refuse(name, "element " + std::to_string(i) + " belongs to a school that does not exist");
    out[i].parent = parent[i];
  }
  return out;
}

celadon::Units units_of(const celadon_paper_description& d, std::int64_t n_persons) {
  const auto n = static_cast<std::size_t>(n_persons);
  celadon::Units out;
  if (d.person_ids != nullptr) {
    out.person_ids = texts(d.person_ids, n_persons, "person_ids");
    check_unique(out.person_ids, "person_ids");
  }
  if (d.person_names != nullptr)
    for (std::size_t i = 0; i < n; ++i) out.person_names.push_back(text_or_empty(d.person_names[i]));
  out.schools = units(d.n_schools, d.school_ids, d.school_names, nullptr, 0, "school_ids");
  out.classes = units(d.n_classes, d.class_ids, d.class_names, d.class_school, d.n_schools, "class_ids");
  if (d.person_class != nullptr) {
    for (std::size_t i = 0; i < n; ++i)
      if (d.person_class[i] < -1 || d.person_class[i] >= d.n_classes)
        refuse("person_class", "person " + std::to_string(i) + ": no such class");
    out.person_class.assign(d.person_class, d.person_class + n_persons);
  } else {
    out.person_class.assign(n, -1);
  }
  if (d.status != nullptr)
    for (std::size_t i = 0; i < n; ++i) out.status.push_back(enumerator<celadon::Status>(d.status[i], 6, "status"));
  if (d.weights != nullptr) {
    for (std::size_t i = 0; i < n; ++i)
      if (!(d.weights[i] > 0.0) || !std::isfinite(d.weights[i])) refuse("weights", "person " + std::to_string(i) + ": not positive");
    out.weight.assign(d.weights, d.weights + n_persons);
  }
  return out;
}

// Marks as they sum to the paper's full mark: bonus items apart, one item (the largest) of each choice group.
double sum_of_marks(const celadon::Items& items) {
  double sum = 0.0;
  std::map<std::string_view, double> groups;
  for (const celadon::Item& item : items) {
    if (item.bonus) continue;
    if (item.choice_group.empty())
      sum += item.full_mark;
    else
      groups[item.choice_group] = std::max(groups[item.choice_group], item.full_mark);
  }
  for (const auto& [group, mark] : groups) sum += mark;
  return sum;
}

void check_items(const celadon::Responses& scored, const celadon::Items& items) {
  check_length(static_cast<std::int64_t>(items.size()), scored.n_items(), "items");
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string place = "item " + std::to_string(i);
    if (!(items[i].full_mark > 0.0) || !std::isfinite(items[i].full_mark)) refuse("items", place + ": the full mark is not positive");
    const auto& scores = items[i].category_scores;
    if (!scores.empty() && scored.n_categories()[i] > static_cast<int>(scores.size()))
      refuse("scored", place + ": an answer lies beyond its category scores");
    for (const double score : scores)
      if (!std::isfinite(score)) refuse("items", place + ": a category score is not finite");
  }
}

Paper make_paper(const celadon::Responses& scored, const celadon::Items& items, const celadon_paper_description& d) {
  check_items(scored, items);
  Paper paper;
  paper.id = d.id == nullptr ? "paper" : d.id;
  if (paper.id.empty()) refuse("id", "a paper needs an id");
  paper.name = text_or_empty(d.name);
  paper.subject = text_or_empty(d.subject);
  paper.date = text_or_empty(d.date);
  if (d.grade < 0 || d.grade > 12) refuse("grade", "not between 0 and 12");
  paper.grade = d.grade;
  paper.simulated = d.simulated != 0;
  paper.items = items;
  paper.scored = scored;
  if (d.raw != nullptr) {
    check_length(d.raw->value.n_persons(), scored.n_persons(), "raw");
    check_length(d.raw->value.n_items(), scored.n_items(), "raw");
    paper.raw = d.raw->value;
  }
  paper.units = units_of(d, scored.n_persons());
  paper.full_mark = std::isnan(d.full_mark) ? sum_of_marks(items) : d.full_mark;
  if (!(paper.full_mark > 0.0) || !std::isfinite(paper.full_mark)) refuse("full_mark", "not positive");
  return paper;
}

}  // namespace

extern "C" {

void celadon_paper_options_init(celadon_paper_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_paper_options());
}

celadon_status celadon_validate(const celadon_dataset* dataset, const celadon_paper_options* options, int32_t language,
                                const celadon_execution* execution, celadon_table** out, celadon_error* error) {
  return produce(out, error, [&] {
    const Execution run(execution);
    const celadon::Language shown = language_of(language);
    const auto findings = celadon::evaluation::validate(need(dataset, "dataset").value, paper_options(options), run.context());
    if (run.context().cancelled()) refuse(celadon::make_error(Code::kCancelled));
    return celadon::evaluation::findings_table(findings, shown);
  });
}

void celadon_paper_description_init(celadon_paper_description* description, uint32_t struct_size) {
  initialise(description, struct_size, default_description());
}

celadon_status celadon_paper_create(const celadon_responses* scored, const celadon_items* items,
                                    const celadon_paper_description* description, celadon_paper** out, celadon_error* error) {
  return produce(out, error, [&] {
    return make_paper(need(scored, "scored").value, need(items, "items").value, sized(description, default_description(), "description"));
  });
}
CELADON_C_DESTROY(celadon_paper)

const char* celadon_paper_id(const celadon_paper* paper) {
  return paper == nullptr ? nullptr : paper->value.id.c_str();
}
int64_t celadon_paper_n_persons(const celadon_paper* paper) {
  return paper == nullptr ? 0 : paper->value.scored.n_persons();
}
int64_t celadon_paper_n_items(const celadon_paper* paper) {
  return paper == nullptr ? 0 : paper->value.scored.n_items();
}
celadon_status celadon_paper_responses(const celadon_paper* paper, celadon_responses** out, celadon_error* error) {
  return produce(out, error, [&] { return need(paper, "paper").value.scored; });
}
celadon_status celadon_paper_items(const celadon_paper* paper, celadon_items** out, celadon_error* error) {
  return produce(out, error, [&] { return need(paper, "paper").value.items; });
}

celadon_status celadon_build_papers(const celadon_dataset* dataset, const celadon_paper_options* options,
                                    const celadon_execution* execution, celadon_papers** out, celadon_error* error) {
  return produce(out, error, [&] {
    const Execution run(execution);
    return unwrap(celadon::evaluation::build_papers(need(dataset, "dataset").value, paper_options(options), run.context()));
  });
}
CELADON_C_DESTROY(celadon_papers)
CELADON_C_FINDINGS(celadon_papers)

int64_t celadon_papers_size(const celadon_papers* papers) {
  return papers == nullptr ? 0 : static_cast<int64_t>(papers->value.papers.size());
}
celadon_status celadon_papers_get(const celadon_papers* papers, int64_t paper, celadon_paper** out, celadon_error* error) {
  return produce(out, error, [&] { return at(need(papers, "papers").value.papers, paper, "paper"); });
}

int32_t celadon_paper_status_from_text(const char* given, int64_t text_size) {
  int32_t out = -1;
  (void)guard(nullptr, [&] {
    const auto status = celadon::evaluation::status_from_text(text(given, text_size, "text"));
    if (status) out = static_cast<int32_t>(*status);
  });
  return out;
}
int32_t celadon_paper_missing_from_text(const char* given, int64_t text_size) {
  int32_t out = 0;
  (void)guard(nullptr, [&] {
    const auto kind = celadon::evaluation::missing_from_text(text(given, text_size, "text"));
    if (kind) out = 251 - static_cast<int32_t>(*kind);
  });
  return out;
}

}  // extern "C"
