#include <celadon/reports/impl/paper_sections.ipp>
