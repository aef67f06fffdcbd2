#include "dataset_fixture.hpp"

#include <celadon/evaluation/paper_builder.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace {

using celadon::Code;
using celadon::Missing;
using celadon::Status;
using celadon::evaluation::build_papers;
using celadon::evaluation::Paper;
using celadon::evaluation::PaperOptions;
using dataset_fixture::count;
using dataset_fixture::dataset;
using dataset_fixture::first;

int cell(Missing kind) {
  return static_cast<int>(kind);
}

double points(const Paper& p, std::int64_t person, std::int64_t item) {
  return p.items[static_cast<std::size_t>(item)].score(p.scored.at(person, item));
}

constexpr const char* kItems =
    "id,label,type,full_mark,key,options,knowledge,option_notes\n"
    "q1,1,choice,3,B,A;B;C;D,方程;函数,A=漏乘;C=移项\n"
    "q2,2,blank,4,,,方程,\n"
    "q3,21(1),written,6,,,图形,\n"
    "q4,21(2),written,6,,,图形,\n";

TEST(PaperBuilder, ReadsOptionsMarksAndHalfMarksOfAWideTable) {
  const auto built = build_papers(dataset({{"items", kItems},
                                           {"responses",
                                            "student,q1,q2,q3,q4,total\n"
                                            "s1,B,4,6,5.5,18.5\n"
                                            "s2,a,0,3,2.5,5.5\n"
                                            "s3,Ｃ,4,0,6,10\n"}}))
                         .value();
  EXPECT_EQ(built.findings.size(), 0U);
  ASSERT_EQ(built.papers.size(), 1U);
  const Paper& p = built.papers[0];
  EXPECT_EQ(p.full_mark, 19.0);
  EXPECT_EQ(points(p, 0, 0), 3.0);
  EXPECT_EQ(points(p, 1, 0), 0.0);
  EXPECT_EQ(p.scored.at(0, 0), 1) << "a key gives two categories";
  EXPECT_EQ(p.items[0].category_labels, (std::vector<std::string>{"A", "B", "C", "D"}));
  EXPECT_EQ(p.items[0].option_notes, (std::vector<std::string>{"漏乘", "", "移项", ""}));
  ASSERT_TRUE(p.raw);
  EXPECT_EQ(p.raw->at(0, 0), 1);
  EXPECT_EQ(p.raw->at(1, 0), 0) << "small letters are the same option";
  EXPECT_EQ(p.raw->at(2, 0), 2) << "full-width letters too";
  EXPECT_EQ(p.raw->at(0, 1), cell(Missing::kNotAdministered));
  EXPECT_EQ(p.items[1].category_scores, (std::vector<double>{0, 4}));
  EXPECT_EQ(p.items[2].category_scores, (std::vector<double>{})) << "0 ... 6 need no table";
  EXPECT_EQ(p.items[3].category_scores.size(), 13U);
  EXPECT_EQ(points(p, 0, 3), 5.5);
  EXPECT_EQ(points(p, 1, 3), 2.5);
  EXPECT_EQ(p.items[2].stem, "21");
  EXPECT_EQ(p.items[3].stem, "21");
  EXPECT_EQ(p.items[0].stem, "");
  EXPECT_EQ(p.items[0].knowledge, (std::vector<std::string>{"方程", "函数"}));
}

TEST(PaperBuilder, LongFormGivesTheSamePaper) {
  const auto wide = build_papers(dataset({{"items", kItems}, {"responses", "student,q1,q2,q3,q4\ns1,B,4,6,5.5\ns2,A,0,3,2.5\n"}})).value();
  const auto rows =
      build_papers(
          dataset({{"items", kItems},
                   {"responses", "student,item,value\ns1,q1,B\ns2,q1,A\ns1,q2,4\ns1,q3,6\ns1,q4,5.5\ns2,q2,0\ns2,q3,3\ns2,q4,2.5\n"}}))
          .value();
  EXPECT_EQ(rows.findings.size(), 0U);
  const Paper& a = wide.papers[0];
  const Paper& b = rows.papers[0];
  ASSERT_EQ(a.scored.item_ids(), b.scored.item_ids());
  for (std::int64_t i = 0; i < 2; ++i)
    for (std::int64_t j = 0; j < 4; ++j) {
      EXPECT_EQ(a.scored.at(i, j), b.scored.at(i, j));
      EXPECT_EQ(a.raw->at(i, j), b.raw->at(i, j));
    }
}

