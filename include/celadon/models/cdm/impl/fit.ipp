#pragma once

#include <celadon/core/math.hpp>
#include <celadon/core/random.hpp>
#include <celadon/models/cdm/impl/search.hpp>
#include <celadon/models/cdm/impl/structure_step.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <unordered_map>

namespace celadon::inline CELADON_ABI::cdm {

namespace fit_detail {

inline Error bad(const std::string& name, const std::string& detail) {
  return make_error(Code::kInvalidArgument, {}, {{"name", name}, {"detail", detail}});
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

/// Groups of an item by class.
inline std::vector<std::uint32_t> groups_of(const ItemParameters& item, std::span<const std::uint32_t> classes) {
  std::vector<std::uint32_t> out;
  for (const std::uint32_t c : classes) {
    std::uint32_t g = 0;
    for (std::size_t l = 0; l < item.attributes.size(); ++l) g |= (c >> item.attributes[l] & 1U) << l;
    out.push_back(g);
  }
  return out;
}

/// Probabilities between `low` and `high` by the share of needed attributes that are mastered, in the shape of the rule.
inline void set_start(double low, double high, ItemParameters& item) {
  const auto m = static_cast<int>(item.attributes.size());
  for (std::size_t g = 0; g < item.probability.size(); ++g) {
    const int mastered = std::popcount(g);
    double share = static_cast<double>(mastered) / m;
    if (item.rule == Rule::kDina) share = mastered == m ? 1.0 : 0.0;
    if (item.rule == Rule::kDino) share = mastered > 0 ? 1.0 : 0.0;
    if (item.rule == Rule::kLlm) {
      const auto logit = [](double p) { return math::log(p) - math::log(1.0 - p); };
      item.probability[g] = math::logistic(logit(low) + share * (logit(high) - logit(low)));
    } else if (item.rule == Rule::kRrum) {
      item.probability[g] = math::exp(math::log(low) + share * (math::log(high) - math::log(low)));
    } else {
      item.probability[g] = low + share * (high - low);
    }
  }
}

/// A start: the first is the same for everybody, the others are drawn.
inline Model start(const Model& frame, std::uint64_t seed, int number) {
  Model model = frame;
  random::Stream stream(seed, 0xCD, static_cast<std::uint64_t>(number));
  for (ItemParameters& item : model.items)
    set_start(number == 0 ? 0.2 : stream.uniform(0.05, 0.4), number == 0 ? 0.8 : stream.uniform(0.6, 0.95), item);
  for (Population& p : model.populations) {
    if (model.structure == Structure::kSaturated) {
      double sum = 0.0;
      p.probability.assign(model.classes.size(), 1.0);
      for (double& v : p.probability) sum += v = number == 0 ? 1.0 : -math::log(stream.uniform());
      for (double& v : p.probability) v = std::max(v / sum, 1e-6);
      sum = 0.0;
      for (const double v : p.probability) sum += v;
      for (double& v : p.probability) v /= sum;
      continue;
    }
    p.intercept.assign(model.attributes.size(), 0.0);
    if (model.structure == Structure::kHigherOrder) p.slope.assign(model.attributes.size(), 1.0);
    for (double& v : p.intercept) v = number == 0 ? 0.0 : stream.normal();
    fill_classes(model.structure, model.classes, p);
  }
  return model;
}

/// The same model with every item under another rule, its probabilities brought into the rule's shape.
inline Model under_rule(const Model& model, Rule rule) {
  Model out = model;
  for (ItemParameters& item : out.items) {
    if (item.attributes.size() < 2) continue;
    item.rule = rule;
    set_start(item.probability.front(), std::max(item.probability.back(), item.probability.front() + 0.05), item);
  }
  return out;
}

}  // namespace fit_detail

Result<Fit> fit(const Responses& responses, const QMatrix& q, const FitOptions& options, const ExecutionContext& context) {
  using namespace fit_detail;
  if (responses.n_persons() == 0) return make_error(Code::kNoPersons);
  if (responses.n_items() == 0) return make_error(Code::kNoItems);
  if (options.n_starts < 1 || options.max_iterations < 2 || !(options.tolerance > 0.0))
    return bad("options", "n_starts >= 1, max_iterations >= 2 and tolerance > 0 are needed");
  auto looked_at = check_q_matrix(q, options.prerequisites);
  if (!looked_at) return looked_at.error();
  const auto rows = match(responses, q);
  if (!rows) return rows.error();
  const auto coded = code_items(responses, options.missing);
  if (!coded) return coded.error();
  const auto n = static_cast<std::size_t>(responses.n_persons());
  if (!options.groups.empty() && options.groups.size() != n)
    return make_error(Code::kLengthMismatch, {},
                      {{"name", "groups"}, {"actual", std::to_string(options.groups.size())}, {"expected", std::to_string(n)}});
  if (!options.weights.empty() && options.weights.size() != n)
    return make_error(Code::kLengthMismatch, {},
                      {{"name", "weights"}, {"actual", std::to_string(options.weights.size())}, {"expected", std::to_string(n)}});
  if (options.structure == Structure::kHigherOrder && !options.prerequisites.empty())
    return bad("structure", "the higher-order structure has attributes independent given theta; prerequisites contradict it");

  Fit out;
  out.findings = looked_at->findings;
  Model frame;
  frame.attributes = q.attributes;
  frame.classes = mastery_classes(q.n_attributes(), options.prerequisites).value();
  frame.structure = options.structure;
  std::int32_t n_groups = 1;
  for (const std::int32_t g : options.groups) {
    if (g < 0 || g >= 0xFFFF) return bad("groups", "a group is a whole number from 0");
    n_groups = std::max(n_groups, g + 1);
  }
  for (std::int32_t g = 0; g < n_groups; ++g) {
    const auto at = static_cast<std::size_t>(g);
    frame.populations.push_back(
        {at < options.group_ids.size() ? options.group_ids[at] : (n_groups == 1 ? "all" : std::to_string(g + 1)), {}, {}, {}});
  }
  Problem problem{.options = &options, .group_of_class = {}, .tolerance = options.tolerance, .max_iterations = options.max_iterations};
  for (std::size_t j = 0; j < rows->size(); ++j) {
    ItemParameters item;
    item.id = responses.item_ids()[j];
    item.rule = options.rule;
    for (const auto& [id, rule] : options.rules)
      if (id == item.id) item.rule = rule;
    for (int k = 0; k < q.n_attributes(); ++k)
      if (q.needs((*rows)[j], k)) item.attributes.push_back(k);
    if (item.attributes.empty())
      return make_error(Code::kQRowEmpty, {.table = "q_matrix", .column = {}, .row = (*rows)[j] + 1, .item = item.id});
    if (item.attributes.size() == 1) item.rule = Rule::kDina;
    item.probability.assign(std::size_t{1} << item.attributes.size(), 0.5);
    problem.group_of_class.push_back(groups_of(item, frame.classes));
    frame.items.push_back(std::move(item));
  }
  std::vector<std::uint16_t> population(options.groups.begin(), options.groups.end());
  auto packed = latent_detail::pack(responses, *coded, std::move(population), options.weights, context);
  if (!packed) return packed.error();
  out.total_weight = packed->total_weight;
  out.n_used = responses.n_persons();
  if (!packed->population.empty())
    out.n_dropped = std::count(packed->population.begin(), packed->population.end(), latent_detail::kDropped);
  out.n_used -= out.n_dropped;
  if (out.n_used == 0) return make_error(Code::kNoPersons);
  const latent_detail::Packed persons = latent_detail::join_patterns(std::move(*packed));

  // Every start on a part of the persons where there are many; the best few go on with all.
  constexpr std::int64_t kSample = 4000;
  const bool sampled = persons.n > 2 * kSample;
  const latent_detail::Packed part = sampled ? latent_detail::subsample(persons, kSample) : latent_detail::Packed{};
  Problem first = problem;
  if (sampled) first.tolerance = std::max(options.tolerance, 1e-2);
  std::vector<Model> starts;
  for (int s = 0; s < options.n_starts; ++s) starts.push_back(start(frame, options.seed, s));
  // Special cases of a general model are starts of their own, so that it never ends below them.
  const bool general = std::any_of(frame.items.begin(), frame.items.end(), [](const ItemParameters& i) { return i.rule == Rule::kGdina; });
  std::vector<Top> tops;
  if (general) {
    for (const Rule rule : {Rule::kDina, Rule::kDino, Rule::kAcdm, Rule::kLlm, Rule::kRrum}) {
      Model special = under_rule(starts[0], rule);
      for (std::size_t j = 0; j < special.items.size(); ++j)
        if (frame.items[j].rule != Rule::kGdina) special.items[j].rule = frame.items[j].rule;
      Problem rough = first;
      rough.tolerance = std::max(first.tolerance, 1e-2);
      auto top = climb(rough, std::move(special), sampled ? part : persons, context);
      if (!top) return top.error();
      for (std::size_t j = 0; j < top->model.items.size(); ++j) top->model.items[j].rule = frame.items[j].rule;
      starts.push_back(std::move(top->model));
    }
  }
  for (Model& model : starts) {
    auto top = climb(first, std::move(model), sampled ? part : persons, context);
    if (!top) return top.error();
    tops.push_back(std::move(*top));
  }
  std::stable_sort(tops.begin(), tops.end(), [](const Top& a, const Top& b) { return a.result.objective > b.result.objective; });
  if (sampled) {
    std::vector<Top> kept;
    for (Top& top : tops) {
      if (!kept.empty() && (kept.size() == 2 || std::fabs(top.result.objective - tops[0].result.objective) < 0.05)) continue;
      auto again = climb(problem, top.model, persons, context);
      if (!again) return again.error();
      kept.push_back(std::move(*again));
    }
    tops = std::move(kept);
    std::stable_sort(tops.begin(), tops.end(), [](const Top& a, const Top& b) { return a.result.objective > b.result.objective; });
  }
  for (const Top& top : tops) {
    out.starts.push_back(top.result);
    if (top.result.objective > tops[0].result.objective - 0.01) ++out.n_agreeing;
  }
  out.model = std::move(tops[0].model);
  out.log_likelihood = tops[0].result.log_likelihood;
  out.objective = tops[0].result.objective;
  out.converged = tops[0].result.converged;
  out.iterations = tops[0].result.iterations;
  for (const ItemParameters& item : out.model.items) out.n_parameters += n_parameters(item.rule, static_cast<int>(item.attributes.size()));
  const auto n_classes = static_cast<int>(out.model.classes.size());
  const int of_structure = options.structure == Structure::kSaturated
                               ? n_classes - 1
                               : q.n_attributes() * (options.structure == Structure::kHigherOrder ? 2 : 1);
  out.n_parameters += n_groups * of_structure;
  out.aic = -2.0 * out.log_likelihood + 2.0 * out.n_parameters;
  out.bic = -2.0 * out.log_likelihood + math::log(out.total_weight) * out.n_parameters;
  if (!out.converged)
    out.findings.push_back(make_finding(Severity::kError, Code::kNotConverged, {}, {{"reason", "max_iterations"}, {"distance", "?"}}));
  return out;
}

}  // namespace celadon::inline CELADON_ABI::cdm
