#include <celadon/models/survey/impl/wald.ipp>
