#include <celadon/evaluation/green/impl/driver_statements.ipp>
