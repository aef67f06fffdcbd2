#include <celadon/evaluation/scheme/impl/like_units.ipp>
