/// Cognitive diagnosis models: the chance of a right answer given which attributes a person has mastered.
///
/// An item that needs m attributes tells apart at most 2^m latent groups, the patterns of mastery of those m. Group g (bit l: the l-th
/// needed attribute is mastered) has P_g:
///
/// | rule   | P_g                                                                                     | parameters |
/// |--------|-----------------------------------------------------------------------------------------|------------|
/// | DINA   | 1 - slip where all m are mastered, else guess                                             | 2          |
/// | DINO   | 1 - slip where any is mastered, else guess                                                | 2          |
/// | ACDM   | d_0 + sum of d_l over mastered                                                            | m + 1      |
/// | LLM    | logit P = d_0 + sum of d_l over mastered                                                  | m + 1      |
/// | RRUM   | log P = d_0 + sum of d_l over mastered                                                    | m + 1      |
/// | G-DINA | any: d_0 + main effects + all interactions                                                | 2^m        |
///
/// Sources: de la Torre (2011), doi:10.1007/s11336-011-9207-7 (G-DINA and its special cases); Junker & Sijtsma (2001),
/// doi:10.1177/01466210122032064 (DINA); Templin & Henson (2006), doi:10.1037/1082-989X.11.3.287 (DINO); Hartz (2002, RRUM).
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/visitor.hpp>
#include <celadon/models/cdm/q_matrix.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::inline CELADON_ABI::cdm {

enum class Rule : std::uint8_t { kDina = 0, kDino = 1, kAcdm = 2, kLlm = 3, kRrum = 4, kGdina = 5 };
/// "dina" "dino" "acdm" "llm" "rrum" "gdina".
[[nodiscard]] std::string_view rule_name(Rule rule);
/// Errors: kInvalidArgument.
[[nodiscard]] Result<Rule> rule_from_name(std::string_view name);

/// One item. Value type.
struct ItemParameters {
  std::string id = {};
  Rule rule = Rule::kGdina;
  std::vector<std::int32_t> attributes = {};  ///< the needed ones, ascending
  std::vector<double> probability = {};       ///< of a right answer, 2^m groups; bit l of a group is attributes[l]

  /// Probability of a right answer for a class (bit k: attribute k of the matrix is mastered).
  [[nodiscard]] double of_class(std::uint32_t mastered) const;
  /// Parameters in the rule's own form: guess, slip (DINA, DINO); d_0, d_1 ... d_m (ACDM, LLM, RRUM); d_0, main effects, interactions of
  /// two, of three ... in the order of their attributes (G-DINA).
  [[nodiscard]] std::vector<double> parameters() const;
};
/// Number of free parameters of an item of m attributes.
[[nodiscard]] int n_parameters(Rule rule, int n_attributes);

/// How the classes are distributed.
enum class Structure : std::uint8_t {
  kSaturated = 0,    ///< a free probability for every class
  kHigherOrder = 1,  ///< logit P(attribute k) = a_k theta + d_k, theta standard normal; attributes independent given theta
  kIndependent = 2,  ///< attributes independent: the structure of fewest parameters, for small samples
};
[[nodiscard]] std::string_view structure_name(Structure structure);
[[nodiscard]] Result<Structure> structure_from_name(std::string_view name);

/// The distribution of one group of persons.
struct Population {
  std::string id = {};
  std::vector<double> probability = {};  ///< by class; sums to 1
  std::vector<double> slope = {};        ///< a_k of the higher-order structure, else empty
  std::vector<double> intercept = {};    ///< d_k of the higher-order and the independent structure, else empty
};

/// A calibrated diagnosis model. Immutable use is thread-safe.
struct Model {
  std::vector<std::string> attributes;
  std::vector<std::uint32_t> classes;  ///< ascending; bit k is attribute k
  std::vector<ItemParameters> items;
  Structure structure = Structure::kSaturated;
  std::vector<Population> populations;

  [[nodiscard]] std::int64_t find(std::string_view item_id) const;
  /// Share of a population that has mastered each attribute.
  [[nodiscard]] std::vector<double> prevalence(std::size_t population = 0) const;
  void visit(Visitor& visitor);
};

/// The classes that no item of a model tells apart under the items' own rules: what no answer can decide between.
[[nodiscard]] LatentGroups latent_groups(const Model& model);

/// Sizes, ranges, sums, classes ascending and within the attributes. Errors: kInvalidArgument.
[[nodiscard]] Result<void> check(const Model& model);

}  // namespace celadon::inline CELADON_ABI::cdm
