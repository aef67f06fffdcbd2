#pragma once

#include <celadon/core/math.hpp>
#include <celadon/models/multilevel/impl/structure.hpp>

#include <Eigen/Dense>
#include <Eigen/Sparse>

#include <cmath>
#include <map>

namespace celadon::inline CELADON_ABI::multilevel::solve_detail {

namespace crossed_detail {

using Sparse = Eigen::SparseMatrix<double>;

/// Products of the random columns of two groups, first not before second.
struct Block {
  std::size_t first_grouping = 0;
  std::size_t second_grouping = 0;
  std::size_t first = 0;   ///< row of the whole matrix where the first group's effects begin
  std::size_t second = 0;  ///< column, the same
  std::vector<double> values;
  std::vector<Eigen::Index> at;  ///< place of each entry among the values of the sparse matrix; -1 above the diagonal
};

class Crossed final : public Eliminator {
 public:
  explicit Crossed(const Structure& s) : s_(s) {
    std::size_t size = 0;
    for (const Grouping& g : s.groupings) {
      offset_.push_back(size);
      size += g.levels.size() * g.columns.size();
    }
    size_ = static_cast<Eigen::Index>(size);
    update();
    std::vector<Eigen::Triplet<double>> entries;
    const auto each = [&](Block& block, auto&& use) {
      const std::size_t ka = s.groupings[block.first_grouping].columns.size();
      const std::size_t kb = s.groupings[block.second_grouping].columns.size();
      for (std::size_t a = 0; a < ka; ++a)
        for (std::size_t b = 0; b < kb; ++b) use(block.first + a, block.second + b);
    };
    for (Block& block : blocks_)
      each(block, [&](std::size_t r, std::size_t c) {
        if (r >= c) entries.emplace_back(static_cast<int>(r), static_cast<int>(c), 1.0);
      });
    matrix_.resize(size_, size_);
    matrix_.setFromTriplets(entries.begin(), entries.end());
    matrix_.makeCompressed();
    for (Block& block : blocks_)
      each(block, [&](std::size_t r, std::size_t c) {
        block.at.push_back(r >= c ? &matrix_.coeffRef(static_cast<Eigen::Index>(r), static_cast<Eigen::Index>(c)) - matrix_.valuePtr()
                                  : -1);
      });
    factor_.analyzePattern(matrix_);
  }

  void update() override {
    const Structure& s = s_;
    products_.setZero(size_, static_cast<Eigen::Index>(s.q));
    total_.assign(s.q * s.q, 0.0);
    for (Block& block : blocks_) std::fill(block.values.begin(), block.values.end(), 0.0);
    const std::size_t packed = s.cells.packed();
    for (std::size_t cell = 0; cell < s.cells.n_cells; ++cell) {
      const double* v = s.cells.values.data() + cell * packed;
      const auto entry = [&](std::size_t a, std::size_t b) { return v[frame_detail::packed_index(s.q, a, b)]; };
      for (std::size_t a = 0; a < s.q; ++a)
        for (std::size_t b = a; b < s.q; ++b) total_[a * s.q + b] += entry(a, b);
      for (std::size_t i = 0; i < s.groupings.size(); ++i) {
        const Grouping& gi = s.groupings[i];
        const std::size_t row = offset_[i] + static_cast<std::size_t>(s.cell_group[i][cell]) * gi.columns.size();
        for (std::size_t a = 0; a < gi.columns.size(); ++a)
          for (std::size_t c = 0; c < s.q; ++c)
            products_(static_cast<Eigen::Index>(row + a), static_cast<Eigen::Index>(c)) += entry(gi.columns[a], c);
        for (std::size_t j = 0; j <= i; ++j) {
          const Grouping& gj = s.groupings[j];
          const std::size_t column = offset_[j] + static_cast<std::size_t>(s.cell_group[j][cell]) * gj.columns.size();
          const auto [at, is_new] = known_.emplace(std::pair{row, column}, blocks_.size());
          if (is_new) blocks_.push_back({i, j, row, column, std::vector<double>(gi.columns.size() * gj.columns.size(), 0.0), {}});
          Block& block = blocks_[at->second];
          for (std::size_t a = 0; a < gi.columns.size(); ++a)
            for (std::size_t b = 0; b < gj.columns.size(); ++b)
              block.values[a * gj.columns.size() + b] += entry(gi.columns[a], gj.columns[b]);
        }
      }
    }
  }

  bool eliminate(const Factors& factors, Top& top) override {
    if (!factorize(factors)) return false;
    const Sparse& root = factor_.matrixL().nestedExpression();
    top.log_det = 0.0;
    for (Eigen::Index j = 0; j < size_; ++j) top.log_det += 2.0 * math::log(root.coeff(j, j));
    Eigen::MatrixXd m = factor_.permutationP() * scaled(factors);
    factor_.matrixL().solveInPlace(m);
    top.s = total_;
    const Eigen::MatrixXd explained = m.transpose() * m;
    for (std::size_t a = 0; a < s_.q; ++a)
      for (std::size_t b = a; b < s_.q; ++b) top.s[a * s_.q + b] -= explained(static_cast<Eigen::Index>(a), static_cast<Eigen::Index>(b));
    return std::isfinite(top.log_det);
  }

  std::vector<std::vector<double>> spherical(const Factors& factors, const std::vector<double>& beta) override {
    if (!factorize(factors)) return {};
    const Eigen::MatrixXd all = scaled(factors);
    Eigen::VectorXd right = all.col(static_cast<Eigen::Index>(s_.outcome()));
    for (std::size_t j = 0; j < s_.fixed.size(); ++j) right -= beta[j] * all.col(static_cast<Eigen::Index>(s_.fixed[j]));
    const Eigen::VectorXd v = factor_.solve(right);
    std::vector<std::vector<double>> out;
    for (std::size_t g = 0; g < s_.groupings.size(); ++g) {
      const double* from = v.data() + offset_[g];
      out.emplace_back(from, from + s_.groupings[g].levels.size() * s_.groupings[g].columns.size());
    }
    return out;
  }

