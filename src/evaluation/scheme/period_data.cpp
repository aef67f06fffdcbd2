#include <celadon/evaluation/scheme/impl/period_data.ipp>
