#include <celadon/models/irt/impl/plan.ipp>
