#include <celadon/models/survey/impl/means.ipp>
