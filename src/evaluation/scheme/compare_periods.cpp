#include <celadon/evaluation/scheme/impl/compare_periods.ipp>
