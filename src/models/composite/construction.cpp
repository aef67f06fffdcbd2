#include <celadon/models/composite/impl/construction.ipp>
