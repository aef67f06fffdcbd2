#include <celadon/core/impl/parallel.ipp>
