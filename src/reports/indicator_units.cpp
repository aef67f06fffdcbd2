#include <celadon/reports/impl/indicator_units.ipp>
