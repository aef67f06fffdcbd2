#include <celadon/models/cdm/impl/item_groups.ipp>
