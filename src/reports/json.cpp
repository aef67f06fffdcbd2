#include <celadon/reports/impl/json.ipp>
