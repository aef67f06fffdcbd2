#include <celadon/models/irt/impl/s_x2.ipp>
