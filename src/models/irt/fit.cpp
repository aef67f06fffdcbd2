#include <celadon/models/irt/impl/fit.ipp>
