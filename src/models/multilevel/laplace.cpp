#include <celadon/models/multilevel/impl/laplace.ipp>
