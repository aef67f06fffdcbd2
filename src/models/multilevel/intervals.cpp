#include <celadon/models/multilevel/impl/intervals.ipp>