TEST(PaperBuilder, LongFormTakesMarksBesideOptionsAndErrorCodes) {
  const auto built = build_papers(dataset({{"items", kItems},
                                           {"error_codes", "code,label,item\nE1,漏乘括号外的数,q1\nE2,符号错,\n"},
                                           {"responses",
                                            "student,item,value,score,error_code\n"
                                            "s1,q1,C,1.5,E1\n"
                                            "s1,q2,4,4,\n"
                                            "s2,q1,B,3,E9\n"
                                            "s2,q2,0,0,E2\n"
                                            "s2,q9,1,1,\n"
                                            "s2,q2,4,4,\n"}}))
                         .value();
  const Paper& p = built.papers[0];
  EXPECT_EQ(points(p, 0, 0), 1.5);
  EXPECT_EQ(p.raw->at(0, 0), 2);
  EXPECT_EQ(p.error_code_names, (std::vector<std::string>{"漏乘括号外的数", "符号错"}));
  EXPECT_EQ(p.error_codes, (std::vector<std::int32_t>{0, -1, -1, 1}));
  EXPECT_EQ(count(built.findings, Code::kCodeForNothing), 1);
  EXPECT_EQ(first(built.findings, Code::kCodeForNothing).place.row, 3);
  EXPECT_EQ(first(built.findings, Code::kUnknownItem).place.row, 5);
  EXPECT_EQ(first(built.findings, Code::kDuplicateId).place.row, 6);
  EXPECT_EQ(points(p, 1, 1), 0.0) << "the first record counts";
  EXPECT_EQ(count(built.findings, Code::kItemWithoutResponses), 2);
}

TEST(PaperBuilder, AStatusIsNeverAScore) {
  const auto built =
      build_papers(dataset({{"items", kItems},
                            {"students", "id,class,status\ns1,1,\ns2,1,缺考\ns3,1,\ns4,1,作弊\ns5,1,免考\ns6,1,\ns7,1,生病了\n"},
                            {"responses",
                             "student,q1,q2,q3,q4,status\n"
                             "s1,B,4,6,6,\n"
                             "s2,,,,,\n"
                             "s3,缺考,,,,\n"
                             "s4,A,4,0,0,\n"
                             "s6,B,4,3,3,补考\n"
                             "s7,B,4,3,3,\n"}}))
          .value();
  const Paper& p = built.papers[0];
  ASSERT_EQ(p.units.person_ids, (std::vector<std::string>{"s1", "s2", "s3", "s4", "s6", "s7", "s5"}));
  EXPECT_EQ(p.units.status, (std::vector<Status>{Status::kPresent, Status::kAbsent, Status::kAbsent, Status::kDisqualified, Status::kMakeUp,
                                                 Status::kPresent, Status::kExempt}));
  for (const std::int64_t i : {1, 2, 3, 6})
    for (std::int64_t j = 0; j < 4; ++j) EXPECT_EQ(p.scored.at(i, j), cell(Missing::kNotAdministered)) << i;
  EXPECT_EQ(points(p, 4, 2), 3.0) << "a make-up paper keeps its answers";
  EXPECT_EQ(first(built.findings, Code::kStatusInAnswers).place.row, 3);
  EXPECT_EQ(first(built.findings, Code::kStatusWithAnswers).place.row, 4);
  EXPECT_EQ(first(built.findings, Code::kUnknownStatus).place.row, 7);
  EXPECT_EQ(count(built.findings, Code::kBlankCells), 0) << "an absent pupil leaves no blanks";
}

