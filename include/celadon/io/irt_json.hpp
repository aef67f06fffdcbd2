/// Saving and loading calibrated items (an item bank) as versioned JSON.
#pragma once

#include <celadon/models/irt/model.hpp>

#include <string>
#include <string_view>

namespace celadon::inline CELADON_ABI::irt {

/// The model as JSON ("celadon.irt.model", version 1). Loading gives equal bits. Reentrant.
[[nodiscard]] std::string save(const Model& model);

/// A model from its JSON, checked by `check`. Errors: those of io::load_visited, kInvalidArgument from `check`. Reentrant.
[[nodiscard]] Result<Model> load(std::string_view text);

}  // namespace celadon::inline CELADON_ABI::irt
