/// Charts as data: what is drawn, with every word that stands in it, apart from how it is drawn. `svg.hpp` and `vega.hpp` draw the same
/// chart; `Chart::table()` gives the same numbers as rows, so that nobody depends on the picture.
///
/// Shares and probabilities lie in [0, 1]; abilities and difficulties are on the logistic scale. NaN is a gap, never a zero.
#pragma once

#include <celadon/core/table.hpp>

#include <cstdint>
#include <limits>
#include <string>
#include <variant>
#include <vector>

namespace celadon::inline CELADON_ABI::reports {

inline constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();

/// A named stretch of the marks axis, as shares of the full mark: [lower, upper).
struct ScoreBand {
  std::string label;
  double lower = 0.0;
  double upper = 1.0;
};

/// The level on its band with the interval of the true score.
struct LevelBandChart {
  std::vector<ScoreBand> bands;  ///< lowest first, touching, from 0 to 1
  int level = -1;                ///< index of the pupil's band, -1 when there is none
  double score = kNoValue;       ///< share of the full mark; NaN draws no pointer (family pages without a total)
  double lower = kNoValue;       ///< interval of the true score; NaN when there is none
  double upper = kNoValue;
  std::string interval_label;  ///< what the interval is, in words
};

/// How many pupils reached which marks.
struct ScoreDistributionChart {
  std::vector<double> edges;         ///< counts.size() + 1 ascending marks; a bin holds [edge, next), the last one its end too
  std::vector<std::int64_t> counts;  ///< pupils in each bin
  std::vector<ScoreBand> bands;      ///< level cuts in marks; may be empty
  double mean = kNoValue;            ///< marks
  std::string x_title, y_title, mean_label;
};

/// Abilities of persons beside the difficulties of items, on one scale.
struct WrightMapChart {
  std::vector<double> edges;         ///< of ability bins, ascending
  std::vector<std::int64_t> counts;  ///< persons in each bin
  struct ItemMark {
    std::string label;
    double difficulty = kNoValue;
  };
  std::vector<ItemMark> items;  ///< one mark a difficulty; an item with several thresholds has several marks
  std::string persons_title, items_title, scale_title;
};

/// Response curves of one item with what was observed.
struct ItemCurveChart {
  std::string item;
  std::vector<double> abilities;
  struct Curve {
    std::string label;
    std::vector<double> probability;  ///< at each ability
  };
  std::vector<Curve> curves;  ///< one for a 0/1 item (right), else one a category
  struct Point {
    int curve = 0;
    double ability = 0.0;
    double share = 0.0;
    std::int64_t n = 0;
  };
  std::vector<Point> observed;
  std::string x_title, y_title, observed_label;
};

/// Test information with the standard error it stands for.
struct InformationChart {
  std::vector<double> abilities;
  std::vector<double> information;
  std::vector<double> standard_error;
  std::string x_title, information_title, standard_error_title;
};

/// Share of each option by score group.
struct DistractorChart {
  std::string item;
  std::vector<std::string> groups;  ///< lowest first
  struct Option {
    std::string label;
    bool is_key = false;
    std::vector<double> share;  ///< in each group; NaN for an empty group
  };
  std::vector<Option> options;
  std::string y_title, key_label;
};

/// Student-problem chart: persons by items in chart order with the two curves.
struct SpChart {
  std::vector<std::string> persons;  ///< labels in chart order
  std::vector<std::string> items;
  std::vector<std::uint8_t> right;  ///< persons x items
  std::vector<int> s_curve;         ///< per person, items to the left of the curve
  std::vector<int> p_curve;         ///< per item, persons above the curve
  std::string s_label, p_label;
};

/// Rows by columns of shares, such as pupils by knowledge points.
struct HeatMapChart {
  std::vector<std::string> rows;
  std::vector<std::string> columns;
  std::vector<double> share;              ///< rows x columns, NaN where there is nothing to show
  std::vector<std::string> column_notes;  ///< such as the number of items; may be empty
};

/// From the full mark to the marks reached, item by item or point by point.
struct WaterfallChart {
  double full = 0.0;
  struct Step {
    std::string label;
    double change = 0.0;  ///< negative for a loss
  };
  std::vector<Step> steps;
  std::string full_label, end_label;
};

/// One bar or spoke a knowledge point.
struct KnowledgeChart {
  enum class State : std::uint8_t { kNone = 0, kMastered = 1, kUnstable = 2, kUndecided = 3 };
  struct Point {
    std::string label;
    double value = kNoValue;  ///< share of points gained, or probability of mastery
    double lower = kNoValue;  ///< interval; NaN when there is none
    double upper = kNoValue;
    State state = State::kNone;
    std::string note;  ///< such as "2 题"
  };
  std::vector<Point> points;
  bool radar = false;  ///< spokes instead of bars (3 to 12 points)
  std::string value_title;
  std::vector<std::string> state_labels;  ///< words of the four states; may be empty when no state is shown
};

/// Which knowledge points have to be mastered before which: a map from the first to the last.
struct PrerequisiteChart {
  struct Point {
    std::string label;
    KnowledgeChart::State state = KnowledgeChart::State::kNone;  ///< of a pupil
    std::string note;                                            ///< words at the right: the state, or how many pupils
  };
  struct Link {
    std::int32_t first = 0;  ///< of points: needed ...
    std::int32_t then = 0;   ///< ... before this one
  };
  std::vector<Point> points;
  std::vector<Link> links;  ///< a circle is drawn in the order given
};

/// Indices of one unit side by side, each on an axis of its own. Positions are shares of the row's axis, in [0, 1].
struct ProfileChart {
  struct Row {
    std::string label;
    std::string value_text;   ///< "72%", "8.4 小时", or why there is no value
    double value = kNoValue;  ///< position on the row's axis
    double lower = kNoValue;  ///< interval; NaN when there is none
    double upper = kNoValue;
    double reference = kNoValue;  ///< such as the mean of units that are alike
    double previous = kNoValue;   ///< the period before
    double target = kNoValue;
    std::string low_label, high_label;  ///< ends of the row's axis, "0%" "100%"; printed where they differ from the row before
    int depth = 0;                      ///< 0 an index, 1 a part of it, ...
  };
  std::vector<Row> rows;
  /// Words of the legend; an empty one has no entry, and neither has a mark that no row bears.
  std::string value_label, interval_label, reference_label, previous_label, target_label;
};

/// Units by their value with intervals, one mark a unit. No unit has a name: the picture shows how much units differ and how sure that is,
/// never a place in a list. `lower` and `upper` may be shorter than `value`: what is missing is NaN.
struct CaterpillarChart {
  std::vector<double> value, lower, upper;  ///< units in ascending order of value
  std::int32_t own = -1;                    ///< the reader's own unit, set off; -1 for none
  double reference = kNoValue;              ///< mean of all
  std::string y_title, x_title, own_label, reference_label;
};

/// One straight line a unit: the expected outcome along a background variable.
struct GradientChart {
  struct Line {
    double x_low = kNoValue, x_high = kNoValue, y_low = kNoValue, y_high = kNoValue;
  };
  std::vector<Line> lines;  ///< units, without names
  Line overall;
  std::int32_t own = -1;  ///< the reader's own unit; -1 for none
  std::string x_title, y_title, units_label, overall_label, own_label;
};

/// What share of the differences lies at each level: parts of one bar.
struct BalanceChart {
  struct Part {
    std::string label;
    double share = kNoValue;                    ///< of all parts; they add up to 1
    double lower = kNoValue, upper = kNoValue;  ///< interval of the share; NaN when there is none
  };
  std::vector<Part> parts;
};

/// How far a value moves when one thing is changed at a time: one bar a change, longest first as given.
struct TornadoChart {
  double centre = kNoValue;  ///< the value with nothing changed
  struct Bar {
    std::string label;
    double low = kNoValue, high = kNoValue;
    std::string note;
  };
  std::vector<Bar> bars;
  std::string x_title, centre_label;
  int decimals = 1;  ///< of the numbers at the ends of the bars, 0 to 6
};

/// One index over the periods, each with its interval.
struct TimelineChart {
  std::vector<std::string> periods;
  struct Series {
    std::string label;
    std::vector<double> value, lower, upper;  ///< one number a period; NaN is a gap, and so is what is missing at the end
  };
  std::vector<Series> series;  ///< at most six are drawn
  double target = kNoValue;
  std::string y_title, target_label;
  bool share = false;  ///< values are shares, ticks print as percentages
};

using ChartData = std::variant<LevelBandChart, ScoreDistributionChart, WrightMapChart, ItemCurveChart, InformationChart, DistractorChart,
                               SpChart, HeatMapChart, WaterfallChart, KnowledgeChart, PrerequisiteChart, ProfileChart, CaterpillarChart,
                               GradientChart, BalanceChart, TornadoChart, TimelineChart>;

/// A chart with the words around it.
struct Chart {
  std::string id;  ///< ASCII, unique in its report
  std::string title;
  std::string description;  ///< what the picture shows, for who cannot see it and for reading out
  ChartData data;

  /// The chart's numbers as rows. Cost: O(numbers).
  [[nodiscard]] Table table() const;
  /// Stable name of the kind: "level_band" "score_distribution" "wright_map" "item_curve" "information" "distractors" "sp_chart"
  /// "heat_map" "waterfall" "knowledge" "prerequisites" "profile" "caterpillar" "gradient" "balance" "tornado" "timeline".
  [[nodiscard]] std::string_view kind() const;
};

}  // namespace celadon::inline CELADON_ABI::reports
