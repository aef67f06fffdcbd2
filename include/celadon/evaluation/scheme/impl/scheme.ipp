#pragma once

#include <celadon/evaluation/scheme/scheme.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string>
#include <utility>

namespace celadon::inline CELADON_ABI::scheme {

namespace check_detail {

inline constexpr std::array<std::string_view, 16> kStatisticNames = {"",
                                                                     "mean",
                                                                     "share_at_least",
                                                                     "share_at_most",
                                                                     "share_meeting",
                                                                     "sd",
                                                                     "total",
                                                                     "ratio",
                                                                     "coefficient_of_variation",
                                                                     "icc",
                                                                     "icc_corrected",
                                                                     "gradient",
                                                                     "variance_explained",
                                                                     "gap",
                                                                     "progress",
                                                                     "change"};

/// Adds findings and marks indicators.
class Checker {
 public:
  Checker(Scheme& scheme, Findings& findings) : scheme_(scheme), findings_(findings) {}

  void wrong(Indicator& i, Code code, std::vector<Argument> more) {
    std::vector<Argument> arguments = {{"path", i.path.empty() ? i.id : i.path}, {"line", i.line > 0 ? std::to_string(i.line) : "—"}};
    arguments.insert(arguments.end(), more.begin(), more.end());
    findings_.push_back(make_finding(Severity::kError, code, {scheme_.id, "", i.line, i.id}, std::move(arguments)));
    if (i.problem == Code::kNone) i.problem = code;
  }
  void needs(Indicator& i, const char* field, const char* expected) {
    wrong(i, Code::kSchemeField, {{"field", field}, {"expected", expected}});
  }

  void link() {
    std::map<std::string_view, std::int32_t> ids;
    for (std::size_t k = 0; k < scheme_.indicators.size(); ++k) {
      Indicator& i = scheme_.indicators[k];
      i.children.clear();
      if (!ids.emplace(i.id, static_cast<std::int32_t>(k)).second) wrong(i, Code::kSchemeDuplicateId, {{"value", i.id}});
    }
    for (Indicator& i : scheme_.indicators) break_cycle(i);
    scheme_.roots.clear();
    for (std::size_t k = 0; k < scheme_.indicators.size(); ++k) {
      const std::int32_t parent = scheme_.indicators[k].parent;
      auto& list = parent >= 0 ? scheme_.indicators[static_cast<std::size_t>(parent)].children : scheme_.roots;
      list.push_back(static_cast<std::int32_t>(k));
    }
    scheme_.order.clear();
    for (const std::int32_t root : scheme_.roots) visit(root);
  }

  void check(Indicator& i) {
    bands(i);
    if (i.is_leaf()) {
      leaf(i);
    } else {
      inner(i);
    }
  }

 private:
  void visit(std::int32_t k) {
    for (const std::int32_t c : scheme_.indicators[static_cast<std::size_t>(k)].children) visit(c);
    scheme_.order.push_back(k);
  }

  /// A chain of parents that leads back to where it began is cut there. One that never ends without coming back hangs under a cycle, whose
  /// own members are cut in their turn.
  void break_cycle(Indicator& i) {
    std::int32_t at = i.parent;
    for (std::size_t steps = 0; at >= 0 && steps <= scheme_.indicators.size(); ++steps) {
      Indicator& up = scheme_.indicators[static_cast<std::size_t>(at)];
      if (&up == &i) {
        i.parent = -1;
        wrong(i, Code::kSchemeCycle, {{"value", i.id}});
        return;
      }
      at = up.parent;
    }
  }

  void bands(Indicator& i) {
    if (!std::is_sorted(i.bands.cuts.begin(), i.bands.cuts.end(), std::less_equal<>()) && i.bands.cuts.size() > 1) {
      wrong(i, Code::kSchemeCutOrder, {{"field", "bands.cuts"}});
    } else if (std::any_of(i.bands.cuts.begin(), i.bands.cuts.end(), [](double x) { return !std::isfinite(x); })) {
      wrong(i, Code::kSchemeCutOrder, {{"field", "bands.cuts"}});
    }
    if (!i.bands.names.empty() && i.bands.names.size() != i.bands.cuts.size() + 1)
      wrong(i, Code::kSchemeBandNames,
            {{"cuts", std::to_string(i.bands.cuts.size())},
             {"expected", std::to_string(i.bands.cuts.size() + 1)},
             {"n", std::to_string(i.bands.names.size())}});
    const double a = i.goalposts[0];
    const double b = i.goalposts[1];
    const bool none = a != a && b != b;
    if (!none && (!std::isfinite(a) || !std::isfinite(b) || a == b)) needs(i, "goalposts", "two different numbers");
    if (!none && i.direction == Direction::kHigher && a > b) needs(i, "goalposts", "ascending where higher is better");
    if (!none && i.direction == Direction::kLower && a < b) needs(i, "goalposts", "descending where lower is better");
    if (!(std::isfinite(i.times) && i.times != 0.0)) needs(i, "times", "a number other than 0");
  }

