#include <celadon/reports/impl/mastery_sections.ipp>
