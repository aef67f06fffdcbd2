#include <celadon/models/cdm/impl/fit_tables.ipp>
