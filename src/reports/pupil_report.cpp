#include <celadon/reports/impl/pupil_report.ipp>
