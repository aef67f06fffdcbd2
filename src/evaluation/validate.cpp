#include <celadon/evaluation/impl/validate.ipp>
