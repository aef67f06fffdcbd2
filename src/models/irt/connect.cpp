#include <celadon/models/irt/impl/connect.ipp>
