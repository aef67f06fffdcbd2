// celadon.cdm: Q-matrices, what they identify, and their validation against answers.
#include "cdm.hpp"

#include <celadon/models/cdm/item_selection.hpp>
#include <celadon/models/cdm/q_validation.hpp>

namespace celadon::python {

namespace {

Table q_table(const cdm::QMatrix& q) {
  Table table("q_matrix");
  table.add("item", q.item_ids);
  for (int k = 0; k < q.n_attributes(); ++k) {
    std::vector<std::int64_t> column;
    for (std::int64_t j = 0; j < q.n_items(); ++j) column.push_back(q.needs(j, k) ? 1 : 0);
    table.add(q.attributes[static_cast<std::size_t>(k)], std::move(column));
  }
  return table;
}

cdm::QValidationOptions q_validation_options(const std::string& method, double pvaf_cut, double alpha, double alpha_stay, double least_gain,
                                             const std::vector<std::string>& missing, int max_rounds) {
  cdm::QValidationOptions options;
  options.method = take(cdm::q_method_from_name(method));
  options.pvaf_cut = pvaf_cut;
  options.alpha = alpha;
  options.alpha_stay = alpha_stay;
  options.least_gain = least_gain;
  options.missing = missing_policy(missing);
  options.max_rounds = max_rounds;
  return options;
}

}  // namespace

void bind_cdm_q_matrix(py::module_& m) {
  using Q = cdm::QMatrix;
  py::class_<Q> type(m, "QMatrix", "Items x attributes, 1 where the item needs the attribute; the frame has one row an item.");
  type.def(py::init([](std::vector<std::string> item_ids, std::vector<std::string> attributes, const Array<std::uint8_t>& cells) {
             Q q;
             q.item_ids = std::move(item_ids);
             q.attributes = std::move(attributes);
             q.cells.assign(cells.data(), cells.data() + cells.size());
             take(cdm::check_shape(q));
             return q;
           }),
           py::arg("item_ids"), py::arg("attributes"), py::arg("cells"))
      .def_readonly("item_ids", &Q::item_ids)
      .def_readonly("attributes", &Q::attributes)
      .def_property_readonly("n_items", &Q::n_items)
      .def_property_readonly("n_attributes", &Q::n_attributes)
      .def_property_readonly("cells", [](const py::object& self) {
        const Q& q = self.cast<const Q&>();
        return view(q.cells, q.item_ids.size(), q.attributes.size(), self);
      });
  bind_frame(type, &q_table);
  using C = cdm::QMatrixCheck;
  py::class_<C> check(m, "QMatrixCheck", "What a Q-matrix can identify; the frame has one row an attribute.");
  check.def_readonly("complete", &C::complete, "For every attribute an item that needs it alone.")
      .def_readonly("dina_identified", &C::dina_identified)
      .def_readonly("general_identified", &C::general_identified)
      .def_readonly("n_classes", &C::n_classes)
      .def_property_readonly("n_groups", [](const C& self) { return self.groups.n_groups; })
      .def_property_readonly("group_of_class",
                             [](const py::object& self) { return view(self.cast<const C&>().groups.group_of_class, self); })
      .def_property_readonly("always_with",
                             [](const C& self) {
                               py::dict out;
                               for (const auto& attribute : self.attributes) out[py::str(attribute.attribute)] = attribute.always_with;
                               return out;
                             })
      .def_property_readonly("same_column",
                             [](const C& self) {
                               py::dict out;
                               for (const auto& attribute : self.attributes) out[py::str(attribute.attribute)] = attribute.same_column;
                               return out;
                             })
      .def_property_readonly("first_alike", [](const py::object& self) { return view(self.cast<const C&>().first_alike, self); })
      .def_readonly("findings", &C::findings);
  bind_frame(check, [](const C& self) { return self.to_table(); });
  m.def(
      "check_q_matrix",
      [](const Q& q, const PrerequisitePairs& prerequisites) { return take(cdm::check_q_matrix(q, prerequisites_of(prerequisites))); },
      py::arg("q_matrix"), py::arg("prerequisites"));
  m.def(
      "mastery_classes",
      [](int n_attributes, const PrerequisitePairs& prerequisites) {
        return profile_texts(take(cdm::mastery_classes(n_attributes, prerequisites_of(prerequisites))),
                             static_cast<std::size_t>(n_attributes));
      },
      py::arg("n_attributes"), py::arg("prerequisites"));
  m.def(
      "_mastery_masks",
      [](int n_attributes, const PrerequisitePairs& prerequisites) {
        return take(cdm::mastery_classes(n_attributes, prerequisites_of(prerequisites)));
      },
      py::arg("n_attributes"), py::arg("prerequisites"));
}

void bind_cdm_q_validation(py::module_& m) {
  using V = cdm::QValidation;
  py::class_<V> type(m, "QValidation", "Suggested changes of a Q-matrix with their evidence; the frame has one row a change.");
  type.def_property_readonly("n_changes",
                             [](const V& self) {
                               std::size_t n = 0;
                               for (const cdm::QSuggestion& suggestion : self.suggestions) n += suggestion.changes.size();
                               return n;
                             })
      .def_readonly("suggested", &V::suggested, "The matrix with all suggestions; nothing is changed by itself.")
      .def_readonly("rounds", &V::rounds)
      .def_readonly("settled", &V::settled)
      .def_readonly("n_used", &V::n_used)
      .def_property_readonly(
          "pvaf", [](const V& self) { return self.pvaf_table(); }, "One row an item and set of attributes.")
      .def_readonly("findings", &V::findings);
  bind_frame(type, [](const V& self) { return self.to_table(); });
  m.def(
      "look_at_q",
      [](const cdm::Model& model, const ResponsesHandle& responses, const std::optional<Array<std::int32_t>>& population,
         const std::string& method, double pvaf_cut, double alpha, double alpha_stay, double least_gain,
         const std::vector<std::string>& missing, int n_threads, const py::object& progress) {
        cdm::QValidationOptions options = q_validation_options(method, pvaf_cut, alpha, alpha_stay, least_gain, missing, 1);
        options.population = span_of(population);
        return run({n_threads, progress},
                   [&](const ExecutionContext& context) { return cdm::look_at_q(model, responses.responses, options, context); });
      },
      py::arg("model"), py::arg("responses"), py::arg("population"), py::arg("method"), py::arg("pvaf_cut"), py::arg("alpha"),
      py::arg("alpha_stay"), py::arg("least_gain"), py::arg("missing"), py::arg("n_threads"), py::arg("progress"));
  m.def(
      "validate_q",
      [](const ResponsesHandle& responses, const cdm::QMatrix& q, const FitRequest& request, const std::string& method, double pvaf_cut,
         double alpha, double alpha_stay, double least_gain, const std::vector<std::string>& missing, int max_rounds, int n_threads,
         const py::object& progress) {
        const cdm::QValidationOptions options = q_validation_options(method, pvaf_cut, alpha, alpha_stay, least_gain, missing, max_rounds);
        const cdm::FitOptions fit_options = request.ready();
        return run({n_threads, progress},
                   [&](const ExecutionContext& context) { return cdm::validate_q(responses.responses, q, fit_options, options, context); });
      },
      py::arg("responses"), py::arg("q_matrix"), py::arg("request"), py::arg("method"), py::arg("pvaf_cut"), py::arg("alpha"),
      py::arg("alpha_stay"), py::arg("least_gain"), py::arg("missing"), py::arg("max_rounds"), py::arg("n_threads"), py::arg("progress"));
  using S = cdm::ItemSelection;
  py::class_<S> selection(m, "ItemSelection", "Reduced rules tried for each item; the frame has one row a test.");
  selection
      .def_property_readonly("selected",
                             [](const S& self) {
                               py::dict out;
                               for (const auto& [item, rule] : self.selected) out[py::str(item)] = std::string(cdm::rule_name(rule));
                               return out;
                             })
      .def_readonly("findings", &S::findings);
  bind_frame(selection, [](const S& self) { return self.to_table(); });
  m.def(
      "select_rules",
      [](const cdm::Model& model, const ResponsesHandle& responses, const std::string& test, double alpha,
         const std::optional<Array<std::int32_t>>& population, const std::vector<std::string>& missing, int n_threads,
         const py::object& progress) {
        using T = cdm::SelectionTest;
        cdm::SelectionOptions options;
        options.test = choose<T>("test", test, {{"wald", T::kWald}, {"lr", T::kLikelihoodRatio}});
        options.alpha = alpha;
        options.population = span_of(population);
        options.missing = missing_policy(missing);
        return run({n_threads, progress},
                   [&](const ExecutionContext& context) { return cdm::select_rules(model, responses.responses, options, context); });
      },
      py::arg("model"), py::arg("responses"), py::arg("test"), py::arg("alpha"), py::arg("population"), py::arg("missing"),
      py::arg("n_threads"), py::arg("progress"));
  m.def(
      "holm", [](const Array<double>& p) { return py::array(py::cast(cdm::holm(span_of(std::optional(p))))); }, py::arg("p"));
}

}  // namespace celadon::python
