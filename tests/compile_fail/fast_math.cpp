// expect: -ffast-math breaks that promise
// misuse flags: -ffast-math
#include <celadon/core/config.hpp>
