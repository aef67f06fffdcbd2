#include <celadon/io/scheme_json.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <string>

namespace {

using namespace celadon;

constexpr const char* kBase = R"({
  "format": "celadon.scheme", "version": 1, "id": "base", "edition": "2011",
  "name": {"zh": "基准", "en": "base"},
  "_note": "a comment",
  "nodes": [
    {"id": "top", "name": {"zh": "上", "en": "top"}, "aggregation": "arithmetic",
     "weights": {"a": 0.5, "b": 0.5}},
    {"id": "a", "parent": "top", "name": {"zh": "甲", "en": "a"}, "verified": true,
     "statistic": "share_at_least", "variable": "score", "cut": null, "unit": "visits", "direction": "higher", "levels": ["school"]},
    {"id": "b", "parent": "top", "name": {"zh": "乙", "en": "b"},
     "statistic": "share_meeting", "frame": "schools", "unit": "visits", "unit_name": {"zh": "次", "en": "visits"}, "least_met": 1, "others_ratio": 0.85, "needs_link": true,
     "conditions": [{"variable": "area", "per": "pupils", "at_least": 4.5}, {"variable": "size", "at_most": 2000, "times": 2}],
     "where": [{"variable": "stage", "equals": 1}],
     "bands": {"cuts": [0.5], "names": [{"zh": "低", "en": "low"}, {"zh": "高", "en": "high"}], "published": false}}
  ]
})";

io::SchemeSource base_only() {
  return [](std::string_view id) { return id == "base" ? std::string(kBase) : std::string(); };
}

struct Seen {
  Code code;
  std::string path;
  std::int64_t line;
  bool operator==(const Seen&) const = default;
};
void PrintTo(const Seen& s, std::ostream* out) {
  *out << code_name(s.code) << " " << s.path << " line " << s.line;
}

std::vector<Seen> seen(const io::SchemeFile& file) {
  std::vector<Seen> out;
  for (const Finding& f : file.findings) {
    const auto path = std::find_if(f.arguments.begin(), f.arguments.end(), [](const Argument& a) { return a.name == "path"; });
    out.push_back({f.code, path == f.arguments.end() ? "" : path->value, f.place.row});
    EXPECT_EQ(f.text(Language::kChinese).find('?'), std::string::npos) << f.text(Language::kChinese);
    EXPECT_EQ(f.text(Language::kEnglish).find('?'), std::string::npos) << f.text(Language::kEnglish);
  }
  return out;
}

/// kBase with one text replaced by another.
io::SchemeFile changed(const std::string& from, const std::string& to) {
  std::string text = kBase;
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  text.replace(at, from.size(), to);
  return io::parse_scheme(text).value();
}

TEST(SchemeJson, ReadsEveryField) {
  const io::SchemeFile file = io::parse_scheme(kBase).value();
  EXPECT_EQ(seen(file), std::vector<Seen>{});
  const scheme::Scheme& s = file.scheme;
  ASSERT_EQ(s.indicators.size(), 3U);
  EXPECT_EQ(s.name.zh, "基准");
  EXPECT_EQ(s.hash.size(), 16U);
  const auto& top = s.indicators[0];
  EXPECT_EQ(top.weights, (std::vector<double>{0.5, 0.5}));
  EXPECT_EQ(top.weighting, scheme::Weighting::kGiven);
  const auto& a = s.indicators[1];
  EXPECT_EQ(a.parent, 0);
  EXPECT_TRUE(a.verified);
  EXPECT_TRUE(std::isnan(a.cut));
  EXPECT_EQ(a.levels, std::vector<std::string>{"school"});
  EXPECT_EQ(a.path, "/nodes/1");
  EXPECT_EQ(a.line, 8);
  const auto& b = s.indicators[2];
  ASSERT_EQ(b.conditions.size(), 2U);
  EXPECT_EQ(b.conditions[0].per, "pupils");
  EXPECT_EQ(b.conditions[0].limit, 4.5);
  EXPECT_EQ(b.conditions[1].comparison, scheme::Comparison::kAtMost);
  EXPECT_EQ(b.conditions[1].times, 2.0);
  EXPECT_EQ(b.least_met, 1);
  EXPECT_EQ(b.others_ratio, 0.85);
  EXPECT_EQ(b.where.size(), 1U);
  EXPECT_EQ(b.bands.names[1].en, "high");
  EXPECT_EQ(b.frame, "schools");
  EXPECT_EQ(b.unit, "visits");
  EXPECT_TRUE(b.needs_link);
  EXPECT_FALSE(a.needs_link);
  EXPECT_EQ(b.unit_name.zh, "次");
}

