#pragma once

#include <celadon/io/irt_json.hpp>
#include <celadon/io/json.hpp>

namespace celadon::inline CELADON_ABI::irt {

namespace irt_json_detail {
inline constexpr std::string_view kFormat = "celadon.irt.model";
inline constexpr std::int64_t kVersion = 1;
}  // namespace irt_json_detail

std::string save(const Model& model) {
  Model copy = model;  // one visit function serves both directions and so takes a model that may change
  return io::save_visited(irt_json_detail::kFormat, irt_json_detail::kVersion, [&](Visitor& v) { copy.visit(v); });
}

Result<Model> load(std::string_view text) {
  Model model;
  auto done = io::load_visited(text, irt_json_detail::kFormat, irt_json_detail::kVersion, [&](Visitor& v) { model.visit(v); });
  if (!done) return done.error();
  if (auto ok = check(model); !ok) return ok.error();
  return model;
}

}  // namespace celadon::inline CELADON_ABI::irt
