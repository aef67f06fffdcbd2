#include <celadon/models/multilevel/impl/profile.ipp>
