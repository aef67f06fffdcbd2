#include <celadon/models/survey/impl/estimate.ipp>
