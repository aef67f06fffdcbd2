#include <celadon/reports/impl/write_indicator_reports.ipp>
