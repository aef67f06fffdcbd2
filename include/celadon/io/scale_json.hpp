/// Saving and loading calibrated questionnaire scales as versioned JSON, so that a later year is scored on the same metric.
#pragma once

#include <celadon/evaluation/green/scale.hpp>

#include <string>
#include <string_view>

namespace celadon::inline CELADON_ABI::green {

/// The scale as JSON ("celadon.green.scale", version 1): definition, calibrated items, metric, reliability; no answers of persons and
/// no findings. Loading gives equal bits. Reentrant. O(items).
[[nodiscard]] std::string save_scale(const Scale& scale);

/// A scale from its JSON, checked by `check`. Errors: those of io::load_visited and of check. Reentrant.
[[nodiscard]] Result<Scale> load_scale(std::string_view text);

}  // namespace celadon::inline CELADON_ABI::green
