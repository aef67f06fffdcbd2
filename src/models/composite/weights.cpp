#include <celadon/models/composite/impl/weights.ipp>
