// celadon.cdm: scores, states between two tests, answers drawn from a model.
#include "cdm.hpp"

#include <celadon/io/cdm_json.hpp>
#include <celadon/models/cdm/simulate.hpp>

namespace celadon::python {

namespace {

using MasteryScores = cdm::Scores;
using MasteryStates = cdm::MasteryState;

template <class T>
py::array person_matrix(const std::vector<T>& values, const py::object& owner) {
  const auto& scores = owner.cast<const MasteryScores&>();
  return view(values, scores.status.size(), scores.attributes.size(), owner);
}

std::vector<std::optional<std::string>> optional_profiles(const std::vector<std::uint32_t>& profiles, std::size_t n_attributes) {
  std::vector<std::optional<std::string>> out;
  out.reserve(profiles.size());
  for (const std::uint32_t profile : profiles) {
    if (profile == cdm::kNoProfile) {
      out.emplace_back();
    } else {
      out.emplace_back(cdm::profile_text(profile, n_attributes));
    }
  }
  return out;
}

void bind_mastery_state(py::module_& m) {
  using S = MasteryStates;
  py::class_<S, std::shared_ptr<S>>(m, "MasteryState", "What is known of persons so far: where the next test goes on from.")
      .def_readonly("attributes", &S::attributes)
      .def_property_readonly("n_persons", &S::n_persons)
      .def_property_readonly("classes", [](const S& self) { return profile_texts(self.classes, self.attributes.size()); })
      .def_property_readonly("probability",
                             [](const py::object& self) {
                               const S& state = self.cast<const S&>();
                               return view(state.probability, state.n_answered.size(), state.classes.size(), self);
                             })
      .def_property_readonly("n_answered", [](const py::object& self) { return view(self.cast<const S&>().n_answered, self); })
      .def("to_json", [](const S& self) { return cdm::save_state(self); })
      .def_static(
          "from_json", [](const std::string& text) { return std::make_shared<S>(take(cdm::load_state(text))); }, py::arg("text"))
      .def("__repr__", [](const S& self) { return "<MasteryState: " + std::to_string(self.n_persons()) + " persons>"; });
}

void bind_mastery_scores(py::module_& m) {
  using S = MasteryScores;
  py::class_<S, std::shared_ptr<S>> type(
      m, "Scores", "Probability of mastery of each person and attribute; the frame has one row a person and attribute.");
  type.def_readonly("attributes", &S::attributes)
      .def_property_readonly("mastery", [](const py::object& self) { return person_matrix(self.cast<const S&>().mastery, self); })
      .def_property_readonly("lower",
                             [](const py::object& self) {
                               const S& scores = self.cast<const S&>();
                               return person_matrix(scores.lower.empty() ? scores.mastery : scores.lower, self);
                             })
      .def_property_readonly("upper",
                             [](const py::object& self) {
                               const S& scores = self.cast<const S&>();
                               return person_matrix(scores.upper.empty() ? scores.mastery : scores.upper, self);
                             })
      .def_property_readonly("n_items", [](const py::object& self) { return person_matrix(self.cast<const S&>().n_items, self); })
      .def_property_readonly("n_answered", [](const py::object& self) { return view(self.cast<const S&>().n_answered, self); })
      .def_property_readonly("map_profile", [](const S& self) { return optional_profiles(self.map_profile, self.attributes.size()); })
      .def_property_readonly("map_probability", [](const py::object& self) { return view(self.cast<const S&>().map_probability, self); })
      .def_property_readonly("mle_profile", [](const S& self) { return optional_profiles(self.mle_profile, self.attributes.size()); })
      .def_property_readonly("mle_probability", [](const py::object& self) { return view(self.cast<const S&>().mle_probability, self); })
      .def_property_readonly("status",
                             [](const S& self) {
                               std::vector<std::string> names;
                               for (const auto status : self.status) names.emplace_back(cdm::score_status_name(status));
                               return names;
                             })
      .def_property_readonly("n_persons", &S::n_persons)
      .def_readonly("n_scored", &S::n_scored)
      .def_readonly("n_dropped", &S::n_dropped)
      .def_readonly("n_items_used", &S::n_items_used)
      .def_property_readonly(
          "profiles", [](const S& self) { return self.profile_table(); }, "One row a person: MAP and MLE profiles.")
      .def_property_readonly("state",
                             [](const std::shared_ptr<S>& self) -> std::shared_ptr<MasteryStates> {
                               if (self->state.classes.empty()) return nullptr;
                               return {self, &self->state};
                             })
      .def_readonly("findings", &S::findings);
  bind_frame(type, [](const S& self) { return self.mastery_table(); });
  m.def(
      "score",
      [](const cdm::Model& model, const ResponsesHandle& responses, const std::optional<Array<std::int32_t>>& population,
         const std::shared_ptr<MasteryStates>& start, bool keep_state, const std::vector<std::string>& missing, int n_threads,
         const py::object& progress) {
        cdm::ScoreOptions options;
        options.missing = missing_policy(missing);
        options.population = span_of(population);
        options.start = start.get();
        options.keep_state = keep_state;
        return std::make_shared<S>(run({n_threads, progress}, [&](const ExecutionContext& context) {
          return cdm::score(model, responses.responses, options, context);
        }));
      },
      py::arg("model"), py::arg("responses"), py::arg("population"), py::arg("start"), py::arg("keep_state"), py::arg("missing"),
      py::arg("n_threads"), py::arg("progress"));
  m.def(
      "evidence_of",
      [](const cdm::Model& model, const std::optional<Array<std::uint8_t>>& answered) {
        const cdm::Evidence evidence = cdm::evidence_of(model, span_of(answered));
        return std::pair(evidence.group_of_class, evidence.same_items);
      },
      py::arg("model"), py::arg("answered"));
}

}  // namespace

void bind_cdm_scores(py::module_& m) {
  bind_mastery_state(m);
  bind_mastery_scores(m);
  m.def(
      "simulate_profiles",
      [](const cdm::Model& model, std::int64_t n, std::uint64_t seed, std::size_t population) {
        return profile_texts(take(cdm::simulate_profiles(model, n, seed, population)), model.attributes.size());
      },
      py::arg("model"), py::arg("n"), py::arg("seed"), py::arg("population"));
  m.def(
      "simulate",
      [](const cdm::Model& model, const Array<std::uint32_t>& profiles, std::uint64_t seed, int n_threads, const py::object& progress) {
        const std::span<const std::uint32_t> drawn = span_of(std::optional(profiles));
        return ResponsesHandle{
            run({n_threads, progress}, [&](const ExecutionContext& context) { return cdm::simulate(model, drawn, seed, context); }), {}};
      },
      py::arg("model"), py::arg("profiles"), py::arg("seed"), py::arg("n_threads"), py::arg("progress"));
}

}  // namespace celadon::python
