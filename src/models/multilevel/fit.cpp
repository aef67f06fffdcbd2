#include <celadon/models/multilevel/impl/fit.ipp>