TEST(PaperBuilder, BlanksAreAskedAboutAndTakeTheDeclaredKind) {
  const std::string responses = "student,q1,q2,q3,q4\ns1,B,4,,\ns2,B,,3,3\ns3,,,,\ns4,B,未答,3,无效\ns5,B,,,\n";
  auto built = build_papers(dataset({{"items", kItems}, {"responses", responses}})).value();
  EXPECT_EQ(built.papers[0].scored.at(0, 2), cell(Missing::kNotAdministered));
  EXPECT_EQ(built.papers[0].scored.at(3, 1), cell(Missing::kOmitted));
  EXPECT_EQ(built.papers[0].scored.at(3, 3), cell(Missing::kInvalid));
  EXPECT_EQ(count(built.findings, Code::kBlankCells), 3);
  EXPECT_EQ(first(built.findings, Code::kBlankCells).arguments.at(1).value, "2") << "s2 and s5 left q2 blank; s3 is asked about as a whole";
  EXPECT_EQ(first(built.findings, Code::kNoAnswerAtAll).place.row, 3);
  EXPECT_EQ(first(built.findings, Code::kTrailingBlanks).arguments.at(1).value, "1");
  PaperOptions options;
  options.blank = Missing::kOmitted;
  built = build_papers(dataset({{"items", kItems}, {"responses", responses}}), options).value();
  EXPECT_EQ(built.papers[0].scored.at(0, 2), cell(Missing::kOmitted));
  EXPECT_EQ(built.papers[0].scored.at(2, 2), cell(Missing::kNotAdministered)) << "a wholly blank sheet is not a row of omissions";
  EXPECT_EQ(count(built.findings, Code::kBlankCells), 0);
  built = build_papers(dataset({{"items", kItems}, {"papers", "id,blank\np,not_reached\n"}, {"responses", responses}})).value();
  EXPECT_EQ(built.papers[0].scored.at(0, 2), cell(Missing::kNotReached));
}

TEST(PaperBuilder, ImpossibleValuesAreFindingsWithTheirPlace) {
  const auto built = build_papers(dataset({{"items", kItems},
                                           {"responses",
                                            "student,q1,q2,q3,q4,total\n"
                                            "s1,B,5,6,6,15\n"
                                            "s2,E,4,-7,6,10\n"
                                            "s3,AB,4,inf,6,10\n"
                                            "s4,B,x,3,nan,99\n"
                                            "s5,B,2,-3,3.3,9\n"}}))
                         .value();
  const Paper& p = built.papers[0];
  EXPECT_EQ(first(built.findings, Code::kAboveFullMark).place.row, 1);
  EXPECT_EQ(first(built.findings, Code::kAboveFullMark).place.item, "q2");
  EXPECT_EQ(count(built.findings, Code::kUnknownOption), 2);
  EXPECT_EQ(first(built.findings, Code::kUnknownOption).place.row, 2);
  EXPECT_EQ(first(built.findings, Code::kNegativeMark).place.row, 2);
  EXPECT_EQ(count(built.findings, Code::kNotFinite), 2);
  EXPECT_EQ(first(built.findings, Code::kNotAMark).place.row, 4);
  EXPECT_EQ(first(built.findings, Code::kTotalDiffers).place.row, 4);
  EXPECT_EQ(count(built.findings, Code::kTotalDiffers), 2);
  EXPECT_EQ(p.scored.at(0, 1), cell(Missing::kInvalid));
  EXPECT_EQ(p.scored.at(1, 0), cell(Missing::kInvalid));
  EXPECT_EQ(p.scored.at(4, 2), cell(Missing::kOmitted)) << "-3 is the code of an omission";
  EXPECT_EQ(points(p, 4, 3), 3.3);
}

