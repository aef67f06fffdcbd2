#pragma once

#include <celadon/models/irt/connect.hpp>

#include <algorithm>
#include <map>
#include <numeric>

namespace celadon::inline CELADON_ABI::irt {

namespace connect_detail {

class UnionFind {
 public:
  explicit UnionFind(std::size_t n) : parent_(n) { std::iota(parent_.begin(), parent_.end(), std::size_t{0}); }
  std::size_t root(std::size_t x) {
    while (parent_[x] != x) x = parent_[x] = parent_[parent_[x]];
    return x;
  }
  // The smaller index stays the root, so that the numbering does not depend on the order of the unions.
  void join(std::size_t a, std::size_t b) {
    a = root(a);
    b = root(b);
    parent_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<std::size_t> parent_;
};

using Words = std::vector<std::uint64_t>;

/// What one person was given and answered: two bit rows, administered then answered.
struct Pattern {
  Words bits;
  std::int64_t first_person = 0;
  std::int64_t n_persons = 0;
};

inline bool answered(std::uint8_t cell, const MissingPolicy& policy) {
  return !is_missing(cell) || policy.of(cell) == MissingTreatment::kLowest;
}

inline std::vector<std::int64_t> items_of(const std::uint64_t* bits, std::int64_t n_items) {
  std::vector<std::int64_t> items;
  for (std::int64_t j = 0; j < n_items; ++j)
    if ((bits[j / 64] >> (j % 64) & 1U) != 0) items.push_back(j);
  return items;
}

/// All distinct (administered, answered) rows with the persons that have them, in order of first person.
class Patterns {
 public:
  Patterns(const Responses& responses, const MissingPolicy& policy)
      : responses_(responses), policy_(policy), words_(static_cast<std::size_t>((responses.n_items() + 63) / 64)) {}

  std::vector<Pattern> list;
  std::vector<std::int32_t> of_person;

  Result<void> collect(const ExecutionContext& context) {
    of_person.assign(static_cast<std::size_t>(responses_.n_persons()), 0);
    const std::int64_t n_blocks = responses_.n_blocks();
    const int workers = worker_count(n_blocks, context);
    std::vector<Words> scratch(static_cast<std::size_t>(workers));
    return run_blocks(
        n_blocks, workers, context, [&](std::int64_t block, int worker) { fill(block, scratch[static_cast<std::size_t>(worker)]); },
        [&](std::int64_t block, int worker) { number(block, scratch[static_cast<std::size_t>(worker)]); });
  }

  [[nodiscard]] std::size_t words() const { return words_; }

 private:
  void fill(std::int64_t block, Words& rows) const {
    const std::int64_t n = responses_.rows(block);
    rows.assign(static_cast<std::size_t>(n) * 2 * words_, 0);
    for (std::int64_t j = 0; j < responses_.n_items(); ++j) {
      const std::uint8_t* column = responses_.column(block, j);
      const std::size_t word = static_cast<std::size_t>(j) / 64;
      for (std::int64_t i = 0; i < n; ++i) {
        const std::uint64_t given = column[i] != static_cast<std::uint8_t>(Missing::kNotAdministered) ? 1 : 0;
        const std::uint64_t known = answered(column[i], policy_) ? 1 : 0;
        std::uint64_t* row = rows.data() + static_cast<std::size_t>(i) * 2 * words_;
        row[word] |= given << (j % 64);
        row[words_ + word] |= known << (j % 64);
      }
    }
  }

  void number(std::int64_t block, const Words& rows) {
    for (std::int64_t i = 0; i < responses_.rows(block); ++i) {
      const auto* row = rows.data() + static_cast<std::size_t>(i) * 2 * words_;
      const std::int64_t person = block * kBlockRows + i;
      // Neighbours mostly sat the same form: look at the last pattern before the map.
      if (last_ < 0 || !std::equal(row, row + 2 * words_, list[static_cast<std::size_t>(last_)].bits.begin())) {
        const auto [at, fresh] = index_.try_emplace(Words(row, row + 2 * words_), static_cast<std::int32_t>(list.size()));
        if (fresh) list.push_back({at->first, person, 0});
        last_ = at->second;
      }
      ++list[static_cast<std::size_t>(last_)].n_persons;
      of_person[static_cast<std::size_t>(person)] = last_;
    }
  }

