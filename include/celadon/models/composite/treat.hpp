/// Treatment of outliers: winsorisation point by point, then a transformation where that was not enough.
///
/// An indicator passes when |skewness| < skew_limit OR kurtosis < kurtosis_limit (G1 and G2, see prepare.hpp). One that fails is
/// winsorised: the largest value (skewness >= 0) or the smallest becomes the next one, until it passes or max_winsorised points are
/// changed. One that still fails is transformed from its original values (or, with `combine`, from the winsorised ones). Source: OECD & JRC
/// (2008), Handbook on Constructing Composite Indicators; rule of the JRC's COIN tool.
#pragma once

#include <celadon/models/composite/data.hpp>

namespace celadon::inline CELADON_ABI::composite {

enum class Transformation : std::uint8_t {
  kNone = 0,
  kLog,             ///< log(x - min + (max - min) / 100)
  kLogShiftOne,     ///< log(x - min + 1)
  kBoxCox,          ///< ((x - min + 1)^lambda - 1) / lambda, log for lambda = 0: Box & Cox (1964), J. R. Statist. Soc. B 26, 211-252
  kBoxCoxEstimated  ///< the same with lambda in [-2, 2] at the maximum of the profile likelihood
};

struct TreatOptions {
  bool treat = true;  ///< false leaves the indicator as it is
  double skew_limit = 2.0;
  double kurtosis_limit = 3.5;
  int max_winsorised = 5;  ///< points, over both ends; 0 goes to the transformation at once
  Transformation transformation = Transformation::kLog;
  double lambda = 0.0;   ///< of kBoxCox
  bool combine = false;  ///< transform the winsorised values instead of the original ones
};

struct TreatmentRecord {
  bool passed_before = true;
  bool passed_after = true;
  std::int64_t n_winsorised = 0;  ///< points changed by winsorisation; 0 where the values were transformed from the original ones
  std::int64_t n_tried = 0;       ///< points that winsorisation changed before it gave way to the transformation
  Transformation transformation = Transformation::kNone;  ///< the one applied
  double lambda = kMissing;                               ///< of a Box-Cox transformation applied
  double skewness_before = kMissing;
  double kurtosis_before = kMissing;
  double skewness_after = kMissing;
  double kurtosis_after = kMissing;
};

struct Treated {
  Matrix values;
  std::vector<TreatmentRecord> records;  ///< one an indicator
  Findings findings;                     ///< kOutliersRemain
};

/// @param options  one for all indicators, or one an indicator.
/// Missing values stay missing and do not count. An indicator with fewer than 4 values, or constant, is left alone.
/// Errors: kLengthMismatch, kInvalidArgument (limits that are not positive, a lambda that is not finite, a negative maximum).
/// Cost: O(units x points changed) an indicator. Reentrant.
Result<Treated> treat(const Matrix& data, std::span<const TreatOptions> options, const Tree* names = nullptr);

}  // namespace celadon::inline CELADON_ABI::composite
