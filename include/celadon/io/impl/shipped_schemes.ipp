#pragma once

#include <celadon/io/scheme_json.hpp>

namespace celadon::inline CELADON_ABI::io {

std::vector<std::string> shipped_scheme_ids() {
  return {
#include <celadon/io/impl/schemes/ids.inc>
  };
}

std::string_view shipped_scheme_text(std::string_view id) {
#include <celadon/io/impl/schemes/texts.inc>
  return {};
}

}  // namespace celadon::inline CELADON_ABI::io
