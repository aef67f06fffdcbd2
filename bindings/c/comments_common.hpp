// Handles of mastery and comments.
#pragma once

#include "evaluation_common.hpp"

#include <celadon/evaluation/feedback/comment_edits.hpp>
#include <celadon/evaluation/feedback/comments.hpp>
#include <celadon/evaluation/feedback/mastery.hpp>

struct celadon_feedback_comment_bank {
  celadon::SharedValue<celadon::feedback::CommentBank> value;
};
struct celadon_feedback_comment_engine {
  celadon::feedback::CommentEngine value;
};
struct celadon_feedback_mastery {
  celadon::feedback::Mastery value;
};
struct celadon_feedback_pupil_evidence {
  celadon::feedback::PupilEvidence value;
};
struct celadon_feedback_class_evidence {
  celadon::feedback::ClassEvidence value;
};

namespace celadon_c {

/// Sentences with what they were made from, so that nothing else is explained with them.
struct CommentValue {
  celadon::feedback::Comment comment;
  std::vector<celadon::feedback::WordedSentence> sentences;
  std::string prefix;
  std::string bank_hash;
  celadon::Language language = celadon::Language::kChinese;
  bool of_class = false;
  std::size_t n_points = 0;
  std::size_t n_items = 0;
  std::size_t n_groups = 0;
};

celadon::feedback::PointMastery point_mastery_of(const celadon_feedback_point_mastery* given);

}  // namespace celadon_c

struct celadon_feedback_comment {
  celadon_c::CommentValue value;
};
