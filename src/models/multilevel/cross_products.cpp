#include <celadon/models/multilevel/impl/cross_products.ipp>
