#pragma once

#include <celadon/models/cdm/quality.hpp>

#include <array>
#include <limits>

namespace celadon::inline CELADON_ABI::cdm {

namespace quality_detail {

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

inline double ratio(double part, double whole) {
  return whole > 0.0 ? part / whole : kNaN;
}

/// Definite answers and the posterior of their contrary.
struct Definite {
  double n = 0.0;
  double wrong = 0.0;
};

}  // namespace quality_detail

Result<Quality> classification_quality(const Scores& scores, const Decisions* decisions) {
  using namespace quality_detail;
  const std::size_t n_attributes = scores.attributes.size();
  const std::size_t n_classes = scores.state.classes.size();
  if (n_classes == 0)
    return make_error(Code::kInvalidArgument, {}, {{"name", "scores"}, {"detail", "they kept no state (ScoreOptions::keep_state)"}});
  if (scores.n_scored == 0) return make_error(Code::kNoPersons);
  if (decisions != nullptr && decisions->mastery.size() != scores.mastery.size())
    return make_error(Code::kLengthMismatch, {},
                      {{"name", "decisions"},
                       {"actual", std::to_string(decisions->mastery.size())},
                       {"expected", std::to_string(scores.mastery.size())}});
  Quality out;
  out.classes = scores.state.classes;
  out.n_used = scores.n_scored;
  const auto n = static_cast<double>(scores.n_scored);
  std::vector<double> given(n_classes * n_classes, 0.0);  // [given][true]
  std::vector<double> total(n_classes, 0.0);
  // by attribute: [given][true] of not mastered, mastered
  std::vector<std::array<std::array<double, 2>, 2>> states(n_attributes, std::array<std::array<double, 2>, 2>{});
  std::vector<std::array<Definite, 2>> definite(n_attributes);
  for (std::size_t i = 0; i < scores.status.size(); ++i) {
    if (scores.status[i] != ScoreStatus::kScored) continue;
    const double* posterior = scores.state.probability.data() + i * n_classes;
    const std::uint32_t profile = scores.map_profile[i];
    std::size_t l = 0;
    while (l < n_classes && out.classes[l] != profile) ++l;
    for (std::size_t c = 0; c < n_classes; ++c) {
      given[l * n_classes + c] += posterior[c];
      total[c] += posterior[c];
    }
    for (std::size_t k = 0; k < n_attributes; ++k) {
      const double p = scores.mastery[i * n_attributes + k];
      auto& row = states[k][profile >> k & 1U];
      row[0] += 1.0 - p;
      row[1] += p;
      if (decisions == nullptr) continue;
      const Mastery m = decisions->mastery[i * n_attributes + k];
      if (m == Mastery::kNotEnoughEvidence) continue;
      Definite& d = definite[k][m == Mastery::kMastered ? 1 : 0];
      d.n += 1.0;
      d.wrong += m == Mastery::kMastered ? 1.0 - p : p;
    }
  }
  for (std::size_t c = 0; c < n_classes; ++c) {
    out.class_probability.push_back(total[c] / n);
    out.class_accuracy.push_back(ratio(given[c * n_classes + c], total[c]));
    out.pattern_accuracy += given[c * n_classes + c] / n;
    if (!(total[c] > 0.0)) continue;
    for (std::size_t l = 0; l < n_classes; ++l) {
      const double rate = given[l * n_classes + c] / total[c];
      out.pattern_consistency += total[c] / n * rate * rate;
    }
  }
  Definite all;
  for (std::size_t k = 0; k < n_attributes; ++k) {
    const auto& s = states[k];
    AttributeQuality q;
    q.attribute = scores.attributes[k];
    q.prevalence = (s[0][1] + s[1][1]) / n;
    q.accuracy = (s[0][0] + s[1][1]) / n;
    q.sensitivity = ratio(s[1][1], s[0][1] + s[1][1]);
    q.specificity = ratio(s[0][0], s[0][0] + s[1][0]);
    for (std::size_t state = 0; state < 2; ++state) {
      const double whole = s[0][state] + s[1][state];
      if (whole > 0.0) q.consistency += (s[0][state] * s[0][state] + s[1][state] * s[1][state]) / whole / n;
    }
    const Definite no = definite[k][0];
    const Definite yes = definite[k][1];
    all.n += no.n + yes.n;
    all.wrong += no.wrong + yes.wrong;
    q.decided = decisions == nullptr ? kNaN : (no.n + yes.n) / n;
    q.decided_wrong = ratio(no.wrong + yes.wrong, no.n + yes.n);
    q.mastered_wrong = ratio(yes.wrong, yes.n);
    q.not_mastered_wrong = ratio(no.wrong, no.n);
    out.attributes.push_back(std::move(q));
  }
  out.decided = decisions == nullptr ? kNaN : all.n / (n * static_cast<double>(n_attributes));
  out.decided_wrong = ratio(all.wrong, all.n);
  return out;
}

Table Quality::to_table() const {
  Table table("classification_quality");
  std::vector<std::string> attribute;
  for (const AttributeQuality& a : attributes) attribute.push_back(a.attribute);
  table.add("attribute", std::move(attribute));
  const auto add = [&](const char* name, double AttributeQuality::*field) {
    std::vector<double> values;
    for (const AttributeQuality& a : attributes) values.push_back(a.*field);
    table.add(name, std::move(values));
  };
  add("prevalence", &AttributeQuality::prevalence);
  add("accuracy", &AttributeQuality::accuracy);
  add("consistency", &AttributeQuality::consistency);
  add("sensitivity", &AttributeQuality::sensitivity);
  add("specificity", &AttributeQuality::specificity);
  add("decided", &AttributeQuality::decided);
  add("decided_wrong", &AttributeQuality::decided_wrong);
  add("mastered_wrong", &AttributeQuality::mastered_wrong);
  add("not_mastered_wrong", &AttributeQuality::not_mastered_wrong);
  return table;
}

}  // namespace celadon::inline CELADON_ABI::cdm