  std::vector<Effects> effects(const Factors& factors, const Profiled& at, double sigma,
                               const std::vector<double>& fixed_covariance) override {
    std::vector<Effects> out(s_.groupings.size());
    if (!factorize(factors)) return out;
    const Eigen::MatrixXd solved = factor_.solve(scaled(factors));  // A^-1 L'Z'[all columns]
    const std::size_t p = s_.fixed.size();
    for (std::size_t g = 0; g < s_.groupings.size(); ++g) {
      const std::size_t k = s_.groupings[g].columns.size();
      const std::size_t n_groups = s_.groupings[g].levels.size();
      const auto ki = static_cast<Eigen::Index>(k);
      Eigen::MatrixXd l(ki, ki);
      for (Eigen::Index a = 0; a < ki; ++a)
        for (Eigen::Index b = 0; b < ki; ++b) l(a, b) = factors[g][static_cast<std::size_t>(a * ki + b)];
      out[g].estimate.resize(n_groups * k);
      out[g].covariance.resize(n_groups * k * k);
      out[g].error.resize(n_groups * k);
      for (std::size_t i = 0; i < n_groups; ++i) {
        const auto row = static_cast<Eigen::Index>(offset_[g] + i * k);
        const Eigen::MatrixXd own = l * solved.middleRows(row, ki);
        Eigen::MatrixXd unit = Eigen::MatrixXd::Zero(size_, ki);
        unit.middleRows(row, ki).setIdentity();
        const Eigen::MatrixXd inverse = factor_.solve(unit).middleRows(row, ki);
        const Eigen::MatrixXd given = sigma * sigma * l * inverse * l.transpose();
        for (std::size_t a = 0; a < k; ++a) {
          const auto ai = static_cast<Eigen::Index>(a);
          double value = own(ai, static_cast<Eigen::Index>(s_.outcome()));
          double error = given(ai, ai);
          for (std::size_t x = 0; x < p; ++x) {
            const double dx = own(ai, static_cast<Eigen::Index>(s_.fixed[x]));
            value -= dx * at.beta[x];
            for (std::size_t z = 0; z < p; ++z) error += dx * fixed_covariance[x * p + z] * own(ai, static_cast<Eigen::Index>(s_.fixed[z]));
          }
          out[g].estimate[i * k + a] = value;
          out[g].error[i * k + a] = error;
          for (std::size_t b = 0; b < k; ++b) out[g].covariance[(i * k + a) * k + b] = given(ai, static_cast<Eigen::Index>(b));
        }
      }
    }
    return out;
  }

 private:
  /// L'Z'WZL + I at a theta, and its Cholesky factor; the pattern never changes.
  bool factorize(const Factors& factors) {
    double* values = matrix_.valuePtr();
    for (Eigen::Index e = 0; e < matrix_.nonZeros(); ++e) values[e] = 0.0;
    std::vector<double> half;
    for (const Block& block : blocks_) {
      const std::size_t ka = s_.groupings[block.first_grouping].columns.size();
      const std::size_t kb = s_.groupings[block.second_grouping].columns.size();
      const std::vector<double>& la = factors[block.first_grouping];
      const std::vector<double>& lb = factors[block.second_grouping];
      half.assign(ka * kb, 0.0);  // B L_b
      for (std::size_t a = 0; a < ka; ++a)
        for (std::size_t b = 0; b < kb; ++b)
          for (std::size_t t = b; t < kb; ++t) half[a * kb + b] += block.values[a * kb + t] * lb[t * kb + b];
      for (std::size_t a = 0; a < ka; ++a)
        for (std::size_t b = 0; b < kb; ++b) {
          if (block.at[a * kb + b] < 0) continue;
          double v = 0.0;
          for (std::size_t t = a; t < ka; ++t) v += la[t * ka + a] * half[t * kb + b];
          values[block.at[a * kb + b]] = v;
        }
    }
    for (Eigen::Index j = 0; j < size_; ++j) matrix_.coeffRef(j, j) += 1.0;
    factor_.factorize(matrix_);
    return factor_.info() == Eigen::Success;
  }

  [[nodiscard]] Eigen::MatrixXd scaled(const Factors& factors) const {
    Eigen::MatrixXd out = Eigen::MatrixXd::Zero(products_.rows(), products_.cols());
    for (std::size_t g = 0; g < s_.groupings.size(); ++g) {
      const std::size_t k = s_.groupings[g].columns.size();
      for (std::size_t i = 0; i < s_.groupings[g].levels.size(); ++i)
        for (std::size_t a = 0; a < k; ++a)
          for (std::size_t t = a; t < k; ++t)
            out.row(static_cast<Eigen::Index>(offset_[g] + i * k + a)) +=
                factors[g][t * k + a] * products_.row(static_cast<Eigen::Index>(offset_[g] + i * k + t));
    }
    return out;
  }

  const Structure& s_;
  std::vector<std::size_t> offset_;
  Eigen::Index size_ = 0;
  Eigen::MatrixXd products_;  // Z'W[all columns]
  std::vector<double> total_;
  std::vector<Block> blocks_;
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> known_;  // block by its first row and column
  Sparse matrix_;
  Eigen::SimplicialLLT<Sparse> factor_;
};

}  // namespace crossed_detail

std::unique_ptr<Eliminator> make_crossed(const Structure& s) {
  return std::make_unique<crossed_detail::Crossed>(s);
}

}  // namespace celadon::inline CELADON_ABI::multilevel::solve_detail
