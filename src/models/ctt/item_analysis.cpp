#include <celadon/models/ctt/impl/item_analysis.ipp>
