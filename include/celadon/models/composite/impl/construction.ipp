#pragma once

#include <celadon/models/composite/impl/construction_detail.hpp>

namespace celadon::inline CELADON_ABI::composite {

Result<Index> build(const Measures& measures, const Construction& construction) {
  namespace detail = construction_detail;
  const Tree& tree = measures.tree;
  auto p = detail::prepare(measures, construction);
  if (!p) return p.error();
  auto n = detail::normal(tree, p->denominated, p->groups, construction.imputation, construction.treatment, construction.normalisation);
  if (!n) return n.error();
  auto scores = aggregate(n->normalised, tree, construction.aggregation, construction.weights);
  if (!scores) return scores.error();
  auto weights = effective_weights(tree, construction.weights);
  if (!weights) return weights.error();
  Index out;
  out.unit_ids = std::move(p->unit_ids);
  out.unit_rows = std::move(p->rows);
  for (const Node& node : tree.nodes()) out.node_codes.push_back(node.code);
  out.denominated = std::move(p->denominated);
  out.imputed = std::move(n->imputed);
  out.treated = std::move(n->treated);
  out.normalised = std::move(n->normalised);
  out.scores = std::move(*scores);
  out.index = out.scores.column(tree.root());
  out.rank = ranks(out.index);
  out.effective_weights = std::move(*weights);
  out.treatment = std::move(n->treatment);
  out.n_imputed = n->n_imputed;
  out.n_screened = measures.values.n_rows - static_cast<std::int64_t>(out.unit_rows.size());
  out.findings = std::move(p->findings);
  out.findings.insert(out.findings.end(), n->findings.begin(), n->findings.end());
  return out;
}

Table Index::to_table() const {
  Table table("index");
  table.add("unit", unit_ids);
  table.add("rank", rank);
  for (std::int64_t k = scores.n_columns - 1; k >= 0; --k) {
    const std::string& code = node_codes[static_cast<std::size_t>(k)];
    table.add(table.find(code) == nullptr ? code : "node_" + code, scores.column(k));
  }
  return table;
}

Table Index::treatment_table() const {
  Table table("treatment");
  std::vector<std::string> node;
  std::vector<std::string> transformation;
  std::vector<std::uint8_t> before;
  std::vector<std::uint8_t> after;
  std::vector<std::int64_t> winsorised;
  std::vector<double> lambda;
  std::vector<double> skewness[2];
  std::vector<double> kurtosis[2];
  const char* const names[] = {"none", "log", "log_shift_one", "box_cox", "box_cox_estimated"};
  for (std::size_t j = 0; j < treatment.size(); ++j) {
    const TreatmentRecord& r = treatment[j];
    node.push_back(node_codes[j]);
    transformation.emplace_back(names[static_cast<std::size_t>(r.transformation)]);
    before.push_back(r.passed_before ? 1 : 0);
    after.push_back(r.passed_after ? 1 : 0);
    winsorised.push_back(r.n_winsorised);
    lambda.push_back(r.lambda);
    skewness[0].push_back(r.skewness_before);
    skewness[1].push_back(r.skewness_after);
    kurtosis[0].push_back(r.kurtosis_before);
    kurtosis[1].push_back(r.kurtosis_after);
  }
  table.add("node", std::move(node)).add_boolean("passed_before", std::move(before)).add_boolean("passed_after", std::move(after));
  table.add("n_winsorised", std::move(winsorised)).add("transformation", std::move(transformation)).add("lambda", std::move(lambda));
  table.add("skewness_before", std::move(skewness[0])).add("kurtosis_before", std::move(kurtosis[0]));
  table.add("skewness_after", std::move(skewness[1])).add("kurtosis_after", std::move(kurtosis[1]));
  return table;
}

}  // namespace celadon::inline CELADON_ABI::composite
