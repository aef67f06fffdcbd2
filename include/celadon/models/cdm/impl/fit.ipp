#pragma once

#include <celadon/core/math.hpp>
#include <celadon/core/parallel.hpp>
#include <celadon/core/random.hpp>
#include <celadon/models/cdm/impl/errors.hpp>
#include <celadon/models/cdm/impl/search.hpp>
#include <celadon/models/cdm/impl/structure_step.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <unordered_map>

namespace celadon::inline CELADON_ABI::cdm {

namespace fit_detail {

inline Error bad(const std::string& name, const std::string& detail) {
  return make_error(Code::kInvalidArgument, {}, {{"name", name}, {"detail", detail}});
}

inline std::string number(double value) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::general, 3);
  return {text, end.ptr};
}

/// Rows of the matrix in the order of the answers' columns.
inline Result<std::vector<std::int64_t>> match(const Responses& responses, const QMatrix& q) {
  std::unordered_map<std::string_view, std::int64_t> row;
  for (std::int64_t j = 0; j < q.n_items(); ++j) row.emplace(q.item_ids[static_cast<std::size_t>(j)], j);
  std::vector<std::int64_t> out;
  for (const std::string& id : responses.item_ids()) {
    const auto at = row.find(id);
    if (at == row.end())
      return make_error(Code::kInvalidArgument, {.table = "q_matrix", .column = "item", .row = -1, .item = id},
                        {{"name", "q"}, {"detail", "item \"" + id + "\" of the answers is not in the Q-matrix"}});
    out.push_back(at->second);
  }
  return out;
}

inline Result<std::vector<latent_detail::CodedItem>> code_items(const Responses& responses, const MissingPolicy& missing) {
  std::vector<latent_detail::CodedItem> out;
  for (std::int64_t j = 0; j < responses.n_items(); ++j) {
    const int n = responses.n_categories()[static_cast<std::size_t>(j)];
    const std::string& id = responses.item_ids()[static_cast<std::size_t>(j)];
    if (n > 2)
      return make_error(Code::kNotRightWrong, {.table = "responses", .column = id, .row = -1, .item = id}, {{"n", std::to_string(n)}});
    latent_detail::CodedItem item;
    item.column = j;
    item.code.assign(256, 2);
    item.code[0] = 0;
    item.code[1] = 1;
    if (responses.has_missing(j)) {
      for (int cell = 252; cell <= 255; ++cell) {
        const auto at = static_cast<std::size_t>(cell);
        const MissingTreatment how = missing.of(static_cast<std::uint8_t>(cell));
        if (how == MissingTreatment::kLowest)
          item.code[at] = 0;
        else
          item.has_missing = true;
        if (how != MissingTreatment::kDropPerson) continue;
        item.dropped.resize(256, 0);
        item.dropped[at] = 1;
      }
    }
    out.push_back(std::move(item));
  }
  return out;
}

/// Weighted counts of right and wrong answers of each item, of the persons used.
inline std::vector<std::array<double, 2>> totals(const latent_detail::Packed& packed) {
  std::vector<std::array<double, 2>> out;
  for (const latent_detail::PackedGroup& group : packed.groups) out.resize(out.size() + group.items.size(), {0.0, 0.0});
  for (std::size_t g = 0; g < packed.groups.size(); ++g) {
    const latent_detail::PackedGroup& group = packed.groups[g];
    std::array<double, 256> rows{};
    for (std::int64_t i = 0; i < packed.n; ++i) {
      const auto at = static_cast<std::size_t>(i);
      if (!packed.population.empty() && packed.population[at] == latent_detail::kDropped) continue;
      rows[packed.column(i / kBlockRows, g)[i % kBlockRows]] += packed.weight.empty() ? 1.0 : packed.weight[at];
    }
    for (std::int32_t r = 0; r < group.n_rows; ++r)
      for (std::size_t l = 0; l < group.items.size(); ++l) {
        const std::int32_t level = r / group.strides[l] % group.levels[l];
        if (level < 2) out[static_cast<std::size_t>(group.items[l])][static_cast<std::size_t>(level)] += rows[static_cast<std::size_t>(r)];
      }
  }
  return out;
}

/// Rows of one table of products: fewer where there are many classes, so that the tables stay small.
inline std::int32_t most_rows(std::size_t n_classes) {
  return n_classes <= 256 ? 16 : (n_classes <= 2048 ? 16 : 9);
}

}  // namespace fit_detail

Priors Priors::small_sample() {
  return {{2.0, 8.0}, {8.0, 2.0}, {1.5, 1.5}, 0.05, 1.5};
}

std::string_view error_method_name(ErrorMethod method) {
  constexpr std::array<std::string_view, 3> kNames = {"none", "information", "sandwich"};
  return kNames[static_cast<std::size_t>(method)];
}

