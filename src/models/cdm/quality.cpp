#include <celadon/models/cdm/impl/quality.ipp>
