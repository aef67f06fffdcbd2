// The handle of a data set, shared by the files that read one.
#pragma once

#include "wall.hpp"

#include <celadon/core/dataset.hpp>

struct celadon_dataset {
  celadon::Dataset value;
  std::vector<std::string> names;  // what name(i) hands out
};
