/// Indicator schemes from JSON text, overlays on them, and the schemes that the library ships.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/function.hpp>
#include <celadon/evaluation/scheme/scheme.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace celadon::inline CELADON_ABI::io {

/// A scheme and what is wrong with its file. Findings of severity kError name the line and the path; their indicators are not evaluated.
struct SchemeFile {
  scheme::Scheme scheme;
  Findings findings;
};

/// Text of a scheme by its id; empty where there is none.
using SchemeSource = std::function<std::string(std::string_view id)>;

/// Reads a scheme or an overlay (schema: src/schemas/scheme.schema.json), lays an overlay on what it extends, checks the result and sets
/// its hash. An overlay changes fields of nodes (set: merge patch, RFC 7386), adds nodes and removes them with what is below; it may extend
/// another overlay. Fields that are not known are findings (kSchemeUnknownField) and not used; so are nodes of an overlay, and set,
/// add and remove without `extends`.
/// @param source  where bases are found; empty: the shipped schemes
/// Errors: kJsonSyntax, kJsonField (format, version, id, name, edition), kSchemeUnknownBase (also a chain of more than eight overlays).
/// Everything else is a finding: the tree is read as far as it can be. Reentrant. Cost: O(text x depth of the chain).
[[nodiscard]] Result<SchemeFile> parse_scheme(std::string_view json, const SchemeSource& source = {});

/// Ids of the shipped schemes in alphabetical order.
[[nodiscard]] std::vector<std::string> shipped_scheme_ids();
/// Text of a shipped scheme (src/schemes/<id>.json); empty where there is none.
[[nodiscard]] std::string_view shipped_scheme_text(std::string_view id);

}  // namespace celadon::inline CELADON_ABI::io
