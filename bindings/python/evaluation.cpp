// Validation and evaluation of data sets.
#include "evaluation.hpp"
#include "dataset.hpp"

#include <celadon/evaluation/evaluate.hpp>
#include <celadon/evaluation/validate.hpp>
#include <celadon/io/comments_json.hpp>
#include <celadon/io/comments_json.hpp>
#include <celadon/io/evaluation_json.hpp>
#include <celadon/io/profile_json.hpp>

#include <array>

namespace celadon::python {

namespace {

using evaluation::Evaluation;
using evaluation::PaperEvaluation;

std::vector<std::pair<std::string, Finding>> reasons(const std::vector<evaluation::NotEvaluated>& list) {
  std::vector<std::pair<std::string, Finding>> out;
  for (const auto& entry : list) out.emplace_back(entry.what, entry.reason);
  return out;
}

py::dict explanation(const Evaluation& self, const std::string& id, Language language) {
  const evaluation::Explanation told = take(evaluation::explain(self, id));
  py::list evidence;
  for (const auto& number : told.statement.evidence) {
    py::dict entry;
    entry["name"] = number.name;
    entry["value"] = number.value;
    entry["item"] = number.item.empty() ? py::object(py::none()) : py::object(py::str(number.item));
    evidence.append(entry);
  }
  py::dict out;
  out["id"] = told.statement.id;
  out["rule"] = told.statement.rule;
  out["sentence"] = feedback::render(told.statement, io::default_wording(language));
  out["evidence"] = evidence;
  out["borderline"] = told.statement.borderline;
  out["profile"] = told.profile_id;
  out["profile_hash"] = told.profile_hash;
  out["rule_source"] = told.rule_source;
  out["model"] = told.model;
  out["library_version"] = told.library_version;
  return out;
}

std::vector<std::pair<std::string, std::string>> sentences(const std::vector<feedback::Statement>& statements, Language language) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& statement : statements) out.emplace_back(statement.id, feedback::render(statement, io::default_wording(language)));
  return out;
}

const PaperEvaluation& paper_at(const Evaluation& self, std::size_t paper) {
  if (paper >= self.papers.size()) throw py::index_error("no such paper");
  return self.papers[paper];
}

py::dict paper_summary(const PaperEvaluation& paper) {
  std::int64_t counted = 0;
  for (const std::uint8_t flag : paper.counted) counted += flag != 0 ? 1 : 0;
  py::dict out;
  out["id"] = paper.paper.id;
  out["name"] = paper.paper.name;
  out["subject"] = paper.paper.subject;
  out["grade"] = paper.paper.grade;
  out["date"] = paper.paper.date;
  out["simulated"] = paper.paper.simulated;
  out["full_mark"] = paper.paper.full_mark;
  out["n_pupils"] = paper.n_persons();
  out["n_counted"] = counted;
  out["n_items"] = paper.n_items();
  out["n_classes"] = paper.paper.units.classes.size();
  out["n_schools"] = paper.paper.units.schools.size();
  out["model"] = std::string(irt::family_name(paper.calibration.family));
  out["calibrated"] = paper.calibration.calibrated;
  out["alpha"] = paper.alpha ? py::object(py::float_(*paper.alpha)) : py::object(py::none());
  return out;
}

void bind_evaluate(py::module_& m) {
  m.def(
      "_evaluate",
      [](const Dataset& data, const std::optional<std::string>& profile, const std::optional<std::string>& blank,
         const std::vector<std::pair<std::string, std::string>>& missing, std::vector<irt::ItemParameters> bank,
         const std::optional<std::string>& family, bool calibrate, bool sp_tables, std::uint64_t seed, int n_threads,
         const py::object& progress) {
        using F = irt::ModelFamily;
        evaluation::EvaluateOptions options;
        options.papers = paper_options(blank, missing);
        options.bank = std::move(bank);
        if (family)
          options.family = choose<F>(
              "family", *family,
              {{"classical", F::kClassical}, {"rasch", F::kRasch}, {"2pl_prior", F::kTwoParameterPrior}, {"3pl", F::kThreeParameter}});
        options.calibrate = calibrate;
        options.sp_tables = sp_tables;
        options.seed = seed;
        options.comments = io::default_comment_bank();
        const evaluation::Profile rules = profile ? take(io::parse_profile(*profile)) : io::default_profile();
        return run({n_threads, progress},
                   [&](const ExecutionContext& context) { return evaluation::evaluate(data, rules, options, context); });
      },
      py::arg("dataset"), py::kw_only(), py::arg("profile"), py::arg("blank"), py::arg("missing"), py::arg("bank"), py::arg("family"),
      py::arg("calibrate"), py::arg("sp_tables"), py::arg("seed"), py::arg("n_threads"), py::arg("progress"));
}

