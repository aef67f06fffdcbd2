#include <celadon/evaluation/scheme/impl/sensitivity.ipp>
