#include <celadon/models/survey/impl/regression.ipp>
