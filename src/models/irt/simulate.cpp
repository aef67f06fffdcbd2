#include <celadon/models/irt/impl/simulate.ipp>
