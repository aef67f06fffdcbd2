#include <celadon/models/multilevel/impl/effect.ipp>
