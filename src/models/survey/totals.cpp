#include <celadon/models/survey/impl/totals.ipp>
