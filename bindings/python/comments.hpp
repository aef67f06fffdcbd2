/// Shared by the bindings of comments.
#pragma once

#include "evaluation.hpp"

#include <celadon/evaluation/feedback/comments.hpp>

#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace celadon::python {

/// Evidence from a mapping; ValueError names what is missing, of another type, or not known.
feedback::PupilEvidence pupil_evidence_of(const py::object& object);
feedback::ClassEvidence class_evidence_of(const py::object& object);

/// A comment with everything it was made from.
struct CommentHandle {
  std::shared_ptr<const feedback::CommentEngine> engine;
  std::variant<feedback::PupilEvidence, feedback::ClassEvidence> evidence;
  feedback::Comment comment;
  feedback::MasteryBasis basis;
  Language language = Language::kChinese;

  [[nodiscard]] const std::string& prefix() const {
    return std::visit([](const auto& e) -> const std::string& { return e.prefix; }, evidence);
  }
  [[nodiscard]] std::string language_tag() const { return language == Language::kChinese ? "zh-CN" : "en"; }
  [[nodiscard]] std::vector<feedback::WordedSentence> worded() const {
    std::vector<feedback::WordedSentence> out;
    for (const feedback::CommentSentence& sentence : comment.sentences) {
      std::string text;
      std::string hash;
      std::visit(
          [&](const auto& e) {
            engine->render(sentence, e, language, text);
            hash = engine->evidence_hash(sentence, e);
          },
          evidence);
      out.push_back({sentence.id, sentence.part, std::move(text), std::move(hash)});
    }
    return out;
  }
  [[nodiscard]] Table table() const {
    std::vector<std::string> part;
    std::vector<std::string> id;
    std::vector<std::string> rule;
    std::vector<std::string> message;
    std::vector<std::string> text;
    std::vector<std::string> hash;
    const std::vector<feedback::WordedSentence> sentences = worded();
    for (std::size_t s = 0; s < sentences.size(); ++s) {
      const feedback::CommentRule& from = engine->bank().rules[static_cast<std::size_t>(comment.sentences[s].rule)];
      part.emplace_back(feedback::comment_part_name(sentences[s].part));
      id.push_back(sentences[s].id);
      rule.push_back(from.id);
      message.push_back(from.message);
      text.push_back(sentences[s].text);
      hash.push_back(sentences[s].evidence_hash);
    }
    Table out("comment");
    out.add("part", std::move(part)).add("id", std::move(id)).add("rule", std::move(rule)).add("message", std::move(message));
    return out.add("text", std::move(text)).add("evidence_hash", std::move(hash));
  }
  [[nodiscard]] const feedback::WordedSentence& sentence(const std::vector<feedback::WordedSentence>& all, const std::string& id) const {
    for (const feedback::WordedSentence& one : all)
      if (one.id == id) return one;
    throw py::key_error(id);
  }
};

}  // namespace celadon::python
