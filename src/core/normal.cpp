#include <celadon/core/impl/normal.ipp>