// The items of one pupil as rows.
Table outcome_table(const PaperEvaluation& paper, std::int64_t person) {
  std::vector<std::string> item;
  std::vector<std::string> label;
  std::vector<std::string> outcome;
  std::vector<std::string> option;
  std::vector<std::string> cause;
  std::vector<std::string> source;
  std::vector<std::uint8_t> flagged;
  std::vector<std::uint8_t> borderline;
  std::array<std::vector<double>, 8> numbers;
  for (const evaluation::ItemOutcome& row : evaluation::pupil_items(paper, person)) {
    const Item& what = paper.paper.items[static_cast<std::size_t>(row.item)];
    item.push_back(what.id);
    label.push_back(what.label.empty() ? what.id : what.label);
    outcome.emplace_back(feedback::outcome_name(row.outcome));
    option.push_back(row.option);
    cause.push_back(row.cause.text);
    source.emplace_back(feedback::cause_source_name(row.cause.source));
    flagged.push_back(row.flagged ? 1 : 0);
    borderline.push_back(row.borderline ? 1 : 0);
    const std::array<double, 8> values{row.points, row.full_mark,  row.loss,        row.expected,
                                       row.tail,   row.class_mean, row.school_mean, row.all_mean};
    for (std::size_t k = 0; k < values.size(); ++k) numbers[k].push_back(values[k]);
  }
  Table table("pupil_items");
  table.add("item", std::move(item)).add("label", std::move(label)).add("outcome", std::move(outcome));
  const std::array<const char*, 8> names{"points", "full_mark", "loss", "expected", "tail", "class_mean", "school_mean", "all_mean"};
  for (std::size_t k = 0; k < names.size(); ++k) table.add(names[k], std::move(numbers[k]));
  table.add_boolean("flagged", std::move(flagged)).add_boolean("borderline", std::move(borderline)).add("option", std::move(option));
  return table.add("cause", std::move(cause)).add("cause_source", std::move(source));
}

Table part_table(const PaperEvaluation& paper, const std::vector<feedback::PartScore>& scores, const char* name) {
  std::vector<std::string> dimension;
  std::vector<std::string> value;
  std::vector<std::int64_t> n_items;
  std::vector<std::int64_t> n;
  std::array<std::vector<double>, 6> numbers;
  for (const feedback::PartScore& row : scores) {
    const feedback::Part& part = paper.parts[static_cast<std::size_t>(row.part)];
    dimension.emplace_back(ctt::dimension_name(part.dimension));
    value.push_back(part.value);
    n_items.push_back(row.n_items);
    n.push_back(row.n);
    const std::array<double, 6> values{row.points, row.attainable, row.expected, row.share, row.lower, row.upper};
    for (std::size_t k = 0; k < values.size(); ++k) numbers[k].push_back(values[k]);
  }
  Table table(name);
  table.add("dimension", std::move(dimension)).add("part", std::move(value)).add("n_items", std::move(n_items)).add("n", std::move(n));
  const std::array<const char*, 6> names{"points", "attainable", "expected", "share", "lower", "upper"};
  for (std::size_t k = 0; k < names.size(); ++k) table.add(names[k], std::move(numbers[k]));
  return table;
}

void check_person(const PaperEvaluation& paper, std::int64_t person) {
  if (person < 0 || person >= paper.n_persons()) throw py::index_error("no such pupil");
}

}  // namespace

evaluation::PaperOptions paper_options(const std::optional<std::string>& blank,
                                       const std::vector<std::pair<std::string, std::string>>& missing) {
  evaluation::PaperOptions options;
  if (blank) options.blank = choose<Missing>("blank", *blank, kMissingNames);
  for (const auto& [value, kind] : missing) options.missing_values.emplace_back(value, choose<Missing>("missing", kind, kMissingNames));
  return options;
}

