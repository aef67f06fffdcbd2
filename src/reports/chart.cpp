#include <celadon/reports/impl/chart.ipp>
