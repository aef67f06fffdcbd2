#include <celadon/reports/impl/html.ipp>
