#include <celadon/models/irt/impl/model_fit.ipp>
