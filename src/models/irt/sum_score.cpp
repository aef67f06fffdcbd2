#include <celadon/models/irt/impl/sum_score.ipp>
