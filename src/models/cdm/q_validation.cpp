#include <celadon/models/cdm/impl/q_validation.ipp>
