#include <celadon/models/standard_setting/impl/ratings.ipp>
