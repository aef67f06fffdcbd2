#include <celadon/models/multilevel/impl/prepare.ipp>
