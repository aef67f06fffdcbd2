#include <celadon/models/composite/impl/uncertainty.ipp>