TEST(PaperBuilder, NoRowIsLost) {
  const auto built = build_papers(dataset({{"items", kItems},
                                           {"students", "id,class\ns1,1\ns2,1\ns4,1\n"},
                                           {"responses",
                                            "student,q1,q2,q3,q4\n"
                                            "s1,B,4,6,6\n"
                                            "s1,A,0,0,0\n"
                                            ",B,4,6,6\n"
                                            "s3,B,4,6,6\n"
                                            "s2,B,4,6,0\n"}}))
                         .value();
  const Paper& p = built.papers[0];
  EXPECT_EQ(p.units.person_ids, (std::vector<std::string>{"s1", "s3", "s2"}));
  EXPECT_EQ(points(p, 0, 0), 3.0);
  EXPECT_EQ(first(built.findings, Code::kDuplicateId).place.row, 2);
  EXPECT_EQ(first(built.findings, Code::kMissingId).place.row, 3);
  EXPECT_EQ(first(built.findings, Code::kUnknownStudent).place.row, 4);
  EXPECT_EQ(first(built.findings, Code::kNoResponsesOfStudent).place.row, 3);
  EXPECT_EQ(p.units.person_class, (std::vector<std::int32_t>{0, -1, 0}));
}

TEST(PaperBuilder, AMakeUpRowTakesThePlaceOfAnAbsence) {
  const auto built =
      build_papers(dataset({{"items", kItems}, {"responses", "student,q1,q2,q3,q4,status\ns1,,,,,缓考\ns2,B,4,6,6,\ns1,B,4,3,3,\n"}}))
          .value();
  const Paper& p = built.papers[0];
  EXPECT_EQ(p.units.status[0], Status::kMakeUp);
  EXPECT_EQ(points(p, 0, 2), 3.0);
  EXPECT_EQ(first(built.findings, Code::kDuplicateId).severity, celadon::Severity::kNote);
}

TEST(PaperBuilder, TwoPapersShareItemsAndPupilsAreTold) {
  const auto built = build_papers(dataset({{"papers", "id,name,grade,full_mark,simulated\nA,A卷,2,7,true\nB,B卷,7,9,\n"},
                                           {"items", "id,paper,full_mark\nq1,,3\nq2,A,4\nq3,B,5\n"},
                                           {"students", "id,paper,class,school\ns1,A,1班,东校\ns2,B,1班,西校\ns3,B,2班,西校\n"},
                                           {"responses", "student,q1,q2,q3\ns1,3,4,\ns2,0,,5\ns3,3,,0\ns4,3,,0\n"}}))
                         .value();
  ASSERT_EQ(built.papers.size(), 2U);
  const Paper& a = built.papers[0];
  const Paper& b = built.papers[1];
  EXPECT_EQ(a.name, "A卷");
  EXPECT_TRUE(a.simulated);
  EXPECT_EQ(a.scored.item_ids(), (std::vector<std::string>{"q1", "q2"}));
  EXPECT_EQ(b.scored.item_ids(), (std::vector<std::string>{"q1", "q3"}));
  EXPECT_EQ(b.units.person_ids, (std::vector<std::string>{"s2", "s3"}));
  EXPECT_EQ(first(built.findings, Code::kUnknownPaper).place.row, 4);
  EXPECT_EQ(first(built.findings, Code::kEarlyGradePaperTest).arguments.at(0).value, "A");
  EXPECT_EQ(first(built.findings, Code::kPointsDiffer).arguments.at(0).value, "B");
  EXPECT_EQ(count(built.findings, Code::kBlankCells), 0);
  ASSERT_EQ(b.units.classes.size(), 3U);
  EXPECT_EQ(b.units.classes[0].id, "东校/1班") << "the same class name in two schools is two classes";
  EXPECT_EQ(b.units.classes[1].id, "西校/1班");
  EXPECT_EQ(b.units.classes[2].id, "2班");
  EXPECT_EQ(b.units.schools[static_cast<std::size_t>(b.units.classes[2].parent)].name, "西校");
  PaperOptions quiet;
  quiet.flag_early_grades = false;
  EXPECT_EQ(count(build_papers(dataset({{"papers", "id,grade\nA,1\n"}, {"responses", "student,q1\ns1,1\n"}}), quiet).value().findings,
                  Code::kEarlyGradePaperTest),
            0);
}

