// celadon.feedback: papers, levels, expected scores, gain and loss, class reviews, the check of the blueprint.
#include "dataset.hpp"
#include "evaluation.hpp"

#include <celadon/evaluation/evaluate.hpp>
#include <celadon/evaluation/feedback/change.hpp>
#include <celadon/evaluation/feedback/mastery.hpp>
#include <celadon/io/profile_json.hpp>

#include <array>
#include <cmath>
#include <memory>

namespace celadon::python {

namespace {

using evaluation::Paper;
using evaluation::Profile;

// A paper with the profile that it is judged by.
Profile profile_from(const std::optional<std::string>& text) {
  return text ? take(io::parse_profile(*text)) : io::default_profile();
}

std::vector<std::uint8_t> counted_flags(const feedback::PupilLevels& levels) {
  std::vector<std::uint8_t> flags;
  flags.reserve(levels.pupils.size());
  for (const auto& pupil : levels.pupils) flags.push_back(pupil.counted ? 1 : 0);
  return flags;
}

std::string person_id(const Paper& paper, std::size_t row) {
  return row < paper.units.person_ids.size() ? paper.units.person_ids[row] : std::to_string(row + 1);
}

Table levels_table(const feedback::PupilLevels& levels, const Paper& paper, const Profile& profile) {
  std::vector<std::string> pupil_id;
  std::vector<std::string> level;
  std::vector<std::string> lower_level;
  std::vector<std::string> upper_level;
  std::vector<std::uint8_t> counted;
  std::vector<std::uint8_t> has_level;
  std::vector<std::uint8_t> has_interval;
  std::vector<std::uint8_t> borderline;
  std::vector<std::uint8_t> rough;
  std::vector<double> total;
  std::vector<double> attainable;
  std::vector<double> share;
  std::vector<double> lower;
  std::vector<double> upper;
  const auto name = [&](int index) { return index < 0 ? std::string() : profile.levels[static_cast<std::size_t>(index)].id; };
  for (std::size_t i = 0; i < levels.pupils.size(); ++i) {
    const feedback::PupilLevel& pupil = levels.pupils[i];
    pupil_id.push_back(person_id(paper, i));
    counted.push_back(pupil.counted ? 1 : 0);
    total.push_back(pupil.total);
    attainable.push_back(pupil.attainable);
    share.push_back(pupil.share);
    level.push_back(name(pupil.level));
    has_level.push_back(pupil.level < 0 ? 0 : 1);
    lower.push_back(pupil.counted ? pupil.true_lower : std::nan(""));
    upper.push_back(pupil.counted ? pupil.true_upper : std::nan(""));
    lower_level.push_back(name(pupil.level_lower));
    upper_level.push_back(name(pupil.level_upper));
    has_interval.push_back(pupil.level_lower < 0 ? 0 : 1);
    borderline.push_back(pupil.borderline ? 1 : 0);
    rough.push_back(pupil.rough ? 1 : 0);
  }
  Table table("pupil_levels");
  table.add("pupil", std::move(pupil_id)).add_boolean("counted", std::move(counted)).add("points", std::move(total));
  table.add("attainable", std::move(attainable)).add("share", std::move(share)).add("level", std::move(level), std::move(has_level));
  table.add("true_lower", std::move(lower)).add("true_upper", std::move(upper));
  table.add("level_lower", std::move(lower_level), has_interval).add("level_upper", std::move(upper_level), has_interval);
  table.add_boolean("borderline", std::move(borderline)).add_boolean("rough", std::move(rough));
  return table;
}

// Results carry what their tables need, so that a frame names pupils and items.
struct LevelsHandle {
  feedback::PupilLevels levels;
  std::shared_ptr<const Paper> paper;
  Profile profile;
};
struct GainLossHandle {
  feedback::GainLoss result;
  std::shared_ptr<const Paper> paper;
  Profile profile;
  feedback::Predictor predictor;
  std::vector<std::uint8_t> counted;
};
struct PaperHandle {
  std::shared_ptr<const Paper> paper;
};

Table flags_table(const GainLossHandle& self) {
  std::vector<std::string> pupil_id;
  std::vector<std::string> item;
  std::vector<double> tail;
  std::vector<double> expected;
  std::vector<double> loss;
  std::vector<std::uint8_t> borderline;
  for (const feedback::Flag& flag : self.result.flags) {
    pupil_id.push_back(person_id(*self.paper, static_cast<std::size_t>(flag.person)));
    item.push_back(self.paper->items[static_cast<std::size_t>(flag.item)].id);
    tail.push_back(flag.tail);
    expected.push_back(flag.expected);
    loss.push_back(flag.loss);
    borderline.push_back(flag.borderline ? 1 : 0);
  }
  Table table("flags");
  table.add("pupil", std::move(pupil_id)).add("item", std::move(item)).add("loss", std::move(loss)).add("expected", std::move(expected));
  table.add("tail", std::move(tail)).add_boolean("borderline", std::move(borderline));
  return table;
}

Table review_table(const feedback::ClassReview& review, const Paper& paper) {
  std::vector<std::string> item;
  std::vector<std::int64_t> n;
  std::vector<std::int64_t> losing;
  std::vector<double> rate;
  std::vector<double> mean_loss;
  std::vector<double> common_share;
  std::vector<double> recoverable;
  std::vector<std::uint8_t> common;
  std::vector<std::uint8_t> lesson(review.items.size(), 0);
  for (const std::int32_t position : review.lesson) lesson[static_cast<std::size_t>(position)] = 1;
  for (const feedback::ReviewItem& entry : review.items) {
    item.push_back(paper.items[static_cast<std::size_t>(entry.item)].id);
    n.push_back(entry.n);
    losing.push_back(entry.n_losing);
    rate.push_back(entry.rate);
    mean_loss.push_back(entry.mean_loss);
    common_share.push_back(entry.common_error_share);
    recoverable.push_back(entry.recoverable);
    common.push_back(entry.common ? 1 : 0);
  }
  Table table("class_review");
  table.add("item", std::move(item)).add("n", std::move(n)).add("n_losing", std::move(losing)).add("rate", std::move(rate));
  table.add("mean_loss", std::move(mean_loss)).add("common_error_share", std::move(common_share));
  table.add("recoverable", std::move(recoverable)).add_boolean("common", std::move(common)).add_boolean("in_lesson", std::move(lesson));
  return table;
}

struct ReviewHandle {
  feedback::ClassReview review;
  std::shared_ptr<const Paper> paper;
};

// One of the tables that an evaluation makes of its reviews, of this review alone.
Table table_of(const ReviewHandle& self, const char* name) {
  evaluation::PaperEvaluation part;
  part.paper.id = self.paper->id;
  part.paper.items = self.paper->items;
  part.paper.units = self.paper->units;
  part.reviews.push_back(self.review);
  evaluation::Evaluation whole;
  whole.papers.push_back(std::move(part));
  return take(evaluation::table(whole, name));
}

std::string class_name(const ReviewHandle& self) {
  if (self.review.class_index < 0) return {};
  return self.paper->units.classes[static_cast<std::size_t>(self.review.class_index)].id;
}

void bind_papers(py::module_& m) {
  py::class_<PaperHandle>(m, "Paper", "One paper as it was sat: items, scored answers, who sat it.")
      .def_property_readonly("id", [](const PaperHandle& self) { return self.paper->id; })
      .def_property_readonly("name", [](const PaperHandle& self) { return self.paper->name; })
      .def_property_readonly("subject", [](const PaperHandle& self) { return self.paper->subject; })
      .def_property_readonly("grade", [](const PaperHandle& self) { return self.paper->grade; })
      .def_property_readonly("simulated", [](const PaperHandle& self) { return self.paper->simulated; })
      .def_property_readonly("full_mark", [](const PaperHandle& self) { return self.paper->full_mark; })
      .def_property_readonly("n_persons", [](const PaperHandle& self) { return self.paper->scored.n_persons(); })
      .def_property_readonly("n_items", [](const PaperHandle& self) { return self.paper->scored.n_items(); })
      .def_property_readonly("item_ids", [](const PaperHandle& self) { return self.paper->scored.item_ids(); })
      .def_property_readonly(
          "scored",
          [](const PaperHandle& self) {
            return ResponsesHandle{self.paper->scored, {}};
          },
          "Answers as categories of marks.")
      .def("__repr__", [](const PaperHandle& self) {
        return "<Paper " + self.paper->id + ": " + std::to_string(self.paper->scored.n_persons()) + " pupils x " +
               std::to_string(self.paper->scored.n_items()) + " items>";
      });
  m.def(
      "_build_papers",
      [](const Dataset& data, const std::optional<std::string>& blank, const std::vector<std::pair<std::string, std::string>>& missing,
         int n_threads, const py::object& progress) {
        const evaluation::PaperOptions options = paper_options(blank, missing);
        auto built =
            run({n_threads, progress}, [&](const ExecutionContext& context) { return evaluation::build_papers(data, options, context); });
        std::vector<PaperHandle> papers;
        for (Paper& paper : built.papers) papers.push_back({std::make_shared<const Paper>(std::move(paper))});
        return std::pair(papers, built.findings);
      },
      py::arg("dataset"), py::arg("blank"), py::arg("missing"), py::arg("n_threads"), py::arg("progress"));
}

void bind_levels(py::module_& m) {
  using L = LevelsHandle;
  py::class_<L> type(m, "PupilLevels", "Totals, levels and true-score intervals; the frame has one row a pupil.");
  type.def_property_readonly("n_counted", [](const L& self) { return self.levels.n_counted; })
      .def_property_readonly("n_status", [](const L& self) { return self.levels.n_status; })
      .def_property_readonly("n_empty", [](const L& self) { return self.levels.n_empty; })
      .def_property_readonly("counts",
                             [](const L& self) {
                               py::dict counts;
                               for (std::size_t k = 0; k < self.levels.all.counts.size(); ++k)
                                 counts[py::str(self.profile.levels[k].id)] = self.levels.all.counts[k];
                               return counts;
                             })
      .def_property_readonly("counted",
                             [](const L& self) { return py::array(py::cast(counted_flags(self.levels))).attr("astype")("bool"); })
      .def_property_readonly("findings", [](const L& self) { return self.levels.findings; });
  bind_frame(type, [](const L& self) { return levels_table(self.levels, *self.paper, self.profile); });
  m.def(
      "_pupil_levels",
      [](const PaperHandle& paper, const std::optional<std::string>& profile, int n_threads, const py::object& progress) {
        L out{{}, paper.paper, profile_from(profile)};
        out.levels = run({n_threads, progress},
                         [&](const ExecutionContext& context) { return feedback::pupil_levels(*out.paper, out.profile, context); });
        return out;
      },
      py::arg("paper"), py::arg("profile"), py::arg("n_threads"), py::arg("progress"));
}

void bind_gain_loss(py::module_& m) {
  using G = GainLossHandle;
  const auto cells = [](const std::vector<float>& values, const py::object& self) {
    const auto& result = self.cast<const G&>().result;
    if (values.empty()) return py::array(py::array_t<float>(py::array::ShapeContainer{0, 0}));
    return view(values, static_cast<std::size_t>(result.n_persons), static_cast<std::size_t>(result.n_items), self);
  };
  py::class_<G> type(m, "GainLoss", "Points gained, lost and expected, persons x items; the frame has one row a flagged loss.");
  type.def_property_readonly("points", [cells](const py::object& self) { return cells(self.cast<const G&>().result.points, self); })
      .def_property_readonly("expected", [cells](const py::object& self) { return cells(self.cast<const G&>().result.expected, self); })
      .def_property_readonly("tail", [cells](const py::object& self) { return cells(self.cast<const G&>().result.tail, self); })
      .def_property_readonly("total_points", [](const py::object& self) { return view(self.cast<const G&>().result.total_points, self); })
      .def_property_readonly("total_expected",
                             [](const py::object& self) { return view(self.cast<const G&>().result.total_expected, self); })
      .def_property_readonly("ability", [](const py::object& self) { return view(self.cast<const G&>().result.ability, self); })
      .def_property_readonly("ability_sd", [](const py::object& self) { return view(self.cast<const G&>().result.ability_sd, self); })
      .def_property_readonly("predictor", [](const G& self) { return std::string(feedback::predictor_name(self.result.predictor)); })
      .def_property_readonly("leave_one_out", [](const G& self) { return self.result.leave_one_out; })
      .def_property_readonly("n_flags", [](const G& self) { return self.result.flags.size(); })
      .def_property_readonly("findings", [](const G& self) { return self.result.findings; });
  bind_frame(type, &flags_table);
  m.def(
      "_item_gain_loss",
      [](const PaperHandle& paper, const std::optional<std::string>& profile, const irt::Model* model, double n_persons, bool keep_tails,
         int n_threads, const py::object& progress) {
        G out{{}, paper.paper, profile_from(profile), {}, {}};
        out.result = run({n_threads, progress}, [&](const ExecutionContext& context) -> Result<feedback::GainLoss> {
          const auto levels = feedback::pupil_levels(*out.paper, out.profile, context);
          if (!levels) return levels.error();
          out.counted = counted_flags(*levels);
          auto predictor = model == nullptr
                               ? feedback::fit_working_model({&out.paper->scored, &out.paper->items, out.counted, out.profile.missing},
                                                             out.profile.expectation, context)
                               : feedback::predictor_from_model(*model, out.paper->scored, out.paper->items, n_persons);
          if (!predictor) return predictor.error();
          out.predictor = std::move(*predictor);
          return feedback::item_gain_loss(*out.paper, out.counted, out.predictor, out.profile, {keep_tails}, context);
        });
        return out;
      },
      py::arg("paper"), py::arg("profile"), py::arg("model"), py::arg("n_persons"), py::arg("keep_tails"), py::arg("n_threads"),
      py::arg("progress"));
}

void bind_reviews(py::module_& m) {
  using R = ReviewHandle;
  py::class_<R> type(m, "ClassReview", "讲评单: what a teacher takes up first; the frame has one row an item, most recoverable first.");
  type.def_property_readonly("class_id", &class_name)
      .def_property_readonly("n", [](const R& self) { return self.review.n; })
      .def_property_readonly("mean", [](const R& self) { return self.review.mean; })
      .def_property_readonly("score_rate", [](const R& self) { return self.review.score_rate; })
      .def_property_readonly("lesson",
                             [](const R& self) {
                               std::vector<std::string> ids;
                               for (const std::int32_t position : self.review.lesson) {
                                 const std::int32_t item = self.review.items[static_cast<std::size_t>(position)].item;
                                 ids.push_back(self.paper->items[static_cast<std::size_t>(item)].id);
                               }
                               return ids;
                             })
      .def_property_readonly(
          "talk_groups", [](const R& self) { return table_of(self, "talk_groups"); },
          "Pupils with one error on one item of the lesson, one row a pupil: whole class first, then groups, then single pupils.")
      .def_property_readonly(
          "class_deviations", [](const R& self) { return table_of(self, "class_deviations"); },
          "The class on each item, given its own pupils; rates lie in [0, 1].")
      .def_property_readonly(
          "wrong_items", [](const R& self) { return table_of(self, "wrong_items"); }, "错题清单: one row a pupil with any loss.")
      .def("__repr__", [](const R& self) { return "<ClassReview: " + std::to_string(self.review.n) + " pupils>"; });
  bind_frame(type, [](const R& self) { return review_table(self.review, *self.paper); });
  m.def("_class_reviews", [](const GainLossHandle& gain_loss, bool external_items) {
    auto reviews = take(feedback::class_reviews(*gain_loss.paper, gain_loss.counted, gain_loss.result, gain_loss.profile, external_items));
    std::vector<R> out;
    for (auto& review : reviews) out.push_back({std::move(review), gain_loss.paper});
    return out;
  });
  m.def("benjamini_hochberg", [](const Array<double>& p_values, double rate) {
    return py::array(py::cast(feedback::benjamini_hochberg(span_of(std::optional(p_values)), rate))).attr("astype")("bool");
  });
  m.def("wilson_interval", [](double share, double n, double confidence) {
    const auto interval = feedback::wilson_interval(share, n, confidence);
    return std::pair(interval.lower, interval.upper);
  });
}

// One row a pupil and point.
Table mastery_cells_table(const feedback::Mastery& self) {
  std::vector<std::int64_t> row;
  std::vector<std::string> point;
  std::vector<std::string> state;
  std::vector<std::string> reason;
  std::vector<double> probability;
  std::vector<double> low;
  std::vector<double> high;
  std::vector<std::int64_t> n_items;
  std::vector<double> points;
  std::vector<double> full;
  std::vector<std::uint8_t> borderline;
  for (std::int64_t i = 0; i < self.n_persons; ++i)
    for (std::size_t k = 0; k < self.points.size(); ++k) {
      const feedback::PointMastery& cell = self.at(i, k);
      row.push_back(i + 1);
      point.push_back(self.points[k]);
      state.emplace_back(feedback::mastery_state_name(cell.state));
      reason.emplace_back(feedback::mastery_reason_name(cell.reason));
      probability.push_back(cell.probability);
      low.push_back(cell.low);
      high.push_back(cell.high);
      n_items.push_back(cell.n_items);
      points.push_back(cell.points);
      full.push_back(cell.full);
      borderline.push_back(cell.borderline ? 1 : 0);
    }
  Table table("mastery");
  table.add("row", std::move(row)).add("attribute", std::move(point)).add("state", std::move(state)).add("reason", std::move(reason));
  table.add("probability", std::move(probability)).add("low", std::move(low)).add("high", std::move(high));
  table.add("n_items", std::move(n_items)).add("points", std::move(points)).add("full", std::move(full));
  return table.add_boolean("borderline", std::move(borderline));
}

std::vector<std::int64_t> rows_of(const feedback::Mastery& mastery, const std::optional<std::vector<std::int64_t>>& rows) {
  std::vector<std::int64_t> out;
  if (!rows) {
    for (std::int64_t i = 0; i < mastery.n_persons; ++i) out.push_back(i);
    return out;
  }
  for (const std::int64_t row : *rows)
    if (row < 0 || row >= mastery.n_persons) throw py::index_error("no such row: " + std::to_string(row));
  return *rows;
}

void bind_knowledge_mastery(py::module_& m) {
  using M = feedback::Mastery;
  py::class_<M> type(m, "Mastery", "Mastered, not yet, or cannot be judged; the frame has one row a pupil and knowledge point.");
  type.def_readonly("points", &M::points).def_readonly("n_persons", &M::n_persons).def_readonly("findings", &M::findings);
  bind_frame(type, &mastery_cells_table);
  m.def(
      "decide_mastery",
      [](std::vector<std::string> points, const std::vector<Array<double>>& probability, const std::optional<Array<double>>& low,
         const std::optional<Array<double>>& high, const std::optional<Array<std::uint8_t>>& bounded,
         const std::optional<Array<std::uint8_t>>& modelled, const std::optional<Array<std::uint8_t>>& identified,
         const std::optional<Array<double>>& single_score, const Array<std::int32_t>& n_items, const Array<double>& gained,
         const Array<double>& full, std::int64_t n_persons, const std::optional<std::string>& profile) {
        const auto flat = [](const auto& array, auto& out) { out.assign(array.data(), array.data() + array.size()); };
        feedback::MasteryInput input;
        const std::size_t cells = static_cast<std::size_t>(n_persons) * points.size();
        input.modelled.assign(points.size(), probability.empty() ? 0 : 1);
        input.points = std::move(points);
        input.n_persons = n_persons;
        input.identified.assign(cells, 1);
        for (const Array<double>& setting : probability) flat(setting, input.probability.emplace_back());
        if (low) flat(*low, input.low);
        if (high) flat(*high, input.high);
        if (bounded) flat(*bounded, input.bounded);
        if (modelled) flat(*modelled, input.modelled);
        if (identified) flat(*identified, input.identified);
        if (single_score) flat(*single_score, input.single_score);
        flat(n_items, input.n_items);
        flat(gained, input.points_gained);
        flat(full, input.points_full);
        return take(feedback::decide_mastery(input, profile_from(profile).diagnosis));
      },
      py::arg("points"), py::arg("probability"), py::arg("low"), py::arg("high"), py::arg("bounded"), py::arg("modelled"),
      py::arg("identified"), py::arg("single_score"), py::arg("n_items"), py::arg("points_gained"), py::arg("points_full"),
      py::arg("n_persons"), py::arg("profile"));
  m.def(
      "count_mastery",
      [](const M& mastery, const std::optional<std::vector<std::int64_t>>& rows) {
        std::vector<std::string> point;
        std::array<std::vector<std::int64_t>, 4> counts;
        for (const feedback::PointCounts& one : feedback::count_mastery(mastery, rows_of(mastery, rows))) {
          point.push_back(mastery.points[static_cast<std::size_t>(one.point)]);
          counts[0].push_back(one.n);
          counts[1].push_back(one.n_mastered);
          counts[2].push_back(one.n_not_yet);
          counts[3].push_back(one.n_cannot_judge);
        }
        Table table("mastery_counts");
        table.add("attribute", std::move(point)).add("n", std::move(counts[0])).add("n_mastered", std::move(counts[1]));
        return std::move(table.add("n_not_yet", std::move(counts[2])).add("n_cannot_judge", std::move(counts[3])));
      },
      py::arg("mastery"), py::arg("rows"));
  m.def(
      "gap_groups",
      [](const M& mastery, const std::optional<std::vector<std::int64_t>>& rows, const std::optional<std::string>& profile) {
        std::vector<std::tuple<std::string, bool, std::vector<std::int64_t>>> out;
        for (const feedback::GapGroup& group : feedback::gap_groups(mastery, rows_of(mastery, rows), profile_from(profile).diagnosis))
          out.emplace_back(mastery.points[static_cast<std::size_t>(group.point)], group.whole_class, group.rows);
        return out;
      },
      py::arg("mastery"), py::arg("rows"), py::arg("profile"));
  m.def(
      "judge_changes",
      [](const Array<double>& difference, const Array<double>& standard_error, const Array<std::int32_t>& n_common,
         const std::optional<std::string>& profile) {
        if (difference.size() != standard_error.size() || difference.size() != n_common.size())
          throw py::value_error("difference, standard_error and n_common have different lengths");
        std::vector<feedback::ChangeInput> inputs;
        for (py::ssize_t k = 0; k < difference.size(); ++k)
          inputs.push_back({difference.data()[k], standard_error.data()[k], n_common.data()[k]});
        std::vector<std::string> verdict;
        std::array<std::vector<double>, 3> numbers;
        std::vector<std::int64_t> common;
        for (const feedback::Change& change : feedback::judge_changes(inputs, profile_from(profile).diagnosis)) {
          verdict.emplace_back(feedback::change_name(change.verdict));
          numbers[0].push_back(change.difference);
          numbers[1].push_back(change.low);
          numbers[2].push_back(change.high);
          common.push_back(change.n_common);
        }
        Table table("changes");
        table.add("verdict", std::move(verdict)).add("difference", std::move(numbers[0])).add("low", std::move(numbers[1]));
        return std::move(table.add("high", std::move(numbers[2])).add("n_common", std::move(common)));
      },
      py::arg("difference"), py::arg("standard_error"), py::arg("n_common"), py::arg("profile"));
}

}  // namespace

void bind_feedback(py::module_& module) {
  py::module_ m = module.def_submodule("feedback");
  bind_papers(m);
  bind_levels(m);
  bind_gain_loss(m);
  bind_reviews(m);
  bind_comments(m);
  bind_knowledge_mastery(m);
}

}  // namespace celadon::python
