#include <celadon/models/cdm/impl/class_step.ipp>
