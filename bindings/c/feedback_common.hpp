// What gain and loss and the class reviews share.
#pragma once

#include "evaluation_common.hpp"

struct celadon_feedback_item_gain_loss_result {
  celadon::feedback::GainLoss value;
};

namespace celadon_c {

/// Who counts: the caller's bytes, or everybody.
std::vector<std::uint8_t> counted_of(const std::uint8_t* counted, std::int64_t n_counted, std::int64_t n_persons);

}  // namespace celadon_c
