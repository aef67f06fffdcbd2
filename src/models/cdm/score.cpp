#include <celadon/models/cdm/impl/score.ipp>
