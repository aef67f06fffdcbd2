#include <celadon/models/survey/impl/logistic.ipp>
