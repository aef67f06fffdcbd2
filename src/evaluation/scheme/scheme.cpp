#include <celadon/evaluation/scheme/impl/scheme.ipp>
