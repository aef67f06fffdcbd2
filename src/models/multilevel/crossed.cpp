#include <celadon/models/multilevel/impl/crossed.ipp>
