/// evaluate on real tests, from raw answers to the last table. Data: the data folder's README.md; expected values: reference/ctt (psych
/// 2.2.9), reference/irt (mirt 1.45.1) and counts taken here from the files themselves.
#include "reference_data.hpp"

#include <celadon/core/dataset.hpp>
#include <celadon/evaluation/evaluate.hpp>
#include <celadon/io/profile_json.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

namespace {

using namespace celadon::evaluation;
using celadon::Code;
using celadon::Missing;
using celadon::irt::ModelFamily;
using reference::Csv;
using reference::read_csv;
using reference::read_json;

/// Wide responses: a pupil's number, then the given columns; empty cells are null.
celadon::Table wide(const Csv& csv, const std::vector<std::string>& columns) {
  celadon::Table out("responses");
  std::vector<std::string> student;
  for (std::size_t i = 0; i < csv.rows.size(); ++i) student.push_back("p" + std::to_string(i + 1));
  out.add("student", student);
  for (const std::string& name : columns) {
    std::vector<std::string> values;
    std::vector<std::uint8_t> valid;
    for (const auto& row : csv.rows) {
      values.push_back(row.at(csv.column(name)));
      valid.push_back(values.back().empty() ? 0 : 1);
    }
    out.add(name, std::move(values), std::move(valid));
  }
  return out;
}

celadon::Table items(const std::vector<std::string>& ids, const std::vector<std::string>& key, const std::string& options,
                     const std::vector<std::string>& knowledge, double full_mark) {
  celadon::Table out("items");
  out.add("id", ids);
  if (!key.empty()) out.add("key", key).add("options", std::vector<std::string>(ids.size(), options));
  if (!knowledge.empty()) out.add("knowledge", knowledge);
  out.add("full_mark", std::vector<double>(ids.size(), full_mark));
  return out;
}

Profile omitted_is_wrong() {
  Profile out = celadon::io::default_profile();
  out.missing.omitted = celadon::MissingTreatment::kLowest;
  return out;
}

Code reason(const PaperEvaluation& paper, std::string_view what) {
  for (const NotEvaluated& n : paper.not_evaluated)
    if (n.what == what) return n.reason.code;
  return Code::kNone;
}

void expect_every_table(const Evaluation& e) {
  for (const std::string& name : table_names()) EXPECT_TRUE(table(e, name).has_value()) << name;
  for (const PaperEvaluation& p : e.papers) {
    const std::int64_t step = std::max<std::int64_t>(1, p.n_persons() / 50);
    for (std::int64_t i = 0; i < p.n_persons(); i += step)
      for (const auto& s : pupil_statements(e, p, i)) {
        const std::string text = celadon::feedback::render(s, celadon::io::default_wording(celadon::Language::kChinese));
        EXPECT_EQ(text.find('?'), std::string::npos) << s.id << " " << text;
      }
  }
}

/// SAT12: 600 pupils, 32 items with five options, 8 = no answer. Key: data/README.md (TESTFACT 4 manual).
celadon::Dataset sat12() {
  const Csv csv = read_csv("sat12_raw.csv");
  const std::vector<std::string> key = {"1", "4", "5", "2", "3", "1", "2", "1", "3", "1", "2", "4", "2", "1", "5", "3",
                                        "4", "4", "1", "4", "3", "3", "4", "1", "3", "5", "1", "3", "1", "5", "4", "5"};
  celadon::Dataset data;
  data.add("responses", wide(csv, csv.header)).value();
  data.add("items", items(csv.header, key, "1;2;3;4;5", {}, 1.0)).value();
  return data;
}

TEST(EvaluateReal, Sat12AgreesWithPsych) {
  CELADON_NEEDS_REFERENCE_DATA();
  EvaluateOptions options;
  options.papers.missing_values = {{"8", Missing::kOmitted}};
  const Evaluation e = evaluate(sat12(), omitted_is_wrong(), options).value();
  ASSERT_EQ(e.papers.size(), 1U);
  const PaperEvaluation& p = e.papers[0];
  const auto psych = read_json("ctt/sat12_scored_psych.json");
  EXPECT_EQ(p.levels.n_counted, psych["n"].get<int>());
  // Both are the same formulas on the same whole numbers: only rounding differs.
  EXPECT_NEAR(p.exam->all.mean, psych["total"]["mean"].get<double>(), 1e-10);
  EXPECT_NEAR(p.exam->all.sd, psych["total"]["sd"].get<double>(), 1e-10);
  EXPECT_NEAR(p.distribution->mean, psych["total"]["mean"].get<double>(), 1e-10);
  EXPECT_NEAR(*p.alpha, psych["alpha"]["raw"].get<double>(), 1e-10);
  for (std::size_t j = 0; j < 32; ++j) {
    EXPECT_NEAR(p.items->items[j].difficulty, psych["items"]["mean"][j].get<double>(), 1e-10) << j;
    EXPECT_NEAR(p.items->items[j].item_rest_r, psych["items"]["item_rest_r"][j].get<double>(), 1e-10) << j;
    EXPECT_NEAR(p.blueprint.items[j].discrimination, psych["items"]["upper_lower_27_D"][j].get<double>(), 1e-10) << j;
  }
  expect_every_table(e);
}

TEST(EvaluateReal, Sat12NamesTheOneDoubtfulKey) {
  CELADON_NEEDS_REFERENCE_DATA();
  EvaluateOptions options;
  options.papers.missing_values = {{"8", Missing::kOmitted}};
  options.calibrate = false;
  const Evaluation e = evaluate(sat12(), omitted_is_wrong(), options).value();
  const PaperEvaluation& p = e.papers.at(0);
  // "Item 32 is probably 3, not 5" (documentation of mirt's SAT12; data/README.md). No other key is in doubt.
  for (std::size_t j = 0; j < 32; ++j) EXPECT_EQ(p.blueprint.items[j].possible_key_label, j == 31 ? "3" : "") << j;
  const auto said = paper_statements(e, p);
  EXPECT_EQ(std::count_if(said.begin(), said.end(), [](const auto& s) { return s.rule == "paper.possible_key"; }), 1);
}

TEST(EvaluateReal, Sat12RaschAgreesWithMirt) {
  CELADON_NEEDS_REFERENCE_DATA();
  EvaluateOptions options;
  options.papers.missing_values = {{"8", Missing::kOmitted}};
  options.family = ModelFamily::kRasch;
  options.sp_tables = false;
  const Evaluation e = evaluate(sat12(), omitted_is_wrong(), options).value();
  const PaperEvaluation& p = e.papers.at(0);
  const auto mirt = read_json("irt/sat12_scored_mirt.json")["Rasch"];
  ASSERT_TRUE(p.calibration.calibrated);
  EXPECT_TRUE(p.calibration.overruled);
  EXPECT_NEAR(p.calibration.fit->log_likelihood, mirt["logLik"].get<double>(), 1e-3);
  EXPECT_NEAR(p.calibration.reliability, mirt["empirical_rxx_EAP"].get<double>(), 1e-3) << "mirt's parameters stop a little short";
  for (std::size_t i = 0; i < 20; ++i) EXPECT_NEAR(p.calibration.ability[i], mirt["EAP_first20"]["F1"][i].get<double>(), 2e-3) << i;
  EXPECT_EQ(p.predictor.kind, celadon::feedback::PredictorKind::kCalibrated);
}

TEST(EvaluateReal, Sat12FlagsAreRare) {
  CELADON_NEEDS_REFERENCE_DATA();
  EvaluateOptions options;
  options.papers.missing_values = {{"8", Missing::kOmitted}};
  options.sp_tables = false;
  const Evaluation e = evaluate(sat12(), omitted_is_wrong(), options).value();
  const PaperEvaluation& p = e.papers.at(0);
  EXPECT_TRUE(p.gain_loss.flags.empty()) << "a loss of one point is below the profile's least loss of two";
  double observed = 0.0;
  double expected = 0.0;
  for (std::size_t i = 0; i < 600; ++i) {
    observed += p.gain_loss.total_points[i];
    expected += p.gain_loss.total_expected[i];
  }
  // The expected scores of all pupils sum to about what they gained: within half a point a pupil.
  EXPECT_NEAR(expected / 600.0, observed / 600.0, 0.5);
}

TEST(EvaluateReal, ScienceIsAPartialCreditPaper) {
  CELADON_NEEDS_REFERENCE_DATA();
  const Csv csv = read_csv("science.csv");
  celadon::Dataset data;
  data.add("responses", wide(csv, csv.header)).value();
  celadon::Table list = items(csv.header, {}, {}, {}, 4.0);
  list.add("category_scores", std::vector<std::string>(4, "1;2;3;4"));
  data.add("items", list).value();
  const Evaluation e = evaluate(data, celadon::io::default_profile()).value();
  const PaperEvaluation& p = e.papers.at(0);
  const auto psych = read_json("ctt/science_psych.json");
  EXPECT_EQ(p.levels.n_counted, psych["n"].get<int>());
  EXPECT_NEAR(p.exam->all.mean, psych["total"]["mean"].get<double>(), 1e-10);
  EXPECT_NEAR(*p.alpha, psych["alpha"]["raw"].get<double>(), 1e-10);
  for (std::size_t j = 0; j < 4; ++j) EXPECT_NEAR(p.items->items[j].mean, psych["items"]["mean"][j].get<double>(), 1e-10) << j;
  EXPECT_EQ(p.calibration.family, ModelFamily::kRasch) << "392 persons";
  ASSERT_TRUE(p.calibration.calibrated);
  EXPECT_EQ(p.calibration.fit->model.items[0].model, celadon::irt::ItemModel::kPartialCredit);
  // Five persons chose the lowest category of Comfort: merged for the estimation, and only there.
  int merged = 0;
  for (const auto& f : p.calibration.findings) merged += f.code == Code::kCategoriesMerged ? 1 : 0;
  EXPECT_EQ(merged, 1);
  EXPECT_EQ(p.calibration.fit->model.items[0].n_categories, 3);
  EXPECT_EQ(p.calibration.fit->model.items[1].n_categories, 4);
  expect_every_table(e);
}

TEST(EvaluateReal, TimssBookletsStandOnOneScale) {
  CELADON_NEEDS_REFERENCE_DATA();
  const Csv csv = read_csv("cdm/timss07_g4_aut.csv");
  const Csv q = read_csv("cdm/timss07_g4_aut_q.csv");
  const std::map<std::string, std::string> names = {{"N", "number"}, {"G", "geometry"}, {"D", "data"}};
  std::vector<std::string> knowledge;
  for (const std::string& id : csv.header)
    for (const auto& row : q.rows) {
      if (row[0] != id) continue;
      std::string points;
      for (const auto& [column, name] : names)
        if (row[q.column(column)] == "1") points += (points.empty() ? "" : ";") + name;
      knowledge.push_back(points);
    }
  ASSERT_EQ(knowledge.size(), csv.header.size());
  celadon::Dataset data;
  data.add("responses", wide(csv, csv.header)).value();
  data.add("items", items(csv.header, {}, {}, knowledge, 1.0)).value();
  EvaluateOptions options;
  options.papers.blank = Missing::kNotAdministered;  // booklets
  const Evaluation e = evaluate(data, celadon::io::default_profile(), options).value();
  const PaperEvaluation& p = e.papers.at(0);
  EXPECT_EQ(p.levels.n_counted, 698);
  // 4,956 cells were not administered (data/README.md).
  std::int64_t missing = 0;
  for (std::size_t j = 0; j < csv.header.size(); ++j) {
    std::int64_t n = 0;
    std::int64_t right = 0;
    for (const auto& row : csv.rows) {
      n += row[j].empty() ? 0 : 1;
      right += row[j] == "1" ? 1 : 0;
    }
    missing += 698 - n;
    EXPECT_EQ(p.items->items[j].n, n) << csv.header[j];
    EXPECT_NEAR(p.items->items[j].difficulty, static_cast<double>(right) / static_cast<double>(n), 1e-12) << csv.header[j];
  }
  EXPECT_EQ(missing, 4956);
  // 344 pupils had all 25 items, 354 the 11 shared ones: one scale, no note about links.
  EXPECT_EQ(std::count_if(p.levels.pupils.begin(), p.levels.pupils.end(), [](const auto& l) { return l.complete; }), 344);
  EXPECT_EQ(reason(p, "common_scale"), Code::kNone);
  EXPECT_NEAR(p.calibration.effective_n, 344.0, 1e-9) << "the median over items";
  EXPECT_EQ(p.calibration.family, ModelFamily::kRasch);
  ASSERT_TRUE(p.calibration.calibrated);
  EXPECT_EQ(p.calibration.fit->n_used, 698);
  for (const double a : p.calibration.ability) EXPECT_TRUE(std::isfinite(a));
  // The short booklet is the less sure one.
  double se[2] = {0.0, 0.0};
  int n[2] = {0, 0};
  for (std::size_t i = 0; i < 698; ++i) {
    const int full = p.levels.pupils[i].complete ? 1 : 0;
    se[full] += p.calibration.ability_se[i];
    ++n[full];
    EXPECT_FALSE(std::isnan(p.levels.pupils[i].true_lower));
  }
  EXPECT_GT(se[0] / n[0], se[1] / n[1] + 0.05);
  std::size_t points = 0;
  for (const auto& part : p.parts) points += part.dimension == celadon::ctt::ContentDimension::kKnowledge ? 1 : 0;
  EXPECT_EQ(points, 3U);
  expect_every_table(e);
}

TEST(EvaluateReal, WeaklyLinkedBookletsAreSaidToBeSo) {
  CELADON_NEEDS_REFERENCE_DATA();
  const Csv csv = read_csv("tam_ex11_booklets.csv");
  const std::vector<std::string> ids(csv.header.begin() + 1, csv.header.end());
  celadon::Dataset data;
  data.add("responses", wide(csv, ids)).value();
  data.add("items", items(ids, {}, {}, {}, 1.0)).value();
  EvaluateOptions options;
  options.papers.blank = Missing::kNotAdministered;
  options.papers.missing_values = {{"9", Missing::kOmitted}};
  options.sp_tables = false;
  const Evaluation e = evaluate(data, omitted_is_wrong(), options).value();
  const PaperEvaluation& p = e.papers.at(0);
  EXPECT_EQ(p.levels.n_counted, 3400);
  EXPECT_EQ(p.calibration.family, ModelFamily::kThreeParameter) << "more than 1,000 an item";
  ASSERT_TRUE(p.calibration.calibrated);
  EXPECT_EQ(p.calibration.fit->model.items[0].model, celadon::irt::ItemModel::k2pl) << "no options to guess from";
  // B1 (five items) shares three items with B2 and four with B3, fewer than the five that a link needs; B2 and B3 share five. Eight pupils
  // had only four items of B1, too few for a link to anything: three groups.
  EXPECT_EQ(reason(p, "common_scale"), Code::kWeakLink);
  for (const auto& f : p.calibration.findings)
    if (f.code == Code::kWeakLink) {
      EXPECT_EQ(f.arguments.at(0).value, "3");
    }
  // Code 9 counts as wrong: item M214, 724 right of 3,400.
  EXPECT_NEAR(p.items->items[4].difficulty, 724.0 / 3400.0, 1e-12);
  expect_every_table(e);
}

}  // namespace
