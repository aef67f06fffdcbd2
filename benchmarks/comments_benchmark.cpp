// Diagnostic comments: 100,000 pupils of a city, each with a family's (and a teacher's) comment in Chinese and English.
#include <celadon/core/parallel.hpp>
#include <celadon/core/random.hpp>
#include <celadon/evaluation/feedback/comments.hpp>
#include <celadon/io/comments_json.hpp>
#include <celadon/io/profile_json.hpp>

#include "data.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <string>

namespace {

using namespace celadon_bench;
namespace feedback = celadon::feedback;
using celadon::random::Stream;

constexpr std::int64_t kPupils = 100'000;

/// Points of the paper that a pupil sat, with two to six items each; papers differ in length and in what the school has noted.
constexpr std::array<const char*, 8> kPoints{"分数的意义", "分数加减法", "小数乘法", "小数除法", "面积与周长", "方程", "平均数", "可能性"};
constexpr std::array<const char*, 4> kCauses{"单位没有换算", "没有约分", "题意看漏一个条件", "小数点位置"};

/// A pupil: ability, then marks, then a posterior that follows the marks with some error, decided by the shipped profile.
feedback::PupilEvidence pupil(std::int64_t row) {
  Stream draw(4, celadon::random::purpose("benchmark.comments"), static_cast<std::uint64_t>(row));
  const std::int64_t paper = row / 2000;  // a paper a school
  const std::size_t n_points = 2 + static_cast<std::size_t>(paper % 7);
  feedback::PupilEvidence e;
  e.key = "p" + std::to_string(row);
  e.prefix = "m" + std::to_string(paper) + "/pupil/" + std::to_string(row + 1) + "/";
  e.paper = "期末";
  e.rough = paper % 5 == 0;
  const double ability = draw.normal();
  if (paper % 3 != 0) e.level = ability > 0.0 ? celadon::feedback::LocalText{"良好", "good"} : celadon::feedback::LocalText{"合格", "pass"};
  e.points.reserve(n_points);
  for (std::size_t k = 0; k < n_points; ++k) {
    feedback::CommentPoint p;
    p.name = kPoints[k];
    const int n_items = static_cast<int>(2 + (static_cast<std::size_t>(paper) + k) % 5);
    const double chance = 1.0 / (1.0 + std::exp(-(0.8 + ability + draw.normal(0.0, 1.2))));
    double points = 0.0;
    double full = 0.0;
    int answered = 0;
    for (int j = 0; j < n_items; ++j) {
      feedback::CommentItem item;
      item.label = std::to_string(e.items.size() + 1);
      item.full = 1.0 + static_cast<double>((static_cast<int>(k) + j) % 4);
      item.counted = !draw.bernoulli(0.03);
      item.points = draw.bernoulli(chance) ? item.full : static_cast<double>(std::lround(0.4 * item.full));
      if (item.counted) {
        points += item.points;
        full += item.full;
        ++answered;
      }
      if (item.points < item.full && draw.bernoulli(0.2)) item.cause = kCauses[draw.below(kCauses.size())];
      item.review = item.points < item.full && draw.bernoulli(0.1);
      p.items.push_back(static_cast<std::int32_t>(e.items.size()));
      e.items.push_back(std::move(item));
    }
    const double share = full > 0.0 ? points / full : 0.5;
    const double first = 1.0 / (1.0 + std::exp(-(10.0 * (share - 0.55) + draw.normal(0.0, 1.0))));
    const std::array<double, 2> probability{first, std::clamp(first + draw.uniform(-0.05, 0.05), 0.001, 0.999)};
    p.mastery = feedback::decide_point(probability, std::max(0.0, first - 0.1), std::min(1.0, first + 0.1), draw.bernoulli(0.02), true,
                                       !draw.bernoulli(0.03), answered, points, full, celadon::io::default_profile().diagnosis);
    if (k > 0 && p.mastery.state == feedback::MasteryState::kNotYet && e.points[k - 1].mastery.state == feedback::MasteryState::kNotYet)
      p.needs.push_back(e.points[k - 1].name);
    if (paper % 2 == 0 && draw.bernoulli(0.3)) {
      p.change.verdict = draw.bernoulli(0.5) ? feedback::ChangeVerdict::kUp : feedback::ChangeVerdict::kNoChangeSeen;
      p.change.difference = 0.6;
      p.change.low = 0.2;
      p.change.high = 1.0;
      p.change.n_common = 4;
    }
    if (draw.bernoulli(0.4)) p.action = "练习册第 " + std::to_string(20 + k) + " 页";
    e.points.push_back(std::move(p));
  }
  return e;
}

/// @param readers  1: the family; 2: the teacher as well
void comments(benchmark::State& state, int readers) {
  const auto engine = must(feedback::CommentEngine::compile(celadon::io::default_comment_bank()));
  const celadon::ExecutionContext context{
      .n_threads = static_cast<int>(state.range(0)), .cancel = nullptr, .progress = {}, .executor = nullptr};
  std::atomic<std::int64_t> bytes = 0;
  std::atomic<std::int64_t> sentences = 0;
  for (auto _ : state) {
    bytes = 0;
    sentences = 0;
    const std::int64_t n_blocks = celadon::block_count(kPupils);
    const auto done =
        celadon::run_blocks(n_blocks, celadon::worker_count(n_blocks, context), context, [&](std::int64_t block, int /*worker*/) {
          std::string text;
          for (std::int64_t row = block * celadon::kBlockRows; row < std::min(kPupils, (block + 1) * celadon::kBlockRows); ++row) {
            const feedback::PupilEvidence evidence = pupil(row);
            for (int reader = 0; reader < readers; ++reader) {
              const feedback::Comment comment = engine.comment(evidence, static_cast<feedback::CommentReader>(reader), 1);
              text.clear();
              for (const celadon::Language language : {celadon::Language::kChinese, celadon::Language::kEnglish})
                for (const feedback::CommentSentence& s : comment.sentences) engine.render(s, evidence, language, text);
              bytes += static_cast<std::int64_t>(text.size());
              sentences += static_cast<std::int64_t>(2 * comment.sentences.size());
            }
          }
        });
    if (!done) state.SkipWithError("run_blocks");
  }
  state.counters["comments_per_second"] =
      benchmark::Counter(2.0 * readers * static_cast<double>(kPupils), benchmark::Counter::kIsIterationInvariantRate);
  state.counters["bytes"] = static_cast<double>(bytes.load());
  state.counters["sentences"] = static_cast<double>(sentences.load());
}

/// What the evidence alone takes: a part of the times above that a host has already spent.
void evidence_alone(benchmark::State& state) {
  for (auto _ : state)
    for (std::int64_t row = 0; row < kPupils; ++row) benchmark::DoNotOptimize(pupil(row));
}

// Wall time; processor time is that of all threads. The bar is 10 s of wall on two threads for the family's comments in both languages.
BENCHMARK_CAPTURE(comments, family, 1)
    ->Name("feedback/comments_zh_en/city_100k")
    ->Arg(1)
    ->Arg(2)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime()
    ->MeasureProcessCPUTime();
BENCHMARK_CAPTURE(comments, family_and_teacher, 2)
    ->Name("feedback/comments_family_and_teacher_zh_en/city_100k")
    ->Arg(1)
    ->Arg(2)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime()
    ->MeasureProcessCPUTime();
BENCHMARK(evidence_alone)->Name("feedback/comment_evidence/city_100k")->Unit(benchmark::kMillisecond);

}  // namespace
