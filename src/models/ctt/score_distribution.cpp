#include <celadon/models/ctt/impl/score_distribution.ipp>
