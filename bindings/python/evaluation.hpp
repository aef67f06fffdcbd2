/// Shared by the bindings of evaluation and feedback.
#pragma once

#include "common.hpp"

#include <celadon/evaluation/evaluate.hpp>
#include <celadon/evaluation/paper_builder.hpp>
#include <celadon/io/comments_json.hpp>

namespace celadon::python {

/// How a data set is read: the kind of a blank cell by name, and values with their kinds.
evaluation::PaperOptions paper_options(const std::optional<std::string>& blank,
                                       const std::vector<std::pair<std::string, std::string>>& missing);

/// Rules and sentences that results may share.
struct BankHandle {
  SharedValue<feedback::CommentBank> bank;
};

/// Into celadon.feedback.
void bind_comments(py::module_& module);

}  // namespace celadon::python
