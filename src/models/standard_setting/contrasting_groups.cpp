#include <celadon/models/standard_setting/impl/contrasting_groups.ipp>
