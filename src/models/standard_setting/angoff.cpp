#include <celadon/models/standard_setting/impl/angoff.ipp>
