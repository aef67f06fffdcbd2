// Nothing personal leaves in a message. Every personal field of a broken data set is a canary of its own, and every message that reading,
// validating and evaluating it give is searched for each of them, in both languages.
#include <celadon/evaluation/evaluate.hpp>
#include <celadon/evaluation/validate.hpp>

#include <celadon/core/arrow/responses.hpp>
#include <celadon/io/json.hpp>

#include <evaluation/dataset_fixture.hpp>
#include <evaluation/paper_fixture.hpp>

#include <gtest/gtest.h>

#include <set>

namespace {

using celadon::Code;
using celadon::Dataset;
using celadon::Finding;
using celadon::Findings;
using celadon::Language;
using celadon::Message;
using celadon::evaluation::Evaluation;
using celadon::evaluation::Paper;
using dataset_fixture::dataset;

constexpr const char* kCanary = "CANARY";  // part of each

/// A new canary, so that a leak names the field it comes from.
std::string bird(const std::string& field) {
  static int number = 0;
  return std::string(kCanary) + "-" + field + "-" + std::to_string(++number);
}

using Tables = std::vector<std::pair<std::string, std::string>>;

/// Rosters with unknown, duplicate and missing ids, words that are no status, no flag, no weight, units that no table knows.
/// @param both  a pupil who is in the roster and in the answers; @param paper  the pupil's paper.
Tables roster(const std::string& both, const std::string& paper = "") {
  const std::string twice = bird("id");
  std::string students = "id,name,class,school,district,city,status,weight,paper,flags,teacher\n";
  const auto pupil = [&](const std::string& id, const std::string& weight) {
    students += id + "," + bird("name") + "," + bird("class") + "," + bird("school") + "," + bird("district") + "," + bird("city") + "," +
                bird("status") + "," + weight + ",," + bird("flag") + "," + bird("teacher") + "\n";
  };
  pupil(twice, bird("weight"));
  pupil(twice, "-1");
  pupil("", "0");
  pupil(bird("id"), "1");
  pupil(bird("encoding") + "\xC8\xB1", "1");
  students += bird("id") + "," + bird("name") + "\xFF,,,,,,,,,\n";
  students += both + "," + bird("name") + ",,,,,,," + paper + ",,\n";
  const std::string same_class = bird("class-id");
  return {{"students", students},
          {"classes", "id,name,school\n" + same_class + "," + bird("class-name") + "," + bird("class-school") + "\n" + same_class + "," +
                          bird("class-name") + ",S\n," + bird("class-name") + ",S\n"},
          {"schools", "id,name,district\nS,South," + bird("school-district") + "\n"},
          {"districts", "id,name,city\nD,District,C\n"},
          {"error_codes", "code,label,item\nE1,sign,q1\n"}};
}

/// Answers that are no marks, no options, too high, negative, off the step, with a wrong total, twice, of pupils that the roster lacks.
std::string wide(const std::string& both) {
  const std::string twice = bird("student");
  std::string out = "student,q1,q2,q3,q4,q5,q1.error,total,status,homeroom\n";
  const auto row = [&](const std::string& id, const std::string& cells, const std::string& total, const std::string& status) {
    out += id + "," + cells + "," + bird("error-code") + "," + total + "," + status + "," + bird("homeroom") + "\n";
  };
  row(bird("student"), bird("option") + "," + bird("mark") + ",1,1,0", bird("total"), bird("status"));
  row(twice, "B,9,1,,0", "77", "");
  row(twice, "B,3,1,,0", "1", "");
  row(bird("student"), "B,-7,1,,0", "1", "");
  row(both, "B,3,1,,0", "7", "");
  row(bird("student"), "B,,1,,0", "1", "");
  row("", "B,0.3,1,,0", "1", "");
  row(bird("student"), "B,0.3,1,,0", "1", "");
  row(bird("student"), "C,4,,,0", "4", "缺考");
  row(bird("student"), bird("bytes") + "\xFE,4,1,1,1", "4", "");
  row(bird("student"), ",,,,", "", "");
  for (int i = 0; i < 12; ++i)
    row(bird("student"), std::string(i % 3 == 0 ? "A" : "B") + "," + std::to_string(i % 5) + (i % 2 == 0 ? ",1,,1" : ",,1,0"), "3", "");
  return out;
}

std::string items() {
  return "id,paper,full_mark,key,options,choice_group,bonus,planned_difficulty,knowledge,step\n"
         "q1,,3,B,A;B;C,,,PRINTED-planned,,\nq2,,4,,,,,0.5,number,1\nq3,,1,,,选做,,,,\nq4,,1,,,选做,,,,\nq5,,1,,,,true,,,\n"
         "q1,,2,,,,,,,\n,,1,,,,,,,\nq9,,PRINTED-mark,,,,,,,\n";
}

std::string lengthwise(const std::string& both) {
  const std::string twice = bird("student");
  return "student,item,value,score,error_code,status\n" + twice + ",q1,B,3," + bird("error-code") + ",\n" + twice + ",q1," + bird("value") +
         "," + bird("score") + ",,\n" + twice + ",PRINTED-item,1,,,\n" + bird("student") + ",q2," + bird("value") + "," + bird("score") +
         ",," + bird("status") + "\n" + bird("student") + ",,1,,,\n,q2,4,,,\n" + bird("student") + ",q2,99,,,\n" + bird("student") +
         ",q2,4,3,,absent\n" + both + ",q2,4,,,\n";
}

/// Everything that has been said.
struct Said {
  std::string text;
  std::set<Code> codes;

