// The handle of an evaluation, shared by its files and by the reports.
#pragma once

#include "irt_common.hpp"
#include "paper_common.hpp"

#include <celadon/evaluation/evaluate.hpp>

struct celadon_evaluation {
  celadon::evaluation::Evaluation value;
};

namespace celadon_c {

inline const celadon::evaluation::PaperEvaluation& paper_of(const celadon_evaluation* evaluation, std::int64_t paper) {
  return at(need(evaluation, "evaluation").value.papers, paper, "paper");
}

}  // namespace celadon_c
