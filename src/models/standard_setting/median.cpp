#include <celadon/models/standard_setting/impl/median.ipp>
