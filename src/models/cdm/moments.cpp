#include <celadon/models/cdm/impl/moments.ipp>
