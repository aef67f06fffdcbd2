#pragma once

#include <celadon/models/cdm/impl/item_groups.hpp>
#include <celadon/models/cdm/q_validation.hpp>

#include <algorithm>
#include <bit>
#include <set>
#include <unordered_map>

namespace celadon::inline CELADON_ABI::cdm {

namespace q_validation_detail {

using item_groups_detail::Persons;

/// Most attributes for which every set is looked at.
inline constexpr std::size_t kMostForAll = 10;
/// Expected persons that a group needs in the Wald test.
inline constexpr double kLeastPersons = 1.0;

inline std::uint32_t mask_of(const ItemParameters& item) {
  std::uint32_t out = 0;
  for (const std::int32_t k : item.attributes) out |= 1U << k;
  return out;
}

/// One item; sets that were met are kept.
class Searcher {
 public:
  Searcher(const Model& model, const Responses& responses, const Persons& persons, std::size_t item, const QValidationOptions& options)
      : model_(model), responses_(responses), persons_(persons), item_(item), options_(options) {
    all_ = (1U << model.attributes.size()) - 1U;
    gdi_ = variance(all_);
  }
  [[nodiscard]] double gdi() const { return gdi_; }
  [[nodiscard]] double variance(std::uint32_t set) {
    const auto known = variance_.find(set);
    if (known != variance_.end()) return known->second;
    const double v = look(set).variance;
    variance_.emplace(set, v);
    return v;
  }
  [[nodiscard]] double pvaf(std::uint32_t set) { return gdi_ > 0.0 ? variance(set) / gdi_ : 0.0; }

  /// That attribute k does not matter in a set that holds it.
  [[nodiscard]] item_groups_detail::Wald test(std::uint32_t set, int k) {
    const auto key = set << 4 | static_cast<std::uint32_t>(k);
    const auto known = tested_.find(key);
    if (known != tested_.end()) return known->second;
    const auto pattern = item_groups_detail::patterns(model_, set);
    const std::size_t n = std::size_t{1} << std::popcount(set);
    const auto of = item_groups_detail::by_pattern(persons_, item_, pattern, n);
    const auto info = item_groups_detail::information(persons_, responses_, item_, pattern, of);
    std::vector<std::uint8_t> usable;
    const auto covariance = item_groups_detail::covariance(info, of.size, kLeastPersons, usable);
    const std::size_t bit = std::size_t{1} << std::popcount(set & ((1U << k) - 1U));
    std::vector<std::vector<double>> restrictions;
    for (std::size_t g = 0; g < n; ++g) {
      if ((g & bit) != 0 || usable[g] == 0 || usable[g | bit] == 0) continue;
      restrictions.emplace_back(n, 0.0);
      restrictions.back()[g] = -1.0;
      restrictions.back()[g | bit] = 1.0;
    }
    const std::vector<double> one(n, 1.0);
    const auto out = item_groups_detail::wald(restrictions, of.probability, one, covariance);
    tested_.emplace(key, out);
    return out;
  }

  [[nodiscard]] std::uint32_t by_pvaf() {
    std::uint32_t best = 0;
    const int n = static_cast<int>(model_.attributes.size());
    for (int size = 1; size <= n && best == 0; ++size)
      for (std::uint32_t set = 1; set <= all_; ++set)
        if (std::popcount(set) == size && pvaf(set) >= options_.pvaf_cut && (best == 0 || variance(set) > variance(best))) best = set;
    return best == 0 ? all_ : best;
  }

  [[nodiscard]] std::uint32_t by_wald(double alpha) {
    const int n = static_cast<int>(model_.attributes.size());
    std::uint32_t set = 1;
    for (int k = 1; k < n; ++k)
      if (variance(1U << k) > variance(set)) set = 1U << k;
    std::set<std::uint32_t> been{set};
    for (;;) {
      std::uint32_t next = set;
      for (int k = 0; k < n; ++k) {
        const std::uint32_t with = set | 1U << k;
        if (with == set || pvaf(with) - pvaf(set) < options_.least_gain || test(with, k).p > alpha) continue;
        if (next == set || variance(with) > variance(next)) next = with;
      }
      if (next == set) return set;
      set = leave(next, alpha);
      if (!been.insert(set).second) return set;
    }
  }

 private:
  [[nodiscard]] item_groups_detail::ByPattern look(std::uint32_t set) const {
    return item_groups_detail::by_pattern(persons_, item_, item_groups_detail::patterns(model_, set), std::size_t{1} << std::popcount(set));
  }
  /// Drops attributes that no longer matter, the least of them first.
  [[nodiscard]] std::uint32_t leave(std::uint32_t set, double alpha) {
    while (std::popcount(set) > 1) {
      std::uint32_t next = set;
      for (int k = 0; k < static_cast<int>(model_.attributes.size()); ++k) {
        const std::uint32_t without = set & ~(1U << k);
        if (without == set || (pvaf(set) - pvaf(without) >= options_.least_gain && test(set, k).p <= alpha)) continue;
        if (next == set || variance(without) > variance(next)) next = without;
      }
      if (next == set) return set;
      set = next;
    }
    return set;
  }

