#include <celadon/reports/impl/svg.ipp>
