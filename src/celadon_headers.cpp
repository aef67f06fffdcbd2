// The one unit of a header-only consumer in which the bodies compile; `celadon::headers` adds it to the consumer's target.
#define CELADON_IMPLEMENTATION
#include <celadon/celadon.hpp>
