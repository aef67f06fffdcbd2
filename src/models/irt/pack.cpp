#include <celadon/models/irt/impl/pack.ipp>
