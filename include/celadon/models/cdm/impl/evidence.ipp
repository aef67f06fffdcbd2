#pragma once

#include <celadon/models/cdm/impl/evidence.hpp>

#include <algorithm>
#include <string>
#include <unordered_map>

namespace celadon::inline CELADON_ABI::cdm {

namespace evidence_detail {

/// Splits groups by the labels of the classes; groups keep the order of their first class.
class Partition {
 public:
  explicit Partition(std::size_t n) : group_(n, 0), n_groups_(n == 0 ? 0 : 1) {}

  /// Labels lie in [0, n_labels).
  template <class Label>
  void split(std::uint32_t n_labels, const Label& label) {
    if (n_groups_ == static_cast<std::int32_t>(group_.size())) return;
    const std::size_t cells = static_cast<std::size_t>(n_groups_) * n_labels;
    std::int32_t n = 0;
    const auto renumber = [&](auto& number) {
      for (std::size_t c = 0; c < group_.size(); ++c) {
        std::int32_t& to = number[static_cast<std::size_t>(group_[c]) * n_labels + static_cast<std::size_t>(label(c))];
        if (to == 0) to = ++n;
        group_[c] = to - 1;
      }
    };
    if (cells <= kMostCells) {
      number_.assign(cells, 0);
      renumber(number_);
    } else {
      std::unordered_map<std::size_t, std::int32_t> number;
      renumber(number);
    }
    n_groups_ = n;
  }
  [[nodiscard]] std::vector<std::int32_t> take() && { return std::move(group_); }

 private:
  static constexpr std::size_t kMostCells = std::size_t{1} << 16;
  std::vector<std::int32_t> group_;
  std::vector<std::int32_t> number_;
  std::int32_t n_groups_;
};

/// Attributes that stand in the same of the answered items.
inline std::vector<std::uint32_t> same_items(const Model& model, std::span<const std::int32_t> items,
                                             std::span<const std::uint8_t> answered) {
  const std::size_t n = model.attributes.size();
  const std::uint32_t all = (1U << n) - 1U;
  std::vector<std::uint32_t> out(n);
  for (std::size_t k = 0; k < n; ++k) out[k] = all & ~(1U << k);
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!answered.empty() && answered[i] == 0) continue;
    std::uint32_t mask = 0;
    for (const std::int32_t k : model.items[static_cast<std::size_t>(items[i])].attributes) mask |= 1U << k;
    for (std::size_t k = 0; k < n; ++k) out[k] &= (mask >> k & 1U) != 0 ? mask : ~mask;
  }
  return out;
}

/// Labels of the classes by item of the match, made once.
struct Labels {
  std::size_t n_classes = 0;
  std::vector<std::uint32_t> label;     ///< items x classes
  std::vector<std::uint32_t> n_labels;  ///< by item
};

inline Labels labels_of(const Model& model, std::span<const std::int32_t> items) {
  Labels out{.n_classes = model.classes.size(), .label = {}, .n_labels = {}};
  for (const std::int32_t j : items) out.n_labels.push_back(match_detail::n_rule_groups(model.items[static_cast<std::size_t>(j)]));
  for (const std::int32_t j : items)
    for (const std::uint32_t c : model.classes) out.label.push_back(match_detail::rule_group(model.items[static_cast<std::size_t>(j)], c));
  return out;
}

/// `before`: what earlier answers told apart, or null.
inline Groups groups_of(const Model& model, std::span<const std::int32_t> items, const Labels& labels,
                        std::span<const std::uint8_t> answered, const Evidence* before) {
  Groups out;
  Partition partition(labels.n_classes);
  if (before != nullptr)
    partition.split(static_cast<std::uint32_t>(labels.n_classes), [&](std::size_t c) { return before->group_of_class[c]; });
  for (std::size_t i = 0; i < items.size(); ++i)
    if (answered.empty() || answered[i] != 0)
      partition.split(labels.n_labels[i], [&](std::size_t c) { return labels.label[i * labels.n_classes + c]; });
  out.evidence.group_of_class = std::move(partition).take();
  out.evidence.same_items = same_items(model, items, answered);
  for (std::size_t k = 0; k < out.evidence.same_items.size(); ++k) {
    if (before != nullptr) out.evidence.same_items[k] &= before->same_items[k];
    if (out.evidence.same_items[k] != 0) out.inseparable |= 1U << k;
  }
  for (std::size_t c = 0; c < labels.n_classes; ++c) {
    const auto g = static_cast<std::size_t>(out.evidence.group_of_class[c]);
    if (g == out.in_all.size()) {
      out.in_all.push_back(model.classes[c]);
      out.in_some.push_back(model.classes[c]);
      continue;
    }
    out.merged = true;
    out.in_all[g] &= model.classes[c];
    out.in_some[g] |= model.classes[c];
  }
  return out;
}

