/// Umbrella header for quick starts. Production code includes the topic it uses.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/execution.hpp>
#include <celadon/core/items.hpp>
#include <celadon/core/math.hpp>
#include <celadon/core/parallel.hpp>
#include <celadon/core/responses.hpp>
#include <celadon/core/simd.hpp>
#include <celadon/core/table.hpp>
#include <celadon/core/units.hpp>
#include <celadon/core/visitor.hpp>

#if defined(CELADON_IMPLEMENTATION)
#include <celadon/celadon_bodies.hpp>
#endif
