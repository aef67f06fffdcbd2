#include <celadon/models/composite/impl/aggregate.ipp>
