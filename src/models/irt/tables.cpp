#include <celadon/models/irt/impl/tables.ipp>
