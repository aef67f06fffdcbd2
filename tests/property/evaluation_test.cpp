// A whole evaluation of a random paper: marks add up, statements are repeatable and can be explained, small groups stay hidden.
#include "design.hpp"

#include <celadon/evaluation/evaluate.hpp>
#include <celadon/evaluation/suppression.hpp>
#include <celadon/io/profile_json.hpp>
#include <celadon/reports/evaluation_reports.hpp>

#include <algorithm>
#include <cmath>
#include <set>

namespace evaluation_properties {

using namespace property;
using namespace celadon::evaluation;
using celadon::ctt::ContentDimension;

const Profile& profile() {
  return celadon::io::default_profile();
}

std::optional<Evaluation> evaluated(const Design& d) {
  EvaluateOptions options;
  options.calibrate = false;  // calibration has properties of its own
  options.sp_tables = false;
  auto out = evaluate(std::vector<Paper>{d.paper()}, profile(), options);
  if (!out || out->papers.empty()) return std::nullopt;
  return std::move(out).value();
}

const DesignRange kPapers{.least_persons = 8,
                          .most_persons = 60,
                          .least_items = 4,
                          .most_items = 10,
                          .most_categories = 5,
                          .missing = 0.2,
                          .statuses = 0.1,
                          .bonus = true,
                          .choice = true,
                          .most_classes = 4};

TEST(GainLoss, ScoresAndLossesTogetherAreTheFullMarks) {
  for_all<Design>("evaluation.sums", 180, designs(kPapers), [](const Design& d) -> Problem {
    const std::optional<Evaluation> e = evaluated(d);
    if (!e) return std::nullopt;
    const PaperEvaluation& p = e->papers[0];
    for (std::int64_t i = 0; i < p.n_persons(); ++i) {
      const std::string who = "pupil " + std::to_string(i) + ": ";
      const auto& level = p.levels.pupils[static_cast<std::size_t>(i)];
      double points = 0.0, losses = 0.0, full = 0.0, attainable = 0.0, regular = 0.0;
      for (const ItemOutcome& o : pupil_items(p, i)) {
        if (o.outcome == celadon::feedback::Outcome::kNotCounted) {
          if (!std::isnan(o.points) || !std::isnan(o.loss)) return who + "points of an item that does not count";
          continue;
        }
        points += o.points;
        losses += o.loss;
        full += o.full_mark;
        if (d.items[static_cast<std::size_t>(o.item)].bonus) continue;
        attainable += o.full_mark;
        regular += o.points;
      }
      if (Problem problem = differ(who + "scores and losses", points + losses, full)) return problem;
      if (!level.counted) continue;
      if (Problem problem = differ(who + "total", level.total, points)) return problem;
      if (Problem problem = differ(who + "attainable", level.attainable, attainable)) return problem;
      if (!(level.share >= 0.0 && level.share <= 1.0)) return who + "share " + std::to_string(level.share);
      const auto flags = p.gain_loss.flags_of(i);
      if (flags.size() > static_cast<std::size_t>(profile().flags.most) || flags.size() > 3) return who + "flags";
      // Parts of one dimension that hold each item once add up to the paper; bonus items are in none.
      for (const ContentDimension dimension :
           {ContentDimension::kItemType, ContentDimension::kKnowledge, ContentDimension::kAbilityLevel}) {
        double gained = 0.0, possible = 0.0;
        for (const auto& part : pupil_parts(*e, p, i)) {
          if (p.parts[static_cast<std::size_t>(part.part)].dimension != dimension) continue;
          gained += part.points;
          possible += part.attainable;
        }
        if (Problem problem = differ(who + "points of the parts", gained, regular, 1e-6)) return problem;
        if (Problem problem = differ(who + "attainable of the parts", possible, attainable, 1e-6)) return problem;
      }
    }
    return std::nullopt;
  });
}

TEST(Statements, TheSamePaperGivesTheSameStatementsAndEachIsExplained) {
  for_all<Design>("evaluation.statements", 70, designs(kPapers), [](const Design& d) -> Problem {
    const std::optional<Evaluation> first = evaluated(d), second = evaluated(d);
    if (!first || !second) return first.has_value() == second.has_value() ? Problem() : Problem("one has an answer and the other has not");
    const auto all = [](const Evaluation& e) {
      std::vector<celadon::feedback::Statement> out = paper_statements(e, e.papers[0]);
      const auto append = [&out](std::vector<celadon::feedback::Statement> more) { out.insert(out.end(), more.begin(), more.end()); };
      for (std::int64_t i = 0; i < e.papers[0].n_persons(); ++i) append(pupil_statements(e, e.papers[0], i));
      for (std::size_t c = 0; c < e.papers[0].reviews.size(); ++c) append(class_statements(e, e.papers[0], c));
      return out;
    };
    const auto a = all(*first), b = all(*second);
    if (a.size() != b.size()) return "number of statements";
    const celadon::feedback::Wording& zh = celadon::io::default_wording(celadon::Language::kChinese);
    std::set<std::string> ids;
    for (std::size_t k = 0; k < a.size(); ++k) {
      if (!ids.insert(a[k].id).second) return "twice: " + a[k].id;
      if (a[k].id != b[k].id || render(a[k], zh) != render(b[k], zh)) return "differs: " + a[k].id;
      for (std::size_t n = 0; n < a[k].evidence.size(); ++n)
        if (!agree(a[k].evidence[n].value, b[k].evidence[n].value, 0.0)) return "evidence of " + a[k].id;
      const auto explained = explain(*first, a[k].id);
      if (!explained) return "no explanation: " + a[k].id;
      if (explained->statement.id != a[k].id || explained->profile_hash != profile().hash) return "another explanation: " + a[k].id;
      if (render(a[k], zh).find('?') != std::string::npos) return "a slot is empty: " + render(a[k], zh);
    }
    return std::nullopt;
  });
}

TEST(Suppression, NoGroupOfOneToNineIsShownNorKnownBySubtraction) {
  for_all_streams("suppression.groups", 4000, [](Stream& draw) -> Problem {
    std::vector<std::int64_t> n;
    for (int k = between(draw, 1, 9); k > 0; --k) n.push_back(chance(draw, 0.4) ? between(draw, 0, 12) : between(draw, 0, 60));
    for (const Audience audience : {Audience::kSchool, Audience::kDistrict, Audience::kPublished}) {
      const auto hidden = suppress_groups(n, profile().suppression, audience);
      std::int64_t hidden_pupils = 0, hidden_groups = 0, shown_groups = 0;
      for (std::size_t k = 0; k < n.size(); ++k) {
        if (n[k] == 0) continue;
        if (hidden[k] == Hidden::kShown) {
          ++shown_groups;
          if (n[k] < 10) return "a group of " + std::to_string(n[k]) + " is shown";
        } else {
          ++hidden_groups;
          hidden_pupils += n[k];
        }
      }
      // The whole is shown beside its groups: what is left of it must not be one group or a few pupils. Where nothing is shown there is
      // nothing to take from the whole.
      if (shown_groups > 0 && (hidden_groups == 1 || (hidden_groups > 0 && hidden_pupils < 10)))
        return std::to_string(hidden_groups) + " groups with " + std::to_string(hidden_pupils) + " pupils are known by subtraction";
    }
    return std::nullopt;
  });
}

/// A number of a cell, nothing where it is hidden.
std::optional<double> shown(const celadon::reports::DataTable& table, std::size_t row, std::size_t column) {
  const auto* number = std::get_if<double>(&table.cell(row, column).value);
  return number != nullptr && std::isfinite(*number) ? std::optional<double>(*number) : std::nullopt;
}

TEST(Suppression, TheSchoolsPageGivesNoSmallGroupAway) {
  DesignRange range = kPapers;
  range.most_persons = 120;
  range.most_classes = 6;
  range.missing = 0.0;
  for_all<Design>("suppression.page", 180, designs(range), [](const Design& d) -> Problem {
    const std::optional<Evaluation> e = evaluated(d);
    if (!e) return std::nullopt;
    celadon::reports::ReportOptions options;
    options.school_audience = Audience::kPublished;
    const PaperEvaluation& paper = e->papers[0];
    for (std::int32_t school = -1; school < 2; ++school) {
      const celadon::reports::Report page = celadon::reports::school_report(*e, 0, school, options).value();
      for (const celadon::reports::DataTable* table : celadon::reports::tables(page)) {
        if (table->id != "groups" || table->n_rows() < 2) continue;
        const std::size_t together = table->n_rows() - 1;
        const auto& exam = school < 0 && paper.exam_schools ? *paper.exam_schools : *paper.exam;
        // Figures behind the rows: schools of the paper, or classes of the school.
        std::vector<const celadon::ctt::ExamGroup*> groups;
        for (std::size_t u = 0; u < exam.units.size(); ++u)
          if (school < 0 || paper.paper.units.classes[u].parent == school) groups.push_back(&exam.units[u]);
        if (groups.size() != together) return "rows of the table";
        for (std::size_t c = 0; c < table->columns.size(); ++c) {
          const std::string& column = table->columns[c].id;
          if (column == "group" || column == "n") continue;
          std::size_t rate = exam.rates.size();
          for (std::size_t r = 0; r < exam.rates.size(); ++r)
            if (column == "rate_" + exam.rates[r].id) rate = r;
          std::int64_t hidden_n = 0, hidden_count = 0;
          int hidden_groups = 0, shown_groups = 0;
          for (std::size_t k = 0; k < groups.size(); ++k) {
            if (groups[k]->n == 0) continue;
            if (shown(*table, k, c)) {
              ++shown_groups;
              if (groups[k]->n < 10) return column + " of a group of " + std::to_string(groups[k]->n);
              if (rate < exam.rates.size() && (groups[k]->counts[rate] <= 1 || groups[k]->counts[rate] >= groups[k]->n - 1))
                return column + " of all or none is shown";
            } else {
              ++hidden_groups;
              hidden_n += groups[k]->n;
              if (rate < exam.rates.size()) hidden_count += groups[k]->counts[rate];
            }
          }
          if (!shown(*table, together, c) || hidden_groups == 0 || shown_groups == 0) continue;
          if (hidden_groups == 1) return column + ": one hidden group is known by subtraction";
          if (hidden_n < 10) return column + ": " + std::to_string(hidden_n) + " pupils are known by subtraction";
          if (rate < exam.rates.size() && (hidden_count <= 1 || hidden_count >= hidden_n - 1))
            return column + ": the hidden groups together are all or none (" + std::to_string(hidden_count) + " of " +
                   std::to_string(hidden_n) + ")";
        }
      }
    }
    return std::nullopt;
  });
}

}  // namespace evaluation_properties
