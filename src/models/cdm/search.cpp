#include <celadon/models/cdm/impl/search.ipp>
