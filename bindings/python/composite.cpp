// celadon.composite: data, choices, the steps and the index.
#include "composite.hpp"

namespace celadon::python::composite_faces {

namespace cm = celadon::composite;

cm::Matrix matrix_of(const Array<double>& array, const char* name) {
  if (array.ndim() != 2) throw py::value_error(std::string(name) + " must be two-dimensional, units by indicators");
  return cm::Matrix::copy_of({array.data(), static_cast<std::size_t>(array.size())}, array.shape(0), array.shape(1));
}
cm::Matrix matrix_of(const std::optional<Array<double>>& array, const char* name) {
  return array ? matrix_of(*array, name) : cm::Matrix();
}
py::array array_of(const cm::Matrix& matrix) {
  return py::array_t<double>({static_cast<py::ssize_t>(matrix.n_rows), static_cast<py::ssize_t>(matrix.n_columns)}, matrix.values.data());
}
py::array array_of(const std::vector<double>& values) {
  return py::array_t<double>(static_cast<py::ssize_t>(values.size()), values.data());
}

namespace {

template <class T>
T field(const py::handle& from, const char* name) {
  return from.attr(name).cast<T>();
}

cm::Node node_of(const py::handle& given) {
  py::object from = py::reinterpret_borrow<py::object>(given);
  if (py::isinstance<py::dict>(given)) from = py::module_::import("celadon._composite_options").attr("Node")(**from.cast<py::dict>());
  cm::Node out;
  out.code = field<std::string>(from, "code");
  out.parent = field<std::string>(from, "parent");
  out.level = field<int>(from, "level");
  out.weight = field<double>(from, "weight");
  out.direction = field<int>(from, "direction");
  out.target = field<double>(from, "target");
  out.denominator = field<std::string>(from, "denominator");
  return out;
}

}  // namespace

cm::TreatOptions treatment_of(const py::handle& from) {
  using T = cm::Transformation;
  cm::TreatOptions out;
  out.treat = field<bool>(from, "treat");
  out.skew_limit = field<double>(from, "skew_limit");
  out.kurtosis_limit = field<double>(from, "kurtosis_limit");
  out.max_winsorised = field<int>(from, "max_winsorised");
  out.transformation = choose<T>("transformation", field<std::string>(from, "transformation"),
                                 {{"none", T::kNone},
                                  {"log", T::kLog},
                                  {"log_shift_one", T::kLogShiftOne},
                                  {"box_cox", T::kBoxCox},
                                  {"box_cox_estimated", T::kBoxCoxEstimated}});
  out.lambda = field<double>(from, "lambda_");
  out.combine = field<bool>(from, "combine");
  return out;
}

cm::NormaliseOptions normalisation_of(const py::handle& from) {
  using N = cm::Normalisation;
  cm::NormaliseOptions out;
  out.method = choose<N>("method", field<std::string>(from, "method"),
                         {{"none", N::kNone},
                          {"min_max", N::kMinMax},
                          {"z_score", N::kZScore},
                          {"rank", N::kRank},
                          {"borda", N::kBorda},
                          {"percentile_rank", N::kPercentileRank},
                          {"distance_to_max", N::kDistanceToMax},
                          {"distance_to_reference", N::kDistanceToReference},
                          {"distance_to_target", N::kDistanceToTarget},
                          {"fraction_of_max", N::kFractionOfMax},
                          {"scaled", N::kScaled},
                          {"goalposts", N::kGoalposts},
                          {"categorical", N::kCategorical}});
  out.lower = field<double>(from, "lower");
  out.upper = field<double>(from, "upper");
  out.centre = field<double>(from, "centre");
  out.spread = field<double>(from, "spread");
  out.target = field<double>(from, "target");
  out.reference = field<std::int64_t>(from, "reference");
  out.cap = field<bool>(from, "cap");
  out.scale = field<double>(from, "scale");
  out.truncate = field<bool>(from, "truncate");
  out.cuts = field<std::vector<double>>(from, "cuts");
  out.class_values = field<std::vector<double>>(from, "class_values");
  out.cuts_are_percentiles = field<bool>(from, "cuts_are_percentiles");
  return out;
}

cm::AggregateOptions aggregation_of(const py::handle& from) {
  cm::AggregateOptions out;
  out.methods.clear();
  for (const auto& name : field<std::vector<std::string>>(from, "methods"))
    out.methods.push_back(choose<cm::Aggregation>("methods", name, kAggregations));
  out.power = field<double>(from, "power");
  out.min_available = field<double>(from, "min_available");
  return out;
}

cm::Construction construction_of(const py::handle& from) {
  cm::Construction out;
  out.denominate = field<bool>(from, "denominate");
  out.min_available = field<double>(from, "min_available");
  out.imputation = choose<cm::Imputation>("imputation", field<std::string>(from, "imputation"), kImputations);
  out.treatment = each<cm::TreatOptions>(from.attr("treatment"), treatment_of);
  out.normalisation = each<cm::NormaliseOptions>(from.attr("normalisation"), normalisation_of);
  out.weights = field<std::vector<double>>(from, "weights");
  out.aggregation = aggregation_of(from.attr("aggregation"));
  return out;
}

cm::Factor factor_of(const py::handle& from) {
  using C = cm::Choice;
  cm::Factor out;
  out.name = field<std::string>(from, "name");
  out.choice = choose<C>("choice", field<std::string>(from, "choice"),
                         {{"imputation", C::kImputation},
                          {"treatment", C::kTreatment},
                          {"normalisation", C::kNormalisation},
                          {"weights", C::kWeights},
                          {"weight_noise", C::kWeightNoise},
                          {"aggregation", C::kAggregation},
                          {"inclusion", C::kInclusion},
                          {"data_error", C::kDataError}});
  const py::object alternatives = from.attr("alternatives");
  switch (out.choice) {
    case C::kImputation:
      out.imputations = each<cm::Imputation>(
          alternatives, [](const py::handle& one) { return choose<cm::Imputation>("imputation", one.cast<std::string>(), kImputations); });
      break;
    case C::kTreatment:
      out.treatments = each<cm::TreatOptions>(alternatives, treatment_of);
      break;
    case C::kNormalisation:
      out.normalisations = each<cm::NormaliseOptions>(alternatives, normalisation_of);
      break;
    case C::kWeights:
      out.weight_sets = alternatives.cast<std::vector<std::vector<double>>>();
      break;
    case C::kWeightNoise:
      out.noise = alternatives.cast<std::vector<double>>();
      break;
    case C::kAggregation:
      out.aggregations = each<cm::AggregateOptions>(alternatives, aggregation_of);
      break;
    case C::kInclusion:
      out.excluded = alternatives.cast<std::vector<std::string>>();
      break;
    case C::kDataError:
      break;
  }
  return out;
}

namespace {

void bind_data(py::module_& m) {
  py::class_<cm::Tree>(m, "Tree", "The way from indicators to the index; indicators come first, in the order of the data.")
      .def(py::init([](const py::object& nodes) { return take(cm::Tree::make(each<cm::Node>(nodes, node_of))); }), py::arg("nodes"))
      .def_static(
          "flat", [](std::int64_t n_indicators, const std::string& index_code) { return take(cm::Tree::flat(n_indicators, index_code)); },
          py::arg("n_indicators"), py::arg("index_code") = "index", "One index over n indicators of weight 1.")
      .def_property_readonly("codes",
                             [](const cm::Tree& self) {
                               std::vector<std::string> out;
                               out.reserve(self.nodes().size());
                               for (const cm::Node& node : self.nodes()) out.push_back(node.code);
                               return out;
                             })
      .def_property_readonly("n_nodes", &cm::Tree::n_nodes)
      .def_property_readonly("n_indicators", &cm::Tree::n_indicators)
      .def_property_readonly("n_levels", &cm::Tree::n_levels)
      .def_property_readonly(
          "weights", [](const cm::Tree& self) { return array_of(self.weights()); }, "Weights within the parent, one a node.")
      .def(
          "indicators_of",
          [](const cm::Tree& self, const std::string& code) {
            const auto node = self.find(code);
            if (node < 0) throw py::key_error(code);
            return self.indicators_of(node);
          },
          py::arg("code"), "Columns of the indicators below a node.");
  py::class_<cm::Measures>(m, "_Measures")
      .def(py::init([](const Array<double>& values, const cm::Tree& tree, std::vector<std::string> unit_ids,
                       std::vector<std::string> groups, const std::optional<Array<double>>& denominators,
                       std::vector<std::string> denominator_codes, const std::optional<Array<double>>& standard_errors) {
             cm::Measures out;
             out.values = matrix_of(values, "values");
             out.tree = tree;
             out.unit_ids = std::move(unit_ids);
             out.groups = std::move(groups);
             out.denominators = matrix_of(denominators, "denominators");
             out.denominator_codes = std::move(denominator_codes);
             out.standard_errors = matrix_of(standard_errors, "standard_errors");
             return out;
           }),
           py::arg("values"), py::arg("tree"), py::arg("unit_ids"), py::arg("groups"), py::arg("denominators"),
           py::arg("denominator_codes"), py::arg("standard_errors"));
}

void bind_index(py::module_& m) {
  py::class_<cm::Index> type(m, "Index", "An index with all its steps; the frame has one row a unit.");
  type.def_readonly("unit_ids", &cm::Index::unit_ids)
      .def_readonly("unit_rows", &cm::Index::unit_rows)
      .def_readonly("node_codes", &cm::Index::node_codes)
      .def_readonly("n_imputed", &cm::Index::n_imputed)
      .def_readonly("n_screened", &cm::Index::n_screened)
      .def_property_readonly(
          "treatment", [](const cm::Index& self) { return self.treatment_table(); }, "One row an indicator: what was done to it.")
      .def_readonly("findings", &cm::Index::findings);
  bind_values(type, "denominated", &cm::Index::denominated);
  bind_values(type, "imputed", &cm::Index::imputed);
  bind_values(type, "treated", &cm::Index::treated);
  bind_values(type, "normalised", &cm::Index::normalised);
  bind_values(type, "scores", &cm::Index::scores, "Units by nodes, the indicators first.");
  bind_values(type, "index", &cm::Index::index);
  bind_values(type, "rank", &cm::Index::rank, "1 is best.");
  bind_values(type, "effective_weights", &cm::Index::effective_weights, "Share of each node in the index.");
  bind_frame(type, [](const cm::Index& self) { return self.to_table(); });
  m.def("build", [](const cm::Measures& measures, const py::object& construction) {
    const auto choices = construction_of(construction);
    return run({}, [&](const ExecutionContext&) { return cm::build(measures, choices); });
  });
}

void bind_steps(py::module_& m) {
  py::class_<cm::Denominated> denominated(m, "Denominated", "Values divided by their denominators.");
  denominated.def_readonly("findings", &cm::Denominated::findings);
  bind_values(denominated, "values", &cm::Denominated::values);
  py::class_<cm::Imputed> imputed(m, "Imputed", "Values with the gaps filled.");
  imputed.def_readonly("n_imputed", &cm::Imputed::n_imputed).def_readonly("findings", &cm::Imputed::findings);
  bind_values(imputed, "values", &cm::Imputed::values);
  py::class_<cm::Treated> treated(m, "Treated", "Values after the treatment of outliers.");
  treated.def_property_readonly(
      "n_winsorised",
      [](const cm::Treated& self) {
        std::vector<std::int64_t> out;
        out.reserve(self.records.size());
        for (const auto& record : self.records) out.push_back(record.n_winsorised);
        return out;
      },
      "Points changed, one an indicator.");
  treated.def_property_readonly(
      "passed",
      [](const cm::Treated& self) {
        std::vector<bool> out;
        out.reserve(self.records.size());
        for (const auto& record : self.records) out.push_back(record.passed_after);
        return out;
      },
      "Whether the indicator is within the limits now.");
  treated.def_readonly("findings", &cm::Treated::findings);
  bind_values(treated, "values", &cm::Treated::values);
  py::class_<cm::Normalised> on_one_scale(m, "Normalised", "Values on one scale, more always better.");
  on_one_scale.def_readonly("findings", &cm::Normalised::findings);
  bind_values(on_one_scale, "values", &cm::Normalised::values);

  m.def("describe", [](const Array<double>& data, const std::vector<std::string>& codes) {
    return cm::statistics_table(cm::describe(matrix_of(data, "values")), codes);
  });
  m.def("denominate",
        [](const Array<double>& data, const cm::Tree& tree, const Array<double>& denominators, const std::vector<std::string>& codes) {
          return take(cm::denominate(matrix_of(data, "values"), tree, matrix_of(denominators, "denominators"), codes));
        });
  m.def("screen_units", [](const Array<double>& data, double min_available, double min_nonzero) {
    return take(cm::screen_units(matrix_of(data, "values"), min_available, min_nonzero));
  });
  m.def("impute", [](const Array<double>& data, const std::string& method, const std::vector<std::string>& groups) {
    return take(cm::impute(matrix_of(data, "values"), choose<cm::Imputation>("method", method, kImputations), groups));
  });
  m.def("treat", [](const Array<double>& data, const py::object& options, const std::optional<cm::Tree>& tree) {
    return take(cm::treat(matrix_of(data, "values"), each<cm::TreatOptions>(options, treatment_of), tree.has_value() ? &*tree : nullptr));
  });
  m.def("normalise", [](const Array<double>& data, const cm::Tree& tree, const py::object& options) {
    return take(cm::normalise(matrix_of(data, "values"), tree, each<cm::NormaliseOptions>(options, normalisation_of)));
  });
  m.def("aggregate",
        [](const Array<double>& normalised, const cm::Tree& tree, const py::object& options, const std::optional<Array<double>>& weights) {
          return array_of(take(cm::aggregate(matrix_of(normalised, "values"), tree, aggregation_of(options), span_of(weights))));
        });
  m.def("mean_of", [](const Array<double>& values, const std::optional<Array<double>>& weights, const std::string& method, double power) {
    return take(
        cm::mean_of(span_of(std::optional(values)), span_of(weights), choose<cm::Aggregation>("method", method, kAggregations), power));
  });
  m.def("effective_weights", [](const cm::Tree& tree, const std::optional<Array<double>>& weights) {
    return array_of(take(cm::effective_weights(tree, span_of(weights))));
  });
  m.def("ranks", [](const Array<double>& values) { return array_of(cm::ranks(span_of(std::optional(values)))); });
}

}  // namespace

}  // namespace celadon::python::composite_faces

namespace celadon::python {

void bind_composite(py::module_& module) {
  py::module_ m = module.def_submodule("composite");
  composite_faces::bind_data(m);
  composite_faces::bind_index(m);
  composite_faces::bind_steps(m);
  composite_faces::bind_weights(m);
  composite_faces::bind_comparisons(m);
  composite_faces::bind_uncertainty(m);
}

}  // namespace celadon::python
