#include <celadon/models/ctt/impl/kernel.ipp>