TEST(PaperBuilder, ChoiceGroupsAndBonusItems) {
  const auto built = build_papers(dataset({{"items", "id,full_mark,choice_group,bonus\nq1,4,,\nq2,6,选做,\nq3,6,选做,\nq4,5,,true\n"},
                                           {"responses",
                                            "student,q1,q2,q3,q4,total\n"
                                            "s1,4,6,,5,15\n"
                                            "s2,4,,3,0,7\n"
                                            "s3,0,2,2,0,4\n"
                                            "s4,0,,,0,0\n"
                                            "s5,4,1,,5,5\n"}}))
                         .value();
  const Paper& p = built.papers[0];
  EXPECT_EQ(p.full_mark, 10.0);
  EXPECT_EQ(p.scored.at(0, 2), cell(Missing::kNotAdministered));
  EXPECT_EQ(first(built.findings, Code::kChoiceGroupTwice).place.row, 3);
  EXPECT_EQ(count(built.findings, Code::kTotalDiffers), 0) << "a total may count the bonus item or not";
  EXPECT_EQ(p.scored.at(2, 2), cell(Missing::kNotAdministered)) << "the first of two answers counts";
  EXPECT_EQ(count(built.findings, Code::kBlankCells), 2) << "s4 answered neither of the two";
}

TEST(PaperBuilder, AChoiceGroupLeftBlankIsOneBlank) {
  celadon::evaluation::PaperOptions options;
  options.blank = Missing::kOmitted;
  const auto built = build_papers(dataset({{"items", "id,full_mark,choice_group\nq1,4,\nq2,6,选做\nq3,6,选做\n"},
                                           {"responses", "student,q1,q2,q3\ns1,4,6,\ns2,4,,\ns3,2,,5\n"}}),
                                  options)
                         .value();
  const Paper& p = built.papers[0];
  EXPECT_EQ(p.scored.at(1, 1), cell(Missing::kOmitted)) << "the first one stands for the group";
  EXPECT_EQ(p.scored.at(1, 2), cell(Missing::kNotAdministered));
  EXPECT_EQ(p.scored.at(2, 1), cell(Missing::kNotAdministered));
}

TEST(PaperBuilder, SeveralRightLettersAndPartialMarks) {
  const auto built = build_papers(dataset({{"items", "id,full_mark,key,options,partial_mark\nq1,6,ABD,A;B;C;D,2\nq2,2,A|C,A;B;C;D,\n"},
                                           {"responses", "student,q1,q2\ns1,ABD,A\ns2,DBA,C\ns3,AB,B\ns4,ABC,D\ns5,C,A\ns6,\"A,B\",A\n"}}))
                         .value();
  const Paper& p = built.papers[0];
  EXPECT_EQ(points(p, 0, 0), 6.0);
  EXPECT_EQ(points(p, 1, 0), 6.0);
  EXPECT_EQ(points(p, 2, 0), 2.0);
  EXPECT_EQ(points(p, 3, 0), 0.0);
  EXPECT_EQ(points(p, 4, 0), 0.0);
  EXPECT_EQ(points(p, 0, 1), 2.0);
  EXPECT_EQ(points(p, 1, 1), 2.0);
  EXPECT_EQ(points(p, 2, 1), 0.0);
}

