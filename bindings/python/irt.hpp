/// Shared by the bindings of celadon.irt.
#pragma once

#include "common.hpp"

#include <celadon/models/irt/model.hpp>
