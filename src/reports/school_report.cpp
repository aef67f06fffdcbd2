#include <celadon/reports/impl/school_report.ipp>
