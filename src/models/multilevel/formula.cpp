#include <celadon/models/multilevel/impl/formula.ipp>
