#include <celadon/reports/impl/write_reports.ipp>
