/// Model formulas, written as in R: `score ~ prior + sex + (prior | school)`.
///
///   response ~ terms       an intercept is understood; `0` or `-1` takes it out, `1` names it
///   a + b                  terms; `a:b` their interaction; `a*b` is `a + b + a:b`
///   (terms | group)        random terms by group, correlated; an intercept is understood
///   (terms || group)       the same, each term on its own, uncorrelated
///   (terms | a/b)          groups b within a: `(terms | b:a) + (terms | a)`
///   factor(x)              a whole-number column as categories (text columns always are)
///   I(x^2)                 a power from 2 to 9 of a number;  log(x)  its natural logarithm
///   mean(x, group)         contextual effect: the group's mean of x over the rows used, unweighted
///   within(x, group)       x minus that mean
///
/// A name with other characters stands in back quotes: `` `入学成绩` ``; names in Chinese need none.
/// Source of the notation: Wilkinson & Rogers (1973), doi:10.2307/2346786; Bates et al. (2015), doi:10.18637/jss.v067.i01, table 2.
#pragma once

#include <celadon/core/error.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace celadon::inline CELADON_ABI::multilevel {

/// What is done with a column before it enters a term.
enum class Transform : std::uint8_t {
  kNone = 0,
  kFactor = 1,
  kPower = 2,
  kLog = 3,
  kGroupMean = 4,    ///< mean(x, group)
  kWithinGroup = 5,  ///< within(x, group)
};

/// A variable of a formula: a column and what is done with it.
struct Variable {
  std::string column;
  Transform transform = Transform::kNone;
  int power = 1;      ///< of kPower
  std::string group;  ///< of kGroupMean and kWithinGroup

  /// The canonical text: "prior", "factor(year)", "I(x^2)", "mean(prior, school)".
  [[nodiscard]] std::string name() const;
  bool operator==(const Variable&) const = default;
};

/// A product of variables; empty is the intercept.
using Term = std::vector<Variable>;

/// (terms | group): the group is one column, or several whose combinations are the groups.
struct RandomTerm {
  bool intercept = true;
  std::vector<Term> terms;         ///< without the intercept
  std::vector<std::string> group;  ///< inner first: b:a

  /// "school" or "school:lea".
  [[nodiscard]] std::string group_name() const;
};

/// A parsed formula. Value type.
struct Formula {
  Variable response;
  bool intercept = true;
  std::vector<Term> terms;  ///< fixed, without the intercept; by degree, then as written
  std::vector<RandomTerm> random;

  /// The canonical text.
  [[nodiscard]] std::string text() const;
};

/// Errors: kFormulaSyntax (with the position, from 1, and what was expected). Cost: linear in the text. Reentrant.
Result<Formula> parse_formula(std::string_view text);

}  // namespace celadon::inline CELADON_ABI::multilevel
