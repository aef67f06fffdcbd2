#include <celadon/models/irt/impl/item_derivatives.ipp>