  const Model& model_;
  const Responses& responses_;
  const Persons& persons_;
  std::size_t item_;
  const QValidationOptions& options_;
  std::uint32_t all_ = 0;
  double gdi_ = 0.0;
  std::unordered_map<std::uint32_t, double> variance_;
  std::unordered_map<std::uint32_t, item_groups_detail::Wald> tested_;
};

inline Result<void> check_options(const QValidationOptions& o) {
  const auto bad = [](const char* detail) { return make_error(Code::kInvalidArgument, {}, {{"name", "options"}, {"detail", detail}}); };
  if (!(o.pvaf_cut > 0.0 && o.pvaf_cut <= 1.0)) return bad("0 < pvaf_cut <= 1 is needed");
  if (!(o.alpha > 0.0 && o.alpha < 1.0)) return bad("0 < alpha < 1 is needed");
  if (!(o.least_gain >= 0.0 && o.least_gain < 1.0)) return bad("0 <= least_gain < 1 is needed");
  if (o.max_rounds < 1) return bad("max_rounds >= 1 is needed");
  return {};
}

/// The changes from one set to another with their evidence in the second (where it enters) or in the union (where it leaves).
inline QSuggestion suggestion(Searcher& searcher, const std::vector<std::string>& attributes, const std::string& item, std::uint32_t from,
                              std::uint32_t to) {
  QSuggestion out{.item = item,
                  .from = from,
                  .to = to,
                  .pvaf_from = searcher.pvaf(from),
                  .pvaf_to = searcher.pvaf(to),
                  .gdi_from = searcher.variance(from),
                  .gdi_to = searcher.variance(to),
                  .changes = {}};
  for (int k = 0; k < static_cast<int>(attributes.size()); ++k) {
    const std::uint32_t bit = 1U << k;
    if (((from ^ to) & bit) == 0) continue;
    const auto test = searcher.test(to | bit, k);
    out.changes.push_back({.attribute = attributes[static_cast<std::size_t>(k)],
                           .enters = (to & bit) != 0,
                           .pvaf_with = searcher.pvaf(to | bit),
                           .pvaf_without = searcher.pvaf(to & ~bit),
                           .wald = test.value,
                           .df = test.df,
                           .p = test.p});
  }
  return out;
}

/// `from`: sets to compare with, by model item; empty: those of the model. `fixed_to`: the suggested sets, by model item; empty: sought.
inline Result<QValidation> look(const Model& model, const Responses& responses, const QValidationOptions& options,
                                const std::vector<std::uint32_t>& from, const std::vector<std::uint32_t>& fixed_to,
                                const ExecutionContext& context) {
  if (auto ok = check_options(options); !ok) return ok.error();
  ScoreOptions how;
  how.missing = options.missing;
  how.population = options.population;
  auto persons = item_groups_detail::look(model, responses, how, context);
  if (!persons) return persons.error();
  QValidation out;
  out.attributes = model.attributes;
  out.findings = persons->match.findings;
  out.n_used = persons->scores.n_scored;
  const std::size_t n = persons->match.items.size();
  const double alpha = options.alpha / static_cast<double>(n * model.attributes.size());
  out.items.resize(n);
  std::vector<QSuggestion> found(n);
  const auto work = [&](std::int64_t at, int) {
    const auto i = static_cast<std::size_t>(at);
    const auto j = static_cast<std::size_t>(persons->match.items[i]);
    Searcher searcher(model, responses, *persons, i, options);
    QItem& item = out.items[i];
    item.item = model.items[j].id;
    item.from = from.empty() ? mask_of(model.items[j]) : from[j];
    item.gdi = searcher.gdi();
    if (!fixed_to.empty())
      item.to = fixed_to[j];
    else if (!(item.gdi > 0.0))
      item.to = item.from;
    else
      item.to = options.method == QMethod::kPvaf ? searcher.by_pvaf() : searcher.by_wald(alpha);
    if (model.attributes.size() <= kMostForAll)
      for (std::uint32_t set = 1; set < 1U << model.attributes.size(); ++set) item.pvaf.push_back(searcher.pvaf(set));
    if (item.to != item.from) found[i] = suggestion(searcher, model.attributes, item.item, item.from, item.to);
  };
  const auto n_work = static_cast<std::int64_t>(n);
  if (auto done = run_blocks(n_work, worker_count(n_work, context), context, work); !done) return done.error();
  out.suggested.attributes = model.attributes;
  for (std::size_t i = 0; i < n; ++i) {
    out.suggested.item_ids.push_back(out.items[i].item);
    for (std::size_t k = 0; k < model.attributes.size(); ++k)
      out.suggested.cells.push_back(static_cast<std::uint8_t>(out.items[i].to >> k & 1U));
    if (out.items[i].to != out.items[i].from) out.suggestions.push_back(std::move(found[i]));
  }
  return out;
}

}  // namespace q_validation_detail

std::string_view q_method_name(QMethod method) {
  return method == QMethod::kPvaf ? "pvaf" : "wald";
}

Result<QMethod> q_method_from_name(std::string_view name) {
  for (const QMethod method : {QMethod::kPvaf, QMethod::kWald})
    if (name == q_method_name(method)) return method;
  return make_error(Code::kInvalidArgument, {}, {{"name", "method"}, {"detail", "\"" + std::string(name) + "\" is none of pvaf wald"}});
}

Result<QValidation> look_at_q(const Model& model, const Responses& responses, const QValidationOptions& options,
                              const ExecutionContext& context) {
  return q_validation_detail::look(model, responses, options, {}, {}, context);
}

Result<QValidation> validate_q(const Responses& responses, const QMatrix& q, const FitOptions& fit_options,
                               const QValidationOptions& options, const ExecutionContext& context) {
  if (auto ok = check_shape(q); !ok) return ok.error();
  if (auto ok = q_validation_detail::check_options(options); !ok) return ok.error();
  FitOptions how = fit_options;
  how.rule = Rule::kGdina;
  how.rules.clear();
  how.missing = options.missing;
  how.errors = ErrorMethod::kNone;
  if (!options.population.empty()) how.groups = options.population;
  QValidationOptions looking = options;
  looking.population = how.groups;
  QMatrix now = q;
  std::set<std::vector<std::uint8_t>> been{q.cells};
  for (int round = 1;; ++round) {
    const auto fitted = fit(responses, now, how, context);
    if (!fitted) return fitted.error();
    auto seen = q_validation_detail::look(fitted->model, responses, looking, {}, {}, context);
    if (!seen) return seen.error();
    QMatrix next = now;
    for (const QItem& item : seen->items)
      for (std::int64_t j = 0; j < q.n_items(); ++j)
        if (q.item_ids[static_cast<std::size_t>(j)] == item.item)
          for (std::size_t k = 0; k < q.attributes.size(); ++k)
            next.cells[static_cast<std::size_t>(j) * q.attributes.size() + k] = static_cast<std::uint8_t>(item.to >> k & 1U);
    const bool settled = next.cells == now.cells;
    if (!settled && round < options.max_rounds && been.insert(next.cells).second) {
      now = std::move(next);
      continue;
    }
    // Evidence for the way from the given matrix to this one.
    std::vector<std::uint32_t> from(fitted->model.items.size(), 0);
    std::vector<std::uint32_t> to(fitted->model.items.size(), 0);
    for (std::size_t j = 0; j < fitted->model.items.size(); ++j)
      for (std::int64_t r = 0; r < q.n_items(); ++r)
        if (q.item_ids[static_cast<std::size_t>(r)] == fitted->model.items[j].id) {
          from[j] = q.mask(r);
          to[j] = next.mask(r);
        }
    auto out = q_validation_detail::look(fitted->model, responses, looking, from, to, context);
    if (!out) return out.error();
    out->rounds = round;
    out->settled = settled;
    out->findings.insert(out->findings.begin(), fitted->findings.begin(), fitted->findings.end());
    return out;
  }
}

Table QValidation::to_table() const {
  Table table("q_suggestions");
  std::vector<std::string> item;
  std::vector<std::string> attribute;
  std::vector<std::string> change;
  std::vector<std::string> from;
  std::vector<std::string> to;
  std::vector<double> pvaf_from;
  std::vector<double> pvaf_to;
  std::vector<double> wald;
  std::vector<std::int64_t> df;
  std::vector<double> p;
  for (const QSuggestion& s : suggestions)
    for (const QChange& c : s.changes) {
      item.push_back(s.item);
      attribute.push_back(c.attribute);
      change.emplace_back(c.enters ? "enters" : "leaves");
      from.push_back(profile_text(s.from, attributes.size()));
      to.push_back(profile_text(s.to, attributes.size()));
      pvaf_from.push_back(s.pvaf_from);
      pvaf_to.push_back(s.pvaf_to);
      wald.push_back(c.wald);
      df.push_back(c.df);
      p.push_back(c.p);
    }
  table.add("item", std::move(item)).add("attribute", std::move(attribute)).add("change", std::move(change));
  table.add("from", std::move(from)).add("to", std::move(to)).add("pvaf_from", std::move(pvaf_from)).add("pvaf_to", std::move(pvaf_to));
  table.add("wald", std::move(wald)).add("df", std::move(df)).add("p", std::move(p));
  return table;
}

Table QValidation::pvaf_table() const {
  Table table("q_pvaf");
  std::vector<std::string> item;
  std::vector<std::string> set;
  std::vector<double> pvaf;
  for (const QItem& i : items)
    for (std::size_t s = 0; s < i.pvaf.size(); ++s) {
      item.push_back(i.item);
      set.push_back(profile_text(static_cast<std::uint32_t>(s + 1), attributes.size()));
      pvaf.push_back(i.pvaf[s]);
    }
  table.add("item", std::move(item)).add("set", std::move(set)).add("pvaf", std::move(pvaf));
  return table;
}

}  // namespace celadon::inline CELADON_ABI::cdm
