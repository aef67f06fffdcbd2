#include <celadon/models/irt/impl/default_model.ipp>
