#include <celadon/models/composite/impl/ahp.ipp>
