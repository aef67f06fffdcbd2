#include <celadon/models/composite/impl/prepare.ipp>
