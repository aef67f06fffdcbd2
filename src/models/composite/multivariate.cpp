#include <celadon/models/composite/impl/multivariate.ipp>
