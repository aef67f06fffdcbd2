#include <celadon/models/irt/impl/posterior.ipp>
