#include <celadon/models/multilevel/impl/comparison.ipp>