TEST(PaperBuilder, NumericOptionsAndOptionScores) {
  const auto built = build_papers(dataset({{"items", "id,key,options,option_scores\nq1,3,1;2;3;4;5,\nq2,,1;2;3,0;0.5;1\nq3,2,,\n"},
                                           {"responses", "student,q1,q2,q3\ns1,3,2,2\ns2,5,3,1\ns3,8,1,2\n"}}))
                         .value();
  const Paper& p = built.papers[0];
  EXPECT_EQ(points(p, 0, 0), 1.0);
  EXPECT_EQ(p.raw->at(1, 0), 4);
  EXPECT_EQ(p.scored.at(2, 0), cell(Missing::kInvalid));
  EXPECT_EQ(first(built.findings, Code::kUnknownOption).place.row, 3);
  EXPECT_EQ(points(p, 0, 1), 0.5);
  EXPECT_EQ(points(p, 1, 1), 1.0);
  EXPECT_EQ(p.items[2].category_labels, (std::vector<std::string>{"1", "2"}));
  EXPECT_EQ(points(p, 1, 2), 0.0);
}

TEST(PaperBuilder, MarksUnderALetterKeyAreReadAsMarks) {
  const auto built = build_papers(dataset({{"items", "id,full_mark,key\nq1,3,B\n"}, {"responses", "student,q1\ns1,3\ns2,0\n"}})).value();
  EXPECT_EQ(count(built.findings, Code::kKeyNotUsed), 1);
  EXPECT_EQ(points(built.papers[0], 0, 0), 3.0);
  EXPECT_FALSE(built.papers[0].raw);
}

TEST(PaperBuilder, WithoutAnItemTableNumericColumnsAreItems) {
  const auto built =
      build_papers(dataset({{"responses", "student,name,class,1,2,remark,总分\ns1,CANARY,3,1,2.5,CANARY,3.5\ns2,CANARY,3,缺考,,,\n"}}))
          .value();
  const Paper& p = built.papers[0];
  EXPECT_EQ(p.scored.item_ids(), (std::vector<std::string>{"1", "2"}));
  EXPECT_EQ(p.items[1].full_mark, 2.5);
  EXPECT_EQ(count(built.findings, Code::kNoItemTable), 1);
  EXPECT_EQ(first(built.findings, Code::kUnknownColumn).place.column, "remark");
  EXPECT_EQ(p.units.person_names[0], "CANARY");
  EXPECT_EQ(p.units.status[1], Status::kAbsent);
  EXPECT_EQ(count(built.findings, Code::kTotalDiffers), 0);
}

TEST(PaperBuilder, DeclaredCodesAndWeightsAndFlags) {
  PaperOptions options;
  options.missing_values = {{"9", Missing::kNotReached}, {"缺", Missing::kOmitted}};
  const auto built = build_papers(dataset({{"students", "id,weight,flags\ns1,1.5,\ns2,-1,随班就读\ns3,2,借读\n"},
                                           {"responses", "student,q1,q2\ns1,1,9\ns2,0,缺\ns3,1,1\n"}}),
                                  options)
                         .value();
  const Paper& p = built.papers[0];
  EXPECT_EQ(p.scored.at(0, 1), cell(Missing::kNotReached));
  EXPECT_EQ(p.scored.at(1, 1), cell(Missing::kOmitted)) << "what the caller declares comes before the words";
  EXPECT_EQ(p.units.weight, (std::vector<double>{1.5, 1.0, 2.0}));
  EXPECT_EQ(first(built.findings, Code::kBadWeight).place.row, 2);
  EXPECT_EQ(p.units.flags, (std::vector<std::uint8_t>{0, celadon::kFlagInclusive, celadon::kFlagTransfer}));
}

TEST(PaperBuilder, UnitTablesAreLinked) {
  const auto built = build_papers(dataset({{"classes", "id,name,school\nc1,七(1)班,x1\nc2,七(2)班,x9\n"},
                                           {"schools", "id,name,district\nx1,实验中学,d1\n"},
                                           {"districts", "id,name,city\nd1,城东区,某市\n"},
                                           {"students", "id,class\ns1,c1\ns2,c2\ns3,c7\n"},
                                           {"responses", "student,q1\ns1,1\ns2,0\ns3,1\n"}}))
                         .value();
  const auto& u = built.papers[0].units;
  EXPECT_EQ(u.classes[0].name, "七(1)班");
  EXPECT_EQ(u.schools[static_cast<std::size_t>(u.classes[0].parent)].name, "实验中学");
  EXPECT_EQ(u.districts[static_cast<std::size_t>(u.schools[0].parent)].name, "城东区");
  EXPECT_EQ(u.cities[static_cast<std::size_t>(u.districts[0].parent)].name, "某市");
  EXPECT_EQ(count(built.findings, Code::kUnknownUnit), 2);
}

