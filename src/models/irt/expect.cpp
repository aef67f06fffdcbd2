#include <celadon/models/irt/impl/expect.ipp>
