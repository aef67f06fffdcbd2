#include <celadon/models/standard_setting/impl/consistency.ipp>
