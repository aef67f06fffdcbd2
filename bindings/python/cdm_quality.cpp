// celadon.cdm: decisions, quality of classification, fit of models and persons.
#include "cdm.hpp"

#include <celadon/models/cdm/decision.hpp>
#include <celadon/models/cdm/fit_statistics.hpp>
#include <celadon/models/cdm/person_fit.hpp>
#include <celadon/models/cdm/quality.hpp>

namespace celadon::python {

namespace {

void bind_mastery_decisions(py::module_& m) {
  using D = cdm::Decisions;
  py::class_<D, std::shared_ptr<D>> type(m, "Decisions",
                                         "Mastered, not mastered or not enough evidence; the frame has one row a person and attribute.");
  type.def_readonly("attributes", &D::attributes)
      .def_property_readonly("mastery",
                             [](const D& self) {
                               const std::size_t k = self.attributes.size();
                               const std::size_t n = k == 0 ? 0 : self.mastery.size() / k;
                               py::array_t<std::uint8_t> out({static_cast<py::ssize_t>(n), static_cast<py::ssize_t>(k)});
                               std::uint8_t* cells = out.mutable_data();
                               for (std::size_t i = 0; i < n * k; ++i) cells[i] = static_cast<std::uint8_t>(self.mastery[i]);
                               return out;
                             })
      .def_property_readonly("borderline",
                             [](const py::object& self) {
                               const D& decisions = self.cast<const D&>();
                               const std::size_t k = decisions.attributes.size();
                               return view(decisions.borderline, k == 0 ? 0 : decisions.borderline.size() / k, k, self);
                             })
      .def_property_readonly("thresholds", [](const D& self) { return std::pair(self.options.not_mastered, self.options.mastered); })
      .def_property_readonly("min_items", [](const D& self) { return self.options.min_items; });
  bind_frame(type, [](const D& self) { return self.to_table(); });
  m.def(
      "decide",
      [](const cdm::Scores& scores, double mastered, double not_mastered, int min_items, const cdm::Scores* second) {
        return std::make_shared<D>(take(cdm::decide(scores, {mastered, not_mastered, min_items}, second)));
      },
      py::arg("scores"), py::arg("mastered"), py::arg("not_mastered"), py::arg("min_items"), py::arg("second"));
}

Table class_accuracy_table(const cdm::Quality& quality) {
  Table table("class_accuracy");
  table.add("class", profile_texts(quality.classes, quality.attributes.size())).add("probability", quality.class_probability);
  return table.add("accuracy", quality.class_accuracy);
}

void bind_classification_quality(py::module_& m) {
  using Q = cdm::Quality;
  py::class_<Q> type(m, "Quality", "Accuracy and consistency of classification; the frame has one row an attribute.");
  type.def_readonly("pattern_accuracy", &Q::pattern_accuracy)
      .def_readonly("pattern_consistency", &Q::pattern_consistency)
      .def_readonly("decided", &Q::decided)
      .def_readonly("decided_wrong", &Q::decided_wrong)
      .def_readonly("n_used", &Q::n_used)
      .def_property_readonly("classes", &class_accuracy_table, "One row a class: probability and accuracy.");
  bind_frame(type, [](const Q& self) { return self.to_table(); });
  m.def(
      "classification_quality",
      [](const cdm::Scores& scores, const cdm::Decisions* decisions) { return take(cdm::classification_quality(scores, decisions)); },
      py::arg("scores"), py::arg("decisions"));
}

void bind_diagnosis_fit_statistics(py::module_& m) {
  using A = cdm::AbsoluteFit;
  py::class_<A> type(m, "AbsoluteFit", "M2 with RMSEA2, SRMSR and residuals of item pairs; the frame has one row.");
  type.def_readonly("m2", &A::m2)
      .def_readonly("df", &A::df)
      .def_readonly("p", &A::p)
      .def_readonly("rmsea2", &A::rmsea2)
      .def_readonly("rmsea2_lower", &A::rmsea2_lower)
      .def_readonly("rmsea2_upper", &A::rmsea2_upper)
      .def_readonly("srmsr", &A::srmsr)
      .def_readonly("n_parameters", &A::n_parameters)
      .def_readonly("n_used", &A::n_used)
      .def_readonly("n_dropped", &A::n_dropped)
      .def_readonly("max_correlation_p", &A::max_correlation_p)
      .def_readonly("max_log_odds_ratio_p", &A::max_log_odds_ratio_p)
      .def_property_readonly(
          "pairs", [](const A& self) { return self.pair_table(); }, "One row a pair of items.")
      .def_readonly("findings", &A::findings);
  bind_frame(type, [](const A& self) { return self.to_table(); });
  m.def(
      "absolute_fit",
      [](const cdm::Model& model, const ResponsesHandle& responses, const std::vector<std::string>& missing, int max_moments, int n_threads,
         const py::object& progress) {
        const cdm::FitStatisticsOptions options{missing_policy(missing), max_moments};
        return run({n_threads, progress},
                   [&](const ExecutionContext& context) { return cdm::absolute_fit(model, responses.responses, options, context); });
      },
      py::arg("model"), py::arg("responses"), py::arg("missing"), py::arg("max_moments"), py::arg("n_threads"), py::arg("progress"));
  m.def(
      "relative_fit",
      [](double log_likelihood, int n_parameters, double n) {
        const cdm::RelativeFit fit = cdm::relative_fit(log_likelihood, n_parameters, n);
        return std::tuple(fit.aic, fit.bic, fit.caic, fit.sabic);
      },
      py::arg("log_likelihood"), py::arg("n_parameters"), py::arg("n"));
  m.def(
      "n_parameters", [](const cdm::Model& model) { return cdm::n_parameters(model); }, py::arg("model"));
  // Holds the number of attributes too: its table prints the profiles.
  struct DiagnosisPersonFit {
    cdm::PersonFit result;
    std::size_t n_attributes = 0;
  };
  using P = DiagnosisPersonFit;
  py::class_<P> person(m, "PersonFit", "lz of persons with its p-value; the frame has one row a person.");
  person.def_property_readonly("lz", [](const py::object& self) { return view(self.cast<const P&>().result.lz, self); })
      .def_property_readonly("p", [](const py::object& self) { return view(self.cast<const P&>().result.p, self); })
      .def_property_readonly("simulated", [](const py::object& self) { return view(self.cast<const P&>().result.simulated, self); })
      .def_property_readonly("findings", [](const P& self) { return self.result.findings; });
  bind_frame(person, [](const P& self) { return self.result.to_table(self.n_attributes); });
  m.def(
      "person_fit",
      [](const cdm::Model& model, const ResponsesHandle& responses, const std::optional<Array<std::int32_t>>& population,
         std::int64_t n_simulated, std::uint64_t seed, const std::vector<std::string>& missing, int n_threads, const py::object& progress) {
        const cdm::PersonFitOptions options{missing_policy(missing), span_of(population), n_simulated, seed};
        return P{run({n_threads, progress},
                     [&](const ExecutionContext& context) { return cdm::person_fit(model, responses.responses, options, context); }),
                 model.attributes.size()};
      },
      py::arg("model"), py::arg("responses"), py::arg("population"), py::arg("n_simulated"), py::arg("seed"), py::arg("missing"),
      py::arg("n_threads"), py::arg("progress"));
}

}  // namespace

void bind_cdm_quality(py::module_& m) {
  bind_mastery_decisions(m);
  bind_classification_quality(m);
  bind_diagnosis_fit_statistics(m);
}

}  // namespace celadon::python