Result<ErrorMethod> error_method_from_name(std::string_view name) {
  for (const ErrorMethod m : {ErrorMethod::kNone, ErrorMethod::kInformation, ErrorMethod::kSandwich})
    if (error_method_name(m) == name) return m;
  return fit_detail::bad("errors", "\"" + std::string(name) + "\" is none of none information sandwich");
}

namespace fit_detail {

inline Result<void> check_options(const Responses& responses, const FitOptions& options) {
  if (responses.n_persons() == 0) return make_error(Code::kNoPersons);
  if (responses.n_items() == 0) return make_error(Code::kNoItems);
  if (options.n_starts < 1 || options.n_finals < 1 || options.max_iterations < 2 || !(options.tolerance > 0.0))
    return bad("options", "n_starts >= 1, n_finals >= 1, max_iterations >= 2 and tolerance > 0 are needed");
  const Priors& p = options.priors;
  for (const BetaPrior& b : {p.lowest, p.highest, p.between})
    if (!(b.a >= 1.0 && b.b >= 1.0)) return bad("priors", "a and b of a Beta prior are at least 1");
  if (!(p.class_count >= 0.0 && p.structure_sd >= 0.0)) return bad("priors", "class_count and structure_sd are at least 0");
  const auto n = static_cast<std::size_t>(responses.n_persons());
  const auto length = [&](const char* name, std::size_t actual) -> Result<void> {
    if (actual == 0 || actual == n) return {};
    return make_error(Code::kLengthMismatch, {}, {{"name", name}, {"actual", std::to_string(actual)}, {"expected", std::to_string(n)}});
  };
  if (auto ok = length("groups", options.groups.size()); !ok) return ok;
  if (auto ok = length("weights", options.weights.size()); !ok) return ok;
  for (const double w : options.weights)
    if (!(w >= 0.0 && w < 1e300)) return bad("weights", "a weight is finite and at least 0");
  for (const std::int32_t g : options.groups)
    if (g < 0 || g >= latent_detail::kDropped) return bad("groups", "a group is a whole number from 0 to 65534");
  if (options.structure == Structure::kHigherOrder && !options.prerequisites.empty())
    return bad("structure", "the higher-order structure has attributes independent given theta; prerequisites contradict it");
  return {};
}

/// A model without numbers: items with their rules, classes, populations.
inline Result<Model> make_frame(const Responses& responses, const QMatrix& q, const FitOptions& options) {
  const auto rows = match(responses, q);
  if (!rows) return rows.error();
  Model frame;
  frame.attributes = q.attributes;
  auto classes = mastery_classes(q.n_attributes(), options.prerequisites);
  if (!classes) return classes.error();
  frame.classes = std::move(*classes);
  frame.structure = options.structure;
  std::int32_t n_groups = 1;
  for (const std::int32_t g : options.groups) n_groups = std::max(n_groups, g + 1);
  for (std::int32_t g = 0; g < n_groups; ++g) {
    const auto at = static_cast<std::size_t>(g);
    frame.populations.push_back(
        {at < options.group_ids.size() ? options.group_ids[at] : (n_groups == 1 ? "all" : std::to_string(g + 1)), {}, {}, {}});
  }
  for (std::size_t j = 0; j < rows->size(); ++j) {
    ItemParameters item;
    item.id = responses.item_ids()[j];
    item.rule = options.rule;
    for (const auto& [id, rule] : options.rules)
      if (id == item.id) item.rule = rule;
    for (int k = 0; k < q.n_attributes(); ++k)
      if (q.needs((*rows)[j], k)) item.attributes.push_back(k);
    if (item.attributes.size() == 1) item.rule = Rule::kDina;
    item.probability.assign(std::size_t{1} << item.attributes.size(), 0.5);
    frame.items.push_back(std::move(item));
  }
  return frame;
}

/// Takes items without answers, or with one answer only and no prior, out of the model.
inline void leave_out(const Priors& priors, const std::vector<std::array<double, 2>>& counts, Model& frame,
                      std::vector<latent_detail::CodedItem>& coded, Fit& out) {
  const bool prior = priors.lowest.a > 1.0 && priors.lowest.b > 1.0 && priors.highest.a > 1.0 && priors.highest.b > 1.0;
  std::vector<ItemParameters> items;
  std::vector<latent_detail::CodedItem> cells;
  for (std::size_t j = 0; j < frame.items.size(); ++j) {
    const std::string& id = frame.items[j].id;
    const Place place{.table = "responses", .column = id, .row = -1, .item = id};
    const double answers = counts[j][0] + counts[j][1];
    if (frame.items[j].attributes.empty()) {  // check_q_matrix has told of it
      out.left_out.push_back(id);
      continue;
    }
    const bool none = !(answers > 0.0);
    const bool constant = !none && (counts[j][0] == 0.0 || counts[j][1] == 0.0);
    if (none) out.findings.push_back(make_finding(Severity::kWarning, Code::kItemWithoutResponses, place));
    if (constant)
      out.findings.push_back(make_finding(Severity::kWarning, Code::kItemConstant, place, {{"n", std::to_string(std::llround(answers))}}));
    if (none || (constant && !prior)) {
      out.left_out.push_back(id);
      continue;
    }
    items.push_back(std::move(frame.items[j]));
    cells.push_back(std::move(coded[j]));
  }
  frame.items = std::move(items);
  coded = std::move(cells);
}

/// Theta of the higher-order structure has no direction of its own: most attributes grow with it.
inline void orient(Model& model) {
  for (Population& p : model.populations) {
    double sum = 0.0;
    for (const double a : p.slope) sum += a;
    if (sum < 0.0)
      for (double& a : p.slope) a = -a;
  }
}

/// Probability of mastering each attribute, persons x attributes; a dropped person has zeros.
inline Result<std::vector<double>> mastery_of(const Problem& problem, const Model& model, const ExecutionContext& context) {
  const latent_detail::Packed& packed = *problem.persons;
  const latent_detail::Tables tables = tables_of(model, groups_by_class(model), packed);
  const std::size_t k_all = model.attributes.size();
  std::vector<double> out(static_cast<std::size_t>(packed.n) * k_all, 0.0);
  const auto work = [&](std::int64_t block, int) {
    std::vector<double> posterior;
    for (std::int64_t r = 0; r < packed.rows(block); ++r) {
      const auto at = static_cast<std::size_t>(block * kBlockRows + r);
      if (!packed.population.empty() && packed.population[at] == latent_detail::kDropped) continue;
      posterior_of(packed, tables, static_cast<std::int64_t>(at), posterior);
      for (std::size_t c = 0; c < model.classes.size(); ++c)
        for (std::size_t k = 0; k < k_all; ++k)
          if ((model.classes[c] >> k & 1U) != 0) out[at * k_all + k] += posterior[c];
    }
  };
  if (auto done = run_blocks(packed.n_blocks(), worker_count(packed.n_blocks(), context), context, work); !done) return done.error();
  return out;
}

/// How far pupils' probabilities differ between the tops within 2 of the best.
inline Result<void> compare_tops(const Problem& problem, const std::vector<Top>& tops, Fit& out, const ExecutionContext& context) {
  constexpr double kWithin = 2.0;
  constexpr double kMatters = 0.01;
  std::vector<double> best;
  int others = 0;
  for (std::size_t t = 1; t < tops.size(); ++t) {
    if (!(tops[t].result.objective > out.objective - kWithin)) {
      out.starts[t].mastery_difference = std::numeric_limits<double>::quiet_NaN();
      continue;
    }
    if (best.empty()) {
      auto found = mastery_of(problem, out.model, context);
      if (!found) return found.error();
      best = std::move(*found);
    }
    auto other = mastery_of(problem, tops[t].model, context);
    if (!other) return other.error();
    double largest = 0.0;
    for (std::size_t i = 0; i < best.size(); ++i) largest = std::max(largest, std::fabs(best[i] - (*other)[i]));
    out.starts[t].mastery_difference = largest;
    out.mastery_difference = std::max(out.mastery_difference, largest);
    if (largest > kMatters) ++others;
  }
  if (others > 0)
    out.findings.push_back(make_finding(Severity::kWarning, Code::kSeveralTops, {},
                                        {{"n", std::to_string(others)}, {"difference", number(out.mastery_difference)}}));
  return {};
}

inline int count_parameters(const Model& model) {
  int n = 0;
  for (const ItemParameters& item : model.items) n += n_parameters(item.rule, static_cast<int>(item.attributes.size()));
  const auto n_attributes = static_cast<int>(model.attributes.size());
  const int of_structure = model.structure == Structure::kSaturated ? static_cast<int>(model.classes.size()) - 1
                                                                    : n_attributes * (model.structure == Structure::kHigherOrder ? 2 : 1);
  return n + static_cast<int>(model.populations.size()) * of_structure;
}

}  // namespace fit_detail