void bind_evaluation(py::module_& module) {
  module.def(
      "_validate",
      [](const Dataset& data, const std::optional<std::string>& blank, const std::vector<std::pair<std::string, std::string>>& missing,
         int n_threads) {
        const evaluation::PaperOptions options = paper_options(blank, missing);
        Findings findings;
        run_task({n_threads, py::none()},
                 [&](const ExecutionContext& context) { findings = evaluation::validate(data, options, context); });
        return findings;
      },
      py::arg("dataset"), py::arg("blank"), py::arg("missing"), py::arg("n_threads"));
  module.def("_default_profile", [] { return std::string(io::default_profile_text()); });
  module.def("_table_names", [] { return evaluation::table_names(); });
  bind_evaluate(module);
  py::class_<Evaluation>(module, "_Evaluation")
      .def_readonly("findings", &Evaluation::findings)
      .def_property_readonly("profile_id", [](const Evaluation& self) { return self.profile.id; })
      .def_property_readonly("profile_hash", [](const Evaluation& self) { return self.profile.hash; })
      .def_property_readonly("n_papers", [](const Evaluation& self) { return self.papers.size(); })
      .def("paper", [](const Evaluation& self, std::size_t paper) { return paper_summary(paper_at(self, paper)); })
      .def("paper_findings", [](const Evaluation& self, std::size_t paper) { return paper_at(self, paper).findings; })
      .def("not_evaluated",
           [](const Evaluation& self) {
             auto out = reasons(self.not_evaluated);
             for (const auto& paper : self.papers)
               for (auto& entry : reasons(paper.not_evaluated)) out.push_back(std::move(entry));
             return out;
           })
      .def("class_ids",
           [](const Evaluation& self, std::size_t paper) {
             std::vector<std::pair<std::string, std::string>> out;
             for (const Unit& unit : paper_at(self, paper).paper.units.classes) out.emplace_back(unit.id, unit.name);
             return out;
           })
      .def("person_index",
           [](const Evaluation& self, std::size_t paper, const std::string& id) {
             const auto& ids = paper_at(self, paper).paper.units.person_ids;
             for (std::size_t i = 0; i < ids.size(); ++i)
               if (ids[i] == id) return static_cast<std::int64_t>(i);
             throw py::key_error("no such pupil");
           })
      .def(
          "table",
          [](const Evaluation& self, const std::string& name, const std::string& language) {
            return take(evaluation::table(self, name, language_of(language)));
          },
          py::arg("name"), py::arg("language"))
      .def("explain", [](const Evaluation& self, const std::string& id,
                         const std::string& language) { return explanation(self, id, language_of(language)); })
      .def("pupil_items",
           [](const Evaluation& self, std::size_t paper, std::int64_t person) {
             const PaperEvaluation& part = paper_at(self, paper);
             check_person(part, person);
             return outcome_table(part, person);
           })
      .def("pupil_parts",
           [](const Evaluation& self, std::size_t paper, std::int64_t person) {
             const PaperEvaluation& part = paper_at(self, paper);
             check_person(part, person);
             return part_table(part, evaluation::pupil_parts(self, part, person), "pupil_parts");
           })
      .def("class_parts",
           [](const Evaluation& self, std::size_t paper, std::int32_t class_index) {
             const PaperEvaluation& part = paper_at(self, paper);
             if (class_index < -1 || class_index >= static_cast<std::int32_t>(part.class_rows.size()))
               throw py::index_error("no such class");
             return part_table(part, evaluation::class_parts(self, part, class_index), "class_parts");
           })
      .def("pupil_statements",
           [](const Evaluation& self, std::size_t paper, std::int64_t person, const std::string& language) {
             const PaperEvaluation& part = paper_at(self, paper);
             check_person(part, person);
             return sentences(evaluation::pupil_statements(self, part, person), language_of(language));
           })
      .def("class_statements",
           [](const Evaluation& self, std::size_t paper, std::size_t review, const std::string& language) {
             const PaperEvaluation& part = paper_at(self, paper);
             if (review >= part.reviews.size()) throw py::index_error("no such class");
             return sentences(evaluation::class_statements(self, part, review), language_of(language));
           })
      .def("paper_statements",
           [](const Evaluation& self, std::size_t paper, const std::string& language) {
             return sentences(evaluation::paper_statements(self, paper_at(self, paper)), language_of(language));
           })
      .def("to_json", [](const Evaluation& self, const std::string& language) { return take(io::to_json(self, language_of(language))); })
      .def("__repr__", [](const Evaluation& self) { return "<Evaluation: " + std::to_string(self.papers.size()) + " papers>"; });
}

}  // namespace celadon::python