TEST(PaperBuilder, WhatCannotBeAPaperIsAnError) {
  EXPECT_EQ(build_papers(dataset({{"items", kItems}})).error().code, Code::kMissingTable);
  EXPECT_EQ(build_papers(dataset({{"responses", "q1,q2\n1,1\n"}})).error().code, Code::kMissingColumn);
  EXPECT_EQ(build_papers(dataset({{"responses", "student,name\ns1,x\n"}})).error().code, Code::kNoItems);
  EXPECT_EQ(build_papers(dataset({{"responses", "student,q1\n"}})).error().code, Code::kNoPersons);
  EXPECT_EQ(build_papers(dataset({{"responses", "student,q1\n,1\n"}})).error().code, Code::kNoPersons);
  std::atomic<bool> stop{true};
  celadon::ExecutionContext context;
  context.cancel = &stop;
  EXPECT_EQ(build_papers(dataset({{"responses", "student,q1\ns1,1\n"}}), {}, context).error().code, Code::kCancelled);
}

TEST(PaperBuilder, TooManyDifferentMarksSetAnItemAside) {
  std::string responses = "student,q1,q2\n";
  for (int i = 0; i < 400; ++i) responses += "s" + std::to_string(i) + ",1," + std::to_string(i * 0.37) + "\n";
  const auto built = build_papers(dataset({{"responses", responses}})).value();
  EXPECT_EQ(built.papers[0].scored.item_ids(), std::vector<std::string>{"q1"});
  EXPECT_EQ(first(built.findings, Code::kItemSetAside).place.item, "q2");
}

TEST(PaperBuilder, ManyFindingsOfAKindAreCounted) {
  std::string responses = "student,q1,q2\n";
  for (int i = 0; i < 50; ++i) responses += "s" + std::to_string(i) + ",x,1\n";
  responses += "t,1,1\n";
  PaperOptions options;
  options.max_findings = 10;
  const auto built = build_papers(dataset({{"items", "id,full_mark\nq1,1\nq2,1\n"}, {"responses", responses}}), options).value();
  EXPECT_EQ(count(built.findings, Code::kNotAMark), 10);
  EXPECT_EQ(first(built.findings, Code::kMoreFindings).arguments.at(0).value, "40");
}

TEST(PaperBuilder, ThreadsChangeNothing) {
  std::string responses = "student,q1,q2,q3,q4\n";
  for (int i = 0; i < 9000; ++i)
    responses += "s" + std::to_string(i) + "," + std::string(1, static_cast<char>('A' + i % 5)) + "," + std::to_string(i % 7) + "," +
                 std::to_string(i % 13 * 0.5) + ",\n";
  const auto data = dataset({{"items", kItems}, {"responses", responses}});
  celadon::ExecutionContext one;
  one.n_threads = 1;
  celadon::ExecutionContext many;
  many.n_threads = 5;
  const auto a = build_papers(data, {}, one).value();
  const auto b = build_papers(data, {}, many).value();
  ASSERT_EQ(a.findings.size(), b.findings.size());
  for (std::size_t k = 0; k < a.findings.size(); ++k)
    ASSERT_EQ(a.findings[k].text(celadon::Language::kEnglish), b.findings[k].text(celadon::Language::kEnglish));
  for (std::int64_t i = 0; i < 9000; ++i)
    for (std::int64_t j = 0; j < a.papers[0].scored.n_items(); ++j) ASSERT_EQ(a.papers[0].scored.at(i, j), b.papers[0].scored.at(i, j));
}

}  // namespace
