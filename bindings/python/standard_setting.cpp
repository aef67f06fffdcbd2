// celadon.standard_setting: cuts from judges and from judged pupils.
#include "common.hpp"

#include <celadon/models/standard_setting/angoff.hpp>
#include <celadon/models/standard_setting/bookmark.hpp>
#include <celadon/models/standard_setting/consistency.hpp>
#include <celadon/models/standard_setting/contrasting_groups.hpp>

#include <algorithm>

namespace celadon::python {

namespace {

// Ratings with what they borrow.
struct JudgeRatings {
  Array<double> values;
  standard_setting::RatingKind kind;
  std::optional<Array<double>> full_marks;
  std::vector<std::string> item_ids;
  std::optional<Array<std::int32_t>> tables;

  [[nodiscard]] standard_setting::Ratings view() const {
    standard_setting::Ratings out;
    out.values = {values.data(), static_cast<std::size_t>(values.size())};
    out.n_judges = values.shape(0);
    out.n_items = values.shape(1);
    out.kind = kind;
    out.full_marks = span_of(full_marks);
    out.item_ids = item_ids;
    out.tables = span_of(tables);
    return out;
  }
};

standard_setting::RatingKind rating_kind(const std::string& name) {
  using K = standard_setting::RatingKind;
  return choose<K>("kind", name, {{"yes_no", K::kYesNo}, {"probability", K::kProbability}, {"marks", K::kMarks}});
}

std::vector<standard_setting::Ratings> views_of(const std::vector<const JudgeRatings*>& ratings) {
  std::vector<standard_setting::Ratings> out;
  out.reserve(ratings.size());
  for (const JudgeRatings* r : ratings) out.push_back(r->view());
  return out;
}

py::array_t<double> copy_of(const std::vector<double>& values) {
  return py::array_t<double>(static_cast<py::ssize_t>(values.size()), values.data());
}

// A field of each row as an array of its own.
template <class Row>
py::array_t<double> field_of(const std::vector<Row>& rows, double Row::*field) {
  py::array_t<double> out(static_cast<py::ssize_t>(rows.size()));
  std::transform(rows.begin(), rows.end(), out.mutable_data(), [field](const Row& row) { return row.*field; });
  return out;
}

void bind_ratings(py::module_& m) {
  using standard_setting::Components;
  py::class_<JudgeRatings>(m, "_Ratings")
      .def(py::init([](Array<double> values, const std::string& kind, std::optional<Array<double>> full_marks,
                       std::vector<std::string> item_ids, std::optional<Array<std::int32_t>> tables) {
             if (values.ndim() != 2) throw py::value_error("ratings must be judges x items");
             return JudgeRatings{std::move(values), rating_kind(kind), std::move(full_marks), std::move(item_ids), std::move(tables)};
           }),
           py::arg("values"), py::arg("kind"), py::arg("full_marks"), py::arg("item_ids"), py::arg("tables"));
  py::class_<Components> type(m, "Components", "Variance components of judges x items; the frame has one row a source.");
  type.def_readonly("mean", &Components::mean)
      .def_readonly("judge", &Components::judge, "Severity.")
      .def_readonly("item", &Components::item, "What items truly differ in.")
      .def_readonly("residual", &Components::residual, "Judge by item, and error.")
      .def_readonly("icc_single", &Components::icc_single, "Agreement of one judge with another on items; NaN without variance.")
      .def_readonly("icc_panel", &Components::icc_panel, "The same of the panel's item means.")
      .def_readonly("n_judges", &Components::n_judges)
      .def_readonly("n_items", &Components::n_items)
      .def_readonly("n_ratings", &Components::n_ratings)
      .def_readonly("findings", &Components::findings);
  bind_frame(type, [](const Components& self) { return self.to_table(); });
  m.def("judge_item_components", [](const JudgeRatings& ratings) { return take(standard_setting::judge_item_components(ratings.view())); });
}

void bind_angoff_cut(py::module_& m) {
  using A = standard_setting::AngoffCut;
  py::class_<A> type(m, "AngoffCut", "A cut by Angoff's method; the frame has one row.");
  type.def_readonly("cut", &A::cut, "Marks.")
      .def_readonly("cut_share", &A::cut_share, "Share of the full mark.")
      .def_readonly("full_mark", &A::full_mark, "Sum of the full marks.")
      .def_readonly("se", &A::se, "Marks; from judges (tables, where given): these items, other judges. NaN for one.")
      .def_readonly("se_judges_items", &A::se_judges_items, "Marks; judges and items both random. NaN without components.")
      .def_readonly("se_components", &A::se_components, "Marks; the part of it due to judges and to judge by item.")
      .def_readonly("components", &A::components, "Variance components; NaN throughout for one judge or one item.")
      .def_readonly("judge_sd", &A::judge_sd, "Of the judges' cuts, marks, divisor n - 1.")
      .def_readonly("mean_absolute_deviation", &A::mean_absolute_deviation, "Of the judges' cuts from the panel's, marks.")
      .def_readonly("mean_absolute_difference", &A::mean_absolute_difference,
                    "Between two judges on an item, share of the full mark, over all pairs.")
      .def_readonly("n_judges", &A::n_judges, "Judges with a rating.")
      .def_readonly("n_tables", &A::n_tables, "0 where none were given.")
      .def_readonly("n_missing", &A::n_missing, "Cells without a rating, of those judges.")
      .def_property_readonly(
          "judge_cuts", [](const A& self) { return copy_of(self.judge_cuts()); }, "Each judge's cut, marks; NaN without ratings.")
      .def_property_readonly(
          "judges", [](const A& self) { return self.judge_table(); }, "One row a judge: cut, deviation, n_rated, correlation.")
      .def_property_readonly(
          "items", [](const A& self) { return self.item_table(); }, "One row an item: full_mark, mean, sd, n_rated.")
      .def_readonly("findings", &A::findings);
  bind_frame(type, [](const A& self) { return self.to_table(); });
  m.def("angoff", [](const JudgeRatings& ratings) { return take(standard_setting::angoff(ratings.view())); });
}

void bind_angoff_series(py::module_& m) {
  using standard_setting::AngoffLevels;
  using standard_setting::AngoffRounds;
  using standard_setting::RoundChange;
  py::class_<RoundChange> change(m, "RoundChange", "How the judges' cuts moved from one round to the next; the frame has one row.");
  change.def_readonly("n_judges", &RoundChange::n_judges, "With a cut in both.")
      .def_readonly("mean", &RoundChange::mean, "Later less earlier.")
      .def_readonly("mean_absolute", &RoundChange::mean_absolute)
      .def_readonly("se", &RoundChange::se, "Of the mean change; NaN for one judge.")
      .def_readonly("sd_before", &RoundChange::sd_before)
      .def_readonly("sd_after", &RoundChange::sd_after)
      .def_readonly("correlation", &RoundChange::correlation, "NaN where one round has no variance.")
      .def_readonly("n_moved", &RoundChange::n_moved);
  bind_frame(change, [](const RoundChange& self) { return self.to_table(); });
  m.def("round_change", [](const std::optional<Array<double>>& before, const std::optional<Array<double>>& after) {
    return take(standard_setting::round_change(span_of(before), span_of(after)));
  });
  py::class_<AngoffRounds> rounds(m, "AngoffRounds", "Rounds of one cut; the frame has one row a round.");
  rounds.def_readonly("rounds", &AngoffRounds::rounds, "The cut of each round; the last one holds.")
      .def_readonly("changes", &AngoffRounds::changes, "From each round to the next.")
      .def("__len__", [](const AngoffRounds& self) { return self.rounds.size(); });
  bind_frame(rounds, [](const AngoffRounds& self) { return self.to_table(); });
  m.def("angoff_rounds", [](const std::vector<const JudgeRatings*>& ratings) {
    const auto views = views_of(ratings);
    return take(standard_setting::angoff_rounds(views));
  });
  py::class_<AngoffLevels> levels(m, "AngoffLevels", "Several cuts on one paper; the frame has one row a level.");
  levels.def_readonly("levels", &AngoffLevels::levels, "The cut of each level, lowest first.")
      .def_readonly("findings", &AngoffLevels::findings, "Cuts out of order.")
      .def("__len__", [](const AngoffLevels& self) { return self.levels.size(); });
  bind_frame(levels, [](const AngoffLevels& self) { return self.to_table(); });
  m.def("angoff_levels", [](const std::vector<const JudgeRatings*>& ratings) {
    const auto views = views_of(ratings);
    return take(standard_setting::angoff_levels(views));
  });
}

void bind_consistency(py::module_& m) {
  using standard_setting::Consistency;
  using standard_setting::JudgeConsistency;
  py::class_<Consistency> type(m, "Consistency", "Whether a judge knows which items are hard; the frame has one row a judge.");
  type.def_readonly("mean_correlation", &Consistency::mean_correlation, "Over judges that have one; NaN if none.")
      .def_readonly("mean_consistency", &Consistency::mean_consistency, "Likewise.")
      .def_property_readonly(
          "correlation", [](const Consistency& self) { return field_of(self.judges, &JudgeConsistency::correlation); },
          "Of each judge's ratings with the reference.")
      .def_property_readonly(
          "consistency", [](const Consistency& self) { return field_of(self.judges, &JudgeConsistency::consistency); },
          "(M - E) / M of each judge; 1: perfectly consistent; NaN against difficulties.")
      .def_property_readonly(
          "ability", [](const Consistency& self) { return field_of(self.judges, &JudgeConsistency::ability); },
          "Each judge's own cut on the ability scale; NaN against difficulties.")
      .def_readonly("findings", &Consistency::findings);
  bind_frame(type, [](const Consistency& self) { return self.to_table(); });
  m.def("difficulty_consistency", [](const JudgeRatings& ratings, const std::optional<Array<double>>& difficulty) {
    return take(standard_setting::difficulty_consistency(ratings.view(), span_of(difficulty)));
  });
  m.def("latent_consistency", [](const JudgeRatings& ratings, const irt::Model& model, const irt::CategoryPoints& points) {
    const auto view = ratings.view();
    return run({1, py::none()}, [&](const ExecutionContext&) { return standard_setting::latent_consistency(view, model, points); });
  });
}

void bind_cuts(py::module_& m) {
  using standard_setting::AbilityCut;
  using standard_setting::PanelAgreement;
  py::class_<AbilityCut> type(m, "AbilityCut", "A cut on the ability scale; the frame has one row.");
  type.def_readonly("ability", &AbilityCut::ability)
      .def_readonly("se", &AbilityCut::se, "Of the ability, from the error of the cut alone; items are taken as known.")
      .def_readonly("raw_cut", &AbilityCut::raw_cut, "Marks.")
      .def_readonly("raw_se", &AbilityCut::raw_se, "Marks.")
      .def_readonly("slope", &AbilityCut::slope, "Of the test characteristic curve at the cut, marks an ability unit.")
      .def_readonly("sem_raw", &AbilityCut::sem_raw, "What one pupil's score varies by at the cut, marks.")
      .def_readonly("full_mark", &AbilityCut::full_mark, "Of the model: the sum of the highest points.");
  bind_frame(type, [](const AbilityCut& self) { return self.to_table(); });
  m.def("ability_of_cut", [](const irt::Model& model, double raw_cut, double raw_se, const irt::CategoryPoints& points, double full_mark) {
    return take(standard_setting::ability_of_cut(model, raw_cut, raw_se, points, full_mark));
  });
  m.def("check_ascending", [](const std::optional<Array<double>>& cuts, const std::string& name) {
    return standard_setting::check_ascending(span_of(cuts), name);
  });
  py::class_<PanelAgreement> panels(m, "PanelAgreement", "Panels that set one cut independently; the frame has one row.");
  panels.def_readonly("n_panels", &PanelAgreement::n_panels)
      .def_readonly("cut", &PanelAgreement::cut, "Mean of the panels.")
      .def_readonly("se", &PanelAgreement::se, "sd / sqrt(n): every source that differs between panels; NaN for one panel.")
      .def_readonly("se_within", &PanelAgreement::se_within,
                    "From the panels' own errors, as if panels were alike; NaN where one is missing.")
      .def_readonly("sd", &PanelAgreement::sd)
      .def_readonly("between_variance", &PanelAgreement::between_variance, "sd^2 less the mean error variance; may be below 0.")
      .def_readonly("lowest", &PanelAgreement::lowest)
      .def_readonly("highest", &PanelAgreement::highest)
      .def_readonly("findings", &PanelAgreement::findings);
  bind_frame(panels, [](const PanelAgreement& self) { return self.to_table(); });
  m.def("across_panels", [](const std::optional<Array<double>>& cuts, const std::optional<Array<double>>& ses) {
    return take(standard_setting::across_panels(span_of(cuts), span_of(ses)));
  });
}

void bind_booklet(py::module_& m) {
  using standard_setting::Booklet;
  using standard_setting::BookletPage;
  py::class_<Booklet> type(m, "Booklet", "Items in order of difficulty; the frame has one row a page.");
  type.def_readonly("response_probability", &Booklet::response_probability)
      .def_property_readonly(
          "location", [](const Booklet& self) { return field_of(self.pages, &BookletPage::location); }, "Ability of each page, ascending.")
      .def_readonly("findings", &Booklet::findings)
      .def("__len__", [](const Booklet& self) { return self.pages.size(); });
  bind_frame(type, [](const Booklet& self) { return self.to_table(); });
  m.def("ordered_item_booklet", [](const irt::Model& model, double response_probability, bool guessing_adjusted) {
    return take(standard_setting::ordered_item_booklet(model, {response_probability, guessing_adjusted}));
  });
}

void bind_bookmark(py::module_& m) {
  using standard_setting::BookmarkCut;
  using standard_setting::BookmarkResult;
  using standard_setting::BookmarkRule;
  py::class_<BookmarkResult> type(m, "BookmarkResult", "Cuts by bookmarks, lowest first; the frame has one row a cut.");
  const auto column = [&](const char* name, double BookmarkCut::*field, const char* text) {
    type.def_property_readonly(
        name, [field](const BookmarkResult& self) { return field_of(self.cuts, field); }, text);
  };
  column("median", &BookmarkCut::median, "Of the judges, ability, one a cut.");
  column("median_se", &BookmarkCut::median_se, "NaN for one judge or table.");
  column("mean", &BookmarkCut::mean, "Of the judges, ability.");
  column("mean_se", &BookmarkCut::mean_se, "NaN for one judge or table.");
  column("sd", &BookmarkCut::sd, "Between judges, divisor n - 1.");
  column("table_variance", &BookmarkCut::table_variance, "Between tables; may be below 0, NaN without two tables.");
  column("table_icc", &BookmarkCut::table_icc, "Share of the variance that judges of a table have in common.");
  type.def_property_readonly(
          "raw",
          [](const BookmarkResult& self) {
            std::vector<standard_setting::AbilityCut> out;
            out.reserve(self.cuts.size());
            for (const BookmarkCut& c : self.cuts) out.push_back(c.raw);
            return out;
          },
          "Each median on the raw scale.")
      .def_property_readonly(
          "judge_cuts",
          [](const BookmarkResult& self) {
            const std::size_t n = self.cuts.empty() ? 0 : self.cuts[0].judges.size();
            py::array_t<double> out({static_cast<py::ssize_t>(n), static_cast<py::ssize_t>(self.cuts.size())});
            auto cells = out.mutable_unchecked<2>();
            for (std::size_t c = 0; c < self.cuts.size(); ++c)
              for (std::size_t j = 0; j < n; ++j) cells(static_cast<py::ssize_t>(j), static_cast<py::ssize_t>(c)) = self.cuts[c].judges[j];
            return out;
          },
          "Judges x cuts, ability; NaN: none placed.")
      .def_property_readonly(
          "judges", [](const BookmarkResult& self) { return self.judge_table(); }, "One row a judge and cut: judge, level, ability.")
      .def_readonly("findings", &BookmarkResult::findings)
      .def("__len__", [](const BookmarkResult& self) { return self.cuts.size(); });
  bind_frame(type, [](const BookmarkResult& self) { return self.to_table(); });
  m.def("bookmark", [](const irt::Model& model, const standard_setting::Booklet& booklet, const Array<double>& pages,
                       const std::string& rule, const std::optional<Array<std::int32_t>>& tables, irt::CategoryPoints points) {
    if (pages.ndim() != 2) throw py::value_error("pages must be judges x cuts");
    const standard_setting::Bookmarks bookmarks{
        {pages.data(), static_cast<std::size_t>(pages.size())}, pages.shape(0), pages.shape(1), span_of(tables)};
    const standard_setting::BookmarkOptions options{
        choose<BookmarkRule>("rule", rule,
                             {{"before", BookmarkRule::kBefore}, {"midpoint", BookmarkRule::kMidpoint}, {"at", BookmarkRule::kAt}}),
        std::move(points)};
    return take(standard_setting::bookmark(model, booklet, bookmarks, options));
  });
}

void bind_judged_pupils(py::module_& m) {
  using standard_setting::BorderlineGroup;
  using standard_setting::ContrastingGroups;
  using standard_setting::GroupCut;
  py::class_<GroupCut>(m, "GroupCut", "A cut by one way and what it gets wrong among those judged.")
      .def_readonly("cut", &GroupCut::cut, "NaN: none, a finding says why.")
      .def_readonly("se", &GroupCut::se)
      .def_readonly("false_pass_rate", &GroupCut::false_pass_rate, "Of those who have not reached the standard, at or above the cut.")
      .def_readonly("false_fail_rate", &GroupCut::false_fail_rate, "Of those who have, below it.")
      .def_readonly("misclassified", &GroupCut::misclassified, "Both, weighed by the base rate.")
      .def("__repr__", [](const GroupCut& self) {
        return "<GroupCut: " + std::to_string(self.cut) + ", standard error " + std::to_string(self.se) + ">";
      });
  using C = ContrastingGroups;
  py::class_<C> type(m, "ContrastingGroups", "Cuts that tell the groups apart; the frame has one row a way.");
  type.def_readonly("n_reached", &C::n_reached)
      .def_readonly("n_not_reached", &C::n_not_reached)
      .def_readonly("n_missing", &C::n_missing, "Without a score or with weight 0.")
      .def_readonly("mean_reached", &C::mean_reached)
      .def_readonly("mean_not_reached", &C::mean_not_reached)
      .def_readonly("sd_reached", &C::sd_reached)
      .def_readonly("sd_not_reached", &C::sd_not_reached)
      .def_readonly("base_rate", &C::base_rate, "That was used.")
      .def_readonly("slope", &C::slope, "Of the logistic regression, logits a mark; NaN: no solution.")
      .def_readonly("intercept", &C::intercept, "At the base rate.")
      .def_readonly("logistic", &C::logistic, "Where P(reached | score) is the probability asked for.")
      .def_readonly("quadratic", &C::quadratic, "Where two normal densities with their own variances cross.")
      .def_readonly("smoothed", &C::smoothed, "Where the two densities smoothed by a kernel cross.")
      .def_readonly("findings", &C::findings);
  bind_frame(type, [](const C& self) { return self.to_table(); });
  m.def("contrasting_groups", [](const std::optional<Array<double>>& scores, const std::optional<Array<std::uint8_t>>& reached,
                                 const std::optional<Array<double>>& weights, const std::optional<Array<std::int32_t>>& clusters,
                                 double base_rate, double probability, std::int64_t small_group) {
    const standard_setting::JudgedPupils pupils{span_of(scores), span_of(reached), span_of(weights), span_of(clusters)};
    return run({1, py::none()}, [&](const ExecutionContext&) {
      return standard_setting::contrasting_groups(pupils, {base_rate, probability, small_group});
    });
  });
  using B = BorderlineGroup;
  py::class_<B> borderline(m, "BorderlineGroup", "The middle of those just on the standard; the frame has one row.");
  borderline.def_readonly("n_pupils", &B::n_pupils)
      .def_readonly("n_missing", &B::n_missing)
      .def_readonly("median", &B::median, "The cut.")
      .def_readonly("median_se", &B::median_se)
      .def_readonly("mean", &B::mean)
      .def_readonly("mean_se", &B::mean_se)
      .def_readonly("sd", &B::sd)
      .def_readonly("findings", &B::findings);
  bind_frame(borderline, [](const B& self) { return self.to_table(); });
  m.def("borderline_group", [](const std::optional<Array<double>>& scores, std::int64_t small_group) {
    return take(standard_setting::borderline_group(span_of(scores), small_group));
  });
}

}  // namespace

void bind_standard_setting(py::module_& module) {
  py::module_ m = module.def_submodule("standard_setting");
  bind_ratings(m);
  bind_angoff_cut(m);
  bind_angoff_series(m);
  bind_consistency(m);
  bind_cuts(m);
  bind_booklet(m);
  bind_bookmark(m);
  bind_judged_pupils(m);
}

}  // namespace celadon::python
