#include <celadon/models/irt/impl/model.ipp>
