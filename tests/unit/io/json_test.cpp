#include <celadon/io/json.hpp>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <cstring>
#include <limits>

namespace {

using celadon::Code;
using celadon::io::JsonWriter;

std::string number(double value) {
  std::string out;
  celadon::io::append_json_number(out, value);
  return out;
}

TEST(Json, NumbersReadBackWithEqualBits) {
  for (const double v : {0.1, 1.0 / 3.0, 1e300, 5e-324, 123456789012345680000.0, 9007199254740993.0, -0.0, 2.5, 1e15, -7.0}) {
    const double back = nlohmann::json::parse(number(v)).get<double>();
    EXPECT_EQ(std::memcmp(&v, &back, sizeof v), 0) << number(v);
  }
  EXPECT_EQ(number(0.1), "0.1");
  EXPECT_EQ(number(std::nan("")), "\"NaN\"");
  EXPECT_EQ(number(-HUGE_VAL), "\"-Infinity\"");
}

TEST(Json, TextIsAlwaysUtf8AndSafeInHtml) {
  std::string out;
  celadon::io::append_json_string(out, "青\"\\\n\x01</script>&\xFFz\xE9\x9D");
  const auto back = nlohmann::json::parse(out).get<std::string>();
  EXPECT_EQ(back, "青\"\\\n\x01</script>&\xEF\xBF\xBDz\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(out.find('<'), std::string::npos);
  EXPECT_EQ(out.find('&'), std::string::npos);
}

TEST(Json, TheWriterKeepsTheGrammar) {
  JsonWriter w;
  w.begin_object().member("a", 1).key("b").begin_array().value(0.5).value("x").null().value(true).begin_object().end_object().end_array();
  EXPECT_EQ(w.end_object().take(), R"({"a":1,"b":[0.5,"x",null,true,{}]})");
  JsonWriter bad;
  EXPECT_THROW(bad.key("k"), celadon::LogicError);
  bad.begin_object();
  EXPECT_THROW(bad.value(1), celadon::LogicError);
  EXPECT_THROW(bad.end_array(), celadon::LogicError);
  bad.key("k");
  EXPECT_THROW(bad.end_object(), celadon::LogicError);
  EXPECT_THROW((void)bad.take(), celadon::LogicError);
}

TEST(Json, TablesAndFindings) {
  celadon::Table t("t");
  t.add("d", std::vector<double>{0.5, std::nan("")}).add("s", std::vector<std::string>{"青", "b"}).add_boolean("f", {1, 0});
  t.add("i", std::vector<std::int64_t>{1, 2}, {0, 1});
  const auto j = nlohmann::json::parse(celadon::io::to_json(t));
  EXPECT_EQ(j["n_rows"], 2);
  EXPECT_EQ(j["columns"][0]["values"], (nlohmann::json{0.5, nullptr}));
  EXPECT_EQ(j["columns"][1]["type"], "text");
  EXPECT_EQ(j["columns"][2]["values"], (nlohmann::json{true, false}));
  EXPECT_EQ(j["columns"][3]["values"], (nlohmann::json{nullptr, 2}));
  const celadon::Findings findings{celadon::make_finding(celadon::Severity::kError, Code::kMissingColumn, {"items", "id", -1, ""})};
  const auto f = nlohmann::json::parse(celadon::io::to_json(findings, celadon::Language::kEnglish));
  EXPECT_EQ(f[0]["severity"], "error");
  EXPECT_EQ(f[0]["code"], "missing_column");
  EXPECT_EQ(f[0]["row"], nullptr);
  EXPECT_EQ(f[0]["cause"], "Table items has no column id");
}

struct Part {
  std::string name;
  std::vector<double> values;
};

struct Thing {
  bool flag = false;
  std::int64_t count = 0;
  double inside = 0.0;
  std::vector<Part> parts;
  std::vector<std::int64_t> numbers;
  std::vector<std::string> words;
  void visit(celadon::Visitor& v) {
    v.field("flag", flag);
    v.field("count", count);
    v.begin_record("record");
    v.field("inside", inside);
    v.end();
    auto n = static_cast<std::int64_t>(parts.size());
    v.begin_list("parts", n);
    if (v.loading()) parts.assign(static_cast<std::size_t>(n), {});
    for (Part& p : parts) {
      v.next();
      v.field("name", p.name);
      v.field("values", p.values);
    }
    v.end();
    v.field("numbers", numbers);
    v.field("words", words);
  }
};

celadon::Result<void> load(Thing& thing, std::string_view text) {
  return celadon::io::load_visited(text, "test.thing", 2, [&](celadon::Visitor& v) { thing.visit(v); });
}

std::string path_of(const std::string& text) {
  Thing t;
  const auto done = load(t, text);
  if (done) return "loaded";
  EXPECT_EQ(done.error().code, Code::kJsonField);
  return done.error().arguments.at(0).value;
}

TEST(Json, WhatIsSavedLoadsTheSame) {
  Thing a{true, -7, HUGE_VAL, {{"青", {0.1, std::nan(""), -0.0}}, {"", {}}}, {1, -2}, {"x", "<&>"}};
  const std::string text = celadon::io::save_visited("test.thing", 2, [&](celadon::Visitor& v) { a.visit(v); });
  Thing b;
  ASSERT_TRUE(load(b, text));
  EXPECT_EQ(b.flag, true);
  EXPECT_EQ(b.count, -7);
  EXPECT_EQ(b.inside, HUGE_VAL);
  ASSERT_EQ(b.parts.size(), 2U);
  EXPECT_EQ(b.parts[0].name, "青");
  EXPECT_TRUE(std::isnan(b.parts[0].values[1]));
  EXPECT_TRUE(std::signbit(b.parts[0].values[2]));
  EXPECT_EQ(b.words, a.words);
  EXPECT_EQ(b.numbers, a.numbers);
}

TEST(Json, WrongFilesSayWhere) {
  Thing a{true, 1, 0.0, {{"p", {1.0}}, {"q", {2.0}}}, {}, {}};
  const std::string text = celadon::io::save_visited("test.thing", 2, [&](celadon::Visitor& v) { a.visit(v); });
  Thing b;
  for (std::size_t n = 0; n < text.size(); ++n) EXPECT_FALSE(load(b, std::string_view(text).substr(0, n))) << n;
  EXPECT_EQ(load(b, "{]").error().code, Code::kJsonSyntax);
  EXPECT_EQ(load(b, "{\"format\":\"test.thing\",\"version\":1e999}").error().code, Code::kJsonSyntax);
  EXPECT_EQ(load(b, "[1]").error().code, Code::kJsonField);
  EXPECT_EQ(load(b, R"({"format":"other","version":1})").error().code, Code::kJsonFormat);
  EXPECT_EQ(load(b, R"({"format":"test.thing","version":3})").error().code, Code::kJsonVersion);
  EXPECT_EQ(load(b, R"({"format":"test.thing","version":0})").error().code, Code::kJsonVersion);
  EXPECT_EQ(load(b, std::string(100000, '[')).error().code, Code::kJsonSyntax);
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string changed = text;
    const auto at = changed.find(from);
    EXPECT_NE(at, std::string::npos);
    return path_of(changed.replace(at, from.size(), to));
  };
  EXPECT_EQ(with("\"flag\":true", "\"flag\":1"), "$.flag");
  EXPECT_EQ(with("\"inside\":0", "\"outside\":0"), "$.record.inside");
  EXPECT_EQ(with("\"values\":[2]", "\"values\":[\"2\"]"), "$.parts[1].values");
  EXPECT_EQ(with("{\"name\":\"q\"", "7,{\"name\":\"q\""), "$.parts[1]");
  EXPECT_EQ(with("\"count\":1", "\"count\":9223372036854775808"), "$.count");
  EXPECT_EQ(with("\"numbers\":[]", "\"numbers\":[1.5]"), "$.numbers");
}

}  // namespace
