/// Ratings checked and brought to one scale: shares of the full mark.
#pragma once

#include <celadon/models/standard_setting/impl/detail.hpp>
#include <celadon/models/standard_setting/ratings.hpp>

namespace celadon::inline CELADON_ABI::standard_setting::rating_detail {

using detail::at;
using detail::kNaN;

struct Shares {
  std::size_t n_judges = 0;  ///< as given
  std::size_t n_items = 0;
  std::vector<double> x;  ///< n_judges x n_items, NaN: not rated
  std::vector<double> full_marks;
  std::vector<std::string> ids;
  std::vector<std::int64_t> rated_by;  ///< ratings of each item
  std::vector<std::int64_t> rated;     ///< ratings of each judge
  std::vector<double> item_means;
  std::int64_t n_ratings = 0;
  std::int64_t n_active = 0;  ///< judges with a rating
  Findings findings;

  [[nodiscard]] double operator()(std::size_t judge, std::size_t item) const { return x[judge * n_items + item]; }
};

inline std::string allowed(RatingKind kind, double full) {
  if (kind == RatingKind::kYesNo) return "0 / 1";
  return "0 ... " + detail::shown(kind == RatingKind::kMarks ? full : 1.0);
}

inline Result<void> check_sizes(const Ratings& r) {
  if (r.n_judges < 1) return detail::invalid("n_judges", "must be 1 or more");
  if (r.n_items < 1) return detail::invalid("n_items", "must be 1 or more");
  if (r.values.size() != at(r.n_judges) * at(r.n_items)) return detail::length("values", r.values.size(), r.n_judges * r.n_items);
  if (!r.full_marks.empty() && r.full_marks.size() != at(r.n_items)) return detail::length("full_marks", r.full_marks.size(), r.n_items);
  if (!r.item_ids.empty() && r.item_ids.size() != at(r.n_items)) return detail::length("item_ids", r.item_ids.size(), r.n_items);
  if (!r.tables.empty() && r.tables.size() != at(r.n_judges)) return detail::length("tables", r.tables.size(), r.n_judges);
  for (const double f : r.full_marks)
    if (!(f > 0.0) || !std::isfinite(f)) return detail::invalid("full_marks", "each must be above 0");
  for (const std::int32_t t : r.tables)
    if (t < 0) return detail::invalid("tables", "numbered from 0");
  return {};
}

/// Errors as judge_item_components up to kItemHardlyRated.
inline Result<Shares> read(const Ratings& r) {
  if (auto ok = check_sizes(r); !ok) return ok.error();
  Shares out;
  out.n_judges = at(r.n_judges);
  out.n_items = at(r.n_items);
  out.full_marks.assign(r.full_marks.begin(), r.full_marks.end());
  if (out.full_marks.empty()) out.full_marks.assign(out.n_items, 1.0);
  out.ids.assign(r.item_ids.begin(), r.item_ids.end());
  if (out.ids.empty()) {
    out.ids.reserve(out.n_items);
    for (std::size_t i = 0; i < out.n_items; ++i) out.ids.push_back(std::to_string(i + 1));
  }
  out.x.assign(r.values.begin(), r.values.end());
  out.rated_by.assign(out.n_items, 0);
  out.rated.assign(out.n_judges, 0);
  out.item_means.assign(out.n_items, 0.0);
  for (std::size_t j = 0; j < out.n_judges; ++j)
    for (std::size_t i = 0; i < out.n_items; ++i) {
      double& v = out.x[j * out.n_items + i];
      if (std::isnan(v)) continue;
      const double limit = r.kind == RatingKind::kMarks ? out.full_marks[i] : 1.0;
      const bool fits = r.kind == RatingKind::kYesNo ? v == 0.0 || v == 1.0 : v >= 0.0 && v <= limit;
      if (!fits)
        return make_error(Code::kRatingOutOfRange, {{}, {}, static_cast<std::int64_t>(j) + 1, out.ids[i]},
                          {{"value", format_number(v)}, {"allowed", allowed(r.kind, limit)}});
      if (r.kind == RatingKind::kMarks) v /= limit;
      ++out.rated_by[i];
      ++out.rated[j];
      ++out.n_ratings;
      out.item_means[i] += v;
    }
  for (std::size_t i = 0; i < out.n_items; ++i) {
    if (out.rated_by[i] == 0) return make_error(Code::kItemHardlyRated, {{}, {}, -1, out.ids[i]}, {{"n", "0"}});
    out.item_means[i] /= static_cast<double>(out.rated_by[i]);
  }
  for (std::size_t j = 0; j < out.n_judges; ++j) {
    if (out.rated[j] > 0)
      ++out.n_active;
    else
      out.findings.push_back(detail::warning(Code::kJudgeWithoutRating, {{}, {}, static_cast<std::int64_t>(j) + 1, {}}, {}));
  }
  return out;
}

/// The ratings a judge gave, and the items they are of.
struct Row {
  std::vector<double> values;
  std::vector<std::size_t> items;
};
inline Row row_of(const Shares& s, std::size_t judge) {
  Row out;
  out.values.reserve(s.n_items);
  out.items.reserve(s.n_items);
  for (std::size_t i = 0; i < s.n_items; ++i)
    if (!std::isnan(s(judge, i))) {
      out.values.push_back(s(judge, i));
      out.items.push_back(i);
    }
  return out;
}

/// Finding for a judge who rated two items or more, all alike.
inline void find_constant(const Row& row, std::size_t judge, Findings& findings) {
  if (row.values.size() >= 2 && detail::constant(row.values))
    findings.push_back(detail::warning(Code::kConstantRatings, {{}, {}, static_cast<std::int64_t>(judge) + 1, {}},
                                       {{"value", detail::shown(row.values.front())}}));
}

/// Of checked ratings. Errors: kTooFewItems, kSingleJudge. Defined in ratings.ipp.
Result<Components> components(const Shares& shares);

}  // namespace celadon::inline CELADON_ABI::standard_setting::rating_detail
