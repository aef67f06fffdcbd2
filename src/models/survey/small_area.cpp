#include <celadon/models/survey/impl/small_area.ipp>
