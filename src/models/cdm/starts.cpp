#include <celadon/models/cdm/impl/starts.ipp>
