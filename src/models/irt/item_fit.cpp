#include <celadon/models/irt/impl/item_fit.ipp>
