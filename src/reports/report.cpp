#include <celadon/reports/impl/report.ipp>
