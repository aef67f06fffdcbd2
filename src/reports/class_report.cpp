#include <celadon/reports/impl/class_report.ipp>
