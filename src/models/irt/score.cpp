#include <celadon/models/irt/impl/score.ipp>
