#include <celadon/models/cdm/impl/person_fit.ipp>