TEST(SchemeJson, EveryMistakeNamesItsLineAndPath) {
  EXPECT_EQ(seen(changed("share_at_least", "share_at_leest")), (std::vector<Seen>{{Code::kSchemeUnknownStatistic, "/nodes/1", 9}}));
  EXPECT_EQ(seen(changed("\"parent\": \"top\", \"name\": {\"zh\": \"甲\"", "\"parent\": \"tup\", \"name\": {\"zh\": \"甲\"")),
            (std::vector<Seen>{{Code::kSchemeUnknownParent, "/nodes/1", 8}, {Code::kSchemeWeightsChild, "/nodes/0", 6}}));
  EXPECT_EQ(seen(changed("\"b\": 0.5", "\"b\": 0.6")), (std::vector<Seen>{{Code::kSchemeWeightsSum, "/nodes/0", 6}}));
  EXPECT_EQ(seen(changed("\"b\": 0.5", "\"c\": 0.5")),
            (std::vector<Seen>{{Code::kSchemeWeightsChild, "/nodes/0", 6}, {Code::kSchemeWeightsChild, "/nodes/0", 6}}));
  EXPECT_EQ(seen(changed("\"cut\": null", "\"cut\": \"high\"")), (std::vector<Seen>{{Code::kSchemeField, "/nodes/1", 9}}));
  EXPECT_EQ(seen(changed("\"at_least\": 4.5", "\"at_laest\": 4.5")), (std::vector<Seen>{{Code::kSchemeField, "/nodes/2", 12}}));
  EXPECT_EQ(seen(changed("\"cuts\": [0.5]", "\"cuts\": [0.7, 0.5]")),
            (std::vector<Seen>{{Code::kSchemeCutOrder, "/nodes/2", 10}, {Code::kSchemeBandNames, "/nodes/2", 10}}));
  EXPECT_EQ(seen(changed("\"least_met\"", "\"leest_met\"")), (std::vector<Seen>{{Code::kSchemeUnknownField, "/nodes/2", 11}}));
  EXPECT_EQ(seen(changed("{\"zh\": \"次\", \"en\": \"visits\"}", "\"次\"")), (std::vector<Seen>{{Code::kSchemeField, "/nodes/2", 11}}));
  EXPECT_EQ(seen(changed("\"_note\"", "\"note\"")), (std::vector<Seen>{{Code::kSchemeUnknownField, "/", 4}}));
  EXPECT_EQ(seen(changed("\"id\": \"b\"", "\"id\": \"a\"")), (std::vector<Seen>{{Code::kSchemeWeightsChild, "/nodes/0", 6},
                                                                                {Code::kSchemeWeightsChild, "/nodes/0", 6},
                                                                                {Code::kSchemeDuplicateId, "/nodes/2", 10}}));
  const io::SchemeFile cycle = changed("{\"id\": \"top\",", "{\"id\": \"top\", \"parent\": \"a\",");
  EXPECT_EQ(seen(cycle).front().code, Code::kSchemeCycle);
  EXPECT_EQ(cycle.scheme.order.size(), 3U);
}

TEST(SchemeJson, HeadOrSyntaxIsAnError) {
  const auto code = [](const std::string& text) { return io::parse_scheme(text).error().code; };
  EXPECT_EQ(code("{"), Code::kJsonSyntax);
  EXPECT_EQ(code("[]"), Code::kJsonField);
  EXPECT_EQ(code(R"({"format": "celadon.profile"})"), Code::kJsonField);
  EXPECT_EQ(code(R"({"format": "celadon.scheme", "version": 2})"), Code::kJsonField);
  EXPECT_EQ(
      code(R"({"format": "celadon.scheme", "version": 1, "id": "x", "edition": "1", "name": {"zh": "甲", "en": "x"}, "extends": "none"})"),
      Code::kSchemeUnknownBase);
}

TEST(SchemeJson, AnOverlayChangesAddsAndRemoves) {
  const std::string overlay = R"({"format": "celadon.scheme", "version": 1, "id": "city", "edition": "2026",
 "name": {"zh": "本市", "en": "city"}, "label": {"zh": "示例", "en": "example"}, "extends": "base",
 "set": {
   "a": {"cut": 500, "levels": null},
   "nobody": {"cut": 1}},
 "add": [{"id": "c", "parent": "top", "name": {"zh": "丙", "en": "c"}, "statistic": "mean", "variable": "x", "unit": "visits"}],
 "remove": ["b", "nothing"]})";
  const io::SchemeFile file = io::parse_scheme(overlay, base_only()).value();
  const scheme::Scheme& s = file.scheme;
  ASSERT_EQ(s.indicators.size(), 3U);
  EXPECT_EQ(s.id, "city");
  EXPECT_EQ(s.extends, "base");
  EXPECT_EQ(s.label.zh, "示例");
  EXPECT_EQ(s.indicators[s.find("a")].cut, 500.0);
  EXPECT_TRUE(s.indicators[s.find("a")].levels.empty());
  EXPECT_EQ(s.indicators[s.find("a")].path, "/set/a");
  EXPECT_EQ(s.indicators[s.find("top")].path, "base#/nodes/0");
  EXPECT_EQ(s.find("b"), -1);
  EXPECT_GE(s.find("c"), 0);
  // Weights named b, which is gone, and not c.
  const auto all = seen(file);
  EXPECT_EQ(all[0], (Seen{Code::kSchemeOverlayTarget, "/set/nobody", 5}));
  EXPECT_EQ(all[1], (Seen{Code::kSchemeOverlayTarget, "/remove/1", 7}));
  EXPECT_EQ(all[2].code, Code::kSchemeWeightsChild);
  EXPECT_NE(s.hash, io::parse_scheme(kBase)->scheme.hash);
}

