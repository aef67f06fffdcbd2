#include <celadon/reports/impl/indicator_sections.ipp>
