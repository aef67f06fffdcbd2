#include <celadon/models/ctt/impl/reliability.ipp>
