#include <celadon/models/cdm/impl/fit_statistics.ipp>
