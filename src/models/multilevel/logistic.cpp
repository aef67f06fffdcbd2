#include <celadon/models/multilevel/impl/logistic.ipp>
