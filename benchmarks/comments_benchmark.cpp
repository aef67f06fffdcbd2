// Diagnostic comments: 100,000 pupils, each with a family's comment in Chinese and English.
#include <celadon/core/parallel.hpp>
#include <celadon/evaluation/feedback/comments.hpp>
#include <celadon/io/comments_json.hpp>

#include "data.hpp"

#include <algorithm>
#include <atomic>
#include <string>

namespace {

using namespace celadon_bench;
namespace feedback = celadon::feedback;
using feedback::MasteryReason;
using feedback::MasteryState;

/// A pupil with five points of six items, one state after the other.
feedback::PupilEvidence pupil(std::int64_t row) {
  feedback::PupilEvidence e;
  e.key = "p" + std::to_string(row);
  e.prefix = "paper/pupil/" + std::to_string(row + 1) + "/";
  e.paper = "paper";
  for (int k = 0; k < 5; ++k) {
    feedback::CommentPoint p;
    p.name = "point " + std::to_string(k + 1);
    const int kind = static_cast<int>((row + k) % 4);
    const int right = kind == 0 ? 6 : kind == 1 ? 5 : kind == 2 ? 1 : 3;
    for (int j = 0; j < 6; ++j) {
      feedback::CommentItem item;
      item.label = std::to_string(e.items.size() + 1);
      item.full = 2.0;
      item.points = j < right ? 2.0 : 0.0;
      p.items.push_back(static_cast<std::int32_t>(e.items.size()));
      e.items.push_back(std::move(item));
    }
    p.mastery.state = kind < 2 ? MasteryState::kMastered : kind == 2 ? MasteryState::kNotYet : MasteryState::kCannotJudge;
    p.mastery.reason = kind == 3 ? MasteryReason::kBetween : MasteryReason::kNone;
    p.mastery.probability = kind < 2 ? 0.9 : kind == 2 ? 0.1 : 0.5;
    p.mastery.low = p.mastery.probability - 0.1;
    p.mastery.high = p.mastery.probability + 0.1;
    p.mastery.n_items = 6;
    p.mastery.points = 2.0 * right;
    p.mastery.full = 12.0;
    e.points.push_back(std::move(p));
  }
  return e;
}

void comments(benchmark::State& state) {
  const auto engine = must(feedback::CommentEngine::compile(celadon::io::default_comment_bank()));
  constexpr std::int64_t kPupils = 100000;
  const celadon::ExecutionContext context{
      .n_threads = static_cast<int>(state.range(0)), .cancel = nullptr, .progress = {}, .executor = nullptr};
  std::atomic<std::int64_t> bytes = 0;
  for (auto _ : state) {
    bytes = 0;
    const std::int64_t n_blocks = celadon::block_count(kPupils);
    const auto done =
        celadon::run_blocks(n_blocks, celadon::worker_count(n_blocks, context), context, [&](std::int64_t block, int /*worker*/) {
          std::string text;
          for (std::int64_t row = block * celadon::kBlockRows; row < std::min(kPupils, (block + 1) * celadon::kBlockRows); ++row) {
            const feedback::PupilEvidence evidence = pupil(row);
            const feedback::Comment comment = engine.comment(evidence, feedback::CommentReader::kFamily, 1);
            text.clear();
            for (const celadon::Language language : {celadon::Language::kChinese, celadon::Language::kEnglish})
              for (const feedback::CommentSentence& s : comment.sentences) engine.render(s, evidence, language, text);
            bytes += static_cast<std::int64_t>(text.size());
          }
        });
    if (!done) state.SkipWithError("run_blocks");
  }
  state.counters["comments_per_second"] =
      benchmark::Counter(static_cast<double>(2 * kPupils), benchmark::Counter::kIsIterationInvariantRate);
  state.counters["bytes"] = static_cast<double>(bytes.load());
}
BENCHMARK(comments)->Name("comments/100000_zh_en")->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
