#pragma once

#include <celadon/io/cdm_json.hpp>
#include <celadon/io/json.hpp>

namespace celadon::inline CELADON_ABI::cdm {

namespace cdm_json_detail {

inline constexpr std::string_view kModel = "celadon.cdm.model";
inline constexpr std::string_view kState = "celadon.cdm.state";
inline constexpr std::int64_t kVersion = 1;

/// One visit function serves both directions and so takes an object that may change: a copy of it.
template <class T>
std::string save(std::string_view format, T copy) {
  return io::save_visited(format, kVersion, [&](Visitor& v) { copy.visit(v); });
}

template <class T>
Result<T> load(std::string_view format, std::string_view text) {
  T out;
  if (auto done = io::load_visited(text, format, kVersion, [&](Visitor& v) { out.visit(v); }); !done) return done.error();
  if (auto ok = check(out); !ok) return ok.error();
  return out;
}

}  // namespace cdm_json_detail

std::string save(const Model& model) {
  return cdm_json_detail::save(cdm_json_detail::kModel, model);
}

Result<Model> load(std::string_view text) {
  return cdm_json_detail::load<Model>(cdm_json_detail::kModel, text);
}

std::string save_state(const MasteryState& state) {
  return cdm_json_detail::save(cdm_json_detail::kState, state);
}

Result<MasteryState> load_state(std::string_view text) {
  return cdm_json_detail::load<MasteryState>(cdm_json_detail::kState, text);
}

}  // namespace celadon::inline CELADON_ABI::cdm
