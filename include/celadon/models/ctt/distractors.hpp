/// Distractor analysis: who chose which option, and whether the key is the option that able pupils choose.
#pragma once

#include <celadon/models/ctt/test_scores.hpp>

#include <string>

namespace celadon::inline CELADON_ABI::ctt {

struct DistractorOptions {
  ScoringOptions scoring;
  /// Right category of each item, -1 where there is none; empty takes the category with the highest score of `Items`, or, where an item
  /// has no category scores, the category whose label (or, without labels, whose number) is `Item::key`. With a key given here and no
  /// category scores, the key scores the item's full mark (1 without Items) and every other category 0.
  std::vector<int> key;
  /// Groups of persons by total, lowest first; at least 2. Persons with equal totals stay together, so groups are only about equal.
  int n_groups = 3;
  /// An option chosen by less than this share is marked `rarely_chosen`; NaN marks none.
  double rare_share = std::numeric_limits<double>::quiet_NaN();
  /// An option chosen by fewer persons is not named as a possible key.
  int possible_key_min_n = 5;
};

/// One option of an item, or one kind of missing answer: the four kinds keep their own rows and are never mixed with an option.
struct OptionStatistics {
  int category = -1;  ///< category, or -1 for a missing kind
  std::string label;  ///< Item::category_labels, else the category number; "not_administered" "not_reached" "omitted" "invalid"
  bool is_key = false;
  std::int64_t n = 0;                  ///< persons
  double share = 0.0;                  ///< weighted share of the persons who were given the item (not-administered cells do not count)
  double option_total_r = 0.0;         ///< cor(chose this option, total of the other items): point-biserial with the rest score
  double mean_rest = 0.0;              ///< mean share of points on the other items of those who chose it
  std::vector<double> share_by_group;  ///< share among the persons of each score group, lowest group first; NaN for an empty group
  bool rarely_chosen = false;
};

struct ItemDistractors {
  std::string id;
  std::string label;
  std::int64_t n = 0;  ///< persons used who were given the item
  int key = -1;        ///< -1 when not known
  /// A wrong option whose option_total_r is above the key's: the key may be wrong, or the option may be right as well. -1 for none.
  int possible_key = -1;
  std::vector<OptionStatistics> options;  ///< every category from 0 to the highest known, chosen or not; then missing kinds that occur
};

struct Distractors {
  std::vector<ItemDistractors> items;
  std::vector<double> group_upper_share;  ///< highest share of points in each score group
  std::vector<std::int64_t> group_n;
  std::int64_t n_used = 0;
  std::int64_t n_dropped = 0;
  Findings findings;

  /// One row an option: item, label, option, category, is_key, n, share, option_total_r, mean_rest, group_1 ..., rarely_chosen,
  /// possible_key.
  [[nodiscard]] Table to_table() const;
};

/// Distractor analysis of raw answers.
///
/// The rest score of an item leaves the item out, so an option does not correlate with itself. option_total_r uses the persons who were
/// given the item, whatever they marked, blanks among them; what a blank is worth in the total is the missing policy's. Where a person
/// did not have every item, scores are shares of what could be gained. An item without a key adds nothing to the total, nor does a
/// bonus item.
/// Errors: those of test_scores; kTooFewPersons; kInvalidArgument (n_groups, key). Findings: kPossibleWrongKey, kConstantItem, kNoKey.
/// Source: Haladyna & Rodriguez (2013), ch. 17; Attali & Fraenkel (2000), doi:10.1111/j.1745-3984.2000.tb01077.x.
/// Cost: O(persons x items). Same bits for any number of threads. Reentrant.
Result<Distractors> distractors(const Responses& responses, const Items& items = {}, const Sample& sample = {},
                                const DistractorOptions& options = {}, const ExecutionContext& context = {});

}  // namespace celadon::inline CELADON_ABI::ctt
