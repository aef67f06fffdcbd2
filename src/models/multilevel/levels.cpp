#include <celadon/models/multilevel/impl/levels.ipp>
