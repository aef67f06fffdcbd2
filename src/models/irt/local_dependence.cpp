#include <celadon/models/irt/impl/local_dependence.ipp>
