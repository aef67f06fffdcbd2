#include <celadon/models/survey/impl/inequality.ipp>