Persons evidence_of_persons(const Model& model, const match_detail::Match& match, const Responses& responses, const MasteryState* start) {
  const auto n = static_cast<std::size_t>(responses.n_persons());
  const std::size_t n_attributes = model.attributes.size();
  Persons out;
  out.status.assign(n, ScoreStatus::kScored);
  out.n_answered = start != nullptr ? start->n_answered : std::vector<std::int32_t>(n, 0);
  out.n_items = start != nullptr ? start->n_items : std::vector<std::int32_t>(n * n_attributes, 0);
  const Labels labels = labels_of(model, match.items);
  std::vector<std::int32_t> items_of(n_attributes, 0);
  std::vector<std::size_t> patchy;  // items with cells that give no answer
  for (std::size_t i = 0; i < match.items.size(); ++i) {
    for (const std::int32_t k : model.items[static_cast<std::size_t>(match.items[i])].attributes) ++items_of[static_cast<std::size_t>(k)];
    if (match.coded[i].has_missing) patchy.push_back(i);
  }
  const auto all = static_cast<std::int32_t>(match.items.size());
  if (patchy.empty() && start == nullptr) {
    out.groups.push_back(groups_of(model, match.items, labels, {}, nullptr));
    out.merged = out.groups[0].merged;
    std::fill(out.n_answered.begin(), out.n_answered.end(), all);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t k = 0; k < n_attributes; ++k) out.n_items[i * n_attributes + k] = items_of[k];
    return out;
  }
  // Each different set of answered items once; the key holds the patchy items and where the person starts.
  out.of_person.assign(n, 0);
  std::unordered_map<std::string, std::int32_t> seen;
  std::vector<std::uint8_t> answered(match.items.size(), 1);
  std::string key(patchy.size() + sizeof(std::int32_t), '\0');
  for (std::size_t i = 0; i < n; ++i) {
    std::int32_t missing = 0;
    for (std::size_t v = 0; v < patchy.size(); ++v) {
      const latent_detail::CodedItem& item = match.coded[patchy[v]];
      const std::uint8_t cell = responses.at(static_cast<std::int64_t>(i), item.column);
      const bool gave = item.code[cell] < 2;
      answered[patchy[v]] = gave ? 1 : 0;
      key[v] = gave ? '1' : '0';
      if (!item.dropped.empty() && item.dropped[cell] != 0) out.status[i] = ScoreStatus::kDropped;
      if (gave) continue;
      ++missing;
      for (const std::int32_t k : model.items[static_cast<std::size_t>(match.items[patchy[v]])].attributes)
        --out.n_items[i * n_attributes + static_cast<std::size_t>(k)];
    }
    const std::int32_t before = start == nullptr ? 0 : start->evidence_of_person[i];
    if (out.status[i] == ScoreStatus::kDropped) {  // nothing is learnt: the start stands
      std::fill(answered.begin(), answered.end(), std::uint8_t{0});
      for (std::size_t k = 0; k < n_attributes; ++k)
        out.n_items[i * n_attributes + k] = start == nullptr ? 0 : start->n_items[i * n_attributes + k];
      std::fill(key.begin(), key.end(), '0');
    } else {
      out.n_answered[i] += all - missing;
      for (std::size_t k = 0; k < n_attributes; ++k) out.n_items[i * n_attributes + k] += items_of[k];
      if (missing == all) out.status[i] = ScoreStatus::kNoAnswers;
    }
    for (std::size_t byte = 0; byte < sizeof(before); ++byte)
      key[patchy.size() + byte] = static_cast<char>(static_cast<std::uint32_t>(before) >> (8 * byte) & 0xFFU);
    if (out.status[i] == ScoreStatus::kDropped) key += 'd';
    const auto [at, fresh] = seen.emplace(key, static_cast<std::int32_t>(out.groups.size()));
    if (fresh) {
      out.groups.push_back(
          groups_of(model, match.items, labels, answered, start == nullptr ? nullptr : &start->evidence[static_cast<std::size_t>(before)]));
      out.merged = out.merged || out.groups.back().merged;
    }
    out.of_person[i] = at->second;
    if (out.status[i] == ScoreStatus::kDropped) {
      key.pop_back();
      std::fill(answered.begin(), answered.end(), std::uint8_t{1});
    }
  }
  return out;
}

}  // namespace evidence_detail

