#include <celadon/models/ctt/impl/test_scores.ipp>
