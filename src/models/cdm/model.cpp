#include <celadon/models/cdm/impl/model.ipp>