  void message(const Message& m) {
    codes.insert(m.code);
    text += m.text(Language::kChinese) + "\n" + m.text(Language::kEnglish) + "\n" + m.place.table + m.place.column + m.place.item + "\n";
    for (const auto& a : m.arguments) text += a.name + "=" + a.value + "\n";
    text += celadon::io::to_json(m, Language::kChinese);
  }
  void findings(const Findings& all) {
    for (const Finding& f : all) message(f);
    for (const Language language : {Language::kChinese, Language::kEnglish})
      text += celadon::io::to_json(celadon::evaluation::findings_table(all, language)) + celadon::io::to_json(all, language);
  }
  void evaluation(const Evaluation& e) {
    findings(e.findings);
    for (const auto& n : e.not_evaluated) message(n.reason);
    for (const auto& p : e.papers) {
      for (const auto& n : p.not_evaluated) message(n.reason);
      for (const Findings* f :
           {&p.findings, &p.levels.findings, &p.calibration.findings, &p.predictor.findings, &p.gain_loss.findings, &p.blueprint.findings})
        findings(*f);
      if (p.items) findings(p.items->findings);
      if (p.exam) findings(p.exam->findings);
      if (p.exam_schools) findings(p.exam_schools->findings);
      if (p.distractors) findings(p.distractors->findings);
      for (const auto& sp : p.sp)
        if (sp) findings(sp->findings);
      if (p.calibration.fit != nullptr) findings(p.calibration.fit->findings);
    }
    for (const Language language : {Language::kChinese, Language::kEnglish})
      text += celadon::io::to_json(celadon::evaluation::table(e, "not_evaluated", language).value());
  }
  /// The first canary that got out, with what stands around it.
  [[nodiscard]] std::string leak() const {
    const std::size_t at = text.find(kCanary);
    return at == std::string::npos ? std::string() : text.substr(at < 120 ? 0 : at - 120, 240);
  }
  [[nodiscard]] bool holds(const std::string& word) const { return text.find(word) != std::string::npos; }
};

Said everything_about(const Dataset& data) {
  Said said;
  celadon::ExecutionContext context;
  context.progress = [&said](const celadon::Progress& p) { said.text += std::string(p.stage) + "\n"; };
  said.findings(celadon::evaluation::validate(data, {}, context));
  celadon::evaluation::EvaluateOptions options;
  options.family = celadon::irt::ModelFamily::kRasch;  // so that calibration has its say
  if (auto e = celadon::evaluation::evaluate(data, paper_fixture::profile(), options, context))
    said.evaluation(*e);
  else
    said.message(e.error());
  return said;
}

TEST(Canary, NoMessageAboutABrokenDataSetHoldsAPersonalValue) {
  const std::string both = bird("both");
  Tables one = roster(both);
  one.emplace_back("items", items());
  one.emplace_back("responses", wide(both));
  one.emplace_back("questionnaire", "student,q\n" + bird("questionnaire") + "," + bird("answer") + "\n");
  one.emplace_back("surprise", "x\n" + bird("unknown-table") + "\n");
  const Said about_wide = everything_about(dataset(one));
  EXPECT_EQ(about_wide.leak(), "");
  for (const Code code : {Code::kUnknownTable,  Code::kUnknownColumn,     Code::kNotUtf8,
                          Code::kMissingId,     Code::kUnknownStudent,    Code::kNoResponsesOfStudent,
                          Code::kUnknownStatus, Code::kStatusWithAnswers, Code::kBlankCells,
                          Code::kAboveFullMark, Code::kNegativeMark,      Code::kNotAMark,
                          Code::kMarkOffStep,   Code::kUnknownOption,     Code::kTotalDiffers,
                          Code::kBadWeight,     Code::kUnknownUnit,       Code::kBadValue,
                          Code::kDuplicateId,   Code::kChoiceGroupTwice,  Code::kCodeForNothing,
                          Code::kTableNotUsed,  Code::kNoAnswerAtAll})
    EXPECT_EQ(about_wide.codes.count(code), 1U) << "the data set was to be broken in this way: " << celadon::code_name(code);

  Tables two = roster(both, "PRINTED-paper");  // a paper that no table knows
  two.emplace_back("items", items());
  two.emplace_back("responses", lengthwise(both));
  two.emplace_back("papers", "id,grade,blank,full_mark\npaper,13,PRINTED-blank,50\n");
  const Said about_long = everything_about(dataset(two));
  EXPECT_EQ(about_long.leak(), "");
  for (const Code code : {Code::kUnknownItem, Code::kUnknownPaper, Code::kPointsDiffer})
    EXPECT_EQ(about_long.codes.count(code), 1U) << celadon::code_name(code);
  // What the schema declares not personal is printed, so that this test can fail.
  EXPECT_TRUE(about_long.holds("PRINTED-item"));
  EXPECT_TRUE(about_long.holds("PRINTED-blank"));
  EXPECT_TRUE(about_wide.holds("PRINTED-planned"));
}

TEST(Canary, AColumnDeclaredNotPersonalIsPrinted) {
  Tables tables = roster(bird("both"));
  tables.emplace_back("items", items());
  tables.emplace_back("responses", wide(bird("student")));
  Dataset data = dataset(tables);
  data.declare_personal("responses", "q2", false);
  const Said said = everything_about(data);
  EXPECT_TRUE(said.holds(std::string(kCanary) + "-mark")) << "the search finds what is there";
  EXPECT_FALSE(said.holds(std::string(kCanary) + "-option")) << "and the other columns stay masked";
}

TEST(Canary, PapersOfAHostWithWrongLengthsAndReferences) {
  const auto paper = [] {
    Paper p = paper_fixture::paper(paper_fixture::items({2, 3, 1}), {{1, 2, 1}, {2, 3, 0}, {0, 1, 1}, {2, -3, 1}});
    p.units.person_ids = {bird("id"), bird("id"), bird("id"), bird("id")};
    p.units.person_names = {bird("name"), bird("name"), bird("name"), bird("name")};
    p.units.classes = {{bird("class"), bird("class-name"), -1}, {bird("class"), bird("class-name"), 7}};
    p.units.person_class = {0, 0, 0, 0};  // nobody in the second class
    p.error_code_names = {bird("error-code")};
    return p;
  };
  std::vector<Paper> papers;
  for (int fault = 0; fault < 7; ++fault) {
    Paper p = paper();
    if (fault == 1) p.units.person_ids.pop_back();
    if (fault == 2) p.units.person_class = {0, 9, -5, 1};
    if (fault == 3) p.units.status = {celadon::Status::kPresent};
    if (fault == 4) p.units.weight = {1.0, -1.0, 0.0, 1.0};
    if (fault == 5) p.error_codes = {0, 0};
    if (fault == 6) p.items.pop_back();
    papers.push_back(std::move(p));
  }
  Said said;
  const auto e = celadon::evaluation::evaluate(std::move(papers), paper_fixture::profile());
  if (e)
    said.evaluation(*e);
  else
    said.message(e.error());
  EXPECT_EQ(said.leak(), "");
  EXPECT_EQ(said.codes.count(Code::kLengthMismatch), 1U);
  EXPECT_EQ(said.codes.count(Code::kEmptyGroup), 1U) << "a class without a pupil is told by its number";
}

TEST(Canary, TablesOfAnswersThatCannotBePacked) {
  // A table of answers without a schema: nothing in it is declared, so no value of it is printed.
  for (const char* numbers : {"1.5", "-9", "260"}) {
    celadon::Table table("responses");
    table.add("q1", std::vector<double>{std::stod(numbers), 1.0});
    const auto packed = celadon::arrow::responses_from_table(celadon::arrow::DataTable::from_table(table));
    ASSERT_FALSE(packed);
    Said said;
    said.message(packed.error());
    EXPECT_FALSE(said.holds(numbers)) << said.text;
  }
  celadon::Table table("responses");
  std::vector<std::string> texts;
  for (int i = 0; i < 300; ++i) texts.push_back(bird("text"));
  table.add("q1", texts);
  const auto packed = celadon::arrow::responses_from_table(celadon::arrow::DataTable::from_table(table));
  ASSERT_FALSE(packed);
  Said said;
  said.message(packed.error());
  EXPECT_EQ(said.leak(), "");
}

}  // namespace
