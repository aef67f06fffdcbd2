#pragma once

#include <celadon/models/composite/data.hpp>
#include <celadon/models/composite/impl/columns_detail.hpp>

#include <map>

namespace celadon::inline CELADON_ABI::composite {

Matrix Matrix::copy_of(std::span<const double> from, std::int64_t rows, std::int64_t columns) {
  if (rows < 0 || columns < 0 || static_cast<std::int64_t>(from.size()) != rows * columns)
    throw LogicError("celadon::composite::Matrix::copy_of: length is not rows x columns");
  Matrix out;
  out.n_rows = rows;
  out.n_columns = columns;
  out.values.assign(from.begin(), from.end());
  return out;
}

std::vector<double> Matrix::column(std::int64_t j) const {
  std::vector<double> out(static_cast<std::size_t>(n_rows));
  for (std::int64_t i = 0; i < n_rows; ++i) out[static_cast<std::size_t>(i)] = (*this)(i, j);
  return out;
}

Result<Tree> Tree::make(std::vector<Node> nodes) {
  using columns_detail::at;
  const auto node_error = [](Code code, const Node& n) { return make_error(code, {}, {{"node", n.code}, {"parent", n.parent}}); };
  Tree tree;
  std::stable_partition(nodes.begin(), nodes.end(), [](const Node& n) { return n.level == 1; });
  std::map<std::string, std::int64_t, std::less<>> places;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const Node& n = nodes[i];
    if (n.level < 1) return columns_detail::invalid("level", "below 1");
    if (!std::isfinite(n.weight) || n.weight < 0.0) return columns_detail::invalid("weight", "negative or not finite: " + n.code);
    if (n.direction != 1 && n.direction != -1) return columns_detail::invalid("direction", "neither 1 nor -1: " + n.code);
    if (!places.emplace(n.code, static_cast<std::int64_t>(i)).second) return node_error(Code::kDuplicateNode, n);
    tree.n_indicators_ += n.level == 1 ? 1 : 0;
    tree.n_levels_ = std::max(tree.n_levels_, n.level);
  }
  tree.children_.resize(nodes.size());
  tree.parent_.assign(nodes.size(), -1);
  std::int64_t roots = 0;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const Node& n = nodes[i];
    if (n.parent.empty()) {
      ++roots;
      tree.root_ = static_cast<std::int64_t>(i);
      continue;
    }
    const auto found = places.find(n.parent);
    if (found == places.end()) return node_error(Code::kUnknownParent, n);
    if (nodes[at(found->second)].level <= n.level) return node_error(Code::kLevelNotAbove, n);
    tree.parent_[i] = found->second;
    tree.children_[at(found->second)].push_back(static_cast<std::int64_t>(i));
  }
  if (roots != 1) return make_error(Code::kNotOneRoot, {}, {{"n", std::to_string(roots)}});
  for (std::size_t i = at(tree.n_indicators_); i < nodes.size(); ++i) {
    if (tree.children_[i].empty()) return node_error(Code::kAggregateWithoutChildren, nodes[i]);
    tree.upwards_.push_back(static_cast<std::int64_t>(i));
  }
  std::stable_sort(tree.upwards_.begin(), tree.upwards_.end(),
                   [&](std::int64_t a, std::int64_t b) { return nodes[at(a)].level < nodes[at(b)].level; });
  tree.nodes_ = std::move(nodes);
  return tree;
}

Result<Tree> Tree::flat(std::int64_t n_indicators, std::string index_code) {
  if (n_indicators < 1) return columns_detail::invalid("n_indicators", "below 1");
  std::vector<Node> nodes(static_cast<std::size_t>(n_indicators) + 1);
  for (std::size_t j = 0; j + 1 < nodes.size(); ++j) {
    nodes[j].code = std::to_string(j + 1);
    nodes[j].parent = index_code;
  }
  nodes.back().code = std::move(index_code);
  nodes.back().level = 2;
  return make(std::move(nodes));
}

std::int64_t Tree::find(std::string_view code) const {
  for (std::size_t i = 0; i < nodes_.size(); ++i)
    if (nodes_[i].code == code) return static_cast<std::int64_t>(i);
  return -1;
}

std::vector<std::int64_t> Tree::indicators_of(std::int64_t node) const {
  std::vector<std::int64_t> out;
  for (std::int64_t j = 0; j < n_indicators_; ++j)
    for (std::int64_t up = j; up >= 0; up = parent(up))
      if (up == node) {
        out.push_back(j);
        break;
      }
  return out;
}

std::vector<double> Tree::weights() const {
  std::vector<double> out;
  out.reserve(nodes_.size());
  for (const Node& n : nodes_) out.push_back(n.weight);
  return out;
}

Result<std::vector<double>> effective_weights(const Tree& tree, std::span<const double> weights) {
  using columns_detail::at;
  const std::vector<double> own = weights.empty() ? tree.weights() : std::vector<double>(weights.begin(), weights.end());
  if (static_cast<std::int64_t>(own.size()) != tree.n_nodes())
    return columns_detail::length("weights", static_cast<std::int64_t>(own.size()), tree.n_nodes());
  for (const double w : own)
    if (!std::isfinite(w) || w < 0.0) return columns_detail::invalid("weights", "negative or not finite");
  std::vector<double> out(own.size(), 0.0);
  if (tree.root() < 0) return out;
  out[at(tree.root())] = 1.0;
  for (auto it = tree.upwards().rbegin(); it != tree.upwards().rend(); ++it) {
    double sum = 0.0;
    for (const std::int64_t c : tree.children(*it)) sum += own[at(c)];
    if (!(sum > 0.0)) {
      if (out[at(*it)] > 0.0) return columns_detail::invalid("weights", "children of " + tree.nodes()[at(*it)].code + " sum to 0");
      continue;
    }
    for (const std::int64_t c : tree.children(*it)) out[at(c)] = out[at(*it)] * own[at(c)] / sum;
  }
  return out;
}

std::vector<double> ranks(std::span<const double> values) {
  std::vector<double> negated(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) negated[i] = -values[i];
  std::vector<double> out(values.size());
  std::vector<columns_detail::Placed> order;
  columns_detail::ascending_ranks(negated.data(), negated.size(), columns_detail::Ties::kLowest, out.data(), order);
  return out;
}

}  // namespace celadon::inline CELADON_ABI::composite
