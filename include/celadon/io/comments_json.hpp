/// Comment banks and teachers' edits as JSON, and the bank that the library ships.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/shared_value.hpp>
#include <celadon/evaluation/feedback/comment_bank.hpp>
#include <celadon/evaluation/feedback/comment_edits.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace celadon::inline CELADON_ABI::io {

/// Reads a bank: the rules ("celadon.comment-rules", schema src/schemas/comment-rules.schema.json) and one file a language
/// ("celadon.comment-wording", schema comment-wording.schema.json).
/// Errors: kJsonSyntax, kJsonField with the path. Faults of the content are found by feedback::lint. Reentrant.
[[nodiscard]] Result<feedback::CommentBank> parse_comment_bank(std::string_view rules, const std::vector<std::string_view>& wordings);

/// The shipped texts and bank (src/wording/comments.rules.json, comments.zh-CN.json, comments.en.json). Parsed once; thread-safe.
[[nodiscard]] std::string_view default_comment_rules_text();
[[nodiscard]] std::string_view default_comment_wording_text(Language language);
[[nodiscard]] const SharedValue<feedback::CommentBank>& default_comment_bank();

/// Edits as JSON ("celadon.comment-edits", version 1) and back. Errors of loading: those of io::load_visited, kInvalidArgument.
[[nodiscard]] std::string save_edits(const feedback::CommentEdits& edits);
[[nodiscard]] Result<feedback::CommentEdits> load_edits(std::string_view text);

}  // namespace celadon::inline CELADON_ABI::io
