#include <celadon/models/irt/impl/plausible_values.ipp>
