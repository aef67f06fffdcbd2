#include <celadon/models/ctt/impl/reliability_tables.ipp>
