#include <celadon/models/composite/impl/compare.ipp>
