#include <celadon/models/irt/impl/missing_information.ipp>
