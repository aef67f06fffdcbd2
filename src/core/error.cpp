#include <celadon/core/impl/error.ipp>
