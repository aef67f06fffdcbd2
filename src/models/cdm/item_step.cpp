#include <celadon/models/cdm/impl/item_step.ipp>