  void leaf(Indicator& i) {
    using S = Statistic;
    const S s = i.statistic;
    if (s == S::kNone || i.problem == Code::kSchemeField || i.problem == Code::kSchemeUnknownStatistic) return;
    if (s == S::kChange) {
      const std::int32_t of = scheme_.find(i.of);
      if (of < 0 || scheme_.indicators[static_cast<std::size_t>(of)].statistic == S::kChange)
        wrong(i, Code::kSchemeChangeOf, {{"value", i.of}});
      return;
    }
    if (i.frame.empty()) needs(i, "frame", "the name of a table");
    if (s != S::kShareMeeting && i.variable.empty()) needs(i, "variable", "the name of a column");
    if (s == S::kShareMeeting && i.conditions.empty()) needs(i, "conditions", "at least one condition");
    if (s == S::kShareMeeting && (i.least_met < 0 || i.least_met > static_cast<int>(i.conditions.size())))
      needs(i, "least_met", "no more than there are conditions");
    if (!(i.others_ratio >= 0.0 && i.others_ratio <= 1.0)) needs(i, "others_ratio", "a share in [0, 1]");
    if (s == S::kRatio && i.per.empty()) needs(i, "per", "the name of a column");
    if ((s == S::kGradient || s == S::kVarianceExplained || s == S::kProgress) && i.predictors.empty())
      needs(i, "predictors", "names of columns");
    if (s == S::kGap && (i.group.empty() || i.groups[0] == i.groups[1])) needs(i, "group", "a column and two different groups");
    if ((s == S::kCoefficientOfVariation || s == S::kIcc || s == S::kIccCorrected) && i.between.empty())
      needs(i, "between", "a level of units");
    if (s == S::kIccCorrected && i.error_variance.empty()) needs(i, "error_variance", "the name of a column");
    if (std::isinf(i.cut)) needs(i, "cut", "a number or null");
  }

  void inner(Indicator& i) {
    if (i.statistic != Statistic::kNone) needs(i, "statistic", "nothing: the indicator has parts");
    if (!(i.least_weight >= 0.0 && i.least_weight <= 1.0)) needs(i, "least_weight", "a share in [0, 1]");
    if (i.weighting == Weighting::kGiven && i.problem != Code::kSchemeWeightsChild) {
      double sum = 0.0;
      bool fits = i.weights.size() == i.children.size();
      for (const double w : i.weights) {
        fits = fits && w >= 0.0 && std::isfinite(w);
        sum += w;
      }
      if (!fits) {
        wrong(i, Code::kSchemeWeightsChild, {{"value", i.id}});
      } else if (std::abs(sum - 1.0) > 1e-9) {
        wrong(i, Code::kSchemeWeightsSum, {{"sum", number(sum)}});
      }
    }
    if (i.aggregation == Aggregation::kProfile) return;
    for (const std::int32_t c : i.children) {
      if (scheme_.indicators[static_cast<std::size_t>(c)].statistic != Statistic::kChange) continue;
      // Changes are known after all periods, the number of an index with its own.
      needs(i, "aggregation", "profile, because a part is a change");
      return;
    }
    std::string first;
    for (const std::int32_t c : i.children) {
      const std::string scale = scale_of(scheme_.indicators[static_cast<std::size_t>(c)]);
      if (scale.empty()) continue;
      if (first.empty()) first = scale;
      if (first == scale) continue;
      wrong(i, Code::kSchemeMixedUnits, {{"first", first}, {"second", scale}});
      return;
    }
  }

  /// What may be averaged with what: index values, or values of one unit and direction. Empty for a part that never has a number.
  [[nodiscard]] std::string scale_of(const Indicator& i) const {
    if (i.goalposts[0] == i.goalposts[0]) return "0-100";
    if (!i.is_leaf() && i.unit.empty()) {
      if (i.aggregation == Aggregation::kProfile) return "";
      for (const std::int32_t c : i.children)
        if (std::string scale = scale_of(scheme_.indicators[static_cast<std::size_t>(c)]); !scale.empty()) return scale;
      return "";
    }
    if (i.is_leaf() && i.statistic == Statistic::kNone) return "";
    return (i.unit.empty() ? "—" : i.unit) + (i.direction == Direction::kLower ? " (-)" : "");
  }

  static std::string number(double x) {
    std::string text = std::to_string(x);
    while (text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
    return text;
  }

  Scheme& scheme_;
  Findings& findings_;
};

}  // namespace check_detail

std::string_view statistic_name(Statistic statistic) {
  return check_detail::kStatisticNames[static_cast<std::size_t>(statistic)];
}

std::int32_t Scheme::find(std::string_view wanted) const {
  for (std::size_t k = 0; k < indicators.size(); ++k)
    if (indicators[k].id == wanted) return static_cast<std::int32_t>(k);
  return -1;
}

Findings check(Scheme& scheme) {
  Findings findings;
  check_detail::Checker checker(scheme, findings);
  if (scheme.indicators.empty()) findings.push_back(make_finding(Severity::kError, Code::kSchemeEmpty));
  checker.link();
  for (Indicator& i : scheme.indicators) checker.check(i);
  return findings;
}

}  // namespace celadon::inline CELADON_ABI::scheme
