#include <celadon/models/standard_setting/impl/bookmark.ipp>