  const Responses& responses_;
  const MissingPolicy& policy_;
  std::size_t words_;
  std::map<Words, std::int32_t> index_;
  std::int32_t last_ = -1;
};

inline void find_components(const Patterns& patterns, std::int64_t n_items, Connectedness& out) {
  UnionFind sets(static_cast<std::size_t>(n_items));
  std::vector<std::uint8_t> seen(static_cast<std::size_t>(n_items), 0);
  std::vector<std::int64_t> first_item(patterns.list.size(), -1);
  for (std::size_t p = 0; p < patterns.list.size(); ++p) {
    const auto items = items_of(patterns.list[p].bits.data() + patterns.words(), n_items);
    for (const std::int64_t j : items) {
      seen[static_cast<std::size_t>(j)] = 1;
      sets.join(static_cast<std::size_t>(items.front()), static_cast<std::size_t>(j));
    }
    if (!items.empty()) first_item[p] = items.front();
  }
  out.item_component.assign(static_cast<std::size_t>(n_items), -1);
  std::vector<std::int32_t> number(static_cast<std::size_t>(n_items), -1);
  for (std::size_t j = 0; j < static_cast<std::size_t>(n_items); ++j) {
    if (seen[j] == 0) continue;
    std::int32_t& id = number[sets.root(j)];
    if (id < 0) {
      id = static_cast<std::int32_t>(out.components.size());
      out.components.emplace_back();
    }
    out.item_component[j] = id;
    out.components[static_cast<std::size_t>(id)].items.push_back(static_cast<std::int64_t>(j));
  }
  out.person_component.reserve(patterns.of_person.size());
  for (const std::int32_t p : patterns.of_person) {
    const std::int64_t j = first_item[static_cast<std::size_t>(p)];
    out.person_component.push_back(j < 0 ? -1 : out.item_component[static_cast<std::size_t>(j)]);
    if (j >= 0) ++out.components[static_cast<std::size_t>(out.person_component.back())].n_persons;
  }
}

inline bool find_forms(const Patterns& patterns, std::int64_t n_items, int most_forms, Connectedness& out) {
  std::map<Words, std::int32_t> index;
  std::vector<std::int32_t> form_of_pattern;
  for (const Pattern& pattern : patterns.list) {
    Words given(pattern.bits.begin(), pattern.bits.begin() + static_cast<std::ptrdiff_t>(patterns.words()));
    const auto [at, fresh] = index.try_emplace(std::move(given), static_cast<std::int32_t>(out.forms.size()));
    if (fresh) {
      if (static_cast<int>(out.forms.size()) == most_forms) {
        out.forms.clear();
        return false;
      }
      out.forms.push_back({items_of(at->first.data(), n_items), 0, -1, -1});
    }
    Form& form = out.forms[static_cast<std::size_t>(at->second)];
    form.n_persons += pattern.n_persons;
    const std::int32_t component = out.person_component[static_cast<std::size_t>(pattern.first_person)];
    if (form.component < 0) form.component = component;
    form_of_pattern.push_back(at->second);
  }
  for (const std::int32_t p : patterns.of_person) out.person_form.push_back(form_of_pattern[static_cast<std::size_t>(p)]);
  return true;
}

inline bool enough(int shared, std::size_t shorter, const LinkRule& rule) {
  return shared >= rule.least_items && shared >= rule.least_share * static_cast<double>(shorter) - 1e-9;
}

inline void find_links(const ConnectOptions& options, Connectedness& out) {
  UnionFind groups(out.forms.size());
  std::vector<std::size_t> on_bank;
  for (std::size_t a = 0; a < out.forms.size(); ++a) {
    const auto& first = out.forms[a].items;
    if (!options.anchored.empty()) {
      const auto anchors =
          std::count_if(first.begin(), first.end(), [&](std::int64_t j) { return options.anchored[static_cast<std::size_t>(j)] != 0; });
      if (enough(static_cast<int>(anchors), first.size(), options.rule)) on_bank.push_back(a);
    }
    for (std::size_t b = a + 1; b < out.forms.size(); ++b) {
      const auto& second = out.forms[b].items;
      std::vector<std::int64_t> shared;
      std::set_intersection(first.begin(), first.end(), second.begin(), second.end(), std::back_inserter(shared));
      if (shared.empty()) continue;
      const std::size_t shorter = std::min(first.size(), second.size());
      FormLink link{static_cast<std::int32_t>(a), static_cast<std::int32_t>(b), static_cast<int>(shared.size()),
                    static_cast<double>(shared.size()) / static_cast<double>(shorter), false};
      link.sufficient = enough(link.n_shared, shorter, options.rule);
      if (link.sufficient) groups.join(a, b);
      out.links.push_back(link);
    }
  }
  for (std::size_t k = 1; k < on_bank.size(); ++k) groups.join(on_bank.front(), on_bank[k]);
  std::vector<std::int32_t> number(out.forms.size(), -1);
  for (std::size_t a = 0; a < out.forms.size(); ++a) {
    if (out.forms[a].component < 0) continue;  // nobody with this form answered anything: it links nothing and needs no link
    std::int32_t& id = number[groups.root(a)];
    if (id < 0) id = out.n_linked_groups++;
    out.forms[a].linked_group = id;
  }
}

inline void describe(const Responses& responses, Connectedness& out) {
  for (std::size_t j = 0; j < out.item_component.size(); ++j)
    if (out.item_component[j] < 0)
      out.findings.push_back(make_finding(Severity::kWarning, Code::kNoAnswers,
                                          {.table = "responses", .column = "", .row = -1, .item = responses.item_ids()[j]}));
  const auto empty_persons = std::count(out.person_component.begin(), out.person_component.end(), -1);
  if (empty_persons > 0)
    out.findings.push_back(make_finding(Severity::kNote, Code::kPersonsWithoutAnswers,
                                        {.table = "responses", .column = "", .row = -1, .item = ""},
                                        {{"count", std::to_string(empty_persons)}}));
  if (out.components.size() > 1)
    out.findings.push_back(make_finding(Severity::kWarning, Code::kNotConnected,
                                        {.table = "responses", .column = "", .row = -1, .item = ""},
                                        {{"count", std::to_string(out.components.size())}}));
  else if (out.n_linked_groups > 1)
    out.findings.push_back(make_finding(Severity::kWarning, Code::kWeakLink, {.table = "responses", .column = "", .row = -1, .item = ""},
                                        {{"count", std::to_string(out.n_linked_groups)}}));
}

}  // namespace connect_detail

Result<Connectedness> connectedness(const Responses& responses, const ConnectOptions& options, const ExecutionContext& context) {
  const std::int64_t n_items = responses.n_items();
  if (!options.anchored.empty() && static_cast<std::int64_t>(options.anchored.size()) != n_items)
    return make_error(Code::kLengthMismatch, {},
                      {{"name", "anchored"}, {"actual", std::to_string(options.anchored.size())}, {"expected", std::to_string(n_items)}});
  connect_detail::Patterns patterns(responses, options.missing);
  if (auto done = patterns.collect(context); !done) return done.error();
  Connectedness out;
  connect_detail::find_components(patterns, n_items, out);
  if (connect_detail::find_forms(patterns, n_items, options.most_forms, out)) connect_detail::find_links(options, out);
  connect_detail::describe(responses, out);
  return out;
}

Table Connectedness::to_table() const {
  std::vector<std::int64_t> first;
  std::vector<std::int64_t> second;
  std::vector<std::int64_t> shared;
  std::vector<double> share;
  std::vector<std::uint8_t> sufficient;
  for (const FormLink& link : links) {
    first.push_back(link.first + 1);
    second.push_back(link.second + 1);
    shared.push_back(link.n_shared);
    share.push_back(link.share);
    sufficient.push_back(link.sufficient ? 1 : 0);
  }
  Table table("form_links");
  table.add("first_form", std::move(first)).add("second_form", std::move(second)).add("n_shared", std::move(shared));
  table.add("share", std::move(share)).add_boolean("sufficient", std::move(sufficient));
  return table;
}

}  // namespace celadon::inline CELADON_ABI::irt