// The schema forbids both: what is not read is named.
TEST(SchemeJson, NodesOfAnOverlayAndChangesWithoutABaseAreNamed) {
  const std::string head =
      R"({"format": "celadon.scheme", "version": 1, "id": "city", "edition": "2026", "name": {"zh": "本市", "en": "city"},)";
  const auto fields = [](const io::SchemeFile& file) {
    std::string out;
    for (const Finding& f : file.findings) {
      EXPECT_EQ(f.code, Code::kSchemeUnknownField);
      EXPECT_EQ(f.place.row, 2);
      for (const Argument& a : f.arguments) out += a.name == "field" ? a.value + " " : "";
    }
    return out;
  };
  const io::SchemeFile overlay =
      io::parse_scheme(head + "\n" + R"("nodes": [{"id": "n", "name": {"zh": "新", "en": "new"}}], "extends": "base"})", base_only())
          .value();
  EXPECT_EQ(fields(overlay), "nodes ");
  EXPECT_EQ(overlay.scheme.indicators.size(), 3U);
  const io::SchemeFile whole =
      io::parse_scheme(head + "\n" + R"("add": [], "remove": [], "set": {}, "nodes": [{"id": "n", "name": {"zh": "新", "en": "new"}}]})")
          .value();
  EXPECT_EQ(fields(whole), "add remove set ");
  EXPECT_EQ(whole.scheme.indicators.size(), 1U);
}

TEST(SchemeJson, RemovingTakesWhatIsBelow) {
  const std::string overlay = R"({"format": "celadon.scheme", "version": 1, "id": "city", "edition": "2026",
 "name": {"zh": "本市", "en": "city"}, "extends": "base", "remove": ["top"],
 "add": [{"id": "c", "name": {"zh": "丙", "en": "c"}}]})";
  const io::SchemeFile file = io::parse_scheme(overlay, base_only()).value();
  EXPECT_EQ(file.scheme.indicators.size(), 1U);
  EXPECT_EQ(seen(file), std::vector<Seen>{});
}

TEST(SchemeJson, ALoopOfOverlaysEnds) {
  const io::SchemeSource itself = [](std::string_view) {
    return std::string(
        R"({"format": "celadon.scheme", "version": 1, "id": "x", "edition": "1", "name": {"zh": "甲", "en": "x"}, "extends": "x"})");
  };
  EXPECT_EQ(io::parse_scheme(itself("x"), itself).error().code, Code::kSchemeUnknownBase);
}

// Shipped schemes: sound, equal to their files, no weight or cut without a source or a label.
TEST(SchemeJson, ShippedSchemesAreSound) {
  const std::vector<std::string> ids = io::shipped_scheme_ids();
  ASSERT_GE(ids.size(), 11U);
  EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
  for (const std::string& id : ids) {
    SCOPED_TRACE(id);
    std::ifstream in(std::string(CELADON_TEST_SOURCE_DIR) + "/src/schemes/" + id + ".json");
    std::stringstream text;
    text << in.rdbuf();
    ASSERT_EQ(io::shipped_scheme_text(id), text.str());
    const io::SchemeFile file = io::parse_scheme(io::shipped_scheme_text(id)).value();
    EXPECT_EQ(file.scheme.id, id);
    EXPECT_EQ(seen(file), std::vector<Seen>{});
    for (const scheme::Indicator& i : file.scheme.indicators) {
      if (!i.bands.cuts.empty() && !i.bands.published) {
        EXPECT_FALSE(file.scheme.label.empty()) << i.id;
      }
      if (i.weighting != scheme::Weighting::kNone && file.scheme.label.empty()) {
        EXPECT_FALSE(i.source.empty()) << i.id;
      }
      if (i.statistic == scheme::Statistic::kIcc) {  // a raw share passes a limit by its error alone
        const bool corrected = std::any_of(file.scheme.indicators.begin(), file.scheme.indicators.end(), [&](const scheme::Indicator& o) {
          return o.statistic == scheme::Statistic::kIccCorrected && o.parent == i.parent && o.variable == i.variable;
        });
        EXPECT_TRUE(corrected || i.measured.find("of plausible values") != std::string::npos) << i.id;
      }
    }
  }
  EXPECT_EQ(io::shipped_scheme_text("shanghai-green-2.0"), "");
}

}  // namespace
