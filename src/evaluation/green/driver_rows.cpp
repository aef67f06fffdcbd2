#include <celadon/evaluation/green/impl/driver_rows.ipp>
