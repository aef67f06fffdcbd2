// celadon.ctt
#include "common.hpp"

#include <celadon/models/ctt/conditional_sem.hpp>
#include <celadon/models/ctt/distractors.hpp>
#include <celadon/models/ctt/exam_statistics.hpp>
#include <celadon/models/ctt/grade_scaling.hpp>
#include <celadon/models/ctt/item_analysis.hpp>
#include <celadon/models/ctt/reliability.hpp>
#include <celadon/models/ctt/score_distribution.hpp>
#include <celadon/models/ctt/sp_table.hpp>
#include <celadon/models/ctt/test_scores.hpp>

namespace celadon::python {

namespace {

using ctt::CaseRule;

// The choices that every function of classical analysis begins with.
struct Common {
  std::vector<Item> items;
  std::optional<Array<double>> weights;
  std::optional<Array<std::uint8_t>> include;
  std::vector<std::string> missing;
  std::string cases;
  int n_threads = 0;
  py::object progress = py::none();

  [[nodiscard]] ctt::Sample sample() const { return {span_of(weights), span_of(include)}; }
  [[nodiscard]] ctt::ScoringOptions scoring() const {
    return {missing_policy(missing),
            choose<CaseRule>("cases", cases, {{"pairwise", CaseRule::kPairwise}, {"listwise", CaseRule::kListwise}})};
  }
  [[nodiscard]] RunOptions run_options() const { return {n_threads, progress}; }
};

void bind_common(py::module_& m) {
  py::class_<Common>(m, "_Common")
      .def(py::init([](std::vector<Item> items, std::optional<Array<double>> weights, std::optional<Array<std::uint8_t>> include,
                       std::vector<std::string> missing, std::string cases, int n_threads, py::object progress) {
             return Common{std::move(items), std::move(weights), std::move(include), std::move(missing),
                           std::move(cases), n_threads,          std::move(progress)};
           }),
           py::arg("items"), py::arg("weights"), py::arg("include"), py::arg("missing"), py::arg("cases"), py::arg("n_threads"),
           py::arg("progress"));
}

void bind_test_scores(py::module_& m) {
  py::class_<ctt::TestScores> type(m, "TestScores", "Totals by person, in row order.");
  type.def_property_readonly("total", [](const py::object& self) { return view(self.cast<const ctt::TestScores&>().total, self); })
      .def_property_readonly("attainable",
                             [](const py::object& self) { return view(self.cast<const ctt::TestScores&>().attainable, self); })
      .def_property_readonly("used", [](const py::object& self) { return view(self.cast<const ctt::TestScores&>().used, self); })
      .def_readonly("full_mark", &ctt::TestScores::full_mark)
      .def_readonly("same_paper", &ctt::TestScores::same_paper)
      .def_readonly("n_used", &ctt::TestScores::n_used)
      .def_readonly("n_dropped", &ctt::TestScores::n_dropped)
      .def(
          "chart",
          [](const py::object& self, int n_bins, const std::string& language) {
            return py::module_::import("celadon._charts").attr("scores")(self.attr("total"), language, n_bins);
          },
          py::kw_only(), py::arg("n_bins") = 20, py::arg("language") = "zh-CN", "Distribution of the totals.")
      .def_readonly("findings", &ctt::TestScores::findings);
  bind_frame(type, [](const ctt::TestScores& self) { return self.to_table(); });
  m.def("test_scores", [](const ResponsesHandle& responses, const Common& common) {
    return run(common.run_options(), [&](const ExecutionContext& context) {
      return ctt::test_scores(responses.responses, common.items, common.sample(), common.scoring(), context);
    });
  });
}

void bind_item_analysis(py::module_& m) {
  py::class_<ctt::ItemAnalysis> type(m, "ItemAnalysis", "Classical statistics of items; the frame has one row an item.");
  type.def_readonly("full_mark", &ctt::ItemAnalysis::full_mark)
      .def_readonly("total_mean", &ctt::ItemAnalysis::total_mean)
      .def_readonly("total_sd", &ctt::ItemAnalysis::total_sd)
      .def_readonly("n_used", &ctt::ItemAnalysis::n_used)
      .def_readonly("n_dropped", &ctt::ItemAnalysis::n_dropped)
      .def_readonly("n_effective", &ctt::ItemAnalysis::n_effective)
      .def_readonly("upper_n", &ctt::ItemAnalysis::upper_n)
      .def_readonly("lower_n", &ctt::ItemAnalysis::lower_n)
      .def_readonly("findings", &ctt::ItemAnalysis::findings);
  bind_frame(type, [](const ctt::ItemAnalysis& self) { return self.to_table(); });
  m.def("item_analysis", [](const ResponsesHandle& responses, const Common& common, double group_share, const std::string& group_ties,
                            bool overlap_corrected) {
    ctt::ItemAnalysisOptions options;
    options.scoring = common.scoring();
    options.group_share = group_share;
    options.group_ties = choose<ctt::GroupTies>("group_ties", group_ties,
                                                {{"include", ctt::GroupTies::kIncludeTies}, {"fractional", ctt::GroupTies::kFractional}});
    options.overlap_corrected = overlap_corrected;
    return run(common.run_options(), [&](const ExecutionContext& context) {
      return ctt::item_analysis(responses.responses, common.items, common.sample(), options, context);
    });
  });
}

void bind_reliability(py::module_& m) {
  using R = ctt::Reliability;
  py::class_<R> type(m, "Reliability", "Reliability coefficients; the frame has one row a coefficient.");
  type.def_readonly("n_used", &R::n_used)
      .def_readonly("n_dropped", &R::n_dropped)
      .def_readonly("n_items", &R::n_items)
      .def_readonly("total_mean", &R::total_mean)
      .def_readonly("total_sd", &R::total_sd)
      .def_readonly("alpha", &R::alpha)
      .def_readonly("alpha_standardized", &R::alpha_standardized)
      .def_readonly("alpha_se", &R::alpha_se)
      .def_readonly("alpha_lower", &R::alpha_lower)
      .def_readonly("alpha_upper", &R::alpha_upper)
      .def_readonly("confidence", &R::confidence)
      .def_readonly("mean_correlation", &R::mean_correlation)
      .def_readonly("kr20", &R::kr20)
      .def_readonly("kr21", &R::kr21)
      .def_readonly("lambda1", &R::lambda1)
      .def_readonly("lambda2", &R::lambda2)
      .def_readonly("lambda3", &R::lambda3)
      .def_readonly("lambda4", &R::lambda4)
      .def_readonly("lambda5", &R::lambda5)
      .def_readonly("lambda6", &R::lambda6)
      .def_readonly("omega_total", &R::omega_total)
      .def_readonly("omega_converged", &R::omega_converged)
      .def_readonly("split_half_r", &R::split_half_r)
      .def_readonly("split_half_spearman_brown", &R::split_half_spearman_brown)
      .def_readonly("split_half_rulon", &R::split_half_rulon)
      .def_readonly("sem", &R::sem)
      .def_property_readonly(
          "items", [](const R& self) { return self.items_table(); }, "One row an item: alpha if deleted, loading.")
      .def_readonly("findings", &R::findings);
  bind_frame(type, [](const R& self) { return self.to_table(); });
  m.def("reliability", [](const ResponsesHandle& responses, const Common& common, double confidence, const std::string& lambda_scale,
                          int lambda4_starts, std::uint64_t seed) {
    ctt::ReliabilityOptions options;
    options.scoring = common.scoring();
    options.confidence = confidence;
    options.lambda_scale = choose<ctt::LambdaScale>(
        "lambda_scale", lambda_scale, {{"correlation", ctt::LambdaScale::kCorrelation}, {"covariance", ctt::LambdaScale::kCovariance}});
    options.lambda4_starts = lambda4_starts;
    options.seed = seed;
    return run(common.run_options(), [&](const ExecutionContext& context) {
      return ctt::reliability(responses.responses, common.items, common.sample(), options, context);
    });
  });
  py::class_<ctt::StratifiedAlpha> stratified(m, "StratifiedAlpha", "Alpha of a paper of parts; the frame has one row a part.");
  stratified.def_readonly("alpha", &ctt::StratifiedAlpha::alpha).def_readonly("findings", &ctt::StratifiedAlpha::findings);
  bind_frame(stratified, [](const ctt::StratifiedAlpha& self) { return self.to_table(); });
  m.def("stratified_alpha",
        [](const ResponsesHandle& responses, const Common& common, const std::vector<std::string>& strata, double single_item_reliability) {
          return run(common.run_options(), [&](const ExecutionContext& context) -> Result<ctt::StratifiedAlpha> {
            const auto moments = ctt::score_moments(responses.responses, common.items, common.sample(), common.scoring(), context);
            if (!moments) return moments.error();
            return ctt::stratified_alpha(*moments, strata, single_item_reliability);
          });
        });
}

void bind_distractors(py::module_& m) {
  py::class_<ctt::Distractors> type(m, "Distractors", "Who chose which option; the frame has one row an option.");
  type.def_readonly("n_used", &ctt::Distractors::n_used)
      .def_readonly("n_dropped", &ctt::Distractors::n_dropped)
      .def_property_readonly("group_n", [](const py::object& self) { return view(self.cast<const ctt::Distractors&>().group_n, self); })
      .def(
          "chart",
          [](const py::object& self, const std::string& item, const std::string& language) {
            return py::module_::import("celadon._charts").attr("distractors")(self, item, language);
          },
          py::arg("item"), py::kw_only(), py::arg("language") = "zh-CN", "Share of each option of an item by score group.")
      .def_readonly("findings", &ctt::Distractors::findings);
  bind_frame(type, [](const ctt::Distractors& self) { return self.to_table(); });
  m.def("distractors", [](const ResponsesHandle& responses, const Common& common, std::vector<int> key, int n_groups, double rare_share) {
    ctt::DistractorOptions options;
    options.scoring = common.scoring();
    options.key = std::move(key);
    options.n_groups = n_groups;
    options.rare_share = rare_share;
    return run(common.run_options(), [&](const ExecutionContext& context) {
      return ctt::distractors(responses.responses, common.items, common.sample(), options, context);
    });
  });
}

void bind_distribution(py::module_& m) {
  using D = ctt::ScoreDistribution;
  py::class_<D> type(m, "ScoreDistribution", "Distribution of a score; the frame has one row a distinct value.");
  type.def_readonly("n", &D::n)
      .def_readonly("n_missing", &D::n_missing)
      .def_readonly("mean", &D::mean)
      .def_readonly("sd", &D::sd)
      .def_readonly("minimum", &D::minimum)
      .def_readonly("maximum", &D::maximum)
      .def_readonly("skewness", &D::skewness)
      .def_readonly("kurtosis_excess", &D::kurtosis_excess)
      .def_property_readonly("probabilities", [](const py::object& self) { return view(self.cast<const D&>().probabilities, self); })
      .def_property_readonly("quantiles", [](const py::object& self) { return view(self.cast<const D&>().quantiles, self); })
      .def_property_readonly("summary", [](const D& self) { return self.summary_table(); })
      .def("z_score", &D::z_score, py::arg("x"), "(x - mean) / sd.")
      .def("t_score", &D::t_score, py::arg("x"), py::arg("mean") = 50.0, py::arg("sd") = 10.0, "Linear T score.")
      .def("normalized_t_score", &D::normalized_t_score, py::arg("x"), py::arg("mean") = 50.0, py::arg("sd") = 10.0)
      .def("rank_of", &D::rank_of, py::arg("x"), "Percentile rank in [0, 1].");
  bind_frame(type, [](const D& self) { return self.to_table(); });
  m.def("score_distribution", [](const Array<double>& scores, const std::optional<Array<double>>& weights, const std::string& skew_type,
                                 const std::optional<std::vector<double>>& probabilities) {
    ctt::DistributionOptions options;
    options.skew_type = choose<ctt::SkewType>(
        "skew_type", skew_type,
        {{"moment", ctt::SkewType::kMoment}, {"unbiased", ctt::SkewType::kUnbiased}, {"sample", ctt::SkewType::kSample}});
    if (probabilities) options.probabilities = *probabilities;
    return take(ctt::score_distribution(span_of(std::optional(scores)), span_of(weights), options));
  });
}

void bind_exam_statistics(py::module_& m) {
  py::class_<ctt::ExamStatistics> type(m, "ExamStatistics", "一分三率 and more by unit; the frame has one row a unit, everybody first.");
  type.def_readonly("full_mark", &ctt::ExamStatistics::full_mark)
      .def_readonly("n_used", &ctt::ExamStatistics::n_used)
      .def_readonly("n_dropped", &ctt::ExamStatistics::n_dropped)
      .def_property_readonly(
          "content", [](const ctt::ExamStatistics& self) { return self.content_table(); },
          "One row a unit and part of the paper (item, knowledge point, level, type).")
      .def_readonly("findings", &ctt::ExamStatistics::findings);
  bind_frame(type, [](const ctt::ExamStatistics& self) { return self.to_table(); });
  m.def("exam_statistics",
        [](const ResponsesHandle& responses, const Common& common, const std::vector<std::tuple<std::string, double, std::string>>& rates,
           std::vector<std::int32_t> unit, std::vector<std::string> unit_ids) {
          using Side = ctt::RateCut::Side;
          ctt::ExamStatisticsOptions options;
          options.scoring = common.scoring();
          for (const auto& [id, cut, side] : rates)
            options.rates.push_back({id, cut, choose<Side>("rates", side, {{"at_least", Side::kAtLeast}, {"below", Side::kBelow}})});
          options.unit = std::move(unit);
          options.unit_ids = std::move(unit_ids);
          return run(common.run_options(), [&](const ExecutionContext& context) {
            return ctt::exam_statistics(responses.responses, common.items, common.sample(), options, context);
          });
        });
}

void bind_sp_table(py::module_& m) {
  using S = ctt::SpTable;
  py::class_<S> type(m, "SpTable", "S-P table with caution indices; the frame has one row a person, charted first.");
  type.def_readonly("n_used", &S::n_used)
      .def_readonly("indices", &S::indices)
      .def_readonly("n_simulations", &S::n_simulations)
      .def_property_readonly("s_curve", [](const py::object& self) { return view(self.cast<const S&>().s_curve, self); })
      .def_property_readonly("p_curve", [](const py::object& self) { return view(self.cast<const S&>().p_curve, self); })
      .def_property_readonly("right",
                             [](const py::object& self) {
                               const auto& table = self.cast<const S&>();
                               return view(table.right, table.persons.size(), table.items.size(), self);
                             })
      .def_property_readonly("persons", [](const S& self) { return self.persons_table(); })
      .def_property_readonly("items", [](const S& self) { return self.items_table(); })
      .def_property_readonly("cells", [](const S& self) { return self.cells_table(); })
      .def(
          "chart",
          [](const py::object& self, const std::string& language) {
            return py::module_::import("celadon._charts").attr("sp_chart")(self, language);
          },
          py::kw_only(), py::arg("language") = "zh-CN", "The S-P chart; persons stand as numbers.")
      .def_readonly("findings", &S::findings);
  bind_frame(type, [](const S& self) { return self.persons_table(); });
  m.def("sp_table", [](const ResponsesHandle& responses, const Common& common, double right_from_share, int min_items, int min_persons,
                       int n_simulations, std::uint64_t seed) {
    ctt::SpOptions options;
    options.missing = missing_policy(common.missing);
    options.right_from_share = right_from_share;
    options.min_items = min_items;
    options.min_persons = min_persons;
    options.n_simulations = n_simulations;
    options.seed = seed;
    return run(common.run_options(), [&](const ExecutionContext& context) {
      return ctt::sp_table(responses.responses, common.items, common.sample(), options, context);
    });
  });
}

void bind_conditional_sem(py::module_& m) {
  using C = ctt::ConditionalSem;
  py::class_<C> type(m, "ConditionalSem", "How sure one total is at its own place on the scale, points.");
  type.def_readonly("full_mark", &C::full_mark)
      .def_readonly("sem", &C::sem)
      .def_readonly("reliability", &C::reliability)
      .def_readonly("n_used", &C::n_used)
      .def_readonly("n_dropped", &C::n_dropped)
      .def_readonly("findings", &C::findings)
      .def("at", &C::at, py::arg("x"), "Standard error of the total x, points.")
      .def(
          "true_score_interval",
          [](const C& self, double x, double confidence) {
            const ctt::ScoreInterval interval = self.true_score_interval(x, confidence);
            return std::pair(interval.lower, interval.upper);
          },
          py::arg("x"), py::arg("confidence") = 0.9, "Interval (lower, upper) of the true score behind the total x, points.");
  bind_frame(type, [](const C& self) { return self.to_table(); });
  m.def("conditional_sem", [](const ResponsesHandle& responses, const Common& common, const std::string& method, double reliability) {
    using M = ctt::ConditionalSemMethod;
    ctt::ConditionalSemOptions options;
    options.scoring = common.scoring();
    options.method =
        choose<M>("method", method,
                  {{"lord_binomial", M::kLordBinomial}, {"scaled_binomial", M::kScaledBinomial}, {"feldt_qualls", M::kFeldtQualls}});
    options.reliability = reliability;
    return run(common.run_options(), [&](const ExecutionContext& context) {
      return ctt::conditional_sem(responses.responses, common.items, common.sample(), options, context);
    });
  });
}

void bind_grade_scaling(py::module_& m) {
  using G = ctt::GradeScaling;
  py::class_<G> type(m, "GradeScaling", "等级赋分; the frame has one row a grade.");
  type.def_readonly("profile_id", &G::profile_id)
      .def_readonly("n_used", &G::n_used)
      .def_property_readonly("scaled", [](const py::object& self) { return view(self.cast<const G&>().scaled, self); })
      .def_property_readonly("grade", [](const py::object& self) { return view(self.cast<const G&>().grade, self); })
      .def_property_readonly(
          "conversion", [](const G& self) { return self.conversion_table(); }, "One row a distinct raw mark.")
      .def_readonly("findings", &G::findings);
  bind_frame(type, [](const G& self) { return self.to_table(); });
  m.def("grade_scaling", [](const Array<double>& raw, const std::string& id, const std::string& source,
                            const std::vector<std::tuple<std::string, double, double, double>>& bands, const std::string& ties,
                            const std::string& rounding, const std::string& single_value) {
    ctt::GradeScalingProfile profile;
    profile.id = id;
    profile.source = source;
    for (const auto& [grade, share, t_min, t_max] : bands) profile.bands.push_back({grade, share, t_min, t_max});
    profile.ties = choose<ctt::CutTies>(
        "ties", ties, {{"higher", ctt::CutTies::kHigher}, {"lower", ctt::CutTies::kLower}, {"nearest", ctt::CutTies::kNearest}});
    profile.rounding = choose<ctt::ScaledRounding>("rounding", rounding,
                                                   {{"none", ctt::ScaledRounding::kNone}, {"half_up", ctt::ScaledRounding::kHalfUp}});
    profile.single_value = choose<ctt::SingleValue>(
        "single_value", single_value,
        {{"upper_end", ctt::SingleValue::kUpperEnd}, {"middle", ctt::SingleValue::kMiddle}, {"lower_end", ctt::SingleValue::kLowerEnd}});
    return take(ctt::grade_scaling(span_of(std::optional(raw)), profile));
  });
}

}  // namespace

void bind_ctt(py::module_& module) {
  py::module_ m = module.def_submodule("ctt");
  bind_common(m);
  bind_test_scores(m);
  bind_item_analysis(m);
  bind_reliability(m);
  bind_distractors(m);
  bind_distribution(m);
  bind_exam_statistics(m);
  bind_sp_table(m);
  bind_conditional_sem(m);
  bind_grade_scaling(m);
}

}  // namespace celadon::python
