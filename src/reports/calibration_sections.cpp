#include <celadon/reports/impl/calibration_sections.ipp>
