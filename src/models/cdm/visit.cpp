#include <celadon/models/cdm/impl/visit.ipp>
