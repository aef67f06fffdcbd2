#include <celadon/reports/impl/vega.ipp>
