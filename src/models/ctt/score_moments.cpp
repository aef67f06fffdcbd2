#include <celadon/models/ctt/impl/score_moments.ipp>
