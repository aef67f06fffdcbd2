#include <celadon/models/survey/impl/quantiles.ipp>
