/// Saving and loading calibrated diagnosis models, and what is known of persons between two tests, as versioned JSON.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/models/cdm/model.hpp>
#include <celadon/models/cdm/score.hpp>

#include <string>
#include <string_view>

namespace celadon::inline CELADON_ABI::cdm {

/// The model as JSON ("celadon.cdm.model", version 1). Loading gives equal bits. Reentrant.
[[nodiscard]] std::string save(const Model& model);
/// A model from its JSON, checked by `check`. Errors: those of io::load_visited, kInvalidArgument from `check`. Reentrant.
[[nodiscard]] Result<Model> load(std::string_view text);

/// The state of persons as JSON ("celadon.cdm.state", version 1); rows have no names, the caller keeps their order. Loading gives equal
/// bits. Reentrant.
[[nodiscard]] std::string save_state(const MasteryState& state);
/// A state from its JSON, checked by `check`. Errors: those of io::load_visited; kInvalidArgument, kLengthMismatch from `check`. Reentrant.
[[nodiscard]] Result<MasteryState> load_state(std::string_view text);

}  // namespace celadon::inline CELADON_ABI::cdm
