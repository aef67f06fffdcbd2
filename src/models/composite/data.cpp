#include <celadon/models/composite/impl/data.ipp>
