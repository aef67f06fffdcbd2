#include <celadon/core/impl/table.ipp>
