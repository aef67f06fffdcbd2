#include <celadon/models/ctt/impl/one_factor.ipp>
