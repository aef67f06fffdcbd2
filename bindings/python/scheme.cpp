// celadon.scheme: indicator schemes and their evaluation.
#include "scheme.hpp"

#include <celadon/io/scheme_json.hpp>

#include <map>

namespace celadon::python {

namespace {

/// A scheme with what was found in its file.
struct SchemeHandle {
  io::SchemeFile file;
};

SchemeHandle parse(const std::string& text, const std::map<std::string, std::string>& bases) {
  const io::SchemeSource source = [&](std::string_view id) {
    const auto it = bases.find(std::string(id));
    return it != bases.end() ? it->second : std::string(io::shipped_scheme_text(id));
  };
  return {take(io::parse_scheme(text, source))};
}

py::dict local(const scheme::LocalText& text) {
  py::dict out;
  out["zh"] = text.zh;
  out["en"] = text.en;
  return out;
}

void bind_definition(py::module_& m) {
  using S = SchemeHandle;
  py::class_<S> type(m, "Scheme", "A tree of indicators; the frame has one row an indicator.");
  type.def_property_readonly("id", [](const S& self) { return self.file.scheme.id; })
      .def_property_readonly("name", [](const S& self) { return local(self.file.scheme.name); })
      .def_property_readonly("label", [](const S& self) { return local(self.file.scheme.label); })
      .def_property_readonly("edition", [](const S& self) { return self.file.scheme.edition; })
      .def_property_readonly("document", [](const S& self) { return self.file.scheme.document; })
      .def_property_readonly("status", [](const S& self) { return self.file.scheme.status; })
      .def_property_readonly("sources", [](const S& self) { return self.file.scheme.sources; })
      .def_property_readonly("extends", [](const S& self) { return self.file.scheme.extends; })
      .def_property_readonly("hash", [](const S& self) { return self.file.scheme.hash; })
      .def_property_readonly("findings", [](const S& self) { return self.file.findings; });
  bind_frame(type, [](const S& self) { return self.file.scheme.to_table(); });
  m.def("parse", &parse, py::arg("text"), py::arg("bases"));
  m.def("shipped", &io::shipped_scheme_ids);
  m.def(
      "shipped_text", [](const std::string& id) { return std::string(io::shipped_scheme_text(id)); }, py::arg("id"));
}

void bind_data(py::module_& m) {
  using scheme::PeriodData;
  py::class_<PeriodData>(m, "_PeriodData")
      .def(py::init<std::string, std::vector<std::string>>(), py::arg("id"), py::arg("levels"))
      .def(
          "add",
          [](PeriodData& self, const py::object& table, const std::string& name, bool persons, const std::string& weight,
             std::vector<std::pair<std::string, std::vector<std::string>>> plausible_values, const std::string& estimand, int n_groups,
             std::uint64_t seed, std::vector<std::string> replicate_weights, double scale, double degrees_of_freedom) {
            scheme::FrameOptions o;
            o.name = name;
            o.persons = persons;
            o.weight = weight;
            o.plausible_values = std::move(plausible_values);
            o.estimand = estimand_of(estimand);
            o.n_groups = n_groups;
            o.seed = seed;
            o.replicate_weights = std::move(replicate_weights);
            o.scale = scale;
            o.degrees_of_freedom = degrees_of_freedom;
            take(self.add(import_table(table), o));
          },
          py::arg("table"), py::arg("name"), py::arg("persons"), py::arg("weight"), py::arg("plausible_values"), py::arg("estimand"),
          py::arg("n_groups"), py::arg("seed"), py::arg("replicate_weights"), py::arg("scale"), py::arg("degrees_of_freedom"))
      .def(
          "add_link_error",
          [](PeriodData& self, const std::string& indicator, double se) {
            self.add_link_error({indicator, se});
          },
          py::arg("indicator"), py::arg("se"))
      .def_property_readonly("findings", [](const PeriodData& self) { return self.findings(); });
}

evaluation::Audience audience_of(const std::string& name) {
  using evaluation::Audience;
  return choose<Audience>("audience", name,
                          {{"pupil", Audience::kPupil},
                           {"teacher", Audience::kTeacher},
                           {"school", Audience::kSchool},
                           {"district", Audience::kDistrict},
                           {"published", Audience::kPublished}});
}

void bind_like(py::module_& m) {
  py::class_<LikeHandle> type(m, "LikeUnits", "Each unit's indices beside the mean of the units most like it; one row a unit and index.");
  type.def_property_readonly("like",
                             [](const py::object& self) {
                               const auto& v = self.cast<const LikeHandle&>().value;
                               return view(v.like, v.like.size() / static_cast<std::size_t>(v.n_like), static_cast<std::size_t>(v.n_like),
                                           self);
                             })
      .def_property_readonly("distance", [](const py::object& self) {
        const auto& v = self.cast<const LikeHandle&>().value;
        return view(v.distance, v.distance.size() / static_cast<std::size_t>(v.n_like), static_cast<std::size_t>(v.n_like), self);
      });
  bind_frame(type, [](const LikeHandle& self) { return self.table; });
  m.def(
      "like_units",
      [](const scheme::SchemeEvaluation& evaluation, std::size_t period, const std::string& level, const Array<double>& background,
         int n_like, double confidence, double false_discovery) {
        if (background.ndim() != 2) throw py::value_error("background must have units as rows and columns");
        auto like = take(scheme::like_units(evaluation, period, level, {background.data(), static_cast<std::size_t>(background.size())},
                                            static_cast<int>(background.shape(1)), {n_like, confidence, false_discovery}));
        Table table = like.to_table(evaluation, period);
        return LikeHandle{std::move(like), std::move(table), period};
      },
      py::arg("evaluation"), py::arg("period"), py::arg("level"), py::arg("background"), py::arg("n_like"), py::arg("confidence"),
      py::arg("false_discovery"));
}

std::vector<std::string> units_of(const scheme::SchemeEvaluation& evaluation, std::size_t period, const std::string& level) {
  const std::int32_t l = period < evaluation.periods.size() ? evaluation.find_level(period, level) : -1;
  if (l < 0) throw py::value_error("no such period or level: " + level);
  return evaluation.periods[period].levels[static_cast<std::size_t>(l)].ids;
}

void bind_evaluate_scheme(py::module_& m) {
  using E = scheme::SchemeEvaluation;
  py::class_<E> type(m, "SchemeEvaluation", "Every index of every unit and period; the frame has one row an index.");
  type.def_readonly("findings", &E::findings).def_property_readonly("periods", [](const E& self) {
    std::vector<std::string> out;
    for (const auto& p : self.periods) out.push_back(p.id);
    return out;
  });
  type.def("units", &units_of, py::arg("period"), py::arg("level"),
           "Ids of a level's units, in the order of arrays that have one row a unit.");
  bind_frame(type, [](const E& self) { return self.to_table(); });
  m.def(
      "evaluate",
      [](const SchemeHandle& handle, const std::vector<const scheme::PeriodData*>& data, double confidence, const std::string& audience,
         int least_n, bool hide_all_or_none, double false_discovery, int n_threads, const py::object& progress) {
        scheme::SchemeOptions options;
        options.confidence = confidence;
        options.audience = audience_of(audience);
        options.suppression = {least_n, hide_all_or_none};
        options.false_discovery = false_discovery;
        std::vector<scheme::Period> periods;
        for (const auto* d : data) periods.push_back(d->period());
        return run({n_threads, progress},
                   [&](const ExecutionContext& context) { return scheme::evaluate(handle.file.scheme, periods, options, context); });
      },
      py::arg("scheme"), py::arg("periods"), py::arg("confidence"), py::arg("audience"), py::arg("least_n"), py::arg("hide_all_or_none"),
      py::arg("false_discovery"), py::arg("n_threads"), py::arg("progress"));
}

}  // namespace

void bind_scheme(py::module_& module) {
  py::module_ m = module.def_submodule("scheme", "Native part of celadon.scheme.");
  bind_definition(m);
  bind_data(m);
  bind_evaluate_scheme(m);
  bind_like(m);
}

}  // namespace celadon::python
