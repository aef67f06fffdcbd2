#pragma once

#include <celadon/io/json.hpp>
#include <celadon/io/scale_json.hpp>

namespace celadon::inline CELADON_ABI::green {

namespace scale_json_detail {
inline constexpr std::string_view kFormat = "celadon.green.scale";
inline constexpr std::int64_t kVersion = 1;
}  // namespace scale_json_detail

std::string save_scale(const Scale& scale) {
  Scale copy = scale;  // one visit function serves both directions and so takes a scale that may change
  return io::save_visited(scale_json_detail::kFormat, scale_json_detail::kVersion, [&](Visitor& v) { copy.visit(v); });
}

Result<Scale> load_scale(std::string_view text) {
  Scale scale;
  auto done = io::load_visited(text, scale_json_detail::kFormat, scale_json_detail::kVersion, [&](Visitor& v) { scale.visit(v); });
  if (!done) return done.error();
  if (auto ok = check(scale); !ok) return ok.error();
  return scale;
}

}  // namespace celadon::inline CELADON_ABI::green
