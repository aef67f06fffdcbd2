#include <celadon/models/standard_setting/impl/cut.ipp>
