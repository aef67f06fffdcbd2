#include <celadon/models/irt/impl/information.ipp>
