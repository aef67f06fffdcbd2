#include <celadon/models/irt/impl/parameters.ipp>
