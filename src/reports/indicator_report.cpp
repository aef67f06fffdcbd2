#include <celadon/reports/impl/indicator_report.ipp>
