#include <celadon/models/cdm/impl/item_selection.ipp>
