#include "dataset_fixture.hpp"

#include <celadon/evaluation/validate.hpp>

#include <gtest/gtest.h>

namespace {

using celadon::Code;
using celadon::Findings;
using celadon::Language;
using celadon::evaluation::validate;
using dataset_fixture::count;
using dataset_fixture::dataset;
using dataset_fixture::first;

TEST(Validate, ListsEveryFindingOnceWithErrorsFirst) {
  std::string responses = "student,q1,extra\n";
  for (int i = 0; i < 300; ++i) responses += "s" + std::to_string(i) + ",9,x\n";
  responses += "t,1,x\n";
  const auto findings = validate(dataset({{"items", "id,full_mark,knowledge,colour\nq1,1,方程;几何,red\n"},
                                          {"knowledge", "id\n方程\n"},
                                          {"responses", responses},
                                          {"notes", "a\n1\n"}}));
  EXPECT_EQ(count(findings, Code::kAboveFullMark), 300) << "validation cuts no list short";
  EXPECT_EQ(count(findings, Code::kUnknownTable), 1);
  EXPECT_EQ(count(findings, Code::kUnknownColumn), 2);
  EXPECT_EQ(first(findings, Code::kUnknownKnowledge).arguments.at(0).value, "几何");
  for (std::size_t k = 1; k < findings.size(); ++k) EXPECT_GE(findings[k - 1].severity, findings[k].severity);
}

TEST(Validate, WhatStopsTheEvaluationIsInTheList) {
  const auto findings = validate(dataset({{"items", "id\nq1\n"}}));
  ASSERT_EQ(count(findings, Code::kMissingTable), 1);
  EXPECT_EQ(first(findings, Code::kMissingTable).severity, celadon::Severity::kError);
}

TEST(Validate, MixedEncodingsAreFoundByRow) {
  const auto data = dataset({{"students", "id,name\ns1,\xC0\xEE\ns2,李\n"},
                             {"items", "id,full_mark\nq1,1\n"},
                             {"responses", "student,q1\ns1,1\ns2,\xC8\xB1\xBF\xBC\n"}});
  const auto findings = validate(data);
  EXPECT_EQ(count(findings, Code::kNotUtf8), 2);
  EXPECT_EQ(first(findings, Code::kNotUtf8).place.table, "responses");
  EXPECT_EQ(first(findings, Code::kNotUtf8).place.row, 2);
}

TEST(Validate, NoPersonalValueLeaves) {
  // every personal field holds the canary; ids, names, units, answers, totals, statuses, codes
  const std::string c = "CANARY";
  auto data = dataset({{"items", "id,full_mark,key\nq1,3,B\nq2,4,\n"},
                       {"students", "id,name,class,school,status,weight,flags,paper\n" + c + "1," + c + "," + c + "," + c + "," + c + "," +
                                        c + "," + c + ",\n" + c + "1," + c + ",,,,,,\n" + c + "2,,,,,,,\n"},
                       {"classes", "id,name,school\nx," + c + ",y\n"},
                       {"schools", "id,name,district\ny,,d\n"},
                       {"error_codes", "code,label\nE,符号错\n"},
                       {"responses", "student,q1,q2,q1.error,total,status,paper\n" + c + "1," + c + "," + c + "," + c + "," + c + "," + c +
                                         ",\n" + c + "3,B,4,,77,,\n" + c + "3,B,4,,7,,\n,B,4,,7,,\n"}});
  const Findings findings = validate(data);
  EXPECT_GT(findings.size(), 9U);
  for (const auto& f : findings) {
    for (const Language language : {Language::kChinese, Language::kEnglish})
      EXPECT_EQ(f.text(language).find(c), std::string::npos) << f.text(language);
    for (const auto& a : f.arguments) EXPECT_EQ(a.value.find(c), std::string::npos) << a.name;
    EXPECT_EQ(f.place.item.find(c), std::string::npos);
    EXPECT_EQ(f.place.column.find(c), std::string::npos);
  }
  data.declare_personal("responses", "q1", false);
  bool shown = false;
  for (const auto& f : validate(data))
    for (const auto& a : f.arguments) shown |= a.value.find(c) != std::string::npos;
  EXPECT_TRUE(shown) << "a column declared not personal is printed";
}

TEST(Validate, FindingsAreATableInBothLanguages) {
  const auto findings = validate(dataset({{"items", "id,full_mark\nq1,1\n"}, {"responses", "student,q1\ns1,1\ns2,7\n"}}));
  const auto zh = celadon::evaluation::findings_table(findings, Language::kChinese);
  const auto en = celadon::evaluation::findings_table(findings, Language::kEnglish);
  ASSERT_EQ(zh.n_rows(), 1);
  EXPECT_EQ(std::get<std::vector<std::string>>(en.find("code")->values)[0], "above_full_mark");
  EXPECT_EQ(std::get<std::vector<std::int64_t>>(en.find("row")->values)[0], 2);
  EXPECT_EQ(std::get<std::vector<std::string>>(en.find("value")->values)[0], "***");
  EXPECT_NE(std::get<std::vector<std::string>>(zh.find("cause")->values)[0].find("高于满分"), std::string::npos);
  EXPECT_EQ(std::get<std::vector<std::string>>(en.find("cause")->values)[0].find('?'), std::string::npos) << "every slot is filled";
}

}  // namespace
