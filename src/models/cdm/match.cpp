#include <celadon/models/cdm/impl/match.ipp>
