#include <celadon/models/multilevel/impl/compare.ipp>
