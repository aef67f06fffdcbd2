#include <celadon/models/multilevel/impl/pilot.ipp>
