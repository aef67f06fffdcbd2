#include <celadon/core/impl/simd.ipp>
