// Handles of indicator schemes, shared with what is said and drawn of them.
#pragma once

#include "dataset_common.hpp"

#include <celadon/evaluation/scheme/period_data.hpp>
#include <celadon/io/scheme_json.hpp>

struct celadon_scheme {
  celadon::io::SchemeFile value;
};
struct celadon_scheme_period {
  celadon::scheme::PeriodData value;
};
struct celadon_scheme_evaluation {
  celadon::scheme::SchemeEvaluation value;
};
