#include <celadon/reports/impl/template.ipp>
