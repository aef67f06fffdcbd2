#include <celadon/models/cdm/impl/evidence.ipp>
