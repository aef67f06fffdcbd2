/// Profiles and wordings from JSON text, and the ones that the library ships.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/evaluation/feedback/statement.hpp>
#include <celadon/evaluation/profile.hpp>

#include <string>
#include <string_view>

namespace celadon::inline CELADON_ABI::io {

/// Reads a profile (schema: src/profiles/profile.schema.json), checks it and sets its hash.
/// Errors: kJsonSyntax, kJsonField (absent or of another type, with its path; every group needs a `source`), kProfileInvalid. Reentrant.
[[nodiscard]] Result<evaluation::Profile> parse_profile(std::string_view json);

/// The shipped example profile: text of src/profiles/default.json, and the profile itself (parsed once; thread-safe).
[[nodiscard]] std::string_view default_profile_text();
[[nodiscard]] const evaluation::Profile& default_profile();

/// Hash of a JSON text that does not depend on white space or the order of keys: FNV-1a, 64 bit, 16 hexadecimal digits.
/// Errors: kJsonSyntax.
[[nodiscard]] Result<std::string> canonical_hash(std::string_view json);

/// Reads a wording file: {"language", "edition", "banned": [...], "patterns": {key: text}}. Errors: kJsonSyntax, kJsonField.
[[nodiscard]] Result<feedback::Wording> parse_wording(std::string_view json);
/// The shipped wording of a language (src/wording/zh-CN.json, en.json). Parsed once; thread-safe.
[[nodiscard]] std::string_view default_wording_text(Language language);
[[nodiscard]] const feedback::Wording& default_wording(Language language);

}  // namespace celadon::inline CELADON_ABI::io
