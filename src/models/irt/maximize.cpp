#include <celadon/models/irt/impl/maximize.ipp>