Result<Fit> fit(const Responses& responses, const QMatrix& q, const FitOptions& options, const ExecutionContext& context) {
  using namespace fit_detail;
  if (auto ok = check_options(responses, options); !ok) return ok.error();
  auto looked_at = check_q_matrix(q, options.prerequisites);
  if (!looked_at) return looked_at.error();
  auto frame = make_frame(responses, q, options);
  if (!frame) return frame.error();
  auto coded = code_items(responses, options.missing);
  if (!coded) return coded.error();
  Fit out;
  out.findings = looked_at->findings;

  const std::int32_t rows = most_rows(frame->classes.size());
  const std::vector<std::uint16_t> population(options.groups.begin(), options.groups.end());
  auto packed = latent_detail::pack(responses, *coded, population, options.weights, context, rows);
  if (!packed) return packed.error();
  leave_out(options.priors, totals(*packed), *frame, *coded, out);
  if (!out.left_out.empty()) {
    if (frame->items.empty()) return make_error(Code::kNoItems);
    packed = latent_detail::pack(responses, *coded, population, options.weights, context, rows);
    if (!packed) return packed.error();
  }
  out.n_dropped = std::count(packed->population.begin(), packed->population.end(), latent_detail::kDropped);
  out.n_used = responses.n_persons() - out.n_dropped;
  out.total_weight = packed->total_weight;
  if (out.n_used == 0) return make_error(Code::kNoPersons);
  if (out.n_dropped > 0)
    out.findings.push_back(make_finding(Severity::kNote, Code::kPersonsWithoutAnswers, {}, {{"count", std::to_string(out.n_dropped)}}));
  // Persons with their own sampling weights stay apart where the errors need them so.
  const bool apart = options.errors == ErrorMethod::kSandwich && !options.weights.empty();
  const latent_detail::Packed persons = apart ? std::move(*packed) : latent_detail::join_patterns(std::move(*packed));

  std::int64_t passes = 0;
  const Problem problem{.options = &options, .persons = &persons, .passes = &passes};
  auto tops = search(problem, *frame, out.n_starts, context);
  if (!tops) return tops.error();
  for (const Top& top : *tops) {
    out.starts.push_back(top.result);
    if (top.result.objective > tops->front().result.objective - 0.01) out.n_agreeing += top.result.n_near;
  }
  Top& best = tops->front();
  orient(best.model);
  out.model = std::move(best.model);
  out.log_likelihood = best.result.log_likelihood;
  out.objective = best.result.objective;
  out.converged = best.result.converged;
  out.iterations = best.result.iterations;
  out.groups = latent_groups(out.model);
  out.n_parameters = count_parameters(out.model);
  out.aic = -2.0 * out.log_likelihood + 2.0 * out.n_parameters;
  out.bic = -2.0 * out.log_likelihood + math::log(out.total_weight) * out.n_parameters;
  if (!out.converged)
    out.findings.push_back(
        make_finding(Severity::kError, Code::kNotConverged, {}, {{"reason", "max_iterations"}, {"distance", number(best.distance)}}));
  if (auto done = compare_tops(problem, *tops, out, context); !done) return done.error();
  if (auto done = add_errors(problem, out, context); !done) return done.error();
  return out;
}

