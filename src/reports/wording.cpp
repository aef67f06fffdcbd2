#include <celadon/reports/impl/wording.ipp>
