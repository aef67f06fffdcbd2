#include <celadon/models/ctt/impl/item_sums.ipp>