Result<LogLikelihood> log_likelihood(const Model& model, const Responses& responses, const LikelihoodOptions& options,
                                     const ExecutionContext& context) {
  using namespace fit_detail;
  if (responses.n_persons() == 0) return make_error(Code::kNoPersons);
  if (auto ok = check(model); !ok) return ok.error();
  FitOptions as_fit;
  as_fit.weights = options.weights;
  as_fit.groups = options.groups;
  if (auto ok = check_options(responses, as_fit); !ok) return ok.error();
  for (const std::int32_t g : options.groups)
    if (static_cast<std::size_t>(g) >= model.populations.size()) return bad("groups", "the model has no population " + std::to_string(g));
  auto all = code_items(responses, options.missing);
  if (!all) return all.error();
  Model known = model;
  known.items.clear();
  std::vector<latent_detail::CodedItem> coded;
  for (std::size_t j = 0; j < all->size(); ++j) {
    const std::int64_t at = model.find(responses.item_ids()[j]);
    if (at < 0) continue;
    known.items.push_back(model.items[static_cast<std::size_t>(at)]);
    for (double& p : known.items.back().probability) p = std::clamp(p, 1e-15, 1.0 - 1e-15);
    coded.push_back(std::move((*all)[j]));
  }
  if (known.items.empty()) return make_error(Code::kNoItems);
  for (Population& p : known.populations)
    for (double& v : p.probability) v = std::max(v, 1e-300);
  std::vector<std::uint16_t> population(options.groups.begin(), options.groups.end());
  auto packed = latent_detail::pack(responses, coded, std::move(population), options.weights, context, most_rows(known.classes.size()));
  if (!packed) return packed.error();
  LogLikelihood out;
  out.n_dropped = std::count(packed->population.begin(), packed->population.end(), latent_detail::kDropped);
  out.n_used = responses.n_persons() - out.n_dropped;
  if (out.n_used == 0) return make_error(Code::kNoPersons);
  const latent_detail::Packed persons = latent_detail::join_patterns(std::move(*packed));
  auto expected = latent_detail::expect(persons, tables_of(known, groups_by_class(known), persons), false, context);
  if (!expected) return expected.error();
  out.value = expected->log_likelihood;
  return out;
}

}  // namespace celadon::inline CELADON_ABI::cdm
