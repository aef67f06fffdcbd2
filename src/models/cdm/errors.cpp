#include <celadon/models/cdm/impl/errors.ipp>
