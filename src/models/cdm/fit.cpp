#include <celadon/models/cdm/impl/fit.ipp>
