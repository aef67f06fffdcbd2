#include <celadon/evaluation/green/impl/drivers_tables.ipp>
