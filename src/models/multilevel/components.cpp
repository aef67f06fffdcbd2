#include <celadon/models/multilevel/impl/components.ipp>
