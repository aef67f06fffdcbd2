#include <celadon/models/irt/impl/layout.ipp>
