#include <celadon/models/composite/impl/treat.ipp>
