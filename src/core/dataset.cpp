#include <celadon/core/impl/dataset.ipp>
