#include <celadon/models/survey/impl/reduce.ipp>
