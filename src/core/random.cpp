#include <celadon/core/impl/random.ipp>
