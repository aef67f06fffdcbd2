#pragma once

#include <celadon/models/irt/connect.hpp>
#include <celadon/models/irt/impl/estimation.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>

namespace celadon::inline CELADON_ABI::irt::estimation_detail {

namespace plan_detail {

using Counts = std::array<std::int64_t, 256>;

inline Finding about(Severity severity, Code code, const std::string& item, std::vector<Argument> arguments) {
  return make_finding(severity, code, {.table = {}, .column = {}, .row = -1, .item = item}, std::move(arguments));
}

inline Error invalid(const std::string& name, const std::string& detail) {
  return make_error(Code::kInvalidArgument, {}, {{"name", name}, {"detail", detail}});
}

inline Result<void> check_priors(const FitOptions& options) {
  for (const Prior& p : options.priors) {
    if (!std::isfinite(p.first) || !std::isfinite(p.second) || !(p.second > 0.0))
      return invalid("priors", "a value is not finite, or a spread is not positive");
    const bool share = p.parameter == ParameterKind::kLower || p.parameter == ParameterKind::kUpper;
    if (p.family == PriorFamily::kBeta && (!share || p.first < 1.0 || p.second < 1.0))
      return invalid("priors", "a beta prior is for lower or upper and has shapes of at least 1");
    if (p.family == PriorFamily::kLogNormal && p.parameter != ParameterKind::kSlope)
      return invalid("priors", "a lognormal prior is for the slope");
  }
  return {};
}

inline Result<void> check_options(const Responses& responses, const FitOptions& options) {
  const auto n = static_cast<std::size_t>(responses.n_persons());
  if (!(options.tolerance > 0.0) || !std::isfinite(options.tolerance)) return invalid("tolerance", "it must be positive and finite");
  if (options.max_iterations < 1) return invalid("max_iterations", "it must be at least 1");
  if (options.min_category_count < 1) return invalid("min_category_count", "it must be at least 1");
  if (!options.weights.empty() && options.weights.size() != n)
    return make_error(Code::kLengthMismatch, {},
                      {{"name", "weights"}, {"actual", std::to_string(options.weights.size())}, {"expected", std::to_string(n)}});
  if (!std::all_of(options.weights.begin(), options.weights.end(), [](double w) { return std::isfinite(w) && w >= 0.0; }))
    return invalid("weights", "a weight is negative or not finite");
  if (!options.groups.empty() && options.groups.size() != n)
    return make_error(Code::kLengthMismatch, {},
                      {{"name", "groups"}, {"actual", std::to_string(options.groups.size())}, {"expected", std::to_string(n)}});
  std::int32_t highest = 0;
  for (const std::int32_t g : options.groups) {
    if (g < 0 || g > 60000) return invalid("groups", "a group is below 0 or above 60000");
    highest = std::max(highest, g);
  }
  if (!options.group_ids.empty() && options.group_ids.size() <= static_cast<std::size_t>(highest))
    return make_error(
        Code::kLengthMismatch, {},
        {{"name", "group_ids"}, {"actual", std::to_string(options.group_ids.size())}, {"expected", std::to_string(highest + 1)}});
  Model bank;
  bank.items = options.anchors;
  bank.grid = options.grid;
  if (auto ok = check(bank); !ok) return ok;
  return check_priors(options);
}

/// Persons that count, by the missing policy and the weights: empty when all do.
inline std::vector<std::uint8_t> persons_out(const Responses& responses, const FitOptions& options) {
  std::vector<std::uint8_t> out;
  const auto n = static_cast<std::size_t>(responses.n_persons());
  if (std::any_of(options.weights.begin(), options.weights.end(), [](double w) { return w == 0.0; })) {
    out.assign(n, 0);
    for (std::size_t i = 0; i < n; ++i) out[i] = options.weights[i] == 0.0 ? 1 : 0;
  }
  std::array<std::uint8_t, 256> drops{};
  bool any = false;
  for (int c = kMaxCategory + 1; c < 256; ++c)
    if (options.missing.of(static_cast<std::uint8_t>(c)) == MissingTreatment::kDropPerson) {
      drops[static_cast<std::size_t>(c)] = 1;
      any = true;
    }
  if (!any) return out;
  if (out.empty()) out.assign(n, 0);
  for (std::int64_t b = 0; b < responses.n_blocks(); ++b)
    for (std::int64_t j = 0; j < responses.n_items(); ++j) {
      const std::uint8_t* column = responses.column(b, j);
      for (std::int64_t r = 0; r < responses.rows(b); ++r) out[static_cast<std::size_t>(b * kBlockRows + r)] |= drops[column[r]];
    }
  return out;
}

/// How often each byte occurs in each item, among persons that count.
inline Result<std::vector<Counts>> count_bytes(const Responses& responses, const std::vector<std::uint8_t>& out_of,
                                               const ExecutionContext& context) {
  const auto n_items = static_cast<std::size_t>(responses.n_items());
  const int workers = worker_count(responses.n_blocks(), context);
  std::vector<Counts> total(n_items, Counts{});
  std::vector<std::vector<Counts>> scratch(static_cast<std::size_t>(workers), total);
  const auto work = [&](std::int64_t block, int worker) {
    auto& counts = scratch[static_cast<std::size_t>(worker)];
    const std::int64_t rows = responses.rows(block);
    for (std::size_t j = 0; j < n_items; ++j) {
      const std::uint8_t* column = responses.column(block, static_cast<std::int64_t>(j));
      counts[j].fill(0);
      if (out_of.empty() && responses.n_categories()[j] <= 2 && !responses.has_missing(static_cast<std::int64_t>(j))) {
        std::int64_t ones = 0;
        for (std::int64_t r = 0; r < rows; ++r) ones += column[r];
        counts[j][1] = ones;
        counts[j][0] = rows - ones;
        continue;
      }
      for (std::int64_t r = 0; r < rows; ++r)
        if (out_of.empty() || out_of[static_cast<std::size_t>(block * kBlockRows + r)] == 0) ++counts[j][column[r]];
    }
  };
  const auto merge = [&](std::int64_t, int worker) {
    for (std::size_t j = 0; j < n_items; ++j)
      for (std::size_t c = 0; c < 256; ++c) total[j][c] += scratch[static_cast<std::size_t>(worker)][j][c];
  };
  if (auto done = run_blocks(responses.n_blocks(), workers, context, work, merge); !done) return done.error();
  return total;
}

/// Which category a byte is: -1 for none.
inline int category_of(int byte, const MissingPolicy& policy) {
  if (byte <= kMaxCategory) return byte;
  return policy.of(static_cast<std::uint8_t>(byte)) == MissingTreatment::kLowest ? 0 : -1;
}

/// The model categories of the observed ones; sparse ordered categories are joined from the lowest up.
inline std::vector<int> map_categories(const std::vector<std::int64_t>& counts, int least, bool ordered, int& n_categories) {
  std::vector<int> map(counts.size(), -1);
  std::vector<std::int64_t> sizes;
  for (std::size_t c = 0; c < counts.size(); ++c) {
    if (counts[c] == 0) continue;
    if (!ordered || sizes.empty() || sizes.back() >= least) sizes.push_back(0);
    sizes.back() += counts[c];
    map[c] = static_cast<int>(sizes.size()) - 1;
  }
  if (ordered && sizes.size() > 1 && sizes.back() < least) {
    const int last = static_cast<int>(sizes.size()) - 1;
    for (int& m : map) m = m == last ? last - 1 : m;
    sizes.pop_back();
  }
  n_categories = static_cast<int>(sizes.size());
  return map;
}

inline ItemModel polytomous_form(ItemModel model) {
  return model == ItemModel::kRasch ? ItemModel::kPartialCredit : ItemModel::kGeneralizedPartialCredit;
}

inline std::string map_text(const std::vector<int>& map) {
  std::string out;
  for (std::size_t c = 0; c < map.size(); ++c) {
    if (map[c] < 0) continue;
    out += (out.empty() ? "" : ", ") + std::to_string(c) + "->" + std::to_string(map[c]);
  }
  return out;
}

struct Lookup {
  std::unordered_map<std::string_view, ItemModel> models;
  std::unordered_map<std::string_view, const ItemParameters*> anchors;
};

/// Adds an anchor of the bank to the plan.
inline void add_anchor(const ItemParameters& anchor, const Counts& counts, const MissingPolicy& policy, Plan& plan, ItemPlan item) {
  item.start = anchor;
  item.fixed = true;
  item.code.assign(256, static_cast<std::uint8_t>(anchor.n_categories));
  std::string unknown;
  for (int byte = 0; byte < 256; ++byte) {
    const auto at = static_cast<std::size_t>(byte);
    const int observed = category_of(byte, policy);
    const int category = observed < 0 ? -1 : anchor.model_category(observed);
    if (category >= 0)
      item.code[at] = static_cast<std::uint8_t>(category);
    else if (counts[at] > 0)
      item.has_missing = true;
    if (category < 0 && observed >= 0 && counts[at] > 0) unknown += (unknown.empty() ? "" : ", ") + std::to_string(observed);
  }
  if (!unknown.empty()) plan.findings.push_back(about(Severity::kWarning, Code::kAnchorCategory, anchor.id, {{"value", unknown}}));
  plan.items.push_back(std::move(item));
}

/// Adds an item to be estimated, or says why not.
inline void add_free(const std::string& id, ItemModel model, const Counts& counts, const FitOptions& options, Plan& plan, ItemPlan item) {
  std::vector<std::int64_t> observed(kMaxCategory + 1, 0);
  std::int64_t total = 0;
  for (int byte = 0; byte < 256; ++byte) {
    const int c = category_of(byte, options.missing);
    if (c < 0) continue;
    observed[static_cast<std::size_t>(c)] += counts[static_cast<std::size_t>(byte)];
    total += counts[static_cast<std::size_t>(byte)];
  }
  while (!observed.empty() && observed.back() == 0) observed.pop_back();
  int n_categories = 0;
  const std::vector<int> map = map_categories(observed, options.min_category_count, model != ItemModel::kNominal, n_categories);
  if (total == 0 || n_categories < 2) {
    plan.left_out.push_back(id);
    plan.findings.push_back(total == 0 ? about(Severity::kWarning, Code::kNoAnswers, id, {})
                                       : about(Severity::kWarning, Code::kItemConstant, id, {{"n", std::to_string(total)}}));
    return;
  }
  if (n_categories > 2 && is_dichotomous(model)) {
    const ItemModel used = polytomous_form(model);
    plan.findings.push_back(
        about(Severity::kNote, Code::kModelReplaced, id,
              {{"n", std::to_string(n_categories)}, {"model", std::string(model_name(model))}, {"used", std::string(model_name(used))}}));
    model = used;
  }
  item.start.id = id;
  item.start.model = model;
  item.start.n_categories = n_categories;
  if (n_categories != static_cast<int>(map.size())) {
    item.start.category_map = map;
    plan.findings.push_back(
        about(Severity::kNote, Code::kCategoriesMerged, id, {{"n", std::to_string(n_categories)}, {"detail", map_text(map)}}));
  }
  item.code.assign(256, static_cast<std::uint8_t>(n_categories));
  for (int byte = 0; byte < 256; ++byte) {
    const int c = category_of(byte, options.missing);
    const int category = c >= 0 && c < static_cast<int>(map.size()) ? map[static_cast<std::size_t>(c)] : -1;
    if (category >= 0)
      item.code[static_cast<std::size_t>(byte)] = static_cast<std::uint8_t>(category);
    else if (counts[static_cast<std::size_t>(byte)] > 0)
      item.has_missing = true;
  }
  plan.items.push_back(std::move(item));
}

/// Parts that hold an anchor stand on the bank's scale together: they become one set. Returns the number of sets.
inline std::int32_t join_on_bank(const Plan& plan, Connectedness& found) {
  const std::size_t n = found.components.size();
  std::vector<std::uint8_t> on_bank(n, 0);
  for (std::size_t j = 0; j < plan.items.size(); ++j)
    if (plan.items[j].fixed && found.item_component[j] >= 0) on_bank[static_cast<std::size_t>(found.item_component[j])] = 1;
  std::vector<std::int32_t> set(n, -1);
  std::int32_t n_sets = 0;
  std::int32_t bank = -1;
  for (std::size_t c = 0; c < n; ++c) {
    set[c] = on_bank[c] != 0 && bank >= 0 ? bank : n_sets++;
    if (on_bank[c] != 0) bank = set[c];
  }
  for (auto* of : {&found.item_component, &found.person_component})
    for (std::int32_t& c : *of) c = c < 0 ? -1 : set[static_cast<std::size_t>(c)];
  return n_sets;
}

/// Linked sets of items and persons, and one population for each set and group that has persons who count.
inline Result<std::vector<std::uint8_t>> set_populations(const Responses& responses, const FitOptions& options,
                                                         const std::vector<std::uint8_t>& out_of, const ExecutionContext& context,
                                                         Plan& plan) {
  std::vector<std::int32_t> person_component;
  plan.item_component.assign(plan.items.size(), 0);
  std::int32_t n_components = 1;
  if (std::any_of(plan.items.begin(), plan.items.end(), [](const ItemPlan& p) { return p.has_missing; })) {
    std::vector<std::int64_t> columns;
    std::vector<std::uint8_t> anchored;
    for (const ItemPlan& p : plan.items) {
      columns.push_back(p.column);
      anchored.push_back(p.fixed ? 1 : 0);
    }
    Responses kept = responses;
    std::vector<std::int64_t> persons;  // who counts: nobody else links anything
    for (std::int64_t i = 0; i < responses.n_persons(); ++i)
      if (out_of.empty() || out_of[static_cast<std::size_t>(i)] == 0) persons.push_back(i);
    if (!plan.left_out.empty() || !out_of.empty()) {
      auto chosen = responses.select(persons, columns);
      if (!chosen) return chosen.error();
      kept = std::move(*chosen);
    }
    ConnectOptions how;
    how.missing = options.missing;
    how.rule = options.link;
    how.anchored = anchored;
    auto found = connectedness(kept, how, context);
    if (!found) return found.error();
    n_components = std::max<std::int32_t>(1, join_on_bank(plan, *found));
    const auto say = [&](Code code, std::int32_t count) {
      plan.findings.push_back(make_finding(Severity::kWarning, code, {.table = "responses", .column = "", .row = -1, .item = ""},
                                           {{"count", std::to_string(count)}}));
    };
    if (n_components > 1)
      say(Code::kNotConnected, n_components);
    else if (found->n_linked_groups > 1)
      say(Code::kWeakLink, found->n_linked_groups);
    plan.item_component = found->item_component;
    person_component.assign(static_cast<std::size_t>(responses.n_persons()), -1);
    for (std::size_t i = 0; i < persons.size(); ++i) person_component[static_cast<std::size_t>(persons[i])] = found->person_component[i];
  }

  const auto n = static_cast<std::size_t>(responses.n_persons());
  std::int32_t n_groups = 1;
  for (const std::int32_t g : options.groups) n_groups = std::max(n_groups, g + 1);
  const auto group_name = [&](std::int32_t g) {
    if (static_cast<std::size_t>(g) < options.group_ids.size()) return options.group_ids[static_cast<std::size_t>(g)];
    return n_groups == 1 ? std::string("all") : std::to_string(g + 1);
  };
  std::vector<std::uint8_t> reference;
  plan.model.populations.clear();
  if (n_components == 1 && n_groups == 1) {
    plan.model.populations.push_back({group_name(0), 0.0, 1.0});
    reference.push_back(1);
    plan.layout.populations.resize(1);
    return reference;
  }
  // cells of (set, group) that have persons, in order; 0xFFFF marks a person without an answer
  std::vector<std::int64_t> cell(static_cast<std::size_t>(n_components) * static_cast<std::size_t>(n_groups), -1);
  plan.population.assign(n, kDropped);
  const auto cell_of = [&](std::size_t person) -> std::int64_t {
    if (!out_of.empty() && out_of[person] != 0) return -1;
    const std::int64_t c = person_component.empty() ? 0 : person_component[person];
    return c < 0 ? -1 : c * n_groups + (options.groups.empty() ? 0 : options.groups[person]);
  };
  for (std::size_t i = 0; i < n; ++i)
    if (const std::int64_t c = cell_of(i); c >= 0) cell[static_cast<std::size_t>(c)] = 0;
  for (std::int32_t component = 0; component < n_components; ++component) {
    bool first = true;
    for (std::int32_t g = 0; g < n_groups; ++g) {
      std::int64_t& at = cell[static_cast<std::size_t>(component) * static_cast<std::size_t>(n_groups) + static_cast<std::size_t>(g)];
      if (at < 0) continue;
      at = static_cast<std::int64_t>(plan.model.populations.size());
      plan.model.populations.push_back({n_components == 1 ? group_name(g) : group_name(g) + "." + std::to_string(component + 1), 0.0, 1.0});
      reference.push_back(first ? 1 : 0);
      plan.layout.populations.emplace_back();
      // the set that a population belongs to, until the layout is made
      plan.layout.populations.back().mean = component;
      first = false;
    }
  }
  if (plan.model.populations.size() >= kDropped) return invalid("groups", "too many groups");
  if (plan.model.populations.empty()) return make_error(Code::kNoPersons);
  for (std::int32_t g = 0; g < n_groups; ++g) {
    bool any = false;
    for (std::int32_t component = 0; component < n_components; ++component)
      any = any || cell[static_cast<std::size_t>(component) * static_cast<std::size_t>(n_groups) + static_cast<std::size_t>(g)] >= 0;
    if (!any) plan.findings.push_back(make_finding(Severity::kWarning, Code::kEmptyGroup, {}, {{"group", group_name(g)}}));
  }
  for (std::size_t i = 0; i < n; ++i)
    if (const std::int64_t c = cell_of(i); c >= 0) plan.population[i] = static_cast<std::uint16_t>(cell[static_cast<std::size_t>(c)]);
  return reference;
}

}  // namespace plan_detail

Result<Plan> make_plan(const Responses& responses, const FitOptions& options, const ExecutionContext& context) {
  if (auto ok = plan_detail::check_options(responses, options); !ok) return ok.error();
  if (responses.n_persons() == 0) return make_error(Code::kNoPersons);
  if (responses.n_items() == 0) return make_error(Code::kNoItems);
  const std::vector<std::uint8_t> out_of = plan_detail::persons_out(responses, options);
  auto counts = plan_detail::count_bytes(responses, out_of, context);
  if (!counts) return counts.error();

  Plan plan;
  plan.model.grid = options.grid;
  std::unordered_map<std::string_view, ItemModel> models;
  for (const auto& [id, model] : options.models) models[id] = model;
  std::unordered_map<std::string_view, const ItemParameters*> anchors;
  for (const ItemParameters& a : options.anchors) anchors[a.id] = &a;
  std::unordered_map<std::string_view, bool> known;
  for (std::int64_t j = 0; j < responses.n_items(); ++j) {
    const std::string& id = responses.item_ids()[static_cast<std::size_t>(j)];
    known[id] = true;
    ItemPlan item;
    item.column = j;
    item.dropped.clear();
    for (int byte = kMaxCategory + 1; byte < 256; ++byte)
      if (options.missing.of(static_cast<std::uint8_t>(byte)) == MissingTreatment::kDropPerson && responses.has_missing(j)) {
        item.dropped.resize(256, 0);
        item.dropped[static_cast<std::size_t>(byte)] = 1;
      }
    const auto& bytes = (*counts)[static_cast<std::size_t>(j)];
    if (const auto a = anchors.find(id); a != anchors.end()) {
      plan_detail::add_anchor(*a->second, bytes, options.missing, plan, std::move(item));
    } else {
      const auto m = models.find(id);
      plan_detail::add_free(id, m == models.end() ? options.model : m->second, bytes, options, plan, std::move(item));
    }
    // cells of persons who do not count are read all the same
    if (!out_of.empty() && !plan.items.empty() && plan.items.back().column == j) plan.items.back().has_missing = true;
  }
  for (const auto& [id, model] : options.models)
    if (!known.contains(id)) plan.findings.push_back(plan_detail::about(Severity::kWarning, Code::kOptionItemUnknown, id, {}));
  if (plan.items.empty()) return make_error(Code::kNoItems);

  auto reference = plan_detail::set_populations(responses, options, out_of, context, plan);
  if (!reference) return reference.error();
  for (const Population& p : plan.model.populations) known[p.id] = true;
  for (const Prior& p : options.priors)
    if (!p.item.empty() && !known.contains(p.item))
      plan.findings.push_back(plan_detail::about(Severity::kWarning, Code::kOptionItemUnknown, p.item, {}));
  if (!out_of.empty()) {
    if (plan.population.empty()) plan.population.assign(out_of.size(), 0);
    for (std::size_t i = 0; i < out_of.size(); ++i)
      if (out_of[i] != 0) plan.population[i] = kDropped;
  }
  set_starts(responses, options, plan);
  for (const ItemPlan& item : plan.items) plan.model.items.push_back(item.start);
  make_layout(options, *reference, plan);
  return plan;
}

}  // namespace celadon::inline CELADON_ABI::irt::estimation_detail
