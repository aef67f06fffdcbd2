#include <celadon/models/multilevel/impl/tables.ipp>