Evidence evidence_of(const Model& model, std::span<const std::uint8_t> answered) {
  std::vector<std::int32_t> items(model.items.size());
  for (std::size_t j = 0; j < items.size(); ++j) items[j] = static_cast<std::int32_t>(j);
  return evidence_detail::groups_of(model, items, evidence_detail::labels_of(model, items), answered, nullptr).evidence;
}

Result<void> check(const MasteryState& s) {
  const auto bad = [](const char* detail) { return make_error(Code::kInvalidArgument, {}, {{"name", "state"}, {"detail", detail}}); };
  const std::size_t n = s.n_answered.size();
  const std::size_t n_classes = s.classes.size();
  if (s.attributes.empty() || s.attributes.size() > static_cast<std::size_t>(kMaxAttributes) || n_classes == 0)
    return bad("no or too many attributes, or no classes");
  for (std::size_t c = 0; c < n_classes; ++c)
    if ((s.classes[c] >> s.attributes.size()) != 0 || (c > 0 && s.classes[c] <= s.classes[c - 1]))
      return bad("classes not ascending, or with an attribute that is not there");
  const auto length = [](const char* name, std::size_t actual, std::size_t expected) {
    return make_error(Code::kLengthMismatch, {},
                      {{"name", name}, {"actual", std::to_string(actual)}, {"expected", std::to_string(expected)}});
  };
  if (s.probability.size() != n * n_classes) return length("probability", s.probability.size(), n * n_classes);
  if (s.n_items.size() != n * s.attributes.size()) return length("n_items", s.n_items.size(), n * s.attributes.size());
  if (s.evidence_of_person.size() != n) return length("evidence_of_person", s.evidence_of_person.size(), n);
  for (std::size_t i = 0; i < n; ++i) {
    double sum = 0.0;
    for (std::size_t c = 0; c < n_classes; ++c) {
      const double v = s.probability[i * n_classes + c];
      if (!(v >= 0.0)) return bad("a probability is negative or no number");
      sum += v;
    }
    if (!(sum > 1.0 - 1e-9 && sum < 1.0 + 1e-9)) return bad("the probabilities of a person do not sum to 1");
    if (s.evidence_of_person[i] < 0 || s.evidence_of_person[i] >= static_cast<std::int32_t>(s.evidence.size()))
      return bad("evidence_of_person out of range");
    if (s.n_answered[i] < 0) return bad("n_answered is negative");
  }
  for (const std::int32_t v : s.n_items)
    if (v < 0) return bad("n_items is negative");
  for (const Evidence& e : s.evidence) {
    if (e.group_of_class.size() != n_classes || e.same_items.size() != s.attributes.size())
      return bad("an evidence has one group a class and one set of bits an attribute");
    std::int32_t n_groups = 0;
    for (const std::int32_t g : e.group_of_class) {
      if (g < 0 || g > n_groups) return bad("groups of an evidence are not in the order of their first class");
      n_groups = std::max(n_groups, g + 1);
    }
    for (const std::uint32_t bits : e.same_items)
      if ((bits >> s.attributes.size()) != 0) return bad("same_items with an attribute that is not there");
  }
  return {};
}

}  // namespace celadon::inline CELADON_ABI::cdm
