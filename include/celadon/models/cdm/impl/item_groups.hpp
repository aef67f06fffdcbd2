/// One item seen through any set of attributes: chances of a right answer by pattern on the set, and how sure they are. For the bodies of
/// cdm.
#pragma once

#include <celadon/core/execution.hpp>
#include <celadon/core/responses.hpp>
#include <celadon/models/cdm/impl/match.hpp>
#include <celadon/models/cdm/model.hpp>
#include <celadon/models/cdm/score.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace celadon::inline CELADON_ABI::cdm::item_groups_detail {

/// Posteriors of all persons and what they expect of each item.
struct Persons {
  match_detail::Match match;
  Scores scores;                           ///< with state
  std::vector<std::vector<double>> right;  ///< by item of the match, by class: expected right answers
  std::vector<std::vector<double>> asked;  ///< expected answers
};
/// Errors: those of score.
[[nodiscard]] Result<Persons> look(const Model& model, const Responses& responses, const ScoreOptions& options,
                                   const ExecutionContext& context);

/// Patterns on a set: pattern of each class, bit l the l-th attribute of the set.
[[nodiscard]] std::vector<std::uint32_t> patterns(const Model& model, std::uint32_t set);

/// An item by pattern.
struct ByPattern {
  std::vector<double> size;         ///< expected persons who were asked
  std::vector<double> probability;  ///< of a right answer; the item's mean where nobody is expected
  double variance = 0.0;            ///< between the patterns (GDI)
};
[[nodiscard]] ByPattern by_pattern(const Persons& persons, std::size_t item, std::span<const std::uint32_t> pattern, std::size_t n_patterns);

/// The item's own block of the information: sum over persons of score score'. Row-major, patterns x patterns.
[[nodiscard]] std::vector<double> information(const Persons& persons, const Responses& responses, std::size_t item,
                                              std::span<const std::uint32_t> pattern, const ByPattern& of);

/// A Wald test. df 0 and p 1 where nothing can be tested.
struct Wald {
  double value = 0.0;
  int df = 0;
  double p = 1.0;
};
/// That restrictions x = 0 hold, where x = rows of `restriction` times the transformed probabilities, whose covariance is `covariance` of
/// the probabilities by the slopes of the transformation. All row-major; restrictions that do not vary are left out.
[[nodiscard]] Wald wald(const std::vector<std::vector<double>>& restriction, std::span<const double> value, std::span<const double> slope,
                        std::span<const double> covariance);
/// Inverse of an information whose patterns of fewer than `least` persons are left out: their rows are 0 and `usable` is 0.
[[nodiscard]] std::vector<double> covariance(const std::vector<double>& information, std::span<const double> size, double least,
                                             std::vector<std::uint8_t>& usable);
/// Upper tail of the chi-square distribution.
[[nodiscard]] double chi_square_tail(double value, int df);

}  // namespace celadon::inline CELADON_ABI::cdm::item_groups_detail
