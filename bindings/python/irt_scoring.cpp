// celadon.irt: scores, information, fit of items, persons and the model.
#include "irt.hpp"

#include <celadon/models/irt/information.hpp>
#include <celadon/models/irt/item_fit.hpp>
#include <celadon/models/irt/local_dependence.hpp>
#include <celadon/models/irt/model_fit.hpp>
#include <celadon/models/irt/person_fit.hpp>
#include <celadon/models/irt/score.hpp>
#include <celadon/models/irt/sum_score.hpp>

namespace celadon::python {

namespace {

using irt::Model;

// How abilities are estimated; keeps the group array alive for the call.
struct Scoring {
  std::string method;
  std::vector<std::string> missing;
  std::optional<Array<std::int32_t>> group;
  double lowest = -20.0;
  double highest = 20.0;
  int n_threads = 0;
  py::object progress = py::none();

  [[nodiscard]] irt::ScoreOptions options() const {
    irt::ScoreOptions out;
    out.method = take(irt::score_method_from_name(method));
    out.missing = missing_policy(missing);
    out.group = span_of(group);
    out.lowest = lowest;
    out.highest = highest;
    return out;
  }
  [[nodiscard]] RunOptions run_options() const { return {n_threads, progress}; }
};

void bind_scores(py::module_& m) {
  py::class_<Scoring>(m, "_Scoring")
      .def(py::init([](std::string method, std::vector<std::string> missing, std::optional<Array<std::int32_t>> group, double lowest,
                       double highest, int n_threads, py::object progress) {
             return Scoring{std::move(method), std::move(missing), std::move(group), lowest, highest, n_threads, std::move(progress)};
           }),
           py::arg("method"), py::arg("missing"), py::arg("group"), py::arg("lowest"), py::arg("highest"), py::arg("n_threads"),
           py::arg("progress"));
  using S = irt::Scores;
  py::class_<S> type(m, "Scores", "Abilities with standard errors, in row order; the frame has one row a person.");
  type.def_property_readonly("method", [](const S& self) { return std::string(irt::score_method_name(self.method)); })
      .def_property_readonly(
          "ability", [](const py::object& self) { return view(self.cast<const S&>().ability, self); },
          "Ability of each person; NaN where there is none. Ability metric of the model.")
      .def_property_readonly(
          "se", [](const py::object& self) { return view(self.cast<const S&>().ability_se, self); },
          "Standard error of each ability, same unit.")
      .def_property_readonly("n_answered", [](const py::object& self) { return view(self.cast<const S&>().n_answered, self); })
      .def_property_readonly("status",
                             [](const S& self) {
                               std::vector<std::string> names;
                               names.reserve(self.status.size());
                               for (const auto status : self.status) names.emplace_back(irt::score_status_name(status));
                               return names;
                             })
      .def_readonly("n_scored", &S::n_scored)
      .def_readonly("n_dropped", &S::n_dropped)
      .def_readonly("n_items_used", &S::n_items_used)
      .def_property_readonly(
          "reliability", [](const S& self) { return take(irt::empirical_reliability(self)); }, "Empirical reliability of these scores.")
      .def_readonly("findings", &S::findings);
  bind_frame(type, [](const S& self) { return self.table(); });
  m.def("score", [](const Model& model, const ResponsesHandle& responses, const Scoring& scoring) {
    const irt::ScoreOptions options = scoring.options();
    return run(scoring.run_options(),
               [&](const ExecutionContext& context) { return irt::score(model, responses.responses, options, context); });
  });
  using T = irt::SumScoreTable;
  py::class_<T> sums(m, "SumScoreTable", "EAP ability for each sum score; the frame has one row a score.");
  sums.def_property_readonly("score", [](const py::object& self) { return view(self.cast<const T&>().score, self); })
      .def_property_readonly("ability", [](const py::object& self) { return view(self.cast<const T&>().ability, self); })
      .def_property_readonly("se", [](const py::object& self) { return view(self.cast<const T&>().ability_se, self); });
  bind_frame(sums, [](const T& self) { return self.table(); });
  m.def("sum_score_table", [](const Model& model, int population, const std::vector<std::vector<double>>& points) {
    return take(irt::sum_score_table(model, population, points));
  });
}

void bind_information(py::module_& m) {
  using C = irt::TestCurves;
  py::class_<C> type(m, "TestCurves", "Information, standard errors and expected scores along ability; the frame has one row an ability.");
  type.def_property_readonly("abilities", [](const py::object& self) { return view(self.cast<const C&>().abilities, self); })
      .def_property_readonly("information", [](const py::object& self) { return view(self.cast<const C&>().information, self); })
      .def_property_readonly("se", [](const py::object& self) { return view(self.cast<const C&>().ability_se, self); })
      .def_property_readonly("expected_score", [](const py::object& self) { return view(self.cast<const C&>().expected_score, self); })
      .def_property_readonly("score_sem", [](const py::object& self) { return view(self.cast<const C&>().score_sem, self); })
      .def_property_readonly(
          "items", [](const C& self) { return self.item_table(); }, "One row an item and ability.");
  bind_frame(type, [](const C& self) { return self.table(); });
  m.def("information",
        [](const Model& model, const std::optional<Array<double>>& abilities, const std::vector<std::vector<double>>& points) {
          return take(irt::test_curves(model, span_of(abilities), points));
        });
  m.def("category_curves", [](const irt::ItemParameters& item, const Array<double>& abilities) {
    return take(irt::category_curves(item, span_of(std::optional(abilities))));
  });
  m.def("marginal_reliability", [](const Model& model, int population) { return take(irt::marginal_reliability(model, population)); });
}

void bind_fit_statistics(py::module_& m) {
  py::class_<irt::ItemMeanSquares> squares(m, "ItemMeanSquares", "Infit and outfit; the frame has one row an item.");
  squares.def_readonly("n_persons", &irt::ItemMeanSquares::n_persons).def_readonly("findings", &irt::ItemMeanSquares::findings);
  bind_frame(squares, [](const irt::ItemMeanSquares& self) { return self.table(); });
  m.def("item_mean_squares", [](const Model& model, const ResponsesHandle& responses, const Scoring& scoring) {
    const irt::ScoreOptions options = scoring.options();
    return run(scoring.run_options(),
               [&](const ExecutionContext& context) { return irt::item_mean_squares(model, responses.responses, options, context); });
  });
  py::class_<irt::ItemSX2> sx2(m, "ItemSX2", "S-X2; the frame has one row an item.");
  sx2.def_readonly("n_used", &irt::ItemSX2::n_used)
      .def_readonly("n_dropped", &irt::ItemSX2::n_dropped)
      .def_readonly("findings", &irt::ItemSX2::findings);
  bind_frame(sx2, [](const irt::ItemSX2& self) { return self.table(); });
  m.def("item_s_x2", [](const Model& model, const ResponsesHandle& responses, double smallest_expected,
                        const std::vector<std::string>& missing, int n_threads, const py::object& progress) {
    irt::SX2Options options;
    options.missing = missing_policy(missing);
    options.smallest_expected = smallest_expected;
    return run({n_threads, progress},
               [&](const ExecutionContext& context) { return irt::item_s_x2(model, responses.responses, options, context); });
  });
  using F = irt::ModelFit;
  py::class_<F> fit(m, "ModelFit", "M2 with RMSEA, SRMSR, CFI and TLI; the frame has one row.");
  fit.def_readonly("m2", &F::m2)
      .def_readonly("df", &F::df)
      .def_readonly("p", &F::p)
      .def_readonly("rmsea", &F::rmsea)
      .def_readonly("rmsea_lower", &F::rmsea_lower)
      .def_readonly("rmsea_upper", &F::rmsea_upper)
      .def_readonly("srmsr", &F::srmsr)
      .def_readonly("cfi", &F::cfi)
      .def_readonly("tli", &F::tli)
      .def_readonly("n_parameters", &F::n_parameters)
      .def_readonly("n_used", &F::n_used)
      .def_readonly("n_dropped", &F::n_dropped)
      .def_readonly("findings", &F::findings);
  bind_frame(fit, [](const F& self) { return self.table(); });
  m.def("model_fit", [](const Model& model, const ResponsesHandle& responses, const std::string& moments,
                        const std::vector<std::string>& missing, int n_threads, const py::object& progress) {
    using M = irt::Moments;
    irt::ModelFitOptions options;
    options.missing = missing_policy(missing);
    options.moments = choose<M>("moments", moments, {{"full", M::kFull}, {"sums", M::kSums}, {"first_full", M::kFirstFull}});
    return run({n_threads, progress},
               [&](const ExecutionContext& context) { return irt::model_fit(model, responses.responses, options, context); });
  });
  using P = irt::PersonFit;
  py::class_<P> person(m, "PersonFit", "lz, Zh, infit and outfit of persons; the frame has one row a person.");
  person.def_property_readonly("zh", [](const py::object& self) { return view(self.cast<const P&>().zh, self); })
      .def_property_readonly("lz", [](const py::object& self) { return view(self.cast<const P&>().lz, self); })
      .def_property_readonly("ability", [](const py::object& self) { return view(self.cast<const P&>().ability, self); })
      .def_readonly("n_used", &P::n_used)
      .def_readonly("findings", &P::findings);
  bind_frame(person, [](const P& self) { return self.table(); });
  m.def("person_fit", [](const Model& model, const ResponsesHandle& responses, const Scoring& scoring) {
    const irt::ScoreOptions options = scoring.options();
    return run(scoring.run_options(),
               [&](const ExecutionContext& context) { return irt::person_fit(model, responses.responses, options, context); });
  });
  using L = irt::LocalDependence;
  py::class_<L> local(m, "LocalDependence", "Q3 of pairs of items; the frame has one row a pair.");
  local.def_readonly("items", &L::items)
      .def_property_readonly("q3",
                             [](const py::object& self) {
                               const auto& value = self.cast<const L&>();
                               return view(value.q3, value.items.size(), value.items.size(), self);
                             })
      .def_readonly("mean_q3", &L::mean_q3)
      .def_readonly("findings", &L::findings);
  bind_frame(local, [](const L& self) { return self.table(); });
  m.def("local_dependence", [](const Model& model, const ResponsesHandle& responses, const Scoring& scoring) {
    const irt::ScoreOptions options = scoring.options();
    return run(scoring.run_options(),
               [&](const ExecutionContext& context) { return irt::local_dependence(model, responses.responses, options, context); });
  });
}

}  // namespace

void bind_irt_scoring(py::module_& m) {
  bind_scores(m);
  bind_information(m);
  bind_fit_statistics(m);
}

}  // namespace celadon::python
