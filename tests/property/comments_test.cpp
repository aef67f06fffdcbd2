// Comments from any evidence: the same pupil, the same words; a class, different ones; nothing below the evidence threshold.
#include "for_all.hpp"

#include <celadon/evaluation/feedback/comments.hpp>
#include <celadon/io/comments_json.hpp>
#include <celadon/io/profile_json.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <set>

namespace comments_properties {

using namespace property;
using namespace celadon::feedback;
using celadon::Language;

constexpr std::array<Language, 2> kLanguages{Language::kChinese, Language::kEnglish};
constexpr std::array<CommentReader, 2> kReaders{CommentReader::kFamily, CommentReader::kTeacher};

CommentEngine made_engine() {
  return CommentEngine::compile(celadon::io::default_comment_bank()).value();
}
const CommentEngine& engine() {
  static const CommentEngine made = made_engine();
  return made;
}

/// Up to eight points, decided by the shipped profile from drawn marks and probabilities.
PupilEvidence draw_evidence(Stream& draw) {
  PupilEvidence e;
  e.key = "p" + std::to_string(draw.next_u32());
  e.prefix = "m/pupil/7/";
  e.paper = "unit";
  if (chance(draw, 0.5)) e.level = {"良好", "good"};
  e.rough = chance(draw, 0.2);
  for (int k = between(draw, 1, 8); k > 0; --k) {
    CommentPoint p;
    p.name = "point" + std::to_string(k);
    double points = 0.0;
    double full = 0.0;
    int answered = 0;
    const double right = draw.uniform();
    for (int j = between(draw, 0, 6); j > 0; --j) {
      CommentItem item;
      item.label = std::to_string(e.items.size() + 1);
      item.full = between(draw, 1, 6);
      item.points = chance(draw, right) ? item.full : between(draw, 0, static_cast<int>(item.full));
      item.counted = !chance(draw, 0.1);
      if (item.counted) {
        ++answered;
        points += item.points;
        full += item.full;
      }
      item.review = item.points < item.full && chance(draw, 0.2);
      if (item.points < item.full && chance(draw, 0.3)) item.cause = "cause" + std::to_string(j);
      p.items.push_back(static_cast<std::int32_t>(e.items.size()));
      e.items.push_back(item);
    }
    const double probability = chance(draw, 0.7) ? static_cast<double>(chance(draw, right)) * 0.9 + 0.05 : draw.uniform();
    const bool interval = chance(draw, 0.7);
    const double none = std::numeric_limits<double>::quiet_NaN();
    p.mastery = decide_point(std::array<double, 2>{probability, chance(draw, 0.9) ? probability : 0.5}, interval ? probability * 0.9 : none,
                             interval ? probability * 0.9 + 0.1 : none, interval && chance(draw, 0.1), chance(draw, 0.9), chance(draw, 0.9),
                             answered, points, full, celadon::io::default_profile().diagnosis);
    p.change.verdict = static_cast<ChangeVerdict>(draw.below(5));
    p.change.difference = p.change.verdict == ChangeVerdict::kDown ? -0.4 : 0.4;
    p.change.n_common = 4;
    if (chance(draw, 0.3)) p.action = "step" + std::to_string(k);
    if (!e.points.empty() && chance(draw, 0.2)) p.needs = {e.points.front().name};
    e.points.push_back(std::move(p));
  }
  return e;
}

/// The sentences of a comment in one language.
std::vector<std::string> words(const CommentEngine& from, const PupilEvidence& e, CommentReader reader, Language language,
                               std::uint64_t seed = 1) {
  std::vector<std::string> out;
  for (const CommentSentence& s : from.comment(e, reader, seed).sentences) {
    out.emplace_back();
    from.render(s, e, language, out.back());
  }
  return out;
}

TEST(Comments, ThePupilAlwaysGetsTheSameWords) {
  const CommentEngine other = made_engine();
  for_all_streams("comments.same", 1500, [&other](Stream& draw) -> Problem {
    const PupilEvidence e = draw_evidence(draw);
    for (const CommentReader reader : kReaders)
      for (const Language language : kLanguages) {
        const auto first = words(engine(), e, reader, language);
        (void)words(engine(), draw_evidence(draw), reader, language);  // somebody else in between
        if (words(engine(), e, reader, language) != first) return "the second time says something else";
        if (words(other, e, reader, language) != first) return "another engine says something else";
      }
    return std::nullopt;
  });
}

TEST(Comments, FortyPupilsWithTheSameEvidenceDoNotAllGetTheSameSentence) {
  for_all_streams("comments.class", 250, [](Stream& draw) -> Problem {
    PupilEvidence e = draw_evidence(draw);
    for (const CommentReader reader : kReaders) {
      // For each sentence: how many sentences its message has, and what forty pupils read.
      std::vector<std::map<std::string, int>> read;
      const Comment one = engine().comment(e, reader, 1);
      read.resize(one.sentences.size());
      for (int pupil = 0; pupil < 40; ++pupil) {
        e.key = "pupil " + std::to_string(pupil);
        const auto texts = words(engine(), e, reader, Language::kChinese);
        if (texts.size() != read.size()) return "the key decides what is said, not only how";
        for (std::size_t k = 0; k < texts.size(); ++k) ++read[k][texts[k]];
      }
      for (std::size_t k = 0; k < read.size(); ++k) {
        const CommentRule& rule = engine().bank().rules[static_cast<std::size_t>(one.sentences[k].rule)];
        const std::size_t variants = engine().bank().wording(Language::kChinese)->find(rule.message)->variants.size();
        if (variants < 2) return rule.message + ": only one sentence";
        if (read[k].size() < 2) return rule.message + ": forty pupils read the same";
        for (const auto& [text, n] : read[k])
          if (n > 34) return rule.message + ": " + std::to_string(n) + " of 40 pupils read the same";
      }
    }
    return std::nullopt;
  });
}

TEST(Comments, NothingIsSaidBelowTheThresholdTwiceOrBeyondTheLimits) {
  for_all_streams("comments.said", 4000, [](Stream& draw) -> Problem {
    const PupilEvidence e = draw_evidence(draw);
    for (const CommentReader reader : kReaders) {
      const Comment comment = engine().comment(e, reader, draw.next_u64());
      std::map<CommentPart, int> n;
      for (const CommentSentence& s : comment.sentences) {
        ++n[s.part];
        const CommentRule& rule = engine().bank().rules[static_cast<std::size_t>(s.rule)];
        if (rule.scope != CommentScope::kPoint) continue;
        const MasteryState state = e.points[static_cast<std::size_t>(s.subject)].mastery.state;
        if (s.part == CommentPart::kStrength && state != MasteryState::kMastered) return rule.id + ": a strength that is not mastered";
        if (s.part == CommentPart::kGap && state != MasteryState::kNotYet) return rule.id + ": a gap that is not shown";
        if (s.part == CommentPart::kOpen && state != MasteryState::kCannotJudge) return rule.id + ": open, but judged";
      }
      if (n[CommentPart::kStrength] > 3 || n[CommentPart::kNext] > 2) return "too many strengths or next steps";
      const auto parts = [&] {
        std::vector<CommentPart> out;
        for (const CommentSentence& s : comment.sentences) out.push_back(s.part);
        return out;
      }();
      if (!std::is_sorted(parts.begin(), parts.end())) return "out of order";
      for (const Language language : kLanguages) {
        const CommentWording& wording = *engine().bank().wording(language);
        std::set<std::string> texts;
        for (const CommentSentence& s : comment.sentences) {
          std::string text;
          engine().render(s, e, language, text);
          if (!texts.insert(text).second) return "twice: " + text;
          if (text.find_first_of("{}") != std::string::npos || text.find("nan") != std::string::npos) return "not filled: " + text;
          if (text.find(e.key) != std::string::npos) return "the key is printed: " + text;
          for (const std::string& word : wording.banned)
            if (wording.is_chinese() && text.find(word) != std::string::npos) return "banned word: " + text;
        }
      }
    }
    return std::nullopt;
  });
}

}  // namespace comments_properties
