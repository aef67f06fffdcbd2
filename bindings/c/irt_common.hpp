// The handle of a calibrated model, shared by the files of item response theory.
#pragma once

#include "wall.hpp"

#include <celadon/models/irt/model.hpp>

struct celadon_irt_model {
  celadon::irt::Model value;
};
