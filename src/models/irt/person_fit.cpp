#include <celadon/models/irt/impl/person_fit.ipp>
