#include <celadon/evaluation/scheme/impl/evaluate_scheme.ipp>
