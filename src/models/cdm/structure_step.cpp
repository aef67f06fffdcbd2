#include <celadon/models/cdm/impl/structure_step.ipp>
