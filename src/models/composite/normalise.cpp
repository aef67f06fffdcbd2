#include <celadon/models/composite/impl/normalise.ipp>
