/// Unidimensional item response models: parameters and category probabilities.
///
/// Ability theta; logistic metric without 1.7. Stored parametrisation is slope-intercept; the IRT parametrisation (a, b) is derived.
///
/// | model           | probability                                                              | IRT form                      |
/// |-----------------|--------------------------------------------------------------------------|-------------------------------|
/// | Rasch ... 4PL   | P(1) = g + (u - g) / (1 + exp(-(a theta + d)))                            | b = -d / a                    |
/// | graded (GRM)    | P(X >= k) = 1 / (1 + exp(-(a theta + d_k))), d_1 > d_2 > ...              | b_k = -d_k / a                |
/// | PCM, GPCM, RSM  | P(k) proportional to exp(k a theta + d_k), d_0 = 0                        | steps b_k = (d_{k-1} - d_k)/a |
/// | nominal         | P(k) proportional to exp(s_k a theta + d_k), s_0 = 0, s_{K-1} = K-1, d_0 = 0 | slopes and intercepts summing to 0 |
///
/// Sources: Birnbaum (1968); Samejima (1969); Masters (1982), doi:10.1007/BF02296272; Andrich (1978), doi:10.1007/BF02293814;
/// Muraki (1992), doi:10.1177/014662169201600206; Bock (1972), doi:10.1007/BF02291411.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/visitor.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::inline CELADON_ABI::irt {

enum class ItemModel : std::uint8_t {
  kRasch = 0,  ///< slope fixed at 1, population variance free
  k1pl = 1,    ///< one slope common to all 1PL items, population N(0, 1)
  k2pl = 2,
  k3pl = 3,
  k4pl = 4,
  kGraded = 5,
  kPartialCredit = 6,  ///< slope fixed at 1
  kGeneralizedPartialCredit = 7,
  kRatingScale = 8,  ///< steps common to all rating-scale items with the same number of categories, slope 1
  kNominal = 9,
};

/// Stable text names: "rasch" "1pl" "2pl" "3pl" "4pl" "grm" "pcm" "gpcm" "rsm" "nominal".
[[nodiscard]] std::string_view model_name(ItemModel model);
/// The model of a text name. Errors: kInvalidArgument.
[[nodiscard]] Result<ItemModel> model_from_name(std::string_view name);
/// Rasch, 1PL ... 4PL.
[[nodiscard]] bool is_dichotomous(ItemModel model);

/// One calibrated item. Value type.
struct ItemParameters {
  std::string id = {};
  ItemModel model = ItemModel::k2pl;
  int n_categories = 2;                 ///< model categories, >= 2
  double slope = 1.0;                   ///< a (discrimination)
  std::vector<double> intercepts = {};  ///< d_1 ... d_{K-1}; one value for the dichotomous models
  std::vector<double> scoring = {};     ///< s_0 ... s_{K-1} of the nominal model; empty for the others (0, 1, 2, ...)
  double lower = 0.0;                   ///< g in [0, 1)
  double upper = 1.0;                   ///< u in (g, 1]
  /// Model category of each observed category (0, 1, ...), -1 for one never seen in calibration; empty means the identity.
  std::vector<int> category_map = {};

  /// Model category of an observed category, or -1 where this item cannot place it.
  [[nodiscard]] int model_category(int observed) const;
  /// Difficulty b = -d/a of a dichotomous item; thresholds b_1 ... b_{K-1} (graded) or steps (PCM, GPCM, RSM) of the others; empty for
  /// nominal.
  [[nodiscard]] std::vector<double> difficulties() const;
};

/// Distribution of ability in one group.
struct Population {
  std::string id = {};
  double mean = 0.0;
  double sd = 1.0;
};

/// Equally spaced ability grid; weights are those of the population's normal density at the nodes, normalised to sum to 1.
/// The default, 61 nodes on [-6, 6], is also that of the reference results.
struct Grid {
  int n_nodes = 61;
  double lowest = -6.0;
  double highest = 6.0;
  [[nodiscard]] std::vector<double> nodes() const;
  /// Normal weights at the nodes for a population; they sum to 1.
  [[nodiscard]] std::vector<double> weights(const Population& population) const;
};

/// A calibrated set of items with its populations. Immutable use is thread-safe.
struct Model {
  std::vector<ItemParameters> items;
  std::vector<Population> populations = {Population{"all", 0.0, 1.0}};
  Grid grid;

  /// Index of an item by id, -1 when the model does not hold it.
  [[nodiscard]] std::int64_t find(std::string_view item_id) const;
  /// All state, for saving and loading (io).
  void visit(Visitor& visitor);
};

/// Checks sizes, ranges and ordering (n_categories >= 2, finite values, 0 <= g < u <= 1, graded intercepts decreasing).
/// Errors: kInvalidArgument naming the item.
[[nodiscard]] Result<void> check(const Model& model);

/// Probabilities of the n_categories model categories at one ability; `out` has n_categories elements. They sum to 1 and are > 0
/// down to the smallest normal double. Reentrant; bit-promised (core/math).
void category_probabilities(const ItemParameters& item, double ability, std::span<double> out);
/// First and second derivatives of the log probabilities with respect to ability, same layout.
void category_log_derivatives(const ItemParameters& item, double ability, std::span<double> first, std::span<double> second);
/// Expected category score sum_k k P(k) (model categories).
[[nodiscard]] double expected_category(const ItemParameters& item, double ability);
/// Fisher information of the item at one ability.
[[nodiscard]] double information(const ItemParameters& item, double ability);

}  // namespace celadon::inline CELADON_ABI::irt
